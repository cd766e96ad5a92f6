package quotient.tensor.kernel;

/// Elementary functions by our own polynomials: reductions, coefficients, errors. The loops are
/// written by `FunctionWriter` (in the tests) into {@link ExponentialLoops} and {@link FunctionLoops}.
///
/// Only operations that IEEE 754 defines to the bit are used, so a lane depends on its argument
/// alone: not on the width, the compiler state or its neighbours. Coefficients are minimax fits
/// (Lawson iteration at Chebyshev nodes, 40 digits).
///
///     e^x      n = round(x / ln 2), r = x - n ln 2, e^x = 2 e^r 2^(n - 1)
///     sigmoid  1 / (1 + e^-x)
///     silu     x / (1 + e^-x)
///     tanh     x P(x^2) / Q(x^2) for |x| < 8.9, else +-1
///     log      x = 2^e m, m in [sqrt 1/2, sqrt 2), f = m - 1, e ln 2 + f - f^2 / 2 + f^3 P(f)
///     sin, cos r = x - n pi / 2, polynomials in r; beyond |x| = 8192 StrictMath
///
/// A power of two is made by shifting an integer, found in the low bits of x log2 e + 1.5 2^23, into the
/// exponent; the field 255 is infinity, so an overflow needs no test of its own. NaN gives NaN,
/// infinities give the limits. Source of the argument reductions: Cody & Waite 1980.
final class VectorFunctions {
  /// 1.5 * 2^23: adding it rounds to an integer, whose bits are then the low bits of the sum.
  static final float ROUND = 0x1.8p23f;

  static final int ROUND_BITS = 0x4B400000;

  /// ROUND and the exponent field of 2^-1.
  static final float MAGIC = ROUND + 126;

  /// The bits that become an infinite power of two.
  static final int INFINITE_POWER = ROUND_BITS + 255;

  static final float LOG2_E = 1.44269504f;
  static final float LN2_HIGH = 0.693359375f;
  static final float LN2_LOW = -2.12194440e-4f;

  /// Below, e^x is 0: what 2^(n - 1) can be without subnormal numbers.
  static final float EXP_LOWEST = -86.98f;

  static final float EXP_6 = 2 * 0.001381453825160861f;
  static final float EXP_5 = 2 * 0.00836874544620514f;
  static final float EXP_4 = 2 * 0.04166838899254799f;
  static final float EXP_3 = 2 * 0.1666652113199234f;
  static final float EXP_2 = 2 * 0.4999999403953552f;

  /// Below, 1 + e^-x is infinite.
  static final float ZERO_BELOW = -88.9f;

  /// Below, the slope of silu is what it is here, -1e-36.
  static final float SLOPE_LOWEST = -87.3f;

  /// Above, 1 + e^-x is 1.
  static final float ONE_ABOVE = 86.9f;

  static final float TANH_P9 = 1.3319365166353236e-08f;
  static final float TANH_P7 = 2.0583715013344772e-05f;
  static final float TANH_P5 = 0.0034940496552735567f;
  static final float TANH_P3 = 0.1337973028421402f;
  static final float TANH_Q8 = 7.76214620691018e-07f;
  static final float TANH_Q6 = 0.0003283116966485977f;
  static final float TANH_Q4 = 0.02587113156914711f;
  static final float TANH_Q2 = 0.4671304523944855f;

  /// Above, tanh x is 1.
  static final float TANH_ONE = 8.9f;

  static final int HALF_SQRT_BITS = Float.floatToRawIntBits(0.70710678f);
  static final float LOG_10 = -0.07634429633617401f;
  static final float LOG_9 = 0.12761549651622772f;
  static final float LOG_8 = -0.131601944565773f;
  static final float LOG_7 = 0.14201761782169342f;
  static final float LOG_6 = -0.16623356938362122f;
  static final float LOG_5 = 0.20001226663589478f;
  static final float LOG_4 = -0.250008225440979f;
  static final float LOG_3 = 0.3333333134651184f;

  static final float TWO_OVER_PI = 0.63661977f;
  // pi / 2 in parts of 11 bits, so that a multiple below 2^13 is exact; the last has 24.
  static final float HALF_PI_1 = 0x1.92p0f;
  static final float HALF_PI_2 = 0x1.fb4p-12f;
  static final float HALF_PI_3 = 0x1.444p-24f;
  static final float HALF_PI_4 = 0x1.68c234p-39f;
  static final float SIN_9 = 2.7180467441212386e-06f;
  static final float SIN_7 = -0.0001983930415008217f;
  static final float SIN_5 = 0.008333329111337662f;
  static final float SIN_3 = -0.1666666716337204f;
  static final float COS_8 = 2.4432409190922044e-05f;
  static final float COS_6 = -0.0013887309469282627f;
  static final float COS_4 = 0.04166664555668831f;

  /// The largest |x| that the polynomials of sin and cos take.
  static final float LARGEST_ANGLE = 8192f;

  private VectorFunctions() {}

  /// y = sin y where |y| is beyond the largest angle.
  static void sinOfLarge(float[] y, int yo, int n) {
    for (int i = yo; i < yo + n; i++) {
      if (Math.abs(y[i]) > LARGEST_ANGLE) {
        y[i] = (float) StrictMath.sin(y[i]);
      }
    }
  }

  /// y = cos y where |y| is beyond the largest angle.
  static void cosOfLarge(float[] y, int yo, int n) {
    for (int i = yo; i < yo + n; i++) {
      if (Math.abs(y[i]) > LARGEST_ANGLE) {
        y[i] = (float) StrictMath.cos(y[i]);
      }
    }
  }
}
