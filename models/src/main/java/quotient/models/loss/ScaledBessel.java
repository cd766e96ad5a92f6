package quotient.models.loss;

/// The modified Bessel function of order 0, divided by its growth: `exp(-x) I0(x)`.
///
///     I0(x) = sum_k (x^2/4)^k / k!^2                             x < 20, all terms positive
///     exp(-x) I0(x) ~ (2 pi x)^(-1/2) sum_k ((2k-1)!!)^2 / (k! (8x)^k)      beyond
///
/// Relative error below 1e-14: at x = 20 the smallest term of the second series is about e^-40.
/// Source: Abramowitz & Stegun 1964, 9.6.12 and 9.7.1.
final class ScaledBessel {
  private static final double SWITCH = 20;
  private static final int NEAR_TERMS = 48;
  private static final int FAR_TERMS = 24;
  private static final double[] NEAR = nearCoefficients();
  private static final double[] FAR = farCoefficients();

  private ScaledBessel() {}

  /// `exp(-x) I0(x)` for x >= 0.
  static double i0(double x) {
    return x < SWITCH ? near(x) : far(x);
  }

  private static double near(double x) {
    double q = 0.25 * x * x;
    double sum = 0;
    // Terms beyond k = 4 + 2.1 x are below 1e-17 of the sum.
    for (int k = Math.min(NEAR_TERMS - 1, (int) (9 + 2.1 * x)); k >= 0; k--) {
      sum = sum * q + NEAR[k];
    }
    return StrictMath.exp(-x) * sum;
  }

  private static double far(double x) {
    double inverse = 1 / x;
    double sum = 0;
    for (int k = FAR_TERMS - 1; k >= 0; k--) {
      sum = sum * inverse + FAR[k];
    }
    return sum / Math.sqrt(2 * Math.PI * x);
  }

  private static double[] nearCoefficients() {
    double[] c = new double[NEAR_TERMS];
    c[0] = 1;
    for (int k = 1; k < NEAR_TERMS; k++) {
      c[k] = c[k - 1] / ((double) k * k);
    }
    return c;
  }

  private static double[] farCoefficients() {
    double[] c = new double[FAR_TERMS];
    c[0] = 1;
    for (int k = 1; k < FAR_TERMS; k++) {
      double odd = 2 * k - 1;
      c[k] = c[k - 1] * odd * odd / (8.0 * k);
    }
    return c;
  }
}
