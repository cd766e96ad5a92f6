package quotient.models.graph;

import java.util.Arrays;

/// The edges of a network call: atoms within a radius, united with the bonds.
///
/// For each target i the sources j ≠ i of the same molecule with |x_j - x_i| < radius, at most
/// `maxNeighbours` of them, those of lowest index; then every bonded atom, at any distance. After
/// truncation the edge set is not symmetric. No self loops, no duplicates.
///
/// Edges come in two lists: *near* ones, which are bonded or whose squared distance is below
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
  private int atoms;
  private int[] bondStart = new int[1];
  private int[] bondEnd = new int[1];
  private int[] bondSource = new int[64];
  private int[] bondOrder = new int[64];

  /// A graph without atoms; see {@link #begin}.
  public MolecularGraph(GraphRule rule) {
    this.radiusSquared = rule.radius() * rule.radius();
    this.maxNeighbours = rule.maxNeighbours();
    this.nearSquared = rule.nearSquared();
  }

  /// Takes the bonds of the given molecules; positions come with {@link #connect}.
  public void begin(MoleculeInput input) {
    atoms = input.atoms();
    int bonds = input.directedBonds();
    if (bondStart.length < atoms + 1) {
      bondStart = new int[Math.max(atoms + 1, 2 * bondStart.length)];
      bondEnd = new int[bondStart.length];
    }
    if (bondSource.length < bonds) {
      bondSource = new int[Math.max(bonds, 2 * bondSource.length)];
      bondOrder = new int[bondSource.length];
    }
    Arrays.fill(bondStart, 0, atoms + 1, 0);
    for (int b = 0; b < bonds; b++) {
      bondStart[input.bondTarget(b) + 1]++;
    }
    for (int i = 0; i < atoms; i++) {
      bondStart[i + 1] += bondStart[i];
    }
    System.arraycopy(bondStart, 0, bondEnd, 0, atoms);
    for (int b = 0; b < bonds; b++) {
      insertBond(input.bondTarget(b), input.bondSource(b), input.bondOrder(b));
    }
  }

  /// Puts a bond into its target's row, sources ascending.
  private void insertBond(int target, int source, int order) {
    int first = bondStart[target];
    int at = bondEnd[target]++;
    while (at > first && bondSource[at - 1] > source) {
      bondSource[at] = bondSource[at - 1];
      bondOrder[at] = bondOrder[at - 1];
      at--;
    }
    if (at > first && bondSource[at - 1] == source) {
      throw new IllegalArgumentException(
          "graph: two bonds between atoms " + source + " and " + target);
    }
    bondSource[at] = source;
    bondOrder[at] = order;
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
    int nextBond = bondStart[i];
    int lastBond = bondStart[i + 1];
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
      boolean bonded = nextBond < lastBond && bondSource[nextBond] == j;
      if (bonded) {
        near.add(j, i, bondOrder[nextBond++]);
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

  /// Edges that are bonded or near; borrowed until the next {@link #connect}.
  public EdgeList near() {
    return near;
  }

  /// All other edges, none of them bonded; borrowed until the next {@link #connect}.
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
