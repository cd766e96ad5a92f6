package quotient.models.protein;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// Reads PDB files: the first model, or every model of a collection.
///
/// A collection is what {@link BackboneWriter} writes and what data sets of chains use: each model
/// begins with `REMARK   1 ID name LENGTH n BACKBONE atoms` and is a structure of its own. A model of
/// a collection that is broken is left out; in an ordinary file any broken line ends the reading.
/// Columns as in users.md 7.4. *Confined.*
final class PdbReader {
  static final String NAME = "PdbFile";
  static final String ID = "REMARK   1 ID ";

  private final TextLines lines;
  private final ChainRules rules;
  private final Consumer<Backbone> chainSink;
  private final Consumer<String> problems;
  private final ChainAssembler chains = new ChainAssembler();
  private final Map<String, String> parents = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private String name;
  private boolean named;
  private int promised;
  private int models;
  private boolean broken;

  PdbReader(
      TextLines lines,
      String stem,
      ChainRules rules,
      Consumer<Backbone> chainSink,
      Consumer<String> problems) {
    this.lines = lines;
    this.name = stem;
    this.rules = rules;
    this.chainSink = chainSink;
    this.problems = problems;
  }

  /// Reads to the end.
  ///
  /// @throws FormatException if an ordinary file is broken, or holds no atoms at all
  void read() throws IOException {
    boolean any = false;
    while (lines.next()) {
      if (lines.startsWith("ATOM  ") || lines.startsWith("HETATM")) {
        any = true;
        if (!broken && (models <= 1 || named)) {
          atom();
        }
      } else if (lines.startsWith("MODEL ")) {
        finish();
        models++;
        named = false;
      } else if (lines.startsWith(ID)) {
        identify();
      } else if (lines.startsWith("ENDMDL")) {
        finish();
      } else if (lines.startsWith("TER")) {
        ended.add(chain());
      } else if (lines.startsWith("MODRES")) {
        parents.put(lines.text(12, 15).strip(), lines.text(24, 27).strip());
      } else if (lines.startsWith("HEADER") && !lines.text(62, 66).isBlank()) {
        name = lines.text(62, 66).strip().toLowerCase(java.util.Locale.ROOT);
      }
    }
    finish();
    if (!any) {
      throw new FormatException(NAME + ": " + lines.file() + ": no ATOM record; not a PDB file?");
    }
  }

  private void identify() throws FormatException {
    if (!chains.isEmpty()) {
      throw lines.error("a new ID before the end of the model; expected ENDMDL");
    }
    String[] words = lines.text(ID.length(), lines.length()).strip().split("\\s+", -1);
    name = words[0];
    named = true;
    promised = 0;
    for (int i = 1; i + 1 < words.length; i++) {
      if (words[i].equals("LENGTH")) {
        try {
          promised = Integer.parseInt(words[i + 1]);
        } catch (NumberFormatException e) {
          throw lines.error(
              "expected a number of residues, found " + TextLines.quote(words[i + 1]));
        }
      }
    }
  }

  private void atom() throws FormatException {
    String atom = lines.text(12, 16).strip();
    if (!ChainAssembler.isBackboneAtom(atom)) {
      return;
    }
    boolean polymer = lines.startsWith("ATOM");
    String residue = lines.text(17, 20).strip();
    String element = lines.text(76, 78).strip();
    String chain = chain();
    boolean calcium = residue.equals("CA") || element.equalsIgnoreCase("CA");
    if (calcium || (!polymer && ended.contains(chain))) {
      return;
    }
    try {
      String insertion = lines.text(26, 27).strip();
      int number = number(lines.text(22, 26));
      chains.add(
          new ChainAssembler.Atom(
              chain,
              number,
              number + insertion,
              residue,
              polymer,
              lines.length() > 16 ? (char) lines.bytes()[16] : ' ',
              atom,
              coordinate('x', 30),
              coordinate('y', 38),
              coordinate('z', 46)));
    } catch (FormatException e) {
      if (!named) {
        throw e;
      }
      broken = true;
      chains.clear();
      problems.accept(e.getMessage() + "; left out " + name);
    }
  }

  private String chain() {
    String letter = lines.text(21, 22).strip();
    return letter.isEmpty() ? "A" : letter;
  }

  private int number(String text) throws FormatException {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw lines.error(
          "expected a residue number in columns 23-26, found " + TextLines.quote(text));
    }
  }

  private float coordinate(char axis, int from) throws FormatException {
    String text = lines.text(from, from + 8);
    float value;
    try {
      value = Float.parseFloat(text);
    } catch (NumberFormatException e) {
      throw lines.error(
          "expected "
              + axis
              + " in columns "
              + (from + 1)
              + "-"
              + (from + 8)
              + ", found "
              + TextLines.quote(text));
    }
    if (!Float.isFinite(value)) {
      throw lines.error("expected a finite " + axis + ", found " + TextLines.quote(text));
    }
    return value;
  }

  private void finish() {
    if (!chains.isEmpty()) {
      chains.finish(name, named, parents, rules, this::accept, problems);
    }
    promised = 0;
    broken = false;
    ended.clear();
  }

  private void accept(Backbone chain) {
    if (promised > 0 && rules.gaps() != ChainRules.Gaps.SPLIT && chain.length() != promised) {
      problems.accept(
          NAME
              + ": "
              + lines.file()
              + ": "
              + name
              + " has "
              + chain.length()
              + " residues, its header promises "
              + promised
              + "; a truncated file?");
    } else {
      chainSink.accept(chain);
    }
  }
}
