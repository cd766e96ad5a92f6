package quotient.bench;

import java.util.List;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// Many small products C = A B or A B^T, both operands new in every repetition.
final class BatchWork implements Workload {
  private final Tensors tensors;
  private final int count;
  private final boolean transposed;
  private final FloatTensor a;
  private final FloatTensor b;
  private final FloatTensor c;

  BatchWork(Case what, WorkerPool pool) {
    tensors = new Tensors(pool);
    count = what.size(0);
    int m = what.size(1);
    int n = what.size(2);
    int k = what.size(3);
    transposed = what.operation().endsWith("nt");
    a = Inputs.matrix("a", count * m, k);
    b = Inputs.matrix("b", count * (transposed ? n : k), transposed ? k : n);
    c = Inputs.matrix("c", count * m, n);
  }

  @Override
  public void run() {
    tensors.matmulBatch(count, a, b, transposed, c);
  }

  @Override
  public List<float[]> result() {
    run();
    return List.of(c.toArray());
  }
}
