package quotient.models.conformer;

import java.util.ArrayList;
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
/// Any subgroup of the automorphisms gives the same optimum, a smaller one only leaves more variance;
/// so large groups are replaced by one of at most twelve elements, which keeps the target below three
/// per cent of a training step. Source: theory.md 8.1.
public final class TrainingMixture {
  /// Groups with more elements than this are not searched; their place takes the identity.
  static final int LARGEST_GROUP = 48;

  /// More relabellings than this are not used.
  static final int LARGEST_SUBGROUP = 12;

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
      return subgroup(maps);
    }
    return new int[][] {identity(molecule.atomCount())};
  }

  /// The subgroup made by as many elements, taken in their order, as keep it small.
  private static int[][] subgroup(List<int[]> group) {
    List<int[]> kept = List.of(identity(group.getFirst().length));
    for (int[] element : group) {
      List<int[]> larger = closure(kept, element);
      if (larger.size() <= LARGEST_SUBGROUP) {
        kept = larger;
      }
    }
    return kept.toArray(new int[0][]);
  }

  /// The group made by a group and another element; stops once it is larger than allowed.
  private static List<int[]> closure(List<int[]> group, int[] element) {
    List<int[]> all = new ArrayList<>(group);
    List<int[]> generators = new ArrayList<>(group);
    generators.add(element);
    for (int i = 0; i < all.size() && all.size() <= LARGEST_SUBGROUP; i++) {
      for (int[] generator : generators) {
        int[] first = all.get(i);
        int[] product = new int[first.length];
        Arrays.setAll(product, k -> generator[first[k]]);
        if (all.stream().noneMatch(known -> Arrays.equals(known, product))) {
          all.add(product);
        }
      }
    }
    return all;
  }

  private static int[] identity(int points) {
    int[] identity = new int[points];
    Arrays.setAll(identity, i -> i);
    return identity;
  }
}
