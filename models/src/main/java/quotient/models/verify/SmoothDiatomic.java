package quotient.models.verify;

/// Two atoms whose distance is normally distributed: the law of the lengths that either optimum
/// samples, without sampling error.
///
///     l ~ N(mu, s^2),  k(l) = t r l / (1-t)^2
///     posterior of l given r:  N(m, q^2) sinh(k)/(k e^k),   1/q^2 = 1/s^2 + t^2/(1-t)^2,
///                              m = q^2 (mu/s^2 + t r/(1-t)^2)
///     exact D(r) = E[l L(k)],  aligned D(r) = E[l];   r' = (D(r) - r)/(1 - t),  r_0 ~ chi_3
///
/// The posterior mean is a sum over equidistant nodes, spectrally accurate for Gaussians. The path
/// ends with one step onto D at 1 - t = 0.001. *Immutable.* Source: theory.md sections 7 and 9.6.
///
/// @param mean mu, Å
/// @param deviation s, Å
/// @param aligned which optimum
public record SmoothDiatomic(double mean, double deviation, boolean aligned) {
  private static final int STEPS = 160;
  private static final double END = StrictMath.log(1000);
  private static final int NODES = 12;
  private static final double REACH = 5.5;
  private static final int STARTS = 64;
  private static final double FARTHEST = 6.4;

  /// The law of the lengths.
  ///
  /// @param mean of the lengths, Å
  /// @param deviation standard deviation of the lengths, Å
  public record Law(double mean, double deviation) {}

  /// The radial denoiser D(r).
  public double denoised(double t, double r) {
    double rest = (1 - t) * (1 - t);
    double precision = 1 / (deviation * deviation) + t * t / rest;
    double centre = (mean / (deviation * deviation) + t * r / rest) / precision;
    double width = 1 / Math.sqrt(precision);
    double total = 0;
    double sum = 0;
    for (int i = -NODES; i <= NODES; i++) {
      double z = REACH * i / NODES;
      double length = centre + width * z;
      double kappa = t * r * length / rest;
      double weight = StrictMath.exp(-0.5 * z * z) * spread(kappa);
      total += weight;
      sum += weight * length * (aligned ? 1 : langevin(kappa));
    }
    return sum / total;
  }

  /// `sinh(k) / (k e^k)`.
  private static double spread(double k) {
    return Math.abs(k) < 1e-4 ? 1 - k : -StrictMath.expm1(-2 * k) / (2 * k);
  }

  /// `coth k - 1/k`.
  private static double langevin(double k) {
    if (Math.abs(k) < 1e-3) {
      return k / 3;
    }
    double e = StrictMath.exp(-2 * k);
    return (1 + e) / (1 - e) - 1 / k;
  }

  /// Follows one radius from the prior to a length.
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
    return denoised(-StrictMath.expm1(-END), r);
  }

  private double rate(double s, double r) {
    return denoised(-StrictMath.expm1(-s), r) - r;
  }

  /// Mean and deviation of the lengths that the flow ends on: an integral over starting radii.
  public Law law() {
    double total = 0;
    double first = 0;
    double second = 0;
    for (int i = 1; i < STARTS; i++) {
      double r = FARTHEST * i / STARTS;
      double weight = r * r * StrictMath.exp(-0.5 * r * r);
      double length = end(r);
      total += weight;
      first += weight * length;
      second += weight * length * length;
    }
    double average = first / total;
    return new Law(average, Math.sqrt(second / total - average * average));
  }
}
