package quotient.tensor.linalg;

/// Cholesky factors of symmetric positive definite matrices.
///
///     A = L L^T,   L lower triangular with positive diagonal
///
/// Source: Golub & Van Loan 2013, section 4.2. *Thread-safe.*
public final class Cholesky {
  private Cholesky() {}

  /// Overwrites the lower triangle of a with L; the strict upper triangle is neither read nor
  /// written.
  ///
  ///     a: [n, n] row-major
  ///
  /// @throws IllegalArgumentException if a is not positive definite to working precision
  public static void factor(int n, double[] a) {
    for (int j = 0; j < n; j++) {
      double pivot = a[j * n + j];
      double before = pivot;
      for (int k = 0; k < j; k++) {
        pivot -= a[j * n + k] * a[j * n + k];
      }
      if (!(pivot > n * 0x1p-53 * Math.abs(before))) {
        throw new IllegalArgumentException(
            "cholesky: not positive definite: pivot "
                + j
                + " of "
                + n
                + " is "
                + pivot
                + " where the diagonal entry is "
                + before);
      }
      double diagonal = Math.sqrt(pivot);
      a[j * n + j] = diagonal;
      for (int i = j + 1; i < n; i++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= a[i * n + k] * a[j * n + k];
        }
        a[i * n + j] = sum / diagonal;
      }
    }
  }

  /// b <- A^-1 b, with the factor from {@link #factor}.
  public static void solve(int n, double[] factor, double[] b) {
    solveLower(n, factor, b);
    solveUpper(n, factor, b);
  }

  /// b <- L^-1 b.
  public static void solveLower(int n, double[] factor, double[] b) {
    for (int i = 0; i < n; i++) {
      double sum = b[i];
      for (int k = 0; k < i; k++) {
        sum -= factor[i * n + k] * b[k];
      }
      b[i] = sum / factor[i * n + i];
    }
  }

  /// b <- L^-T b. Turns independent standard normals into a Gaussian of covariance A^-1.
  public static void solveUpper(int n, double[] factor, double[] b) {
    for (int i = n - 1; i >= 0; i--) {
      double sum = b[i];
      for (int k = i + 1; k < n; k++) {
        sum -= factor[k * n + i] * b[k];
      }
      b[i] = sum / factor[i * n + i];
    }
  }

  /// log det A = 2 sum log L_ii.
  public static double logDeterminant(int n, double[] factor) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += StrictMath.log(factor[i * n + i]);
    }
    return 2 * sum;
  }
}
