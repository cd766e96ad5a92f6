package quotient.models.interpolant;

import java.util.Arrays;
import quotient.models.prior.Covariance;

/// Exact conversions between denoiser, velocity and score of one path: the only home of this algebra.
///
///     D = E[x_1 | x_t],  v = E[x_t' | x_t],  s = grad log p_t(x_t)
///     v = A_t x_t + (beta' - beta A_t) D
///     D = (beta' - beta A_t)^-1 (v - A_t x_t)
///     s = -Sigma_t^+ (x_t - beta D)
///
/// for a Gaussian x_0 of covariance C that is independent of x_1; Sigma_t and A_t are functions of C,
/// see {@link Interpolant}. Every method treats the values `from..to` of one cloud, with its own t in
/// [0, 1); `out` may be any of the inputs. Without bridge noise v <-> D also holds path by path and
/// for dependent x_0; the score never does. *Confined*: holds scratch, no allocation after the
/// largest cloud was seen.
/// Source: Xu et al. 2026, Eq. 4; theory.md sections 3, 6 and 8.1.
public final class Parameterization {
  private final Interpolant interpolant;
  private double[] first = new double[0];
  private double[] second = new double[0];
  private double[] scratch = new double[0];

  /// Conversions for one path.
  public Parameterization(Interpolant interpolant) {
    this.interpolant = interpolant;
  }

  /// `out = A_t x + (beta' - beta A_t) D`.
  public void velocity(
      Covariance prior, double t, double[] x, double[] denoised, double[] out, int from, int to) {
    prepare(prior, t, to - from);
    double beta = interpolant.beta(t);
    double betaRate = interpolant.betaRate(t);
    for (int k = 0; k < prior.modes(); k++) {
      if (isFree(prior, k)) {
        double a = interpolant.noiseRate(t, prior.variance(k));
        first[k] = a;
        second[k] = betaRate - beta * a;
      }
    }
    prior.combine(first, x, second, denoised, out, from, to, scratch);
  }

  /// `out = (beta' - beta A_t)^-1 (v - A_t x)`.
  public void denoised(
      Covariance prior, double t, double[] x, double[] velocity, double[] out, int from, int to) {
    prepare(prior, t, to - from);
    double beta = interpolant.beta(t);
    double betaRate = interpolant.betaRate(t);
    for (int k = 0; k < prior.modes(); k++) {
      if (isFree(prior, k)) {
        double a = interpolant.noiseRate(t, prior.variance(k));
        double inverse = 1 / (betaRate - beta * a);
        first[k] = -a * inverse;
        second[k] = inverse;
      }
    }
    prior.combine(first, x, second, velocity, out, from, to, scratch);
  }

  /// The score from a velocity: `out = -Sigma_t^+ (x - beta D(v))`.
  public void score(
      Covariance prior, double t, double[] x, double[] velocity, double[] out, int from, int to) {
    prepare(prior, t, to - from);
    double beta = interpolant.beta(t);
    double betaRate = interpolant.betaRate(t);
    for (int k = 0; k < prior.modes(); k++) {
      if (isFree(prior, k)) {
        double a = interpolant.noiseRate(t, prior.variance(k));
        double precision = 1 / interpolant.noiseVariance(t, prior.variance(k));
        double inverse = 1 / (betaRate - beta * a);
        first[k] = -precision * (1 + beta * a * inverse);
        second[k] = precision * beta * inverse;
      }
    }
    prior.combine(first, x, second, velocity, out, from, to, scratch);
  }

  /// What the score gains when the velocity gains d:
  /// `out = beta Sigma_t^+ (beta' - beta A_t)^-1 d`, a symmetric map.
  public void scoreChange(Covariance prior, double t, double[] d, double[] out, int from, int to) {
    prepare(prior, t, to - from);
    double beta = interpolant.beta(t);
    double betaRate = interpolant.betaRate(t);
    for (int k = 0; k < prior.modes(); k++) {
      if (isFree(prior, k)) {
        double variance = prior.variance(k);
        double inverse = 1 / (betaRate - beta * interpolant.noiseRate(t, variance));
        second[k] = beta * inverse / interpolant.noiseVariance(t, variance);
      }
    }
    prior.combine(first, d, second, d, out, from, to, scratch);
  }

  /// What the velocity gains when the clean cloud gains d: `out = (beta' - beta A_t) d`.
  public void velocityChange(
      Covariance prior, double t, double[] d, double[] out, int from, int to) {
    prepare(prior, t, to - from);
    double beta = interpolant.beta(t);
    double betaRate = interpolant.betaRate(t);
    for (int k = 0; k < prior.modes(); k++) {
      if (isFree(prior, k)) {
        second[k] = betaRate - beta * interpolant.noiseRate(t, prior.variance(k));
      }
    }
    prior.combine(first, d, second, d, out, from, to, scratch);
  }

  /// The cloud weighted by the inverse covariance of the noise: `out = Sigma_t^+ x`.
  public void whitened(Covariance prior, double t, double[] x, double[] out, int from, int to) {
    prepare(prior, t, to - from);
    for (int k = 0; k < prior.modes(); k++) {
      if (isFree(prior, k)) {
        first[k] = 1 / interpolant.noiseVariance(t, prior.variance(k));
      }
    }
    prior.combine(first, x, second, x, out, from, to, scratch);
  }

  private static boolean isFree(Covariance prior, int mode) {
    return prior.variance(mode) > 0;
  }

  private void prepare(Covariance prior, double t, int coordinates) {
    if (!(t >= 0 && t < 1)) {
      throw new IllegalArgumentException(
          "parameterization: t must be in [0, 1), found "
              + t
              + "; at t = 1 the cloud is the data and has neither velocity nor score");
    }
    int modes = prior.modes();
    if (first.length < modes) {
      first = new double[modes];
      second = new double[modes];
    }
    Arrays.fill(first, 0, modes, 0);
    Arrays.fill(second, 0, modes, 0);
    int needed = prior.scratch(coordinates);
    if (scratch.length < needed) {
      scratch = new double[needed];
    }
  }
}
