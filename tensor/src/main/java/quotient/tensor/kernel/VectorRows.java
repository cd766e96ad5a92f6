package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;
import static quotient.tensor.kernel.Lanes.fma;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Reductions and row-wise loops; sums fold lanes in a fixed order of our own.
///
/// See {@link Kernels} for what each computes. A row's result depends on that row and the row
/// parameters alone.
final class VectorRows {
  /// Elements that are summed in float before they enter the double total.
  private static final int BLOCK = 1024;

  /// Rows whose column sums are formed in registers before they are added to the result.
  private static final int ROW_BLOCK = 128;

  private VectorRows() {}

  // ---- reductions ----

  static double sum(float[] x, int xo, int n) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total += shortSum(x, xo + i, Math.min(BLOCK, n - i));
    }
    return total;
  }

  static double dot(float[] x, int xo, float[] y, int yo, int n) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total += shortDot(x, xo + i, y, yo + i, Math.min(BLOCK, n - i));
    }
    return total;
  }

  /// A sum in four accumulators of vectors.
  private static float shortSum(float[] x, int xo, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      a = a.add(FloatVector.fromArray(F, x, xo + i));
      b = b.add(FloatVector.fromArray(F, x, xo + i + L));
      c = c.add(FloatVector.fromArray(F, x, xo + i + 2 * L));
      d = d.add(FloatVector.fromArray(F, x, xo + i + 3 * L));
    }
    for (; i <= n - L; i += L) {
      a = a.add(FloatVector.fromArray(F, x, xo + i));
    }
    if (i < n) {
      b = b.add(FloatVector.fromArray(F, x, xo + i, first(n - i)));
    }
    return Lanes.sum(a.add(b).add(c.add(d)));
  }

  private static float shortDot(float[] x, int xo, float[] y, int yo, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      a = fma(FloatVector.fromArray(F, x, xo + i), FloatVector.fromArray(F, y, yo + i), a);
      b = fma(FloatVector.fromArray(F, x, xo + i + L), FloatVector.fromArray(F, y, yo + i + L), b);
      c =
          fma(
              FloatVector.fromArray(F, x, xo + i + 2 * L),
              FloatVector.fromArray(F, y, yo + i + 2 * L),
              c);
      d =
          fma(
              FloatVector.fromArray(F, x, xo + i + 3 * L),
              FloatVector.fromArray(F, y, yo + i + 3 * L),
              d);
    }
    for (; i <= n - L; i += L) {
      a = fma(FloatVector.fromArray(F, x, xo + i), FloatVector.fromArray(F, y, yo + i), a);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      b = fma(FloatVector.fromArray(F, x, xo + i, m), FloatVector.fromArray(F, y, yo + i, m), b);
    }
    return Lanes.sum(a.add(b).add(c.add(d)));
  }

  /// sum (x - mean)^2.
  private static float squaredDistance(float[] x, int xo, int n, float mean) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - 2 * L; i += 2 * L) {
      FloatVector u = FloatVector.fromArray(F, x, xo + i).sub(mean);
      FloatVector v = FloatVector.fromArray(F, x, xo + i + L).sub(mean);
      a = fma(u, u, a);
      b = fma(v, v, b);
    }
    for (; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector u = FloatVector.fromArray(F, x, xo + i, m).sub(mean);
      u = FloatVector.zero(F).blend(u, m);
      a = fma(u, u, a);
    }
    return Lanes.sum(a.add(b));
  }

  // ---- bias ----

  static void addRow(
      float[] x, int xo, float[] bias, int bo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      VectorElementwise.add(x, xo + r * columns, bias, bo, y, yo + r * columns, columns);
    }
  }

  static void addColumnSums(float[] x, int xo, int rows, int columns, float[] sums, int so) {
    for (int from = 0; from < rows; from += ROW_BLOCK) {
      int count = Math.min(ROW_BLOCK, rows - from);
      int at = xo + from * columns;
      int c = 0;
      for (; c <= columns - 4 * L; c += 4 * L) {
        fourColumnSums(x, at + c, columns, count, sums, so + c);
      }
      for (; c < columns; c += L) {
        oneColumnSum(x, at + c, columns, count, sums, so + c, first(Math.min(L, columns - c)));
      }
    }
  }

  private static void fourColumnSums(float[] x, int xo, int ld, int rows, float[] sums, int so) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      a = a.add(FloatVector.fromArray(F, x, at));
      b = b.add(FloatVector.fromArray(F, x, at + L));
      c = c.add(FloatVector.fromArray(F, x, at + 2 * L));
      d = d.add(FloatVector.fromArray(F, x, at + 3 * L));
    }
    FloatVector.fromArray(F, sums, so).add(a).intoArray(sums, so);
    FloatVector.fromArray(F, sums, so + L).add(b).intoArray(sums, so + L);
    FloatVector.fromArray(F, sums, so + 2 * L).add(c).intoArray(sums, so + 2 * L);
    FloatVector.fromArray(F, sums, so + 3 * L).add(d).intoArray(sums, so + 3 * L);
  }

  private static void oneColumnSum(
      float[] x, int xo, int ld, int rows, float[] sums, int so, VectorMask<Float> m) {
    FloatVector a = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      a = a.add(FloatVector.fromArray(F, x, xo + r * ld, m));
    }
    FloatVector.fromArray(F, sums, so, m).add(a).intoArray(sums, so, m);
  }

  // ---- layer norm ----

  static void layerNorm(
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
      float m = shortSum(x, at, columns) / columns;
      float variance = squaredDistance(x, at, columns, m) / columns;
      float s = (float) (1 / Math.sqrt((double) variance + epsilon));
      mean[mo + r] = m;
      rstd[ro + r] = s;
      int to = yo + r * columns;
      if (gain.length == 0) {
        normalize(x, at, m, s, y, to, columns);
      } else {
        normalize(x, at, m, s, gain, go, y, to, columns);
      }
      if (bias.length != 0) {
        VectorElementwise.add(y, to, bias, bo, y, to, columns);
      }
    }
  }

  private static void normalize(
      float[] x, int xo, float mean, float rstd, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector.fromArray(F, x, xo + i).sub(mean).mul(rstd).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector.fromArray(F, x, xo + i, m).sub(mean).mul(rstd).intoArray(y, yo + i, m);
    }
  }

  private static void normalize(
      float[] x, int xo, float mean, float rstd, float[] gain, int go, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i).sub(mean).mul(rstd);
      v.mul(FloatVector.fromArray(F, gain, go + i)).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i, m).sub(mean).mul(rstd);
      v.mul(FloatVector.fromArray(F, gain, go + i, m)).intoArray(y, yo + i, m);
    }
  }

  static void layerNormBackward(
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
      float m = mean[mo + r];
      float s = rstd[ro + r];
      if (dgain.length != 0) {
        addGainGradient(x, xo + at, m, s, dy, dyo + at, dgain, dgo, columns);
      }
      if (dbias.length != 0) {
        VectorElementwise.add(dbias, dbo, dy, dyo + at, dbias, dbo, columns);
      }
      if (dx.length != 0) {
        addInputGradient(x, xo + at, gain, go, m, s, dy, dyo + at, dx, dxo + at, columns);
      }
    }
  }

  private static void addGainGradient(
      float[] x,
      int xo,
      float mean,
      float rstd,
      float[] dy,
      int dyo,
      float[] dgain,
      int dgo,
      int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector normal = FloatVector.fromArray(F, x, xo + i, m).sub(mean).mul(rstd);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i, m);
      fma(normal, d, FloatVector.fromArray(F, dgain, dgo + i, m)).intoArray(dgain, dgo + i, m);
    }
  }

  /// dx + s (g - mean g - normal mean (g normal)) with g = gain dy.
  private static void addInputGradient(
      float[] x,
      int xo,
      float[] gain,
      int go,
      float mean,
      float rstd,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n) {
    FloatVector sum = FloatVector.zero(F);
    FloatVector product = FloatVector.zero(F);
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i, m);
      if (gain.length != 0) {
        g = g.mul(FloatVector.fromArray(F, gain, go + i, m));
      }
      FloatVector normal = FloatVector.fromArray(F, x, xo + i, m).sub(mean).mul(rstd);
      sum = sum.add(g);
      product = fma(g, normal, product);
    }
    float a = Lanes.sum(sum) / n;
    float b = Lanes.sum(product) / n;
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i, m);
      if (gain.length != 0) {
        g = g.mul(FloatVector.fromArray(F, gain, go + i, m));
      }
      FloatVector normal = FloatVector.fromArray(F, x, xo + i, m).sub(mean).mul(rstd);
      FloatVector d = fma(normal, -b, g.sub(a));
      fma(d, rstd, FloatVector.fromArray(F, dx, dxo + i, m)).intoArray(dx, dxo + i, m);
    }
  }

  // ---- softmax ----

  static void softmaxRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = xo + r * columns;
      int to = yo + r * columns;
      exponentials(x, at, rowMax(x, at, columns), y, to, columns);
      VectorElementwise.scale(1 / rowSum(y, to, columns), y, to, y, to, columns);
    }
  }

  /// The largest number of a row. The last vector overlaps the one before: it may, here.
  private static float rowMax(float[] x, int xo, int n) {
    if (n < L) {
      return shortMax(x, xo, n);
    }
    FloatVector a = FloatVector.fromArray(F, x, xo);
    for (int i = L; i < n; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + Math.min(i, n - L));
      a = a.blend(v, v.compare(VectorOperators.GT, a));
    }
    return a.reduceLanes(VectorOperators.MAX);
  }

  private static float shortMax(float[] x, int xo, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[xo + i]);
    }
    return max;
  }

  /// y = exp(x - max).
  ///
  /// One masked loop that carries no vector from step to step: with a second exponential for the
  /// rest of the row, or a running sum, the second compiler may pass vectors through the heap (seen
  /// on JDK 25).
  private static void exponentials(float[] x, int xo, float max, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      VectorFunctions.expBelowOverflow(FloatVector.fromArray(F, x, xo + i, m).sub(max))
          .intoArray(y, yo + i, m);
    }
  }

  private static float rowSum(float[] y, int yo, int n) {
    FloatVector sum = FloatVector.zero(F);
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      sum = sum.add(FloatVector.fromArray(F, y, yo + i));
    }
    if (i < n) {
      sum = sum.add(FloatVector.fromArray(F, y, yo + i, first(n - i)));
    }
    return Lanes.sum(sum);
  }

  static void softmaxRowsBackward(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      float inner = shortDot(y, yo + at, dy, dyo + at, columns);
      int bound = F.loopBound(columns);
      int i = 0;
      for (; i < bound; i += L) {
        FloatVector p = FloatVector.fromArray(F, y, yo + at + i);
        FloatVector d = FloatVector.fromArray(F, dy, dyo + at + i).sub(inner);
        fma(p, d, FloatVector.fromArray(F, dx, dxo + at + i)).intoArray(dx, dxo + at + i);
      }
      if (i < columns) {
        VectorMask<Float> m = first(columns - i);
        FloatVector p = FloatVector.fromArray(F, y, yo + at + i, m);
        FloatVector d = FloatVector.fromArray(F, dy, dyo + at + i, m).sub(inner);
        fma(p, d, FloatVector.fromArray(F, dx, dxo + at + i, m)).intoArray(dx, dxo + at + i, m);
      }
    }
  }

  // ---- gather and sum over segments ----

  static void gatherRows(
      float[] x, int xo, int columns, int[] index, int from, int to, float[] y, int yo) {
    for (int i = from; i < to; i++) {
      System.arraycopy(x, xo + index[i] * columns, y, yo + (i - from) * columns, columns);
    }
  }

  static void scatterAddRows(
      float[] y, int yo, int columns, int[] index, int from, int to, float[] x, int xo) {
    for (int i = from; i < to; i++) {
      int at = xo + index[i] * columns;
      VectorElementwise.add(x, at, y, yo + (i - from) * columns, x, at, columns);
    }
  }

  static void segmentSum(
      float[] x,
      int xo,
      int columns,
      int[] start,
      int firstSegment,
      int segments,
      float[] y,
      int yo) {
    for (int s = 0; s < segments; s++) {
      int rows = start[firstSegment + s + 1] - start[firstSegment + s];
      int at = xo + start[firstSegment + s] * columns;
      int to = yo + s * columns;
      int c = 0;
      for (; c <= columns - 4 * L; c += 4 * L) {
        fourSums(x, at + c, columns, rows, y, to + c);
      }
      for (; c <= columns - L; c += L) {
        oneSum(x, at + c, columns, rows, y, to + c);
      }
      if (c < columns) {
        oneSum(x, at + c, columns, rows, y, to + c, first(columns - c));
      }
    }
  }

  private static void fourSums(float[] x, int xo, int ld, int rows, float[] y, int yo) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      a = a.add(FloatVector.fromArray(F, x, at));
      b = b.add(FloatVector.fromArray(F, x, at + L));
      c = c.add(FloatVector.fromArray(F, x, at + 2 * L));
      d = d.add(FloatVector.fromArray(F, x, at + 3 * L));
    }
    a.intoArray(y, yo);
    b.intoArray(y, yo + L);
    c.intoArray(y, yo + 2 * L);
    d.intoArray(y, yo + 3 * L);
  }

  private static void oneSum(float[] x, int xo, int ld, int rows, float[] y, int yo) {
    FloatVector a = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      a = a.add(FloatVector.fromArray(F, x, xo + r * ld));
    }
    a.intoArray(y, yo);
  }

  private static void oneSum(
      float[] x, int xo, int ld, int rows, float[] y, int yo, VectorMask<Float> m) {
    FloatVector a = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      a = a.add(FloatVector.fromArray(F, x, xo + r * ld, m));
    }
    a.intoArray(y, yo, m);
  }
}
