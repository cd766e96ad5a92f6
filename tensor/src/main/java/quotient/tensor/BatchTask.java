package quotient.tensor;

import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.RangeTask;

/// Many small matrix products, reused from call to call; holds the scratch memory of each lane, where
/// one B at a time is packed. *Confined.*
final class BatchTask implements RangeTask {
  private static final FloatTensor NONE = FloatTensor.zeros(0);

  private final Kernels kernels;
  private final LaneScratch scratch;
  private FloatTensor a = NONE;
  private FloatTensor b = NONE;
  private FloatTensor c = NONE;
  private boolean transposed;
  private int m;
  private int n;
  private int k;

  BatchTask(Kernels kernels, int lanes) {
    this.kernels = kernels;
    scratch = new LaneScratch(lanes);
  }

  BatchTask set(FloatTensor left, FloatTensor right, boolean turned, FloatTensor to, int count) {
    a = left;
    b = right;
    c = to;
    transposed = turned;
    m = left.rows() / count;
    n = to.columns();
    k = left.columns();
    return this;
  }

  /// Forgets the arguments, so that their memory can be given back.
  void clear() {
    a = NONE;
    b = NONE;
    c = NONE;
  }

  @Override
  public void run(int from, int to, int lane) {
    int packed = CacheLine.roundUp(kernels.packedSize(k, n));
    float[] memory = scratch.of(lane, packed + kernels.scratchSize());
    for (int i = from; i < to; i++) {
      int right = b.offset() + i * n * k;
      kernels.packB(b.data(), right, transposed ? k : n, transposed, k, n, memory, CacheLine.FIRST);
      kernels.gemm(
          m,
          n,
          k,
          a.data(),
          a.offset() + i * m * k,
          k,
          memory,
          CacheLine.FIRST,
          c.data(),
          c.offset() + i * m * n,
          n,
          false,
          memory,
          CacheLine.FIRST + packed);
    }
  }
}
