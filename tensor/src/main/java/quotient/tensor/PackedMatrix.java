package quotient.tensor;

import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// A matrix B [k, n] in the layout that the kernel set reads in products; see {@link Tensors}.
///
/// The buffer grows on demand and is reused by the next {@link #pack}. *Confined* while packing;
/// afterwards it may be read by many threads.
public final class PackedMatrix {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final float[] NO_DATA = new float[0];

  private final Store store;
  private float[] data = NO_DATA;
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
    return pack(b, false);
  }

  /// Packs the transpose of `b` [n, k], the layout of a linear layer's weight; copies.
  public PackedMatrix packTransposed(FloatTensor b) {
    return pack(b, true);
  }

  private PackedMatrix pack(FloatTensor b, boolean transposed) {
    k = transposed ? b.columns() : b.rows();
    n = transposed ? b.rows() : b.columns();
    int size = KERNELS.packedSize(k, n);
    if (capacity < size) {
      store.reserve(this, size);
    }
    KERNELS.packB(b.data(), b.offset(), b.columns(), transposed, k, n, data, offset);
    return this;
  }

  /// Rows of B: the inner dimension of the product.
  public int k() {
    return k;
  }

  /// Columns of B, and of the product.
  public int n() {
    return n;
  }

  /// The packed numbers, in the kernel set's own layout, from {@link #offset} on.
  float[] data() {
    return data;
  }

  int offset() {
    return offset;
  }

  /// Memory that many packed matrices share: large arrays, in which cache lines can be met.
  /// It grows and is given back as a whole. *Thread-safe.*
  public static final class Store {
    private final int slabSize;
    private float[] slab = NO_DATA;
    private int used;

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
        used = CacheLine.FIRST;
      }
      matrix.data = slab;
      matrix.offset = used;
      matrix.capacity = padded;
      used += padded;
    }
  }
}
