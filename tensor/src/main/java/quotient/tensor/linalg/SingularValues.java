package quotient.tensor.linalg;

/// Singular value decomposition of small square matrices by one-sided Jacobi rotations.
///
///     A = U diag(s) V^T,   s_0 >= s_1 >= ... >= 0,   U, V orthogonal, also for singular A
///
/// Small singular values come out with high relative accuracy. U and V may contain reflections;
/// a caller who needs proper rotations corrects the sign of the last pair.
/// Source: Golub & Van Loan 2013, section 8.6.3. *Thread-safe.*
public final class SingularValues {
  private static final int MAX_SWEEPS = 60;
  private static final double EPSILON = 0x1p-52;

  private SingularValues() {}

  /// Decomposes an n x n matrix.
  ///
  ///     a, u, v: [n, n] row-major; columns of u and v are the singular vectors;   s: [n] descending
  ///
  /// `a` is only read; the four arrays must be different ones. Allocates nothing.
  public static void decompose(int n, double[] a, double[] u, double[] s, double[] v) {
    System.arraycopy(a, 0, u, 0, n * n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        v[i * n + j] = i == j ? 1 : 0;
      }
    }
    boolean rotated = true;
    for (int sweep = 0; sweep < MAX_SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          rotated |= orthogonalise(n, u, v, p, q);
        }
      }
    }
    for (int j = 0; j < n; j++) {
      s[j] = columnNorm(n, u, j);
    }
    sort(n, u, s, v);
    normalise(n, u, s);
  }

  /// Makes columns p and q of u orthogonal; the same rotation goes to v. Returns whether it turned.
  private static boolean orthogonalise(int n, double[] u, double[] v, int p, int q) {
    double pp = 0;
    double qq = 0;
    double pq = 0;
    for (int i = 0; i < n; i++) {
      double up = u[i * n + p];
      double uq = u[i * n + q];
      pp += up * up;
      qq += uq * uq;
      pq += up * uq;
    }
    if (Math.abs(pq) <= EPSILON * Math.sqrt(pp * qq)) {
      return false;
    }
    double theta = (qq - pp) / (2 * pq);
    double t = Math.copySign(1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1)), theta);
    double c = 1 / Math.sqrt(t * t + 1);
    double sine = t * c;
    turn(n, u, p, q, c, sine);
    turn(n, v, p, q, c, sine);
    return true;
  }

  private static void turn(int n, double[] m, int p, int q, double c, double s) {
    for (int i = 0; i < n; i++) {
      double mp = m[i * n + p];
      double mq = m[i * n + q];
      m[i * n + p] = c * mp - s * mq;
      m[i * n + q] = s * mp + c * mq;
    }
  }

  private static double columnNorm(int n, double[] m, int j) {
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, Math.abs(m[i * n + j]));
    }
    if (largest == 0) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double entry = m[i * n + j] / largest;
      sum += entry * entry;
    }
    return largest * Math.sqrt(sum);
  }

  private static void sort(int n, double[] u, double[] s, double[] v) {
    for (int i = 0; i < n - 1; i++) {
      int greatest = i;
      for (int j = i + 1; j < n; j++) {
        if (s[j] > s[greatest]) {
          greatest = j;
        }
      }
      if (greatest != i) {
        double value = s[i];
        s[i] = s[greatest];
        s[greatest] = value;
        swapColumns(n, u, i, greatest);
        swapColumns(n, v, i, greatest);
      }
    }
  }

  private static void swapColumns(int n, double[] m, int p, int q) {
    for (int i = 0; i < n; i++) {
      double entry = m[i * n + p];
      m[i * n + p] = m[i * n + q];
      m[i * n + q] = entry;
    }
  }

  /// Divides the columns of u by their lengths; a column that is zero to rounding is replaced by
  /// the coordinate direction that lies furthest outside the columns before it.
  private static void normalise(int n, double[] u, double[] s) {
    for (int j = 0; j < n; j++) {
      if (s[j] > n * EPSILON * s[0]) {
        for (int i = 0; i < n; i++) {
          u[i * n + j] /= s[j];
        }
      } else {
        complete(n, u, j);
      }
    }
  }

  private static void complete(int n, double[] u, int column) {
    int axis = 0;
    double most = -1;
    for (int i = 0; i < n; i++) {
      double outside = 1;
      for (int k = 0; k < column; k++) {
        outside -= u[i * n + k] * u[i * n + k];
      }
      if (outside > most) {
        most = outside;
        axis = i;
      }
    }
    for (int i = 0; i < n; i++) {
      u[i * n + column] = i == axis ? 1 : 0;
    }
    // Twice is enough: the second pass removes what rounding left of the first.
    for (int pass = 0; pass < 2; pass++) {
      for (int k = 0; k < column; k++) {
        double dot = 0;
        for (int i = 0; i < n; i++) {
          dot += u[i * n + k] * u[i * n + column];
        }
        for (int i = 0; i < n; i++) {
          u[i * n + column] -= dot * u[i * n + k];
        }
      }
      double norm = columnNorm(n, u, column);
      for (int i = 0; i < n; i++) {
        u[i * n + column] /= norm;
      }
    }
  }
}
