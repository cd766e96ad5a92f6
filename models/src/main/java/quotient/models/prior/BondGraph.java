package quotient.models.prior;

import java.util.Arrays;

/// The points of one cloud and which of them are bonded: all that a prior knows of a molecule.
///
/// *Immutable*, equal by content, so that it can be the key of a cache.
public final class BondGraph {
  private final int points;
  private final int[] bonds;
  private final int hash;

  private BondGraph(int points, int[] bonds) {
    this.points = points;
    this.bonds = bonds;
    this.hash = 31 * points + Arrays.hashCode(bonds);
  }

  /// A cloud without bonds, for priors that do not look at them.
  public static BondGraph unbonded(int points) {
    return of(points, new int[0]);
  }

  /// A cloud with bonds, each given once as two neighbouring entries.
  ///
  /// @param points the number of points
  /// @param bonds i0, j0, i1, j1, ...
  public static BondGraph of(int points, int[] bonds) {
    if (points < 0 || (bonds.length & 1) != 0) {
      throw new IllegalArgumentException(
          "bond graph: need points >= 0 and pairs of indices, found "
              + points
              + " points and "
              + bonds.length
              + " indices");
    }
    for (int k = 0; k < bonds.length; k += 2) {
      int i = bonds[k];
      int j = bonds[k + 1];
      if (i < 0 || j < 0 || i >= points || j >= points || i == j) {
        throw new IllegalArgumentException(
            "bond graph: bond "
                + k / 2
                + " joins "
                + i
                + " and "
                + j
                + " of "
                + points
                + " points; need two different indices in range");
      }
    }
    return new BondGraph(points, bonds.clone());
  }

  /// The number of points.
  public int points() {
    return points;
  }

  /// The number of bonds.
  public int bonds() {
    return bonds.length / 2;
  }

  /// One end of a bond; `side` is 0 or 1.
  public int end(int bond, int side) {
    return bonds[2 * bond + side];
  }

  /// The graph Laplacian D - A, `[n, n]` row-major.
  public double[] laplacian() {
    double[] matrix = new double[points * points];
    for (int k = 0; k < bonds.length; k += 2) {
      int i = bonds[k];
      int j = bonds[k + 1];
      matrix[i * points + j] -= 1;
      matrix[j * points + i] -= 1;
      matrix[i * points + i] += 1;
      matrix[j * points + j] += 1;
    }
    return matrix;
  }

  /// The number of connected components.
  public int components() {
    int[] root = new int[points];
    Arrays.setAll(root, i -> i);
    int count = points;
    for (int k = 0; k < bonds.length; k += 2) {
      int a = find(root, bonds[k]);
      int b = find(root, bonds[k + 1]);
      if (a != b) {
        root[a] = b;
        count--;
      }
    }
    return count;
  }

  private static int find(int[] root, int i) {
    int r = i;
    while (root[r] != r) {
      root[r] = root[root[r]];
      r = root[r];
    }
    return r;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BondGraph graph
        && points == graph.points
        && Arrays.equals(bonds, graph.bonds);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "BondGraph[points=" + points + ", bonds=" + Arrays.toString(bonds) + "]";
  }
}
