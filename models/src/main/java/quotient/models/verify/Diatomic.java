package quotient.models.verify;

/// Two atoms: the quotient is the bond length, and the ODE of either optimum is one-dimensional.
///
///     x_t in R^3, r = |x_t|;   k = t r r_k / (1-t)^2;   p_k ~ w_k exp(-t^2 r_k^2 / 2(1-t)^2) sinh(k)/k
///     exact:    D(r) = sum_k p_k r_k L(k),  L(k) = coth k - 1/k          (conventional and quotient)
///     aligned:  D(r) = sum_k p_k r_k                                      (GeoDiff, AF3 re-aligned)
///     r' = (D(r) - r) / (1 - t),  r_0 ~ chi_3
///
/// No sampling error: the flow keeps the order of the radii, so the weight of the shorter bond is the
/// probability of starting below one radius, found by bisection. This is the paper's Figure 3 made
/// quantitative. *Immutable.* Source: theory.md sections 7 and 9.6.
///
/// @param bonds the lengths, ascending, Å
/// @param weights their probabilities
/// @param aligned which optimum
public record Diatomic(double[] bonds, double[] weights, boolean aligned) {
  private static final int STEPS = 400;
  private static final double END = StrictMath.log(1000);
  private static final int BISECTIONS = 40;
  private static final double FARTHEST = 12;

  /// The radial denoiser D(r).
  public double denoised(double t, double r) {
    double rest = (1 - t) * (1 - t);
    double[] exponent = new double[bonds.length];
    double best = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < bonds.length; k++) {
      double kappa = t * r * bonds[k] / rest;
      // log(sinh(k)/k) without overflow; the term k - t^2 r_k^2 / 2 rest completes a square.
      double logRatio =
          kappa < 1e-4
              ? kappa * kappa / 6 - kappa
              : StrictMath.log(-StrictMath.expm1(-2 * kappa) / (2 * kappa));
      exponent[k] =
          StrictMath.log(weights[k]) + logRatio + t * bonds[k] * (r - 0.5 * t * bonds[k]) / rest;
      best = Math.max(best, exponent[k]);
    }
    double total = 0;
    double sum = 0;
    for (int k = 0; k < bonds.length; k++) {
      double p = StrictMath.exp(exponent[k] - best);
      double kappa = t * r * bonds[k] / rest;
      total += p;
      sum += p * bonds[k] * (aligned ? 1 : langevin(kappa));
    }
    return sum / total;
  }

  /// `coth k - 1/k`.
  private static double langevin(double k) {
    if (k < 1e-3) {
      return k / 3;
    }
    double e = StrictMath.exp(-2 * k);
    return (1 + e) / (1 - e) - 1 / k;
  }

  /// Follows one radius from t = 0 almost to t = 1: fourth-order steps in -log(1 - t).
  public double end(double start) {
    double r = start;
    double h = END / STEPS;
    for (int i = 0; i < STEPS; i++) {
      double s = i * h;
      double k1 = rate(s, r);
      double k2 = rate(s + 0.5 * h, r + 0.5 * h * k1);
      double k3 = rate(s + 0.5 * h, r + 0.5 * h * k2);
      double k4 = rate(s + h, r + h * k3);
      r += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    return r;
  }

  private double rate(double s, double r) {
    return denoised(-StrictMath.expm1(-s), r) - r;
  }

  /// How often the flow ends on the first of two bonds.
  public double weightOfFirst() {
    double middle = 0.5 * (bonds[0] + bonds[1]);
    double low = 0;
    double high = FARTHEST;
    for (int i = 0; i < BISECTIONS; i++) {
      double radius = 0.5 * (low + high);
      if (end(radius) < middle) {
        low = radius;
      } else {
        high = radius;
      }
    }
    return chi3(0.5 * (low + high));
  }

  /// The probability that three normals have a length below r.
  static double chi3(double r) {
    int panels = 400;
    double h = r / panels;
    double sum = 0;
    for (int i = 0; i <= panels; i++) {
      double u = i * h;
      double weight = i == 0 || i == panels ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * u * u * StrictMath.exp(-0.5 * u * u);
    }
    return Math.sqrt(2 / Math.PI) * sum * h / 3;
  }
}
