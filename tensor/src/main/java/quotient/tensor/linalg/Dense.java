package quotient.tensor.linalg;

/// Products and determinants of small dense matrices of any size, row-major, in double.
///
/// `out` must be neither argument. For 3x3 see {@link Mat3}. *Thread-safe.*
public final class Dense {
  private Dense() {}

  /// out = a b.        a: [m, k], b: [k, n], out: [m, n]
  public static void multiply(int m, int k, int n, double[] a, double[] b, double[] out) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += a[i * k + l] * b[l * n + j];
        }
        out[i * n + j] = sum;
      }
    }
  }

  /// out = a b^T.        a: [m, k], b: [n, k], out: [m, n]
  public static void multiplyTransposed(int m, int k, int n, double[] a, double[] b, double[] out) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += a[i * k + l] * b[j * k + l];
        }
        out[i * n + j] = sum;
      }
    }
  }

  /// out = a^T b.        a: [k, m], b: [k, n], out: [m, n]
  public static void transposedMultiply(int m, int k, int n, double[] a, double[] b, double[] out) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += a[l * m + i] * b[l * n + j];
        }
        out[i * n + j] = sum;
      }
    }
  }

  /// Determinant of an n x n matrix by elimination with row exchanges. `a` is only read.
  public static double determinant(int n, double[] a) {
    double[] lu = a.clone();
    double determinant = 1;
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        if (Math.abs(lu[i * n + k]) > Math.abs(lu[pivot * n + k])) {
          pivot = i;
        }
      }
      if (lu[pivot * n + k] == 0) {
        return 0;
      }
      if (pivot != k) {
        determinant = -determinant;
        for (int j = 0; j < n; j++) {
          double entry = lu[k * n + j];
          lu[k * n + j] = lu[pivot * n + j];
          lu[pivot * n + j] = entry;
        }
      }
      determinant *= lu[k * n + k];
      for (int i = k + 1; i < n; i++) {
        double factor = lu[i * n + k] / lu[k * n + k];
        for (int j = k + 1; j < n; j++) {
          lu[i * n + j] -= factor * lu[k * n + j];
        }
      }
    }
    return determinant;
  }
}
