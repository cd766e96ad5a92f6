package quotient.models.net;

import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.sample.JacobianProduct;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.VelocityField;
import quotient.tensor.FloatTensor;

/// A network as a velocity field and as its derivative: float inside, double outside.
///
/// {@link #multiply} is one pass forward and one backward, `out = (dv/dx)^T d`, so that an exact
/// trace costs one of them per dimension. *Confined*: owns its tape while it is used.
///
/// @param <C> the network's condition
public final class NetworkField<C> implements VelocityField, JacobianProduct {
  private final Denoiser<C> network;
  private final Tape tape;
  private final C condition;
  private final FloatTensor positions;
  private final FloatTensor seed;
  private float[] times = new float[0];
  private float[] unused = new float[0];

  /// @param condition what the network is told of this batch
  /// @param rows of the position matrix
  /// @param columns of the position matrix: coordinates of a point
  public NetworkField(Denoiser<C> network, Tape tape, C condition, int rows, int columns) {
    this.network = network;
    this.tape = tape;
    this.condition = condition;
    this.positions = FloatTensor.zeros(rows, columns);
    this.seed = FloatTensor.zeros(rows, columns);
  }

  @Override
  public void velocity(double[] x, double[] time, SelfConditioning previous, double[] out) {
    take(x, time);
    try (Tape.Pass _ = tape.inference()) {
      Var v = network.forward(tape, tape.constant(positions), times, condition);
      give(v.value(), out);
    }
  }

  @Override
  public void multiply(double[] x, double[] time, double[] direction, double[] out) {
    take(x, time);
    for (int i = 0; i < direction.length; i++) {
      seed.data()[i] = (float) direction[i];
    }
    if (unused.length == 0) {
      unused = network.parameters().newVector();
    }
    try (Tape.Pass _ = tape.recording(unused)) {
      Var input = tape.input(positions);
      Var v = network.forward(tape, input, times, condition);
      tape.backward(v, seed);
      give(tape.gradient(input), out);
    }
  }

  private void take(double[] x, double[] time) {
    for (int i = 0; i < x.length; i++) {
      positions.data()[i] = (float) x[i];
    }
    if (times.length != time.length) {
      times = new float[time.length];
    }
    for (int b = 0; b < time.length; b++) {
      times[b] = (float) time[b];
    }
  }

  private static void give(FloatTensor from, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = from.data()[from.offset() + i];
    }
  }
}
