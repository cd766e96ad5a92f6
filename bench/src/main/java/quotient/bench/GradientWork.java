package quotient.bench;

import java.util.List;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// C = A^T B: the gradient of a weight.
final class GradientWork implements Workload {
  private final Tensors tensors;
  private final FloatTensor a;
  private final FloatTensor b;
  private final FloatTensor c;

  GradientWork(Case what, WorkerPool pool) {
    int m = what.size(0);
    int n = what.size(1);
    int k = what.size(2);
    tensors = new Tensors(pool);
    a = Inputs.matrix("a", k, m);
    b = Inputs.matrix("b", k, n);
    c = Inputs.matrix("c", m, n);
  }

  @Override
  public void run() {
    tensors.matmulTransposed(a, b, c, false);
  }

  @Override
  public List<float[]> result() {
    run();
    return List.of(c.toArray());
  }
}
