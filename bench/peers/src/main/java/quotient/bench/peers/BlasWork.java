package quotient.bench.peers;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import quotient.bench.Case;
import quotient.bench.Inputs;
import quotient.bench.Workload;

/// One `sgemm` of OpenBLAS.
final class BlasWork implements Workload {
  private final int m;
  private final int n;
  private final int k;
  private final boolean leftTransposed;
  private final boolean rightTransposed;
  private final FloatPointer a;
  private final FloatPointer b;
  private final FloatPointer c;

  private BlasWork(Case what) {
    m = what.size(0);
    n = what.size(1);
    k = what.size(2);
    leftTransposed = what.operation().endsWith("tn");
    rightTransposed = what.operation().endsWith("nt");
    a = new FloatPointer(Inputs.uniform("a", m * k));
    b = new FloatPointer(Inputs.uniform("b", n * k));
    c = new FloatPointer((long) m * n);
  }

  static Optional<Workload> prepare(Case what) {
    return what.operation().matches("(gemm|attention)-..")
        ? Optional.of(new BlasWork(what))
        : Optional.empty();
  }

  @Override
  public void run() {
    cblas_sgemm(
        CblasRowMajor,
        leftTransposed ? CblasTrans : CblasNoTrans,
        rightTransposed ? CblasTrans : CblasNoTrans,
        m,
        n,
        k,
        1,
        a,
        leftTransposed ? m : k,
        b,
        rightTransposed ? k : n,
        0,
        c,
        n);
  }

  @Override
  public List<float[]> result() {
    run();
    float[] values = new float[m * n];
    c.get(values);
    return List.of(values);
  }

  @Override
  public void close() {
    a.close();
    b.close();
    c.close();
  }
}
