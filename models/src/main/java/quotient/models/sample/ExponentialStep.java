package quotient.models.sample;

import java.util.Arrays;
import quotient.models.interpolant.Interpolant;
import quotient.models.prior.Covariance;

/// One step that solves the linear part of the ODE or SDE exactly and carries the clean cloud D on
/// linearly in time.
///
/// In a mode of the prior's covariance, s^2 its noise variance, the velocity with eta times the score
/// is `B x + (beta' - beta B) D` with B = s'/s - eta/s^2, the logarithmic derivative of
///
///     psi(t) = s(t) exp(-integral of eta/s^2)
///
/// so that, as `(beta' - beta B)/psi` is the derivative of `beta/psi`,
///
///     x_1 = (psi_1/psi_0) x_0 + (beta_1 - (psi_1/psi_0) beta_0) D_0 + c (D_0 - D_-1) / (t_0 - t_-1)
///     c = (t_1 - t_0) beta_1 - psi_1 integral of beta/psi over [t_0, t_1]
///     variance of the noise: 2 gamma integral of eta (psi_1/psi)^2 over [t_0, t_1]
///
/// Integrals by eight Gauss-Legendre nodes. *Confined.*
final class ExponentialStep {
  /// Nodes and weights on [-1, 1].
  private static final double[] NODES = {
    -0.9602898564975363, -0.7966664774136267, -0.5255324099163290, -0.1834346424956498,
    0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363
  };

  private static final double[] WEIGHTS = {
    0.1012285362903763, 0.2223810344533745, 0.3137066458778873, 0.3626837833783620,
    0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763
  };

  private static final NoiseSchedule NONE = NoiseSchedule.linear(0, 0);

  private final Interpolant path;
  private Covariance prior = new Covariance.Isotropic(1);
  private boolean carries;
  private double[] ofCloud = new double[0];
  private double[] ofClean = new double[0];
  private double[] ofBefore = new double[0];
  private double[] ofNoise = new double[0];
  private double[] one = new double[0];
  private double[] scratch = new double[0];

  ExponentialStep(Interpolant path) {
    this.path = path;
  }

  /// Coefficients of a step of the ODE.
  ///
  /// @param last length of the step before, whose clean cloud is carried on; 0 for none
  void prepare(Covariance newPrior, double begin, double end, double last) {
    prepare(newPrior, NONE, begin, end, last);
  }

  /// Coefficients of a step of the SDE; `end` is before 1.
  void prepare(Covariance newPrior, NoiseSchedule schedule, double begin, double end, double last) {
    prior = newPrior;
    carries = last > 0;
    int modes = prior.modes();
    if (ofCloud.length < modes) {
      ofCloud = new double[modes];
      ofClean = new double[modes];
      ofBefore = new double[modes];
      ofNoise = new double[modes];
      one = new double[modes];
    }
    for (int mode = 0; mode < modes; mode++) {
      double variance = prior.variance(mode);
      ofCloud[mode] = 0;
      ofClean[mode] = 0;
      ofBefore[mode] = 0;
      ofNoise[mode] = 0;
      one[mode] = variance > 0 ? 1 : 0;
      if (variance > 0) {
        coefficients(mode, variance, schedule, begin, end, last);
      }
    }
  }

  private void coefficients(
      int mode, double variance, NoiseSchedule schedule, double begin, double end, double last) {
    double left = Math.sqrt(path.noiseVariance(end, variance));
    double whole = damping(schedule, variance, begin, end);
    double shrinking =
        left / Math.sqrt(path.noiseVariance(begin, variance)) * StrictMath.exp(-whole);
    double behind = 0;
    double noise = 0;
    for (int i = 0; i < NODES.length; i++) {
      double t = 0.5 * (begin + end + NODES[i] * (end - begin));
      double s = Math.sqrt(path.noiseVariance(t, variance));
      double rest = StrictMath.exp(damping(schedule, variance, begin, t) - whole);
      double ratio = left / s * rest;
      behind += WEIGHTS[i] * path.beta(t) * ratio;
      noise += WEIGHTS[i] * schedule.at(t) * ratio * ratio;
    }
    ofCloud[mode] = shrinking;
    ofClean[mode] = path.beta(end) - shrinking * path.beta(begin);
    ofNoise[mode] = Math.sqrt(schedule.gamma() * (end - begin) * noise);
    if (carries) {
      double share = (end - begin) * (path.beta(end) - 0.5 * behind) / last;
      ofClean[mode] += share;
      ofBefore[mode] = -share;
    }
  }

  /// The integral of eta/s^2.
  private double damping(NoiseSchedule schedule, double variance, double begin, double end) {
    if (schedule.scale() == 0) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < NODES.length; i++) {
      double t = 0.5 * (begin + end + NODES[i] * (end - begin));
      sum += WEIGHTS[i] * schedule.at(t) / path.noiseVariance(t, variance);
    }
    return 0.5 * (end - begin) * sum;
  }

  /// `out = x_1` without noise, of one cloud; `out` may be x.
  ///
  /// @param clean D_0
  /// @param before D_-1, read only if it is carried
  void advance(double[] x, double[] clean, double[] before, double[] out, int from, int to) {
    reserve(to - from);
    prior.combine(ofCloud, x, ofClean, clean, out, from, to, scratch);
    if (carries) {
      prior.combine(one, out, ofBefore, before, out, from, to, scratch);
    }
  }

  /// Adds the step's noise to a cloud.
  ///
  /// @param normals standard normal numbers of the total space
  void addNoise(double[] x, double[] normals, int from, int to) {
    reserve(to - from);
    prior.combine(one, x, ofNoise, normals, x, from, to, scratch);
  }

  private void reserve(int coordinates) {
    int needed = prior.scratch(coordinates);
    if (scratch.length < needed) {
      scratch = Arrays.copyOf(scratch, needed);
    }
  }
}
