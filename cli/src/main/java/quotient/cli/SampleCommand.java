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
    footer = {
      "quotient sample conformer --model runs/first --smiles \"CCO\" -n 5 -o ethanol.sdf",
      "quotient sample backbone --model runs/chains --length 50:128:13 -n 10 -o designs/",
      "quotient sample toy --model runs/plane -n 1000 -o points.csv",
    },
    subcommands = {
      SampleConformerCommand.class,
      SampleBackboneCommand.class,
      SampleToyCommand.class
    })
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
