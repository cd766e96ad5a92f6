package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;
import static quotient.tensor.kernel.Lanes.fma;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Element-wise loops: whole vectors, then one masked step for the rest.
///
/// Loops that call a larger function of {@link VectorFunctions} mask every step instead: then there
/// is one call, as frequent as the loop. A second call, rare when the compiler looks (short rows
/// first, long ones later), would stay a real call for ever, and vectors would go through the heap.
///
/// See {@link Kernels} for what each computes. An element depends on its own arguments alone.
final class VectorElementwise {
  private VectorElementwise() {}

  static void add(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      FloatVector b = FloatVector.fromArray(F, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector b = FloatVector.fromArray(F, y, yo + i, m);
      a.add(b).intoArray(z, zo + i, m);
    }
  }

  static void subtract(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      FloatVector b = FloatVector.fromArray(F, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector b = FloatVector.fromArray(F, y, yo + i, m);
      a.sub(b).intoArray(z, zo + i, m);
    }
  }

  static void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      FloatVector b = FloatVector.fromArray(F, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector b = FloatVector.fromArray(F, y, yo + i, m);
      a.mul(b).intoArray(z, zo + i, m);
    }
  }

  static void multiplyAdd(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      FloatVector b = FloatVector.fromArray(F, y, yo + i);
      FloatVector c = FloatVector.fromArray(F, z, zo + i);
      fma(a, b, c).intoArray(z, zo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector b = FloatVector.fromArray(F, y, yo + i, m);
      FloatVector c = FloatVector.fromArray(F, z, zo + i, m);
      fma(a, b, c).intoArray(z, zo + i, m);
    }
  }

  static void axpy(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    FloatVector factor = FloatVector.broadcast(F, alpha);
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      FloatVector b = FloatVector.fromArray(F, y, yo + i);
      fma(a, factor, b).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector b = FloatVector.fromArray(F, y, yo + i, m);
      fma(a, factor, b).intoArray(y, yo + i, m);
    }
  }

  static void scale(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    FloatVector factor = FloatVector.broadcast(F, alpha);
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      a.mul(factor).intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      a.mul(factor).intoArray(y, yo + i, m);
    }
  }

  static void exp(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      VectorFunctions.exp(a).intoArray(y, yo + i, m);
    }
  }

  static void log(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      VectorFunctions.log(a).intoArray(y, yo + i, m);
    }
  }

  static void tanh(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      VectorFunctions.tanh(a).intoArray(y, yo + i, m);
    }
  }

  static void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      VectorFunctions.sigmoid(a).intoArray(y, yo + i, m);
    }
  }

  static void silu(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      VectorFunctions.silu(a).intoArray(y, yo + i, m);
    }
  }

  static void tanhBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, y, yo + i);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i);
      fma(d, fma(a.neg(), a, 1f), g).intoArray(dx, dxo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, y, yo + i, m);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i, m);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i, m);
      fma(d, fma(a.neg(), a, 1f), g).intoArray(dx, dxo + i, m);
    }
  }

  static void sigmoidBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, y, yo + i);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i);
      fma(d, fma(a.neg(), a, a), g).intoArray(dx, dxo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, y, yo + i, m);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i, m);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i, m);
      fma(d, fma(a.neg(), a, a), g).intoArray(dx, dxo + i, m);
    }
  }

  static void siluBackward(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i, m);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i, m);
      FloatVector slope = siluDerivative(a);
      FloatVector sum = FMA ? d.fma(slope, g) : d.mul(slope).add(g);
      sum.intoArray(dx, dxo + i, m);
    }
  }

  /// s (1 + x (1 - s)) with s = sigmoid(x).
  private static FloatVector siluDerivative(FloatVector x) {
    FloatVector s = VectorFunctions.sigmoid(x);
    FloatVector t = FMA ? s.neg().fma(x, x) : x.sub(s.mul(x));
    return FMA ? t.fma(s, s) : t.mul(s).add(s);
  }

  static void swiGlu(float[] x, int xo, float[] y, int yo, int rows, int half) {
    for (int r = 0; r < rows; r++) {
      int value = xo + 2 * r * half;
      int gate = value + half;
      int to = yo + r * half;
      for (int i = 0; i < half; i += L) {
        VectorMask<Float> m = first(Math.min(L, half - i));
        FloatVector g = FloatVector.fromArray(F, x, gate + i, m);
        FloatVector v = FloatVector.fromArray(F, x, value + i, m);
        v.mul(VectorFunctions.silu(g)).intoArray(y, to + i, m);
      }
    }
  }

  static void swiGluBackward(
      float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int rows, int half) {
    for (int r = 0; r < rows; r++) {
      int value = 2 * r * half;
      int gate = value + half;
      for (int i = 0; i < half; i += L) {
        VectorMask<Float> m = first(Math.min(L, half - i));
        FloatVector g = FloatVector.fromArray(F, x, xo + gate + i, m);
        FloatVector v = FloatVector.fromArray(F, x, xo + value + i, m);
        FloatVector d = FloatVector.fromArray(F, dy, dyo + r * half + i, m);
        FloatVector s = VectorFunctions.sigmoid(g);
        FloatVector t = FMA ? s.neg().fma(g, g) : g.sub(s.mul(g));
        FloatVector slope = FMA ? t.fma(s, s) : t.mul(s).add(s);
        FloatVector dv = FloatVector.fromArray(F, dx, dxo + value + i, m);
        FloatVector dg = FloatVector.fromArray(F, dx, dxo + gate + i, m);
        FloatVector byValue = g.mul(s);
        FloatVector byGate = v.mul(slope);
        dv = FMA ? d.fma(byValue, dv) : d.mul(byValue).add(dv);
        dg = FMA ? d.fma(byGate, dg) : d.mul(byGate).add(dg);
        dv.intoArray(dx, dxo + value + i, m);
        dg.intoArray(dx, dxo + gate + i, m);
      }
    }
  }

  static void sin(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      VectorMask<Float> large = a.abs().compare(VectorOperators.GT, VectorFunctions.LARGEST_ANGLE);
      VectorFunctions.sin(a).intoArray(y, yo + i, m.andNot(large));
      if (large.anyTrue()) {
        for (int j = i; j < Math.min(n, i + L); j++) {
          if (Math.abs(x[xo + j]) > VectorFunctions.LARGEST_ANGLE) {
            y[yo + j] = (float) StrictMath.sin(x[xo + j]);
          }
        }
      }
    }
  }

  static void cos(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> m = first(Math.min(L, n - i));
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      VectorMask<Float> large = a.abs().compare(VectorOperators.GT, VectorFunctions.LARGEST_ANGLE);
      VectorFunctions.cos(a).intoArray(y, yo + i, m.andNot(large));
      if (large.anyTrue()) {
        for (int j = i; j < Math.min(n, i + L); j++) {
          if (Math.abs(x[xo + j]) > VectorFunctions.LARGEST_ANGLE) {
            y[yo + j] = (float) StrictMath.cos(x[xo + j]);
          }
        }
      }
    }
  }

  static void adamW(
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
    float keep = 1 - rate * decay;
    float step = rate / correction1;
    float second = 1 / correction2;
    for (int i = 0; i < n; i += L) {
      VectorMask<Float> mask = first(Math.min(L, n - i));
      FloatVector gradient = FloatVector.fromArray(F, g, go + i, mask).mul(gradientScale);
      FloatVector m1 = FloatVector.fromArray(F, m, mo + i, mask);
      FloatVector v1 = FloatVector.fromArray(F, v, vo + i, mask);
      m1 = fma(gradient, 1 - beta1, m1.mul(beta1));
      v1 = fma(gradient.mul(gradient), 1 - beta2, v1.mul(beta2));
      m1.intoArray(m, mo + i, mask);
      v1.intoArray(v, vo + i, mask);
      FloatVector root = v1.mul(second).sqrt().add(epsilon);
      FloatVector weight = FloatVector.fromArray(F, p, po + i, mask).mul(keep);
      weight.sub(m1.mul(step).div(root)).intoArray(p, po + i, mask);
    }
  }
}
