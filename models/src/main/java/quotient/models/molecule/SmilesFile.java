package quotient.models.molecule;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// Lists of SMILES: plain lines (`SMILES name`), or tables with a header (CSV, TSV).
///
/// In plain lists the name is what follows the first white space, up to the end of the line; blank
/// lines are skipped, and there is no comment sign (`#` is a triple bond). Reads a stream; the
/// SMILES themselves are not parsed here. *Confined.*
public final class SmilesFile implements Closeable {
  private static final String NAME = "SmilesFile";

  private final TextLines lines;
  private final Optional<Layout> table;
  private int smilesColumn;
  private int nameColumn = -1;
  private int columns;

  /// One entry.
  ///
  /// @param name as given, or `line-N` with the number of its line
  /// @param line where it begins, from 1
  public record Entry(String smiles, String name, long line) {}

  /// How a table is laid out.
  ///
  /// @param separator between cells, a comma or a tab
  /// @param smilesColumn its heading
  /// @param nameColumn its heading, if names are wanted
  public record Layout(char separator, String smilesColumn, Optional<String> nameColumn) {}

  private SmilesFile(TextLines lines, Optional<Layout> table) throws IOException {
    this.lines = lines;
    this.table = table;
    if (table.isPresent()) {
      readHeader(table.get());
    }
  }

  /// Opens a plain list.
  public static SmilesFile open(Path file) throws IOException {
    return of(TextLines.open(NAME, file), Optional.empty());
  }

  /// Opens a table.
  public static SmilesFile open(Path file, Layout layout) throws IOException {
    return of(TextLines.open(NAME, file), Optional.of(layout));
  }

  /// Reads from a stream, which {@link #close} closes.
  ///
  /// @param name what errors call the stream
  /// @param layout of a table; empty for a plain list
  public static SmilesFile open(String name, InputStream stream, Optional<Layout> layout)
      throws IOException {
    return of(TextLines.of(NAME, name, stream), layout);
  }

  private static SmilesFile of(TextLines lines, Optional<Layout> layout) throws IOException {
    try {
      return new SmilesFile(lines, layout);
    } catch (IOException e) {
      lines.close();
      throw e;
    }
  }

  /// The next entry, or empty at the end of the file.
  ///
  /// @throws FormatException if a row of a table has too few cells; the next call reads the next row
  public Optional<Entry> next() throws IOException {
    while (lines.next()) {
      if (!lines.isBlank()) {
        return Optional.of(table.isPresent() ? row(table.get().separator()) : line());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private Entry line() {
    String text = lines.text();
    int start = 0;
    while (Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    int end = start;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return entry(text.substring(start, end), text.substring(end).strip(), lines.number());
  }

  private Entry row(char separator) throws IOException {
    long line = lines.number();
    List<String> cells = cells(separator);
    if (cells.size() <= Math.max(smilesColumn, nameColumn)) {
      throw lines.error("expected " + columns + " cells, found " + cells.size());
    }
    String smiles = cells.get(smilesColumn).strip();
    if (smiles.isEmpty()) {
      throw lines.error("the cell of the SMILES is empty");
    }
    return entry(smiles, nameColumn < 0 ? "" : cells.get(nameColumn).strip(), line);
  }

  private static Entry entry(String smiles, String name, long line) {
    String flat = name.replace('\n', ' ').replace('\r', ' ');
    return new Entry(smiles, flat.isEmpty() ? "line-" + line : flat, line);
  }

  private void readHeader(Layout layout) throws IOException {
    if (!lines.next()) {
      throw lines.error("the table has no header line");
    }
    List<String> names = cells(layout.separator());
    names.replaceAll(String::strip);
    columns = names.size();
    smilesColumn = column(names, layout.smilesColumn());
    if (layout.nameColumn().isPresent()) {
      nameColumn = column(names, layout.nameColumn().get());
    }
  }

  private int column(List<String> names, String wanted) throws FormatException {
    int index = names.indexOf(wanted);
    if (index < 0) {
      throw lines.error("no column \"" + wanted + "\"; the columns are " + names);
    }
    return index;
  }

  /// Splits the current line; cells may stand in quotes, and then hold separators, doubled quotes
  /// and line breaks (RFC 4180).
  private List<String> cells(char separator) throws IOException {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    String text = lines.text();
    long begin = lines.number();
    boolean quoted = false;
    int i = 0;
    while (true) {
      if (i == text.length()) {
        if (!quoted) {
          cells.add(cell.toString());
          return cells;
        }
        if (!lines.next()) {
          throw lines.error("a quote opened on line " + begin + " is never closed");
        }
        cell.append('\n');
        text = lines.text();
        i = 0;
        continue;
      }
      char c = text.charAt(i++);
      if (quoted) {
        if (c != '"') {
          cell.append(c);
        } else if (i < text.length() && text.charAt(i) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"' && cell.isEmpty()) {
        quoted = true;
      } else if (c == separator) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
  }
}
