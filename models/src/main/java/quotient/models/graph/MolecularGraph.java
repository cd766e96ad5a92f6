package quotient.models.graph;

/// The edges of a network call: atoms within a radius, united with the bonds.
///
/// For each target i the sources j ≠ i of the same molecule with |x_j - x_i| < radius, at most
/// `maxNeighbours` of them, those of lowest index; then every linked atom ({@link GraphLinks}: the
/// bonded ones, or those few bonds away), at any distance. After
/// truncation the edge set is not symmetric. No self loops, no duplicates.
///
/// Edges come in two lists: *near* ones, which are linked or whose squared distance is below
/// `nearSquared`, and *far* ones, for which a network's radial functions vanish. Rebuilding reuses
/// all memory. *Confined.*
///
/// Source: Hassan et al. 2024 (ET-Flow), as released; which neighbours are kept is etflow.md §3.
public final class MolecularGraph {
  private final double radiusSquared;
  private final int maxNeighbours;
  private final double nearSquared;
  private final EdgeList near = new EdgeList();
  private final EdgeList far = new EdgeList();
  private final GraphLinks links;
  private int atoms;

  /// A graph without atoms; see {@link #begin}.
  public MolecularGraph(GraphRule rule) {
    this.radiusSquared = rule.radius() * rule.radius();
    this.maxNeighbours = rule.maxNeighbours();
    this.nearSquared = rule.nearSquared();
    this.links = new GraphLinks(rule.hops());
  }

  /// Takes the bonds of the given molecules; positions come with {@link #connect}.
  public void begin(MoleculeInput input) {
    atoms = input.atoms();
    links.fill(input);
  }

  /// Finds the edges for the given positions.
  ///
  /// @param start first atoms of the molecules, as in {@link MoleculeInput#starts}
  /// @param x positions `[N, 3]`, Å, from index `xo`
  public void connect(int molecules, int[] start, float[] x, int xo) {
    if (start[molecules] != atoms) {
      throw new IllegalStateException(
          "graph: begun with " + atoms + " atoms, connected with " + start[molecules]);
    }
    near.begin(atoms);
    far.begin(atoms);
    for (int m = 0; m < molecules; m++) {
      for (int i = start[m]; i < start[m + 1]; i++) {
        connectTarget(i, start[m], start[m + 1], x, xo);
        near.endTarget(i);
        far.endTarget(i);
      }
    }
  }

  private void connectTarget(int i, int from, int to, float[] x, int xo) {
    double xi = x[xo + 3 * i];
    double yi = x[xo + 3 * i + 1];
    double zi = x[xo + 3 * i + 2];
    int kept = 0;
    int nextLink = links.start()[i];
    int lastLink = links.start()[i + 1];
    for (int j = from; j < to; j++) {
      if (j == i) {
        continue;
      }
      double dx = x[xo + 3 * j] - xi;
      double dy = x[xo + 3 * j + 1] - yi;
      double dz = x[xo + 3 * j + 2] - zi;
      double squared = dx * dx + dy * dy + dz * dz;
      boolean within = squared < radiusSquared && kept < maxNeighbours;
      kept += within ? 1 : 0;
      boolean linked = nextLink < lastLink && links.source()[nextLink] == j;
      if (linked) {
        near.add(j, i, links.kind()[nextLink++]);
      } else if (within) {
        (squared < nearSquared ? near : far).add(j, i, 0);
      }
    }
  }

  /// Number of atoms.
  public int atoms() {
    return atoms;
  }

  /// Number of edges of both lists.
  public int edges() {
    return near.count() + far.count();
  }

  /// Edges that are linked or near; borrowed until the next {@link #connect}.
  public EdgeList near() {
    return near;
  }

  /// All other edges, none of them linked; borrowed until the next {@link #connect}.
  public EdgeList far() {
    return far;
  }

  /// All edges in the order of the released code: by source, then by target. Allocates; for tests
  /// and inspection.
  ///
  /// @return for each place in that order the edge there: e for a near edge, `-1 - e` for a far one
  public int[] referenceOrder() {
    int[] count = new int[atoms + 1];
    countSources(near, count);
    countSources(far, count);
    for (int j = 0; j < atoms; j++) {
      count[j + 1] += count[j];
    }
    int[] order = new int[edges()];
    for (int i = 0; i < atoms; i++) {
      for (int e = near.start()[i]; e < near.start()[i + 1]; e++) {
        order[count[near.source()[e]]++] = e;
      }
      for (int e = far.start()[i]; e < far.start()[i + 1]; e++) {
        order[count[far.source()[e]]++] = -1 - e;
      }
    }
    return order;
  }

  private static void countSources(EdgeList edges, int[] count) {
    for (int e = 0; e < edges.count(); e++) {
      count[edges.source()[e] + 1]++;
    }
  }
}
