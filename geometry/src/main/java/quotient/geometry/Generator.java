package quotient.geometry;

/// One infinitesimal isometry of R^n: xi(x) = T x + b with T antisymmetric.
///
/// Entries that are zero are not stored. *Immutable.*
public final class Generator {
  private final int n;
  private final int[] rows;
  private final int[] columns;
  private final double[] entries;
  private final double[] shift;

  private Generator(int n, int[] rows, int[] columns, double[] entries, double[] shift) {
    this.n = n;
    this.rows = rows;
    this.columns = columns;
    this.entries = entries;
    this.shift = shift;
  }

  /// An infinitesimal orthogonal map x -> T x.
  ///
  ///     matrix: [n, n] row-major, antisymmetric
  ///
  /// @throws IllegalArgumentException if the matrix is not antisymmetric to 1e-12
  public static Generator linear(int n, double[] matrix) {
    return affine(n, matrix, new double[n]);
  }

  /// An infinitesimal isometry x -> T x + b.
  ///
  /// @throws IllegalArgumentException if a length is wrong or T is not antisymmetric to 1e-12
  public static Generator affine(int n, double[] matrix, double[] shift) {
    if (matrix.length != n * n || shift.length != n) {
      throw new IllegalArgumentException(
          "generator: n = "
              + n
              + " needs "
              + n * n
              + " matrix entries and "
              + n
              + " of the shift, found "
              + matrix.length
              + " and "
              + shift.length);
    }
    int count = 0;
    double largest = 0;
    for (double entry : matrix) {
      count += entry == 0 ? 0 : 1;
      largest = Math.max(largest, Math.abs(entry));
    }
    int[] rows = new int[count];
    int[] columns = new int[count];
    double[] entries = new double[count];
    for (int i = 0, k = 0; i < n * n; i++) {
      double opposite = matrix[i % n * n + i / n];
      if (!(Math.abs(matrix[i] + opposite) <= 1e-12 * largest)) {
        throw new IllegalArgumentException(
            "generator: not antisymmetric: entry ("
                + i / n
                + ", "
                + i % n
                + ") is "
                + matrix[i]
                + ", its mirror image "
                + opposite);
      }
      if (matrix[i] != 0) {
        rows[k] = i / n;
        columns[k] = i % n;
        entries[k++] = matrix[i];
      }
    }
    return new Generator(n, rows, columns, entries, shift.clone());
  }

  /// Number of coordinates.
  public int coordinates() {
    return n;
  }

  /// out[o..o+n) = T x[from..from+n) + b; the ranges must not overlap.
  void apply(double[] x, int from, double[] out, int o) {
    System.arraycopy(shift, 0, out, o, n);
    addLinear(1, x, from, out, o);
  }

  /// out[o..o+n) += k T x[from..from+n); the ranges must not overlap.
  void addLinear(double k, double[] x, int from, double[] out, int o) {
    for (int e = 0; e < entries.length; e++) {
      out[o + rows[e]] += k * entries[e] * x[from + columns[e]];
    }
  }

  /// out[o..o+n) += k b.
  void addShift(double k, double[] out, int o) {
    for (int i = 0; i < n; i++) {
      out[o + i] += k * shift[i];
    }
  }

  /// An upper bound of the largest singular value of T: its largest absolute row sum.
  double norm() {
    double[] sums = new double[n];
    double largest = 0;
    for (int e = 0; e < entries.length; e++) {
      sums[rows[e]] += Math.abs(entries[e]);
      largest = Math.max(largest, sums[rows[e]]);
    }
    return largest;
  }
}
