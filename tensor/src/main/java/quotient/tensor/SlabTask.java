package quotient.tensor;

import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.RangeTask;

/// A product with a weight that is packed for it alone, a slab of columns at a time: what is packed is
/// multiplied while it is near, and no packed copy of the weight ever exists. Items are slabs. Reused
/// from call to call; holds the scratch memory of each lane. *Confined.*
final class SlabTask implements RangeTask {
  private static final FloatTensor NONE = FloatTensor.zeros(0);

  private final Kernels kernels;
  private final LaneScratch scratch;
  private FloatTensor a = NONE;
  private FloatTensor b = NONE;
  private FloatTensor c = NONE;
  private boolean transposed;
  private boolean accumulate;
  private int m;
  private int n;
  private int k;

  SlabTask(Kernels kernels, int lanes) {
    this.kernels = kernels;
    scratch = new LaneScratch(lanes);
  }

  /// C = A B or C + A B, or with the transpose of B.
  SlabTask set(FloatTensor left, FloatTensor right, boolean turned, FloatTensor to, boolean add) {
    a = left;
    b = right;
    c = to;
    transposed = turned;
    accumulate = add;
    m = left.rows();
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
    int packed = CacheLine.roundUp(kernels.packedSize(k, PackedMatrix.SLAB));
    float[] memory = scratch.of(lane, packed + kernels.scratchSize());
    int ld = b.columns();
    for (int s = from; s < to; s++) {
      int first = s * PackedMatrix.SLAB;
      int columns = Math.min(PackedMatrix.SLAB, n - first);
      int at = b.offset() + (transposed ? first * ld : first);
      kernels.packB(b.data(), at, ld, transposed, k, columns, memory, CacheLine.FIRST);
      kernels.gemm(
          m,
          columns,
          k,
          a.data(),
          a.offset(),
          k,
          memory,
          CacheLine.FIRST,
          c.data(),
          c.offset() + first,
          n,
          accumulate,
          memory,
          CacheLine.FIRST + packed);
    }
  }
}
