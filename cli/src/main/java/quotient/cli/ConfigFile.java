package quotient.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import quotient.models.io.FormatException;

/// Options from `--config FILE.json`: keys are option names without their dashes.
///
/// A file that an earlier run wrote is understood too: its options stand under `settings`. The
/// command line wins over the file; the file wins over a checkpoint's and the built-in defaults.
final class ConfigFile implements IDefaultValueProvider {
  private static final String OPTION = "--config";
  private static final String SETTINGS = "settings";

  /// A verb to which `--config` means something else than options.
  interface OwnConfig {}

  private final String name;
  private final Map<String, JsonElement> values;

  private ConfigFile(String name, JsonObject values) {
    this.name = name;
    this.values = values.asMap();
  }

  /// The file that the arguments name with `--config`; without one, no options at all.
  static ConfigFile find(String[] args) throws IOException {
    for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
      if (args[i].startsWith(OPTION + "=")) {
        return read(Path.of(args[i].substring(OPTION.length() + 1)));
      }
      if (args[i].equals(OPTION) && i + 1 < args.length) {
        return read(Path.of(args[i + 1]));
      }
    }
    return new ConfigFile("", new JsonObject());
  }

  private static ConfigFile read(Path path) throws IOException {
    try {
      JsonElement root = JsonParser.parseString(Files.readString(path));
      if (root.isJsonObject()) {
        JsonObject object = root.getAsJsonObject();
        JsonElement settings = object.get(SETTINGS);
        return new ConfigFile(
            path.toString(),
            settings != null && settings.isJsonObject() ? settings.getAsJsonObject() : object);
      }
    } catch (JsonParseException | IllegalStateException e) {
      throw new FormatException(path + ": not valid JSON: " + e.getMessage(), e);
    }
    throw new FormatException(path + ": expected a JSON object with option names as keys");
  }

  /// picocli takes null for "no default".
  @Override
  @SuppressWarnings("NullAway")
  public String defaultValue(ArgSpec argument) {
    return find(argument).map(ConfigFile::text).orElse(null);
  }

  private Optional<JsonElement> find(ArgSpec argument) {
    if (argument instanceof OptionSpec option && !hasOwnConfig(option.command())) {
      for (String key : keys(option)) {
        JsonElement value = values.get(key);
        if (value != null && !value.isJsonNull()) {
          return Optional.of(value);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean hasOwnConfig(CommandSpec verb) {
    return verb.userObject() instanceof OwnConfig;
  }

  private static List<String> keys(OptionSpec option) {
    List<String> keys = new ArrayList<>();
    for (String optionName : option.names()) {
      keys.add(optionName.replaceFirst("^--?", ""));
    }
    return keys;
  }

  private static String text(JsonElement value) {
    if (value instanceof JsonArray array) {
      List<String> parts = new ArrayList<>();
      array.forEach(part -> parts.add(part.getAsString()));
      return String.join(",", parts);
    }
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  /// Refuses keys that the verb has no option for.
  void checkKeys(CommandSpec verb) {
    if (hasOwnConfig(verb)) {
      return;
    }
    TreeSet<String> known = new TreeSet<>();
    for (OptionSpec option : verb.options()) {
      known.addAll(keys(option));
    }
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new UsageException(
            name
                + ": unknown key \""
                + key
                + "\""
                + Suggestion.of(key, known)
                + "; keys are the options of 'quotient help "
                + verb.qualifiedName(" ").replaceFirst("^quotient ?", "")
                + "' without dashes");
      }
    }
  }
}
