package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import quotient.tensor.random.RandomKey;

/// The loops of biased attention against plain double arithmetic, at awkward sizes.
class AttentionKernelsTest {
  private static final int[] SIZES = {0, 1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 100, 257};
  private static final int ROWS = 23;
  private static final int OFFSET = 5;
  private static final float SCALE = 0.37f;
  private static final RandomKey KEY = RandomKey.of(77);

  /// Enough for every compiler to have been at work; a few where there is none.
  private static final int CALLS =
      ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-Xint") ? 20 : 20_000;

  private final AttentionKernels kernels = KernelProvider.attentionKernels();

  private static float[] random(String name, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (2 * KEY.child(name).uniform(i) - 1);
    }
    return x;
  }

  private static int[] classes(String name, int n) {
    int[] c = new int[n];
    for (int i = 0; i < n; i++) {
      c[i] = KEY.child(name).below(i, ROWS);
    }
    return c;
  }

  private static PairBias bias(int n) {
    PairBias bias = new PairBias();
    bias.at = 3;
    bias.first = classes("first", n + 3);
    bias.second = classes("second", n + 3);
    bias.third = classes("third", n + 3);
    bias.coefficient = random("coefficient", 3 * n + 1);
    bias.rhoAt = 1;
    bias.sigmaAt = 1 + n;
    bias.tauAt = 1 + 2 * n;
    bias.table = random("table", OFFSET + ROWS);
    bias.tableAt = OFFSET;
    bias.sigmaRow = 20;
    bias.tauRow = 22;
    return bias;
  }

  private static double sumOfClasses(PairBias b, int j) {
    return (double) b.table[OFFSET + b.first[3 + j]]
        + b.table[OFFSET + b.second[3 + j]]
        + b.table[OFFSET + b.third[3 + j]];
  }

  @Test
  void theBiasIsThatOfTheFormula() {
    for (int n : SIZES) {
      PairBias b = bias(n);
      float[] y = random("y", n + 2);
      float[] found = y.clone();
      kernels.addBias(b, SCALE, found, 1, n);
      assertEquals(y[0], found[0]);
      assertEquals(y[n + 1], found[n + 1]);
      for (int j = 0; j < n; j++) {
        double expected =
            (double) SCALE * y[1 + j]
                + b.coefficient[1 + j] * sumOfClasses(b, j)
                + (double) b.coefficient[1 + n + j] * b.table[OFFSET + 20]
                + (double) b.coefficient[1 + 2 * n + j] * b.table[OFFSET + 22];
        assertEquals(expected, found[1 + j], 1e-6, "n " + n + " pair " + j);
      }
    }
  }

  @Test
  void gradientsOfTheCoefficientsAreThoseOfTheFormula() {
    for (int n : SIZES) {
      PairBias b = bias(n);
      float[] dy = random("dy", n + 1);
      float[] d = random("d", 3 * n + 2);
      float[] found = d.clone();
      kernels.coefficientBackward(b, dy, 1, found, 1, 1 + n, 1 + 2 * n, n);
      for (int j = 0; j < n; j++) {
        double g = dy[1 + j];
        assertEquals(d[1 + j] + g * sumOfClasses(b, j), found[1 + j], 1e-6);
        assertEquals(d[1 + n + j] + g * b.table[OFFSET + 20], found[1 + n + j], 1e-6);
        assertEquals(d[1 + 2 * n + j] + g * b.table[OFFSET + 22], found[1 + 2 * n + j], 1e-6);
      }
      assertEquals(d[0], found[0]);
      assertEquals(d[3 * n + 1], found[3 * n + 1]);
    }
  }

  @Test
  void gradientsOfTheTableAreThoseOfTheFormula() {
    for (int n : SIZES) {
      PairBias b = bias(n);
      float[] dy = random("dy", n + 1);
      float[] found = random("d", OFFSET + ROWS + 1);
      double[] expected = new double[found.length];
      for (int i = 0; i < found.length; i++) {
        expected[i] = found[i];
      }
      kernels.tableBackward(b, dy, 1, found, OFFSET, n);
      for (int j = 0; j < n; j++) {
        double g = dy[1 + j];
        for (int[] c : new int[][] {b.first, b.second, b.third}) {
          expected[OFFSET + c[3 + j]] += b.coefficient[1 + j] * g;
        }
        expected[OFFSET + 20] += b.coefficient[1 + n + j] * g;
        expected[OFFSET + 22] += b.coefficient[1 + 2 * n + j] * g;
      }
      for (int i = 0; i < found.length; i++) {
        assertEquals(expected[i], found[i], 2e-5, "n " + n + " row " + i);
      }
    }
  }

  @Test
  @Tag("bits")
  void theFirstCallAndTheTwentyThousandthGiveTheSameBits() {
    int n = 77;
    float[] first = all(n);
    for (int i = 0; i < CALLS; i++) {
      all(n);
    }
    assertArrayEquals(first, all(n));
  }

  private float[] all(int n) {
    PairBias b = bias(n);
    float[] out = new float[5 * n + ROWS];
    kernels.addBias(b, SCALE, out, 0, n);
    kernels.coefficientBackward(b, out, 0, out, n, 2 * n, 3 * n, n);
    kernels.tableBackward(b, out, 0, out, 4 * n, n);
    return out;
  }
}
