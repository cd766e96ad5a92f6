package quotient.bench;

import java.util.Arrays;
import java.util.List;
import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.Tensors;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// The kernels of {@link MlpWork} called by hand in memory made once, without tape or parameters: what
/// automatic differentiation costs is the difference.
final class MlpKernelsWork implements Workload {
  private static final Kernels KERNELS = KernelProvider.kernels();

  /// Rows per chunk of element-wise work.
  private static final int ROWS = 32;

  private final WorkerPool pool;
  private final Tensors tensors;
  private final FloatTensor x;
  private final FloatTensor target;
  private final FloatTensor[] weights;
  private final FloatTensor[] gradients;
  private final FloatTensor[] start;
  private final PackedMatrix[] packed = {
    new PackedMatrix(), new PackedMatrix(), new PackedMatrix()
  };
  private final FloatTensor inner;
  private final FloatTensor active;
  private final FloatTensor outer;
  private final FloatTensor dActive;
  private final FloatTensor dInner;
  private double loss;

  MlpKernelsWork(Case what, WorkerPool pool) {
    int batch = what.size(0);
    int outside = what.size(1);
    int inside = what.size(2);
    this.pool = pool;
    tensors = new Tensors(pool);
    x = Inputs.matrix("x", batch, outside);
    target = Inputs.matrix("target", batch, outside);
    start =
        new FloatTensor[] {
          weight("w1", inside, outside),
          weight("b1", 1, inside),
          weight("w2", outside, inside),
          weight("b2", 1, outside)
        };
    weights = Arrays.stream(start).map(FloatTensor::copy).toArray(FloatTensor[]::new);
    gradients = Arrays.stream(start).map(FloatTensor::copy).toArray(FloatTensor[]::new);
    inner = Inputs.matrix("inner", batch, inside);
    active = Inputs.matrix("active", batch, inside);
    outer = Inputs.matrix("outer", batch, outside);
    dActive = Inputs.matrix("dActive", batch, inside);
    dInner = Inputs.matrix("dInner", batch, inside);
  }

  private static FloatTensor weight(String name, int rows, int columns) {
    return FloatTensor.of(MlpWork.weights(name, rows * columns), rows, columns);
  }

  @Override
  public void run() {
    for (FloatTensor g : gradients) {
      Arrays.fill(g.data(), g.offset(), g.offset() + g.size(), 0f);
    }
    forward();
    backward();
    for (int i = 0; i < weights.length; i++) {
      tensors.axpy(-MlpWork.RATE, gradients[i], weights[i]);
    }
  }

  private void forward() {
    linear(x, weights[0], weights[1], packed[0], inner);
    tensors.silu(inner, active);
    linear(active, weights[2], weights[3], packed[1], outer);
  }

  private void linear(
      FloatTensor from, FloatTensor weight, FloatTensor bias, PackedMatrix pack, FloatTensor y) {
    tensors.matmul(from, pack.packWeight(weight, true, pool), y, false);
    int c = y.columns();
    byRows(
        y,
        (first, rows) -> {
          int at = y.offset() + first * c;
          KERNELS.addRow(y.data(), at, bias.data(), bias.offset(), y.data(), at, rows, c);
        });
  }

  /// A loop over some rows.
  private interface Rows {
    void run(int first, int rows);
  }

  private void byRows(FloatTensor x, Rows loop) {
    if (pool.threads() == 1) {
      loop.run(0, x.rows());
    } else {
      pool.parallelFor(x.rows(), ROWS, (from, to, lane) -> loop.run(from, to - from));
    }
  }

  private void backward() {
    FloatTensor dy = outer;
    tensors.subtract(outer, target, dy);
    loss = KERNELS.dot(dy.data(), dy.offset(), dy.data(), dy.offset(), dy.size()) / dy.size();
    tensors.scale(2f / dy.size(), dy, dy);
    addSums(dy, gradients[3]);
    tensors.matmulTransposed(dy, active, gradients[2], true);
    tensors.matmul(dy, packed[2].packWeight(weights[2], false, pool), dActive, false);
    int c = inner.columns();
    byRows(
        inner,
        (first, rows) -> {
          int at = first * c;
          Arrays.fill(dInner.data(), dInner.offset() + at, dInner.offset() + at + rows * c, 0f);
          KERNELS.siluBackward(
              inner.data(),
              inner.offset() + at,
              dActive.data(),
              dActive.offset() + at,
              dInner.data(),
              dInner.offset() + at,
              rows * c);
        });
    addSums(dInner, gradients[1]);
    tensors.matmulTransposed(dInner, x, gradients[0], true);
  }

  private static void addSums(FloatTensor dy, FloatTensor sums) {
    KERNELS.addColumnSums(
        dy.data(), dy.offset(), dy.rows(), dy.columns(), sums.data(), sums.offset());
  }

  @Override
  public List<float[]> result() {
    for (int i = 0; i < weights.length; i++) {
      System.arraycopy(
          start[i].data(),
          start[i].offset(),
          weights[i].data(),
          weights[i].offset(),
          start[i].size());
    }
    run();
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException("mlp: the loss is " + loss);
    }
    int n = Arrays.stream(gradients).mapToInt(FloatTensor::size).sum();
    float[] all = new float[n];
    int at = 0;
    for (FloatTensor g : gradients) {
      System.arraycopy(g.data(), g.offset(), all, at, g.size());
      at += g.size();
    }
    return List.of(all);
  }
}
