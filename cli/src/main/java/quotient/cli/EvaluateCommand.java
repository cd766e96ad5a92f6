package quotient.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `quotient evaluate KIND`.
@Command(
    name = "evaluate",
    header = "judge generated structures against known ones",
    footer = {
      "quotient evaluate conformer --reference test.sdf --generated generated.sdf",
      "quotient evaluate backbone --generated designs/ --reference test.pdb.gz",
    },
    subcommands = {EvaluateConformerCommand.class, EvaluateBackboneCommand.class})
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HelpOptions help = new HelpOptions();

  @Override
  public Integer call() {
    return Main.askForKind(spec);
  }
}
