package quotient.models.sample;

import quotient.models.interpolant.Parameterization;
import quotient.models.prior.Covariance;

/// One run's calls of the network: the horizontal velocity, the self-conditioning, the score.
///
/// The one place where raw network output is seen by a sampler. *Confined.*
final class FieldEvaluation {
  private final SamplingBatch batch;
  private final VelocityField field;
  private final SelfConditioning previous;
  private final Parameterization conversion;
  private final HorizontalScore horizontalScore;
  private final double[] raw;

  FieldEvaluation(SamplingBatch batch, VelocityField field, SelfConditioning.Mode mode) {
    this.batch = batch;
    this.field = field;
    this.previous = new SelfConditioning(mode, batch.values());
    this.conversion = new Parameterization(batch.interpolant());
    this.horizontalScore = new HorizontalScore(batch.space(), conversion);
    this.raw = new double[batch.values()];
  }

  /// `out = P_x v` for all clouds.
  void velocity(double[] x, double[] time, double[] out) {
    call(x, time);
    for (int b = 0; b < batch.clouds(); b++) {
      horizontal(x, out, b);
    }
  }

  /// Calls the network, and keeps the clean clouds for the next call.
  void call(double[] x, double[] time) {
    field.velocity(x, time, previous, raw);
    if (previous.mode() != SelfConditioning.Mode.OFF) {
      for (int b = 0; b < batch.clouds(); b++) {
        keep(x, time[b], b);
      }
      previous.markPresent();
    }
  }

  /// `out = P_x v` for one cloud of the last call.
  void horizontal(double[] x, double[] out, int cloud) {
    batch.space().horizontal(x, raw, out, batch.start()[cloud], batch.start()[cloud + 1]);
  }

  /// The velocity with the vertical part that the score of its prior needs, for one cloud of the last
  /// call; only meant to be projected once it has become a step.
  void completed(double[] x, double[] time, double[] out, int cloud) {
    horizontal(x, out, cloud);
    horizontalScore.completeVelocity(
        batch.covariances()[cloud],
        time[cloud],
        x,
        out,
        batch.start()[cloud],
        batch.start()[cloud + 1]);
  }

  /// A velocity and the score that belongs to it, for one cloud of the last call; both are only
  /// meant to be projected together. With an isotropic prior the score is linear in v with a number
  /// as factor, so one projection of the sum does for both.
  void velocityAndScore(double[] x, double[] time, double[] velocity, double[] score, int cloud) {
    int from = batch.start()[cloud];
    int to = batch.start()[cloud + 1];
    Covariance prior = batch.covariances()[cloud];
    if (prior instanceof Covariance.Isotropic) {
      System.arraycopy(raw, from, velocity, from, to - from);
    } else {
      horizontal(x, velocity, cloud);
    }
    horizontalScore.evaluate(prior, time[cloud], x, velocity, score, from, to);
  }

  private void keep(double[] x, double time, int cloud) {
    int from = batch.start()[cloud];
    int to = batch.start()[cloud + 1];
    Covariance prior = batch.covariances()[cloud];
    double[] clouds = previous.clouds();
    if (previous.mode() == SelfConditioning.Mode.RAW) {
      conversion.denoised(prior, time, x, raw, clouds, from, to);
    } else {
      horizontal(x, clouds, cloud);
      conversion.denoised(prior, time, x, clouds, clouds, from, to);
      batch.space().horizontal(x, clouds, clouds, from, to);
    }
  }
}
