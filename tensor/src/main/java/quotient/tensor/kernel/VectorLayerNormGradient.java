package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// The adjoint of {@link VectorLayerNorm}, two rows at a time: two sweeps over rows that stay in the
/// first cache, the gradients of gain and bias read and written once for both.
///
/// With z = x - mean, g = dy gain, a = mean g and q = rstd^2 mean (g z):
///
///     dx = dx + rstd (g - a - q z)      dgain = dgain + sum dy rstd z      dbias = dbias + sum dy
///
/// A row's numbers are computed by the same operations alone and in a pair, column sums in the order
/// of rows. See {@link Kernels#layerNormBackward} for the arguments; loops with sums are in
/// {@link NormLoops}.
final class VectorLayerNormGradient {
  private VectorLayerNormGradient() {}

  static void backward(
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
    boolean all = gain.length != 0 && dx.length != 0 && dgain.length != 0 && dbias.length != 0;
    boolean pairs = all && columns % L == 0;
    int r = 0;
    for (; pairs && r <= rows - 2; r += 2) {
      int at = r * columns;
      if (FMA) {
        NormLoops.backwardOfTwoRows(
            x, xo + at, gain, go, mean, mo + r, rstd, ro + r, dy, dyo + at, dx, dxo + at, dgain,
            dgo, dbias, dbo, columns);
      } else {
        PlainNormLoops.backwardOfTwoRows(
            x, xo + at, gain, go, mean, mo + r, rstd, ro + r, dy, dyo + at, dx, dxo + at, dgain,
            dgo, dbias, dbo, columns);
      }
    }
    for (; r < rows; r++) {
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

  /// -q from the sum of g z.
  static float slope(float rstd, float product, int n) {
    return -(rstd * (rstd * product / n));
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
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector normal = FloatVector.fromArray(F, x, xo + i).sub(mean).mul(rstd);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector old = FloatVector.fromArray(F, dgain, dgo + i);
      FloatVector sum = FMA ? normal.fma(d, old) : normal.mul(d).add(old);
      sum.intoArray(dgain, dgo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector normal = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean).mul(rstd);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + bound, rest);
      FloatVector old = FloatVector.fromArray(F, dgain, dgo + bound, rest);
      FloatVector sum = FMA ? normal.fma(d, old) : normal.mul(d).add(old);
      sum.intoArray(dgain, dgo + bound, rest);
    }
  }

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
    if (gain.length == 0 && FMA) {
      NormLoops.addInputGradient(x, xo, mean, rstd, dy, dyo, dx, dxo, n);
    } else if (gain.length == 0) {
      PlainNormLoops.addInputGradient(x, xo, mean, rstd, dy, dyo, dx, dxo, n);
    } else if (FMA) {
      NormLoops.addInputGradient(x, xo, gain, go, mean, rstd, dy, dyo, dx, dxo, n);
    } else {
      PlainNormLoops.addInputGradient(x, xo, gain, go, mean, rstd, dy, dyo, dx, dxo, n);
    }
  }
}
