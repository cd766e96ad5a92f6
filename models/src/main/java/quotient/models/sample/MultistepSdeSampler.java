package quotient.models.sample;

import java.util.Arrays;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;

/// The SDE on the quotient with few calls of the network: {@link ExponentialStep} with full noise.
///
///     x <- x + P_x(x_1 - x) + noise        x_1: the step without noise, from the clean cloud of v + eta s
///
/// Noise is full and the curvature drift left out, as in {@link Step.FullNoise}: a noise that is damped
/// differently in each mode has no simple curvature. With `aligned` the new cloud is moved along its
/// orbit onto the old one. One call per step; the last step is the ODE step to the clean cloud. The law
/// on the quotient is that of {@link SdeSampler} as the steps shrink; each step's linear part is exact,
/// so that it stays near it with few. *Immutable.*
/// Source: the idea Lu et al. 2022 (SDE-DPM-Solver++, 2M); theory.md sections 3 and 4.
///
/// @param label the name on the command line
/// @param aligned whether steps are made horizontal
/// @param grid the times
/// @param schedule eta and gamma; eta not reshaped
/// @param selfConditioning what the network sees of its last output
public record MultistepSdeSampler(
    String label,
    boolean aligned,
    TimeGrid grid,
    NoiseSchedule schedule,
    SelfConditioning.Mode selfConditioning)
    implements Sampler {

  public MultistepSdeSampler {
    if (schedule.exponent() != 1) {
      throw new IllegalArgumentException(
          label + ": a reshaped noise schedule is known at the grid's times only; use euler");
    }
  }

  @Override
  public String name() {
    return label;
  }

  @Override
  public int noiseSteps() {
    return grid.steps();
  }

  @Override
  public void run(
      SamplingBatch batch, VelocityField field, NoiseSource noise, double[] x, Observer observer) {
    SdeSampler.requireScore(label, batch);
    new Run(this, batch, field, noise, x).run(observer);
  }

  private static final class Run {
    private final MultistepSdeSampler sampler;
    private final SamplingBatch batch;
    private final NoiseSource noise;
    private final FieldEvaluation evaluation;
    private final Parameterization conversion;
    private final ExponentialStep step;
    private final double[] eta;
    private final double[] x;
    private final double[] time;
    private final double[] next;
    private final double[] work;
    private double[] clean;
    private double[] before;

    Run(
        MultistepSdeSampler sampler,
        SamplingBatch batch,
        VelocityField field,
        NoiseSource noise,
        double[] x) {
      this.sampler = sampler;
      this.batch = batch;
      this.noise = noise;
      this.evaluation = new FieldEvaluation(batch, field, sampler.selfConditioning);
      this.conversion = new Parameterization(batch.interpolant());
      this.step = new ExponentialStep(batch.interpolant());
      this.eta = sampler.schedule.table(sampler.grid);
      this.x = x;
      time = new double[batch.clouds()];
      next = new double[x.length];
      work = new double[x.length];
      clean = new double[x.length];
      before = new double[x.length];
    }

    void run(Observer observer) {
      TimeGrid grid = sampler.grid;
      observer.see(0, time, x);
      for (int k = 0; k < grid.steps(); k++) {
        double[] swap = before;
        before = clean;
        clean = swap;
        Arrays.fill(time, grid.time(k));
        evaluation.call(x, time);
        for (int b = 0; b < batch.clouds(); b++) {
          advance(k, b, batch.start()[b], batch.start()[b + 1]);
        }
        Arrays.fill(time, grid.time(k + 1));
        observer.see(k + 1, time, x);
      }
    }

    private void advance(int k, int cloud, int from, int to) {
      TimeGrid grid = sampler.grid;
      QuotientSpace space = batch.space();
      Covariance prior = batch.covariances()[cloud];
      boolean last = k + 1 == grid.steps();
      double carried = k > 0 && !last ? grid.step(k - 1) : 0;
      if (eta[k] == 0) {
        evaluation.horizontal(x, clean, cloud);
        step.prepare(prior, grid.time(k), grid.time(k + 1), carried);
      } else {
        evaluation.completed(x, time, clean, cloud);
        step.prepare(prior, sampler.schedule, grid.time(k), grid.time(k + 1), carried);
      }
      conversion.denoised(prior, grid.time(k), x, clean, clean, from, to);
      step.advance(x, clean, before, next, from, to);
      for (int i = from; i < to; i++) {
        next[i] -= x[i];
      }
      space.horizontal(x, next, next, from, to);
      System.arraycopy(x, from, work, from, to - from);
      for (int i = from; i < to; i++) {
        x[i] += next[i];
      }
      if (eta[k] > 0) {
        noise.fill(k, cloud, next, from, to);
        space.noise(next, next, from, to);
        step.addNoise(x, next, from, to);
        if (sampler.aligned) {
          space.align(x, work, x, from, to);
        }
      }
      space.projectPoint(x, from, to);
    }
  }
}
