package quotient.autodiff.optim;

import quotient.autodiff.ParameterSet;
import quotient.tensor.kernel.KernelProvider;

/// Adam with decoupled weight decay.
///
///     m <- b1 m + (1 - b1) g        v <- b2 v + (1 - b2) g^2        k = 1, 2, ...
///     p <- (1 - rate decay) p - rate (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + epsilon)
///
/// *Confined.* Source: Kingma & Ba 2015, Algorithm 1; Loshchilov & Hutter 2019, Algorithm 2.
public final class Adam implements Optimizer {
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double decay;
  private final float[] first;
  private final float[] second;
  private long steps;

  /// State for the given set, zero moments.
  public Adam(ParameterSet parameters, double beta1, double beta2, double epsilon, double decay) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.decay = decay;
    this.first = parameters.newVector();
    this.second = parameters.newVector();
  }

  @Override
  public void step(ParameterSet parameters, float[] gradients, double gradientScale, double rate) {
    steps++;
    float correction1 = (float) (1 - StrictMath.pow(beta1, steps));
    float correction2 = (float) (1 - StrictMath.pow(beta2, steps));
    parameters.update(values ->
        KernelProvider.kernels()
            .adamW(
                values,
                0,
                gradients,
                0,
                first,
                0,
                second,
                0,
                values.length,
                (float) gradientScale,
                (float) rate,
                (float) beta1,
                (float) beta2,
                (float) epsilon,
                (float) decay,
                correction1,
                correction2));
  }

  /// The mean of gradients, flat; borrowed.
  public float[] firstMoment() {
    return first;
  }

  /// The mean of squared gradients, flat; borrowed.
  public float[] secondMoment() {
    return second;
  }

  /// Number of updates so far.
  public long steps() {
    return steps;
  }

  /// Goes on from stored state; the arrays are copied.
  public void restore(float[] firstMoment, float[] secondMoment, long updates) {
    if (firstMoment.length != first.length || secondMoment.length != second.length) {
      throw new IllegalArgumentException(
          "adam: moments of "
              + firstMoment.length
              + " and "
              + secondMoment.length
              + " numbers for "
              + first.length
              + " weights");
    }
    System.arraycopy(firstMoment, 0, first, 0, first.length);
    System.arraycopy(secondMoment, 0, second, 0, second.length);
    steps = updates;
  }
}
