package quotient.autodiff.optim;

import quotient.autodiff.ParameterSet;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// A running average of the weights, to sample with.
///
///     average <- decay average + (1 - decay) weights, after every step, from the first weights
///
/// *Confined.* Source: Polyak & Juditsky 1992; proteina.md section 5.5 for the decay 0.999.
public final class ExponentialAverage {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final int CHUNK = 8192;

  private final double decay;
  private final float[] average;

  /// An average that starts with the weights as they are.
  public ExponentialAverage(ParameterSet parameters, double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("ema: expected a decay in [0, 1), found " + decay);
    }
    this.decay = decay;
    this.average = parameters.copyValues();
  }

  /// Takes in the weights after a step.
  public void update(ParameterSet parameters) {
    parameters.read(this::takeIn);
  }

  private void takeIn(float[] weights) {
    for (int from = 0; from < average.length; from += CHUNK) {
      int n = Math.min(CHUNK, average.length - from);
      KERNELS.scale((float) decay, average, from, average, from, n);
      KERNELS.axpy((float) (1 - decay), weights, from, average, from, n);
    }
  }

  /// The average, flat; borrowed.
  public float[] values() {
    return average;
  }

  /// Goes on from a stored average; copied.
  public void restore(float[] stored) {
    if (stored.length != average.length) {
      throw new IllegalArgumentException(
          "ema: " + stored.length + " numbers for " + average.length + " weights");
    }
    System.arraycopy(stored, 0, average, 0, average.length);
  }
}
