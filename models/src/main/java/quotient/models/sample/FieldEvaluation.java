package quotient.models.sample;

import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Parameterization;

/// One run's calls of the network: the horizontal velocity, the self-conditioning, the score.
///
/// The one place where raw network output is seen by a sampler. *Confined.*
final class FieldEvaluation {
  private final SamplingBatch batch;
  private final VelocityField field;
  private final SelfConditioning previous;
  private final Parameterization conversion;
  private final HorizontalScore score;
  private final double[] raw;

  FieldEvaluation(SamplingBatch batch, VelocityField field, SelfConditioning.Mode mode) {
    this.batch = batch;
    this.field = field;
    this.previous = new SelfConditioning(mode, batch.values());
    this.conversion = new Parameterization(batch.interpolant());
    this.score = new HorizontalScore(batch.space(), conversion);
    this.raw = new double[batch.values()];
  }

  /// `out = P_x v`, and keeps the clean clouds for the next call.
  void velocity(double[] x, double[] time, double[] out) {
    field.velocity(x, time, previous, raw);
    QuotientSpace space = batch.space();
    for (int b = 0; b < batch.clouds(); b++) {
      space.horizontal(x, raw, out, batch.start()[b], batch.start()[b + 1]);
    }
    switch (previous.mode()) {
      case OFF -> {}
      case RAW -> keep(x, time, raw, false);
      case PROJECTED -> keep(x, time, out, true);
    }
  }

  /// `out = s` at x for one cloud, from the horizontal velocity there.
  void score(double[] x, double[] time, double[] velocity, double[] out, int cloud) {
    int from = batch.start()[cloud];
    int to = batch.start()[cloud + 1];
    score.evaluate(batch.covariances()[cloud], time[cloud], x, velocity, out, from, to);
  }

  private void keep(double[] x, double[] time, double[] velocity, boolean projected) {
    double[] clouds = previous.clouds();
    for (int b = 0; b < batch.clouds(); b++) {
      int from = batch.start()[b];
      int to = batch.start()[b + 1];
      conversion.denoised(batch.covariances()[b], time[b], x, velocity, clouds, from, to);
      if (projected) {
        batch.space().horizontal(x, clouds, clouds, from, to);
      }
    }
    previous.markPresent();
  }
}
