package quotient.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quotient help VERB [KIND]`: everything about a verb.
@Command(
    name = "help",
    header = "all options of a verb, with their defaults",
    footer = "quotient help sample conformer",
    helpCommand = true)
final class HelpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..*", paramLabel = "VERB", description = "The verb, and its kind if any.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--no-color", description = "No colour.")
  private boolean noColor;

  @Override
  public Integer call() {
    CommandSpec found = spec.root();
    for (String word : words) {
      CommandLine next = found.subcommands().get(word);
      if (next == null) {
        throw new UsageException(
            "no verb is called '"
                + word
                + "'"
                + Suggestion.of(word, found.subcommands().keySet())
                + "; 'quotient help' lists all");
      }
      found = next.getCommandSpec();
    }
    Main.terminalOf(spec).out().print(new HelpText(found, !noColor).full());
    return ExitCode.OK.code();
  }
}
