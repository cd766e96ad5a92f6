package quotient.models.molecule;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// Reads the extended connection table: `M  V30` lines of blocks, atoms, bonds. *Confined.*
final class MolBlockV3000 {
  private static final String PREFIX = "M  V30 ";

  private final TextLines lines;

  MolBlockV3000(TextLines lines) {
    this.lines = lines;
  }

  /// As {@link MolBlock#read}, for a counts line of version V3000.
  float[] read(Molecule.Builder molecule) throws IOException {
    float[] coordinates = {};
    Map<Integer, Integer> indexOf = new HashMap<>();
    String block = "";
    while (true) {
      if (!lines.next()) {
        throw lines.error("the file ends before M  END");
      }
      if (lines.startsWith("M  END")) {
        return coordinates;
      }
      if (!lines.startsWith(PREFIX)) {
        if (lines.startsWith("$$$$")) {
          throw lines.error("the connection table has no M  END");
        }
        continue;
      }
      List<String> words = words(joined());
      if (words.isEmpty()) {
        continue;
      }
      switch (words.get(0)) {
        case "BEGIN" -> block = word(words, 1, "block name");
        case "END" -> block = "CTAB";
        case "COUNTS" -> {
          int atoms = integer(words, 1, "number of atoms");
          if (atoms < 0 || atoms > 10_000_000) {
            throw lines.error("number of atoms must be 0 to 10000000, found " + atoms);
          }
          coordinates = new float[3 * atoms];
        }
        default -> {
          if (block.equals("ATOM")) {
            atom(molecule, words, coordinates, indexOf);
          } else if (block.equals("BOND")) {
            bond(molecule, words, indexOf);
          }
        }
      }
    }
  }

  private void atom(
      Molecule.Builder molecule,
      List<String> words,
      float[] coordinates,
      Map<Integer, Integer> indexOf)
      throws FormatException {
    int atom = molecule.atomCount();
    if (3 * atom >= coordinates.length) {
      throw lines.error("more atoms than the COUNTS line says (" + coordinates.length / 3 + ")");
    }
    if (indexOf.put(integer(words, 0, "atom index"), atom) != null) {
      throw lines.error("atom index " + words.get(0) + " occurs twice");
    }
    MolBlock.addAtom(molecule, word(words, 1, "atom symbol"), lines);
    for (int d = 0; d < 3; d++) {
      coordinates[3 * atom + d] = coordinate(word(words, 2 + d, "coordinate"));
    }
    for (String word : words.subList(Math.min(6, words.size()), words.size())) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      switch (key) {
        case "CHG" -> molecule.charge(atom, number(word.substring(equals + 1), "charge"));
        case "MASS" -> molecule.isotope(atom, number(word.substring(equals + 1), "mass number"));
        case "RAD" ->
            molecule.radicalElectrons(
                atom, MolBlock.unpaired(number(word.substring(equals + 1), "radical"), lines));
        default -> {
          // parities, attachment points and the like are not needed
        }
      }
    }
  }

  private void bond(Molecule.Builder molecule, List<String> words, Map<Integer, Integer> indexOf)
      throws FormatException {
    int order = integer(words, 1, "bond type");
    int begin = index(indexOf, integer(words, 2, "first atom of a bond"));
    int end = index(indexOf, integer(words, 3, "second atom of a bond"));
    MolBlock.addBond(molecule, begin + 1, end + 1, order, molecule.atomCount(), lines);
  }

  private int index(Map<Integer, Integer> indexOf, int atom) throws FormatException {
    Integer index = indexOf.get(atom);
    if (index == null) {
      throw lines.error("bond to atom " + atom + ", which is not in the atom block");
    }
    return index;
  }

  /// The text of a line without its prefix, with continuation lines (ending in `-`) appended.
  private String joined() throws IOException {
    String text = lines.text().substring(PREFIX.length());
    if (!text.endsWith("-")) {
      return text;
    }
    StringBuilder all = new StringBuilder();
    while (text.endsWith("-")) {
      all.append(text, 0, text.length() - 1);
      if (!lines.next() || !lines.startsWith(PREFIX)) {
        throw lines.error("a line that ends in '-' is not continued by another M  V30 line");
      }
      text = lines.text().substring(PREFIX.length());
    }
    return all.append(text).toString();
  }

  /// Splits at blanks that are neither quoted nor in parentheses.
  private static List<String> words(String text) {
    if (text.indexOf('(') < 0 && text.indexOf('"') < 0) {
      String stripped = text.strip();
      return stripped.isEmpty() ? List.of() : Arrays.asList(stripped.split("\\s+"));
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      depth += quoted ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ' ' && depth == 0 && !quoted) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(c);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  private String word(List<String> words, int i, String what) throws FormatException {
    if (i >= words.size()) {
      throw lines.error("expected " + what + " as word " + (i + 1) + " after M  V30");
    }
    return words.get(i);
  }

  private int integer(List<String> words, int i, String what) throws FormatException {
    return number(word(words, i, what), what);
  }

  private int number(String text, String what) throws FormatException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw lines.error(what + ": expected an integer, found " + TextLines.quote(text));
    }
  }

  private float coordinate(String text) throws FormatException {
    try {
      float value = Float.parseFloat(text);
      if (!Float.isFinite(value)) {
        throw lines.error("expected a finite coordinate, found " + TextLines.quote(text));
      }
      return value;
    } catch (NumberFormatException e) {
      throw lines.error("expected 3 coordinates, found " + TextLines.quote(text));
    }
  }
}
