package quotient.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import quotient.geometry.ShapeSpace;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.graph.EdgeList;
import quotient.models.graph.GraphRule;
import quotient.models.graph.MolecularGraph;
import quotient.models.graph.MoleculeInput;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.prior.BondGraph;
import quotient.models.prior.HarmonicPrior;
import quotient.tensor.random.RandomKey;

/// Molecules of one size on their way from the harmonic prior: what one training step is given.
///
/// Conformers of the embedded data; those of an even size above 30 atoms are two of half the size,
/// joined by a bond of 1.5 Å. Times are those of training. *Immutable.*
public final class EtFlowBatch {
  private static final double JOINT = 1.5;
  private static final double BRIDGE = 0.1;
  private static final int LARGEST_SINGLE = 30;

  private final int molecules;
  private final int atoms;
  private final List<Part> parts;
  private final float[] positions;
  private final float[] times;
  private final float[] target;

  /// One molecule; `known` holds the set that it was drawn from, or nothing if it was made.
  private record Part(
      List<ConformerSet> known,
      int[] numbers,
      float[] features,
      int[] bondEnds,
      float[] coordinates) {}

  private EtFlowBatch(int atoms, List<Part> parts) {
    this.molecules = parts.size();
    this.atoms = atoms;
    this.parts = parts;
    PathSample path = path(0, molecules);
    this.positions = floats(path.xt());
    this.times = floats(path.time());
    this.target = floats(path.velocity());
  }

  private static float[] floats(double[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  /// So many molecules of so many atoms; always the same ones.
  ///
  /// @throws IllegalArgumentException if the embedded data has none of that size
  public static EtFlowBatch of(int molecules, int atoms) {
    List<Part> known = atoms > LARGEST_SINGLE ? joined(atoms) : single(atoms);
    List<Part> parts = new ArrayList<>();
    for (int m = 0; m < molecules; m++) {
      parts.add(known.get(m % known.size()));
    }
    return new EtFlowBatch(atoms, parts);
  }

  /// Where the examples come from.
  static PathSampler paths() {
    return new PathSampler(
        Interpolant.linear(BRIDGE),
        new HarmonicPrior(),
        Coupling.parse("independent"),
        TimeDistribution.Uniform.ET_FLOW,
        ShapeSpace.INSTANCE,
        true);
  }

  /// The examples of the molecules from..to-1; the same ones whatever the range is.
  PathSample path(int from, int to) {
    int count = to - from;
    BondGraph[] graphs = new BondGraph[count];
    RandomKey[] keys = new RandomKey[count];
    int[] start = new int[count + 1];
    float[] data = new float[3 * count * atoms];
    for (int m = 0; m < count; m++) {
      Part part = parts.get(from + m);
      graphs[m] = BondGraph.of(atoms, part.bondEnds());
      keys[m] = RandomKey.of(18).child(from + m);
      start[m + 1] = 3 * (m + 1) * atoms;
      System.arraycopy(part.coordinates(), 0, data, start[m], 3 * atoms);
    }
    return paths().sample(graphs, start, data, keys);
  }

  /// The sets that the molecules from..to-1 were drawn from.
  List<ConformerSet> sets(int from, int to) {
    return parts.subList(from, to).stream().flatMap(part -> part.known().stream()).toList();
  }

  private static List<Part> single(int atoms) {
    List<Part> parts = new ArrayList<>();
    try {
      for (ConformerSet set :
          ConformerDataset.embedded(ConformerDataset.Embedded.TRAIN).molecules()) {
        if (set.atomCount() == atoms) {
          for (float[] conformer : set.conformers()) {
            parts.add(part(set, conformer));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("bench: no embedded molecule has " + atoms + " atoms");
    }
    return parts;
  }

  private static Part part(ConformerSet set, float[] conformer) {
    MoleculeGraph graph = set.graph();
    int[] ends = new int[graph.directedBondCount()];
    for (int b = 0; b < graph.directedBondCount(); b += 2) {
      ends[b] = graph.bondSource()[b];
      ends[b + 1] = graph.bondTarget()[b];
    }
    return new Part(List.of(set), graph.atomicNumbers(), graph.features(), ends, conformer);
  }

  private static List<Part> joined(int atoms) {
    List<Part> halves = single(atoms / 2);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < halves.size(); i++) {
      parts.add(join(halves.get(i), halves.get((i + 1) % halves.size())));
    }
    return parts;
  }

  /// The second molecule to the right of the first.
  private static Part join(Part a, Part b) {
    int n = a.numbers().length;
    int right = extreme(a.coordinates(), 1);
    int left = extreme(b.coordinates(), -1);
    int[] numbers = join(a.numbers(), b.numbers());
    float[] features = join(a.features(), b.features());
    float[] coordinates = join(a.coordinates(), b.coordinates());
    for (int i = n; i < numbers.length; i++) {
      for (int axis = 0; axis < 3; axis++) {
        double shift =
            a.coordinates()[3 * right + axis]
                - b.coordinates()[3 * left + axis]
                + (axis == 0 ? JOINT : 0);
        coordinates[3 * i + axis] += (float) shift;
      }
    }
    int[] ends = join(a.bondEnds(), b.bondEnds());
    for (int e = a.bondEnds().length; e < ends.length; e++) {
      ends[e] += n;
    }
    return new Part(
        List.of(), numbers, features, join(ends, new int[] {right, n + left}), coordinates);
  }

  /// The atom with the largest x times sign.
  private static int extreme(float[] coordinates, int sign) {
    int best = 0;
    for (int i = 0; i < coordinates.length / 3; i++) {
      if (sign * coordinates[3 * i] > sign * coordinates[3 * best]) {
        best = i;
      }
    }
    return best;
  }

  private static int[] join(int[] a, int[] b) {
    int[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static float[] join(float[] a, float[] b) {
    float[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  // ---- reading ----

  public int molecules() {
    return molecules;
  }

  /// Per molecule.
  public int atoms() {
    return atoms;
  }

  /// x_t of the molecules from..to-1, `[(to - from) atoms, 3]`, Å; a copy.
  public float[] positions(int from, int to) {
    return range(positions, 3 * atoms, from, to);
  }

  /// The velocity to learn, of the same shape; a copy.
  public float[] target(int from, int to) {
    return range(target, 3 * atoms, from, to);
  }

  /// One per molecule; a copy.
  public float[] times(int from, int to) {
    return range(times, 1, from, to);
  }

  private static float[] range(float[] x, int each, int from, int to) {
    return java.util.Arrays.copyOfRange(x, each * from, each * to);
  }

  /// What a network is told of the molecules from..to-1.
  public MoleculeInput input(int from, int to) {
    MoleculeInput input = new MoleculeInput();
    for (Part part : parts.subList(from, to)) {
      int first = input.addMolecule(atoms);
      for (int i = 0; i < atoms; i++) {
        input.setAtom(first + i, part.numbers()[i], part.features(), i * MoleculeInput.FEATURES);
      }
      for (int b = 0; b < part.bondEnds().length; b += 2) {
        input.addBond(first + part.bondEnds()[b], first + part.bondEnds()[b + 1], 1);
      }
    }
    return input;
  }

  /// Edges grouped by target.
  ///
  /// @param source of each edge
  /// @param target of each edge, not falling
  /// @param bonded whether the edge is a bond
  /// @param near how many of them are shorter than the reach of the radial functions, or bonds
  public record Edges(int[] source, int[] target, boolean[] bonded, int near) {}

  /// The edges of the molecules from..to-1 at x_t.
  public Edges edges(GraphRule rule, int from, int to) {
    MoleculeInput input = input(from, to);
    MolecularGraph graph = new MolecularGraph(rule);
    graph.begin(input);
    graph.connect(input.molecules(), input.starts(), positions(from, to), 0);
    int[] source = new int[graph.edges()];
    int[] target = new int[graph.edges()];
    boolean[] bonded = new boolean[graph.edges()];
    int at = 0;
    for (int i = 0; i < graph.atoms(); i++) {
      for (EdgeList list : List.of(graph.near(), graph.far())) {
        for (int e = list.start()[i]; e < list.start()[i + 1]; e++) {
          source[at] = list.source()[e];
          target[at] = i;
          bonded[at] = list.bond()[e] > 0;
          at++;
        }
      }
    }
    return new Edges(source, target, bonded, graph.near().count());
  }
}
