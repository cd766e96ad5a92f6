package quotient.bench;

import java.util.Arrays;
import java.util.List;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// Loops over rows: softmax, layer norm, gathering and summing edges.
///
/// The adjoints run on one thread: the tape cuts work by slices of a batch, not inside them.
final class RowWork implements Workload {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final float EPSILON = 1e-5f;

  private final Runnable run;
  private final FloatTensor out;
  private final boolean adds;

  RowWork(Case what, WorkerPool pool) {
    Tensors tensors = new Tensors(pool);
    boolean onEdges = what.size().size() == 3;
    int rows = what.size(0);
    int nodes = onEdges ? what.size(1) : rows;
    int columns = onEdges ? what.size(2) : what.size(1);
    int n = rows * columns;
    adds = what.operation().endsWith("-backward");
    FloatTensor x = FloatTensor.of(Inputs.uniform("x", n), rows, columns);
    FloatTensor dy = FloatTensor.of(Inputs.uniform("dy", n), rows, columns);
    FloatTensor y = FloatTensor.zeros(rows, columns);
    FloatTensor dx = FloatTensor.zeros(rows, columns);
    FloatTensor mean = FloatTensor.zeros(rows);
    FloatTensor rstd = FloatTensor.zeros(rows);
    FloatTensor gain = FloatTensor.of(Inputs.uniform("gain", columns), columns);
    FloatTensor bias = FloatTensor.of(Inputs.uniform("bias", columns), columns);
    float[] dGain = new float[columns];
    float[] dBias = new float[columns];
    switch (what.operation()) {
      case "softmax" -> {
        run = () -> tensors.softmaxRows(x, y);
        out = y;
      }
      case "softmax-backward" -> {
        tensors.softmaxRows(x, y);
        run =
            () ->
                KERNELS.softmaxRowsBackward(y.data(), 0, dy.data(), 0, dx.data(), 0, rows, columns);
        out = dx;
      }
      case "layer-norm" -> {
        run = () -> tensors.layerNorm(x, gain, bias, EPSILON, y, mean, rstd);
        out = y;
      }
      case "layer-norm-backward" -> {
        tensors.layerNorm(x, gain, bias, EPSILON, y, mean, rstd);
        run =
            () ->
                KERNELS.layerNormBackward(
                    x.data(),
                    0,
                    gain.data(),
                    0,
                    mean.data(),
                    0,
                    rstd.data(),
                    0,
                    dy.data(),
                    0,
                    dx.data(),
                    0,
                    dGain,
                    0,
                    dBias,
                    0,
                    rows,
                    columns);
        out = dx;
      }
      case "segment-sum" -> {
        FloatTensor sums = FloatTensor.zeros(nodes, columns);
        int[] start = starts(Inputs.sorted(rows, nodes), nodes);
        run = () -> tensors.segmentSum(x, start, sums);
        out = sums;
      }
      case "gather-rows" -> {
        FloatTensor table =
            FloatTensor.of(Inputs.uniform("table", nodes * columns), nodes, columns);
        int[] index = Inputs.scattered("index", rows, nodes);
        run = () -> tensors.gatherRows(table, index, y);
        out = y;
      }
      default -> throw new IllegalArgumentException("bench: no rows in " + what.id());
    }
  }

  private static int[] starts(int[] sorted, int segments) {
    int[] start = new int[segments + 1];
    for (int target : sorted) {
      start[target + 1]++;
    }
    for (int s = 0; s < segments; s++) {
      start[s + 1] += start[s];
    }
    return start;
  }

  @Override
  public void run() {
    run.run();
  }

  @Override
  public List<float[]> result() {
    if (adds) {
      Arrays.fill(out.data(), 0);
    }
    run();
    return List.of(out.toArray());
  }
}
