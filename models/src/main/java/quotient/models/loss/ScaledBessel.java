package quotient.models.loss;

/// The modified Bessel functions of orders 0 and 1, divided by their growth: `exp(-x) I_n(x)`.
///
///     I0(x) = sum_k (x^2/4)^k / k!^2,   I1(x) = (x/2) sum_k (x^2/4)^k / (k! (k+1)!)     x < 20
///     exp(-x) In(x) ~ (2 pi x)^(-1/2) sum_k prod_{j<=k} ((2j-1)^2 - 4 n^2) / (k! (8x)^k)  beyond
///
/// Relative error below 1e-14: all terms of the first series are positive, and at x = 20 the smallest
/// term of the second is about e^-40. Source: Abramowitz & Stegun 1964, 9.6.10 and 9.7.1.
public final class ScaledBessel {
  private static final double SWITCH = 20;
  private static final int NEAR_TERMS = 52;
  private static final int FAR_TERMS = 24;
  private static final double[][] NEAR = {near(0), near(1)};
  private static final double[][] FAR = {far(0), far(1)};
  private static final int TABLE_DENSITY = 256;
  private static final int TABLE_END = 24;
  private static final int FAST_TERMS = 14;
  private static final double[] TABLE = table();

  private ScaledBessel() {}

  /// `exp(-x) I0(x)` for x >= 0.
  public static double i0(double x) {
    return x < SWITCH ? StrictMath.exp(-x) * power(NEAR[0], x) : inverse(FAR[0], FAR_TERMS, x);
  }

  /// `exp(-x) I1(x)` for x >= 0.
  public static double i1(double x) {
    return x < SWITCH
        ? StrictMath.exp(-x) * 0.5 * x * power(NEAR[1], x)
        : inverse(FAR[1], FAR_TERMS, x);
  }

  /// `exp(-x) I0(x)` from a table, with an error below 1e-11.
  static double quick0(double x) {
    return x < TABLE_END ? interpolate(0, x) : inverse(FAR[0], FAST_TERMS, x);
  }

  /// `exp(-x) I1(x)` from a table, with an error below 1e-11.
  static double quick1(double x) {
    return x < TABLE_END ? interpolate(2, x) : inverse(FAR[1], FAST_TERMS, x);
  }

  /// Cubic between neighbouring nodes, from values and slopes.
  private static double interpolate(int column, double x) {
    double u = x * TABLE_DENSITY;
    int node = (int) u;
    double f = u - node;
    double g = 1 - f;
    int at = 4 * node + column;
    double left = TABLE[at];
    double right = TABLE[at + 4];
    double leftSlope = TABLE[at + 1];
    double rightSlope = TABLE[at + 5];
    return g * g * ((1 + 2 * f) * left + f * leftSlope)
        + f * f * ((1 + 2 * g) * right - g * rightSlope);
  }

  /// Value and slope per node distance of `exp(-x) I0(x)`, then of `exp(-x) I1(x)`.
  private static double[] table() {
    int nodes = TABLE_END * TABLE_DENSITY + 1;
    double[] table = new double[4 * nodes];
    for (int k = 0; k < nodes; k++) {
      double x = (double) k / TABLE_DENSITY;
      double zero = i0(x);
      double one = i1(x);
      table[4 * k] = zero;
      table[4 * k + 1] = (one - zero) / TABLE_DENSITY;
      table[4 * k + 2] = one;
      table[4 * k + 3] = (zero - one - (k == 0 ? 0.5 : one / x)) / TABLE_DENSITY;
    }
    return table;
  }

  private static double power(double[] c, double x) {
    double q = 0.25 * x * x;
    double sum = 0;
    // Terms beyond k = 9 + 2.1 x are below 1e-17 of the sum.
    for (int k = Math.min(NEAR_TERMS - 1, (int) (9 + 2.1 * x)); k >= 0; k--) {
      sum = sum * q + c[k];
    }
    return sum;
  }

  private static double inverse(double[] c, int terms, double x) {
    double inverse = 1 / x;
    double sum = 0;
    for (int k = terms - 1; k >= 0; k--) {
      sum = sum * inverse + c[k];
    }
    return sum / Math.sqrt(2 * Math.PI * x);
  }

  private static double[] near(int order) {
    double[] c = new double[NEAR_TERMS];
    c[0] = 1;
    for (int k = 1; k < NEAR_TERMS; k++) {
      c[k] = c[k - 1] / ((double) k * (k + order));
    }
    return c;
  }

  private static double[] far(int order) {
    double[] c = new double[FAR_TERMS];
    c[0] = 1;
    for (int k = 1; k < FAR_TERMS; k++) {
      double odd = 2 * k - 1;
      c[k] = c[k - 1] * (odd * odd - 4.0 * order * order) / (8.0 * k);
    }
    return c;
  }
}
