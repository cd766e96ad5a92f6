package quotient.models.sample;

import java.util.Arrays;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;

/// One run of the exponential multistep solver: order 2 (up to the logarithm of the step) with one call
/// of the network per step.
///
/// The ODE is `x' = A_t x + (beta' - beta A_t) D` with the clean cloud D that belongs to the
/// horizontal velocity. Its linear part, stiff near the data, is solved exactly; D is carried on
/// linearly in time from the last two calls:
///
///     x_1 = (s_1/s_0) x_0 + (beta_1 - (s_1/s_0) beta_0) D_0 + c (D_0 - D_-1) / (t_0 - t_-1)
///     c = (t_1 - t_0) beta_1 - s_1 integral of beta/s over [t_0, t_1]
///
/// in each mode of the prior's covariance, s^2 its noise variance, since A = s'/s and
/// `(beta' - beta A)/s` is the derivative of `beta/s`. The first step has no D_-1, and the last one
/// ends in D itself, not beyond it: both leave c out. At the end that costs nothing without bridge
/// noise, where D comes to rest; with bridge noise sigma it leaves an error of first order, of about
/// sigma^2/2 times the step over the scale of the data: 5e-4 Å in ten steps with sigma = 0.1 Å, and
/// less than a network's D errs when it is carried on to t = 1 (docs/decisions/fewsteps.md). Where D
/// does not change, any number of steps is exact. *Confined.*
/// Source: the idea, with another variable than time, Lu et al. 2022 (DPM-Solver++, 2M).
final class MultistepRun {
  /// Gauss-Legendre nodes and weights on [-1, 1].
  private static final double[] NODES = {
    -0.9602898564975363, -0.7966664774136267, -0.5255324099163290, -0.1834346424956498,
    0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363
  };

  private static final double[] WEIGHTS = {
    0.1012285362903763, 0.2223810344533745, 0.3137066458778873, 0.3626837833783620,
    0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763
  };

  private final TimeGrid grid;
  private final SamplingBatch batch;
  private final FieldEvaluation evaluation;
  private final Parameterization conversion;
  private final double[] x;
  private final double[] time;
  private double[] clean;
  private double[] before;
  private double[] ofCloud = new double[0];
  private double[] ofClean = new double[0];
  private double[] ofBefore = new double[0];
  private double[] scratch = new double[0];

  MultistepRun(TimeGrid grid, SamplingBatch batch, FieldEvaluation evaluation, double[] x) {
    this.grid = grid;
    this.batch = batch;
    this.evaluation = evaluation;
    this.conversion = new Parameterization(batch.interpolant());
    this.x = x;
    clean = new double[x.length];
    before = new double[x.length];
    time = new double[batch.clouds()];
  }

  void run(Sampler.Observer observer) {
    observer.see(0, time, x);
    for (int k = 0; k < grid.steps(); k++) {
      double[] swap = before;
      before = clean;
      clean = swap;
      Arrays.fill(time, grid.time(k));
      evaluation.velocity(x, time, clean);
      for (int b = 0; b < batch.clouds(); b++) {
        advance(k, b);
      }
      Arrays.fill(time, grid.time(k + 1));
      observer.see(k + 1, time, x);
    }
  }

  private void advance(int k, int cloud) {
    int from = batch.start()[cloud];
    int to = batch.start()[cloud + 1];
    Covariance prior = batch.covariances()[cloud];
    prepare(prior, to - from);
    conversion.denoised(prior, grid.time(k), x, clean, clean, from, to);
    boolean carried = k > 0 && k + 1 < grid.steps();
    for (int mode = 0; mode < prior.modes(); mode++) {
      if (prior.variance(mode) > 0) {
        coefficients(k, mode, prior.variance(mode), carried);
      }
    }
    prior.combine(ofCloud, x, ofClean, clean, x, from, to, scratch);
    if (carried) {
      for (int mode = 0; mode < prior.modes(); mode++) {
        ofCloud[mode] = prior.variance(mode) > 0 ? 1 : 0;
      }
      prior.combine(ofCloud, x, ofBefore, before, x, from, to, scratch);
    }
    batch.space().projectPoint(x, from, to);
  }

  private void coefficients(int k, int mode, double variance, boolean carried) {
    Interpolant path = batch.interpolant();
    double begin = grid.time(k);
    double end = grid.time(k + 1);
    double left = Math.sqrt(path.noiseVariance(end, variance));
    double shrinking = left / Math.sqrt(path.noiseVariance(begin, variance));
    ofCloud[mode] = shrinking;
    ofClean[mode] = path.beta(end) - shrinking * path.beta(begin);
    ofBefore[mode] = 0;
    if (carried) {
      double integral = 0;
      for (int i = 0; i < NODES.length; i++) {
        double t = 0.5 * (begin + end + NODES[i] * (end - begin));
        integral += WEIGHTS[i] * path.beta(t) / Math.sqrt(path.noiseVariance(t, variance));
      }
      double share = (end - begin) * (path.beta(end) - 0.5 * left * integral) / grid.step(k - 1);
      ofClean[mode] += share;
      ofBefore[mode] = -share;
    }
  }

  private void prepare(Covariance prior, int coordinates) {
    int modes = prior.modes();
    if (ofCloud.length < modes) {
      ofCloud = new double[modes];
      ofClean = new double[modes];
      ofBefore = new double[modes];
    }
    Arrays.fill(ofCloud, 0, modes, 0);
    Arrays.fill(ofClean, 0, modes, 0);
    Arrays.fill(ofBefore, 0, modes, 0);
    int needed = prior.scratch(coordinates);
    if (scratch.length < needed) {
      scratch = new double[needed];
    }
  }
}
