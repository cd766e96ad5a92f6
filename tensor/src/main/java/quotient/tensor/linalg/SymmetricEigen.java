package quotient.tensor.linalg;

import java.util.Arrays;

/// Eigenvalues and eigenvectors of symmetric matrices, in ascending order of the eigenvalues.
///
///     A v_k = w_k v_k,   w_0 <= w_1 <= ...,   v_j . v_k = delta_jk
///
/// Cyclic Jacobi rotations for 3x3 and other small matrices (high relative accuracy, results do not
/// depend on a tridiagonal form), Householder tridiagonalisation with implicit QL steps beyond.
/// The sign of an eigenvector is arbitrary but always the same for the same input bits.
///
/// Sources: Golub & Van Loan 2013, sections 8.5 (Jacobi), 8.3 (tridiagonal QL). *Thread-safe.*
public final class SymmetricEigen {
  private static final int JACOBI_LIMIT = 16;
  private static final int MAX_ROTATIONS = 60;
  private static final int MAX_SWEEPS = 40;
  private static final int MAX_QL_STEPS = 60;
  private static final double NEGLIGIBLE = 0x1p-60;
  private static final double EPSILON = 0x1p-53;

  private SymmetricEigen() {}

  /// The `rank`-th smallest eigenvalue of a symmetric 3x3 matrix given by its six entries.
  ///
  /// Allocates nothing.
  public static double value3(
      int rank, double xx, double xy, double xz, double yy, double yz, double zz) {
    return entry3(rank, -1, xx, xy, xz, yy, yz, zz);
  }

  /// One component of the unit eigenvector of the `rank`-th smallest eigenvalue of a symmetric 3x3
  /// matrix; calls with the same six entries belong to one orthonormal basis.
  ///
  /// A method returns one number and a cloud's algebra must not allocate, so the caller asks for
  /// the components one by one and pays the Jacobi rotations (about 0.3 microseconds) each time.
  public static double vector3(
      int rank, int component, double xx, double xy, double xz, double yy, double yz, double zz) {
    return entry3(rank, component, xx, xy, xz, yy, yz, zz);
  }

  /// Jacobi rotations of the pair (0, 1), with the three names turned cyclically in between, so
  /// that one piece of code serves all pairs. `component < 0` asks for the eigenvalue.
  private static double entry3(
      int rank, int component, double xx, double xy, double xz, double yy, double yz, double zz) {
    double a00 = xx;
    double a11 = yy;
    double a22 = zz;
    double a01 = xy;
    double a12 = yz;
    double a02 = xz;
    // Row `component` of the matrix of eigenvectors; the other rows are not needed.
    double v0 = component == 0 ? 1 : 0;
    double v1 = component == 1 ? 1 : 0;
    double v2 = component == 2 ? 1 : 0;
    double negligible =
        NEGLIGIBLE
            * (Math.abs(xx)
                + Math.abs(yy)
                + Math.abs(zz)
                + Math.abs(xy)
                + Math.abs(xz)
                + Math.abs(yz));
    for (int k = 0; k < MAX_ROTATIONS; k++) {
      if (Math.abs(a01) + Math.abs(a12) + Math.abs(a02) <= negligible) {
        break;
      }
      if (Math.abs(a01) > 0) {
        double theta = (a11 - a00) / (2 * a01);
        double t = Math.copySign(1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1)), theta);
        double c = 1 / Math.sqrt(t * t + 1);
        double s = t * c;
        a00 -= t * a01;
        a11 += t * a01;
        a01 = 0;
        double old02 = a02;
        a02 = c * old02 - s * a12;
        a12 = s * old02 + c * a12;
        double old0 = v0;
        v0 = c * old0 - s * v1;
        v1 = s * old0 + c * v1;
      }
      double diagonal = a00;
      a00 = a11;
      a11 = a22;
      a22 = diagonal;
      double off = a01;
      a01 = a12;
      a12 = a02;
      a02 = off;
      double v = v0;
      v0 = v1;
      v1 = v2;
      v2 = v;
    }
    boolean swap01 = a11 < a00;
    double w0 = swap01 ? a11 : a00;
    double w1 = swap01 ? a00 : a11;
    double e0 = swap01 ? v1 : v0;
    double e1 = swap01 ? v0 : v1;
    double w2 = a22;
    double e2 = v2;
    if (w2 < w1) {
      double w = w1;
      w1 = w2;
      w2 = w;
      double e = e1;
      e1 = e2;
      e2 = e;
      if (w1 < w0) {
        w = w0;
        w0 = w1;
        w1 = w;
        e = e0;
        e0 = e1;
        e1 = e;
      }
    }
    if (component < 0) {
      return rank == 0 ? w0 : rank == 1 ? w1 : w2;
    }
    return rank == 0 ? e0 : rank == 1 ? e1 : e2;
  }

  /// Eigenvalues and eigenvectors of a symmetric n x n matrix.
  ///
  ///     a: [n, n], read and destroyed;   values: [n] ascending
  ///     vectors: [n, n], row k is the unit eigenvector of values[k]
  ///
  /// Only the lower triangle of `a` is used. O(n^3). Allocates O(n).
  ///
  /// @throws IllegalArgumentException if an array is too short or an entry is not finite
  public static void decompose(int n, double[] a, double[] values, double[] vectors) {
    requireRoom(n, a, values, vectors);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        if (!Double.isFinite(a[i * n + j])) {
          throw new IllegalArgumentException(
              "eigenvalues: entry (" + i + ", " + j + ") is " + a[i * n + j]);
        }
        a[j * n + i] = a[i * n + j];
      }
    }
    if (n <= JACOBI_LIMIT) {
      jacobi(n, a, values, vectors);
    } else {
      tridiagonalQl(n, a, values, vectors);
    }
    sort(n, values, vectors);
  }

  private static void requireRoom(int n, double[] a, double[] values, double[] vectors) {
    if (n < 0 || a.length < n * n || values.length < n || vectors.length < n * n) {
      throw new IllegalArgumentException(
          "eigenvalues: n = "
              + n
              + " needs arrays of n*n, n and n*n numbers, found "
              + a.length
              + ", "
              + values.length
              + " and "
              + vectors.length);
    }
  }

  private static void jacobi(int n, double[] a, double[] values, double[] vectors) {
    Arrays.fill(vectors, 0, n * n, 0);
    double scale = 0;
    for (int i = 0; i < n; i++) {
      vectors[i * n + i] = 1;
      for (int j = 0; j < n; j++) {
        scale += Math.abs(a[i * n + j]);
      }
    }
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      double off = 0;
      for (int i = 1; i < n; i++) {
        for (int j = 0; j < i; j++) {
          off += Math.abs(a[i * n + j]);
        }
      }
      if (off <= NEGLIGIBLE * scale) {
        break;
      }
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(n, a, vectors, p, q);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      values[i] = a[i * n + i];
    }
  }

  private static void rotate(int n, double[] a, double[] vectors, int p, int q) {
    double apq = a[p * n + q];
    if (apq == 0) {
      return;
    }
    double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
    double t = Math.copySign(1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1)), theta);
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < n; k++) {
      double akp = a[k * n + p];
      double akq = a[k * n + q];
      a[k * n + p] = c * akp - s * akq;
      a[k * n + q] = s * akp + c * akq;
    }
    for (int k = 0; k < n; k++) {
      double apk = a[p * n + k];
      double aqk = a[q * n + k];
      a[p * n + k] = c * apk - s * aqk;
      a[q * n + k] = s * apk + c * aqk;
      double vp = vectors[p * n + k];
      double vq = vectors[q * n + k];
      vectors[p * n + k] = c * vp - s * vq;
      vectors[q * n + k] = s * vp + c * vq;
    }
    a[p * n + q] = 0;
    a[q * n + p] = 0;
  }

  /// Householder reflections bring `a` to tridiagonal form, their product goes to `vectors`
  /// (rows), QL steps with Wilkinson's shift make it diagonal.
  private static void tridiagonalQl(int n, double[] a, double[] values, double[] vectors) {
    double[] off = new double[n];
    double[] work = new double[n];
    Arrays.fill(vectors, 0, n * n, 0);
    for (int i = 0; i < n; i++) {
      vectors[i * n + i] = 1;
    }
    for (int k = 0; k < n - 2; k++) {
      reflect(n, k, a, vectors, work);
    }
    for (int i = 0; i < n; i++) {
      values[i] = a[i * n + i];
      off[i] = i + 1 < n ? a[(i + 1) * n + i] : 0;
    }
    for (int k = 0; k < n; k++) {
      chase(n, k, values, off, vectors);
    }
  }

  /// One reflection H = I - 2 u u^T with u supported on k+1..n-1, chosen to clear column k below
  /// the subdiagonal: a <- H a H, vectors <- H vectors.
  private static void reflect(int n, int k, double[] a, double[] vectors, double[] u) {
    double norm2 = 0;
    double below = 0;
    for (int i = k + 1; i < n; i++) {
      u[i] = a[i * n + k];
      norm2 += u[i] * u[i];
      below += i > k + 1 ? Math.abs(u[i]) : 0;
    }
    if (below == 0) {
      return;
    }
    double alpha = -Math.copySign(Math.sqrt(norm2), u[k + 1]);
    u[k + 1] -= alpha;
    double beta = 0;
    for (int i = k + 1; i < n; i++) {
      beta += u[i] * u[i];
    }
    double scale = Math.sqrt(2 / beta);
    for (int i = k + 1; i < n; i++) {
      u[i] *= scale;
    }
    // p = A u, K = u.p / 2, q = p - K u, A <- A - u q^T - q u^T on the trailing block
    double[] q = new double[n];
    double uq = 0;
    for (int i = k + 1; i < n; i++) {
      double sum = 0;
      for (int j = k + 1; j < n; j++) {
        sum += a[i * n + j] * u[j];
      }
      q[i] = sum;
      uq += u[i] * sum;
    }
    for (int i = k + 1; i < n; i++) {
      q[i] -= 0.5 * uq * u[i];
    }
    for (int i = k + 1; i < n; i++) {
      for (int j = k + 1; j < n; j++) {
        a[i * n + j] -= u[i] * q[j] + q[i] * u[j];
      }
      a[i * n + k] = 0;
      a[k * n + i] = 0;
    }
    a[(k + 1) * n + k] = alpha;
    a[k * n + k + 1] = alpha;
    Arrays.fill(q, 0);
    for (int i = k + 1; i < n; i++) {
      for (int j = 0; j < n; j++) {
        q[j] += u[i] * vectors[i * n + j];
      }
    }
    for (int i = k + 1; i < n; i++) {
      for (int j = 0; j < n; j++) {
        vectors[i * n + j] -= u[i] * q[j];
      }
    }
  }

  /// Implicit QL steps until values[k] has split off; rotations are applied to rows of `vectors`.
  private static void chase(int n, int k, double[] d, double[] e, double[] vectors) {
    for (int step = 0; step < MAX_QL_STEPS; step++) {
      int m = k;
      while (m < n - 1 && Math.abs(e[m]) > EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) {
        m++;
      }
      if (m == k) {
        return;
      }
      double half = (d[k + 1] - d[k]) / (2 * e[k]);
      double r = Math.hypot(half, 1);
      double g = d[m] - d[k] + e[k] / (half + Math.copySign(r, half));
      double s = 1;
      double c = 1;
      double p = 0;
      int i = m - 1;
      for (; i >= k; i--) {
        double f = s * e[i];
        double b = c * e[i];
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r == 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        double w = (d[i] - g) * s + 2 * c * b;
        p = s * w;
        d[i + 1] = g + p;
        g = c * w - b;
        for (int j = 0; j < n; j++) {
          double upper = vectors[(i + 1) * n + j];
          double lower = vectors[i * n + j];
          vectors[(i + 1) * n + j] = s * lower + c * upper;
          vectors[i * n + j] = c * lower - s * upper;
        }
      }
      if (i >= k) {
        continue;
      }
      d[k] -= p;
      e[k] = g;
      e[m] = 0;
    }
    throw new IllegalStateException(
        "eigenvalues: value " + k + " of " + n + " did not converge in " + MAX_QL_STEPS + " steps");
  }

  /// Selection sort: n swaps of rows at most, stable for equal values.
  private static void sort(int n, double[] values, double[] vectors) {
    for (int i = 0; i < n - 1; i++) {
      int least = i;
      for (int j = i + 1; j < n; j++) {
        if (values[j] < values[least]) {
          least = j;
        }
      }
      if (least != i) {
        double value = values[i];
        values[i] = values[least];
        values[least] = value;
        for (int j = 0; j < n; j++) {
          double entry = vectors[i * n + j];
          vectors[i * n + j] = vectors[least * n + j];
          vectors[least * n + j] = entry;
        }
      }
    }
  }
}
