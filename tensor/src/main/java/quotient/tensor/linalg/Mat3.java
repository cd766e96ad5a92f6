package quotient.tensor.linalg;

/// 3x3 matrices as row-major `double[9]`, acting on column vectors: (m v)_i = sum_j m[3 i + j] v_j.
///
/// Destinations come last; whether they may be an argument is said at each method. Nothing
/// allocates except {@link #identity}. *Thread-safe.*
public final class Mat3 {
  private Mat3() {}

  /// A new identity matrix.
  public static double[] identity() {
    return new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1};
  }

  /// out = a b; out must be neither.
  public static void multiply(double[] a, double[] b, double[] out) {
    for (int i = 0; i < 9; i += 3) {
      for (int j = 0; j < 3; j++) {
        out[i + j] = a[i] * b[j] + a[i + 1] * b[j + 3] + a[i + 2] * b[j + 6];
      }
    }
  }

  /// out = a b^T; out must be neither.
  public static void multiplyTransposed(double[] a, double[] b, double[] out) {
    for (int i = 0; i < 9; i += 3) {
      for (int j = 0; j < 3; j++) {
        out[i + j] = a[i] * b[3 * j] + a[i + 1] * b[3 * j + 1] + a[i + 2] * b[3 * j + 2];
      }
    }
  }

  /// out = a^T; out may be a.
  public static void transpose(double[] a, double[] out) {
    double a01 = a[1];
    double a02 = a[2];
    double a12 = a[5];
    out[0] = a[0];
    out[1] = a[3];
    out[2] = a[6];
    out[5] = a[7];
    out[4] = a[4];
    out[8] = a[8];
    out[3] = a01;
    out[6] = a02;
    out[7] = a12;
  }

  /// out[o..o+3) = m v[i..i+3); the ranges may be the same.
  public static void apply(double[] m, double[] v, int i, double[] out, int o) {
    double x = v[i];
    double y = v[i + 1];
    double z = v[i + 2];
    out[o] = m[0] * x + m[1] * y + m[2] * z;
    out[o + 1] = m[3] * x + m[4] * y + m[5] * z;
    out[o + 2] = m[6] * x + m[7] * y + m[8] * z;
  }

  /// Determinant.
  public static double determinant(double[] m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7])
        + m[1] * (m[5] * m[6] - m[3] * m[8])
        + m[2] * (m[3] * m[7] - m[4] * m[6]);
  }

  /// Sum of the diagonal.
  public static double trace(double[] m) {
    return m[0] + m[4] + m[8];
  }

  /// Singular values and vectors, see {@link SingularValues}: m = u diag(s) v^T, s descending.
  public static void svd(double[] m, double[] u, double[] s, double[] v) {
    SingularValues.decompose(3, m, u, s, v);
  }
}
