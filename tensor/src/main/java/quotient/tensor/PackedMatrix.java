package quotient.tensor;

import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// A matrix B [k, n] in the layout that the kernel set reads in products; see {@link Tensors}.
///
/// The buffer grows on demand and is reused by the next {@link #pack}. A matrix of weights is cut into
/// slabs of columns that are packed one by one: threads may then share a product by columns, so that
/// each reads its own part of the weights. *Confined* while packing; afterwards it may be read by many
/// threads.
public final class PackedMatrix {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final float[] NO_DATA = new float[0];

  /// Weights of fewer numbers are packed by one thread.
  private static final int PARALLEL = 1 << 16;

  /// Columns of a slab of weights: a whole number of panels at any width.
  static final int SLAB = 128;

  private final Store store;
  private float[] data = NO_DATA;
  private int slab;
  private int offset;
  private int capacity;
  private int k;
  private int n;

  /// An empty matrix that packs later, into memory of its own.
  public PackedMatrix() {
    this(new Store(0));
  }

  /// An empty matrix that packs later, into memory of the store.
  public PackedMatrix(Store store) {
    this.store = store;
  }

  /// Packs `b` [k, n]; the numbers are copied.
  public PackedMatrix pack(FloatTensor b) {
    reserve(b, false, false);
    packSlabs(b, false, 0, slabs());
    return this;
  }

  /// Packs the transpose of `b` [n, k], the layout of a linear layer's weight; copies.
  public PackedMatrix packTransposed(FloatTensor b) {
    reserve(b, true, false);
    packSlabs(b, true, 0, slabs());
    return this;
  }

  /// Packs a weight, slab by slab and on all threads of the pool: `b` [k, n], or its transpose.
  public PackedMatrix packWeight(FloatTensor b, boolean transposed, WorkerPool pool) {
    reserve(b, transposed, true);
    if (pool.threads() == 1 || b.size() < PARALLEL) {
      packSlabs(b, transposed, 0, slabs());
    } else {
      pool.parallelFor(slabs(), 1, (from, to, lane) -> packSlabs(b, transposed, from, to));
    }
    return this;
  }

  private void reserve(FloatTensor b, boolean transposed, boolean inSlabs) {
    k = transposed ? b.columns() : b.rows();
    n = transposed ? b.rows() : b.columns();
    slab = inSlabs ? SLAB : Math.max(1, n);
    int last = slabs() - 1;
    int size =
        Math.addExact(
            Math.multiplyExact(last, KERNELS.packedSize(k, slab)),
            KERNELS.packedSize(k, n - last * slab));
    if (capacity < size) {
      store.reserve(this, size);
    }
  }

  private void packSlabs(FloatTensor b, boolean transposed, int from, int to) {
    int ld = b.columns();
    for (int s = from; s < to; s++) {
      int first = s * slab;
      int at = b.offset() + (transposed ? first * ld : first);
      KERNELS.packB(b.data(), at, ld, transposed, k, slabColumns(s), data, slabOffset(s));
    }
  }

  /// Number of slabs; 1 unless this is a wide weight.
  int slabs() {
    return Math.max(1, (n + slab - 1) / slab);
  }

  /// First column of a slab.
  int slabStart(int s) {
    return s * slab;
  }

  int slabColumns(int s) {
    return Math.min(slab, n - s * slab);
  }

  /// Where a slab begins in {@link #data}.
  int slabOffset(int s) {
    return offset + s * KERNELS.packedSize(k, slab);
  }

  /// Rows of B: the inner dimension of the product.
  public int k() {
    return k;
  }

  /// Columns of B, and of the product.
  public int n() {
    return n;
  }

  /// The packed numbers, in the kernel set's own layout, from {@link #slabOffset} of the first on.
  float[] data() {
    return data;
  }

  /// Memory that many packed matrices share: large arrays, in which cache lines can be met.
  /// It grows and is given back as a whole. *Thread-safe.*
  public static final class Store {
    private final int slabSize;
    private float[] slab = NO_DATA;
    private int used;
    private long held;

    /// An empty store.
    public Store() {
      this(CacheLine.LARGE);
    }

    private Store(int slabSize) {
      this.slabSize = slabSize;
    }

    private synchronized void reserve(PackedMatrix matrix, int size) {
      int padded = CacheLine.roundUp(size);
      if (padded > slab.length - used) {
        slab = new float[Math.max(slabSize, Math.addExact(padded, CacheLine.FIRST))];
        held += slab.length;
        used = CacheLine.FIRST;
      }
      matrix.data = slab;
      matrix.offset = used;
      matrix.capacity = padded;
      used += padded;
    }

    /// Floats of all arrays made so far.
    public synchronized long held() {
      return held;
    }
  }
}
