package quotient.models.conformer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;

/// Which kinds of atoms a model has seen in training: element, formal charge and number of
/// neighbours, written as `N+1 x4`. *Immutable.*
///
/// @param kinds the kinds, sorted
public record Vocabulary(Set<String> kinds) {

  /// Keeps a sorted copy.
  public Vocabulary {
    kinds = new TreeSet<>(kinds);
  }

  /// Of all molecules of a data set.
  public static Vocabulary of(ConformerDataset dataset) {
    Set<String> kinds = new TreeSet<>();
    for (ConformerSet set : dataset.molecules()) {
      Molecule molecule = set.molecule();
      for (int i = 0; i < molecule.atomCount(); i++) {
        kinds.add(kind(molecule, i));
      }
    }
    return new Vocabulary(kinds);
  }

  /// Reads what {@link #toJson} wrote.
  public static Vocabulary of(JsonArray json) {
    Set<String> kinds = new TreeSet<>();
    for (JsonElement element : json) {
      kinds.add(element.getAsString());
    }
    return new Vocabulary(kinds);
  }

  /// The kinds of either.
  public Vocabulary with(Vocabulary other) {
    Set<String> all = new TreeSet<>(kinds);
    all.addAll(other.kinds);
    return new Vocabulary(all);
  }

  /// As a list of strings.
  public JsonArray toJson() {
    JsonArray json = new JsonArray();
    kinds.forEach(json::add);
    return json;
  }

  /// The kinds of atoms of the molecule that are not in the vocabulary, each once, with an atom that
  /// has it (counted from 1); empty if the molecule is covered.
  public List<String> unknown(Molecule molecule) {
    Set<String> seen = new TreeSet<>();
    Set<String> unknown = new TreeSet<>();
    for (int i = 0; i < molecule.atomCount(); i++) {
      String kind = kind(molecule, i);
      if (seen.add(kind) && !kinds.contains(kind)) {
        unknown.add(kind + " (atom " + (i + 1) + ")");
      }
    }
    return List.copyOf(unknown);
  }

  private static String kind(Molecule molecule, int atom) {
    int charge = molecule.formalCharge(atom);
    String sign = charge == 0 ? "" : (charge > 0 ? "+" : "") + charge;
    return Elements.symbol(molecule.atomicNumber(atom)) + sign + " x" + molecule.degree(atom);
  }
}
