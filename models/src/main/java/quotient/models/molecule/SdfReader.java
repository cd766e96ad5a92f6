package quotient.models.molecule;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// Reads an SDF file record by record; a broken record is an error that the caller may step over.
///
/// After a {@link FormatException} of {@link #next} the reader stands at the next record, so that a
/// caller can count the failure and go on; {@link #nextReadable} does just that. *Confined.*
public final class SdfReader implements Closeable {
  private static final String NAME = "SdfFile";
  private static final String SEPARATOR = "$$$$";

  private final TextLines lines;
  private final MolBlock block;
  private long records;
  private long broken;
  private boolean ended;
  private boolean atSeparator;

  private SdfReader(TextLines lines) {
    this.lines = lines;
    this.block = new MolBlock(lines);
  }

  static SdfReader open(Path file) throws IOException {
    return new SdfReader(TextLines.open(NAME, file));
  }

  static SdfReader of(String name, InputStream stream) throws IOException {
    return new SdfReader(TextLines.of(NAME, name, stream));
  }

  /// The next record, or empty at the end of the file.
  ///
  /// @throws FormatException if the record is broken; the next call reads the one after it
  public Optional<SdfRecord> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    atSeparator = false;
    try {
      return header();
    } catch (FormatException e) {
      broken++;
      skipRecord();
      throw new FormatException(e.getMessage() + "; record " + records, e);
    } catch (IllegalArgumentException e) {
      broken++;
      FormatException at = lines.error(e.getMessage() + "; record " + records);
      at.initCause(e);
      skipRecord();
      throw at;
    }
  }

  /// The next record that can be read, or empty at the end of the file.
  ///
  /// @param onBroken told of every record that is stepped over
  public Optional<SdfRecord> nextReadable(Consumer<FormatException> onBroken) throws IOException {
    while (true) {
      try {
        return next();
      } catch (FormatException e) {
        onBroken.accept(e);
      }
    }
  }

  /// Number of records begun so far, broken ones included.
  public long recordCount() {
    return records;
  }

  /// Number of broken records so far.
  public long brokenCount() {
    return broken;
  }

  /// Number of bytes of the unpacked text up to the next record.
  public long offset() {
    return lines.offset();
  }

  /// Name of the file or stream.
  public String file() {
    return lines.file();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  /// Reads the three header lines and what follows; blank lines at the end of a file are no record.
  private Optional<SdfRecord> header() throws IOException {
    if (!lines.next()) {
      ended = true;
      return Optional.empty();
    }
    records++;
    long line = lines.number();
    String title = lines.text();
    boolean blank = lines.isBlank();
    for (int i = 2; i <= 4 || blank; i++) {
      if (!lines.next()) {
        ended = true;
        if (blank) {
          records--;
          return Optional.empty();
        }
        throw lines.error("the file ends in the header of a record");
      }
      if (lines.startsWith(SEPARATOR)) {
        throw lines.error("record without a connection table");
      }
      blank &= lines.isBlank();
      if (i > 4 && !blank) {
        throw lines.error("expected a counts line after three header lines, found blank lines");
      }
    }
    return Optional.of(record(title, line));
  }

  private SdfRecord record(String title, long line) throws IOException {
    Molecule.Builder molecule = Molecule.builder().title(title);
    float[] coordinates = block.read(molecule);
    items(molecule);
    Molecule built = molecule.build();
    String smiles = built.items().get("SMILES");
    return new SdfRecord(
        smiles == null ? built : built.withSmiles(smiles), coordinates, records, line);
  }

  /// Reads data items up to the separator or the end of the file.
  private void items(Molecule.Builder molecule) throws IOException {
    while (lines.next()) {
      if (lines.startsWith(SEPARATOR)) {
        atSeparator = true;
        return;
      }
      if (lines.length() > 0 && lines.bytes()[0] == '>') {
        String name = itemName(lines.text());
        molecule.item(name, itemValue());
        if (atSeparator) {
          return;
        }
      }
    }
    ended = true;
  }

  private String itemName(String header) throws FormatException {
    int open = header.indexOf('<');
    int close = header.lastIndexOf('>');
    if (open > 0 && close > open) {
      return header.substring(open + 1, close);
    }
    String field = header.substring(1).strip();
    if (field.isEmpty()) {
      throw lines.error("data item without a name; expected > <NAME>");
    }
    return field;
  }

  private String itemValue() throws IOException {
    StringBuilder value = new StringBuilder();
    boolean first = true;
    while (lines.next() && !lines.isBlank()) {
      if (lines.startsWith(SEPARATOR)) {
        atSeparator = true;
        break;
      }
      value.append(first ? "" : "\n").append(lines.text());
      first = false;
    }
    return value.toString();
  }

  private void skipRecord() throws IOException {
    if (atSeparator || lines.startsWith(SEPARATOR)) {
      return;
    }
    try {
      while (lines.next()) {
        if (lines.startsWith(SEPARATOR)) {
          return;
        }
      }
      ended = true;
    } catch (FormatException unreadable) {
      ended = true;
    }
  }
}
