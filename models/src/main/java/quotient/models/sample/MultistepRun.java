package quotient.models.sample;

import java.util.Arrays;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;

/// One run of the exponential multistep solver: order 2 (up to the logarithm of the step) with one call
/// of the network per step.
///
/// The ODE is `x' = A_t x + (beta' - beta A_t) D` with the clean cloud D that belongs to the
/// horizontal velocity. Its linear part, stiff near the data, is solved exactly; D is carried on
/// linearly in time from the last two calls; see {@link ExponentialStep}. The first step has no D_-1,
/// and the last one ends in D itself, not beyond it: both do not carry. At the end that costs nothing
/// without bridge noise, where D comes to rest; with bridge noise sigma it leaves an error of first
/// order, of about sigma^2/2 times the step over the scale of the data: 5e-4 Å in ten steps with
/// sigma = 0.1 Å, and less than a network's D errs when it is carried on to t = 1
/// (docs/decisions/fewsteps.md). Where D does not change, any number of steps is exact. *Confined.*
/// Source: the idea, with another variable than time, Lu et al. 2022 (DPM-Solver++, 2M).
final class MultistepRun {
  private final TimeGrid grid;
  private final SamplingBatch batch;
  private final FieldEvaluation evaluation;
  private final Parameterization conversion;
  private final double[] x;
  private final double[] time;
  private double[] clean;
  private double[] before;
  private final ExponentialStep step;

  MultistepRun(TimeGrid grid, SamplingBatch batch, FieldEvaluation evaluation, double[] x) {
    this.grid = grid;
    this.batch = batch;
    this.evaluation = evaluation;
    this.conversion = new Parameterization(batch.interpolant());
    this.step = new ExponentialStep(batch.interpolant());
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
    conversion.denoised(prior, grid.time(k), x, clean, clean, from, to);
    boolean carried = k > 0 && k + 1 < grid.steps();
    step.prepare(prior, grid.time(k), grid.time(k + 1), carried ? grid.step(k - 1) : 0);
    step.advance(x, clean, before, x, from, to);
    batch.space().projectPoint(x, from, to);
  }
}
