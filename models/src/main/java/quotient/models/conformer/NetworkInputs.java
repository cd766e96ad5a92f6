package quotient.models.conformer;

import quotient.models.graph.MoleculeInput;
import quotient.models.molecule.DoubleBondStereo;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.molecule.TetrahedralCentre;

/// From molecules to what networks read.
public final class NetworkInputs {
  private NetworkInputs() {}

  /// Adds a molecule to a network's input.
  public static void add(MoleculeInput input, MoleculeGraph graph) {
    int first = input.addMolecule(graph.atomCount());
    for (int i = 0; i < graph.atomCount(); i++) {
      input.setAtom(
          first + i, graph.atomicNumbers()[i], graph.features(), i * MoleculeInput.FEATURES);
    }
    for (int b = 0; b < graph.directedBondCount(); b += 2) {
      input.addBond(
          first + graph.bondSource()[b], first + graph.bondTarget()[b], graph.bondTypes()[b]);
    }
    Molecule molecule = graph.molecule();
    for (TetrahedralCentre c : molecule.tetrahedralCentres()) {
      input.addCentre(
          first + c.centre(),
          first + c.first(),
          first + c.second(),
          first + c.third(),
          first + c.fourth(),
          c.tag());
    }
    for (DoubleBondStereo d : molecule.doubleBondStereo()) {
      addRelations(input, first, molecule, d);
    }
  }

  /// Every pair of substituents of a double bond, one of each end.
  private static void addRelations(
      MoleculeInput input, int first, Molecule molecule, DoubleBondStereo d) {
    for (int k = 0; k < molecule.degree(d.begin()); k++) {
      int u = molecule.neighbour(d.begin(), k);
      for (int l = 0; l < molecule.degree(d.end()); l++) {
        int v = molecule.neighbour(d.end(), l);
        if (u != d.end() && v != d.begin()) {
          boolean swapped = (u == d.beginNeighbour()) != (v == d.endNeighbour());
          input.addRelation(first + u, first + v, d.cis() != swapped);
        }
      }
    }
  }
}
