package quotient.geometry.shape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.tensor.linalg.Mat3;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class SO3Test {
  @Test
  void exponentialIsRightHanded() {
    double[] r = new double[9];
    SO3.exp(0, 0, Math.PI / 2, r);
    double[] v = {1, 0, 0};
    Mat3.apply(r, v, 0, v, 0);
    assertArrayEquals(new double[] {0, 1, 0}, v, 1e-15);
  }

  @Test
  void logarithmInvertsTheExponentialUpToHalfATurn() {
    double[] r = new double[9];
    double[] omega = new double[3];
    for (double angle :
        new double[] {0, 1e-300, 1e-12, 1e-8, 1e-5, 9e-5, 1.1e-4, 0.3, 2, 3.1, 3.14159}) {
      for (int seed = 0; seed < 10; seed++) {
        double x = Normal.at(RandomKey.of(seed), 0);
        double y = Normal.at(RandomKey.of(seed), 1);
        double z = Normal.at(RandomKey.of(seed), 2);
        double scale = angle / Math.sqrt(x * x + y * y + z * z);
        SO3.exp(scale * x, scale * y, scale * z, r);
        SO3.log(r, omega);
        double[] expected = {scale * x, scale * y, scale * z};
        assertArrayEquals(expected, omega, 1e-12 * Math.max(angle, 1e-4), "angle " + angle);
      }
    }
    SO3.exp(Math.PI, 0, 0, r);
    SO3.log(r, omega);
    assertArrayEquals(new double[] {Math.PI, 0, 0}, new double[] {Math.abs(omega[0]), 0, 0}, 1e-15);
  }

  @Test
  void exponentialObeysItsSeriesAndIsARotation() {
    for (int seed = 0; seed < 50; seed++) {
      double x = 2 * Normal.at(RandomKey.of(seed), 0);
      double y = 2 * Normal.at(RandomKey.of(seed), 1);
      double z = 2 * Normal.at(RandomKey.of(seed), 2);
      double[] generator = {0, -z, y, z, 0, -x, -y, x, 0};
      double[] term = Mat3.identity();
      double[] sum = Mat3.identity();
      double[] next = new double[9];
      for (int order = 1; order < 60; order++) {
        Mat3.multiply(term, generator, next);
        for (int i = 0; i < 9; i++) {
          term[i] = next[i] / order;
          sum[i] += term[i];
        }
      }
      double[] r = new double[9];
      SO3.exp(x, y, z, r);
      assertArrayEquals(sum, r, 1e-11, "seed " + seed);
      Mat3.multiplyTransposed(r, r, next);
      assertArrayEquals(Mat3.identity(), next, 1e-14, "seed " + seed);
      assertEquals(1, Mat3.determinant(r), 1e-14, "seed " + seed);
    }
  }

  @Test
  void quaternionsComeBackFromTheirMatrixInEveryBranch() {
    double[][] special = {
      {1, 0, 0, 0},
      {0, 1, 0, 0},
      {0, 0, 1, 0},
      {0, 0, 0, 1},
      {1e-9, 0.6, 0, 0.8},
      {0.5, 0.5, 0.5, 0.5}
    };
    double[] r = new double[9];
    double[] q = new double[4];
    for (int k = 0; k < 60; k++) {
      double[] wanted = new double[4];
      for (int c = 0; c < 4; c++) {
        wanted[c] = k < special.length ? special[k][c] : SO3.randomQuaternion(c, RandomKey.of(k));
      }
      double sign = wanted[0] < 0 ? -1 : 1;
      for (int c = 0; c < 4; c++) {
        wanted[c] *= sign;
      }
      SO3.ofQuaternion(wanted[0], wanted[1], wanted[2], wanted[3], r);
      SO3.toQuaternion(r, q);
      double dot = 0;
      for (int c = 0; c < 4; c++) {
        dot += q[c] * wanted[c];
      }
      assertEquals(1, Math.abs(dot), 1e-15, "case " + k);
      assertTrue(q[0] >= 0, "case " + k);
    }
  }

  /// Moments of the Haar measure: E R_ij = 0, E R_ij R_kl = delta_ik delta_jl / 3, and the angle's law
  /// (1 - cos a)/pi, whose mean cosine is -1/2. False alarm below 1e-3: 5 standard errors, 56 checks.
  @Test
  void randomRotationsAreHaarUniform() {
    int draws = 20000;
    double[] mean = new double[9];
    double[] second = new double[81];
    double cosine = 0;
    double[] r = new double[9];
    for (int k = 0; k < draws; k++) {
      SO3.random(RandomKey.of(11).child(k), r);
      cosine += (r[0] + r[4] + r[8] - 1) / 2 / draws;
      for (int i = 0; i < 9; i++) {
        mean[i] += r[i] / draws;
        for (int j = 0; j < 9; j++) {
          second[9 * i + j] += r[i] * r[j] / draws;
        }
      }
    }
    double error = 5 * Math.sqrt(1.0 / 3 / draws);
    assertArrayEquals(new double[9], mean, error);
    for (int i = 0; i < 81; i++) {
      assertEquals(i % 10 == 0 ? 1.0 / 3 : 0, second[i], error, "moment " + i / 9 + ", " + i % 9);
    }
    assertEquals(-0.5, cosine, 5 * Math.sqrt(0.25 / draws));
  }

  @Test
  void turningPointsAtRandomAgreesWithTheMatrix() {
    double[] x = new double[12];
    Normal.fill(RandomKey.of(3), x, 0, 12);
    double[] r = new double[9];
    SO3.random(RandomKey.of(4), r);
    double[] expected = new double[12];
    SO3.rotate(r, x, expected, 0, 12);
    SO3.rotateRandomly(RandomKey.of(4), x, x, 0, 12);
    assertArrayEquals(expected, x, 1e-14);
  }
}
