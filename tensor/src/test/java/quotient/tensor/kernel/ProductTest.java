package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.tensor.random.RandomKey;

/// Matrix products of the kernel set of this run.
class ProductTest {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final float[] SCRATCH = new float[KERNELS.scratchSize()];
  private static final RandomKey KEY = RandomKey.of(77);
  private static final int[] SIZES = {1, 2, 3, 7, 16, 17, 31, 33, 64, 100};

  private static float[] random(String name, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (2 * KEY.child(name).uniform(i) - 1);
    }
    return x;
  }

  private static float[] transpose(float[] x, int rows, int columns) {
    float[] y = new float[x.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        y[c * rows + r] = x[r * columns + c];
      }
    }
    return y;
  }

  private static double[] product(float[] a, float[] b, int m, int n, int k) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int p = 0; p < k; p++) {
        for (int j = 0; j < n; j++) {
          c[i * n + j] += (double) a[i * k + p] * b[p * n + j];
        }
      }
    }
    return c;
  }

  private static float[] packed(float[] b, int ldb, boolean transposed, int k, int n) {
    float[] p = new float[KERNELS.packedSize(k, n) + 3];
    Arrays.fill(p, Float.NaN);
    KERNELS.packB(b, 0, ldb, transposed, k, n, p, 3);
    return p;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 17, 64, 384, 385})
  void productsAgreeWithDouble(int k) {
    for (int m : SIZES) {
      for (int n : SIZES) {
        check(m, n, k);
      }
    }
  }

  private static void check(int m, int n, int k) {
    float[] a = random("a", m * k);
    float[] b = random("b", k * n);
    double[] expected = product(a, b, m, n, k);
    double tolerance = 4e-7 * Math.sqrt(k + 1) * 4;
    float[] old = random("old", m * n);
    for (boolean accumulate : new boolean[] {false, true}) {
      for (int form = 0; form < 3; form++) {
        float[] c = new float[m * (n + 5) + 2];
        Arrays.fill(c, 99);
        for (int i = 0; i < m; i++) {
          System.arraycopy(old, i * n, c, 2 + i * (n + 5), n);
        }
        if (form == 0) {
          float[] p = packed(b, n, false, k, n);
          KERNELS.gemm(m, n, k, a, 0, k, p, 3, c, 2, n + 5, accumulate, SCRATCH, 0);
        } else if (form == 1) {
          float[] p = packed(transpose(b, k, n), k, true, k, n);
          KERNELS.gemm(m, n, k, a, 0, k, p, 3, c, 2, n + 5, accumulate, SCRATCH, 0);
        } else {
          float[] at = transpose(a, m, k);
          KERNELS.gemmTransposed(m, n, k, at, 0, m, b, 0, n, c, 2, n + 5, accumulate, SCRATCH, 0);
        }
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            double want = expected[i * n + j] + (accumulate ? old[i * n + j] : 0);
            double found = c[2 + i * (n + 5) + j];
            assertTrue(
                Math.abs(want - found) <= tolerance,
                "form "
                    + form
                    + " ["
                    + m
                    + ", "
                    + n
                    + ", "
                    + k
                    + "] at "
                    + i
                    + ", "
                    + j
                    + ": expected "
                    + want
                    + ", found "
                    + found);
          }
          for (int j = n; j < n + 5; j++) {
            assertEquals(99f, c[2 + i * (n + 5) + j], "written beyond the row");
          }
        }
      }
    }
  }

  /// Transposed packing moves 16 x 16 numbers at a time, or 8 rows, or one by one.
  @Test
  void packingTheTransposeIsPackingATransposedMatrix() {
    for (int k : new int[] {1, 15, 16, 17, 40, 256, 300}) {
      for (int n : new int[] {1, 7, 8, 15, 16, 17, 18, 31, 32, 33, 48, 63, 100}) {
        float[] b = random("b", k * n);
        assertArrayEquals(
            packed(b, n, false, k, n),
            packed(transpose(b, k, n), k, true, k, n),
            "k " + k + ", n " + n);
      }
    }
  }

  @Test
  void paddedColumnsAreZeroAndTheOthersAreWhatTheyWere() {
    int m = 23;
    int k = 19;
    for (int n : SIZES) {
      int padded = KERNELS.paddedColumns(n);
      float[] b = packed(random("b", k * n), n, false, k, n);
      float[] a = random("a", m * k);
      float[] c = new float[m * n];
      float[] wide = new float[m * padded];
      Arrays.fill(wide, 99);
      KERNELS.gemm(m, n, k, a, 0, k, b, 3, c, 0, n, false, SCRATCH, 0);
      KERNELS.gemm(m, padded, k, a, 0, k, b, 3, wide, 0, padded, false, SCRATCH, 0);
      for (int i = 0; i < m; i++) {
        assertArrayEquals(
            Arrays.copyOfRange(c, i * n, (i + 1) * n),
            Arrays.copyOfRange(wide, i * padded, i * padded + n));
        assertArrayEquals(
            new float[padded - n], Arrays.copyOfRange(wide, i * padded + n, (i + 1) * padded));
      }
    }
  }

  @Test
  void aRowOfAProductDependsOnThatRowAndOnBAlone() {
    int k = 500;
    for (int n : new int[] {5, 16, 20, 32, 47, 64, 96}) {
      float[] b = packed(random("b", k * n), n, false, k, n);
      int m = 53;
      float[] a = random("a", m * k);
      float[] all = new float[m * n];
      KERNELS.gemm(m, n, k, a, 0, k, b, 3, all, 0, n, false, SCRATCH, 0);
      for (int rows : new int[] {1, 2, 3, 4, 5, 8, 9, 12, 13, 23}) {
        for (int from = 0; from + rows <= m; from += 7) {
          float[] some = new float[rows * n + 4];
          KERNELS.gemm(rows, n, k, a, from * k, k, b, 3, some, 4, n, false, SCRATCH, 0);
          assertArrayEquals(
              Arrays.copyOfRange(all, from * n, (from + rows) * n),
              Arrays.copyOfRange(some, 4, some.length),
              "rows " + from + " to " + (from + rows) + ", n " + n);
        }
      }
    }
  }

  @Test
  void aProductDoesNotDependOnTheDistanceOfTheRows() {
    int k = 301;
    int m = 29;
    int n = 70;
    float[] b = packed(random("b", k * n), n, false, k, n);
    float[] a = random("a", m * 1024);
    float[] apart = new float[m * n];
    KERNELS.gemm(m, n, k, a, 0, 1024, b, 3, apart, 0, n, false, SCRATCH, 0);
    float[] close = new float[m * k];
    for (int i = 0; i < m; i++) {
      System.arraycopy(a, i * 1024, close, i * k, k);
    }
    float[] c = new float[m * n];
    KERNELS.gemm(m, n, k, close, 0, k, b, 3, c, 0, n, false, SCRATCH, 0);
    assertArrayEquals(apart, c);
  }

  @Test
  void aRowOfAWeightGradientDoesNotDependOnItsPosition() {
    int k = 500;
    for (int n : new int[] {5, 16, 20, 32, 47, 64}) {
      float[] b = random("b", k * n);
      int m = 53;
      float[] a = random("a", m * k);
      float[] all = new float[m * n];
      KERNELS.gemmTransposed(m, n, k, a, 0, m, b, 0, n, all, 0, n, false, SCRATCH, 0);
      for (int rows : new int[] {1, 2, 3, 4, 5, 8, 9, 12, 13, 23}) {
        for (int from = 0; from + rows <= m; from += 7) {
          float[] some = new float[rows * n];
          KERNELS.gemmTransposed(rows, n, k, a, from, m, b, 0, n, some, 0, n, false, SCRATCH, 0);
          assertArrayEquals(Arrays.copyOfRange(all, from * n, (from + rows) * n), some);
        }
      }
    }
  }
}
