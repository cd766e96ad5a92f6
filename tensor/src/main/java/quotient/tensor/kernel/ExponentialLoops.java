package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.DOWN_1;
import static quotient.tensor.kernel.Lanes.DOWN_2;
import static quotient.tensor.kernel.Lanes.DOWN_4;
import static quotient.tensor.kernel.Lanes.DOWN_8;
import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;
import static quotient.tensor.kernel.VectorFunctions.EXP_2;
import static quotient.tensor.kernel.VectorFunctions.EXP_3;
import static quotient.tensor.kernel.VectorFunctions.EXP_4;
import static quotient.tensor.kernel.VectorFunctions.EXP_5;
import static quotient.tensor.kernel.VectorFunctions.EXP_6;
import static quotient.tensor.kernel.VectorFunctions.EXP_LOWEST;
import static quotient.tensor.kernel.VectorFunctions.INFINITE_POWER;
import static quotient.tensor.kernel.VectorFunctions.LN2_HIGH;
import static quotient.tensor.kernel.VectorFunctions.LN2_LOW;
import static quotient.tensor.kernel.VectorFunctions.LOG2_E;
import static quotient.tensor.kernel.VectorFunctions.MAGIC;
import static quotient.tensor.kernel.VectorFunctions.ONE_ABOVE;
import static quotient.tensor.kernel.VectorFunctions.SLOPE_LOWEST;
import static quotient.tensor.kernel.VectorFunctions.ZERO_BELOW;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Loops of elementary functions; text written by `FunctionWriter` in the tests.
///
/// See {@link Kernels} for what each computes and {@link VectorFunctions} for how.
final class ExponentialLoops {
  private ExponentialLoops() {}

  static void exp(float[] x, int xo, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      VectorMask<Float> low = v.compare(VectorOperators.LT, EXP_LOWEST);
      FloatVector t = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts().min(INFINITE_POWER);
      FloatVector power = bits.reinterpretAsFloats().sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, -LN2_HIGH), v);
      r = power.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e = p.mul(scale).blend(0f, low);
      e.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      VectorMask<Float> low = v.compare(VectorOperators.LT, EXP_LOWEST);
      FloatVector t = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts().min(INFINITE_POWER);
      FloatVector power = bits.reinterpretAsFloats().sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, -LN2_HIGH), v);
      r = power.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e = p.mul(scale).blend(0f, low);
      e.intoArray(y, yo + bound, rest);
    }
  }

  static float exponentials(float[] x, int xo, float max, float[] y, int yo, int n) {
    FloatVector sum = FloatVector.zero(F);
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(F, x, xo + i);
      FloatVector v = a.sub(max);
      VectorMask<Float> low = v.compare(VectorOperators.LT, EXP_LOWEST);
      FloatVector t = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, -LN2_HIGH), v);
      r = power.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e = p.mul(scale).blend(0f, low);
      sum = e.add(sum);
      e.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector a = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector v = a.sub(max);
      VectorMask<Float> low = v.compare(VectorOperators.LT, EXP_LOWEST);
      FloatVector t = v.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, -LN2_HIGH), v);
      r = power.fma(FloatVector.broadcast(F, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector e = p.mul(scale).blend(0f, low);
      sum = sum.add(e, rest);
      e.intoArray(y, yo + bound, rest);
    }
    if (L >= 16) {
      sum = sum.add(sum.rearrange(DOWN_8));
    }
    if (L >= 8) {
      sum = sum.add(sum.rearrange(DOWN_4));
    }
    sum = sum.add(sum.rearrange(DOWN_2));
    sum = sum.add(sum.rearrange(DOWN_1));
    return sum.lane(0);
  }

  static void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector c = v.blend(ONE_ABOVE, v.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts().min(INFINITE_POWER);
      FloatVector power = bits.reinterpretAsFloats().sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      s.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector c = v.blend(ONE_ABOVE, v.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts().min(INFINITE_POWER);
      FloatVector power = bits.reinterpretAsFloats().sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      s.intoArray(y, yo + bound, rest);
    }
  }

  static void silu(float[] x, int xo, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = v.blend(ZERO_BELOW, v.compare(VectorOperators.LT, ZERO_BELOW));
      int one = Float.floatToRawIntBits(ONE_ABOVE);
      FloatVector c = w.reinterpretAsInts().min(one).reinterpretAsFloats();
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector active = w.div(d);
      active.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector w = v.blend(ZERO_BELOW, v.compare(VectorOperators.LT, ZERO_BELOW));
      int one = Float.floatToRawIntBits(ONE_ABOVE);
      FloatVector c = w.reinterpretAsInts().min(one).reinterpretAsFloats();
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector active = w.div(d);
      active.intoArray(y, yo + bound, rest);
    }
  }

  static void siluWithSlope(float[] x, int xo, float[] y, int yo, float[] slopes, int so, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector w = v.blend(SLOPE_LOWEST, v.compare(VectorOperators.LT, SLOPE_LOWEST));
      FloatVector c = w.blend(ONE_ABOVE, w.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      FloatVector u = p.mul(scale).mul(s);
      FloatVector slope = c.fma(u, FloatVector.broadcast(F, 1f)).mul(s);
      FloatVector active = w.mul(s);
      slope.intoArray(slopes, so + i);
      active.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector w = v.blend(SLOPE_LOWEST, v.compare(VectorOperators.LT, SLOPE_LOWEST));
      FloatVector c = w.blend(ONE_ABOVE, w.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      FloatVector u = p.mul(scale).mul(s);
      FloatVector slope = c.fma(u, FloatVector.broadcast(F, 1f)).mul(s);
      FloatVector active = w.mul(s);
      slope.intoArray(slopes, so + bound, rest);
      active.intoArray(y, yo + bound, rest);
    }
  }

  static void siluBackward(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, xo + i);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector old = FloatVector.fromArray(F, dx, dxo + i);
      FloatVector w = v.blend(SLOPE_LOWEST, v.compare(VectorOperators.LT, SLOPE_LOWEST));
      FloatVector c = w.blend(ONE_ABOVE, w.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      FloatVector u = p.mul(scale).mul(s);
      FloatVector slope = c.fma(u, FloatVector.broadcast(F, 1f)).mul(s);
      FloatVector sum = g.fma(slope, old);
      sum.intoArray(dx, dxo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, xo + bound, rest);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest);
      FloatVector old = FloatVector.fromArray(F, dx, dxo + bound, rest);
      FloatVector w = v.blend(SLOPE_LOWEST, v.compare(VectorOperators.LT, SLOPE_LOWEST));
      FloatVector c = w.blend(ONE_ABOVE, w.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      FloatVector u = p.mul(scale).mul(s);
      FloatVector slope = c.fma(u, FloatVector.broadcast(F, 1f)).mul(s);
      FloatVector sum = g.fma(slope, old);
      sum.intoArray(dx, dxo + bound, rest);
    }
  }

  static void swiGlu(float[] x, int value, int gate, float[] y, int yo, int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, gate + i);
      FloatVector factor = FloatVector.fromArray(F, x, value + i);
      FloatVector w = v.blend(ZERO_BELOW, v.compare(VectorOperators.LT, ZERO_BELOW));
      int one = Float.floatToRawIntBits(ONE_ABOVE);
      FloatVector c = w.reinterpretAsInts().min(one).reinterpretAsFloats();
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector product = w.div(d).mul(factor);
      product.intoArray(y, yo + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, gate + bound, rest);
      FloatVector factor = FloatVector.fromArray(F, x, value + bound, rest);
      FloatVector w = v.blend(ZERO_BELOW, v.compare(VectorOperators.LT, ZERO_BELOW));
      int one = Float.floatToRawIntBits(ONE_ABOVE);
      FloatVector c = w.reinterpretAsInts().min(one).reinterpretAsFloats();
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector product = w.div(d).mul(factor);
      product.intoArray(y, yo + bound, rest);
    }
  }

  static void swiGluBackward(
      float[] x,
      int value,
      int gate,
      float[] dy,
      int dyo,
      float[] dx,
      int dValue,
      int dGate,
      int n) {
    int bound = F.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, gate + i);
      FloatVector factor = FloatVector.fromArray(F, x, value + i);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + i);
      FloatVector oldValue = FloatVector.fromArray(F, dx, dValue + i);
      FloatVector oldGate = FloatVector.fromArray(F, dx, dGate + i);
      FloatVector w = v.blend(SLOPE_LOWEST, v.compare(VectorOperators.LT, SLOPE_LOWEST));
      FloatVector c = w.blend(ONE_ABOVE, w.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      FloatVector u = p.mul(scale).mul(s);
      FloatVector slope = c.fma(u, FloatVector.broadcast(F, 1f)).mul(s);
      FloatVector active = w.mul(s);
      FloatVector byGate = factor.mul(slope);
      FloatVector sumValue = g.fma(active, oldValue);
      FloatVector sumGate = g.fma(byGate, oldGate);
      sumValue.intoArray(dx, dValue + i);
      sumGate.intoArray(dx, dGate + i);
    }
    if (bound < n) {
      VectorMask<Float> rest = first(n - bound);
      FloatVector v = FloatVector.fromArray(F, x, gate + bound, rest);
      FloatVector factor = FloatVector.fromArray(F, x, value + bound, rest);
      FloatVector g = FloatVector.fromArray(F, dy, dyo + bound, rest);
      FloatVector oldValue = FloatVector.fromArray(F, dx, dValue + bound, rest);
      FloatVector oldGate = FloatVector.fromArray(F, dx, dGate + bound, rest);
      FloatVector w = v.blend(SLOPE_LOWEST, v.compare(VectorOperators.LT, SLOPE_LOWEST));
      FloatVector c = w.blend(ONE_ABOVE, w.compare(VectorOperators.GT, ONE_ABOVE));
      FloatVector t = c.fma(FloatVector.broadcast(F, -LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bits = t.reinterpretAsInts();
      FloatVector power = t.sub(MAGIC);
      FloatVector r = power.fma(FloatVector.broadcast(F, LN2_HIGH), c);
      r = power.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, EXP_6);
      p = p.fma(r, FloatVector.broadcast(F, -EXP_5));
      p = p.fma(r, FloatVector.broadcast(F, EXP_4));
      p = p.fma(r, FloatVector.broadcast(F, -EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, -2f));
      p = p.fma(r, FloatVector.broadcast(F, 2f));
      FloatVector scale = bits.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector d = p.fma(scale, FloatVector.broadcast(F, 1f));
      FloatVector s = FloatVector.broadcast(F, 1f).div(d);
      FloatVector u = p.mul(scale).mul(s);
      FloatVector slope = c.fma(u, FloatVector.broadcast(F, 1f)).mul(s);
      FloatVector active = w.mul(s);
      FloatVector byGate = factor.mul(slope);
      FloatVector sumValue = g.fma(active, oldValue);
      FloatVector sumGate = g.fma(byGate, oldGate);
      sumValue.intoArray(dx, dValue + bound, rest);
      sumGate.intoArray(dx, dGate + bound, rest);
    }
  }

  static void shortRows(
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
    VectorMask<Float> aIn = first(columns);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      FloatVector a = FloatVector.fromArray(F, x, at).mul(factor);
      if (bias.length > 0) {
        a = a.add(FloatVector.fromArray(F, bias, bo + r * columns, aIn));
      }
      if (mask.length > 0) {
        a = a.add(FloatVector.fromArray(F, mask, mo + r * columns, aIn));
      }
      a = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY).blend(a, aIn);
      FloatVector max = a;
      if (L >= 16) {
        FloatVector turned8 = max.rearrange(DOWN_8);
        max = max.blend(turned8, turned8.compare(VectorOperators.GT, max));
      }
      if (L >= 8) {
        FloatVector turned4 = max.rearrange(DOWN_4);
        max = max.blend(turned4, turned4.compare(VectorOperators.GT, max));
      }
      FloatVector turned2 = max.rearrange(DOWN_2);
      max = max.blend(turned2, turned2.compare(VectorOperators.GT, max));
      FloatVector turned1 = max.rearrange(DOWN_1);
      max = max.blend(turned1, turned1.compare(VectorOperators.GT, max));
      FloatVector vA = a.sub(max);
      VectorMask<Float> lowA = vA.compare(VectorOperators.LT, EXP_LOWEST);
      FloatVector tA = vA.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bitsA = tA.reinterpretAsInts();
      FloatVector powerA = tA.sub(MAGIC);
      FloatVector rA = powerA.fma(FloatVector.broadcast(F, -LN2_HIGH), vA);
      rA = powerA.fma(FloatVector.broadcast(F, -LN2_LOW), rA);
      FloatVector pA = FloatVector.broadcast(F, EXP_6);
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_5));
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_4));
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_3));
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_2));
      pA = pA.fma(rA, FloatVector.broadcast(F, 2f));
      pA = pA.fma(rA, FloatVector.broadcast(F, 2f));
      FloatVector scaleA = bitsA.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector eA = pA.mul(scaleA).blend(0f, lowA);
      FloatVector sum = eA;
      if (L >= 16) {
        sum = sum.add(sum.rearrange(DOWN_8));
      }
      if (L >= 8) {
        sum = sum.add(sum.rearrange(DOWN_4));
      }
      sum = sum.add(sum.rearrange(DOWN_2));
      sum = sum.add(sum.rearrange(DOWN_1));
      FloatVector share = FloatVector.broadcast(F, 1f).div(sum);
      eA.mul(share).intoArray(x, at);
      FloatVector.zero(F).intoArray(x, at + L);
    }
  }

  static void longerRows(
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
    VectorMask<Float> aIn = first(L);
    VectorMask<Float> bIn = first(columns - L);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      FloatVector a = FloatVector.fromArray(F, x, at).mul(factor);
      if (bias.length > 0) {
        a = a.add(FloatVector.fromArray(F, bias, bo + r * columns, aIn));
      }
      if (mask.length > 0) {
        a = a.add(FloatVector.fromArray(F, mask, mo + r * columns, aIn));
      }
      a = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY).blend(a, aIn);
      FloatVector b = FloatVector.fromArray(F, x, at + L).mul(factor);
      if (bias.length > 0) {
        b = b.add(FloatVector.fromArray(F, bias, bo + r * columns + L, bIn));
      }
      if (mask.length > 0) {
        b = b.add(FloatVector.fromArray(F, mask, mo + r * columns + L, bIn));
      }
      b = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY).blend(b, bIn);
      FloatVector max = a;
      max = a.blend(b, b.compare(VectorOperators.GT, a));
      if (L >= 16) {
        FloatVector turned8 = max.rearrange(DOWN_8);
        max = max.blend(turned8, turned8.compare(VectorOperators.GT, max));
      }
      if (L >= 8) {
        FloatVector turned4 = max.rearrange(DOWN_4);
        max = max.blend(turned4, turned4.compare(VectorOperators.GT, max));
      }
      FloatVector turned2 = max.rearrange(DOWN_2);
      max = max.blend(turned2, turned2.compare(VectorOperators.GT, max));
      FloatVector turned1 = max.rearrange(DOWN_1);
      max = max.blend(turned1, turned1.compare(VectorOperators.GT, max));
      FloatVector vA = a.sub(max);
      VectorMask<Float> lowA = vA.compare(VectorOperators.LT, EXP_LOWEST);
      FloatVector tA = vA.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bitsA = tA.reinterpretAsInts();
      FloatVector powerA = tA.sub(MAGIC);
      FloatVector rA = powerA.fma(FloatVector.broadcast(F, -LN2_HIGH), vA);
      rA = powerA.fma(FloatVector.broadcast(F, -LN2_LOW), rA);
      FloatVector pA = FloatVector.broadcast(F, EXP_6);
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_5));
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_4));
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_3));
      pA = pA.fma(rA, FloatVector.broadcast(F, EXP_2));
      pA = pA.fma(rA, FloatVector.broadcast(F, 2f));
      pA = pA.fma(rA, FloatVector.broadcast(F, 2f));
      FloatVector scaleA = bitsA.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector eA = pA.mul(scaleA).blend(0f, lowA);
      FloatVector vB = b.sub(max);
      VectorMask<Float> lowB = vB.compare(VectorOperators.LT, EXP_LOWEST);
      FloatVector tB = vB.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
      IntVector bitsB = tB.reinterpretAsInts();
      FloatVector powerB = tB.sub(MAGIC);
      FloatVector rB = powerB.fma(FloatVector.broadcast(F, -LN2_HIGH), vB);
      rB = powerB.fma(FloatVector.broadcast(F, -LN2_LOW), rB);
      FloatVector pB = FloatVector.broadcast(F, EXP_6);
      pB = pB.fma(rB, FloatVector.broadcast(F, EXP_5));
      pB = pB.fma(rB, FloatVector.broadcast(F, EXP_4));
      pB = pB.fma(rB, FloatVector.broadcast(F, EXP_3));
      pB = pB.fma(rB, FloatVector.broadcast(F, EXP_2));
      pB = pB.fma(rB, FloatVector.broadcast(F, 2f));
      pB = pB.fma(rB, FloatVector.broadcast(F, 2f));
      FloatVector scaleB = bitsB.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector eB = pB.mul(scaleB).blend(0f, lowB);
      FloatVector sum = eA.add(eB);
      if (L >= 16) {
        sum = sum.add(sum.rearrange(DOWN_8));
      }
      if (L >= 8) {
        sum = sum.add(sum.rearrange(DOWN_4));
      }
      sum = sum.add(sum.rearrange(DOWN_2));
      sum = sum.add(sum.rearrange(DOWN_1));
      FloatVector share = FloatVector.broadcast(F, 1f).div(sum);
      eA.mul(share).intoArray(x, at);
      eB.mul(share).intoArray(x, at + L);
    }
  }
}
