package quotient.models.conformer;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import quotient.models.data.ConformerSet;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.molecule.GraphMatch;
import quotient.models.molecule.LabelledGraph;

/// What the `ensemble` strategy is told of a molecule: its conformers, how often training draws each,
/// and the relabellings under which the network is equivariant.
///
/// Any subgroup of the automorphisms gives the same optimum; a group beyond the limit is replaced by
/// the identity, which only leaves more variance. Source: theory.md 8.1.
public final class TrainingMixture {
  /// More relabellings than this are not used.
  static final int LARGEST_GROUP = 48;

  private TrainingMixture() {}

  /// The mixture of a molecule.
  ///
  /// @param weighted whether conformers are drawn by their weights, else uniformly
  /// @param marked whether the network is told bond orders and stereo marks
  public static ConformerMixture of(ConformerSet molecule, boolean weighted, boolean marked) {
    int count = molecule.conformers().size();
    double[][] conformers = new double[count][];
    double[] weights = new double[count];
    for (int k = 0; k < count; k++) {
      float[] x = molecule.conformers().get(k);
      conformers[k] = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        conformers[k][i] = x[i];
      }
      weights[k] = weighted ? molecule.weights()[k] : 1.0 / count;
    }
    return new ConformerMixture(conformers, weights, relabellings(molecule, marked));
  }

  /// Mixtures of molecules seen before: the search for relabellings takes longer than the target.
  ///
  /// Holds a bounded number; beyond it, it starts anew. *Thread-safe.*
  static final class Cache {
    private static final int LARGEST_COUNT = 4_096;

    private final boolean weighted;
    private final boolean marked;
    private final Map<ConformerSet, ConformerMixture> known =
        Collections.synchronizedMap(new IdentityHashMap<>());

    /// @param weighted whether conformers are drawn by their weights, else uniformly
    /// @param marked whether the network is told of handedness, which relabellings then must keep
    Cache(boolean weighted, boolean marked) {
      this.weighted = weighted;
      this.marked = marked;
    }

    ConformerMixture of(ConformerSet molecule) {
      ConformerMixture found = known.get(molecule);
      if (found == null) {
        found = TrainingMixture.of(molecule, weighted, marked);
        if (known.size() >= LARGEST_COUNT) {
          known.clear();
        }
        known.put(molecule, found);
      }
      return found;
    }
  }

  private static int[][] relabellings(ConformerSet molecule, boolean marked) {
    LabelledGraph graph = LabelledGraph.featurized(molecule.graph());
    GraphMatch.Mappings group = GraphMatch.automorphisms(graph, LARGEST_GROUP);
    if (group.complete()) {
      List<int[]> maps =
          marked ? InputSymmetry.marked(molecule.graph(), group.maps()) : group.maps();
      return maps.toArray(new int[0][]);
    }
    int[] identity = new int[molecule.atomCount()];
    Arrays.setAll(identity, i -> i);
    return new int[][] {identity};
  }
}
