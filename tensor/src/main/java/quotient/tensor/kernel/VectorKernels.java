package quotient.tensor.kernel;

/// The kernels with the Vector API; the loops stand in one file per topic.
///
/// Loading this class needs module `jdk.incubator.vector`; {@link KernelProvider} asks first.
final class VectorKernels implements Kernels {
  /// Fails if the width that was asked for is wider than the machine's vectors.
  VectorKernels() {
    if (Lanes.L < 4) {
      throw new IllegalStateException(
          "vectors of this machine have " + Lanes.L + " floats; need 4 or more");
    }
  }

  @Override
  public String name() {
    return "vector" + 32 * Lanes.L + (Lanes.FMA ? "" : "-nofma");
  }

  @Override
  public int lanes() {
    return Lanes.L;
  }

  @Override
  public void add(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    VectorElementwise.add(x, xo, y, yo, z, zo, n);
  }

  @Override
  public void subtract(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    VectorElementwise.subtract(x, xo, y, yo, z, zo, n);
  }

  @Override
  public void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    VectorElementwise.multiply(x, xo, y, yo, z, zo, n);
  }

  @Override
  public void multiplyAdd(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    VectorElementwise.multiplyAdd(x, xo, y, yo, z, zo, n);
  }

  @Override
  public void axpy(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.axpy(alpha, x, xo, y, yo, n);
  }

  @Override
  public void addScaledDifference(
      float alpha, float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    VectorElementwise.addScaledDifference(alpha, x, xo, y, yo, z, zo, n);
  }

  @Override
  public void scale(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.scale(alpha, x, xo, y, yo, n);
  }

  @Override
  public void exp(float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.exp(x, xo, y, yo, n);
  }

  @Override
  public void log(float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.log(x, xo, y, yo, n);
  }

  @Override
  public void sin(float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.sin(x, xo, y, yo, n);
  }

  @Override
  public void cos(float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.cos(x, xo, y, yo, n);
  }

  @Override
  public void tanh(float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.tanh(x, xo, y, yo, n);
  }

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.sigmoid(x, xo, y, yo, n);
  }

  @Override
  public void silu(float[] x, int xo, float[] y, int yo, int n) {
    VectorElementwise.silu(x, xo, y, yo, n);
  }

  @Override
  public void tanhBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    VectorElementwise.tanhBackward(y, yo, dy, dyo, dx, dxo, n);
  }

  @Override
  public void sigmoidBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    VectorElementwise.sigmoidBackward(y, yo, dy, dyo, dx, dxo, n);
  }

  @Override
  public void siluBackward(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    VectorElementwise.siluBackward(x, xo, dy, dyo, dx, dxo, n);
  }

  @Override
  public void swiGlu(float[] x, int xo, float[] y, int yo, int rows, int half) {
    VectorElementwise.swiGlu(x, xo, y, yo, rows, half);
  }

  @Override
  public void swiGluBackward(
      float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int rows, int half) {
    VectorElementwise.swiGluBackward(x, xo, dy, dyo, dx, dxo, rows, half);
  }

  @Override
  public double sum(float[] x, int xo, int n) {
    return VectorRows.sum(x, xo, n);
  }

  @Override
  public double dot(float[] x, int xo, float[] y, int yo, int n) {
    return VectorRows.dot(x, xo, y, yo, n);
  }

  @Override
  public double squaredDistance(float[] x, int xo, float[] y, int yo, int n) {
    return VectorRows.squaredDistance(x, xo, y, yo, n);
  }

  @Override
  public void addRow(
      float[] x, int xo, float[] bias, int bo, float[] y, int yo, int rows, int columns) {
    VectorRows.addRow(x, xo, bias, bo, y, yo, rows, columns);
  }

  @Override
  public void addColumnSums(float[] x, int xo, int rows, int columns, float[] sums, int so) {
    VectorRows.addColumnSums(x, xo, rows, columns, sums, so);
  }

  @Override
  public void layerNorm(
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
      int columns) {
    VectorLayerNorm.forward(
        x, xo, gain, go, bias, bo, epsilon, y, yo, mean, mo, rstd, ro, rows, columns);
  }

  @Override
  public void layerNormBackward(
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
      int columns) {
    VectorLayerNormGradient.backward(
        x, xo, gain, go, mean, mo, rstd, ro, dy, dyo, dx, dxo, dgain, dgo, dbias, dbo, rows,
        columns);
  }

  @Override
  public void softmaxRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    VectorRows.softmaxRows(x, xo, y, yo, rows, columns);
  }

  @Override
  public void softmaxLogits(
      float factor,
      float[] x,
      int xo,
      int ld,
      float[] bias,
      int bo,
      float[] mask,
      int mo,
      int rows,
      int columns) {
    VectorLogits.softmax(factor, x, xo, ld, bias, bo, mask, mo, rows, columns);
  }

  @Override
  public void softmaxRowsBackward(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns) {
    VectorRows.softmaxRowsBackward(y, yo, dy, dyo, dx, dxo, rows, columns);
  }

  @Override
  public void gatherRows(
      float[] x, int xo, int columns, int[] index, int from, int to, float[] y, int yo) {
    VectorRows.gatherRows(x, xo, columns, index, from, to, y, yo);
  }

  @Override
  public void scatterAddRows(
      float[] y, int yo, int columns, int[] index, int from, int to, float[] x, int xo) {
    VectorRows.scatterAddRows(y, yo, columns, index, from, to, x, xo);
  }

  @Override
  public void segmentSum(
      float[] x, int xo, int columns, int[] start, int first, int segments, float[] y, int yo) {
    VectorRows.segmentSum(x, xo, columns, start, first, segments, y, yo);
  }

  @Override
  public int packedSize(int k, int n) {
    return VectorGemm.packedSize(k, n);
  }

  @Override
  public int paddedColumns(int n) {
    return VectorGemm.roundUp(n);
  }

  @Override
  public void packB(
      float[] b, int bo, int ldb, boolean transposed, int k, int n, float[] packed, int po) {
    VectorGemm.packB(b, bo, ldb, transposed, k, n, packed, po);
  }

  @Override
  public int scratchSize() {
    return VectorGemm.scratchSize();
  }

  @Override
  public void gemm(
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
      int so) {
    VectorGemm.gemm(m, n, k, a, ao, lda, packed, po, c, co, ldc, accumulate, scratch, so);
  }

  @Override
  public void gemmTransposed(
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
      int so) {
    VectorGemm.gemmTransposed(m, n, k, a, ao, lda, b, bo, ldb, c, co, ldc, accumulate, scratch, so);
  }

  @Override
  public void adamW(
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
      float correction2) {
    VectorElementwise.adamW(
        p,
        po,
        g,
        go,
        m,
        mo,
        v,
        vo,
        n,
        gradientScale,
        rate,
        beta1,
        beta2,
        epsilon,
        decay,
        correction1,
        correction2);
  }
}
