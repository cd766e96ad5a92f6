package quotient.models.sample;

import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Parameterization;

/// A field whose clean cloud is first moved along its orbit onto the current cloud.
///
///     D <- align(D(v), x);   v <- velocity of D
///
/// What Boltz-1 and the samplers of alignment-trained models do; used with the conventional sampler.
/// For a network trained on an aligned target the shapes come out right and their probabilities
/// wrong, theory.md section 7. *Confined*: holds scratch.
/// Source: Wohlwend et al. 2024; proteina.md section 7.
public final class RealignedField implements VelocityField {
  private final QuotientSpace space;
  private final SamplingBatch batch;
  private final VelocityField field;
  private final Parameterization conversion;

  /// @param space whose group moves the clean cloud
  /// @param batch of the run; its own space may be the trivial quotient
  /// @param field the network
  public RealignedField(QuotientSpace space, SamplingBatch batch, VelocityField field) {
    this.space = space;
    this.batch = batch;
    this.field = field;
    this.conversion = new Parameterization(batch.interpolant());
  }

  @Override
  public void velocity(double[] x, double[] time, SelfConditioning previous, double[] out) {
    field.velocity(x, time, previous, out);
    for (int b = 0; b < batch.clouds(); b++) {
      int from = batch.start()[b];
      int to = batch.start()[b + 1];
      var prior = batch.covariances()[b];
      conversion.denoised(prior, time[b], x, out, out, from, to);
      space.projectPoint(out, from, to);
      space.align(out, x, out, from, to);
      conversion.velocity(prior, time[b], x, out, out, from, to);
    }
  }
}
