package quotient.models.molecule;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// When two molecules are the same, and orders of atoms that do not depend on their numbering.
public final class Isomers {
  private static final int MOST_MAPPINGS = 100_000;

  private Isomers() {}

  /// True if the molecules have the same constitution, whatever their stereo marks and atom order.
  ///
  /// Element, charge, isotope, hydrogen counts and bonds count; implicit and explicit hydrogens are
  /// alike.
  public static boolean sameConstitution(Molecule a, Molecule b) {
    LabelledGraph first = LabelledGraph.constitution(Perception.of(a));
    LabelledGraph second = LabelledGraph.constitution(Perception.of(b));
    return !GraphMatch.isomorphisms(first, second, 1).maps().isEmpty();
  }

  /// True if the molecules are the same stereoisomer: same constitution, same marks.
  ///
  /// A mark that one of them lacks makes them different. Up to 100,000 symmetries are tried.
  public static boolean sameStereoisomer(Molecule a, Molecule b) {
    LabelledGraph first = LabelledGraph.constitution(Perception.of(a));
    LabelledGraph second = LabelledGraph.constitution(Perception.of(b));
    StereoVector from = StereoVector.of(a, first);
    StereoVector to = StereoVector.of(b, second);
    if (from.size() != to.size()) {
      return false;
    }
    for (int[] map : GraphMatch.isomorphisms(first, second, MOST_MAPPINGS).maps()) {
      Optional<BitSet> differences = from.differences(map, to);
      if (differences.isPresent() && differences.get().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /// Renumbered copies of a molecule that depend on its constitution alone, one per symmetry.
  ///
  /// Equal molecules give equal sets of copies (stereo marks are carried along), whatever their
  /// atom order, as long as there are at most `limit`. Plain hydrogens come last, by parent.
  public static List<Molecule> canonicalForms(Molecule molecule, int limit) {
    LabelledGraph graph = LabelledGraph.constitution(Perception.of(molecule));
    List<Molecule> out = new ArrayList<>();
    for (int[] position : ColourRefinement.canonicalOrders(graph, limit)) {
      int[] newIndex = new int[molecule.atomCount()];
      int[] vertexAt = new int[graph.size()];
      for (int v = 0; v < graph.size(); v++) {
        newIndex[graph.atom(v)] = position[v];
        vertexAt[position[v]] = v;
      }
      int next = graph.size();
      for (int vertex : vertexAt) {
        int atom = graph.atom(vertex);
        for (int k = 0; k < molecule.degree(atom); k++) {
          int neighbour = molecule.neighbour(atom, k);
          if (LabelledGraph.isPlainHydrogen(molecule, neighbour)) {
            newIndex[neighbour] = next++;
          }
        }
      }
      out.add(molecule.renumbered(newIndex));
    }
    return out;
  }
}
