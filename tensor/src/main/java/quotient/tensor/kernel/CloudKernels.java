package quotient.tensor.kernel;

/// Moments and affine maps of clouds of points in R^3: sums in double, maps in float.
///
/// Cloud c is the range `[start[c], start[c + 1])` of a `float[]`, xyz interleaved; an empty one is
/// passed over. Each method does the clouds `first <= c < last`, whose sums and coefficients are the
/// rows `row`, `row + 1`, ... of scratch arrays. With p' = (y, z, x) and p'' = (z, x, y) for a point p = (x, y, z),
/// everything is element-wise on triples, so that a vector holds whole points. Results of a cloud
/// depend on that cloud alone. No checks, no allocation.
public interface CloudKernels {
  /// Length of a row of sums: five triples, and what the last vector store touches behind them.
  int SUMS = 20;

  /// Length of a row of coefficients: five triples, and what the last vector load touches.
  int COEFFICIENTS = 28;

  /// Numbers of scratch per matrix of {@link #bestRotations}.
  int ROTATION_SCRATCH = 14;

  /// Doubles in a vector; 1 for plain loops.
  int lanes();

  /// With m the mean: sums = (m, sum (x - m) * (x - m), sum (x - m) * (x - m)').
  void moments(float[] x, int[] start, int first, int last, double[] sums, int row);

  /// The three triples of {@link #moments}, then (u, sum (x - m) * (v - u)' - (x - m)' * (v - u)) with
  /// the mean u of v: the angular momentum in the order (z, x, y).
  void momentsAndMomentum(
      float[] x, float[] v, int[] start, int first, int last, double[] sums, int row);

  /// With the means m and k: sums = (m, k, then the sums of (x - m) * (y - k), (x - m) * (y - k)' and
  /// (x - m) * (y - k)'').
  void crossMoments(float[] x, float[] y, int[] start, int first, int last, double[] sums, int row);

  /// out = a * (x - m) + b * (x - m)' + c * (x - m)'' + d in float, with the coefficients
  /// (a, b, c, m, d); out may be x.
  ///
  /// Clouds whose first coefficient is NaN are passed over.
  void transform(
      float[] x, float[] out, int[] start, int first, int last, float[] coefficients, int row);

  /// out = v + b * (x - m)' + c * (x - m)'' + d in float, with the coefficients (a, b, c, m, d); out
  /// may be v.
  ///
  /// Clouds whose first coefficient is NaN are passed over.
  void addTransform(
      float[] x,
      float[] v,
      float[] out,
      int[] start,
      int first,
      int last,
      float[] coefficients,
      int row);

  /// The proper rotations R that maximise tr(R H) for n matrices H at once, after
  /// {@link quotient.tensor.linalg.BestRotation3}, rounded to float.
  ///
  ///     h, r: entry k of matrix i at [k * stride + i], k = 0..8 row-major, i < n <= stride
  ///     scratch: [ROTATION_SCRATCH * stride];   stride: a multiple of 8
  ///
  /// Whole vectors are read and written, so what stands behind n is lost. `r[i]` is NaN where the
  /// conditioning is below `least`. The same bits in every kernel set.
  void bestRotations(double[] h, float[] r, double[] scratch, int stride, int n, double least);
}
