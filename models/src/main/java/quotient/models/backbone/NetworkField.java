package quotient.models.backbone;

import quotient.autodiff.Tape;
import quotient.models.net.Denoiser;
import quotient.models.net.ProteinCondition;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.VelocityField;
import quotient.tensor.FloatTensor;

/// A backbone network as a field to sample with: float inside, double outside, nanometres.
///
/// The sampler's last prediction becomes the network's own estimate; whether that is the projected
/// denoiser or the raw one is the sampler's {@link SelfConditioning.Mode}.
/// *Confined*, as its tape and condition.
public final class NetworkField implements VelocityField {
  private final Denoiser<ProteinCondition> network;
  private final Tape tape;
  private final ProteinCondition condition;
  private final FloatTensor positions;
  private final float[] estimate;
  private final float[] times;

  /// A field for the chains that the condition's input holds now.
  public NetworkField(Denoiser<ProteinCondition> network, Tape tape, ProteinCondition condition) {
    int residues = condition.input().residues();
    this.network = network;
    this.tape = tape;
    this.condition = condition;
    this.positions = FloatTensor.zeros(residues, 3);
    this.estimate = new float[3 * residues];
    this.times = new float[condition.input().chains()];
  }

  @Override
  public void velocity(double[] x, double[] time, SelfConditioning previous, double[] out) {
    narrow(x, positions.data());
    narrow(time, times);
    if (previous.isPresent()) {
      narrow(previous.clouds(), estimate);
      condition.setOwnEstimate(estimate, 0);
    } else {
      condition.clearOwnEstimate();
    }
    try (Tape.Pass _ = tape.inference()) {
      FloatTensor v = network.forward(tape, tape.constant(positions), times, condition).value();
      for (int i = 0; i < out.length; i++) {
        out[i] = v.data()[v.offset() + i];
      }
    }
  }

  private static void narrow(double[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) from[i];
    }
  }
}
