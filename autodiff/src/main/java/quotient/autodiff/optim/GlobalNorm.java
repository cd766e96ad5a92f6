package quotient.autodiff.optim;

import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// The Euclidean norm of a flat vector of gradients, on all threads.
///
///     norm = sqrt(sum over blocks of dot(block, block))        blocks of 65,536 numbers
///
/// Blocks are summed by the kernel set and added in their order in double: the same bits on any number of
/// threads.
public final class GlobalNorm {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final int BLOCK = 1 << 16;

  private GlobalNorm() {}

  /// The norm.
  public static double of(float[] gradients, WorkerPool pool) {
    int blocks = blocks(gradients);
    double[] squares = new double[blocks];
    pool.parallelFor(
        blocks,
        1,
        (from, to, lane) -> {
          for (int b = from; b < to; b++) {
            int at = b * BLOCK;
            int size = Math.min(BLOCK, gradients.length - at);
            squares[b] = KERNELS.dot(gradients, at, gradients, at, size);
          }
        });
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return Math.sqrt(sum);
  }

  private static int blocks(float[] gradients) {
    return Math.max(1, (gradients.length + BLOCK - 1) / BLOCK);
  }
}
