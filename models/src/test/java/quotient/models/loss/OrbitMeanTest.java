package quotient.models.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.geometry.TrivialQuotient;
import quotient.models.interpolant.Interpolant;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class OrbitMeanTest {
  private static double[] draw(String name, int n, double scale) {
    double[] x = new double[n];
    Normal.fill(RandomKey.of(31).child(name), x, 0, n);
    for (int i = 0; i < n; i++) {
      x[i] *= scale;
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.3, 2, 5})
  void theMeanOverTheCircleIsTheQuadrature(double scale) {
    double[] w = draw("w", 6, scale);
    double[] y = draw("y", 6, 1);
    double[] sum = new double[6];
    double total = 0;
    int nodes = 2000;
    for (int k = 0; k < nodes; k++) {
      double angle = 2 * Math.PI * k / nodes;
      double[] turned = new double[6];
      double overlap = 0;
      for (int p = 0; p < 6; p += 2) {
        turned[p] = Math.cos(angle) * y[p] - Math.sin(angle) * y[p + 1];
        turned[p + 1] = Math.sin(angle) * y[p] + Math.cos(angle) * y[p + 1];
        overlap += w[p] * turned[p] + w[p + 1] * turned[p + 1];
      }
      double weight = Math.exp(overlap) / nodes;
      total += weight;
      for (int i = 0; i < 6; i++) {
        sum[i] += weight * turned[i];
      }
    }
    double[] out = new double[6];
    double logNormalizer = new OrbitMean.Circle().average(w, y, out, 0, 6);
    assertEquals(Math.log(total), logNormalizer, 1e-10 * Math.max(1, Math.abs(logNormalizer)));
    for (int i = 0; i < 6; i++) {
      assertEquals(sum[i] / total, out[i], 1e-10);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1e-3, 0.3, 2, 20})
  void theMeanOverTheSphereIsTheQuadrature(double scale) {
    double[] w = draw("w", 3, scale);
    double[] y = draw("y", 3, 1);
    double kappa = Math.sqrt(dot(w, w) * dot(y, y));
    double total = 0;
    double along = 0;
    int nodes = 20_000;
    for (int k = 0; k < nodes; k++) {
      double u = -1 + 2 * (k + 0.5) / nodes;
      double weight = Math.exp(kappa * (u - 1)) / nodes;
      total += weight;
      along += weight * u;
    }
    double[] out = new double[3];
    double logNormalizer = new OrbitMean.Sphere().average(w, y, out, 0, 3);
    assertEquals(kappa + Math.log(total), logNormalizer, 1e-6);
    double[] expected = new double[3];
    for (int i = 0; i < 3; i++) {
      expected[i] = along / total * Math.sqrt(dot(y, y) / dot(w, w)) * w[i];
    }
    assertArrayEquals(expected, out, 2e-6);
  }

  @Test
  void boundsAreMetFromAboveAndNeverBelowTheNormaliser() {
    OrbitMean clouds = new OrbitMean.Clouds();
    MatrixFisher exact = new MatrixFisher();
    for (int k = 0; k < 200; k++) {
      double[] w = draw("w" + k, 12, 0.1 * (k + 1));
      double[] y = draw("y" + k, 12, 1);
      double[] f = new double[9];
      for (int p = 0; p < 12; p += 3) {
        for (int i = 0; i < 9; i++) {
          f[i] += w[p + i / 3] * y[p + i % 3];
        }
      }
      double bound = clouds.bound(w, y, 0, 12);
      assertEquals(exact.bound(f), bound, 1e-9 * bound);
      double logNormalizer = clouds.average(w, y, new double[12], 0, 12);
      assertTrue(logNormalizer <= bound * (1 + 1e-12), "log c exceeds its bound");
    }
  }

  @Test
  void mirrorImagesHaveTheSmallerBound() {
    double[] y = draw("y", 12, 1);
    double[] mirrored = y.clone();
    for (int p = 0; p < 12; p += 3) {
      mirrored[p] = -mirrored[p];
    }
    OrbitMean clouds = new OrbitMean.Clouds();
    assertTrue(clouds.bound(y, mirrored, 0, 12) < clouds.bound(y, y, 0, 12));
    assertEquals(dot(y, y), clouds.bound(y, y, 0, 12), 1e-9 * dot(y, y));
  }

  @Test
  void spacesWithoutAKnownMeanAreRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> PosteriorMean.of(TrivialQuotient.FLAT, Interpolant.linear()))
            .getMessage();
    assertTrue(message.contains("quotient"), message);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
