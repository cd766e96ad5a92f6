package quotient.models.loss;

import quotient.tensor.linalg.Mat3;
import quotient.tensor.linalg.SingularValues;

/// The matrix Fisher law of rotations, `p(R) = exp(tr F^T R) / c(F)` against the Haar probability:
/// its normaliser and its mean.
///
///     F = U diag(s) V^T with U, V rotations, s_1 >= s_2 >= |s_3|;   E[R] = U diag(d log c/d s_k) V^T
///     c(s) = (1/2) int_{-1}^{1} I0((s_i-s_j)(1-u)/2) I0((s_i+s_j)(1+u)/2) exp(s_k u) du
///
/// With w = 1 - u and scaled Bessel functions the integrand is at most 1 after the factor
/// exp(s_1 + s_2 + s_3), and `1 - d log c/d s_k` is the mean of w, so nothing cancels. The integrand
/// has the scales 1/(s_i - s_j) and 1/(s_j + s_k) at w = 0 and 1/(s_i + s_j) at w = 2; panels that
/// grow by a constant factor away from both ends resolve them at any size. Where all s_i + s_j exceed
/// 1e6, the leading terms for concentrated laws are exact to about 1e-6 of `1 - E[R]`.
///
/// *Confined*: holds scratch, no allocation per call.
/// Source: theory.md sections 8 and 8.1; Lee 2018 for the integral.
public final class MatrixFisher {
  /// Beyond it the law is so narrow that the leading terms suffice.
  static final double CONCENTRATED = 1e6;

  private static final int NODES = 12;
  private static final double[] POINT = new double[NODES];
  private static final double[] WEIGHT = new double[NODES];
  private static final double GROWTH = 3;
  private static final double NEGLIGIBLE_EXPONENT = 45;

  static {
    gaussLegendre();
  }

  private final double[] u = new double[9];
  private final double[] v = new double[9];
  private final double[] s = new double[3];
  private final double[] scaled = new double[9];
  private double mass;
  private double firstMoment;

  /// With its own scratch.
  public MatrixFisher() {}

  /// An upper bound of {@link #logNormalizer}: the exponent at the best rotation, s_1 + s_2 + s_3.
  ///
  /// @param f F, 3 x 3 row-major
  public double bound(double[] f) {
    decompose(f);
    return s[0] + s[1] + s[2];
  }

  /// `log c(F)`.
  ///
  /// @param f F, 3 x 3 row-major
  public double logNormalizer(double[] f) {
    decompose(f);
    double top = s[0] + s[1] + s[2];
    if (isConcentrated()) {
      double product = (s[0] + s[1]) * (s[0] + s[2]) * (s[1] + s[2]);
      return top - 0.5 * StrictMath.log(8 * Math.PI * product);
    }
    integrate(0, 1, 2);
    return top + StrictMath.log(0.5 * mass);
  }

  /// The mean rotation, which is no rotation itself: `out = E[R | F]`.
  ///
  /// @param f F, 3 x 3 row-major
  /// @param out 3 x 3 row-major, may be f
  public void mean(double[] f, double[] out) {
    decompose(f);
    double d0 = slope(0, 1, 2);
    double d1 = slope(1, 0, 2);
    double d2 = slope(2, 0, 1);
    for (int i = 0; i < 9; i += 3) {
      scaled[i] = u[i] * d0;
      scaled[i + 1] = u[i + 1] * d1;
      scaled[i + 2] = u[i + 2] * d2;
    }
    Mat3.multiplyTransposed(scaled, v, out);
  }

  /// `F = U diag(s) V^T` with proper U and V; the last s takes the sign.
  private void decompose(double[] f) {
    SingularValues.decompose(3, f, u, s, v);
    if (Mat3.determinant(u) < 0) {
      flipLast(u);
    }
    if (Mat3.determinant(v) < 0) {
      flipLast(v);
    }
  }

  private void flipLast(double[] m) {
    m[2] = -m[2];
    m[5] = -m[5];
    m[8] = -m[8];
    s[2] = -s[2];
  }

  private boolean isConcentrated() {
    return s[1] + s[2] > CONCENTRATED;
  }

  /// `d log c / d s_k`; i < j are the other two.
  private double slope(int k, int i, int j) {
    if (isConcentrated()) {
      return 1 - 0.5 * (1 / (s[k] + s[i]) + 1 / (s[k] + s[j]));
    }
    integrate(i, j, k);
    return 1 - firstMoment / mass;
  }

  /// The integral over w in [0, 2] of the scaled integrand, and of w times it.
  private void integrate(int i, int j, int k) {
    double low = Math.max(0, s[i] - s[j]);
    double high = Math.max(0, s[i] + s[j]);
    double rate = Math.max(0, s[j] + s[k]);
    double end = 2 * rate > NEGLIGIBLE_EXPONENT ? NEGLIGIBLE_EXPONENT / rate : 2;
    mass = 0;
    firstMoment = 0;
    double left = Math.min(1, end);
    double from = 0;
    double to = Math.min(left, 4 / (low + 2 * rate));
    while (from < left) {
      panel(from, to, low, high, rate);
      from = to;
      to = Math.min(left, GROWTH * to);
    }
    double nearest = 2 - end;
    double back = 1;
    while (end > 1 && back > nearest) {
      double next = Math.max(nearest, back * high > 4 ? back / GROWTH : 0);
      panel(2 - back, 2 - next, low, high, rate);
      back = next;
    }
  }

  private void panel(double from, double to, double low, double high, double rate) {
    double half = 0.5 * (to - from);
    double middle = 0.5 * (from + to);
    double sum = 0;
    double moment = 0;
    for (int q = 0; q < NODES; q++) {
      double w = middle + half * POINT[q];
      double value =
          WEIGHT[q]
              * ScaledBessel.i0(0.5 * low * w)
              * ScaledBessel.i0(0.5 * high * (2 - w))
              * StrictMath.exp(-rate * w);
      sum += value;
      moment += w * value;
    }
    mass += half * sum;
    firstMoment += half * moment;
  }

  /// Nodes and weights on [-1, 1] by Newton's method on the Legendre polynomial.
  private static void gaussLegendre() {
    for (int q = 0; q < NODES; q++) {
      double x = StrictMath.cos(Math.PI * (q + 0.75) / (NODES + 0.5));
      double slope = 1;
      for (int step = 0; step < 20; step++) {
        double before = 1;
        double value = x;
        for (int n = 2; n <= NODES; n++) {
          double next = ((2 * n - 1) * x * value - (n - 1) * before) / n;
          before = value;
          value = next;
        }
        slope = NODES * (x * value - before) / (x * x - 1);
        x -= value / slope;
      }
      POINT[q] = x;
      WEIGHT[q] = 2 / ((1 - x * x) * slope * slope);
    }
  }
}
