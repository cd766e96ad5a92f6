package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.L;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// {@link Kernels#softmaxLogits} with the Vector API.
///
/// Rows of at most two vectors, which are those of few tokens, stay in registers from the logits to the
/// weights; see {@link ExponentialLoops}.
final class VectorLogits {
  private VectorLogits() {}

  static void softmax(
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
    if (columns <= L && ld == 2 * L) {
      if (FMA) {
        ExponentialLoops.shortRows(factor, x, xo, ld, bias, bo, mask, mo, rows, columns);
      } else {
        PlainExponentialLoops.shortRows(factor, x, xo, ld, bias, bo, mask, mo, rows, columns);
      }
    } else if (columns <= 2 * L && ld == 2 * L) {
      if (FMA) {
        ExponentialLoops.longerRows(factor, x, xo, ld, bias, bo, mask, mo, rows, columns);
      } else {
        PlainExponentialLoops.longerRows(factor, x, xo, ld, bias, bo, mask, mo, rows, columns);
      }
    } else {
      for (int r = 0; r < rows; r++) {
        row(factor, x, xo + r * ld, bias, bo + r * columns, mask, mo + r * columns, columns);
        Arrays.fill(x, xo + r * ld + columns, xo + (r + 1) * ld, 0f);
      }
    }
  }

  private static void row(
      float factor, float[] x, int xo, float[] bias, int bo, float[] mask, int mo, int columns) {
    if (bias.length > 0) {
      addMultiple(factor, x, xo, bias, bo, columns);
    } else {
      VectorElementwise.scale(factor, x, xo, x, xo, columns);
    }
    if (mask.length > 0) {
      VectorElementwise.add(x, xo, mask, mo, x, xo, columns);
    }
    VectorRows.softmaxRows(x, xo, x, xo, 1, columns);
  }

  /// x = factor x + y.
  private static void addMultiple(float factor, float[] x, int xo, float[] y, int yo, int n) {
    FloatVector f = FloatVector.broadcast(F, factor);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector u = FloatVector.fromArray(F, x, xo + i);
      FloatVector v = FloatVector.fromArray(F, y, yo + i);
      FloatVector sum = FMA ? u.fma(f, v) : u.mul(f).add(v);
      sum.intoArray(x, xo + i);
    }
    for (int i = bound; i < n; i++) {
      x[xo + i] = FMA ? Math.fma(x[xo + i], factor, y[yo + i]) : x[xo + i] * factor + y[yo + i];
    }
  }
}
