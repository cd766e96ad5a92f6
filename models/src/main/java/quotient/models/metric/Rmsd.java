package quotient.models.metric;

import java.util.ArrayList;
import java.util.List;
import quotient.geometry.shape.Kabsch;
import quotient.models.molecule.GraphMatch;
import quotient.models.molecule.LabelledGraph;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;

/// Heavy-atom root mean square deviation between conformers of two drawings of one molecule.
///
///     rmsd = min over mappings, proper rotations, translations of sqrt(mean_i |R x_i + t - y_i|^2)
///
/// Mappings are the isomorphisms of {@link LabelledGraph#heavyAtoms}: hydrogens do not count, no
/// reflection, symmetry-equivalent atoms are interchangeable, the atom orders may differ. The
/// mappings are found once per pair of graphs. Source: the protocol customary for GEOM (Ganea et al.
/// 2021); symmetry as in RDKit's GetBestRMS. *Confined.*
public final class Rmsd {
  /// Mappings tried at most; {@link #isComplete} tells whether there were more.
  public static final int MOST_MAPPINGS = 1_000_000;

  private final int[] probeAtoms;
  private final int[] referenceAtoms;
  private final List<int[]> maps;
  private final boolean complete;
  private final double[] probe;
  private final double[] reference;
  private final double[] arranged;

  private Rmsd(LabelledGraph probe, LabelledGraph reference, GraphMatch.Mappings mappings) {
    this.probeAtoms = atoms(probe);
    this.referenceAtoms = atoms(reference);
    this.maps = mappings.maps();
    this.complete = mappings.complete();
    int values = 3 * probe.size();
    this.probe = new double[values];
    this.reference = new double[values];
    this.arranged = new double[values];
  }

  /// Prepares the comparison of conformers of one graph with conformers of another.
  public static Rmsd between(Molecule probe, Molecule reference) {
    LabelledGraph from = LabelledGraph.heavyAtoms(Perception.of(probe));
    LabelledGraph to = LabelledGraph.heavyAtoms(Perception.of(reference));
    return new Rmsd(from, to, GraphMatch.isomorphisms(from, to, MOST_MAPPINGS));
  }

  /// False if the heavy-atom graphs are not the same: no RMSD is defined then.
  public boolean isDefined() {
    return !maps.isEmpty();
  }

  /// False if there are more mappings than were tried, so that values may be too high.
  public boolean isComplete() {
    return complete;
  }

  /// Number of mappings that are tried.
  public int mappingCount() {
    return maps.size();
  }

  /// The deviation of one pair of conformers, Å.
  ///
  /// @param probeXyz `[3 n]` of all atoms, hydrogens included
  /// @param referenceXyz `[3 m]` of all atoms, hydrogens included
  public double of(float[] probeXyz, float[] referenceXyz) {
    if (!isDefined()) {
      throw new IllegalStateException("RMSD: the two molecules have different heavy-atom graphs");
    }
    int n = probeAtoms.length;
    if (n == 0) {
      return 0;
    }
    gather(probeXyz, probeAtoms, probe);
    gather(referenceXyz, referenceAtoms, reference);
    double best = Double.POSITIVE_INFINITY;
    for (int[] map : maps) {
      for (int i = 0; i < n; i++) {
        int to = 3 * map[i];
        arranged[to] = probe[3 * i];
        arranged[to + 1] = probe[3 * i + 1];
        arranged[to + 2] = probe[3 * i + 2];
      }
      best = Math.min(best, Kabsch.distance(arranged, reference, 0, 3 * n));
    }
    return best / Math.sqrt(n);
  }

  /// Indices of a sublist of conformers no two of which are closer than a threshold.
  ///
  /// Conformers are taken in order; one is dropped if it is within the threshold of one kept before.
  public static List<Integer> distinct(
      Molecule molecule, List<float[]> conformers, double threshold) {
    Rmsd rmsd = between(molecule, molecule);
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < conformers.size(); i++) {
      boolean isNew = true;
      for (int k = 0; isNew && k < kept.size(); k++) {
        isNew = rmsd.of(conformers.get(i), conformers.get(kept.get(k))) > threshold;
      }
      if (isNew) {
        kept.add(i);
      }
    }
    return kept;
  }

  private static int[] atoms(LabelledGraph graph) {
    int[] out = new int[graph.size()];
    for (int v = 0; v < out.length; v++) {
      out[v] = graph.atom(v);
    }
    return out;
  }

  private static void gather(float[] xyz, int[] atoms, double[] out) {
    for (int v = 0; v < atoms.length; v++) {
      for (int d = 0; d < 3; d++) {
        out[3 * v + d] = xyz[3 * atoms[v] + d];
      }
    }
  }
}
