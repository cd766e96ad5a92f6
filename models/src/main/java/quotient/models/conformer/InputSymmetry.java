package quotient.models.conformer;

import java.util.ArrayList;
import java.util.List;
import quotient.models.molecule.DoubleBondStereo;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.molecule.TetrahedralCentre;

/// Which relabellings of a molecule's atoms leave alone what a network is told of it.
///
/// ET-Flow is told elements, atom features and bonds; `etflow-plus` also bond orders and stereo marks.
final class InputSymmetry {
  private InputSymmetry() {}

  /// Those of the automorphisms that keep bond orders and stereo marks too; of a group, a subgroup.
  static List<int[]> marked(MoleculeGraph graph, List<int[]> automorphisms) {
    List<int[]> kept = new ArrayList<>();
    for (int[] map : automorphisms) {
      if (keepsBonds(graph, map)
          && keepsCentres(graph.molecule(), map)
          && keepsDoubleBonds(graph.molecule(), map)) {
        kept.add(map);
      }
    }
    return kept;
  }

  private static boolean keepsBonds(MoleculeGraph graph, int[] map) {
    Molecule molecule = graph.molecule();
    for (int b = 0; b < graph.directedBondCount(); b += 2) {
      int image = molecule.bondBetween(map[graph.bondSource()[b]], map[graph.bondTarget()[b]]);
      if (image < 0 || graph.bondTypes()[2 * image] != graph.bondTypes()[b]) {
        return false;
      }
    }
    return true;
  }

  private static boolean keepsCentres(Molecule molecule, int[] map) {
    for (TetrahedralCentre from : molecule.tetrahedralCentres()) {
      boolean same = false;
      for (TetrahedralCentre to : molecule.tetrahedralCentres()) {
        same |= to.centre() == map[from.centre()] && from.tag() * parity(from, to, map) == to.tag();
      }
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /// Sign of the permutation from the moved neighbours of one centre to those of another, 0 if they
  /// are not the same atoms.
  private static int parity(TetrahedralCentre from, TetrahedralCentre to, int[] map) {
    int[] place = new int[4];
    for (int k = 0; k < 4; k++) {
      place[k] = -1;
      for (int l = 0; l < 4; l++) {
        if (map[from.neighbour(k)] == to.neighbour(l)) {
          place[k] = l;
        }
      }
      if (place[k] < 0) {
        return 0;
      }
    }
    int sign = 1;
    for (int k = 0; k < 4; k++) {
      for (int l = k + 1; l < 4; l++) {
        sign = place[k] > place[l] ? -sign : sign;
      }
    }
    return sign;
  }

  private static boolean keepsDoubleBonds(Molecule molecule, int[] map) {
    for (DoubleBondStereo from : molecule.doubleBondStereo()) {
      boolean same = false;
      for (DoubleBondStereo to : molecule.doubleBondStereo()) {
        same |= agrees(from, to, map);
      }
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static boolean agrees(DoubleBondStereo from, DoubleBondStereo to, int[] map) {
    boolean straight = map[from.begin()] == to.begin() && map[from.end()] == to.end();
    boolean turned = map[from.begin()] == to.end() && map[from.end()] == to.begin();
    if (!straight && !turned) {
      return false;
    }
    int first = map[straight ? from.beginNeighbour() : from.endNeighbour()];
    int second = map[straight ? from.endNeighbour() : from.beginNeighbour()];
    boolean swapped = (first == to.beginNeighbour()) != (second == to.endNeighbour());
    return (from.cis() != swapped) == to.cis();
  }
}
