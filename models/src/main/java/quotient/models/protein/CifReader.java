package quotient.models.protein;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// Reads mmCIF files: the first model of every data block.
///
/// Chains and numbers are the author's where the file has them; residues are told apart by
/// `label_seq_id`, which polymers alone have. Items as in users.md 7.5. *Confined.*
final class CifReader {
  static final String NAME = "MmcifFile";
  private static final String SITE = "_atom_site.";
  private static final List<String> NEEDED =
      List.of("label_atom_id", "label_comp_id", "cartn_x", "cartn_y", "cartn_z");

  private final CifTokens tokens;
  private final String file;
  private final ChainRules rules;
  private final Consumer<Backbone> chainSink;
  private final Consumer<String> problems;
  private final ChainAssembler chains = new ChainAssembler();
  private final Map<String, String> parents = new HashMap<>();
  private String name;
  private int blocks;

  CifReader(
      TextLines lines,
      String stem,
      ChainRules rules,
      Consumer<Backbone> chainSink,
      Consumer<String> problems) {
    this.tokens = new CifTokens(lines);
    this.file = lines.file();
    this.name = stem;
    this.rules = rules;
    this.chainSink = chainSink;
    this.problems = problems;
  }

  /// Reads to the end.
  ///
  /// @throws FormatException if the file is broken or has no atoms
  void read() throws IOException {
    boolean sites = false;
    boolean more = tokens.next();
    while (more) {
      if (tokens.startsWith("data_")) {
        finish();
        blocks++;
        name = tokens.text().substring("data_".length());
        more = tokens.next();
      } else if (tokens.startsWith("loop_")) {
        if (!tokens.next()) {
          throw tokens.error("the file ends where a loop should name its items");
        }
        if (tokens.text().toLowerCase(Locale.ROOT).startsWith(SITE)) {
          sites = true;
        }
        more = loop();
      } else {
        more = tokens.next();
      }
    }
    finish();
    if (!sites) {
      throw new FormatException(
          NAME + ": " + file + ": no loop of _atom_site; not an mmCIF file of a structure?");
    }
  }

  private void finish() {
    boolean own = !name.isEmpty() && blocks > 0;
    chains.finish(name, own && name.contains("_"), parents, rules, chainSink, problems);
    parents.clear();
  }

  /// Reads a loop whose first item name is the current word; returns whether a word follows it.
  private boolean loop() throws IOException {
    List<String> items = new ArrayList<>();
    while (tokens.isName()) {
      items.add(tokens.text().toLowerCase(Locale.ROOT));
      if (!tokens.next()) {
        return false;
      }
    }
    if (items.isEmpty()) {
      throw tokens.error("expected the items of a loop, found " + TextLines.quote(tokens.text()));
    }
    boolean sites = items.getFirst().startsWith(SITE);
    boolean modified = items.getFirst().startsWith("_pdbx_struct_mod_residue.");
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      columns.put(items.get(i).substring(items.get(i).indexOf('.') + 1), i);
    }
    if (sites) {
      for (String needed : NEEDED) {
        if (!columns.containsKey(needed)) {
          throw tokens.error("the loop of _atom_site has no " + needed);
        }
      }
    }
    String[] row = new String[items.size()];
    String firstModel = "";
    while (true) {
      for (int i = 0; i < row.length; i++) {
        if (tokens.isKeyword()) {
          if (i == 0) {
            return true;
          }
          throw tokens.error(
              "a row of " + items.getFirst() + " has " + i + " of " + row.length + " values");
        }
        row[i] = tokens.text();
        if (!tokens.next()) {
          if (i + 1 < row.length) {
            throw tokens.error(
                "the file ends within a row of " + items.getFirst() + "; a truncated file?");
          }
          use(row, columns, sites, modified, firstModel);
          return false;
        }
      }
      firstModel = use(row, columns, sites, modified, firstModel);
    }
  }

  /// Takes one row; returns the number of the model that is read.
  private String use(
      String[] row,
      Map<String, Integer> columns,
      boolean sites,
      boolean modified,
      String firstModel)
      throws FormatException {
    if (modified) {
      value(row, columns, "parent_comp_id")
          .ifPresent(parent ->
              value(row, columns, "label_comp_id").ifPresent(own -> parents.put(own, parent)));
    }
    if (!sites) {
      return firstModel;
    }
    String model = value(row, columns, "pdbx_pdb_model_num").orElse("1");
    String wanted = firstModel.isEmpty() ? model : firstModel;
    if (model.equals(wanted)) {
      atom(row, columns);
    }
    return wanted;
  }

  private void atom(String[] row, Map<String, Integer> columns) throws FormatException {
    String atom = value(row, columns, "label_atom_id").orElse("");
    boolean calcium =
        value(row, columns, "type_symbol").filter(e -> e.equalsIgnoreCase("CA")).isPresent();
    if (calcium || !ChainAssembler.isBackboneAtom(atom)) {
      return;
    }
    Optional<String> sequence = value(row, columns, "label_seq_id");
    String label = value(row, columns, "label_asym_id").orElse("A");
    String author = value(row, columns, "auth_asym_id").orElse(label);
    String authorNumber = value(row, columns, "auth_seq_id").or(() -> sequence).orElse("1");
    String insertion = value(row, columns, "pdbx_pdb_ins_code").orElse("");
    String residue =
        value(row, columns, "label_comp_id")
            .or(() -> value(row, columns, "auth_comp_id"))
            .orElse(AminoAcids.UNKNOWN);
    boolean hetero = value(row, columns, "group_pdb").filter("HETATM"::equals).isPresent();
    if (columns.containsKey("label_seq_id") && sequence.isEmpty()) {
      return;
    }
    chains.add(
        new ChainAssembler.Atom(
            author,
            number(authorNumber),
            authorNumber + insertion,
            residue,
            sequence.isPresent() || !hetero,
            value(row, columns, "label_alt_id").map(v -> v.charAt(0)).orElse(' '),
            atom,
            coordinate(row, columns, "cartn_x"),
            coordinate(row, columns, "cartn_y"),
            coordinate(row, columns, "cartn_z")));
  }

  /// A value that is known and applies.
  private static Optional<String> value(String[] row, Map<String, Integer> columns, String item) {
    Integer column = columns.get(item);
    if (column == null) {
      return Optional.empty();
    }
    String text = row[column];
    return text.isEmpty() || text.equals(".") || text.equals("?")
        ? Optional.empty()
        : Optional.of(text);
  }

  private int number(String text) throws FormatException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw tokens.error("expected a residue number, found " + TextLines.quote(text));
    }
  }

  private float coordinate(String[] row, Map<String, Integer> columns, String item)
      throws FormatException {
    String text = value(row, columns, item).orElse("?");
    try {
      float value = Float.parseFloat(text);
      if (Float.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw tokens.error("expected a number for " + item + ", found " + TextLines.quote(text));
    }
    throw tokens.error("expected a finite number for " + item + ", found " + text);
  }
}
