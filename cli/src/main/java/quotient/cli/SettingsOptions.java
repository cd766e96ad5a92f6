package quotient.cli;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import quotient.models.io.FormatException;
import quotient.models.io.RecordJson;

/// Options made from the components of a settings record: its names are the options' names, its
/// defaults are what help shows, and its own checks are what refuses a value.
final class SettingsOptions {
  /// Settings that belong to a run and not to a preset.
  private static final List<String> NOT_PRESET = List.of("seed", "max-minutes");

  private SettingsOptions() {}

  /// Adds an option for every described component.
  ///
  /// @param words what each option is about, by name; those whose text begins with `*` belong to the
  ///     main options
  static void add(CommandSpec spec, Map<String, String> words) {
    words.forEach((name, text) -> {
      boolean main = text.startsWith("*");
      spec.addOption(
          OptionSpec.builder("--" + name)
              .type(String.class)
              .paramLabel("VALUE")
              .order(main ? 1 : -1)
              .description(main ? text.substring(1) : text)
              .build());
    });
  }

  /// The settings with what was given on the command line or in a configuration file.
  ///
  /// @throws UsageException if the record refuses a value
  static <R extends Record> R merge(R defaults, CommandSpec spec) {
    JsonObject given = new JsonObject();
    for (String name : RecordJson.names(defaults.getClass())) {
      OptionSpec option = spec.findOption("--" + name);
      if (option != null && option.getValue() instanceof String value) {
        given.addProperty(name, value);
      }
    }
    try {
      return RecordJson.merge(defaults, given, "option");
    } catch (FormatException | IllegalArgumentException e) {
      throw new UsageException("--" + String.valueOf(e.getMessage()).replaceFirst("^option: ", ""));
    }
  }

  /// The settings of an earlier run, from its configuration file.
  ///
  /// @throws FormatException if a value is not what the record expects
  static <R extends Record> R stored(R defaults, JsonObject stored, Path file)
      throws FormatException {
    JsonObject own = new JsonObject();
    for (String name : RecordJson.names(defaults.getClass())) {
      if (stored.has(name)) {
        own.add(name, stored.get(name));
      }
    }
    try {
      return RecordJson.merge(defaults, own, file.toString());
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  /// Whether the option was given on the command line or in a configuration file.
  static boolean isGiven(CommandSpec spec, String name) {
    OptionSpec option = spec.findOption("--" + name);
    return option != null && option.getValue() != null;
  }

  /// Adds the record's values to defaults for help, as option names with dashes.
  static void addDefaults(Record settings, Map<String, String> defaults) {
    JsonObject json = RecordJson.toJson(settings);
    for (String name : json.keySet()) {
      defaults.put("--" + name, json.get(name).getAsString());
    }
  }

  /// A table of presets: a row per setting, a column per preset.
  static String table(List<String> presets, List<List<Record>> values) {
    StringBuilder text = new StringBuilder("Presets\n");
    text.append(String.format("  %-20s", ""));
    presets.forEach(preset -> text.append(String.format(" %14s", preset)));
    text.append('\n');
    int records = values.getFirst().size();
    for (int r = 0; r < records; r++) {
      for (String name : RecordJson.names(values.getFirst().get(r).getClass())) {
        if (NOT_PRESET.contains(name)) {
          continue;
        }
        text.append(String.format("  %-20s", name));
        for (List<Record> preset : values) {
          String value = RecordJson.toJson(preset.get(r)).get(name).getAsString();
          text.append(String.format(" %14s", value));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }
}
