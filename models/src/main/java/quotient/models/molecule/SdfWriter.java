package quotient.models.molecule;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import quotient.models.io.TextOutput;

/// Writes SDF records: V2000, or V3000 for more than 999 atoms or bonds.
///
/// A file appears under its name at {@link #commit}; until then, and if the writer is closed without
/// it, there is only `name.part`. Names that end in `.gz` are compressed. The header line holds the
/// program and `3D`; its time stamp stays blank, so that equal runs give equal files. *Confined.*
public final class SdfWriter implements Closeable {
  private static final String HEADER = "  Quotient          3D";
  private static final int V2000_LIMIT = 999;
  private static final double LARGEST = 99_999.9999;

  private final TextOutput out;
  private final StringBuilder text = new StringBuilder(8192);
  private long records;

  private SdfWriter(TextOutput out) {
    this.out = out;
  }

  /// Opens a file.
  ///
  /// @throws IOException if it exists and may not be overwritten
  public static SdfWriter create(Path target, boolean overwrite) throws IOException {
    return new SdfWriter(TextOutput.create(target, overwrite));
  }

  /// Writes to a stream of the caller's, which is flushed and never closed.
  public static SdfWriter of(OutputStream stream) {
    return new SdfWriter(TextOutput.of(stream));
  }

  /// Writes a conformer with the molecule's title and data items.
  public void write(SdfRecord record) throws IOException {
    write(record.molecule(), record.coordinates(), 0, record.molecule().items());
  }

  /// Writes a conformer with the molecule's title and the given data items.
  ///
  /// @param xyz Å; the conformer is xyz[3 from] to xyz[3 (from + n) - 1]
  /// @param from the first point of the conformer
  /// @throws IllegalArgumentException for a coordinate that ten columns cannot hold, an aromatic
  ///     bond without a Kekulé form, or an item with an empty line
  public void write(Molecule molecule, float[] xyz, int from, Map<String, String> items)
      throws IOException {
    text.setLength(0);
    text.append(molecule.title()).append('\n').append(HEADER).append("\n\n");
    if (Math.max(molecule.atomCount(), molecule.bondCount()) > V2000_LIMIT) {
      v3000(molecule, xyz, 3 * from);
    } else {
      v2000(molecule, xyz, 3 * from);
    }
    items.forEach(this::item);
    text.append("$$$$\n");
    out.write(text);
    records++;
  }

  /// Number of records written.
  public long recordCount() {
    return records;
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

  private void v2000(Molecule molecule, float[] xyz, int offset) {
    int n = molecule.atomCount();
    pad(n, 3);
    pad(molecule.bondCount(), 3);
    text.append("  0  0").append(chiral(molecule) ? "  1" : "  0");
    text.append("  0  0  0  0  0999 V2000\n");
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < 3; d++) {
        fixed(xyz[offset + 3 * i + d], 10);
      }
      String symbol = Elements.symbol(molecule.atomicNumber(i));
      text.append(' ').append(symbol).append(" ".repeat(3 - symbol.length()));
      text.append(" 0  0  0  0  0  0  0  0  0  0  0  0\n");
    }
    for (int b = 0; b < molecule.bondCount(); b++) {
      pad(molecule.bondBegin(b) + 1, 3);
      pad(molecule.bondEnd(b) + 1, 3);
      pad(order(molecule, b), 3);
      text.append("  0\n");
    }
    property(molecule, "M  CHG", molecule::formalCharge);
    property(molecule, "M  RAD", i -> radicalCode(molecule.radicalElectrons(i)));
    property(molecule, "M  ISO", molecule::isotope);
    text.append("M  END\n");
  }

  private interface AtomValue {
    int of(int atom);
  }

  private void property(Molecule molecule, String name, AtomValue value) {
    int n = molecule.atomCount();
    int[] atoms = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (value.of(i) != 0) {
        atoms[count++] = i;
      }
    }
    for (int from = 0; from < count; from += 8) {
      int to = Math.min(from + 8, count);
      text.append(name);
      pad(to - from, 3);
      for (int k = from; k < to; k++) {
        pad(atoms[k] + 1, 4);
        pad(value.of(atoms[k]), 4);
      }
      text.append('\n');
    }
  }

  private void v3000(Molecule molecule, float[] xyz, int offset) {
    text.append("  0  0  0     0  0            999 V3000\n");
    text.append("M  V30 BEGIN CTAB\nM  V30 COUNTS ").append(molecule.atomCount()).append(' ');
    text.append(molecule.bondCount()).append(" 0 0 ").append(chiral(molecule) ? 1 : 0);
    text.append("\nM  V30 BEGIN ATOM\n");
    for (int i = 0; i < molecule.atomCount(); i++) {
      text.append("M  V30 ").append(i + 1).append(' ');
      text.append(Elements.symbol(molecule.atomicNumber(i)));
      for (int d = 0; d < 3; d++) {
        text.append(' ');
        fixed(xyz[offset + 3 * i + d], 0);
      }
      text.append(" 0");
      keyword("CHG", molecule.formalCharge(i));
      keyword("RAD", radicalCode(molecule.radicalElectrons(i)));
      keyword("MASS", molecule.isotope(i));
      text.append('\n');
    }
    text.append("M  V30 END ATOM\n");
    if (molecule.bondCount() > 0) {
      text.append("M  V30 BEGIN BOND\n");
      for (int b = 0; b < molecule.bondCount(); b++) {
        text.append("M  V30 ").append(b + 1).append(' ').append(order(molecule, b)).append(' ');
        text.append(molecule.bondBegin(b) + 1).append(' ').append(molecule.bondEnd(b) + 1);
        text.append('\n');
      }
      text.append("M  V30 END BOND\n");
    }
    text.append("M  V30 END CTAB\nM  END\n");
  }

  private void keyword(String key, int value) {
    if (value != 0) {
      text.append(' ').append(key).append('=').append(value);
    }
  }

  private void item(String name, String value) {
    if (name.isEmpty() || name.indexOf('>') >= 0 || name.indexOf('<') >= 0) {
      throw new IllegalArgumentException("SdfWriter: \"" + name + "\" is no name of a data item");
    }
    text.append(">  <").append(name).append(">\n");
    if (!value.isEmpty()) {
      for (String line : value.split("\n", -1)) {
        if (line.isBlank() || line.startsWith("$$$$")) {
          throw new IllegalArgumentException(
              "SdfWriter: data item " + name + " holds a line that would end it: \"" + line + '"');
        }
        text.append(line).append('\n');
      }
    }
    text.append('\n');
  }

  private static boolean chiral(Molecule molecule) {
    return !molecule.tetrahedralCentres().isEmpty();
  }

  private static int order(Molecule molecule, int bond) {
    int order = molecule.bondOrder(bond);
    if (order == Molecule.AROMATIC) {
      throw new IllegalArgumentException(
          "SdfWriter: bond " + (bond + 1) + " is aromatic without a Kekulé form; assign one first");
    }
    return order;
  }

  /// The format's code of a number of unpaired electrons; two count as a triplet.
  private static int radicalCode(int unpaired) {
    return switch (unpaired) {
      case 0 -> 0;
      case 1 -> 2;
      default -> 3;
    };
  }

  /// A number with four decimals, right-aligned in at least that many columns; never -0.0000.
  private void fixed(float value, int width) {
    if (!(Math.abs(value) < LARGEST) || (width > 0 && value < -9_999.9999)) {
      throw new IllegalArgumentException(
          "SdfWriter: coordinate " + value + " Å does not fit; centre the conformer first");
    }
    long scaled = (long) Math.rint(value * 1e4);
    long whole = Math.abs(scaled) / 10_000;
    int fraction = (int) (Math.abs(scaled) % 10_000);
    String sign = scaled < 0 ? "-" : "";
    String digits = sign + whole;
    text.repeat(' ', Math.max(0, width - 5 - digits.length())).append(digits).append('.');
    text.append((char) ('0' + fraction / 1000)).append((char) ('0' + fraction / 100 % 10));
    text.append((char) ('0' + fraction / 10 % 10)).append((char) ('0' + fraction % 10));
  }

  private void pad(int value, int width) {
    String digits = Integer.toString(value);
    text.repeat(' ', Math.max(0, width - digits.length())).append(digits);
  }
}
