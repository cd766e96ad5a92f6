package quotient.autodiff.op;

import quotient.autodiff.Tape;
import quotient.tensor.FloatTensor;
import quotient.tensor.parallel.WorkerPool;

/// A sum over all elements of a tensor, or of two of the same size, on all threads.
///
///     total = sum over blocks of float(block)        blocks of 65,536 elements
///
/// Blocks depend on the size alone and are added in their order in double: the same bits on any number
/// of threads. A tensor of one block is summed by the kernel alone, without rounding to float.
final class WholeSum {
  private static final int BLOCK = 1 << 16;

  private WholeSum() {}

  /// The sum of one block.
  interface Kernel {
    double of(float[] x, int xo, float[] y, int yo, int n);
  }

  /// The sum; y may be x.
  static double of(Tape tape, Kernel kernel, FloatTensor x, FloatTensor y) {
    int n = x.size();
    if (n <= BLOCK) {
      return kernel.of(x.data(), x.offset(), y.data(), y.offset(), n);
    }
    try (var _ = tape.workspace().open()) {
      int blocks = (n + BLOCK - 1) / BLOCK;
      FloatTensor sums = tape.workspace().allocate(blocks, 1);
      WorkerPool pool = tape.tensors().pool();
      if (pool.threads() == 1) {
        sum(kernel, x, y, sums, 0, blocks);
      } else {
        pool.parallelFor(blocks, 1, (from, to, lane) -> sum(kernel, x, y, sums, from, to));
      }
      double total = 0;
      for (int b = 0; b < blocks; b++) {
        total += sums.get(b);
      }
      return total;
    }
  }

  private static void sum(
      Kernel kernel, FloatTensor x, FloatTensor y, FloatTensor sums, int from, int to) {
    for (int b = from; b < to; b++) {
      int at = b * BLOCK;
      int size = Math.min(BLOCK, x.size() - at);
      sums.set(b, (float) kernel.of(x.data(), x.offset() + at, y.data(), y.offset() + at, size));
    }
  }
}
