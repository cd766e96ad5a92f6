package quotient.models.conformer;

import quotient.models.graph.MoleculeInput;
import quotient.models.molecule.MoleculeGraph;

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
  }
}
