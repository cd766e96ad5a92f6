package quotient.models.sample;

import java.util.Arrays;
import quotient.geometry.QuotientSpace;

/// Langevin steps at a fixed time, which keep p_t: a sampler's law is drawn towards the field's own.
///
///     x <- x + P_x(size s + sqrt(2 size) eps) + size grad log vol(x)
///
/// The same {@link Step} as in sampling, with v = 0, eta = gamma = 1 and dt = size, so projected, full
/// and aligned noise are all available. Worth its network calls where a sampler with few steps has a
/// biased law. The score needs the independent coupling. *Immutable.* Source: theory.md section 8;
/// Song et al. 2021 for the idea.
///
/// @param step how noise and curvature enter
/// @param count the number of steps
/// @param size of one step, Å^2
public record LangevinCorrector(Step step, int count, double size) {
  public LangevinCorrector {
    if (count < 1 || !(size > 0)) {
      throw new IllegalArgumentException(
          "corrector: need at least one step of positive size, found " + count + " of " + size);
    }
  }

  /// Moves clouds that have the law p_t, in place.
  ///
  /// @param t the time, in [0, 1)
  /// @param noise step numbers run from 0 to `count - 1`
  /// @throws IllegalArgumentException if the coupling leaves no closed-form score
  public void run(
      SamplingBatch batch, VelocityField field, NoiseSource noise, double t, double[] x) {
    SdeSampler.requireScore("langevin", batch);
    FieldEvaluation evaluation = new FieldEvaluation(batch, field, SelfConditioning.Mode.OFF);
    double[] time = new double[batch.clouds()];
    double[] velocity = new double[x.length];
    double[] score = new double[x.length];
    double[] normals = new double[x.length];
    double[] work = new double[x.length];
    Arrays.fill(time, t);
    QuotientSpace space = batch.space();
    for (int k = 0; k < count; k++) {
      evaluation.call(x, time);
      for (int b = 0; b < batch.clouds(); b++) {
        int from = batch.start()[b];
        int to = batch.start()[b + 1];
        evaluation.velocityAndScore(x, time, velocity, score, b);
        Arrays.fill(velocity, from, to, 0);
        noise.fill(k, b, normals, from, to);
        space.noise(normals, normals, from, to);
        step.advance(space, x, velocity, score, normals, work, 1, 1, size, from, to);
        space.projectPoint(x, from, to);
      }
    }
  }
}
