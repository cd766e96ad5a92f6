package quotient.autodiff.optim;

import java.util.function.Consumer;
import quotient.autodiff.ParameterSet;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.RangeTask;
import quotient.tensor.parallel.WorkerPool;

/// Adam with decoupled weight decay.
///
///     m <- b1 m + (1 - b1) g        v <- b2 v + (1 - b2) g^2        k = 1, 2, ...
///     p <- (1 - rate decay) p - rate (m / (1 - b1^k)) / (sqrt(v / (1 - b2^k)) + epsilon)
///
/// The moments are flat vectors and belong into a checkpoint, with the number of steps. *Confined.*
/// Source: Kingma & Ba 2015, Algorithm 1; Loshchilov & Hutter 2019, Algorithm 2.
public final class Adam implements Optimizer {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private final float decay;
  private final float[] first;
  private final float[] second;
  private final Update update;
  private long steps;

  /// Zero moments for the given set; updates run on the calling thread.
  public Adam(ParameterSet parameters, double beta1, double beta2, double epsilon, double decay) {
    this(parameters, beta1, beta2, epsilon, decay, WorkerPool.of(1));
  }

  /// Zero moments for the given set; updates run on the pool, with the same bits for any number of
  /// threads.
  ///
  /// @throws IllegalArgumentException unless both betas are in [0, 1) and the rest is not negative
  public Adam(
      ParameterSet parameters,
      double beta1,
      double beta2,
      double epsilon,
      double decay,
      WorkerPool pool) {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon >= 0 && decay >= 0)) {
      throw new IllegalArgumentException(
          "adam: expected betas in [0, 1), epsilon and decay >= 0, found betas "
              + beta1
              + " and "
              + beta2
              + ", epsilon "
              + epsilon
              + ", decay "
              + decay);
    }
    this.beta1 = (float) beta1;
    this.beta2 = (float) beta2;
    this.epsilon = (float) epsilon;
    this.decay = (float) decay;
    this.first = parameters.newVector();
    this.second = parameters.newVector();
    this.update = new Update(pool);
  }

  @Override
  public void step(ParameterSet parameters, float[] gradients, double gradientScale, double rate) {
    Optimizer.requireLength("adam", gradients, first.length);
    steps++;
    update.gradients = gradients;
    update.gradientScale = (float) gradientScale;
    update.rate = (float) rate;
    // From the betas as the kernel uses them, so that the first step is exact.
    update.correction1 = (float) (1 - StrictMath.pow(beta1, steps));
    update.correction2 = (float) (1 - StrictMath.pow(beta2, steps));
    parameters.update(update);
  }

  /// One update; an object of its own so that a step allocates nothing.
  private final class Update implements Consumer<float[]>, RangeTask {
    private final WorkerPool pool;
    private float[] values = new float[0];
    private float[] gradients = values;
    private float gradientScale;
    private float rate;
    private float correction1;
    private float correction2;

    private Update(WorkerPool pool) {
      this.pool = pool;
    }

    @Override
    public void accept(float[] master) {
      values = master;
      pool.parallelFor(master.length, Optimizer.CHUNK, this);
    }

    @Override
    public void run(int from, int to, int lane) {
      KERNELS.adamW(
          values,
          from,
          gradients,
          from,
          first,
          from,
          second,
          from,
          to - from,
          gradientScale,
          rate,
          beta1,
          beta2,
          epsilon,
          decay,
          correction1,
          correction2);
    }
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
    Optimizer.requireLength("adam", firstMoment, first.length);
    Optimizer.requireLength("adam", secondMoment, second.length);
    System.arraycopy(firstMoment, 0, first, 0, first.length);
    System.arraycopy(secondMoment, 0, second, 0, second.length);
    steps = updates;
  }
}
