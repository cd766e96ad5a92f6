package quotient.models.data;

import java.util.List;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.prior.BondGraph;

/// One molecule with its known conformers. *Immutable*; the arrays are not to be written.
///
/// @param name the record's title, or `record-<number>`
/// @param graph what a network is told
/// @param bonds what a prior is told
/// @param conformers coordinates, each [3 n], Å, centred; at least one
/// @param weights how often each conformer counts, summing to 1
public record ConformerSet(
    String name, MoleculeGraph graph, BondGraph bonds, List<float[]> conformers, double[] weights) {

  /// Checks that sizes agree.
  public ConformerSet {
    if (conformers.isEmpty() || weights.length != conformers.size()) {
      throw new IllegalArgumentException(
          "conformers of "
              + name
              + ": expected as many weights as conformers and at least one, found "
              + weights.length
              + " and "
              + conformers.size());
    }
    for (float[] conformer : conformers) {
      if (conformer.length != 3 * graph.atomCount()) {
        throw new IllegalArgumentException(
            "conformers of "
                + name
                + ": "
                + graph.atomCount()
                + " atoms, "
                + conformer.length
                + " coordinates");
      }
    }
    conformers = List.copyOf(conformers);
  }

  public Molecule molecule() {
    return graph.molecule();
  }

  public int atomCount() {
    return graph.atomCount();
  }

  /// The bond graph of a molecule, for priors.
  public static BondGraph bonds(Molecule molecule) {
    int[] ends = new int[2 * molecule.bondCount()];
    for (int b = 0; b < molecule.bondCount(); b++) {
      ends[2 * b] = molecule.bondBegin(b);
      ends[2 * b + 1] = molecule.bondEnd(b);
    }
    return BondGraph.of(molecule.atomCount(), ends);
  }

  /// The index of the conformer that belongs to a uniform number in [0, 1).
  public int draw(double uniform, boolean weighted) {
    if (!weighted) {
      return Math.min(conformers.size() - 1, (int) (uniform * conformers.size()));
    }
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k];
      if (uniform < sum) {
        return k;
      }
    }
    return weights.length - 1;
  }
}
