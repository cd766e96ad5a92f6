package quotient.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `quotient train KIND`.
@Command(
    name = "train",
    header = "train a model",
    footer = {
      "quotient train conformer --out runs/first --preset tiny --steps 500",
      "quotient train conformer --out runs/first --resume",
      "quotient train backbone --data train.pdb.gz --valid val.pdb.gz --out runs/chains",
      "quotient train toy --space plane --out runs/plane",
    },
    subcommands = {TrainConformerCommand.class, TrainBackboneCommand.class, TrainToyCommand.class})
final class TrainCommand implements Callable<Integer>, HelpText.Appendix {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HelpOptions help = new HelpOptions();

  @Override
  public Integer call() {
    return Main.askForKind(spec);
  }

  @Override
  public String appendix() {
    return "Presets of 'train conformer'\n"
        + TrainConformerCommand.presets()
        + "\nPresets of 'train backbone'\n"
        + TrainBackboneCommand.presets();
  }
}
