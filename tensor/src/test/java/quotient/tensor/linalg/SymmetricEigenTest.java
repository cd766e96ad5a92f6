package quotient.tensor.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class SymmetricEigenTest {
  private static double[] symmetric(int n, long seed) {
    double[] z = new double[n * n];
    Normal.fill(RandomKey.of(seed), z, 0, n * n);
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i * n + j] = z[i * n + j] + z[j * n + i];
      }
    }
    return a;
  }

  /// Laplacian of a ring with a chord: eigenvalues that repeat, one of them zero.
  private static double[] ringLaplacian(int n) {
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      int next = (i + 1) % n;
      a[i * n + i] += 1;
      a[next * n + next] += 1;
      a[i * n + next] -= 1;
      a[next * n + i] -= 1;
    }
    return a;
  }

  private static void assertDecomposes(int n, double[] a, double tolerance) {
    double[] values = new double[n];
    double[] vectors = new double[n * n];
    SymmetricEigen.decompose(n, a.clone(), values, vectors);
    double scale = 1;
    for (double value : values) {
      scale = Math.max(scale, Math.abs(value));
    }
    for (int k = 0; k < n; k++) {
      assertTrue(k == 0 || values[k - 1] <= values[k], "not ascending at " + k);
      for (int i = 0; i < n; i++) {
        double product = 0;
        for (int j = 0; j < n; j++) {
          product += a[i * n + j] * vectors[k * n + j];
        }
        assertEquals(values[k] * vectors[k * n + i], product, tolerance * scale, "A v = w v, " + k);
      }
      for (int l = 0; l <= k; l++) {
        double dot = 0;
        for (int i = 0; i < n; i++) {
          dot += vectors[k * n + i] * vectors[l * n + i];
        }
        assertEquals(k == l ? 1 : 0, dot, tolerance, "orthonormal " + k + ", " + l);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 17, 31, 64, 150})
  void randomMatricesDecompose(int n) {
    assertDecomposes(n, symmetric(n, n), 1e-13 * Math.max(4, n));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 6, 16, 17, 40, 300})
  void laplaciansOfRingsHaveTheirKnownSpectrum(int n) {
    double[] a = ringLaplacian(n);
    assertDecomposes(n, a, 1e-13 * n);
    double[] values = new double[n];
    SymmetricEigen.decompose(n, a, values, new double[n * n]);
    double[] expected = new double[n];
    for (int k = 0; k < n; k++) {
      expected[k] = 2 - 2 * Math.cos(2 * Math.PI * k / n);
    }
    Arrays.sort(expected);
    for (int k = 0; k < n; k++) {
      assertEquals(expected[k], values[k], 1e-12, "value " + k + " of " + n);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 17, 33})
  void diagonalAndZeroMatricesComeBack(int n) {
    double[] a = new double[n * n];
    assertDecomposes(n, a, 0);
    for (int i = 0; i < n; i++) {
      a[i * n + i] = (i * 7) % n - 2;
    }
    assertDecomposes(n, a, 0);
  }

  @Test
  void threeByThreeEntriesAgreeWithTheFullDecomposition() {
    for (int seed = 0; seed < 200; seed++) {
      double[] a = symmetric(3, seed);
      if (seed % 4 == 1) {
        // graded: one direction much larger than the others
        for (int i = 0; i < 9; i++) {
          a[i] *= Math.pow(1e-5, (i / 3 + i % 3) * 0.5);
        }
      }
      double[] values = new double[3];
      double[] vectors = new double[9];
      SymmetricEigen.decompose(3, a.clone(), values, vectors);
      for (int k = 0; k < 3; k++) {
        assertEquals(
            values[k],
            SymmetricEigen.value3(k, a[0], a[1], a[2], a[4], a[5], a[8]),
            1e-14 * Math.max(Math.abs(values[0]), Math.abs(values[2])),
            "seed " + seed);
        double dot = 0;
        for (int c = 0; c < 3; c++) {
          dot +=
              vectors[3 * k + c] * SymmetricEigen.vector3(k, c, a[0], a[1], a[2], a[4], a[5], a[8]);
        }
        assertEquals(1, Math.abs(dot), 1e-12, "seed " + seed + " vector " + k);
      }
    }
  }

  @Test
  void repeatedEigenvaluesOfThreeByThreeGiveAnOrthonormalBasis() {
    double[][] cases = {
      {1, 0, 0, 1, 0, 1},
      {0, 0, 0, 0, 0, 0},
      {2, 1, 1, 2, 1, 2},
      {5, 0, 0, 5, 0, 1},
      {1e-300, 0, 0, 1e-300, 0, 3e-300},
      {0, 1, 0, 0, 0, 0},
      {1, 1e-9, 0, 1, 0, 1}
    };
    for (double[] m : cases) {
      for (int k = 0; k < 3; k++) {
        for (int l = 0; l < 3; l++) {
          double dot = 0;
          for (int c = 0; c < 3; c++) {
            dot +=
                SymmetricEigen.vector3(k, c, m[0], m[1], m[2], m[3], m[4], m[5])
                    * SymmetricEigen.vector3(l, c, m[0], m[1], m[2], m[3], m[4], m[5]);
          }
          assertEquals(k == l ? 1 : 0, dot, 1e-14);
        }
      }
    }
  }

  @Test
  void entriesThatAreNotFiniteAreRefused() {
    double[] a = {1, 0, Double.NaN, 1};
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> SymmetricEigen.decompose(2, a, new double[2], new double[4]));
    assertTrue(refusal.getMessage().contains("(1, 0) is NaN"), refusal.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> SymmetricEigen.decompose(3, new double[9], new double[2], new double[9]));
  }
}
