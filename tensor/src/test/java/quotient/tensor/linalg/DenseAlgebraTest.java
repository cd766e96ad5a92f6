package quotient.tensor.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class DenseAlgebraTest {
  private static double[] normals(int n, long seed) {
    double[] z = new double[n];
    Normal.fill(RandomKey.of(seed), z, 0, n);
    return z;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8})
  void singularValuesRebuildTheMatrixAtEveryRank(int n) {
    for (int rank = 0; rank <= n; rank++) {
      double[] left = normals(n * n, 10L * n + rank);
      double[] right = normals(n * n, 1000L + 10L * n + rank);
      for (int i = 0; i < n; i++) {
        for (int j = rank; j < n; j++) {
          left[i * n + j] = 0;
        }
      }
      double[] a = new double[n * n];
      Dense.multiply(n, n, n, left, right, a);
      double[] u = new double[n * n];
      double[] s = new double[n];
      double[] v = new double[n * n];
      SingularValues.decompose(n, a, u, s, v);
      double[] scaled = u.clone();
      for (int i = 0; i < n * n; i++) {
        scaled[i] *= s[i % n];
      }
      double[] rebuilt = new double[n * n];
      Dense.multiplyTransposed(n, n, n, scaled, v, rebuilt);
      assertArrayEquals(a, rebuilt, 1e-13 * (1 + s[0]), "n " + n + " rank " + rank);
      double[] identity = new double[n * n];
      for (int i = 0; i < n; i++) {
        identity[i * n + i] = 1;
        assertTrue(i == 0 || s[i - 1] >= s[i], "descending");
        assertTrue(i < rank ? s[i] > 1e-6 : s[i] < 1e-13 * (1 + s[0]), "rank " + rank);
      }
      double[] gram = new double[n * n];
      Dense.transposedMultiply(n, n, n, u, u, gram);
      assertArrayEquals(identity, gram, 1e-13, "U, rank " + rank);
      Dense.transposedMultiply(n, n, n, v, v, gram);
      assertArrayEquals(identity, gram, 1e-13, "V, rank " + rank);
    }
  }

  @Test
  void choleskySolvesAndMeasures() {
    for (int n : new int[] {1, 2, 3, 7, 16, 31}) {
      double[] root = normals(n * n, n);
      double[] a = new double[n * n];
      Dense.multiplyTransposed(n, n, n, root, root, a);
      for (int i = 0; i < n; i++) {
        a[i * n + i] += 1;
      }
      double[] x = normals(n, 77);
      double[] b = new double[n];
      Dense.multiply(n, n, 1, a, x, b);
      double[] factor = a.clone();
      Cholesky.factor(n, factor);
      Cholesky.solve(n, factor, b);
      assertArrayEquals(x, b, 1e-11, "n " + n);
      assertEquals(
          Math.log(Dense.determinant(n, a)), Cholesky.logDeterminant(n, factor), 1e-10, "n " + n);
      // L^T (L^-T z) = z
      double[] z = normals(n, 5);
      double[] y = z.clone();
      Cholesky.solveUpper(n, factor, y);
      for (int i = 0; i < n; i++) {
        double product = 0;
        for (int k = i; k < n; k++) {
          product += factor[k * n + i] * y[k];
        }
        assertEquals(z[i], product, 1e-12, "n " + n);
      }
    }
  }

  @Test
  void choleskyRefusesWhatIsNotPositive() {
    assertThrows(
        IllegalArgumentException.class, () -> Cholesky.factor(2, new double[] {1, 2, 2, 1}));
    assertThrows(
        IllegalArgumentException.class, () -> Cholesky.factor(1, new double[] {Double.NaN}));
    // A Laplacian is only semidefinite.
    assertThrows(
        IllegalArgumentException.class, () -> Cholesky.factor(2, new double[] {1, -1, -1, 1}));
  }

  @Test
  void determinantsOfKnownMatrices() {
    assertEquals(1, Dense.determinant(0, new double[0]));
    assertEquals(-1, Dense.determinant(2, new double[] {0, 1, 1, 0}));
    assertEquals(0, Dense.determinant(2, new double[] {1, 2, 2, 4}));
    assertEquals(-3, Dense.determinant(3, new double[] {1, 2, 3, 4, 5, 6, 7, 8, 10}), 1e-14);
    assertEquals(-3, Mat3.determinant(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 10}), 1e-14);
  }

  @Test
  void threeByThreeProductsAgreeWithTheGeneralOnes() {
    double[] a = normals(9, 1);
    double[] b = normals(9, 2);
    double[] expected = new double[9];
    double[] actual = new double[9];
    Dense.multiply(3, 3, 3, a, b, expected);
    Mat3.multiply(a, b, actual);
    assertArrayEquals(expected, actual, 1e-15);
    Dense.multiplyTransposed(3, 3, 3, a, b, expected);
    Mat3.multiplyTransposed(a, b, actual);
    assertArrayEquals(expected, actual, 1e-15);
    Dense.transposedMultiply(3, 3, 3, a, Mat3.identity(), expected);
    Mat3.transpose(a, actual);
    assertArrayEquals(expected, actual, 0);
    Mat3.transpose(actual, actual);
    assertArrayEquals(a, actual, 0);
    assertEquals(a[0] + a[4] + a[8], Mat3.trace(a));
    double[] v = {0, 1, 2, 3, 9};
    Mat3.apply(new double[] {0, -1, 0, 1, 0, 0, 0, 0, 2}, v, 1, v, 1);
    assertArrayEquals(new double[] {0, -2, 1, 6, 9}, v, 0);
  }
}
