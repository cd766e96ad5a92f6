package quotient.bench;

import java.util.List;
import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// C = A B with B packed once (`gemm-*`) or in every repetition (`attention-*`).
final class ProductWork implements Workload {
  private final Tensors tensors;
  private final boolean transposed;
  private final boolean packing;
  private final FloatTensor a;
  private final FloatTensor b;
  private final FloatTensor c;
  private final PackedMatrix packed = new PackedMatrix();

  ProductWork(Case what, WorkerPool pool) {
    int m = what.size(0);
    int n = what.size(1);
    int k = what.size(2);
    tensors = new Tensors(pool);
    transposed = what.operation().endsWith("nt");
    packing = what.operation().startsWith("attention");
    a = Inputs.matrix("a", m, k);
    b = Inputs.matrix("b", transposed ? n : k, transposed ? k : n);
    c = Inputs.matrix("c", m, n);
    pack();
  }

  private void pack() {
    if (transposed) {
      packed.packTransposed(b);
    } else {
      packed.pack(b);
    }
  }

  @Override
  public void run() {
    if (packing) {
      pack();
    }
    tensors.matmul(a, packed, c, false);
  }

  @Override
  public List<float[]> result() {
    run();
    return List.of(c.toArray());
  }
}
