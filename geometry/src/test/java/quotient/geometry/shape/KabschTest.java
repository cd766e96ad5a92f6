package quotient.geometry.shape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ejml.simple.SimpleMatrix;
import org.ejml.simple.SimpleSVD;
import org.junit.jupiter.api.Test;
import quotient.tensor.linalg.Mat3;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class KabschTest {
  private static double[] cloud(int points, long seed, double flatten) {
    double[] x = new double[3 * points];
    Normal.fill(RandomKey.of(seed), x, 0, x.length);
    for (int i = 0; i < x.length; i += 3) {
      x[i + 1] *= Math.sqrt(flatten);
      x[i + 2] *= flatten;
    }
    HorizontalProjection.centre(x, 0, x.length);
    return x;
  }

  /// The textbook solution by another library's singular value decomposition.
  private static double bestOverlap(double[] x, double[] y) {
    SimpleMatrix h = new SimpleMatrix(3, 3);
    for (int i = 0; i < x.length; i += 3) {
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          h.set(a, b, h.get(a, b) + x[i + a] * y[i + b]);
        }
      }
    }
    SimpleSVD<SimpleMatrix> svd = h.svd();
    double[] s = svd.getSingularValues();
    double sign = svd.getU().determinant() * svd.getV().determinant() < 0 ? -1 : 1;
    return s[0] + s[1] + sign * s[2];
  }

  private static double overlap(double[] rotation, double[] x, double[] y) {
    double[] turned = new double[x.length];
    SO3.rotate(rotation, x, turned, 0, x.length);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += turned[i] * y[i];
    }
    return sum;
  }

  private static void assertProper(double[] rotation, String message) {
    double[] product = new double[9];
    Mat3.multiplyTransposed(rotation, rotation, product);
    assertArrayEquals(Mat3.identity(), product, 1e-13, message);
    assertEquals(1, Mat3.determinant(rotation), 1e-13, message);
  }

  @Test
  void theExampleOfTheDocumentationIsAQuarterTurn() {
    double[] x = {1, 0, 0, -1, 0, 0, 0, 2, 0, 0, -2, 0};
    double[] onto = {0, 1, 0, 0, -1, 0, -2, 0, 0, 2, 0, 0};
    double[] rotation = new double[9];
    Kabsch.rotation(x, onto, 0, 12, rotation);
    assertArrayEquals(new double[] {0, -1, 0, 1, 0, 0, 0, 0, 1}, rotation, 1e-15);
    double[] quaternion = new double[4];
    SO3.toQuaternion(rotation, quaternion);
    assertArrayEquals(new double[] {Math.sqrt(0.5), 0, 0, Math.sqrt(0.5)}, quaternion, 1e-15);
    double[] out = new double[12];
    Kabsch.align(x, onto, out, 0, 12);
    assertArrayEquals(onto, out, 1e-15);
  }

  @Test
  void overlapEqualsTheSingularValueSolution() {
    for (int seed = 0; seed < 300; seed++) {
      int points = 2 + seed % 9;
      double flatten = seed % 5 == 0 ? 0 : Math.pow(10, -(seed % 7) * 0.7);
      double[] x = cloud(points, seed, flatten);
      double[] y = cloud(points, 1000 + seed, seed % 3 == 0 ? flatten : 1);
      double[] rotation = new double[9];
      Kabsch.rotation(x, y, 0, x.length, rotation);
      String message = "seed " + seed + ", " + points + " points, flattened by " + flatten;
      assertProper(rotation, message);
      double best = bestOverlap(x, y);
      assertEquals(best, overlap(rotation, x, y), 1e-13 * (1 + Math.abs(best)), message);
    }
  }

  /// First-order optimality to rounding: sum R x_i × y_i = 0.
  @Test
  void alignedCloudsHaveNoRelativeTurn() {
    for (int seed = 0; seed < 100; seed++) {
      double[] x = cloud(3 + seed % 6, seed, seed % 4 == 0 ? 0 : 1);
      double[] y = cloud(3 + seed % 6, 500 + seed, 1);
      double[] out = new double[x.length];
      Kabsch.align(x, y, out, 0, x.length);
      double[] momentum = new double[3];
      double scale = 0;
      for (int i = 0; i < x.length; i += 3) {
        momentum[0] += out[i + 1] * y[i + 2] - out[i + 2] * y[i + 1];
        momentum[1] += out[i + 2] * y[i] - out[i] * y[i + 2];
        momentum[2] += out[i] * y[i + 1] - out[i + 1] * y[i];
        scale += Math.abs(out[i] * y[i]) + Math.abs(out[i + 1] * y[i + 1]) + 1;
      }
      assertArrayEquals(new double[3], momentum, 1e-13 * scale, "seed " + seed);
    }
  }

  @Test
  void mirrorImagesAreNeverReflectedOnto() {
    for (int seed = 0; seed < 50; seed++) {
      double[] x = cloud(5, seed, 1);
      double[] y = x.clone();
      for (int i = 0; i < y.length; i += 3) {
        y[i] = -y[i];
      }
      double[] rotation = new double[9];
      Kabsch.rotation(x, y, 0, x.length, rotation);
      assertProper(rotation, "seed " + seed);
      assertTrue(Kabsch.distance(x, y, 0, x.length) > 0.05, "seed " + seed);
    }
  }

  @Test
  void aKnownMotionIsUndone() {
    for (int seed = 0; seed < 50; seed++) {
      double[] x = cloud(6, seed, 1);
      double[] rotation = new double[9];
      SO3.random(RandomKey.of(seed).child("turn"), rotation);
      double[] moved = new double[x.length];
      SO3.rotate(rotation, x, moved, 0, x.length);
      for (int i = 0; i < moved.length; i++) {
        moved[i] += 3 + i % 3;
      }
      double[] found = new double[9];
      Kabsch.rotation(x, moved, 0, x.length, found);
      assertArrayEquals(rotation, found, 1e-13, "seed " + seed);
      assertEquals(0, Kabsch.distance(x, moved, 0, x.length), 1e-13, "seed " + seed);
      double[] out = new double[x.length];
      Kabsch.align(x, moved, out, 0, x.length);
      assertArrayEquals(moved, out, 1e-13, "seed " + seed);
      float[] stored = new float[x.length];
      float[] target = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        stored[i] = (float) x[i];
        target[i] = (float) moved[i];
      }
      Kabsch.align(stored, target, stored, 0, x.length);
      for (int i = 0; i < x.length; i++) {
        assertEquals(moved[i], stored[i], 2e-6, "float, seed " + seed);
      }
      Kabsch.rotation(stored, target, 0, x.length, found);
      assertArrayEquals(Mat3.identity(), found, 1e-6, "float, seed " + seed);
    }
  }

  @Test
  void rotationFromCrossMomentsIsTheSame() {
    double[] x = cloud(5, 1, 1);
    double[] y = cloud(5, 2, 1);
    double[] moments = new double[9];
    for (int i = 0; i < 15; i++) {
      for (int b = 0; b < 3; b++) {
        moments[i % 3 * 3 + b] += x[i] * y[i / 3 * 3 + b];
      }
    }
    double[] expected = new double[9];
    Kabsch.rotation(x, y, 0, 15, expected);
    Kabsch.ofCrossMoments(moments, moments);
    assertArrayEquals(expected, moments, 1e-14);
  }
}
