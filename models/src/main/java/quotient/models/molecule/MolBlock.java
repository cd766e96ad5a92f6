package quotient.models.molecule;

import java.io.IOException;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// Reads a connection table, from its counts line to `M  END`, in either version. *Confined.*
final class MolBlock {
  private static final int MAX_ATOMS = 1_000_000;
  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};

  private final TextLines lines;
  private final MolBlockV3000 v3000;

  MolBlock(TextLines lines) {
    this.lines = lines;
    this.v3000 = new MolBlockV3000(lines);
  }

  /// Adds the atoms and bonds to the builder and returns `float[3 n]` coordinates in Å.
  ///
  /// The counts line is the current line of the file; `M  END` is, afterwards.
  float[] read(Molecule.Builder molecule) throws IOException {
    String version = lines.text(33, 39).strip();
    if (version.equals("V3000")) {
      return v3000.read(molecule);
    }
    if (!version.isEmpty() && !version.equals("V2000")) {
      throw lines.error(
          "expected a counts line that ends in V2000 or V3000, found "
              + TextLines.quote(lines.text()));
    }
    int atoms = count(0, "number of atoms");
    int bonds = count(3, "number of bonds");
    float[] coordinates = new float[3 * atoms];
    for (int i = 0; i < atoms; i++) {
      next("atom line " + (i + 1) + " of " + atoms);
      atom(molecule, i, coordinates);
    }
    for (int b = 0; b < bonds; b++) {
      next("bond line " + (b + 1) + " of " + bonds);
      bond(molecule, atoms);
    }
    properties(molecule);
    return coordinates;
  }

  private void atom(Molecule.Builder molecule, int i, float[] coordinates) throws FormatException {
    if (lines.length() < 32) {
      throw lines.error(
          "expected 3 coordinates (columns 1-30) and a symbol (32-34), found "
              + TextLines.quote(lines.text()));
    }
    for (int d = 0; d < 3; d++) {
      coordinates[3 * i + d] = coordinate(10 * d, 10 * d + 10);
    }
    String symbol = lines.text(31, 34).strip();
    addAtom(molecule, symbol, lines);
    int massDifference = optionalInt(34, 36, "mass difference");
    if (massDifference != 0) {
      int z = Elements.atomicNumber(symbol).orElse(Elements.HYDROGEN);
      molecule.isotope(i, Elements.abundantIsotope(z) + massDifference);
    }
    int code = optionalInt(36, 39, "charge code");
    if (code == 4) {
      molecule.radicalElectrons(i, 1);
    } else if (code != 0) {
      if (code < 0 || code > 7) {
        throw lines.error("charge code must be 0 to 7, found " + code);
      }
      molecule.charge(i, 4 - code);
    }
  }

  private void bond(Molecule.Builder molecule, int atoms) throws FormatException {
    int begin = integer(0, 3, "first atom of a bond");
    int end = integer(3, 6, "second atom of a bond");
    int order = integer(6, 9, "bond type");
    addBond(molecule, begin, end, order, atoms, lines);
  }

  /// The property lines up to `M  END`; charge, isotope and radical lines replace the atom block's.
  private void properties(Molecule.Builder molecule) throws IOException {
    boolean charged = false;
    boolean heavier = false;
    while (true) {
      next("property line or M  END");
      if (lines.startsWith("M  END")) {
        return;
      }
      if (lines.startsWith("M  CHG") || lines.startsWith("M  RAD")) {
        if (!charged) {
          for (int i = 0; i < molecule.atomCount(); i++) {
            molecule.charge(i, 0).radicalElectrons(i, 0);
          }
          charged = true;
        }
        pairs(molecule, lines.bytes()[3] == 'C' ? Property.CHARGE : Property.RADICAL);
      } else if (lines.startsWith("M  ISO")) {
        if (!heavier) {
          for (int i = 0; i < molecule.atomCount(); i++) {
            molecule.isotope(i, 0);
          }
          heavier = true;
        }
        pairs(molecule, Property.ISOTOPE);
      } else if (lines.startsWith("$$$$") || lines.startsWith("> ")) {
        throw lines.error("the connection table has no M  END");
      } else if (lines.startsWith("A  ") || lines.startsWith("G  ")) {
        next("text of an atom alias");
      }
    }
  }

  private enum Property {
    CHARGE,
    ISOTOPE,
    RADICAL
  }

  private void pairs(Molecule.Builder molecule, Property property) throws FormatException {
    int count = integer(6, 9, "number of entries");
    for (int k = 0; k < count; k++) {
      int atom = integer(9 + 8 * k, 13 + 8 * k, "atom of entry " + (k + 1)) - 1;
      int value = integer(13 + 8 * k, 17 + 8 * k, "value of entry " + (k + 1));
      if (atom < 0 || atom >= molecule.atomCount()) {
        throw lines.error(
            "atom " + (atom + 1) + " does not exist; atoms are 1 to " + molecule.atomCount());
      }
      switch (property) {
        case CHARGE -> molecule.charge(atom, value);
        case ISOTOPE -> molecule.isotope(atom, value);
        case RADICAL -> molecule.radicalElectrons(atom, unpaired(value, lines));
      }
    }
  }

  /// Unpaired electrons of the format's codes: 1 singlet, 2 doublet, 3 triplet.
  static int unpaired(int code, TextLines at) throws FormatException {
    return switch (code) {
      case 0 -> 0;
      case 1, 3 -> 2;
      case 2 -> 1;
      default -> throw at.error("radical code must be 0 to 3, found " + code);
    };
  }

  static void addAtom(Molecule.Builder molecule, String symbol, TextLines at)
      throws FormatException {
    boolean deuterium = symbol.equals("D");
    boolean tritium = symbol.equals("T");
    int z =
        deuterium || tritium
            ? Elements.HYDROGEN
            : Elements.atomicNumber(symbol)
                .orElseThrow(() ->
                    at.error(
                        "unknown element "
                            + TextLines.quote(symbol)
                            + "; query and dummy atoms are not structures"));
    int atom = molecule.atom(z);
    if (deuterium || tritium) {
      molecule.isotope(atom, deuterium ? 2 : 3);
    }
  }

  static void addBond(
      Molecule.Builder molecule, int begin, int end, int order, int atoms, TextLines at)
      throws FormatException {
    if (begin < 1 || begin > atoms || end < 1 || end > atoms || begin == end) {
      throw at.error(
          "bond between atoms " + begin + " and " + end + "; expected two of 1 to " + atoms);
    }
    if (order < 1 || order > Molecule.AROMATIC) {
      throw at.error(
          "bond type must be 1, 2, 3 or 4 (aromatic), found "
              + order
              + "; queries have no 3-D form");
    }
    molecule.bond(begin - 1, end - 1, order);
  }

  /// A coordinate in fixed columns: exact decimal digits, rounded once to float.
  private float coordinate(int from, int to) throws FormatException {
    byte[] text = lines.bytes();
    int i = from;
    int end = Math.min(to, lines.length());
    while (i < end && text[i] == ' ') {
      i++;
    }
    while (end > i && text[end - 1] == ' ') {
      end--;
    }
    boolean negative = i < end && text[i] == '-';
    int start = negative || (i < end && text[i] == '+') ? i + 1 : i;
    long digits = 0;
    int point = -1;
    int k = start;
    for (; k < end; k++) {
      int c = text[k];
      if (c >= '0' && c <= '9') {
        digits = 10 * digits + (c - '0');
      } else if (c == '.' && point < 0) {
        point = k;
      } else {
        break;
      }
    }
    if (k < end || k == start || (k == start + 1 && point == start)) {
      throw lines.error("expected 3 coordinates, found " + TextLines.quote(lines.text(0, 30)));
    }
    double value = point < 0 ? digits : digits / POWERS[end - point - 1];
    return (float) (negative && value != 0 ? -value : value);
  }

  private int count(int from, String what) throws FormatException {
    int n = integer(from, from + 3, what);
    if (n < 0 || n > MAX_ATOMS) {
      throw lines.error(what + " must not be negative, found " + n);
    }
    return n;
  }

  private int optionalInt(int from, int to, String what) throws FormatException {
    for (int i = from; i < Math.min(to, lines.length()); i++) {
      if (lines.bytes()[i] != ' ') {
        return integer(from, to, what);
      }
    }
    return 0;
  }

  private int integer(int from, int to, String what) throws FormatException {
    byte[] text = lines.bytes();
    int end = Math.min(to, lines.length());
    int i = from;
    while (i < end && text[i] == ' ') {
      i++;
    }
    while (end > i && text[end - 1] == ' ') {
      end--;
    }
    boolean negative = i < end && text[i] == '-';
    int start = negative ? i + 1 : i;
    int value = 0;
    for (int k = start; k < end; k++) {
      if (text[k] < '0' || text[k] > '9') {
        start = end;
      }
      value = 10 * value + (text[k] - '0');
    }
    if (start >= end) {
      throw lines.error(
          what
              + ": expected an integer in columns "
              + (from + 1)
              + "-"
              + to
              + ", found "
              + TextLines.quote(lines.text(from, to))
              + " in "
              + TextLines.quote(lines.text()));
    }
    return negative ? -value : value;
  }

  private void next(String expected) throws IOException {
    if (!lines.next()) {
      throw lines.error("the file ends where it should have " + expected);
    }
  }
}
