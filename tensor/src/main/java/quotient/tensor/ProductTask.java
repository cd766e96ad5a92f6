package quotient.tensor;

import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.RangeTask;

/// One matrix product cut by rows or by panels of columns of C, reused from call to call; holds the
/// scratch memory of each lane. *Confined.*
final class ProductTask implements RangeTask {
  private static final FloatTensor NONE = FloatTensor.zeros(0);
  private static final float[] NO_DATA = new float[0];
  private static final PackedMatrix NO_MATRIX = new PackedMatrix();

  private final Kernels kernels;
  private final LaneScratch scratch;
  private boolean transposed;
  private boolean byColumns;
  private FloatTensor a = NONE;
  private FloatTensor c = NONE;
  private PackedMatrix packed = NO_MATRIX;
  private float[] b = NO_DATA;
  private int bo;
  private int m;
  private int n;
  private int k;
  private int unit;
  private boolean accumulate;

  ProductTask(Kernels kernels, int lanes) {
    this.kernels = kernels;
    scratch = new LaneScratch(lanes);
  }

  /// C = A B with packed B; items are rows of C, or slabs of B.
  ProductTask set(
      FloatTensor left, PackedMatrix right, FloatTensor to, boolean add, boolean bySlabs) {
    transposed = false;
    byColumns = bySlabs;
    a = left;
    packed = right;
    c = to;
    m = left.rows();
    n = right.n();
    k = right.k();
    unit = 1;
    accumulate = add;
    return this;
  }

  /// C = A^T B; items are rows of C, or groups of `columnsPerItem` columns if that is not zero.
  ProductTask setTransposed(
      FloatTensor left, FloatTensor right, FloatTensor to, boolean add, int columnsPerItem) {
    transposed = true;
    byColumns = columnsPerItem > 0;
    a = left;
    b = right.data();
    bo = right.offset();
    c = to;
    m = left.columns();
    n = right.columns();
    k = left.rows();
    unit = Math.max(1, columnsPerItem);
    accumulate = add;
    return this;
  }

  /// Forgets the arguments, so that their memory can be given back.
  void clear() {
    a = NONE;
    b = NO_DATA;
    packed = NO_MATRIX;
    c = NONE;
  }

  @Override
  public void run(int from, int to, int lane) {
    float[] memory = scratch.of(lane, kernels.scratchSize());
    if (!transposed) {
      if (byColumns) {
        multiply(0, m, from, to, memory);
      } else {
        multiply(from, to, 0, packed.slabs(), memory);
      }
    } else if (byColumns) {
      int first = from * unit;
      int last = Math.min(n, to * unit);
      kernels.gemmTransposed(
          m,
          last - first,
          k,
          a.data(),
          a.offset(),
          m,
          b,
          bo + first,
          n,
          c.data(),
          c.offset() + first,
          n,
          accumulate,
          memory,
          CacheLine.FIRST);
    } else {
      kernels.gemmTransposed(
          to - from,
          n,
          k,
          a.data(),
          a.offset() + from,
          m,
          b,
          bo,
          n,
          c.data(),
          c.offset() + from * n,
          n,
          accumulate,
          memory,
          CacheLine.FIRST);
    }
  }

  /// Rows of A times slabs of B.
  private void multiply(int fromRow, int toRow, int fromSlab, int toSlab, float[] memory) {
    for (int s = fromSlab; s < toSlab; s++) {
      kernels.gemm(
          toRow - fromRow,
          packed.slabColumns(s),
          k,
          a.data(),
          a.offset() + fromRow * k,
          k,
          packed.data(),
          packed.slabOffset(s),
          c.data(),
          c.offset() + fromRow * n + packed.slabStart(s),
          n,
          accumulate,
          memory,
          CacheLine.FIRST);
    }
  }
}
