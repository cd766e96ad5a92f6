package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Layer norm of rows, four at a time: their sums do not wait for each other, and row parameters are
/// read a quarter as often.
///
///     y = (x - mean) rstd gain + bias        rstd = 1 / sqrt(mean (x - mean)^2 + epsilon)
///
/// A row's numbers are computed by the same operations alone and among four. See
/// {@link Kernels#layerNorm} for the arguments; loops with sums are in {@link NormLoops}.
final class VectorLayerNorm {
  private VectorLayerNorm() {}

  static void forward(
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
    boolean affine = gain.length != 0 && bias.length != 0;
    int whole = F.loopBound(columns);
    int r = 0;
    for (; r <= rows - 4; r += 4) {
      int at = xo + r * columns;
      if (FMA) {
        NormLoops.fourMeans(x, at, mean, mo + r, columns);
        NormLoops.fourDeviations(x, at, epsilon, mean, mo + r, rstd, ro + r, columns);
      } else {
        PlainNormLoops.fourMeans(x, at, mean, mo + r, columns);
        PlainNormLoops.fourDeviations(x, at, epsilon, mean, mo + r, rstd, ro + r, columns);
      }
      if (affine) {
        int to = yo + r * columns;
        fourRows(x, at, gain, go, bias, bo, y, to, mean, mo + r, rstd, ro + r, columns);
        for (int k = r; k < r + 4 && whole < columns; k++) {
          int from = k * columns + whole;
          rest(
              x,
              xo + from,
              mean[mo + k],
              rstd[ro + k],
              gain,
              go + whole,
              bias,
              bo + whole,
              y,
              yo + from,
              columns - whole);
        }
      } else {
        for (int k = r; k < r + 4; k++) {
          row(x, xo, gain, go, bias, bo, y, yo, mean[mo + k], rstd[ro + k], k * columns, columns);
        }
      }
    }
    for (; r < rows; r++) {
      int at = xo + r * columns;
      if (FMA) {
        NormLoops.mean(x, at, mean, mo + r, columns);
        NormLoops.deviation(x, at, epsilon, mean, mo + r, rstd, ro + r, columns);
      } else {
        PlainNormLoops.mean(x, at, mean, mo + r, columns);
        PlainNormLoops.deviation(x, at, epsilon, mean, mo + r, rstd, ro + r, columns);
      }
      row(x, xo, gain, go, bias, bo, y, yo, mean[mo + r], rstd[ro + r], r * columns, columns);
    }
  }

  /// rstd from the sum of squares of n numbers.
  static float reciprocalDeviation(float squares, int n, float epsilon) {
    return (float) (1 / Math.sqrt((double) (squares / n) + epsilon));
  }

  /// The row that begins at that distance from the offsets of x and y.
  private static void row(
      float[] x,
      int xo,
      float[] gain,
      int go,
      float[] bias,
      int bo,
      float[] y,
      int yo,
      float mean,
      float rstd,
      int at,
      int n) {
    if (gain.length != 0 && bias.length != 0) {
      normalize(x, xo + at, mean, rstd, gain, go, bias, bo, y, yo + at, n);
      return;
    }
    normalize(x, xo + at, mean, rstd, y, yo + at, n);
    if (gain.length != 0) {
      VectorElementwise.multiply(y, yo + at, gain, go, y, yo + at, n);
    }
    if (bias.length != 0) {
      VectorElementwise.add(y, yo + at, bias, bo, y, yo + at, n);
    }
  }

  private static void normalize(
      float[] x, int xo, float mean, float rstd, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      v.sub(mean).mul(rstd).intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      v.sub(mean).mul(rstd).intoArray(y, yo + bound, rest);
    }
  }

  private static void normalize(
      float[] x,
      int xo,
      float mean,
      float rstd,
      float[] gain,
      int go,
      float[] bias,
      int bo,
      float[] y,
      int yo,
      int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i).sub(mean).mul(rstd);
      FloatVector g = FloatVector.fromArray(F, gain, go + i);
      FloatVector b = FloatVector.fromArray(F, bias, bo + i);
      FloatVector sum = FMA ? v.fma(g, b) : v.mul(g).add(b);
      sum.intoArray(y, yo + i);
    }
    if (bound < n) {
      rest(x, xo + bound, mean, rstd, gain, go + bound, bias, bo + bound, y, yo + bound, n - bound);
    }
  }

  /// The last columns, fewer than a vector.
  private static void rest(
      float[] x,
      int xo,
      float mean,
      float rstd,
      float[] gain,
      int go,
      float[] bias,
      int bo,
      float[] y,
      int yo,
      int n) {
    VectorMask<Float> rest = first(n);
    FloatVector v = FloatVector.fromArray(F, x, xo, rest).sub(mean).mul(rstd);
    FloatVector g = FloatVector.fromArray(F, gain, go, rest);
    FloatVector b = FloatVector.fromArray(F, bias, bo, rest);
    FloatVector sum = FMA ? v.fma(g, b) : v.mul(g).add(b);
    sum.intoArray(y, yo, rest);
  }

  /// Whole vectors of four rows with gain and bias. Masked ones beside them are too much for HotSpot's first
  /// compiler, which may leave the method without the second: see `FirstCompilerTest`.
  private static void fourRows(
      float[] x,
      int xo,
      float[] gain,
      int go,
      float[] bias,
      int bo,
      float[] y,
      int yo,
      float[] mean,
      int mo,
      float[] rstd,
      int ro,
      int n) {
    FloatVector m0 = FloatVector.broadcast(F, mean[mo]);
    FloatVector m1 = FloatVector.broadcast(F, mean[mo + 1]);
    FloatVector m2 = FloatVector.broadcast(F, mean[mo + 2]);
    FloatVector m3 = FloatVector.broadcast(F, mean[mo + 3]);
    FloatVector s0 = FloatVector.broadcast(F, rstd[ro]);
    FloatVector s1 = FloatVector.broadcast(F, rstd[ro + 1]);
    FloatVector s2 = FloatVector.broadcast(F, rstd[ro + 2]);
    FloatVector s3 = FloatVector.broadcast(F, rstd[ro + 3]);
    int x1 = xo + n;
    int y1 = yo + n;
    int x2 = x1 + n;
    int y2 = y1 + n;
    int x3 = x2 + n;
    int y3 = y2 + n;
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector g = FloatVector.fromArray(F, gain, go + i);
      FloatVector b = FloatVector.fromArray(F, bias, bo + i);
      FloatVector v0 = FloatVector.fromArray(F, x, xo + i).sub(m0).mul(s0);
      FloatVector v1 = FloatVector.fromArray(F, x, x1 + i).sub(m1).mul(s1);
      FloatVector v2 = FloatVector.fromArray(F, x, x2 + i).sub(m2).mul(s2);
      FloatVector v3 = FloatVector.fromArray(F, x, x3 + i).sub(m3).mul(s3);
      v0 = FMA ? v0.fma(g, b) : v0.mul(g).add(b);
      v1 = FMA ? v1.fma(g, b) : v1.mul(g).add(b);
      v2 = FMA ? v2.fma(g, b) : v2.mul(g).add(b);
      v3 = FMA ? v3.fma(g, b) : v3.mul(g).add(b);
      v0.intoArray(y, yo + i);
      v1.intoArray(y, y1 + i);
      v2.intoArray(y, y2 + i);
      v3.intoArray(y, y3 + i);
    }
  }
}
