package quotient.bench;

import java.util.Arrays;
import java.util.List;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.RangeTask;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Loops over single numbers, as {@link quotient.tensor.Tensors} would cut them.
final class ElementWork implements Workload {
  private static final int GRAIN = 16_384;
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final WorkerPool pool;
  private final int n;
  private final boolean adds;
  private final float[] x;
  private final float[] y;
  private final float[] z;
  private final RangeTask task;

  ElementWork(Case what, WorkerPool pool) {
    this.pool = pool;
    n = what.size(0);
    x = Inputs.uniform("x", n);
    y = Inputs.uniform("y", n);
    z = new float[n];
    KERNELS.scale(8, x, 0, x, 0, n);
    adds = what.operation().equals("silu-backward");
    RandomKey key = RandomKey.of(1);
    task =
        switch (what.operation()) {
          case "exp" -> (from, to, _) -> KERNELS.exp(x, from, z, from, to - from);
          case "tanh" -> (from, to, _) -> KERNELS.tanh(x, from, z, from, to - from);
          case "silu" -> (from, to, _) -> KERNELS.silu(x, from, z, from, to - from);
          case "silu-backward" ->
              (from, to, _) -> KERNELS.siluBackward(x, from, y, from, z, from, to - from);
          case "add" -> (from, to, _) -> KERNELS.add(x, from, y, from, z, from, to - from);
          case "normal" -> (from, to, _) -> Normal.fill(key, z, from, to);
          default -> throw new IllegalArgumentException("bench: no elements in " + what.id());
        };
  }

  @Override
  public void run() {
    if (pool.threads() == 1) {
      task.run(0, n, 0);
    } else {
      pool.parallelFor(n, GRAIN, task);
    }
  }

  @Override
  public List<float[]> result() {
    if (adds) {
      Arrays.fill(z, 0);
    }
    run();
    return List.of(z.clone());
  }
}
