package quotient.models.protein;

import java.io.IOException;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// The words of a CIF file, one after another: bare, in quotes, or text fields over several lines.
///
/// Grammar: Hall, Allen & Brown 1991, as mmCIF uses it. *Confined.*
final class CifTokens {
  private final TextLines lines;
  private String line = "";
  private int position;
  private boolean quoted;
  private String text = "";

  CifTokens(TextLines lines) {
    this.lines = lines;
  }

  /// Moves to the next word; false at the end of the file.
  boolean next() throws IOException {
    while (true) {
      while (position < line.length() && line.charAt(position) <= ' ') {
        position++;
      }
      if (position < line.length() && line.charAt(position) != '#') {
        word();
        return true;
      }
      if (!lines.next()) {
        return false;
      }
      line = lines.text();
      position = 0;
      if (line.startsWith(";")) {
        field();
        return true;
      }
    }
  }

  /// The current word, without its quotes.
  String text() {
    return text;
  }

  /// Whether the word stood in quotes; then it is a value whatever it looks like.
  boolean isQuoted() {
    return quoted;
  }

  /// Whether the word is the name of an item.
  boolean isName() {
    return !quoted && text.startsWith("_");
  }

  /// Whether the word begins something else than a value.
  boolean isKeyword() {
    return !quoted
        && (text.startsWith("_")
            || startsWith("loop_")
            || startsWith("data_")
            || startsWith("save_")
            || startsWith("global_")
            || startsWith("stop_"));
  }

  /// Whether the word begins with that reserved word, in any case.
  boolean startsWith(String word) {
    return !quoted && text.regionMatches(true, 0, word, 0, word.length());
  }

  FormatException error(String problem) {
    return lines.error(problem);
  }

  private void word() throws FormatException {
    char first = line.charAt(position);
    quoted = first == '\'' || first == '"';
    int end;
    if (quoted) {
      end = position + 1;
      while (end < line.length()
          && !(line.charAt(end) == first
              && (end + 1 == line.length() || line.charAt(end + 1) <= ' '))) {
        end++;
      }
      if (end == line.length()) {
        throw lines.error("a quote is not closed: " + TextLines.quote(line.substring(position)));
      }
      text = line.substring(position + 1, end);
      position = end + 1;
    } else {
      end = position;
      while (end < line.length() && line.charAt(end) > ' ') {
        end++;
      }
      text = line.substring(position, end);
      position = end;
    }
  }

  /// Text between two lines that begin with a semicolon.
  private void field() throws IOException {
    long begin = lines.number();
    StringBuilder value = new StringBuilder(line.substring(1));
    while (true) {
      if (!lines.next()) {
        throw lines.error("the text that begins on line " + begin + " is never closed");
      }
      line = lines.text();
      if (line.startsWith(";")) {
        break;
      }
      value.append('\n').append(line);
    }
    text = value.toString();
    quoted = true;
    position = 1;
  }
}
