package quotient.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `quotient sample KIND`.
@Command(
    name = "sample",
    header = "draw structures from a trained model",
    footer = "quotient sample conformer --model runs/first --smiles \"CCO\" -n 5 -o ethanol.sdf",
    subcommands = {SampleConformerCommand.class, SampleToyCommand.class})
final class SampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HelpOptions help = new HelpOptions();

  @Override
  public Integer call() {
    return Main.askForKind(spec);
  }
}
