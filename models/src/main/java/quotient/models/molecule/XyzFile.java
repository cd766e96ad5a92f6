package quotient.models.molecule;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;
import quotient.models.io.TextOutput;

/// XYZ files: frames of a count, a comment and `symbol x y z` lines in Å; no bonds.
///
/// The comment is written in the extended form, a list of `key=value` pairs that names the columns.
public final class XyzFile {
  private static final String NAME = "XyzFile";
  private static final int MAX_ATOMS = 10_000_000;

  private XyzFile() {}

  /// One frame.
  ///
  /// @param atomicNumbers `int[n]`
  /// @param coordinates `float[3 n]`, Å
  /// @param comment the second line, untouched
  public record Frame(int[] atomicNumbers, float[] coordinates, String comment) {}

  /// All frames of a file, plain or gzip'd.
  ///
  /// @throws FormatException at the first broken frame
  public static List<Frame> readAll(Path file) throws IOException {
    List<Frame> frames = new ArrayList<>();
    try (TextLines lines = TextLines.open(NAME, file)) {
      while (lines.next()) {
        if (!lines.isBlank()) {
          frames.add(frame(lines));
        }
      }
    }
    return frames;
  }

  private static Frame frame(TextLines lines) throws IOException {
    int n = count(lines);
    if (!lines.next()) {
      throw lines.error("the file ends where it should have a comment line");
    }
    String comment = lines.text();
    int[] atomicNumbers = new int[n];
    float[] xyz = new float[3 * n];
    for (int i = 0; i < n; i++) {
      if (!lines.next()) {
        throw lines.error("the file ends at atom " + (i + 1) + " of " + n);
      }
      String[] words = lines.text().strip().split("\\s+", -1);
      if (words.length < 4) {
        throw lines.error("expected symbol x y z, found " + TextLines.quote(lines.text()));
      }
      atomicNumbers[i] =
          Elements.atomicNumber(words[0])
              .orElseThrow(() -> lines.error("unknown element " + TextLines.quote(words[0])));
      for (int d = 0; d < 3; d++) {
        xyz[3 * i + d] = coordinate(words[d + 1], lines);
      }
    }
    return new Frame(atomicNumbers, xyz, comment);
  }

  private static int count(TextLines lines) throws FormatException {
    String text = lines.text().strip();
    int n;
    try {
      n = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw lines.error("expected a number of atoms, found " + TextLines.quote(text));
    }
    if (n < 0 || n > MAX_ATOMS) {
      throw lines.error("number of atoms must be 0 to " + MAX_ATOMS + ", found " + n);
    }
    return n;
  }

  private static float coordinate(String word, TextLines lines) throws FormatException {
    try {
      float value = Float.parseFloat(word);
      if (Float.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw lines.error("expected a coordinate, found " + TextLines.quote(word));
    }
    throw lines.error("expected a finite coordinate, found " + TextLines.quote(word));
  }

  /// Writes frames; a file appears under its name at {@link #commit}. *Confined.*
  public static final class Writer implements Closeable {
    private final TextOutput out;

    private Writer(TextOutput out) {
      this.out = out;
    }

    /// Opens a file.
    ///
    /// @throws IOException if it exists and may not be overwritten
    public static Writer create(Path target, boolean overwrite) throws IOException {
      return new Writer(TextOutput.create(target, overwrite));
    }

    /// Writes to a stream of the caller's, which is flushed and never closed.
    public static Writer of(OutputStream stream) {
      return new Writer(TextOutput.of(stream));
    }

    /// Appends a frame.
    ///
    /// @param xyz Å; the conformer is xyz[3 from] to xyz[3 (from + n) - 1]
    /// @param properties further pairs of the comment line, after the name
    public void write(Molecule molecule, float[] xyz, int from, Map<String, String> properties)
        throws IOException {
      StringBuilder text = new StringBuilder();
      text.append(molecule.atomCount()).append("\nProperties=species:S:1:pos:R:3 name=");
      text.append(quoted(molecule.title()));
      properties.forEach(
          (key, value) -> text.append(' ').append(key).append('=').append(word(value)));
      text.append(" pbc=\"F F F\"\n");
      for (int i = 0; i < molecule.atomCount(); i++) {
        text.append(Elements.symbol(molecule.atomicNumber(i)));
        for (int d = 0; d < 3; d++) {
          float value = xyz[3 * (from + i) + d];
          if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(
                "XyzFile: coordinate of atom " + (i + 1) + " is " + value);
          }
          text.append(String.format(Locale.ROOT, " %.6f", value));
        }
        text.append('\n');
      }
      out.write(text);
    }

    /// Finishes the file and gives it its name; flushes a stream.
    public void commit() throws IOException {
      out.commit();
    }

    /// Removes the unfinished file unless it was committed.
    @Override
    public void close() throws IOException {
      out.close();
    }

    private static String word(String value) {
      boolean plain = !value.isEmpty();
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        plain &= c > ' ' && c != '"' && c != '\\' && c != '=';
      }
      return plain ? value : quoted(value);
    }

    private static String quoted(String value) {
      String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace('\n', ' ');
      return '"' + escaped + '"';
    }
  }
}
