package quotient.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Renders help in two depths: one screen with examples first, or everything.
///
/// A verb's examples are its picocli footer. Options with an `order` are the main ones, shown in
/// both depths; options without stand in the full help only.
final class HelpText {
  private static final int WIDTH = 100;
  private static final String INDENT = "  ";

  /// A verb whose defaults stand in a settings record, so that help cannot drift from it.
  interface Defaults {
    /// Default values by option name, for instance `--steps` to `50`.
    Map<String, String> defaults();
  }

  /// A verb with something to add to its full help, for instance a table of presets.
  interface Appendix {
    /// Lines after the options.
    String appendix();
  }

  private final CommandSpec spec;
  private final Ansi ansi;
  private final Help help;

  HelpText(CommandSpec spec, boolean color) {
    this.spec = spec;
    this.ansi = color ? Ansi.AUTO : Ansi.OFF;
    this.help = new Help(spec, Help.defaultColorScheme(ansi));
  }

  /// One screen: what the verb does, examples, the options most people need.
  String brief() {
    StringBuilder text = new StringBuilder();
    title(text);
    examples(text);
    kinds(text);
    positionals(text);
    List<OptionSpec> main = spec.options().stream().filter(option -> option.order() >= 0).toList();
    if (!main.isEmpty()) {
      heading(text, "Main options");
      options(text, main);
    }
    String path = spec.qualifiedName(" ").replaceFirst("^quotient ?", "");
    text.append("\nEverything: quotient help")
        .append(path.isEmpty() ? " VERB" : " " + path)
        .append('\n');
    return text.toString();
  }

  /// All there is to know about the verb.
  String full() {
    StringBuilder text = new StringBuilder();
    title(text);
    for (String line : spec.usageMessage().description()) {
      text.append(line).append('\n');
    }
    heading(text, "Usage");
    text.append(INDENT).append(spec.qualifiedName(" "));
    text.append(spec.subcommands().isEmpty() ? "" : " KIND").append(" [options]");
    for (PositionalParamSpec positional : spec.positionalParameters()) {
      String label = positional.paramLabel();
      text.append(' ').append(positional.required() ? label : "[" + label + "]");
    }
    text.append('\n');
    examples(text);
    kinds(text);
    positionals(text);
    List<OptionSpec> own = new ArrayList<>(spec.options());
    List<OptionSpec> common = new ArrayList<>();
    for (CommandSpec mixin : spec.mixins().values()) {
      common.addAll(mixin.options());
    }
    own.removeAll(common);
    if (!own.isEmpty()) {
      heading(text, "Options");
      options(text, own);
    }
    heading(text, "Common options");
    options(text, common);
    if (spec.userObject() instanceof Appendix more) {
      text.append('\n').append(more.appendix().stripTrailing()).append('\n');
    }
    heading(text, "Exit codes");
    for (ExitCode code : ExitCode.values()) {
      text.append(String.format("%5d  %s%n", code.code(), code.meaning()));
    }
    return text.toString();
  }

  private void title(StringBuilder text) {
    text.append(ansi.string("@|bold " + spec.qualifiedName(" ") + "|@"));
    for (String line : spec.usageMessage().header()) {
      text.append(": ").append(line);
    }
    text.append('\n');
  }

  private void heading(StringBuilder text, String words) {
    text.append('\n').append(ansi.string("@|bold " + words + "|@")).append('\n');
  }

  private void examples(StringBuilder text) {
    if (spec.usageMessage().footer().length > 0) {
      heading(text, "Examples");
      for (String line : spec.usageMessage().footer()) {
        text.append(INDENT).append(line).append('\n');
      }
    }
  }

  private void kinds(StringBuilder text) {
    if (spec.subcommands().isEmpty()) {
      return;
    }
    heading(text, spec.parent() == null ? "Verbs" : "Kinds");
    spec.subcommands()
        .forEach((name, line) ->
            text.append(
                String.format(
                    "  %-20s %s%n",
                    name, String.join(" ", line.getCommandSpec().usageMessage().header()))));
  }

  private void positionals(StringBuilder text) {
    if (!spec.positionalParameters().isEmpty()) {
      heading(text, "Arguments");
      Help.Layout layout = layout();
      layout.addPositionalParameters(
          spec.positionalParameters(), help.createDefaultParamLabelRenderer());
      text.append(layout);
    }
  }

  private void options(StringBuilder text, List<OptionSpec> options) {
    Map<String, String> defaults =
        spec.userObject() instanceof Defaults source ? source.defaults() : Map.of();
    Help.Layout layout = layout();
    layout.addOptions(
        options.stream().map(option -> withDefault(option, defaults)).toList(),
        help.createDefaultParamLabelRenderer());
    text.append(layout);
  }

  private Help.Layout layout() {
    spec.usageMessage().width(WIDTH);
    return help.createDefaultLayout();
  }

  private static OptionSpec withDefault(OptionSpec option, Map<String, String> defaults) {
    for (String name : option.names()) {
      String value = defaults.get(name);
      if (value != null) {
        String[] lines = option.description().clone();
        lines[lines.length - 1] += " Default: " + value + ".";
        // What comes is formatted already, and the builder takes formats.
        lines = Stream.of(lines).map(line -> line.replace("%", "%%")).toArray(String[]::new);
        return OptionSpec.builder(option).description(lines).build();
      }
    }
    return option;
  }
}
