package quotient.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths on the command line: `100`, `50,75,100`, `50:250:50` (from, to, step), or a mixture.
final class Lengths {
  private static final Pattern PART = Pattern.compile("(\\d{1,6})(?::(\\d{1,6})(?::(\\d{1,6}))?)?");
  private static final int SHORTEST = 4;
  private static final int MOST = 100_000;

  private Lengths() {}

  /// @throws UsageException if the text has another form
  static List<Integer> parse(String option, String text) {
    List<Integer> lengths = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher m = PART.matcher(part.strip());
      if (!m.matches()) {
        throw new UsageException(
            option + ": expected lengths such as 100 or 50:250:50, found \"" + text + "\"");
      }
      int from = Integer.parseInt(m.group(1));
      int to = m.group(2) == null ? from : Integer.parseInt(m.group(2));
      int step = m.group(3) == null ? 1 : Integer.parseInt(m.group(3));
      if (from < SHORTEST || to < from || step < 1 || (to - from) / step >= MOST) {
        throw new UsageException(
            option
                + ": expected "
                + SHORTEST
                + " residues or more, ascending by at least one, found \""
                + part
                + "\"");
      }
      for (int length = from; length <= to; length += step) {
        lengths.add(length);
      }
    }
    return lengths;
  }
}
