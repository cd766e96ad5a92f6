package quotient.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths of time as people write them: `90s`, `30m`, `1.5h`, or seconds alone.
final class Durations {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(s|m|min|h)?");

  private Durations() {}

  /// @param option named in the complaint
  /// @throws UsageException if the text has another form
  static double seconds(String option, String text) {
    Matcher m = FORM.matcher(text.strip());
    if (!m.matches()) {
      throw new UsageException(
          option + ": expected a time such as 90s, 30m or 2h, found \"" + text + "\"");
    }
    double number = Double.parseDouble(m.group(1));
    return switch (m.group(2)) {
      case "h" -> 3600 * number;
      case "m", "min" -> 60 * number;
      case null, default -> number;
    };
  }
}
