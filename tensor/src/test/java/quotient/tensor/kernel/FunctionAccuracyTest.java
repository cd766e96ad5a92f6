package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The errors that {@link VectorFunctions} states, over all binades of the stated ranges, and what
/// happens at the ends.
class FunctionAccuracyTest {
  /// Steps over bit patterns: a prime, half a million of all floats.
  private static final int STRIDE = 8191;

  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private static final Kernels KERNELS = KernelProvider.kernels();

  private interface Loop {
    void run(float[] x, int xo, float[] y, int yo, int n);
  }

  private static Loop loop(String name) {
    return switch (name) {
      case "exp" -> KERNELS::exp;
      case "log" -> KERNELS::log;
      case "sin" -> KERNELS::sin;
      case "cos" -> KERNELS::cos;
      case "tanh" -> KERNELS::tanh;
      case "sigmoid" -> KERNELS::sigmoid;
      case "silu" -> KERNELS::silu;
      case "slope" -> FunctionAccuracyTest::slope;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// The derivative of silu.
  private static void slope(float[] x, int xo, float[] y, int yo, int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    Arrays.fill(y, yo, yo + n, 0);
    KERNELS.siluBackward(x, xo, ones, 0, y, yo, n);
  }

  private static DoubleUnaryOperator exact(String name) {
    return switch (name) {
      case "exp" -> StrictMath::exp;
      case "log" -> StrictMath::log;
      case "sin" -> StrictMath::sin;
      case "cos" -> StrictMath::cos;
      case "tanh" -> StrictMath::tanh;
      case "sigmoid" -> x -> 1 / (1 + StrictMath.exp(-x));
      case "silu" -> x -> x / (1 + StrictMath.exp(-x));
      case "slope" -> FunctionAccuracyTest::exactSlope;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static double exactSlope(double x) {
    double s = 1 / (1 + StrictMath.exp(-x));
    return s * (1 + x * (1 - s));
  }

  /// In units of the last place of the result, or of the smallest normal number.
  private static double worst(String name, float low, float high) {
    Loop loop = loop(name);
    DoubleUnaryOperator exact = exact(name);
    float[] x = new float[1 << 12];
    float[] y = new float[x.length];
    double worst = 0;
    int n = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      float v = Float.intBitsToFloat((int) bits);
      if (v >= low && v <= high) {
        x[n++] = v;
      }
      if (n == x.length || bits + STRIDE >= 1L << 32) {
        loop.run(x, 0, y, 0, n);
        for (int i = 0; i < n; i++) {
          double e = exact.applyAsDouble(x[i]);
          double unit = Math.max(Math.ulp((float) e), Math.ulp(Float.MIN_NORMAL));
          double error = Math.abs(y[i] - e) / unit;
          assertTrue(error < 1e9, name + "(" + x[i] + ") = " + y[i]);
          worst = Math.max(worst, error);
        }
        n = 0;
      }
    }
    return worst;
  }

  /// The bounds are those of the table in `docs/decisions/elementwise.md`.
  @ParameterizedTest
  @CsvSource({
    "exp, -86.98, 88.7228, 1.2",
    "log, 0, 3.4e38, 1",
    "sin, -8192, 8192, 2.2",
    "cos, -8192, 8192, 2.2",
    "sin, 8192, 3.4e38, 0.6",
    "cos, 8192, 3.4e38, 0.6",
    "tanh, -3.4e38, 3.4e38, 5.5",
    "sigmoid, -87.3, 3.4e38, 2.3",
    "silu, -88.7, 3.4e38, 2.3",
    "slope, -1, 3.4e38, 3.5",
  })
  void theErrorIsAtMostTheStatedOne(String name, float low, float high, double stated) {
    double worst = worst(name, Math.max(low, name.equals("log") ? Float.MIN_VALUE : low), high);
    assertTrue(worst <= stated, name + ": " + worst + " ulp with " + KERNELS.name());
  }

  /// Where the slope passes through zero only an absolute error makes sense.
  @Test
  void theSlopeOfSiluIsRightToItsLargestNumberWhereItVanishes() {
    float[] x = new float[1000];
    float[] y = new float[x.length];
    for (int part = 0; part < 1000; part++) {
      for (int i = 0; i < x.length; i++) {
        x[i] = -1 - (part * 1000 + i) * 1e-4f;
      }
      slope(x, 0, y, 0, x.length);
      for (int i = 0; i < x.length; i++) {
        assertEquals(exactSlope(x[i]), y[i], 6e-8, "x " + x[i]);
      }
    }
  }

  private static float at(String name, float x) {
    float[] in = new float[17];
    float[] out = new float[17];
    Arrays.fill(in, x);
    loop(name).run(in, 0, out, 0, in.length);
    for (float y : out) {
      assertEquals(out[0], y, name + " of the rest of a range");
    }
    return out[0];
  }

  @ParameterizedTest
  @CsvSource({
    "exp, 0, Infinity",
    "log, NaN, Infinity",
    "sin, NaN, NaN",
    "cos, NaN, NaN",
    "tanh, -1, 1",
    "sigmoid, 0, 1",
    "silu, 0, Infinity",
    "slope, 0, 1",
  })
  void infinitiesGiveTheLimitsAndNanGivesNan(String name, float low, float high) {
    assertEquals(low, at(name, -INFINITY), 2e-36f, name);
    assertEquals(high, at(name, INFINITY), name);
    assertTrue(Float.isNaN(at(name, Float.NaN)), name);
    assertTrue(Float.isNaN(at(name, Float.intBitsToFloat(0xFFC00000))), name);
  }

  @ParameterizedTest
  @CsvSource({
    "exp, 1, 1",
    "sigmoid, 0.5, 0.5",
    "slope, 0.5, 0.5",
    "cos, 1, 1",
    "tanh, 1, 0",
    "sin, 1, 0",
    "silu, 0.5, 0",
  })
  void subnormalArgumentsAreNoSpecialCase(String name, float factor, float at0) {
    for (float x : new float[] {0, Float.MIN_VALUE, 1e-39f, -1e-39f, Float.MIN_NORMAL}) {
      assertEquals(at0 == 0 ? factor * x : at0, at(name, x), Float.MIN_VALUE, name);
    }
  }

  @Test
  void endsAreWhatTheDescriptionSays() {
    assertEquals(INFINITY, at("exp", 88.8f));
    assertEquals(INFINITY, at("exp", Float.MAX_VALUE));
    assertEquals(0f, at("exp", -Float.MAX_VALUE), 0f);
    assertEquals(0f, at("silu", -Float.MAX_VALUE), 0f);
    assertEquals(Float.MAX_VALUE, at("silu", Float.MAX_VALUE));
    assertEquals(-INFINITY, at("log", 0f));
    assertEquals(-INFINITY, at("log", -0f));
    assertTrue(Float.isNaN(at("log", -Float.MIN_VALUE)));
    assertEquals(1 / -0f, 1 / at("tanh", -0f));
    assertEquals(1 / -0f, 1 / at("silu", -0f));
  }
}
