package quotient.tensor.kernel;

/// Numerical loops over raw ranges of `float[]`: no checks but `assert`, no threads, no allocation.
///
/// An argument pair such as `x, xo` is an array and the index of its first element; matrices are
/// row-major with rows `ld` apart. Every method defines its result completely by its arguments:
/// the same bits interpreted, compiled, at any offset, and for a row of a matrix whatever its
/// neighbours are. Two kernel sets agree to a tolerance. {@link ScalarKernels} is the readable
/// definition.
public interface Kernels {
  /// `scalar`, or `vector512` and the like.
  String name();

  /// Floats per vector; 1 for scalar code.
  int lanes();

  // ---- element-wise ----

  /// z = x + y; z may be x or y.
  void add(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);

  /// z = x - y; z may be x or y.
  void subtract(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);

  /// z = x y; z may be x or y.
  void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);

  /// z = z + x y.
  void multiplyAdd(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);

  /// y = y + alpha x; y may be x.
  void axpy(float alpha, float[] x, int xo, float[] y, int yo, int n);

  /// z = z + alpha (x - y).
  void addScaledDifference(
      float alpha, float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);

  /// y = alpha x; y may be x.
  void scale(float alpha, float[] x, int xo, float[] y, int yo, int n);

  /// y = exp(x), own polynomial; y may be x.
  void exp(float[] x, int xo, float[] y, int yo, int n);

  /// y = log(x); y may be x.
  void log(float[] x, int xo, float[] y, int yo, int n);

  /// y = sin(x); y may be x.
  void sin(float[] x, int xo, float[] y, int yo, int n);

  /// y = cos(x); y may be x.
  void cos(float[] x, int xo, float[] y, int yo, int n);

  /// y = tanh(x); y may be x.
  void tanh(float[] x, int xo, float[] y, int yo, int n);

  /// y = 1 / (1 + exp(-x)); y may be x.
  void sigmoid(float[] x, int xo, float[] y, int yo, int n);

  /// y = x / (1 + exp(-x)); y may be x.
  void silu(float[] x, int xo, float[] y, int yo, int n);

  /// dx = dx + dy (1 - y^2), y = tanh(x).
  void tanhBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /// dx = dx + dy y (1 - y), y = sigmoid(x).
  void sigmoidBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /// dx = dx + dy silu'(x), from the input x of the forward pass.
  void siluBackward(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /// y = value silu(gate) for each row of x = [value | gate]; half numbers each, y not x.
  void swiGlu(float[] x, int xo, float[] y, int yo, int rows, int half);

  /// Adjoint of {@link #swiGlu}: adds to dx [rows, 2 half], from the input x of the forward pass.
  void swiGluBackward(
      float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int rows, int half);

  // ---- reductions: fixed blocks, combined in index order ----

  /// sum x.
  double sum(float[] x, int xo, int n);

  /// sum x y.
  double dot(float[] x, int xo, float[] y, int yo, int n);

  /// sum (x - y)^2, with the same bits in all kernel sets.
  ///
  /// Blocks of 1024 numbers have 16 sums in float each, of every 16th square, which are folded in halves:
  /// the first 8 with the last, then 4 with 4, and so on. Blocks, and then the last n mod 16 squares, are
  /// added in double. Nothing is fused.
  double squaredDistance(float[] x, int xo, float[] y, int yo, int n);

  // ---- rows of a contiguous matrix [rows, columns] ----

  /// y_r = x_r + bias for each row; y may be x.
  void addRow(float[] x, int xo, float[] bias, int bo, float[] y, int yo, int rows, int columns);

  /// sums_c = sums_c + sum_r x_rc.
  void addColumnSums(float[] x, int xo, int rows, int columns, float[] sums, int so);

  /// y_r = (x_r - mean_r) rstd_r gain + bias, biased variance; y may be x.
  ///
  /// `mean` and `rstd` `[rows]` are written for the backward pass. Empty gain or bias arrays
  /// (`length == 0`) stand for 1 and 0.
  void layerNorm(
      float[] x,
      int xo,
      float[] gain,
      int go,
      float[] bias,
      int bo,
      float epsilon,
      float[] y,
      int yo,
      float[] mean,
      int mo,
      float[] rstd,
      int ro,
      int rows,
      int columns);

  /// Adjoint of {@link #layerNorm}: adds to dx, dgain and dbias; empty arrays are left out.
  void layerNormBackward(
      float[] x,
      int xo,
      float[] gain,
      int go,
      float[] mean,
      int mo,
      float[] rstd,
      int ro,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      float[] dgain,
      int dgo,
      float[] dbias,
      int dbo,
      int rows,
      int columns);

  /// y_r = exp(x_r - max x_r) / sum, for each row; y may be x.
  void softmaxRows(float[] x, int xo, float[] y, int yo, int rows, int columns);

  /// x_r = softmax(factor x_r + bias_r + mask_r) for each row, in place: attention weights from logits.
  ///
  /// Rows of x are `ld` apart, those of bias and mask `columns`; empty arrays (`length == 0`) stand
  /// for 0. What lies between the columns and `ld` becomes 0.
  void softmaxLogits(
      float factor,
      float[] x,
      int xo,
      int ld,
      float[] bias,
      int bo,
      float[] mask,
      int mo,
      int rows,
      int columns);

  /// dx_r = dx_r + y_r (dy_r - y_r . dy_r), from the output y of the forward pass.
  void softmaxRowsBackward(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns);

  // ---- gather and sum over segments ----

  /// y_i = `x_index[i]`, rows of `columns` numbers, for i in [from, to) of the index array.
  void gatherRows(float[] x, int xo, int columns, int[] index, int from, int to, float[] y, int yo);

  /// `x_index[i] += y_i` in order of i, for i in [from, to) of the index array.
  void scatterAddRows(
      float[] y, int yo, int columns, int[] index, int from, int to, float[] x, int xo);

  /// y_s = sum of the rows x_i, `start[s] <= i < start[s + 1]`, in order of i.
  void segmentSum(
      float[] x, int xo, int columns, int[] start, int first, int segments, float[] y, int yo);

  // ---- matrix products; an element is summed over k in order, in blocks of fixed size ----

  /// Floats that {@link #packB} writes for a matrix of k rows and n columns.
  int packedSize(int k, int n);

  /// Columns that {@link #packB} makes of n: those beyond n are 0, and {@link #gemm} may be asked for
  /// them too, which it computes faster than a rest.
  int paddedColumns(int n);

  /// Packs B [k, n] for {@link #gemm}; `transposed` means that b holds [n, k].
  void packB(float[] b, int bo, int ldb, boolean transposed, int k, int n, float[] packed, int po);

  /// Floats of scratch memory for {@link #gemm} and {@link #gemmTransposed}.
  int scratchSize();

  /// C [m, n] = A [m, k] B, or C + A B; rows of C depend on the same row of A and on B alone.
  void gemm(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] packed,
      int po,
      float[] c,
      int co,
      int ldc,
      boolean accumulate,
      float[] scratch,
      int so);

  /// C `[m, n]` = A^T B, or C + A^T B, with A `[k, m]` and B `[k, n]`, rows `lda` and `ldb` apart:
  /// weight gradients.
  void gemmTransposed(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean accumulate,
      float[] scratch,
      int so);

  // ---- optimizer ----

  /// One AdamW update of n weights; see `Adam` for the formula.
  ///
  ///     m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2
  ///     p <- (1 - rate decay) p - rate (m / c1) / (sqrt(v / c2) + epsilon)
  void adamW(
      float[] p,
      int po,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo,
      int n,
      float gradientScale,
      float rate,
      float beta1,
      float beta2,
      float epsilon,
      float decay,
      float correction1,
      float correction2);
}
