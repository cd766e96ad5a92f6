package quotient.tensor.kernel;

import java.util.Arrays;

/// Plain loops: the fallback without the Vector API, and the readable definition of every kernel.
///
/// Transcendental functions go through `StrictMath` in double, so the bits are the same everywhere.
public final class ScalarKernels implements Kernels {
  private static final int BLOCK = 256;

  /// Sums of squared differences side by side, and the numbers they take before they are folded.
  static final int STRANDS = 16;

  static final int STRAND_BLOCK = 1024;

  /// Where the logistic function is 0 or 1 in double.
  private static final double FLAT = 800;

  /// Angles beyond are left to `StrictMath`.
  private static final double LARGE_ANGLE = 8192;

  private static final double HALF_PI_HIGH = 0x1.921fb544p0;

  /// pi / 2 less its first part, rounded to a double.
  private static final double HALF_PI_LOW = 0x1.0b4611a626331p-34;

  /// The scalar kernel set; it has no state.
  public ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void add(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i] + y[yo + i];
    }
  }

  @Override
  public void subtract(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i] - y[yo + i];
    }
  }

  @Override
  public void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i] * y[yo + i];
    }
  }

  @Override
  public void multiplyAdd(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] += x[xo + i] * y[yo + i];
    }
  }

  @Override
  public void axpy(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] += alpha * x[xo + i];
    }
  }

  @Override
  public void addScaledDifference(
      float alpha, float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] += alpha * (x[xo + i] - y[yo + i]);
    }
  }

  @Override
  public void scale(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = alpha * x[xo + i];
    }
  }

  @Override
  public void exp(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) StrictMath.exp(x[xo + i]);
    }
  }

  @Override
  public void log(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) StrictMath.log(x[xo + i]);
    }
  }

  @Override
  public void sin(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) turned(x[xo + i], 0);
    }
  }

  @Override
  public void cos(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) turned(x[xo + i], 1);
    }
  }

  /// sin(x + quarters pi / 2). `StrictMath` makes an array for every angle beyond pi / 4, so angles up
  /// to LARGE_ANGLE are brought there first; with HALF_PI in two parts the product of the first, of 33
  /// bits, with a whole number up to 2^20 is exact.
  private static double turned(double x, int quarters) {
    if (!(Math.abs(x) <= LARGE_ANGLE)) {
      return quarters == 0 ? StrictMath.sin(x) : StrictMath.cos(x);
    }
    double turns = Math.rint(x * (2 / Math.PI));
    double rest = turns == 0 ? x : x - turns * HALF_PI_HIGH - turns * HALF_PI_LOW;
    int quadrant = ((int) turns + quarters) & 3;
    double value = (quadrant & 1) == 0 ? StrictMath.sin(rest) : StrictMath.cos(rest);
    return quadrant < 2 ? value : -value;
  }

  @Override
  public void tanh(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) StrictMath.tanh(x[xo + i]);
    }
  }

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) sigmoid(x[xo + i]);
    }
  }

  @Override
  public void silu(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = (float) silu(x[xo + i]);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }

  /// x sigmoid(x), also at minus infinity.
  static double silu(double x) {
    return Math.max(x, -FLAT) * sigmoid(x);
  }

  /// The derivative of {@link #silu}, also at infinities.
  static double siluSlope(double x) {
    double s = sigmoid(x);
    return s * (1 + Math.clamp(x, -FLAT, FLAT) * (1 - s));
  }

  @Override
  public void tanhBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      float v = y[yo + i];
      dx[dxo + i] += dy[dyo + i] * (1 - v * v);
    }
  }

  @Override
  public void sigmoidBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      float v = y[yo + i];
      dx[dxo + i] += dy[dyo + i] * (v * (1 - v));
    }
  }

  @Override
  public void siluBackward(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] += (float) (dy[dyo + i] * siluSlope(x[xo + i]));
    }
  }

  @Override
  public void swiGlu(float[] x, int xo, float[] y, int yo, int rows, int half) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < half; c++) {
        float value = x[xo + 2 * r * half + c];
        float gate = x[xo + (2 * r + 1) * half + c];
        y[yo + r * half + c] = (float) (value * silu(gate));
      }
    }
  }

  @Override
  public void swiGluBackward(
      float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int rows, int half) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < half; c++) {
        int value = 2 * r * half + c;
        int gate = value + half;
        double g = x[xo + gate];
        float d = dy[dyo + r * half + c];
        dx[dxo + value] += (float) (d * silu(g));
        dx[dxo + gate] += (float) (d * (x[xo + value] * siluSlope(g)));
      }
    }
  }

  @Override
  public double sum(float[] x, int xo, int n) {
    double total = 0;
    for (int block = 0; block < n; block += BLOCK) {
      double part = 0;
      for (int i = block; i < Math.min(n, block + BLOCK); i++) {
        part += x[xo + i];
      }
      total += part;
    }
    return total;
  }

  @Override
  public double dot(float[] x, int xo, float[] y, int yo, int n) {
    double total = 0;
    for (int block = 0; block < n; block += BLOCK) {
      double part = 0;
      for (int i = block; i < Math.min(n, block + BLOCK); i++) {
        part += (double) x[xo + i] * y[yo + i];
      }
      total += part;
    }
    return total;
  }

  @Override
  public double squaredDistance(float[] x, int xo, float[] y, int yo, int n) {
    double total = 0;
    int bound = n - n % STRANDS;
    for (int block = 0; block < bound; block += STRAND_BLOCK) {
      int size = Math.min(STRAND_BLOCK, bound - block);
      total += strands(x, xo + block, y, yo + block, size, 1);
    }
    for (int i = bound; i < n; i++) {
      float d = x[xo + i] - y[yo + i];
      total += d * d;
    }
    return total;
  }

  /// The sum of every `step`-th squared difference, by halves down to single strands.
  private static float strands(float[] x, int xo, float[] y, int yo, int n, int step) {
    if (step < STRANDS) {
      return strands(x, xo, y, yo, n, 2 * step)
          + strands(x, xo + step, y, yo + step, n - step, 2 * step);
    }
    float sum = 0;
    for (int i = 0; i < n; i += STRANDS) {
      float d = x[xo + i] - y[yo + i];
      sum += d * d;
    }
    return sum;
  }

  @Override
  public void addRow(
      float[] x, int xo, float[] bias, int bo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      add(x, xo + r * columns, bias, bo, y, yo + r * columns, columns);
    }
  }

  @Override
  public void addColumnSums(float[] x, int xo, int rows, int columns, float[] sums, int so) {
    for (int r = 0; r < rows; r++) {
      axpy(1, x, xo + r * columns, sums, so, columns);
    }
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
    for (int r = 0; r < rows; r++) {
      int at = xo + r * columns;
      double m = sum(x, at, columns) / columns;
      double variance = 0;
      for (int c = 0; c < columns; c++) {
        double d = x[at + c] - m;
        variance += d * d;
      }
      double s = 1 / Math.sqrt(variance / columns + epsilon);
      mean[mo + r] = (float) m;
      rstd[ro + r] = (float) s;
      for (int c = 0; c < columns; c++) {
        float normal = (float) ((x[at + c] - m) * s);
        float scaled = gain.length == 0 ? normal : normal * gain[go + c];
        y[yo + r * columns + c] = bias.length == 0 ? scaled : scaled + bias[bo + c];
      }
    }
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
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      double m = mean[mo + r];
      double s = rstd[ro + r];
      double sumG = 0;
      double sumGx = 0;
      for (int c = 0; c < columns; c++) {
        double d = dy[dyo + at + c];
        double normal = (x[xo + at + c] - m) * s;
        double g = gain.length == 0 ? d : d * gain[go + c];
        sumG += g;
        sumGx += g * normal;
        if (dgain.length > 0) {
          dgain[dgo + c] += (float) (d * normal);
        }
        if (dbias.length > 0) {
          dbias[dbo + c] += (float) d;
        }
      }
      if (dx.length == 0) {
        continue;
      }
      for (int c = 0; c < columns; c++) {
        double d = dy[dyo + at + c];
        double normal = (x[xo + at + c] - m) * s;
        double g = gain.length == 0 ? d : d * gain[go + c];
        dx[dxo + at + c] += (float) (s * (g - sumG / columns - normal * sumGx / columns));
      }
    }
  }

  @Override
  public void softmaxRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      float max = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < columns; c++) {
        max = Math.max(max, x[xo + at + c]);
      }
      double total = 0;
      for (int c = 0; c < columns; c++) {
        float e = (float) StrictMath.exp(x[xo + at + c] - max);
        y[yo + at + c] = e;
        total += e;
      }
      scale((float) (1 / total), y, yo + at, y, yo + at, columns);
    }
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
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      for (int c = 0; c < columns; c++) {
        float b = bias.length > 0 ? bias[bo + r * columns + c] : 0;
        float m = mask.length > 0 ? mask[mo + r * columns + c] : 0;
        x[at + c] = factor * x[at + c] + b + m;
      }
      softmaxRows(x, at, x, at, 1, columns);
      Arrays.fill(x, at + columns, at + ld, 0f);
    }
  }

  @Override
  public void softmaxRowsBackward(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      float inner = (float) dot(y, yo + at, dy, dyo + at, columns);
      for (int c = at; c < at + columns; c++) {
        dx[dxo + c] += y[yo + c] * (dy[dyo + c] - inner);
      }
    }
  }

  @Override
  public void gatherRows(
      float[] x, int xo, int columns, int[] index, int from, int to, float[] y, int yo) {
    for (int i = from; i < to; i++) {
      System.arraycopy(x, xo + index[i] * columns, y, yo + (i - from) * columns, columns);
    }
  }

  @Override
  public void scatterAddRows(
      float[] y, int yo, int columns, int[] index, int from, int to, float[] x, int xo) {
    for (int i = from; i < to; i++) {
      axpy(1, y, yo + (i - from) * columns, x, xo + index[i] * columns, columns);
    }
  }

  @Override
  public void segmentSum(
      float[] x, int xo, int columns, int[] start, int first, int segments, float[] y, int yo) {
    for (int s = 0; s < segments; s++) {
      for (int c = 0; c < columns; c++) {
        y[yo + s * columns + c] = 0;
      }
      for (int i = start[first + s]; i < start[first + s + 1]; i++) {
        axpy(1, x, xo + i * columns, y, yo + s * columns, columns);
      }
    }
  }

  @Override
  public int packedSize(int k, int n) {
    return k * n;
  }

  @Override
  public int paddedColumns(int n) {
    return n;
  }

  @Override
  public void packB(
      float[] b, int bo, int ldb, boolean transposed, int k, int n, float[] packed, int po) {
    for (int p = 0; p < k; p++) {
      for (int j = 0; j < n; j++) {
        packed[po + p * n + j] = transposed ? b[bo + j * ldb + p] : b[bo + p * ldb + j];
      }
    }
  }

  /// Row i of C collects multiples of the rows of B, four at a time, in order of k.
  private static void product(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int rowStride,
      int columnStride,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    for (int i = 0; i < m; i++) {
      int row = co + i * ldc;
      int at = ao + i * rowStride;
      if (!accumulate) {
        Arrays.fill(c, row, row + n, 0f);
      }
      int p = 0;
      for (; p <= k - 4; p += 4) {
        float a0 = a[at + p * columnStride];
        float a1 = a[at + (p + 1) * columnStride];
        float a2 = a[at + (p + 2) * columnStride];
        float a3 = a[at + (p + 3) * columnStride];
        addFourRows(a0, a1, a2, a3, b, bo + p * ldb, ldb, n, c, row);
      }
      for (; p < k; p++) {
        float factor = a[at + p * columnStride];
        for (int j = 0; j < n; j++) {
          c[row + j] += factor * b[bo + p * ldb + j];
        }
      }
    }
  }

  private static void addFourRows(
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b,
      int bo,
      int ldb,
      int n,
      float[] c,
      int co) {
    int b1 = bo + ldb;
    int b2 = b1 + ldb;
    int b3 = b2 + ldb;
    for (int j = 0; j < n; j++) {
      float sum = c[co + j] + a0 * b[bo + j];
      sum += a1 * b[b1 + j];
      sum += a2 * b[b2 + j];
      c[co + j] = sum + a3 * b[b3 + j];
    }
  }

  @Override
  public int scratchSize() {
    return 0;
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
    product(m, n, k, a, ao, lda, 1, packed, po, n, c, co, ldc, accumulate);
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
    product(m, n, k, a, ao, 1, lda, b, bo, ldb, c, co, ldc, accumulate);
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
    for (int i = 0; i < n; i++) {
      float gradient = g[go + i] * gradientScale;
      float first = beta1 * m[mo + i] + (1 - beta1) * gradient;
      float second = beta2 * v[vo + i] + (1 - beta2) * (gradient * gradient);
      m[mo + i] = first;
      v[vo + i] = second;
      float step = first / correction1 / ((float) Math.sqrt(second / correction2) + epsilon);
      p[po + i] = p[po + i] * (1 - rate * decay) - rate * step;
    }
  }
}
