package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.tensor.random.RandomKey;

/// The kernel set of this run against plain formulas in double, at awkward sizes and offsets.
///
/// The build runs this suite once per kernel set and vector width.
class KernelsTest {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final RandomKey KEY = RandomKey.of(20260401);
  private static final float GUARD = 12345.5f;
  private static final int[] OFFSETS = {0, 1, 5};

  private interface Unary {
    void run(float[] x, int xo, float[] y, int yo, int n);
  }

  private interface Binary {
    void run(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);
  }

  private static float[] random(String name, int n) {
    return random(name, n, -3, 3);
  }

  private static float[] random(String name, int n, double low, double high) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (low + (high - low) * KEY.child(name).uniform(i));
    }
    return x;
  }

  /// The numbers at that offset inside an array of guard values.
  private static float[] guarded(float[] x, int offset) {
    float[] out = new float[offset + x.length + 9];
    Arrays.fill(out, GUARD);
    System.arraycopy(x, 0, out, offset, x.length);
    return out;
  }

  private static float[] inside(float[] guarded, int offset, int n) {
    for (int i = 0; i < guarded.length; i++) {
      if (i < offset || i >= offset + n) {
        assertEquals(GUARD, guarded[i], "written outside, at " + (i - offset) + " of " + n);
      }
    }
    return Arrays.copyOfRange(guarded, offset, offset + n);
  }

  private static void assertClose(String what, double[] expected, float[] found, double relative) {
    double scale = 1e-30;
    for (double e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    for (int i = 0; i < expected.length; i++) {
      double allowed = relative * (Math.abs(expected[i]) + 0.05 * scale);
      assertTrue(
          Math.abs(expected[i] - found[i]) <= allowed,
          what
              + "["
              + i
              + "] of "
              + expected.length
              + ": expected "
              + expected[i]
              + ", found "
              + found[i]
              + " with "
              + KERNELS.name());
    }
  }

  private static void checkUnary(
      String name, Unary kernel, DoubleUnaryOperator f, int n, double low, double high) {
    float[] x = random(name, n, low, high);
    double[] expected = new double[n];
    for (int i = 0; i < n; i++) {
      expected[i] = f.applyAsDouble(x[i]);
    }
    for (int xo : OFFSETS) {
      for (int yo : OFFSETS) {
        float[] y = guarded(new float[n], yo);
        kernel.run(guarded(x, xo), xo, y, yo, n);
        assertClose(name, expected, inside(y, yo, n), 4e-7);
      }
      float[] both = guarded(x, xo);
      kernel.run(both, xo, both, xo, n);
      assertClose(name + " in place", expected, inside(both, xo, n), 4e-7);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 16, 17, 31, 64, 1000})
  void elementaryFunctionsAgreeWithMath(int n) {
    checkUnary("exp", KERNELS::exp, Math::exp, n, -20, 20);
    checkUnary("log", KERNELS::log, Math::log, n, 1e-3, 50);
    checkUnary("sin", KERNELS::sin, Math::sin, n, -30, 30);
    checkUnary("cos", KERNELS::cos, Math::cos, n, -30, 30);
    checkUnary("large sin", KERNELS::sin, Math::sin, n, -1e6, 1e6);
    checkUnary("large cos", KERNELS::cos, Math::cos, n, -1e6, 1e6);
    checkUnary("tanh", KERNELS::tanh, Math::tanh, n, -5, 5);
    checkUnary("sigmoid", KERNELS::sigmoid, x -> 1 / (1 + Math.exp(-x)), n, -9, 9);
    checkUnary("silu", KERNELS::silu, x -> x / (1 + Math.exp(-x)), n, -9, 9);
    checkUnary(
        "scale", (x, xo, y, yo, m) -> KERNELS.scale(1.5f, x, xo, y, yo, m), x -> 1.5 * x, n, -9, 9);
  }

  private static void checkBinary(String name, Binary kernel, DoubleBinaryOperator f, int n) {
    float[] x = random(name + " x", n);
    float[] y = random(name + " y", n);
    double[] expected = new double[n];
    for (int i = 0; i < n; i++) {
      expected[i] = f.applyAsDouble(x[i], y[i]);
    }
    for (int o : OFFSETS) {
      float[] z = guarded(new float[n], o);
      kernel.run(guarded(x, 1), 1, guarded(y, 2), 2, z, o, n);
      assertClose(name, expected, inside(z, o, n), 1e-6);
    }
    float[] first = guarded(x, 3);
    kernel.run(first, 3, guarded(y, 2), 2, first, 3, n);
    assertClose(name + " into x", expected, inside(first, 3, n), 1e-6);
    float[] second = guarded(y, 3);
    kernel.run(guarded(x, 2), 2, second, 3, second, 3, n);
    assertClose(name + " into y", expected, inside(second, 3, n), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 16, 17, 31, 64, 1000})
  void arithmeticAgreesWithItsDefinition(int n) {
    checkBinary("add", KERNELS::add, (a, b) -> a + b, n);
    checkBinary("subtract", KERNELS::subtract, (a, b) -> a - b, n);
    checkBinary("multiply", KERNELS::multiply, (a, b) -> a * b, n);
  }

  private static void checkAdding(String name, Binary kernel, DoubleBinaryOperator f, int n) {
    float[] x = random(name + " x", n);
    float[] y = random(name + " y", n);
    float[] z = random(name + " z", n);
    double[] expected = new double[n];
    for (int i = 0; i < n; i++) {
      expected[i] = z[i] + f.applyAsDouble(x[i], y[i]);
    }
    for (int o : OFFSETS) {
      float[] out = guarded(z, o);
      kernel.run(guarded(x, 1), 1, guarded(y, 2), 2, out, o, n);
      assertClose(name, expected, inside(out, o, n), 2e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 16, 17, 31, 64, 1000})
  void accumulatingKernelsAddToWhatIsThere(int n) {
    checkAdding("multiplyAdd", KERNELS::multiplyAdd, (a, b) -> a * b, n);
    checkAdding(
        "axpy",
        (x, xo, y, yo, z, zo, m) -> KERNELS.axpy(-0.75f, x, xo, z, zo, m),
        (a, b) -> -0.75 * a,
        n);
    checkAdding(
        "addScaledDifference",
        (x, xo, y, yo, z, zo, m) -> KERNELS.addScaledDifference(-0.75f, x, xo, y, yo, z, zo, m),
        (a, b) -> -0.75 * (a - b),
        n);
    checkAdding("tanhBackward", KERNELS::tanhBackward, (a, b) -> b * (1 - a * a), n);
    checkAdding("sigmoidBackward", KERNELS::sigmoidBackward, (a, b) -> b * a * (1 - a), n);
    checkAdding("siluBackward", KERNELS::siluBackward, KernelsTest::siluGradient, n);
  }

  private static double siluGradient(double x, double dy) {
    double s = 1 / (1 + Math.exp(-x));
    return dy * s * (1 + x * (1 - s));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 16, 17, 31, 32, 33, 64, 1000, 1024, 1025, 5000})
  void squaredDistanceHasTheSameBitsInAllKernelSetsAndAgreesWithDouble(int n) {
    Kernels scalar = new ScalarKernels();
    float[] x = random("distance x", n);
    float[] y = random("distance y", n);
    double expected = 0;
    for (int i = 0; i < n; i++) {
      expected += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    for (int o : OFFSETS) {
      double found = KERNELS.squaredDistance(guarded(x, o), o, guarded(y, 2), 2, n);
      assertEquals(expected, found, 1e-6 * expected);
      assertEquals(scalar.squaredDistance(x, 0, y, 0, n), found);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 16, 17, 31, 64, 1000, 5000})
  void sumAndDotAgreeWithDouble(int n) {
    float[] x = random("sum x", n);
    float[] y = random("sum y", n);
    double sum = 0;
    double dot = 0;
    double size = 0;
    for (int i = 0; i < n; i++) {
      sum += x[i];
      dot += (double) x[i] * y[i];
      size += Math.abs(x[i]) + Math.abs(x[i] * y[i]);
    }
    for (int o : OFFSETS) {
      assertEquals(sum, KERNELS.sum(guarded(x, o), o, n), 1e-6 * size + 1e-30);
      assertEquals(dot, KERNELS.dot(guarded(x, o), o, guarded(y, 2), 2, n), 1e-6 * size + 1e-30);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 31, 64, 130})
  void rowOperationsAgreeWithTheirDefinition(int columns) {
    for (int rows : new int[] {0, 1, 3, 300}) {
      float[] x = random("rows", rows * columns);
      float[] bias = random("bias", columns);
      double[] shifted = new double[rows * columns];
      double[] sums = new double[columns];
      for (int c = 0; c < columns; c++) {
        sums[c] = bias[c];
        for (int r = 0; r < rows; r++) {
          shifted[r * columns + c] = x[r * columns + c] + bias[c];
          sums[c] += x[r * columns + c];
        }
      }
      float[] y = guarded(new float[rows * columns], 1);
      KERNELS.addRow(guarded(x, 5), 5, guarded(bias, 2), 2, y, 1, rows, columns);
      assertClose("addRow", shifted, inside(y, 1, rows * columns), 1e-6);
      float[] total = guarded(bias, 3);
      KERNELS.addColumnSums(guarded(x, 5), 5, rows, columns, total, 3);
      assertClose("addColumnSums", sums, inside(total, 3, columns), 2e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 31, 64, 130})
  void swiGluAndItsAdjointAgreeWithTheirDefinition(int half) {
    int rows = 3;
    float[] x = random("glu x", rows * 2 * half);
    float[] dy = random("glu dy", rows * half);
    double[] y = new double[rows * half];
    double[] dx = new double[rows * 2 * half];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < half; c++) {
        double value = x[2 * r * half + c];
        double gate = x[2 * r * half + half + c];
        double d = dy[r * half + c];
        y[r * half + c] = value * gate / (1 + Math.exp(-gate));
        dx[2 * r * half + c] = 1 + d * gate / (1 + Math.exp(-gate));
        dx[2 * r * half + half + c] = 1 + siluGradient(gate, d * value);
      }
    }
    float[] found = guarded(new float[rows * half], 2);
    KERNELS.swiGlu(guarded(x, 1), 1, found, 2, rows, half);
    assertClose("swiGlu", y, inside(found, 2, rows * half), 2e-6);
    float[] gradient = guarded(ones(rows * 2 * half), 3);
    KERNELS.swiGluBackward(guarded(x, 1), 1, guarded(dy, 4), 4, gradient, 3, rows, half);
    assertClose("swiGlu adjoint", dx, inside(gradient, 3, rows * 2 * half), 4e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 31, 64, 130, 1000})
  void layerNormAgreesWithItsDefinition(int columns) {
    int rows = 5;
    float epsilon = 1e-5f;
    float[] x = random("norm x", rows * columns);
    float[] gain = random("norm gain", columns, 0.5, 2);
    float[] bias = random("norm bias", columns);
    for (boolean affine : new boolean[] {false, true}) {
      double[] expected = new double[rows * columns];
      double[] means = new double[rows];
      double[] rstds = new double[rows];
      for (int r = 0; r < rows; r++) {
        normalizeRow(x, r, columns, epsilon, means, rstds);
        for (int c = 0; c < columns; c++) {
          double v = (x[r * columns + c] - means[r]) * rstds[r];
          expected[r * columns + c] = affine ? v * gain[c] + bias[c] : v;
        }
      }
      float[] g = affine ? guarded(gain, 1) : new float[0];
      float[] b = affine ? guarded(bias, 2) : new float[0];
      float[] mean = guarded(new float[rows], 3);
      float[] rstd = guarded(new float[rows], 1);
      float[] y = guarded(new float[rows * columns], 5);
      KERNELS.layerNorm(
          guarded(x, 4),
          4,
          g,
          affine ? 1 : 0,
          b,
          affine ? 2 : 0,
          epsilon,
          y,
          5,
          mean,
          3,
          rstd,
          1,
          rows,
          columns);
      assertClose("layerNorm", expected, inside(y, 5, rows * columns), 2e-5);
      assertClose("mean", means, inside(mean, 3, rows), 1e-5);
      assertClose("rstd", rstds, inside(rstd, 1, rows), 1e-5);
      float[] both = guarded(x, 4);
      KERNELS.layerNorm(
          both,
          4,
          g,
          affine ? 1 : 0,
          b,
          affine ? 2 : 0,
          epsilon,
          both,
          4,
          mean,
          3,
          rstd,
          1,
          rows,
          columns);
      assertArrayEquals(inside(y, 5, rows * columns), inside(both, 4, rows * columns));
    }
  }

  private static void normalizeRow(
      float[] x, int row, int columns, double epsilon, double[] means, double[] rstds) {
    double mean = 0;
    for (int c = 0; c < columns; c++) {
      mean += x[row * columns + c] / (double) columns;
    }
    double variance = 0;
    for (int c = 0; c < columns; c++) {
      double d = x[row * columns + c] - mean;
      variance += d * d / columns;
    }
    means[row] = mean;
    rstds[row] = 1 / Math.sqrt(variance + epsilon);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 16, 17, 31, 64, 130})
  void layerNormBackwardAgreesWithItsDefinition(int columns) {
    int rows = 7;
    float[] x = random("back x", rows * columns);
    float[] dy = random("back dy", rows * columns);
    float[] gain = random("back gain", columns, 0.5, 2);
    double[] means = new double[rows];
    double[] rstds = new double[rows];
    double[] dx = new double[rows * columns];
    double[] dgain = new double[columns];
    double[] dbias = new double[columns];
    Arrays.fill(dx, 1);
    Arrays.fill(dgain, 1);
    Arrays.fill(dbias, 1);
    for (int r = 0; r < rows; r++) {
      normalizeRow(x, r, columns, 1e-5, means, rstds);
      double g = 0;
      double gx = 0;
      for (int c = 0; c < columns; c++) {
        double normal = (x[r * columns + c] - means[r]) * rstds[r];
        double d = dy[r * columns + c];
        dgain[c] += d * normal;
        dbias[c] += d;
        g += d * gain[c] / columns;
        gx += d * gain[c] * normal / columns;
      }
      for (int c = 0; c < columns; c++) {
        double normal = (x[r * columns + c] - means[r]) * rstds[r];
        dx[r * columns + c] += rstds[r] * (dy[r * columns + c] * gain[c] - g - normal * gx);
      }
    }
    float[] mean = new float[rows];
    float[] rstd = new float[rows];
    for (int r = 0; r < rows; r++) {
      mean[r] = (float) means[r];
      rstd[r] = (float) rstds[r];
    }
    float[] foundX = guarded(ones(rows * columns), 3);
    float[] foundGain = guarded(ones(columns), 1);
    float[] foundBias = guarded(ones(columns), 2);
    KERNELS.layerNormBackward(
        guarded(x, 1),
        1,
        guarded(gain, 2),
        2,
        mean,
        0,
        rstd,
        0,
        guarded(dy, 4),
        4,
        foundX,
        3,
        foundGain,
        1,
        foundBias,
        2,
        rows,
        columns);
    assertClose("dx", dx, inside(foundX, 3, rows * columns), 2e-5);
    assertClose("dgain", dgain, inside(foundGain, 1, columns), 2e-5);
    assertClose("dbias", dbias, inside(foundBias, 2, columns), 2e-5);
    float[] again = guarded(ones(columns), 1);
    KERNELS.layerNormBackward(
        guarded(x, 1),
        1,
        guarded(gain, 2),
        2,
        mean,
        0,
        rstd,
        0,
        guarded(dy, 4),
        4,
        new float[0],
        0,
        again,
        1,
        new float[0],
        0,
        rows,
        columns);
    assertArrayEquals(foundGain, again, "gain gradient alone");
  }

  private static float[] ones(int n) {
    float[] x = new float[n];
    Arrays.fill(x, 1f);
    return x;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 31, 64, 1000})
  void softmaxAndItsAdjointAgreeWithTheirDefinition(int columns) {
    int rows = 4;
    float[] x = random("softmax x", rows * columns, -8, 8);
    float[] dy = random("softmax dy", rows * columns);
    double[] y = new double[rows * columns];
    double[] dx = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      double total = 0;
      for (int c = 0; c < columns; c++) {
        total += Math.exp(x[r * columns + c]);
      }
      double inner = 0;
      for (int c = 0; c < columns; c++) {
        y[r * columns + c] = Math.exp(x[r * columns + c]) / total;
        inner += y[r * columns + c] * dy[r * columns + c];
      }
      for (int c = 0; c < columns; c++) {
        dx[r * columns + c] = 1 + y[r * columns + c] * (dy[r * columns + c] - inner);
      }
    }
    float[] found = guarded(new float[rows * columns], 2);
    KERNELS.softmaxRows(guarded(x, 1), 1, found, 2, rows, columns);
    assertClose("softmax", y, inside(found, 2, rows * columns), 4e-6);
    float[] both = guarded(x, 2);
    KERNELS.softmaxRows(both, 2, both, 2, rows, columns);
    assertArrayEquals(found, both);
    float[] gradient = guarded(ones(rows * columns), 3);
    KERNELS.softmaxRowsBackward(found, 2, guarded(dy, 1), 1, gradient, 3, rows, columns);
    assertClose("softmax adjoint", dx, inside(gradient, 3, rows * columns), 1e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33, 64, 130})
  void weightsOfLogitsAgreeWithTheirDefinition(int columns) {
    int rows = 5;
    int ld = KERNELS.paddedColumns(columns);
    float[] logits = random("logits", rows * columns, -8, 8);
    float[] bias = random("logit bias", rows * columns, -3, 3);
    float[] mask = new float[rows * columns];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % 3 == 1 && i % columns > 0 ? -1e9f : 0;
    }
    for (int form = 0; form < 4; form++) {
      boolean biased = (form & 1) > 0;
      boolean masked = (form & 2) > 0;
      double[] expected = new double[rows * ld];
      float[] x = new float[rows * ld];
      Arrays.fill(x, 77);
      for (int r = 0; r < rows; r++) {
        double total = 0;
        for (int c = 0; c < columns; c++) {
          int i = r * columns + c;
          x[r * ld + c] = logits[i];
          double e = 0.3f * logits[i] + (biased ? bias[i] : 0) + (masked ? mask[i] : 0);
          expected[r * ld + c] = Math.exp(e);
          total += Math.exp(e);
        }
        for (int c = 0; c < columns; c++) {
          expected[r * ld + c] /= total;
        }
      }
      float[] found = guarded(x, 2);
      KERNELS.softmaxLogits(
          0.3f,
          found,
          2,
          ld,
          biased ? guarded(bias, 1) : new float[0],
          1,
          masked ? guarded(mask, 3) : new float[0],
          3,
          rows,
          columns);
      float[] weights = inside(found, 2, rows * ld);
      assertClose("weights", expected, weights, 6e-6);
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < ld; c++) {
          if (c >= columns || (masked && mask[r * columns + c] < 0)) {
            assertEquals(0f, weights[r * ld + c], "row " + r + ", column " + c);
          }
        }
      }
    }
  }

  @Test
  void softmaxGivesMaskedPlacesExactlyZero() {
    float[] x = {0.5f, -1e9f, 1.5f, -1e30f, 0.25f};
    float[] y = new float[5];
    KERNELS.softmaxRows(x, 0, y, 0, 1, 5);
    assertEquals(0f, y[1]);
    assertEquals(0f, y[3]);
    assertEquals(1, y[0] + y[2] + y[4], 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 31, 64, 130})
  void gatherScatterAndSegmentSumAgreeWithTheirDefinition(int columns) {
    int nodes = 6;
    int[] index = {3, 0, 5, 5, 1, 3, 3, 2, 0};
    int[] start = {0, 2, 2, 5, 9};
    float[] x = random("gather", nodes * columns);
    float[] rows = guarded(new float[index.length * columns], 1);
    KERNELS.gatherRows(guarded(x, 3), 3, columns, index, 0, index.length, rows, 1);
    float[] gathered = inside(rows, 1, index.length * columns);
    double[] scattered = new double[nodes * columns];
    for (int i = 0; i < nodes * columns; i++) {
      scattered[i] = x[i];
    }
    double[] summed = new double[4 * columns];
    for (int i = 0; i < index.length; i++) {
      int segment = i < 2 ? 0 : i < 5 ? 2 : 3;
      for (int c = 0; c < columns; c++) {
        assertEquals(x[index[i] * columns + c], gathered[i * columns + c]);
        scattered[index[i] * columns + c] += gathered[i * columns + c];
        summed[segment * columns + c] += gathered[i * columns + c];
      }
    }
    float[] target = guarded(x, 2);
    KERNELS.scatterAddRows(gathered, 0, columns, index, 0, index.length, target, 2);
    assertClose("scatterAdd", scattered, inside(target, 2, nodes * columns), 2e-6);
    float[] sums = guarded(random("old", 4 * columns), 5);
    KERNELS.segmentSum(gathered, 0, columns, start, 0, 4, sums, 5);
    assertClose("segmentSum", summed, inside(sums, 5, 4 * columns), 2e-6);
    float[] last = new float[2 * columns];
    KERNELS.segmentSum(gathered, 0, columns, start, 2, 2, last, 0);
    assertArrayEquals(Arrays.copyOfRange(sums, 5 + 2 * columns, 5 + 4 * columns), last);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 31, 64, 1000})
  void adamWFollowsItsFormula(int n) {
    float[] p = random("adam p", n);
    float[] g = random("adam g", n);
    float[] m = random("adam m", n);
    float[] v = random("adam v", n, 0, 2);
    double[] newP = new double[n];
    double[] newM = new double[n];
    double[] newV = new double[n];
    for (int i = 0; i < n; i++) {
      double gradient = 0.5 * g[i];
      newM[i] = 0.9 * m[i] + 0.1 * gradient;
      newV[i] = 0.99 * v[i] + 0.01 * gradient * gradient;
      newP[i] =
          p[i] * (1 - 0.01 * 0.1) - 0.01 * (newM[i] / 0.3) / (Math.sqrt(newV[i] / 0.2) + 1e-3);
    }
    float[] gp = guarded(p, 1);
    float[] gm = guarded(m, 2);
    float[] gv = guarded(v, 3);
    KERNELS.adamW(
        gp,
        1,
        guarded(g, 4),
        4,
        gm,
        2,
        gv,
        3,
        n,
        0.5f,
        0.01f,
        0.9f,
        0.99f,
        1e-3f,
        0.1f,
        0.3f,
        0.2f);
    assertClose("p", newP, inside(gp, 1, n), 2e-5);
    assertClose("m", newM, inside(gm, 2, n), 2e-5);
    assertClose("v", newV, inside(gv, 3, n), 2e-5);
  }
}
