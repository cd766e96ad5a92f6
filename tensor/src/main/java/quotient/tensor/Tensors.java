package quotient.tensor;

import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// The door to numerics: checks shapes, splits work over threads, calls kernels, and writes into a
/// given destination.
///
/// A tensor is seen as a matrix of `rows` and `columns` (see {@link Shape}). Work is split over
/// rows or elements with disjoint outputs, so results do not depend on the number of threads. After
/// the first calls nothing is allocated. *Confined*: one instance per thread that issues operations.
public final class Tensors {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private static final ElementTask.Binary ADD = KERNELS::add;
  private static final ElementTask.Binary SUBTRACT = KERNELS::subtract;
  private static final ElementTask.Binary MULTIPLY = KERNELS::multiply;
  private static final ElementTask.Binary MULTIPLY_ADD = KERNELS::multiplyAdd;
  private static final ElementTask.Scaled AXPY = KERNELS::axpy;
  private static final ElementTask.Scaled SCALE = KERNELS::scale;
  private static final ElementTask.Unary EXP = KERNELS::exp;
  private static final ElementTask.Unary LOG = KERNELS::log;
  private static final ElementTask.Unary SIN = KERNELS::sin;
  private static final ElementTask.Unary COS = KERNELS::cos;
  private static final ElementTask.Unary TANH = KERNELS::tanh;
  private static final ElementTask.Unary SIGMOID = KERNELS::sigmoid;
  private static final ElementTask.Unary SILU = KERNELS::silu;

  /// Elements of element-wise work per chunk: about ten microseconds.
  private static final int ELEMENT_GRAIN = 16_384;

  /// Multiply-adds per chunk of a matrix product.
  private static final long PRODUCT_GRAIN = 1 << 20;

  /// Numbers of a packed B that is read once per thread.
  private static final long LARGE_WEIGHT = 1 << 18;

  /// Rows of a product per chunk are a multiple of this: the lowest register tile.
  private static final int ROW_UNIT = 4;

  /// Columns of a weight gradient per item.
  private static final int COLUMN_UNIT = 32;

  private final WorkerPool pool;
  private final ElementTask elements = new ElementTask();
  private final RowTask rows = new RowTask(KERNELS);
  private final ProductTask product;
  private final BatchTask batch;
  private final SlabTask slab;

  /// Operations that run on the given pool; the pool stays the caller's to close.
  public Tensors(WorkerPool pool) {
    this.pool = pool;
    this.product = new ProductTask(KERNELS, pool.threads());
    this.batch = new BatchTask(KERNELS, pool.threads());
    this.slab = new SlabTask(KERNELS, pool.threads());
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
    binary("add", ADD, x, y, z);
  }

  /// z = x - y; same shapes; z may be x or y.
  public void subtract(FloatTensor x, FloatTensor y, FloatTensor z) {
    binary("subtract", SUBTRACT, x, y, z);
  }

  /// z = x y, element by element; same shapes; z may be x or y.
  public void multiply(FloatTensor x, FloatTensor y, FloatTensor z) {
    binary("multiply", MULTIPLY, x, y, z);
  }

  /// z = z + x y, element by element; same shapes; z may be x or y.
  public void multiplyAdd(FloatTensor x, FloatTensor y, FloatTensor z) {
    binary("multiplyAdd", MULTIPLY_ADD, x, y, z);
  }

  /// y = y + alpha x; same shapes; y may be x.
  public void axpy(float alpha, FloatTensor x, FloatTensor y) {
    Shape.requireSame("axpy", x.shape(), y.shape());
    run(elements.set(AXPY, alpha, x, y));
  }

  /// y = alpha x; same shapes; y may be x.
  public void scale(float alpha, FloatTensor x, FloatTensor y) {
    Shape.requireSame("scale", x.shape(), y.shape());
    run(elements.set(SCALE, alpha, x, y));
  }

  /// y = e^x; same shapes; y may be x.
  public void exp(FloatTensor x, FloatTensor y) {
    unary("exp", EXP, x, y);
  }

  /// y = log x; same shapes; y may be x.
  public void log(FloatTensor x, FloatTensor y) {
    unary("log", LOG, x, y);
  }

  /// y = sin x; same shapes; y may be x.
  public void sin(FloatTensor x, FloatTensor y) {
    unary("sin", SIN, x, y);
  }

  /// y = cos x; same shapes; y may be x.
  public void cos(FloatTensor x, FloatTensor y) {
    unary("cos", COS, x, y);
  }

  /// y = tanh x; same shapes; y may be x.
  public void tanh(FloatTensor x, FloatTensor y) {
    unary("tanh", TANH, x, y);
  }

  /// y = 1 / (1 + e^-x); same shapes; y may be x.
  public void sigmoid(FloatTensor x, FloatTensor y) {
    unary("sigmoid", SIGMOID, x, y);
  }

  /// y = x / (1 + e^-x); same shapes; y may be x.
  public void silu(FloatTensor x, FloatTensor y) {
    unary("silu", SILU, x, y);
  }

  private void unary(String name, ElementTask.Unary kernel, FloatTensor x, FloatTensor y) {
    Shape.requireSame(name, x.shape(), y.shape());
    run(elements.set(kernel, x, y));
  }

  private void binary(
      String name, ElementTask.Binary kernel, FloatTensor x, FloatTensor y, FloatTensor z) {
    Shape.requireSame(name, x.shape(), y.shape());
    Shape.requireSame(name, x.shape(), z.shape());
    run(elements.set(kernel, x, y, z));
  }

  private void run(ElementTask task) {
    if (pool.threads() == 1) {
      task.run(0, task.size(), 0);
    } else {
      pool.parallelFor(task.size(), ELEMENT_GRAIN, task);
    }
    task.clear();
  }

  // ---- rows ----

  /// y_r = exp(x_r) / sum exp(x_r) for each row; same shapes; y may be x.
  ///
  /// A mask is a large negative finite number, not an infinity.
  public void softmaxRows(FloatTensor x, FloatTensor y) {
    Shape.requireSame("softmaxRows", x.shape(), y.shape());
    run(rows.setSoftmax(x, y), x.rows(), x.columns());
  }

  /// y_r = (x_r - mean_r) / sqrt(variance_r + epsilon) for each row, times `gain` plus `bias`.
  ///
  ///     x, y: [r, c]   gain, bias: [c], or empty for 1 and 0   mean, rstd: [r], written
  ///
  /// y may be x.
  public void layerNorm(
      FloatTensor x,
      FloatTensor gain,
      FloatTensor bias,
      float epsilon,
      FloatTensor y,
      FloatTensor mean,
      FloatTensor rstd) {
    Shape.requireSame("layerNorm", x.shape(), y.shape());
    requireSize("layerNorm: gain", gain, x.columns(), true);
    requireSize("layerNorm: bias", bias, x.columns(), true);
    requireSize("layerNorm: mean", mean, x.rows(), false);
    requireSize("layerNorm: rstd", rstd, x.rows(), false);
    run(rows.setLayerNorm(x, gain, bias, epsilon, y, mean, rstd), x.rows(), x.columns());
  }

  /// `y_i = x_index[i]`, row by row.
  ///
  ///     x: [r, c]   index: numbers of rows, at least i   y: [i, c], not x
  public void gatherRows(FloatTensor x, int[] index, FloatTensor y) {
    Shape.requireColumns("gatherRows", y.shape(), x.columns());
    if (index.length < y.rows()) {
      throw new ShapeException(
          "gatherRows: " + index.length + " indices for a result of shape " + y.shape());
    }
    for (int i = 0; i < y.rows(); i++) {
      if (index[i] < 0 || index[i] >= x.rows()) {
        throw new IndexOutOfBoundsException(
            "gatherRows: index " + index[i] + " at " + i + " of a tensor of shape " + x.shape());
      }
    }
    run(rows.setGather(x, index, y), y.rows(), x.columns());
  }

  /// `y_s` = sum of the rows `x_i` with `start[s] <= i < start[s + 1]`, in order of i.
  ///
  ///     x: [r, c]   start: not falling, s + 1 numbers   y: [s, c], not x
  public void segmentSum(FloatTensor x, int[] start, FloatTensor y) {
    Shape.requireColumns("segmentSum", y.shape(), x.columns());
    int segments = y.rows();
    if (start.length < segments + 1 || start[0] < 0 || start[segments] > x.rows()) {
      throw new ShapeException(
          "segmentSum: "
              + start.length
              + " boundaries for rows of "
              + x.shape()
              + " and sums "
              + y.shape());
    }
    run(rows.setSegmentSum(x, start, y), segments, x.columns());
  }

  private void run(RowTask task, int count, int columns) {
    if (pool.threads() == 1) {
      task.run(0, count, 0);
    } else {
      pool.parallelFor(count, Math.max(1, ELEMENT_GRAIN / Math.max(1, columns)), task);
    }
    task.clear();
  }

  private static void requireSize(String what, FloatTensor x, int size, boolean mayBeEmpty) {
    if (x.size() != size && !(mayBeEmpty && x.size() == 0)) {
      throw new ShapeException(what + ": expected " + size + " numbers, found " + x.shape());
    }
  }

  // ---- matrix products ----

  /// C = A B or C + A B.
  ///
  ///     a: [m, k]   b: packed [k, n]   c: [m, n], not a
  public void matmul(FloatTensor a, PackedMatrix b, FloatTensor c, boolean accumulate) {
    if (a.columns() != b.k()) {
      throw new ShapeException(
          "matmul: inner dimensions differ: a "
              + a.shape()
              + ", b ["
              + b.k()
              + ", "
              + b.n()
              + "]; need a[1] == b[0]");
    }
    requireResult("matmul", a.rows(), b.n(), a, c);
    int m = a.rows();
    int n = b.n();
    if (pool.threads() == 1 || (long) m * n * b.k() <= PRODUCT_GRAIN) {
      product.set(a, b, c, accumulate, false).run(0, m, 0);
    } else if (n > m && b.slabs() >= pool.threads()) {
      // The larger operand is the one to share out: each thread then reads its slabs once.
      pool.parallelFor(b.slabs(), 1, product.set(a, b, c, accumulate, true));
    } else {
      pool.parallelFor(m, rowGrain(m, n, b.k()), product.set(a, b, c, accumulate, false));
    }
    product.clear();
  }

  /// C = A B or C + A B with a weight that is used once: packed for this product and not kept.
  ///
  ///     a: [m, k]   weight: [k, n], or transposed [n, k]   c: [m, n], not a
  ///
  /// The same bits as {@link #matmul} with the packed weight.
  ///
  /// @param packing memory for the packed weight where rows, and not columns, are shared out
  public void matmulWeight(
      FloatTensor a,
      FloatTensor weight,
      boolean transposed,
      FloatTensor c,
      boolean accumulate,
      PackedMatrix packing) {
    int n = transposed ? weight.rows() : weight.columns();
    int k = transposed ? weight.columns() : weight.rows();
    int slabs = (n + PackedMatrix.SLAB - 1) / PackedMatrix.SLAB;
    boolean byColumns = n > a.rows() && slabs >= pool.threads();
    if (pool.threads() > 1 && !byColumns) {
      matmul(a, packing.packWeight(weight, transposed, pool), c, accumulate);
      return;
    }
    if (a.columns() != k) {
      throw new ShapeException(
          "matmulWeight: inner dimensions differ: a "
              + a.shape()
              + ", weight "
              + weight.shape()
              + (transposed ? "; need a[1] == weight[1]" : "; need a[1] == weight[0]"));
    }
    requireResult("matmulWeight", a.rows(), n, a, c);
    SlabTask task = slab.set(a, weight, transposed, c, accumulate);
    if (pool.threads() == 1 || (long) a.rows() * n * k <= PRODUCT_GRAIN) {
      task.run(0, slabs, 0);
    } else {
      pool.parallelFor(slabs, 1, task);
    }
    task.clear();
  }

  /// Rows per chunk: one to four chunks per thread, by the amount of work; one if B is large, since
  /// every chunk reads it again.
  private int rowGrain(int m, int n, int k) {
    int threads = pool.threads();
    long perThread = (long) m * n * k / threads / PRODUCT_GRAIN;
    long most = (long) n * k < LARGE_WEIGHT ? 4 : 1;
    long chunks = threads * Math.clamp(perThread, 1L, most);
    long grain = (m + chunks - 1) / chunks;
    return (int) ((grain + ROW_UNIT - 1) / ROW_UNIT * ROW_UNIT);
  }

  /// C = A^T B or C + A^T B: the gradient of a weight.
  ///
  ///     a: [k, m]   b: [k, n]   c: [m, n], neither a nor b
  public void matmulTransposed(FloatTensor a, FloatTensor b, FloatTensor c, boolean accumulate) {
    int m = a.columns();
    int n = b.columns();
    int k = a.rows();
    if (k != b.rows()) {
      throw new ShapeException(
          "matmulTransposed: inner dimensions differ: a "
              + a.shape()
              + ", b "
              + b.shape()
              + "; need a[0] == b[0]");
    }
    requireResult("matmulTransposed", m, n, a, c);
    int threads = pool.threads();
    if (threads == 1 || (long) m * n * k <= PRODUCT_GRAIN) {
      product.setTransposed(a, b, c, accumulate, 0).run(0, m, 0);
    } else {
      int columnGrain = (panels(n) + threads - 1) / threads;
      int rowGrain = (((m + threads - 1) / threads) + ROW_UNIT - 1) / ROW_UNIT * ROW_UNIT;
      double byColumns = gradientCost(m, columnGrain * COLUMN_UNIT);
      double byRows = gradientCost(rowGrain, panels(n) * COLUMN_UNIT);
      if (byColumns <= byRows) {
        pool.parallelFor(
            panels(n), columnGrain, product.setTransposed(a, b, c, accumulate, COLUMN_UNIT));
      } else {
        pool.parallelFor(m, rowGrain, product.setTransposed(a, b, c, accumulate, 0));
      }
    }
    product.clear();
  }

  /// C_i = A_i B_i, or A_i B_i^T, for each of `count` small products, whose matrices lie one below the
  /// other.
  ///
  ///     a: [count m, k]   b: [count k, n], or transposed [count n, k]   c: [count m, n], neither a nor b
  public void matmulBatch(
      int count, FloatTensor a, FloatTensor b, boolean transposed, FloatTensor c) {
    int k = a.columns();
    int n = transposed ? b.rows() / Math.max(1, count) : b.columns();
    boolean fits =
        count > 0
            && a.rows() % count == 0
            && (transposed
                ? b.rows() == count * n && b.columns() == k
                : b.rows() == (long) count * k);
    if (!fits) {
      throw new ShapeException(
          "matmulBatch: "
              + count
              + " products do not divide a "
              + a.shape()
              + " and b "
              + b.shape()
              + (transposed ? "; need a[1] == b[1]" : "; need count a[1] == b[0]"));
    }
    requireResult("matmulBatch", a.rows(), n, a, c);
    int m = a.rows() / count;
    batch.set(a, b, transposed, c, count);
    if (pool.threads() == 1) {
      batch.run(0, count, 0);
    } else {
      long work = Math.max(1, (long) m * n * k);
      pool.parallelFor(count, Math.clamp(PRODUCT_GRAIN / work, 1, 1 << 20), batch);
    }
    batch.clear();
  }

  private static int panels(int n) {
    return (n + COLUMN_UNIT - 1) / COLUMN_UNIT;
  }

  /// What a thread does per term for so many rows and columns of a gradient, in multiply-adds of a
  /// vector: it also reads both operands and copies the second.
  private static double gradientCost(int rows, int columns) {
    return rows * (double) columns / COLUMN_UNIT + 0.2 * rows + 0.4 * columns;
  }

  private static void requireResult(String operation, int m, int n, FloatTensor a, FloatTensor c) {
    if (c.rows() != m || c.columns() != n) {
      throw new ShapeException(
          operation + ": the result has shape [" + m + ", " + n + "], its place " + c.shape());
    }
    if (c.overlaps(a)) {
      throw new IllegalArgumentException(
          operation
              + ": the result "
              + c.shape()
              + " overlaps an argument; give it its own memory");
    }
  }
}
