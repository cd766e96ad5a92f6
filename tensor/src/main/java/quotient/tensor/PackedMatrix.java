package quotient.tensor;

import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// A matrix B [k, n] in the layout that the kernel set reads in products; see {@link Tensors}.
///
/// The buffer grows on demand and is reused by the next {@link #pack}. *Confined* while packing;
/// afterwards it may be read by many threads.
public final class PackedMatrix {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private float[] data = new float[0];
  private int k;
  private int n;

  /// An empty matrix that packs later.
  public PackedMatrix() {}

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
    if (data.length < size) {
      data = new float[size];
    }
    KERNELS.packB(b.data(), b.offset(), b.columns(), transposed, k, n, data, 0);
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

  /// The packed numbers, in the kernel set's own layout.
  float[] data() {
    return data;
  }
}
