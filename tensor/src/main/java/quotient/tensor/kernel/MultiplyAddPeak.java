package quotient.tensor.kernel;

/// Multiply-adds in registers and nothing else: what one thread of this process could do at most.
///
/// The yardstick of benchmarks, for the kernel set in use: vectors of its width, or numbers one at a
/// time.
public final class MultiplyAddPeak {
  private MultiplyAddPeak() {}

  /// Floating-point operations of that many steps; a multiply-add counts as two.
  public static long operations(int steps) {
    return isVector() ? VectorPeak.operations(steps) : SCALAR_CHAINS * 2L * steps;
  }

  /// Runs that many steps; the result only shows that they were done.
  public static float run(int steps) {
    return isVector() ? VectorPeak.run(steps) : scalar(steps);
  }

  private static boolean isVector() {
    return KernelProvider.kernels().lanes() > 1;
  }

  /// Independent sums, so that a step need not wait for the one before.
  private static final int SCALAR_CHAINS = 8;

  private static float scalar(int steps) {
    float a = 0.999f;
    float b = 0.001f;
    float c0 = 0;
    float c1 = 1;
    float c2 = 2;
    float c3 = 3;
    float c4 = 4;
    float c5 = 5;
    float c6 = 6;
    float c7 = 7;
    for (int i = 0; i < steps; i++) {
      c0 = c0 * a + b;
      c1 = c1 * a + b;
      c2 = c2 * a + b;
      c3 = c3 * a + b;
      c4 = c4 * a + b;
      c5 = c5 * a + b;
      c6 = c6 * a + b;
      c7 = c7 * a + b;
    }
    return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7;
  }
}
