package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.bits;
import static quotient.tensor.kernel.Lanes.fma;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Elementary functions of one vector, by our own polynomials.
///
/// Only operations that IEEE 754 defines to the bit are used, so a lane depends on its argument
/// alone: not on the width, the compiler state or its neighbours. Coefficients are minimax fits
/// (Lawson iteration at Chebyshev nodes, 40 digits). Largest errors expected over the stated
/// range with fused multiply-add (estimates; the tests hold looser bounds on samples of arguments):
///
///     exp      1.0 ulp       results below 2^-125 become 0
///     log      0.9 ulp       subnormal arguments included
///     sin, cos 1.6 ulp       |x| <= 8192; beyond, the caller takes StrictMath
///     tanh     2.5 ulp
///     sigmoid  2.5 ulp
///     silu     2.5 ulp
///
/// NaN gives NaN, infinities give the limits. Source of the argument reductions: Cody & Waite 1980.
final class VectorFunctions {
  /// 1.5 * 2^23: adding it rounds to an integer, whose bits are then the low bits of the sum.
  private static final float ROUND = 0x1.8p23f;

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float EXP_HIGHEST = 88.72283f;
  private static final float EXP_LOWEST = -86.98f;
  private static final float EXP_6 = 2 * 0.001381453825160861f;
  private static final float EXP_5 = 2 * 0.00836874544620514f;
  private static final float EXP_4 = 2 * 0.04166838899254799f;
  private static final float EXP_3 = 2 * 0.1666652113199234f;
  private static final float EXP_2 = 2 * 0.4999999403953552f;
  private static final float HALF_SQRT = 0.70710678f;

  private static final float TWO_OVER_PI = 0.63661977f;
  // pi / 2 in parts of 11 bits, so that a multiple below 2^13 is exact; the last has 24.
  private static final float HALF_PI_1 = 0x1.92p0f;
  private static final float HALF_PI_2 = 0x1.fb4p-12f;
  private static final float HALF_PI_3 = 0x1.444p-24f;
  private static final float HALF_PI_4 = 0x1.68c234p-39f;

  /// The largest |x| that {@link #sin} and {@link #cos} take.
  static final float LARGEST_ANGLE = 8192f;

  private VectorFunctions() {}

  /// e^x.
  ///
  ///     n = round(x / ln 2), r = x - n ln 2, e^x = 2 e^r 2^(n - 1)
  static FloatVector exp(FloatVector x) {
    FloatVector y = expBelowOverflow(x);
    VectorMask<Float> over = x.compare(VectorOperators.GT, EXP_HIGHEST);
    return y.blend(Float.POSITIVE_INFINITY, over);
  }

  /// e^x for x up to 88.7; larger arguments give garbage.
  ///
  /// Two texts without helper methods: once a compilation has 18,000 nodes, the second compiler
  /// inlines only the Vector API, and a vector given to any other method travels through the heap
  /// (seen on JDK 25).
  static FloatVector expBelowOverflow(FloatVector x) {
    return FMA ? fusedExp(x) : plainExp(x);
  }

  private static FloatVector fusedExp(FloatVector x) {
    FloatVector t = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUND + 126));
    FloatVector n = t.sub(ROUND + 126);
    FloatVector r = n.fma(FloatVector.broadcast(F, -LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(F, -LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(F, EXP_6);
    p = p.fma(r, FloatVector.broadcast(F, EXP_5));
    p = p.fma(r, FloatVector.broadcast(F, EXP_4));
    p = p.fma(r, FloatVector.broadcast(F, EXP_3));
    p = p.fma(r, FloatVector.broadcast(F, EXP_2));
    p = p.fma(r, FloatVector.broadcast(F, 2f));
    p = p.fma(r, FloatVector.broadcast(F, 2f));
    FloatVector scale =
        t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return p.mul(scale).blend(0f, x.compare(VectorOperators.LT, EXP_LOWEST));
  }

  private static FloatVector plainExp(FloatVector x) {
    FloatVector t = x.mul(LOG2_E).add(ROUND + 126);
    FloatVector n = t.sub(ROUND + 126);
    FloatVector r = n.mul(-LN2_HIGH).add(x);
    r = n.mul(-LN2_LOW).add(r);
    FloatVector p = FloatVector.broadcast(F, EXP_6);
    p = p.mul(r).add(EXP_5);
    p = p.mul(r).add(EXP_4);
    p = p.mul(r).add(EXP_3);
    p = p.mul(r).add(EXP_2);
    p = p.mul(r).add(2f);
    p = p.mul(r).add(2f);
    FloatVector scale =
        t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    return p.mul(scale).blend(0f, x.compare(VectorOperators.LT, EXP_LOWEST));
  }

  /// 1 / (1 + e^-x) = (e^x or 1) / (1 + e^-|x|).
  static FloatVector sigmoid(FloatVector x) {
    if (!FMA) {
      return FloatVector.broadcast(F, 1f).div(exp(x.neg()).add(1f));
    }
    FloatVector e = fusedExp(x.abs().neg());
    FloatVector over = FloatVector.broadcast(F, 1f).blend(e, x.compare(VectorOperators.LT, 0f));
    return over.mul(reciprocal(e.add(1f)));
  }

  /// x / (1 + e^-x) = (x e^x or x) / (1 + e^-|x|).
  static FloatVector silu(FloatVector x) {
    VectorMask<Float> lowest = x.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY);
    if (!FMA) {
      return x.div(exp(x.neg()).add(1f)).blend(0f, lowest);
    }
    FloatVector e = fusedExp(x.abs().neg());
    FloatVector over = x.blend(x.mul(e), x.compare(VectorOperators.LT, 0f));
    return over.mul(reciprocal(e.add(1f))).blend(0f, lowest);
  }

  /// 1 / d for d in [1, 2]: the parabola of least relative error, 1/99, and two Newton steps.
  /// A division of 512 bits takes longer than all of it.
  private static FloatVector reciprocal(FloatVector d) {
    FloatVector r = FloatVector.broadcast(F, 32f / 99);
    r = r.fma(d, FloatVector.broadcast(F, -144f / 99));
    r = r.fma(d, FloatVector.broadcast(F, 210f / 99));
    FloatVector minus = d.neg();
    r = r.fma(minus.fma(r, FloatVector.broadcast(F, 1f)), r);
    return r.fma(minus.fma(r, FloatVector.broadcast(F, 1f)), r);
  }

  /// tanh x = x P(x^2) / Q(x^2) for |x| < 9.01, else +-1.
  static FloatVector tanh(FloatVector x) {
    FloatVector u = x.mul(x);
    FloatVector p = FloatVector.broadcast(F, 1.3319365166353236e-08f);
    p = fma(p, u, 2.0583715013344772e-05f);
    p = fma(p, u, 0.0034940496552735567f);
    p = fma(p, u, 0.1337973028421402f);
    p = fma(p, u, 1f);
    FloatVector q = FloatVector.broadcast(F, 7.76214620691018e-07f);
    q = fma(q, u, 0.0003283116966485977f);
    q = fma(q, u, 0.02587113156914711f);
    q = fma(q, u, 0.4671304523944855f);
    q = fma(q, u, 1f);
    FloatVector y = x.mul(p).div(q);
    return y.blend(1f, x.compare(VectorOperators.GT, 8.9f))
        .blend(-1f, x.compare(VectorOperators.LT, -8.9f));
  }

  /// The natural logarithm.
  ///
  ///     x = 2^e m, m in [sqrt 1/2, sqrt 2), f = m - 1, log x = e ln 2 + f - f^2/2 + f^3 P(f)
  static FloatVector log(FloatVector x) {
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    IntVector i = bits(x.blend(x.mul(0x1p23f), tiny));
    IntVector e = i.sub(Float.floatToRawIntBits(HALF_SQRT)).lanewise(VectorOperators.ASHR, 23);
    FloatVector m = i.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    FloatVector exponent = e.add(Float.floatToRawIntBits(ROUND)).reinterpretAsFloats().sub(ROUND);
    exponent = exponent.blend(exponent.sub(23f), tiny);
    FloatVector f = m.sub(1f);
    FloatVector p = FloatVector.broadcast(F, -0.07634429633617401f);
    p = fma(p, f, 0.12761549651622772f);
    p = fma(p, f, -0.131601944565773f);
    p = fma(p, f, 0.14201761782169342f);
    p = fma(p, f, -0.16623356938362122f);
    p = fma(p, f, 0.20001226663589478f);
    p = fma(p, f, -0.250008225440979f);
    p = fma(p, f, 0.3333333134651184f);
    FloatVector square = f.mul(f);
    FloatVector tail = fma(exponent, LN2_LOW, p.mul(f).mul(square));
    FloatVector y = fma(square, -0.5f, tail).add(f);
    y = fma(exponent, LN2_HIGH, y);
    y = x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    y = y.blend(Float.NaN, x.compare(VectorOperators.LT, 0f));
    return y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
  }

  /// sin x for |x| up to {@link #LARGEST_ANGLE}.
  static FloatVector sin(FloatVector x) {
    return sine(x, 0);
  }

  /// cos x for |x| up to {@link #LARGEST_ANGLE}.
  static FloatVector cos(FloatVector x) {
    return sine(x, 1);
  }

  /// sin(x + quarter pi / 2).
  private static FloatVector sine(FloatVector x, int quarter) {
    FloatVector t = fma(x, TWO_OVER_PI, FloatVector.broadcast(F, ROUND));
    FloatVector n = t.sub(ROUND);
    FloatVector r = fma(n, -HALF_PI_1, x);
    r = fma(n, -HALF_PI_2, r);
    r = fma(n, -HALF_PI_3, r);
    r = fma(n, -HALF_PI_4, r);
    IntVector q = bits(t).add(quarter);
    FloatVector u = r.mul(r);
    FloatVector s = FloatVector.broadcast(F, 2.7180467441212386e-06f);
    s = fma(s, u, -0.0001983930415008217f);
    s = fma(s, u, 0.008333329111337662f);
    s = fma(s, u, -0.1666666716337204f);
    s = fma(s.mul(u), r, r);
    FloatVector c = FloatVector.broadcast(F, 2.4432409190922044e-05f);
    c = fma(c, u, -0.0013887309469282627f);
    c = fma(c, u, 0.04166664555668831f);
    c = fma(c.mul(u), u, fma(u, -0.5f, FloatVector.broadcast(F, 1f)));
    VectorMask<Float> odd =
        q.lanewise(VectorOperators.AND, 1).compare(VectorOperators.NE, 0).cast(F);
    IntVector sign = q.lanewise(VectorOperators.AND, 2).lanewise(VectorOperators.LSHL, 30);
    return bits(s.blend(c, odd)).lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
  }
}
