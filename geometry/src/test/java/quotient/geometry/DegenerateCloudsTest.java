package quotient.geometry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static quotient.geometry.Reference.gradient;
import static quotient.geometry.Reference.horizontal;
import static quotient.geometry.Reference.toDoubles;
import static quotient.geometry.Reference.toFloats;

import org.junit.jupiter.api.Test;
import quotient.geometry.shape.HorizontalProjection;
import quotient.geometry.shape.Kabsch;
import quotient.geometry.shape.OrbitVolume;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Collinear, coincident and single points have the results that the documentation promises, in
/// double and with coordinates stored as float.
final class DegenerateCloudsTest {
  private static final ShapeSpace SPACE = ShapeSpace.INSTANCE;

  private static double[] normals(int n, long seed) {
    double[] z = new double[n];
    Normal.fill(RandomKey.of(seed), z, 0, n);
    return z;
  }

  private static double[] centred(double[] x) {
    SPACE.projectPoint(x, 0, x.length);
    return x;
  }

  private static double[] linear(int points, double amplitude, long seed) {
    double[] z = normals(3 * points, seed);
    double[] x = new double[3 * points];
    for (int i = 0; i < 3 * points; i += 3) {
      x[i] = 0.36 * z[i] + amplitude * z[i + 1];
      x[i + 1] = 0.48 * z[i] + amplitude * z[i + 2];
      x[i + 2] = 0.8 * z[i];
    }
    return centred(x);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double angularMomentum(double[] x, double[] v) {
    double lx = 0;
    double ly = 0;
    double lz = 0;
    for (int i = 0; i < x.length; i += 3) {
      lx += x[i + 1] * v[i + 2] - x[i + 2] * v[i + 1];
      ly += x[i + 2] * v[i] - x[i] * v[i + 2];
      lz += x[i] * v[i + 1] - x[i + 1] * v[i];
    }
    return Math.sqrt(lx * lx + ly * ly + lz * lz);
  }

  @Test
  void noPointsAtAllAreNoError() {
    double[] nothing = new double[0];
    assertEquals(0, SPACE.dimension(0));
    assertEquals(0, SPACE.orbitDimension(nothing, 0, 0));
    assertEquals(0, SPACE.logOrbitVolume(nothing, 0, 0));
    SPACE.projectPoint(nothing, 0, 0);
    SPACE.horizontal(nothing, nothing, nothing, 0, 0);
    SPACE.logOrbitVolumeGradient(nothing, nothing, 0, 0);
    SPACE.align(nothing, nothing, nothing, 0, 0);
    assertEquals(0, SPACE.distance(nothing, nothing, 0, 0));
  }

  @Test
  void aSinglePointHasNoShape() {
    double[] x = centred(new double[] {3, -1, 7});
    assertArrayEquals(new double[3], x, 0);
    assertEquals(0, SPACE.dimension(3));
    assertEquals(0, SPACE.orbitDimension(x, 0, 3));
    assertEquals(0, SPACE.logOrbitVolume(x, 0, 3));
    assertEquals(Double.POSITIVE_INFINITY, SPACE.smallestOrbitEigenvalue(x, 0, 3));
    assertArrayEquals(new double[3], horizontal(SPACE, x, new double[] {1, 2, 3}), 0);
    assertArrayEquals(new double[3], gradient(SPACE, x), 0);
    assertEquals(0, SPACE.distance(x, x, 0, 3));
  }

  @Test
  void twoPointsMoveAlongTheirBondOnly() {
    for (int seed = 1; seed <= 20; seed++) {
      double[] x = centred(normals(6, seed));
      double[] v = normals(6, 100 + seed);
      double size = dot(x, x);
      assertEquals(2, SPACE.orbitDimension(x, 0, 6));
      // Two eigenvalues of J, both sum |x_i|^2; the volume is their product's root.
      assertEquals(Math.log(size), SPACE.logOrbitVolume(x, 0, 6), 1e-13);
      assertEquals(size, SPACE.smallestOrbitEigenvalue(x, 0, 6), 1e-13 * size);
      double along = dot(x, v) / size;
      double[] projected = horizontal(SPACE, x, v);
      double[] curvature = gradient(SPACE, x);
      for (int i = 0; i < 6; i++) {
        assertEquals(along * x[i], projected[i], 1e-14);
        assertEquals(2 * x[i] / size, curvature[i], 1e-12 * Math.abs(curvature[i]) + 1e-15);
      }
      float[] stored = toFloats(x);
      float[] out = new float[6];
      OrbitVolume.logGradient(stored, out, 0, 6);
      for (int i = 0; i < 6; i++) {
        assertEquals(curvature[i], out[i], 1e-5 * Math.abs(curvature[i]));
      }
      HorizontalProjection.project(stored, toFloats(v), out, 0, 6);
      assertArrayEquals(projected, toDoubles(out), 1e-5);
    }
  }

  @Test
  void collinearCloudsHaveSpheresAsOrbits() {
    for (int points : new int[] {3, 4, 5, 12, 40}) {
      double[] x = linear(points, 0, points);
      double[] v = normals(3 * points, 7);
      String message = points + " points";
      assertEquals(2, SPACE.orbitDimension(x, 0, x.length), message);
      assertTrue(SPACE.smallestOrbitEigenvalue(x, 0, x.length) < 1e-25, message);
      assertEquals(Math.log(dot(x, x)), SPACE.logOrbitVolume(x, 0, x.length), 1e-13, message);
      double[] projected = horizontal(SPACE, x, v);
      assertEquals(0, angularMomentum(x, projected), 1e-13 * points, message);
      double[] twice = horizontal(SPACE, x, projected);
      assertArrayEquals(projected, twice, 1e-13, message);
      double[] curvature = gradient(SPACE, x);
      assertEquals(2, dot(x, curvature), 1e-13, message);
      for (int i = 0; i < x.length; i++) {
        assertEquals(2 * x[i] / dot(x, x), curvature[i], 1e-13, message);
      }
    }
  }

  @Test
  void collinearCloudsStayCollinearWhenStoredAsFloats() {
    for (int points : new int[] {2, 3, 5, 12, 40}) {
      float[] stored = toFloats(linear(points, 0, points));
      double[] x = centred(toDoubles(stored));
      String message = points + " points";
      assertEquals(2, SPACE.orbitDimension(x, 0, x.length), message);
      assertEquals(2, dot(x, gradient(SPACE, x)), 1e-6, message);
      float[] out = new float[stored.length];
      OrbitVolume.logGradient(stored, out, 0, stored.length);
      assertEquals(2, dot(x, toDoubles(out)), 1e-5, message);
      float[] v = toFloats(normals(stored.length, 8));
      HorizontalProjection.project(stored, v, out, 0, out.length);
      double[] projected = toDoubles(out);
      assertEquals(0, angularMomentum(x, projected), 1e-6 * points, message);
      assertTrue(dot(projected, projected) <= dot(toDoubles(v), toDoubles(v)), message);
    }
  }

  /// From generic to 1e-5 from collinear; nearer than 1e-6 the cloud counts as collinear.
  @Test
  void nearlyCollinearCloudsKeepTheirLaws() {
    for (double amplitude : new double[] {1e-1, 1e-2, 1e-3, 1e-4, 1e-5}) {
      for (int points : new int[] {3, 4, 7, 30}) {
        double[] x = linear(points, amplitude, 3 + points);
        String message = points + " points at " + amplitude;
        double[] curvature = gradient(SPACE, x);
        double precision = 1e-15 * points / amplitude;
        assertEquals(3, SPACE.orbitDimension(x, 0, x.length), message);
        assertEquals(3, dot(x, curvature), 10 * precision, message);
        double[] v = normals(x.length, 9);
        double[] projected = horizontal(SPACE, x, v);
        assertEquals(dot(projected, projected), dot(v, projected), 100 * precision, message);
        assertArrayEquals(projected, horizontal(SPACE, x, projected), 100 * precision, message);
        double h = amplitude * 1e-4;
        double[] direction = horizontal(SPACE, x, normals(x.length, 10));
        double size = Math.sqrt(dot(direction, direction));
        double[] up = x.clone();
        double[] down = x.clone();
        for (int i = 0; i < x.length; i++) {
          up[i] += h / size * direction[i];
          down[i] -= h / size * direction[i];
        }
        double difference =
            (SPACE.logOrbitVolume(up, 0, x.length) - SPACE.logOrbitVolume(down, 0, x.length))
                / (2 * h);
        double scale = Math.sqrt(dot(curvature, curvature));
        assertEquals(difference, dot(curvature, direction) / size, 1e-6 * scale, message);
      }
    }
    assertEquals(2, SPACE.orbitDimension(linear(5, 1e-8, 4), 0, 15));
  }

  @Test
  void planarCloudsAreRegular() {
    double[] x = normals(18, 5);
    for (int i = 0; i < 18; i += 3) {
      x[i + 2] = 0;
    }
    centred(x);
    assertEquals(3, SPACE.orbitDimension(x, 0, 18));
    assertEquals(3, dot(x, gradient(SPACE, x)), 1e-13);
    double[] v = horizontal(SPACE, x, normals(18, 6));
    assertEquals(0, angularMomentum(x, v), 1e-13);
  }

  @Test
  void coincidentPointsFeelNothing() {
    for (int points : new int[] {2, 3, 7}) {
      double[] x = new double[3 * points];
      float[] stored = new float[3 * points];
      for (int i = 0; i < x.length; i++) {
        x[i] = new double[] {1.1, -0.3, 2e5}[i % 3];
        stored[i] = (float) x[i];
      }
      centred(x);
      HorizontalProjection.centre(stored, 0, stored.length);
      assertArrayEquals(new double[3 * points], x, 0, "coincident points centre to zero");
      assertArrayEquals(new float[3 * points], stored, "also as floats");
      double[] v = normals(3 * points, points);
      double[] expected = v.clone();
      SPACE.projectVector(expected, expected, 0, x.length);
      assertEquals(0, SPACE.orbitDimension(x, 0, x.length));
      assertEquals(0, SPACE.smallestOrbitEigenvalue(x, 0, x.length));
      assertEquals(0, SPACE.logOrbitVolume(x, 0, x.length));
      assertArrayEquals(expected, horizontal(SPACE, x, v), 1e-15);
      assertArrayEquals(new double[x.length], gradient(SPACE, x), 0);
      double[] aligned = new double[x.length];
      SPACE.align(x, expected, aligned, 0, x.length);
      assertArrayEquals(x, aligned, 1e-15);
      SPACE.align(expected, x, aligned, 0, x.length);
      assertArrayEquals(expected, aligned, 1e-15, "the identity is the least turn");
    }
  }

  @Test
  void alignmentOfDegenerateCloudsIsBestAndTurnsLeast() {
    double[] x = linear(5, 0, 1);
    double[] y = linear(5, 0, 2);
    // y along another axis
    for (int i = 0; i < 15; i += 3) {
      double t = y[i + 2] / 0.8;
      y[i] = 0;
      y[i + 1] = t;
      y[i + 2] = 0;
    }
    double order = 0;
    for (int i = 0; i < 15; i += 3) {
      order += x[i + 2] * y[i + 1];
    }
    double[] rotation = new double[9];
    Kabsch.rotation(x, y, 0, 15, rotation);
    double[] aligned = new double[15];
    SPACE.align(x, y, aligned, 0, 15);
    assertEquals(Math.abs(order) / 0.8, dot(aligned, y), 1e-13);
    for (int i = 0; i < 15; i += 3) {
      assertEquals(0, aligned[i], 1e-14);
      assertEquals(0, aligned[i + 2], 1e-14);
    }
    // The least turn between two axes has the angle between them: trace = 1 + 2 cos.
    double cosine = Math.copySign(0.48, order);
    assertEquals(1 + 2 * cosine, rotation[0] + rotation[4] + rotation[8], 1e-13);
  }

  @Test
  void oppositeVectorsTurnByHalfATurn() {
    double[] x = {1, 0, 0, -1, 0, 0};
    double[][] axes = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.6, 0, -0.8}};
    for (double[] axis : axes) {
      double[] from = new double[9];
      double[] to = new double[9];
      // Three points on a line, the middle one off centre, so that the order along the line
      // matters.
      double[] positions = {-1, 0.2, 0.8};
      for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
          from[3 * i + k] = positions[i] * axis[k];
          to[3 * i + k] = -positions[i] * axis[k];
        }
      }
      double[] aligned = new double[9];
      SPACE.align(from, to, aligned, 0, 9);
      assertArrayEquals(to, aligned, 1e-15);
    }
    double[] aligned = new double[6];
    SPACE.align(x, x, aligned, 0, 6);
    assertArrayEquals(x, aligned, 0);
  }
}
