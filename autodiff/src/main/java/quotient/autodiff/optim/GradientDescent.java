package quotient.autodiff.optim;

import java.util.function.Consumer;
import quotient.autodiff.ParameterSet;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// The plain rule, without state.
///
///     p <- p - rate g
///
/// *Confined.*
public final class GradientDescent implements Optimizer {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final Update update = new Update();

  /// The rule has no settings.
  public GradientDescent() {}

  @Override
  public void step(ParameterSet parameters, float[] gradients, double gradientScale, double rate) {
    Optimizer.requireLength("gradient descent", gradients, parameters.length());
    update.gradients = gradients;
    update.factor = (float) (-rate * gradientScale);
    parameters.update(update);
  }

  /// One update; an object of its own so that a step allocates nothing.
  private static final class Update implements Consumer<float[]> {
    private float[] gradients = new float[0];
    private float factor;

    @Override
    public void accept(float[] values) {
      KERNELS.axpy(factor, gradients, 0, values, 0, values.length);
    }
  }
}
