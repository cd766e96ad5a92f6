package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.DOWN_1;
import static quotient.tensor.kernel.Lanes.DOWN_2;
import static quotient.tensor.kernel.Lanes.DOWN_4;
import static quotient.tensor.kernel.Lanes.DOWN_8;
import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Loops of layer norm; text written by `FunctionWriter` in the tests.
///
/// See {@link Kernels} for what each computes and {@link VectorLayerNormGradient} for how.
final class NormLoops {
  private NormLoops() {}

  static void mean(float[] x, int xo, float[] mean, int mo, int n) {
    FloatVector a = FloatVector.zero(F);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      a = FloatVector.fromArray(F, x, xo + i).add(a);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      a = FloatVector.fromArray(F, x, xo + bound, rest).add(a);
    }
    if (L >= 16) {
      a = a.add(a.rearrange(DOWN_8));
    }
    if (L >= 8) {
      a = a.add(a.rearrange(DOWN_4));
    }
    a = a.add(a.rearrange(DOWN_2));
    a = a.add(a.rearrange(DOWN_1));
    mean[mo] = a.lane(0) / n;
  }

  static void fourMeans(float[] x, int xo, float[] mean, int mo, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    int x1 = xo + n;
    int x2 = x1 + n;
    int x3 = x2 + n;
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      a = FloatVector.fromArray(F, x, xo + i).add(a);
      b = FloatVector.fromArray(F, x, x1 + i).add(b);
      c = FloatVector.fromArray(F, x, x2 + i).add(c);
      d = FloatVector.fromArray(F, x, x3 + i).add(d);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      a = FloatVector.fromArray(F, x, xo + bound, rest).add(a);
      b = FloatVector.fromArray(F, x, x1 + bound, rest).add(b);
      c = FloatVector.fromArray(F, x, x2 + bound, rest).add(c);
      d = FloatVector.fromArray(F, x, x3 + bound, rest).add(d);
    }
    if (L >= 16) {
      a = a.add(a.rearrange(DOWN_8));
    }
    if (L >= 8) {
      a = a.add(a.rearrange(DOWN_4));
    }
    a = a.add(a.rearrange(DOWN_2));
    a = a.add(a.rearrange(DOWN_1));
    if (L >= 16) {
      b = b.add(b.rearrange(DOWN_8));
    }
    if (L >= 8) {
      b = b.add(b.rearrange(DOWN_4));
    }
    b = b.add(b.rearrange(DOWN_2));
    b = b.add(b.rearrange(DOWN_1));
    if (L >= 16) {
      c = c.add(c.rearrange(DOWN_8));
    }
    if (L >= 8) {
      c = c.add(c.rearrange(DOWN_4));
    }
    c = c.add(c.rearrange(DOWN_2));
    c = c.add(c.rearrange(DOWN_1));
    if (L >= 16) {
      d = d.add(d.rearrange(DOWN_8));
    }
    if (L >= 8) {
      d = d.add(d.rearrange(DOWN_4));
    }
    d = d.add(d.rearrange(DOWN_2));
    d = d.add(d.rearrange(DOWN_1));
    mean[mo] = a.lane(0) / n;
    mean[mo + 1] = b.lane(0) / n;
    mean[mo + 2] = c.lane(0) / n;
    mean[mo + 3] = d.lane(0) / n;
  }

  static void deviation(
      float[] x, int xo, float epsilon, float[] mean, int mo, float[] rstd, int ro, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector m0 = FloatVector.broadcast(F, mean[mo]);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector u0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
      a = u0.fma(u0, a);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector u0 = m0.blend(FloatVector.fromArray(F, x, xo + bound, rest), rest).sub(m0);
      a = u0.fma(u0, a);
    }
    if (L >= 16) {
      a = a.add(a.rearrange(DOWN_8));
    }
    if (L >= 8) {
      a = a.add(a.rearrange(DOWN_4));
    }
    a = a.add(a.rearrange(DOWN_2));
    a = a.add(a.rearrange(DOWN_1));
    rstd[ro] = VectorLayerNorm.reciprocalDeviation(a.lane(0), n, epsilon);
  }

  static void fourDeviations(
      float[] x, int xo, float epsilon, float[] mean, int mo, float[] rstd, int ro, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    FloatVector m0 = FloatVector.broadcast(F, mean[mo]);
    FloatVector m1 = FloatVector.broadcast(F, mean[mo + 1]);
    FloatVector m2 = FloatVector.broadcast(F, mean[mo + 2]);
    FloatVector m3 = FloatVector.broadcast(F, mean[mo + 3]);
    int x1 = xo + n;
    int x2 = x1 + n;
    int x3 = x2 + n;
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector u0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
      FloatVector u1 = FloatVector.fromArray(F, x, x1 + i).sub(m1);
      FloatVector u2 = FloatVector.fromArray(F, x, x2 + i).sub(m2);
      FloatVector u3 = FloatVector.fromArray(F, x, x3 + i).sub(m3);
      a = u0.fma(u0, a);
      b = u1.fma(u1, b);
      c = u2.fma(u2, c);
      d = u3.fma(u3, d);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector u0 = m0.blend(FloatVector.fromArray(F, x, xo + bound, rest), rest).sub(m0);
      FloatVector u1 = m1.blend(FloatVector.fromArray(F, x, x1 + bound, rest), rest).sub(m1);
      FloatVector u2 = m2.blend(FloatVector.fromArray(F, x, x2 + bound, rest), rest).sub(m2);
      FloatVector u3 = m3.blend(FloatVector.fromArray(F, x, x3 + bound, rest), rest).sub(m3);
      a = u0.fma(u0, a);
      b = u1.fma(u1, b);
      c = u2.fma(u2, c);
      d = u3.fma(u3, d);
    }
    if (L >= 16) {
      a = a.add(a.rearrange(DOWN_8));
    }
    if (L >= 8) {
      a = a.add(a.rearrange(DOWN_4));
    }
    a = a.add(a.rearrange(DOWN_2));
    a = a.add(a.rearrange(DOWN_1));
    if (L >= 16) {
      b = b.add(b.rearrange(DOWN_8));
    }
    if (L >= 8) {
      b = b.add(b.rearrange(DOWN_4));
    }
    b = b.add(b.rearrange(DOWN_2));
    b = b.add(b.rearrange(DOWN_1));
    if (L >= 16) {
      c = c.add(c.rearrange(DOWN_8));
    }
    if (L >= 8) {
      c = c.add(c.rearrange(DOWN_4));
    }
    c = c.add(c.rearrange(DOWN_2));
    c = c.add(c.rearrange(DOWN_1));
    if (L >= 16) {
      d = d.add(d.rearrange(DOWN_8));
    }
    if (L >= 8) {
      d = d.add(d.rearrange(DOWN_4));
    }
    d = d.add(d.rearrange(DOWN_2));
    d = d.add(d.rearrange(DOWN_1));
    rstd[ro] = VectorLayerNorm.reciprocalDeviation(a.lane(0), n, epsilon);
    rstd[ro + 1] = VectorLayerNorm.reciprocalDeviation(b.lane(0), n, epsilon);
    rstd[ro + 2] = VectorLayerNorm.reciprocalDeviation(c.lane(0), n, epsilon);
    rstd[ro + 3] = VectorLayerNorm.reciprocalDeviation(d.lane(0), n, epsilon);
  }

  /// dx + rstd (g - a - q z).
  static void addInputGradient(
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
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector w = FloatVector.fromArray(F, gain, go + i);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i).mul(w);
      FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
      sum = g.add(sum);
      product = g.fma(z, product);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector w = FloatVector.fromArray(F, gain, go + bound, rest);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest).mul(w);
      FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
      sum = g.add(sum);
      product = g.fma(z, product);
    }
    if (L >= 16) {
      sum = sum.add(sum.rearrange(DOWN_8));
    }
    if (L >= 8) {
      sum = sum.add(sum.rearrange(DOWN_4));
    }
    sum = sum.add(sum.rearrange(DOWN_2));
    sum = sum.add(sum.rearrange(DOWN_1));
    if (L >= 16) {
      product = product.add(product.rearrange(DOWN_8));
    }
    if (L >= 8) {
      product = product.add(product.rearrange(DOWN_4));
    }
    product = product.add(product.rearrange(DOWN_2));
    product = product.add(product.rearrange(DOWN_1));
    float a = sum.lane(0) / n;
    float slope = VectorLayerNormGradient.slope(rstd, product.lane(0), n);
    FloatVector q = FloatVector.broadcast(F, slope);
    FloatVector s = FloatVector.broadcast(F, rstd);
    for (int i = 0; i < bound; i += L) {
      FloatVector w = FloatVector.fromArray(F, gain, go + i);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i).mul(w);
      FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
      FloatVector c = g.sub(a);
      FloatVector e = z.fma(q, c);
      FloatVector old = FloatVector.fromArray(F, dx, dxo + i);
      e = e.fma(s, old);
      e.intoArray(dx, dxo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector w = FloatVector.fromArray(F, gain, go + bound, rest);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest).mul(w);
      FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
      FloatVector c = g.sub(a);
      FloatVector e = z.fma(q, c);
      FloatVector old = FloatVector.fromArray(F, dx, dxo + bound, rest);
      e = e.fma(s, old);
      e.intoArray(dx, dxo + bound, rest);
    }
  }

  /// dx + rstd (g - a - q z) without gain.
  static void addInputGradient(
      float[] x, int xo, float mean, float rstd, float[] dy, int dyo, float[] dx, int dxo, int n) {
    FloatVector sum = FloatVector.zero(F);
    FloatVector product = FloatVector.zero(F);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
      sum = g.add(sum);
      product = g.fma(z, product);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest);
      FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
      sum = g.add(sum);
      product = g.fma(z, product);
    }
    if (L >= 16) {
      sum = sum.add(sum.rearrange(DOWN_8));
    }
    if (L >= 8) {
      sum = sum.add(sum.rearrange(DOWN_4));
    }
    sum = sum.add(sum.rearrange(DOWN_2));
    sum = sum.add(sum.rearrange(DOWN_1));
    if (L >= 16) {
      product = product.add(product.rearrange(DOWN_8));
    }
    if (L >= 8) {
      product = product.add(product.rearrange(DOWN_4));
    }
    product = product.add(product.rearrange(DOWN_2));
    product = product.add(product.rearrange(DOWN_1));
    float a = sum.lane(0) / n;
    float slope = VectorLayerNormGradient.slope(rstd, product.lane(0), n);
    FloatVector q = FloatVector.broadcast(F, slope);
    FloatVector s = FloatVector.broadcast(F, rstd);
    for (int i = 0; i < bound; i += L) {
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector z = FloatVector.fromArray(F, x, xo + i).sub(mean);
      FloatVector c = g.sub(a);
      FloatVector e = z.fma(q, c);
      FloatVector old = FloatVector.fromArray(F, dx, dxo + i);
      e = e.fma(s, old);
      e.intoArray(dx, dxo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest);
      FloatVector z = FloatVector.fromArray(F, x, xo + bound, rest).sub(mean);
      FloatVector c = g.sub(a);
      FloatVector e = z.fma(q, c);
      FloatVector old = FloatVector.fromArray(F, dx, dxo + bound, rest);
      e = e.fma(s, old);
      e.intoArray(dx, dxo + bound, rest);
    }
  }

  /// Two rows of whole vectors, with gain and all gradients.
  static void backwardOfTwoRows(
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
      int n) {
    FloatVector m0 = FloatVector.broadcast(F, mean[mo]);
    FloatVector m1 = FloatVector.broadcast(F, mean[mo + 1]);
    FloatVector sum0 = FloatVector.zero(F);
    FloatVector product0 = FloatVector.zero(F);
    FloatVector sum1 = FloatVector.zero(F);
    FloatVector product1 = FloatVector.zero(F);
    int x1 = xo + n;
    int dy1 = dyo + n;
    int dx1 = dxo + n;
    for (int i = 0; i < n; i += L) {
      FloatVector w = FloatVector.fromArray(F, gain, go + i);
      FloatVector g0 = FloatVector.fromArray(F, dy, dyo + i).mul(w);
      FloatVector g1 = FloatVector.fromArray(F, dy, dy1 + i).mul(w);
      FloatVector z0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
      FloatVector z1 = FloatVector.fromArray(F, x, x1 + i).sub(m1);
      sum0 = g0.add(sum0);
      sum1 = g1.add(sum1);
      product0 = g0.fma(z0, product0);
      product1 = g1.fma(z1, product1);
    }
    if (L >= 16) {
      sum0 = sum0.add(sum0.rearrange(DOWN_8));
    }
    if (L >= 8) {
      sum0 = sum0.add(sum0.rearrange(DOWN_4));
    }
    sum0 = sum0.add(sum0.rearrange(DOWN_2));
    sum0 = sum0.add(sum0.rearrange(DOWN_1));
    if (L >= 16) {
      sum1 = sum1.add(sum1.rearrange(DOWN_8));
    }
    if (L >= 8) {
      sum1 = sum1.add(sum1.rearrange(DOWN_4));
    }
    sum1 = sum1.add(sum1.rearrange(DOWN_2));
    sum1 = sum1.add(sum1.rearrange(DOWN_1));
    if (L >= 16) {
      product0 = product0.add(product0.rearrange(DOWN_8));
    }
    if (L >= 8) {
      product0 = product0.add(product0.rearrange(DOWN_4));
    }
    product0 = product0.add(product0.rearrange(DOWN_2));
    product0 = product0.add(product0.rearrange(DOWN_1));
    if (L >= 16) {
      product1 = product1.add(product1.rearrange(DOWN_8));
    }
    if (L >= 8) {
      product1 = product1.add(product1.rearrange(DOWN_4));
    }
    product1 = product1.add(product1.rearrange(DOWN_2));
    product1 = product1.add(product1.rearrange(DOWN_1));
    FloatVector s0 = FloatVector.broadcast(F, rstd[ro]);
    FloatVector a0 = FloatVector.broadcast(F, sum0.lane(0) / n);
    float slope0 = VectorLayerNormGradient.slope(rstd[ro], product0.lane(0), n);
    FloatVector q0 = FloatVector.broadcast(F, slope0);
    FloatVector s1 = FloatVector.broadcast(F, rstd[ro + 1]);
    FloatVector a1 = FloatVector.broadcast(F, sum1.lane(0) / n);
    float slope1 = VectorLayerNormGradient.slope(rstd[ro + 1], product1.lane(0), n);
    FloatVector q1 = FloatVector.broadcast(F, slope1);
    for (int i = 0; i < n; i += L) {
      FloatVector w = FloatVector.fromArray(F, gain, go + i);
      FloatVector dw = FloatVector.fromArray(F, dgain, dgo + i);
      FloatVector db = FloatVector.fromArray(F, dbias, dbo + i);
      FloatVector d0 = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector z0 = FloatVector.fromArray(F, x, xo + i).sub(m0);
      FloatVector old0 = FloatVector.fromArray(F, dx, dxo + i);
      FloatVector c0 = d0.mul(w).sub(a0);
      FloatVector e0 = z0.fma(q0, c0);
      e0 = e0.fma(s0, old0);
      e0.intoArray(dx, dxo + i);
      FloatVector normal0 = z0.mul(s0);
      dw = normal0.fma(d0, dw);
      db = d0.add(db);
      FloatVector d1 = FloatVector.fromArray(F, dy, dy1 + i);
      FloatVector z1 = FloatVector.fromArray(F, x, x1 + i).sub(m1);
      FloatVector old1 = FloatVector.fromArray(F, dx, dx1 + i);
      FloatVector c1 = d1.mul(w).sub(a1);
      FloatVector e1 = z1.fma(q1, c1);
      e1 = e1.fma(s1, old1);
      e1.intoArray(dx, dx1 + i);
      FloatVector normal1 = z1.mul(s1);
      dw = normal1.fma(d1, dw);
      db = d1.add(db);
      dw.intoArray(dgain, dgo + i);
      db.intoArray(dbias, dbo + i);
    }
  }
}
