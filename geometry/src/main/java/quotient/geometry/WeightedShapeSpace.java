package quotient.geometry;

import quotient.geometry.shape.Kabsch;
import quotient.geometry.shape.MomentOfInertia;
import quotient.geometry.shape.SO3;
import quotient.tensor.linalg.SymmetricEigen;
import quotient.tensor.random.RandomKey;

/// Clouds of N points in R^3 modulo rotations, with the inner product sum_ij A_ij u_i . v_j of a
/// symmetric matrix A: masses on its diagonal, or the graph Laplacian of a harmonic prior.
///
///     J_A = tr(X^T A X) I - X^T A X
///     (P_x v)_i = v_i - (J_A^-1 sum_i x_i × (A v)_i) × x_i          after the mean is removed
///     c_i       = + (tr(J_A^-1) I - J_A^-1) x_i                     gradient in the metric A
///
/// The total space is the clouds orthogonal to all translations in the metric: mean weighted by the
/// row sums of A, thus the centre of mass for masses; the plain mean where A kills translations.
/// A must be positive on that space. The noise that belongs to the metric has covariance A^-1
/// (pseudo-inverse), and drifts must be of the form A^-1 grad. For A = I this is {@link ShapeSpace}.
/// Products with A cost O(N^2), O(N) for masses; a few arrays are allocated per call. *Immutable.*
/// Source: docs/spaces.md, from Xu et al. 2026, Theorem 4 in the metric A.
public final class WeightedShapeSpace implements QuotientSpace {
  private static final double RELATIVE_CUT = 1e-10;

  private final int n;
  private final String name;
  private final boolean diagonal;
  private final double[] a;
  private final double[] inverse;
  private final double[] inverseRoot;
  private final double[] meanWeights;

  private WeightedShapeSpace(
      String name, boolean diagonal, double[] a, double[] inverse, double[] inverseRoot) {
    this.name = name;
    this.diagonal = diagonal;
    this.a = a;
    this.inverse = inverse;
    this.inverseRoot = inverseRoot;
    this.n = diagonal ? a.length : (int) Math.round(Math.sqrt(a.length));
    this.meanWeights = meanWeights();
  }

  /// The metric of kinetic energy: A = diag(masses).
  ///
  /// @throws IllegalArgumentException if there is none or one is not positive and finite
  public static WeightedShapeSpace ofMasses(double... masses) {
    double[] inverse = new double[masses.length];
    double[] inverseRoot = new double[masses.length];
    for (int i = 0; i < masses.length; i++) {
      if (!(masses[i] > 0 && masses[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "WeightedShapeSpace: mass " + i + " must be positive, found " + masses[i]);
      }
      inverse[i] = 1 / masses[i];
      inverseRoot[i] = Math.sqrt(inverse[i]);
    }
    if (masses.length == 0) {
      throw new IllegalArgumentException("WeightedShapeSpace: needs at least one mass");
    }
    return new WeightedShapeSpace(
        "R^3(N-1)/SO(3) by mass", true, masses.clone(), inverse, inverseRoot);
  }

  /// The metric of a symmetric matrix that is positive definite, or positive except that it kills
  /// translations (all row sums zero), such as a connected graph's Laplacian.
  ///
  ///     metric: [n, n] row-major
  ///
  /// @throws IllegalArgumentException if it is not symmetric or not positive in that sense
  public static WeightedShapeSpace ofMetric(int points, double[] metric) {
    if (points < 1 || metric.length != points * points) {
      throw new IllegalArgumentException(
          "WeightedShapeSpace: "
              + points
              + " points need "
              + points * points
              + " entries, found "
              + metric.length);
    }
    double largest = 0;
    double[] rowSums = new double[points];
    for (int i = 0; i < points; i++) {
      for (int j = 0; j < points; j++) {
        largest = Math.max(largest, Math.abs(metric[i * points + j]));
        rowSums[i] += metric[i * points + j];
      }
    }
    boolean flat = true;
    for (int i = 0; i < points; i++) {
      flat &= Math.abs(rowSums[i]) <= RELATIVE_CUT * largest;
      for (int j = 0; j < i; j++) {
        if (!(Math.abs(metric[i * points + j] - metric[j * points + i]) <= 1e-12 * largest)) {
          throw new IllegalArgumentException(
              "WeightedShapeSpace: metric is not symmetric: entries ("
                  + i
                  + ", "
                  + j
                  + ") "
                  + metric[i * points + j]
                  + " and "
                  + metric[j * points + i]);
        }
      }
    }
    double[] values = new double[points];
    double[] vectors = new double[points * points];
    SymmetricEigen.decompose(points, metric.clone(), values, vectors);
    int kernel = flat ? 1 : 0;
    if (kernel < points && !(values[kernel] > RELATIVE_CUT * values[points - 1])) {
      throw new IllegalArgumentException(
          "WeightedShapeSpace: metric is not positive: eigenvalue "
              + kernel
              + " is "
              + values[kernel]
              + (flat ? "; is the graph connected?" : ""));
    }
    double[] inverse = new double[points * points];
    double[] inverseRoot = new double[points * points];
    for (int k = kernel; k < points; k++) {
      for (int i = 0; i < points; i++) {
        for (int j = 0; j < points; j++) {
          double product = vectors[k * points + i] * vectors[k * points + j];
          inverse[i * points + j] += product / values[k];
          inverseRoot[i * points + j] += product / Math.sqrt(values[k]);
        }
      }
    }
    return new WeightedShapeSpace(
        "R^3(N-1)/SO(3) in metric A", false, metric.clone(), inverse, inverseRoot);
  }

  /// Weights of the mean that translations are orthogonal to: row sums of A, or 1/n each.
  private double[] meanWeights() {
    double[] ones = new double[3 * n];
    double[] product = new double[3 * n];
    for (int i = 0; i < n; i++) {
      ones[3 * i] = 1;
    }
    multiply(a, ones, 0, product, 0);
    double total = 0;
    double size = 0;
    for (int i = 0; i < n; i++) {
      total += product[3 * i];
      size += Math.abs(a[diagonal ? i : i * n + i]);
    }
    boolean flat = Math.abs(total) <= RELATIVE_CUT * size;
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      weights[i] = flat ? 1.0 / n : product[3 * i] / total;
    }
    return weights;
  }

  /// out[o..) = (m (x) I3) v[from..); the ranges must not overlap.
  private void multiply(double[] m, double[] v, int from, double[] out, int o) {
    if (diagonal) {
      for (int i = 0; i < 3 * n; i++) {
        out[o + i] = m[i / 3] * v[from + i];
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      double x = 0;
      double y = 0;
      double z = 0;
      for (int j = 0; j < n; j++) {
        double entry = m[i * n + j];
        x += entry * v[from + 3 * j];
        y += entry * v[from + 3 * j + 1];
        z += entry * v[from + 3 * j + 2];
      }
      out[o + 3 * i] = x;
      out[o + 3 * i + 1] = y;
      out[o + 3 * i + 2] = z;
    }
  }

  private void require(int from, int to) {
    Ranges.requireLength(name, 3 * n, from, to);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimension(int coordinates) {
    require(0, coordinates);
    return Math.max(0, coordinates - 3);
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {
    projectVector(x, x, from, to);
  }

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    require(from, to);
    double ox = v[from];
    double oy = v[from + 1];
    double oz = v[from + 2];
    double x = 0;
    double y = 0;
    double z = 0;
    for (int i = 0; i < n; i++) {
      x += meanWeights[i] * (v[from + 3 * i] - ox);
      y += meanWeights[i] * (v[from + 3 * i + 1] - oy);
      z += meanWeights[i] * (v[from + 3 * i + 2] - oz);
    }
    for (int i = from; i < to; i += 3) {
      out[i] = v[i] - ox - x;
      out[i + 1] = v[i + 1] - oy - y;
      out[i + 2] = v[i + 2] - oz - z;
    }
  }

  /// The moments sum_ij A_ij x_i,p y_j,q as a row-major 3x3 matrix.
  private double[] moments(double[] x, double[] y, int from) {
    double[] ay = new double[3 * n];
    multiply(a, y, from, ay, 0);
    double[] moments = new double[9];
    for (int i = 0; i < 3 * n; i += 3) {
      for (int p = 0; p < 3; p++) {
        for (int q = 0; q < 3; q++) {
          moments[3 * p + q] += x[from + i + p] * ay[i + q];
        }
      }
    }
    return moments;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    require(from, to);
    double[] s = moments(x, x, from);
    return MomentOfInertia.rank(s[0], s[1], s[2], s[4], s[5], s[8]);
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    projectVector(v, out, from, to);
    double[] s = moments(x, x, from);
    double[] l = moments(x, out, from);
    double lx = l[5] - l[7];
    double ly = l[6] - l[2];
    double lz = l[1] - l[3];
    double wx = MomentOfInertia.angularVelocity(0, s[0], s[1], s[2], s[4], s[5], s[8], lx, ly, lz);
    double wy = MomentOfInertia.angularVelocity(1, s[0], s[1], s[2], s[4], s[5], s[8], lx, ly, lz);
    double wz = MomentOfInertia.angularVelocity(2, s[0], s[1], s[2], s[4], s[5], s[8], lx, ly, lz);
    for (int i = from; i < to; i += 3) {
      out[i] -= wy * x[i + 2] - wz * x[i + 1];
      out[i + 1] -= wz * x[i] - wx * x[i + 2];
      out[i + 2] -= wx * x[i + 1] - wy * x[i];
    }
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    require(from, to);
    double[] s = moments(x, x, from);
    return MomentOfInertia.logVolume(s[0], s[1], s[2], s[4], s[5], s[8]);
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    require(from, to);
    double[] s = moments(x, x, from);
    double[] w = new double[9];
    for (int k = 0; k < 9; k++) {
      w[k] = MomentOfInertia.gradientWeight(k / 3, k % 3, s[0], s[1], s[2], s[4], s[5], s[8]);
    }
    SO3.rotate(w, x, out, from, to);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    require(from, to);
    if (n < 2) {
      return Double.POSITIVE_INFINITY;
    }
    double[] s = moments(x, x, from);
    return MomentOfInertia.eigenvalue(n == 2 ? 1 : 0, s[0], s[1], s[2], s[4], s[5], s[8]);
  }

  @Override
  public double inner(double[] u, double[] v, int from, int to) {
    require(from, to);
    double[] av = new double[3 * n];
    multiply(a, v, from, av, 0);
    double sum = 0;
    for (int i = 0; i < 3 * n; i++) {
      sum += u[from + i] * av[i];
    }
    return sum;
  }

  @Override
  public void gradient(double[] g, double[] out, int from, int to) {
    require(from, to);
    double[] product = new double[3 * n];
    multiply(inverse, g, from, product, 0);
    System.arraycopy(product, 0, out, from, 3 * n);
    projectVector(out, out, from, to);
  }

  @Override
  public void noise(double[] normals, double[] out, int from, int to) {
    require(from, to);
    double[] product = new double[3 * n];
    multiply(inverseRoot, normals, from, product, 0);
    System.arraycopy(product, 0, out, from, 3 * n);
    projectVector(out, out, from, to);
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    require(from, to);
    double[] rotation = new double[9];
    Kabsch.ofCrossMoments(moments(x, onto, from), rotation);
    SO3.rotate(rotation, x, out, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    double[] difference = new double[to];
    align(x, y, difference, from, to);
    for (int i = from; i < to; i++) {
      difference[i] -= y[i];
    }
    return Math.sqrt(Math.max(0, inner(difference, difference, from, to)));
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    require(from, to);
    SO3.rotateRandomly(element, x, out, from, to);
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    act(element, v, out, from, to);
  }
}
