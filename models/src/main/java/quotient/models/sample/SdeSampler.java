package quotient.models.sample;

import java.util.Arrays;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.TimeGrid;

/// Euler-Maruyama for the SDE on the quotient; steps with eta = 0, always the last one, are ODE
/// steps. *Immutable.*
///
/// The score comes from the velocity in closed form, which holds for a Gaussian x_0 that was
/// independent of x_1 in training; for any other coupling the sampler refuses.
/// Source: Xu et al. 2026, Algorithm 3; theory.md section 3.
///
/// @param label the name on the command line
/// @param step how noise and curvature enter
/// @param grid the times
/// @param schedule eta and gamma
/// @param selfConditioning what the network sees of its last output
public record SdeSampler(
    String label,
    Step step,
    TimeGrid grid,
    NoiseSchedule schedule,
    SelfConditioning.Mode selfConditioning)
    implements Sampler {

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
    requireScore(label, batch);
    FieldEvaluation evaluation = new FieldEvaluation(batch, field, selfConditioning);
    double[] eta = schedule.table(grid);
    double[] time = new double[batch.clouds()];
    double[] velocity = new double[x.length];
    double[] score = new double[x.length];
    double[] normals = new double[x.length];
    double[] work = new double[x.length];
    observer.see(0, time, x);
    for (int k = 0; k < eta.length; k++) {
      Arrays.fill(time, grid.time(k));
      evaluation.call(x, time);
      double dt = grid.step(k);
      for (int b = 0; b < batch.clouds(); b++) {
        int from = batch.start()[b];
        int to = batch.start()[b + 1];
        if (eta[k] == 0) {
          evaluation.horizontal(x, velocity, b);
          for (int i = from; i < to; i++) {
            x[i] += dt * velocity[i];
          }
        } else {
          QuotientSpace space = batch.space();
          evaluation.velocityAndScore(x, time, velocity, score, b);
          noise.fill(k, b, normals, from, to);
          space.noise(normals, normals, from, to);
          step.advance(
              space, x, velocity, score, normals, work, eta[k], schedule.gamma(), dt, from, to);
        }
        batch.space().projectPoint(x, from, to);
      }
      Arrays.fill(time, grid.time(k + 1));
      observer.see(k + 1, time, x);
    }
  }

  /// Refuses a coupling that leaves no closed-form score.
  static void requireScore(String label, SamplingBatch batch) {
    if (!batch.coupling().isIndependent()) {
      throw new IllegalArgumentException(
          label
              + ": with coupling "
              + batch.coupling().name()
              + " the score has no closed form; use an ODE sampler, "
              + "or a model trained with the independent coupling");
    }
  }
}
