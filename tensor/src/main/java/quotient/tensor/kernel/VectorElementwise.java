package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Element-wise loops: whole vectors, then one masked step for the rest.
///
/// Loops of elementary functions are written by `FunctionWriter` (in the tests), see
/// {@link VectorFunctions}; here they are chosen by whether the processor multiplies and adds in one
/// instruction.
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
      FloatVector sum = FMA ? a.fma(b, c) : a.mul(b).add(c);
      sum.intoArray(z, zo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector b = FloatVector.fromArray(F, y, yo + i, m);
      FloatVector c = FloatVector.fromArray(F, z, zo + i, m);
      FloatVector sum = FMA ? a.fma(b, c) : a.mul(b).add(c);
      sum.intoArray(z, zo + i, m);
    }
  }

  static void axpy(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    FloatVector factor = FloatVector.broadcast(F, alpha);
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      FloatVector b = FloatVector.fromArray(F, y, yo + i);
      FloatVector sum = FMA ? a.fma(factor, b) : a.mul(factor).add(b);
      sum.intoArray(y, yo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector b = FloatVector.fromArray(F, y, yo + i, m);
      FloatVector sum = FMA ? a.fma(factor, b) : a.mul(factor).add(b);
      sum.intoArray(y, yo + i, m);
    }
  }

  static void addScaledDifference(
      float alpha, float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    FloatVector factor = FloatVector.broadcast(F, alpha);
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i).sub(FloatVector.fromArray(F, y, yo + i));
      FloatVector b = FloatVector.fromArray(F, z, zo + i);
      FloatVector sum = FMA ? a.fma(factor, b) : a.mul(factor).add(b);
      sum.intoArray(z, zo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector u = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector a = u.sub(FloatVector.fromArray(F, y, yo + i, m));
      FloatVector b = FloatVector.fromArray(F, z, zo + i, m);
      FloatVector sum = FMA ? a.fma(factor, b) : a.mul(factor).add(b);
      sum.intoArray(z, zo + i, m);
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

  static void tanhBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, y, yo + i);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i);
      FloatVector factor = a.neg();
      FloatVector other = FMA ? factor.fma(a, FloatVector.broadcast(F, 1f)) : factor.mul(a).add(1f);
      FloatVector sum = FMA ? d.fma(other, g) : d.mul(other).add(g);
      sum.intoArray(dx, dxo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, y, yo + i, m);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i, m);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i, m);
      FloatVector factor = a.neg();
      FloatVector other = FMA ? factor.fma(a, FloatVector.broadcast(F, 1f)) : factor.mul(a).add(1f);
      FloatVector sum = FMA ? d.fma(other, g) : d.mul(other).add(g);
      sum.intoArray(dx, dxo + i, m);
    }
  }

  static void sigmoidBackward(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = F.loopBound(n);
    int i = 0;
    for (; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, y, yo + i);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i);
      FloatVector factor = a.neg();
      FloatVector other = FMA ? factor.fma(a, a) : factor.mul(a).add(a);
      FloatVector sum = FMA ? d.fma(other, g) : d.mul(other).add(g);
      sum.intoArray(dx, dxo + i);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector a = FloatVector.fromArray(F, y, yo + i, m);
      FloatVector d = FloatVector.fromArray(F, dy, dyo + i, m);
      FloatVector g = FloatVector.fromArray(F, dx, dxo + i, m);
      FloatVector factor = a.neg();
      FloatVector other = FMA ? factor.fma(a, a) : factor.mul(a).add(a);
      FloatVector sum = FMA ? d.fma(other, g) : d.mul(other).add(g);
      sum.intoArray(dx, dxo + i, m);
    }
  }

  static void exp(float[] x, int xo, float[] y, int yo, int n) {
    if (FMA) {
      ExponentialLoops.exp(x, xo, y, yo, n);
    } else {
      PlainExponentialLoops.exp(x, xo, y, yo, n);
    }
  }

  static void log(float[] x, int xo, float[] y, int yo, int n) {
    if (FMA) {
      FunctionLoops.log(x, xo, y, yo, n);
    } else {
      PlainFunctionLoops.log(x, xo, y, yo, n);
    }
  }

  static void sin(float[] x, int xo, float[] y, int yo, int n) {
    if (FMA) {
      FunctionLoops.sin(x, xo, y, yo, n);
    } else {
      PlainFunctionLoops.sin(x, xo, y, yo, n);
    }
  }

  static void cos(float[] x, int xo, float[] y, int yo, int n) {
    if (FMA) {
      FunctionLoops.cos(x, xo, y, yo, n);
    } else {
      PlainFunctionLoops.cos(x, xo, y, yo, n);
    }
  }

  static void tanh(float[] x, int xo, float[] y, int yo, int n) {
    if (FMA) {
      FunctionLoops.tanh(x, xo, y, yo, n);
    } else {
      PlainFunctionLoops.tanh(x, xo, y, yo, n);
    }
  }

  static void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    if (FMA) {
      ExponentialLoops.sigmoid(x, xo, y, yo, n);
    } else {
      PlainExponentialLoops.sigmoid(x, xo, y, yo, n);
    }
  }

  static void silu(float[] x, int xo, float[] y, int yo, int n) {
    if (FMA) {
      ExponentialLoops.silu(x, xo, y, yo, n);
    } else {
      PlainExponentialLoops.silu(x, xo, y, yo, n);
    }
  }

  static void siluBackward(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    if (FMA) {
      ExponentialLoops.siluBackward(x, xo, dy, dyo, dx, dxo, n);
    } else {
      PlainExponentialLoops.siluBackward(x, xo, dy, dyo, dx, dxo, n);
    }
  }

  static void siluWithSlope(float[] x, int xo, float[] y, int yo, float[] slope, int so, int n) {
    if (FMA) {
      ExponentialLoops.siluWithSlope(x, xo, y, yo, slope, so, n);
    } else {
      PlainExponentialLoops.siluWithSlope(x, xo, y, yo, slope, so, n);
    }
  }

  static void swiGlu(float[] x, int xo, float[] y, int yo, int rows, int half) {
    for (int r = 0; r < rows; r++) {
      int value = xo + 2 * r * half;
      int to = yo + r * half;
      if (FMA) {
        ExponentialLoops.swiGlu(x, value, value + half, y, to, half);
      } else {
        PlainExponentialLoops.swiGlu(x, value, value + half, y, to, half);
      }
    }
  }

  static void swiGluBackward(
      float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int rows, int half) {
    for (int r = 0; r < rows; r++) {
      int v = xo + 2 * r * half;
      int dv = dxo + 2 * r * half;
      int d = dyo + r * half;
      if (FMA) {
        ExponentialLoops.swiGluBackward(x, v, v + half, dy, d, dx, dv, dv + half, half);
      } else {
        PlainExponentialLoops.swiGluBackward(x, v, v + half, dy, d, dx, dv, dv + half, half);
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
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector gradient = FloatVector.fromArray(F, g, go + i).mul(gradientScale);
      FloatVector m1 = FloatVector.fromArray(F, m, mo + i);
      FloatVector v1 = FloatVector.fromArray(F, v, vo + i);
      FloatVector oldMean = m1.mul(beta1);
      m1 =
          FMA
              ? gradient.fma(FloatVector.broadcast(F, 1 - beta1), oldMean)
              : gradient.mul(1 - beta1).add(oldMean);
      FloatVector square = gradient.mul(gradient);
      FloatVector oldSquare = v1.mul(beta2);
      v1 =
          FMA
              ? square.fma(FloatVector.broadcast(F, 1 - beta2), oldSquare)
              : square.mul(1 - beta2).add(oldSquare);
      m1.intoArray(m, mo + i);
      v1.intoArray(v, vo + i);
      FloatVector root = v1.mul(second).sqrt().add(epsilon);
      FloatVector weight = FloatVector.fromArray(F, p, po + i).mul(keep);
      weight.sub(m1.mul(step).div(root)).intoArray(p, po + i);
    }
    if (bound < n) {
      VectorMask<Float> mask = first(n - bound);
      FloatVector gradient = FloatVector.fromArray(F, g, go + bound, mask).mul(gradientScale);
      FloatVector m1 = FloatVector.fromArray(F, m, mo + bound, mask);
      FloatVector v1 = FloatVector.fromArray(F, v, vo + bound, mask);
      FloatVector oldMean = m1.mul(beta1);
      m1 =
          FMA
              ? gradient.fma(FloatVector.broadcast(F, 1 - beta1), oldMean)
              : gradient.mul(1 - beta1).add(oldMean);
      FloatVector square = gradient.mul(gradient);
      FloatVector oldSquare = v1.mul(beta2);
      v1 =
          FMA
              ? square.fma(FloatVector.broadcast(F, 1 - beta2), oldSquare)
              : square.mul(1 - beta2).add(oldSquare);
      m1.intoArray(m, mo + bound, mask);
      v1.intoArray(v, vo + bound, mask);
      FloatVector root = v1.mul(second).sqrt().add(epsilon);
      FloatVector weight = FloatVector.fromArray(F, p, po + bound, mask).mul(keep);
      weight.sub(m1.mul(step).div(root)).intoArray(p, po + bound, mask);
    }
  }
}
