package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;
import static quotient.tensor.kernel.VectorFunctions.COS_4;
import static quotient.tensor.kernel.VectorFunctions.COS_6;
import static quotient.tensor.kernel.VectorFunctions.COS_8;
import static quotient.tensor.kernel.VectorFunctions.HALF_PI_1;
import static quotient.tensor.kernel.VectorFunctions.HALF_PI_2;
import static quotient.tensor.kernel.VectorFunctions.HALF_PI_3;
import static quotient.tensor.kernel.VectorFunctions.HALF_PI_4;
import static quotient.tensor.kernel.VectorFunctions.HALF_SQRT_BITS;
import static quotient.tensor.kernel.VectorFunctions.LARGEST_ANGLE;
import static quotient.tensor.kernel.VectorFunctions.LN2_HIGH;
import static quotient.tensor.kernel.VectorFunctions.LN2_LOW;
import static quotient.tensor.kernel.VectorFunctions.LOG_10;
import static quotient.tensor.kernel.VectorFunctions.LOG_3;
import static quotient.tensor.kernel.VectorFunctions.LOG_4;
import static quotient.tensor.kernel.VectorFunctions.LOG_5;
import static quotient.tensor.kernel.VectorFunctions.LOG_6;
import static quotient.tensor.kernel.VectorFunctions.LOG_7;
import static quotient.tensor.kernel.VectorFunctions.LOG_8;
import static quotient.tensor.kernel.VectorFunctions.LOG_9;
import static quotient.tensor.kernel.VectorFunctions.ROUND;
import static quotient.tensor.kernel.VectorFunctions.ROUND_BITS;
import static quotient.tensor.kernel.VectorFunctions.SIN_3;
import static quotient.tensor.kernel.VectorFunctions.SIN_5;
import static quotient.tensor.kernel.VectorFunctions.SIN_7;
import static quotient.tensor.kernel.VectorFunctions.SIN_9;
import static quotient.tensor.kernel.VectorFunctions.TANH_ONE;
import static quotient.tensor.kernel.VectorFunctions.TANH_P3;
import static quotient.tensor.kernel.VectorFunctions.TANH_P5;
import static quotient.tensor.kernel.VectorFunctions.TANH_P7;
import static quotient.tensor.kernel.VectorFunctions.TANH_P9;
import static quotient.tensor.kernel.VectorFunctions.TANH_Q2;
import static quotient.tensor.kernel.VectorFunctions.TANH_Q4;
import static quotient.tensor.kernel.VectorFunctions.TANH_Q6;
import static quotient.tensor.kernel.VectorFunctions.TANH_Q8;
import static quotient.tensor.kernel.VectorFunctions.TWO_OVER_PI;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Loops of elementary functions; text written by `FunctionWriter` in the tests.
///
/// See {@link Kernels} for what each computes and {@link VectorFunctions} for how.
final class FunctionLoops {
  private FunctionLoops() {}

  static void log(float[] x, int xo, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      VectorMask<Float> tiny = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = v.blend(v.mul(0x1p23f), tiny).reinterpretAsInts();
      IntVector e = bits.sub(HALF_SQRT_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector m = bits.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
      FloatVector power = e.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
      power = power.blend(power.sub(23f), tiny);
      FloatVector f = m.sub(1f);
      FloatVector p = FloatVector.broadcast(F, LOG_10);
      p = p.fma(f, FloatVector.broadcast(F, LOG_9));
      p = p.fma(f, FloatVector.broadcast(F, LOG_8));
      p = p.fma(f, FloatVector.broadcast(F, LOG_7));
      p = p.fma(f, FloatVector.broadcast(F, LOG_6));
      p = p.fma(f, FloatVector.broadcast(F, LOG_5));
      p = p.fma(f, FloatVector.broadcast(F, LOG_4));
      p = p.fma(f, FloatVector.broadcast(F, LOG_3));
      FloatVector square = f.mul(f);
      FloatVector tail = p.mul(f).mul(square);
      tail = power.fma(FloatVector.broadcast(F, LN2_LOW), tail);
      tail = square.fma(FloatVector.broadcast(F, -0.5f), tail);
      FloatVector log = tail.add(f);
      log = power.fma(FloatVector.broadcast(F, LN2_HIGH), log);
      log = v.blend(log, v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
      log = log.blend(Float.NaN, v.compare(VectorOperators.LT, 0f));
      log = log.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0f));
      log.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      VectorMask<Float> tiny = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = v.blend(v.mul(0x1p23f), tiny).reinterpretAsInts();
      IntVector e = bits.sub(HALF_SQRT_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector m = bits.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
      FloatVector power = e.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
      power = power.blend(power.sub(23f), tiny);
      FloatVector f = m.sub(1f);
      FloatVector p = FloatVector.broadcast(F, LOG_10);
      p = p.fma(f, FloatVector.broadcast(F, LOG_9));
      p = p.fma(f, FloatVector.broadcast(F, LOG_8));
      p = p.fma(f, FloatVector.broadcast(F, LOG_7));
      p = p.fma(f, FloatVector.broadcast(F, LOG_6));
      p = p.fma(f, FloatVector.broadcast(F, LOG_5));
      p = p.fma(f, FloatVector.broadcast(F, LOG_4));
      p = p.fma(f, FloatVector.broadcast(F, LOG_3));
      FloatVector square = f.mul(f);
      FloatVector tail = p.mul(f).mul(square);
      tail = power.fma(FloatVector.broadcast(F, LN2_LOW), tail);
      tail = square.fma(FloatVector.broadcast(F, -0.5f), tail);
      FloatVector log = tail.add(f);
      log = power.fma(FloatVector.broadcast(F, LN2_HIGH), log);
      log = v.blend(log, v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
      log = log.blend(Float.NaN, v.compare(VectorOperators.LT, 0f));
      log = log.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0f));
      log.intoArray(y, yo + bound, rest);
    }
  }

  static void tanh(float[] x, int xo, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector u = v.mul(v);
      FloatVector p = FloatVector.broadcast(F, TANH_P9);
      p = p.fma(u, FloatVector.broadcast(F, TANH_P7));
      p = p.fma(u, FloatVector.broadcast(F, TANH_P5));
      p = p.fma(u, FloatVector.broadcast(F, TANH_P3));
      p = p.fma(u, FloatVector.broadcast(F, 1f));
      FloatVector q = FloatVector.broadcast(F, TANH_Q8);
      q = q.fma(u, FloatVector.broadcast(F, TANH_Q6));
      q = q.fma(u, FloatVector.broadcast(F, TANH_Q4));
      q = q.fma(u, FloatVector.broadcast(F, TANH_Q2));
      q = q.fma(u, FloatVector.broadcast(F, 1f));
      FloatVector h = v.mul(p).div(q);
      h = h.blend(1f, v.compare(VectorOperators.GT, TANH_ONE));
      h = h.blend(-1f, v.compare(VectorOperators.LT, -TANH_ONE));
      h.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector u = v.mul(v);
      FloatVector p = FloatVector.broadcast(F, TANH_P9);
      p = p.fma(u, FloatVector.broadcast(F, TANH_P7));
      p = p.fma(u, FloatVector.broadcast(F, TANH_P5));
      p = p.fma(u, FloatVector.broadcast(F, TANH_P3));
      p = p.fma(u, FloatVector.broadcast(F, 1f));
      FloatVector q = FloatVector.broadcast(F, TANH_Q8);
      q = q.fma(u, FloatVector.broadcast(F, TANH_Q6));
      q = q.fma(u, FloatVector.broadcast(F, TANH_Q4));
      q = q.fma(u, FloatVector.broadcast(F, TANH_Q2));
      q = q.fma(u, FloatVector.broadcast(F, 1f));
      FloatVector h = v.mul(p).div(q);
      h = h.blend(1f, v.compare(VectorOperators.GT, TANH_ONE));
      h = h.blend(-1f, v.compare(VectorOperators.LT, -TANH_ONE));
      h.intoArray(y, yo + bound, rest);
    }
  }

  static void sin(float[] x, int xo, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector t = v.fma(FloatVector.broadcast(F, TWO_OVER_PI), FloatVector.broadcast(F, ROUND));
      FloatVector turns = t.sub(ROUND);
      FloatVector r = turns.fma(FloatVector.broadcast(F, -HALF_PI_1), v);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_2), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_3), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_4), r);
      FloatVector u = r.mul(r);
      FloatVector s = FloatVector.broadcast(F, SIN_9);
      s = s.fma(u, FloatVector.broadcast(F, SIN_7));
      s = s.fma(u, FloatVector.broadcast(F, SIN_5));
      s = s.fma(u, FloatVector.broadcast(F, SIN_3));
      s = s.mul(u);
      s = s.fma(r, r);
      FloatVector c = FloatVector.broadcast(F, COS_8);
      c = c.fma(u, FloatVector.broadcast(F, COS_6));
      c = c.fma(u, FloatVector.broadcast(F, COS_4));
      c = c.mul(u);
      FloatVector half = u.fma(FloatVector.broadcast(F, -0.5f), FloatVector.broadcast(F, 1f));
      c = c.fma(u, half);
      IntVector quarters = t.reinterpretAsInts();
      FloatVector odd = quarters.lanewise(VectorOperators.LSHL, 30).reinterpretAsFloats();
      FloatVector a = s.blend(c, odd.compare(VectorOperators.NE, 0f));
      IntVector second = quarters.lanewise(VectorOperators.AND, 2);
      IntVector sign = second.lanewise(VectorOperators.LSHL, 30);
      IntVector signed = a.reinterpretAsInts().lanewise(VectorOperators.XOR, sign);
      VectorMask<Float> large = v.abs().compare(VectorOperators.GT, LARGEST_ANGLE);
      FloatVector turned = signed.reinterpretAsFloats().blend(v, large);
      turned.intoArray(y, yo + i);
      if (large.anyTrue()) {
        VectorFunctions.sinOfLarge(y, yo + i, L);
      }
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector t = v.fma(FloatVector.broadcast(F, TWO_OVER_PI), FloatVector.broadcast(F, ROUND));
      FloatVector turns = t.sub(ROUND);
      FloatVector r = turns.fma(FloatVector.broadcast(F, -HALF_PI_1), v);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_2), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_3), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_4), r);
      FloatVector u = r.mul(r);
      FloatVector s = FloatVector.broadcast(F, SIN_9);
      s = s.fma(u, FloatVector.broadcast(F, SIN_7));
      s = s.fma(u, FloatVector.broadcast(F, SIN_5));
      s = s.fma(u, FloatVector.broadcast(F, SIN_3));
      s = s.mul(u);
      s = s.fma(r, r);
      FloatVector c = FloatVector.broadcast(F, COS_8);
      c = c.fma(u, FloatVector.broadcast(F, COS_6));
      c = c.fma(u, FloatVector.broadcast(F, COS_4));
      c = c.mul(u);
      FloatVector half = u.fma(FloatVector.broadcast(F, -0.5f), FloatVector.broadcast(F, 1f));
      c = c.fma(u, half);
      IntVector quarters = t.reinterpretAsInts();
      FloatVector odd = quarters.lanewise(VectorOperators.LSHL, 30).reinterpretAsFloats();
      FloatVector a = s.blend(c, odd.compare(VectorOperators.NE, 0f));
      IntVector second = quarters.lanewise(VectorOperators.AND, 2);
      IntVector sign = second.lanewise(VectorOperators.LSHL, 30);
      IntVector signed = a.reinterpretAsInts().lanewise(VectorOperators.XOR, sign);
      VectorMask<Float> large = v.abs().compare(VectorOperators.GT, LARGEST_ANGLE);
      FloatVector turned = signed.reinterpretAsFloats().blend(v, large);
      turned.intoArray(y, yo + bound, rest);
      if (large.anyTrue()) {
        VectorFunctions.sinOfLarge(y, yo + bound, n - bound);
      }
    }
  }

  static void cos(float[] x, int xo, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector t = v.fma(FloatVector.broadcast(F, TWO_OVER_PI), FloatVector.broadcast(F, ROUND));
      FloatVector turns = t.sub(ROUND);
      FloatVector r = turns.fma(FloatVector.broadcast(F, -HALF_PI_1), v);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_2), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_3), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_4), r);
      FloatVector u = r.mul(r);
      FloatVector s = FloatVector.broadcast(F, SIN_9);
      s = s.fma(u, FloatVector.broadcast(F, SIN_7));
      s = s.fma(u, FloatVector.broadcast(F, SIN_5));
      s = s.fma(u, FloatVector.broadcast(F, SIN_3));
      s = s.mul(u);
      s = s.fma(r, r);
      FloatVector c = FloatVector.broadcast(F, COS_8);
      c = c.fma(u, FloatVector.broadcast(F, COS_6));
      c = c.fma(u, FloatVector.broadcast(F, COS_4));
      c = c.mul(u);
      FloatVector half = u.fma(FloatVector.broadcast(F, -0.5f), FloatVector.broadcast(F, 1f));
      c = c.fma(u, half);
      IntVector quarters = t.reinterpretAsInts().add(1);
      FloatVector odd = quarters.lanewise(VectorOperators.LSHL, 30).reinterpretAsFloats();
      FloatVector a = s.blend(c, odd.compare(VectorOperators.NE, 0f));
      IntVector second = quarters.lanewise(VectorOperators.AND, 2);
      IntVector sign = second.lanewise(VectorOperators.LSHL, 30);
      IntVector signed = a.reinterpretAsInts().lanewise(VectorOperators.XOR, sign);
      VectorMask<Float> large = v.abs().compare(VectorOperators.GT, LARGEST_ANGLE);
      FloatVector turned = signed.reinterpretAsFloats().blend(v, large);
      turned.intoArray(y, yo + i);
      if (large.anyTrue()) {
        VectorFunctions.cosOfLarge(y, yo + i, L);
      }
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector t = v.fma(FloatVector.broadcast(F, TWO_OVER_PI), FloatVector.broadcast(F, ROUND));
      FloatVector turns = t.sub(ROUND);
      FloatVector r = turns.fma(FloatVector.broadcast(F, -HALF_PI_1), v);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_2), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_3), r);
      r = turns.fma(FloatVector.broadcast(F, -HALF_PI_4), r);
      FloatVector u = r.mul(r);
      FloatVector s = FloatVector.broadcast(F, SIN_9);
      s = s.fma(u, FloatVector.broadcast(F, SIN_7));
      s = s.fma(u, FloatVector.broadcast(F, SIN_5));
      s = s.fma(u, FloatVector.broadcast(F, SIN_3));
      s = s.mul(u);
      s = s.fma(r, r);
      FloatVector c = FloatVector.broadcast(F, COS_8);
      c = c.fma(u, FloatVector.broadcast(F, COS_6));
      c = c.fma(u, FloatVector.broadcast(F, COS_4));
      c = c.mul(u);
      FloatVector half = u.fma(FloatVector.broadcast(F, -0.5f), FloatVector.broadcast(F, 1f));
      c = c.fma(u, half);
      IntVector quarters = t.reinterpretAsInts().add(1);
      FloatVector odd = quarters.lanewise(VectorOperators.LSHL, 30).reinterpretAsFloats();
      FloatVector a = s.blend(c, odd.compare(VectorOperators.NE, 0f));
      IntVector second = quarters.lanewise(VectorOperators.AND, 2);
      IntVector sign = second.lanewise(VectorOperators.LSHL, 30);
      IntVector signed = a.reinterpretAsInts().lanewise(VectorOperators.XOR, sign);
      VectorMask<Float> large = v.abs().compare(VectorOperators.GT, LARGEST_ANGLE);
      FloatVector turned = signed.reinterpretAsFloats().blend(v, large);
      turned.intoArray(y, yo + bound, rest);
      if (large.anyTrue()) {
        VectorFunctions.cosOfLarge(y, yo + bound, n - bound);
      }
    }
  }
}
