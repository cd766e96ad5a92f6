package quotient.models.loss;

import java.util.Arrays;
import quotient.tensor.linalg.Mat3;
import quotient.tensor.linalg.SingularValues;

/// The matrix Fisher law of rotations, `p(R) = exp(tr F^T R) / c(F)` against the Haar probability:
/// its normaliser and its mean.
///
///     F = U diag(s) V^T with U, V rotations, s_1 >= s_2 >= |s_3|;   E[R] = U diag(d log c/d s_k) V^T
///     c(s) = (1/2) int_0^2 I0(x) I0(y) exp(s_3 (1 - w)) dw,  x = (s_1-s_2) w/2,  y = (s_1+s_2)(1 - w/2)
///
/// All three slopes are weighted integrals of the same kind. After the factor exp(s_1 + s_2 + s_3)
/// the integrand is at most 1, and with A = I1/I0
///
///     1 - d_1 = < (w/2)(1 - A(x)) + (1 - w/2)(1 - A(y)) >
///     1 - d_2 = < (w/2)(1 + A(x)) + (1 - w/2)(1 - A(y)) >,   1 - d_3 = < w >
///
/// are sums of positive terms. The integrand has the scales 1/(s_1 - s_2) and 1/(s_2 + s_3) at w = 0
/// and 1/(s_1 + s_2) at w = 2; panels that grow by a constant factor away from both ends resolve them
/// at any size. Where s_2 + s_3 exceeds 1e6, the leading terms for concentrated laws are exact to
/// about 1e-6 of `1 - E[R]`.
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
  private static final double INVERSE_LOG_2 = 1.4426950408889634;

  // log(2) in two parts: the first has zeros at its end, so that small multiples are exact.
  private static final double LOG_2_HIGH = 0x1.62e42feep-1;
  private static final double LOG_2_LOW = 0x1.a39ef35793c76p-33;
  private static final int SERIES = 13;
  private static final double[] RECIPROCAL = new double[SERIES + 1];
  private static final double NEGLIGIBLE_EXPONENT = 45;

  static {
    for (int k = 1; k <= SERIES; k++) {
      RECIPROCAL[k] = 1.0 / k;
    }
    gaussLegendre();
  }

  private final double[] u = new double[9];
  private final double[] v = new double[9];
  private final double[] s = new double[3];
  private final double[] scaled = new double[9];

  /// 1 - d log c / d s_k, before it is divided by the mass.
  private final double[] slope = new double[3];

  private double mass;

  /// With its own scratch.
  public MatrixFisher() {}

  /// An upper bound of {@link #logNormalizer}: the exponent at the best rotation, s_1 + s_2 + s_3.
  ///
  /// @param f F, 3 x 3 row-major
  public double bound(double[] f) {
    decompose(f);
    return top();
  }

  /// `log c(F)`.
  ///
  /// @param f F, 3 x 3 row-major
  public double logNormalizer(double[] f) {
    decompose(f);
    if (!isConcentrated()) {
      integrate();
    }
    return top() + logIntegral();
  }

  /// The mean rotation, which is no rotation itself: `out = E[R | F]`.
  ///
  /// @param f F, 3 x 3 row-major
  /// @param out 3 x 3 row-major, may be f
  /// @return `log c(F)`
  public double mean(double[] f, double[] out) {
    decompose(f);
    if (isConcentrated()) {
      for (int k = 0; k < 3; k++) {
        slope[k] = 0.5 / (s[k] + s[(k + 1) % 3]) + 0.5 / (s[k] + s[(k + 2) % 3]);
      }
    } else {
      integrate();
      for (int k = 0; k < 3; k++) {
        slope[k] /= mass;
      }
    }
    for (int i = 0; i < 9; i += 3) {
      for (int k = 0; k < 3; k++) {
        scaled[i + k] = u[i + k] * (1 - slope[k]);
      }
    }
    Mat3.multiplyTransposed(scaled, v, out);
    return top() + logIntegral();
  }

  private double top() {
    return s[0] + s[1] + s[2];
  }

  /// `log c - (s_1 + s_2 + s_3)`, after an integral unless the law is concentrated.
  private double logIntegral() {
    if (isConcentrated()) {
      double product = (s[0] + s[1]) * (s[0] + s[2]) * (s[1] + s[2]);
      return -0.5 * StrictMath.log(8 * Math.PI * product);
    }
    return StrictMath.log(0.5 * mass);
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

  /// The integral over w in [0, 2] of the scaled integrand, and the three weighted ones.
  private void integrate() {
    double low = Math.max(0, s[0] - s[1]);
    double high = s[0] + s[1];
    double rate = Math.max(0, s[1] + s[2]);
    double end = 2 * rate > NEGLIGIBLE_EXPONENT ? NEGLIGIBLE_EXPONENT / rate : 2;
    mass = 0;
    Arrays.fill(slope, 0);
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
    for (int q = 0; q < NODES; q++) {
      double w = middle + half * POINT[q];
      double x = 0.5 * low * w;
      double y = 0.5 * high * (2 - w);
      double x0 = ScaledBessel.quick0(x);
      double y0 = ScaledBessel.quick0(y);
      double x1 = ScaledBessel.quick1(x);
      double y1 = ScaledBessel.quick1(y);
      double scale = half * WEIGHT[q] * decay(rate * w);
      double near = 0.5 * w * y0 * scale;
      double far = (1 - 0.5 * w) * (y0 - y1) * x0 * scale;
      mass += x0 * y0 * scale;
      slope[0] += near * (x0 - x1) + far;
      slope[1] += near * (x0 + x1) + far;
      slope[2] += 2 * near * x0;
    }
  }

  /// `exp(-z)` for 0 <= z < 700: a power series on a remainder below log(2)/2, to 1e-15.
  static double decay(double z) {
    int halvings = (int) (z * INVERSE_LOG_2 + 0.5);
    double r = (halvings * LOG_2_HIGH - z) + halvings * LOG_2_LOW;
    double sum = 1;
    for (int k = SERIES; k > 0; k--) {
      sum = sum * (r * RECIPROCAL[k]) + 1;
    }
    return sum * Double.longBitsToDouble((1023L - halvings) << 52);
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
