package quotient.tensor;

import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// The door to numerics: checks shapes, splits work over threads, calls kernels, and writes into a
/// given destination.
///
/// A tensor is seen as a matrix of `rows` and `columns` (see {@link Shape}). Work is split over
/// rows or elements with disjoint outputs, so results do not depend on the number of threads.
/// *Confined*: one instance per thread that issues operations.
public final class Tensors {
  private static final Kernels KERNELS = KernelProvider.kernels();

  /// Elements of element-wise work per chunk: about ten microseconds.
  private static final int ELEMENT_GRAIN = 16_384;

  /// Multiply-adds per chunk of a matrix product.
  private static final long PRODUCT_GRAIN = 1 << 20;

  private final WorkerPool pool;
  private final PackedMatrix scratch = new PackedMatrix();

  /// Operations that run on the given pool; the pool stays the caller's to close.
  public Tensors(WorkerPool pool) {
    this.pool = pool;
  }

  /// Operations on the calling thread alone.
  public static Tensors singleThreaded() {
    return new Tensors(WorkerPool.of(1));
  }

  /// `vector512`, `scalar` and the like: which kernels this process runs.
  public static String kernelName() {
    return KERNELS.name();
  }

  /// Floats per vector of the kernels in use.
  public static int kernelLanes() {
    return KERNELS.lanes();
  }

  public WorkerPool pool() {
    return pool;
  }

  // ---- element-wise ----

  /// z = x + y; same shapes; z may be x or y.
  public void add(FloatTensor x, FloatTensor y, FloatTensor z) {
    FloatTensor.requireSameShape("add", x, y);
    FloatTensor.requireSameShape("add", x, z);
    if (isSmall(x.size())) {
      KERNELS.add(x.data(), x.offset(), y.data(), y.offset(), z.data(), z.offset(), x.size());
      return;
    }
    pool.parallelFor(
        x.size(),
        ELEMENT_GRAIN,
        (from, to, lane) ->
            KERNELS.add(
                x.data(),
                x.offset() + from,
                y.data(),
                y.offset() + from,
                z.data(),
                z.offset() + from,
                to - from));
  }

  /// y = y + alpha x; same shapes; y may be x.
  public void axpy(float alpha, FloatTensor x, FloatTensor y) {
    FloatTensor.requireSameShape("axpy", x, y);
    if (isSmall(x.size())) {
      KERNELS.axpy(alpha, x.data(), x.offset(), y.data(), y.offset(), x.size());
      return;
    }
    pool.parallelFor(
        x.size(),
        ELEMENT_GRAIN,
        (from, to, lane) ->
            KERNELS.axpy(
                alpha, x.data(), x.offset() + from, y.data(), y.offset() + from, to - from));
  }

  private boolean isSmall(int elements) {
    return pool.threads() == 1 || elements <= ELEMENT_GRAIN;
  }

  // ---- matrix products ----

  /// C = A B or C + A B.
  ///
  ///     a: [m, k]   b: packed [k, n]   c: [m, n], not a
  public void matmul(FloatTensor a, PackedMatrix b, FloatTensor c, boolean accumulate) {
    requireProduct("matmul", a.columns(), b.k(), a, b);
    requireResult("matmul", a.rows(), b.n(), c);
    int m = a.rows();
    int k = b.k();
    int n = b.n();
    if (pool.threads() == 1 || (long) m * n * k <= PRODUCT_GRAIN) {
      KERNELS.gemmPacked(
          m, n, k, a.data(), a.offset(), k, b.data(), 0, c.data(), c.offset(), n, accumulate);
      return;
    }
    pool.parallelFor(
        m,
        rowGrain(n, k),
        (from, to, lane) ->
            KERNELS.gemmPacked(
                to - from,
                n,
                k,
                a.data(),
                a.offset() + from * k,
                k,
                b.data(),
                0,
                c.data(),
                c.offset() + from * n,
                n,
                accumulate));
  }

  /// C = A^T B or C + A^T B: the gradient of a weight.
  ///
  ///     a: [k, m]   b: [k, n]   c: [m, n]
  public void matmulTransposed(FloatTensor a, FloatTensor b, FloatTensor c, boolean accumulate) {
    scratch.pack(b);
    requireProduct("matmulTransposed", a.rows(), scratch.k(), a, scratch);
    requireResult("matmulTransposed", a.columns(), scratch.n(), c);
    int m = a.columns();
    int k = a.rows();
    int n = scratch.n();
    if (pool.threads() == 1 || (long) m * n * k <= PRODUCT_GRAIN) {
      KERNELS.gemmTransposedPacked(
          m, n, k, a.data(), a.offset(), m, scratch.data(), 0, c.data(), c.offset(), n, accumulate);
      return;
    }
    pool.parallelFor(
        m,
        rowGrain(n, k),
        (from, to, lane) ->
            KERNELS.gemmTransposedPacked(
                to - from,
                n,
                k,
                a.data(),
                a.offset() + from,
                m,
                scratch.data(),
                0,
                c.data(),
                c.offset() + from * n,
                n,
                accumulate));
  }

  /// Rows of a product per chunk; a multiple of the register tile's 24 rows.
  private static int rowGrain(int n, int k) {
    long rows = PRODUCT_GRAIN / Math.max(1, (long) n * k);
    return (int) Math.max(24, rows / 24 * 24);
  }

  private static void requireProduct(
      String operation, int inner, int expected, FloatTensor a, PackedMatrix b) {
    if (inner != expected) {
      throw new ShapeException(
          operation
              + ": inner dimensions differ: a "
              + a.shape()
              + ", b ["
              + b.k()
              + ", "
              + b.n()
              + "]");
    }
  }

  private static void requireResult(String operation, int m, int n, FloatTensor c) {
    if (c.rows() != m || c.columns() != n) {
      throw new ShapeException(
          operation + ": the result has shape [" + m + ", " + n + "], its place " + c.shape());
    }
  }
}
