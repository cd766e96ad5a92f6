package quotient.geometry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.tensor.linalg.SymmetricEigen;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// What every quotient space must satisfy, checked at random points.
///
/// A subclass names the space, the length of a configuration, and the infinitesimal motions of its
/// group as plain generators. The criteria use those generators, never the projection under test.
abstract class QuotientSpaceLaws {
  private static final int SEEDS = 4;

  /// The space under test.
  abstract QuotientSpace space();

  /// How many numbers make a configuration here.
  abstract int coordinates();

  /// The infinitesimal motions of the group on the coordinates; none for finite groups.
  abstract List<Generator> motions();

  /// Degree of homogeneity of the orbit volume; for linear actions the orbit's dimension.
  int degree(double[] x) {
    return space().orbitDimension(x, 0, coordinates());
  }

  /// log at y of a point z near by: the difference, unless the total space is curled up.
  double[] logarithm(double[] y, double[] z) {
    double[] log = new double[y.length];
    for (int i = 0; i < log.length; i++) {
      log[i] = z[i] - y[i];
    }
    return log;
  }

  /// How exactly align reaches its optimum, relative to the size of the configuration.
  double alignTolerance() {
    return 1e-10;
  }

  private final int n() {
    return coordinates();
  }

  final double[] normals(int seed, String what) {
    double[] z = new double[n()];
    Normal.fill(RandomKey.of(seed).child(what), z, 0, n());
    return z;
  }

  /// A random point of M.
  double[] point(int seed, String what) {
    double[] x = normals(seed, what);
    space().projectPoint(x, 0, n());
    return x;
  }

  final double[] tangent(int seed, String what) {
    double[] v = normals(seed, what);
    space().projectVector(v, v, 0, n());
    return v;
  }

  final double[] horizontal(double[] x, double[] v) {
    double[] out = new double[n()];
    space().horizontal(x, v, out, 0, n());
    return out;
  }

  final double[] curvature(double[] x) {
    double[] out = new double[n()];
    space().logOrbitVolumeGradient(x, out, 0, n());
    return out;
  }

  final double inner(double[] u, double[] v) {
    return space().inner(u, v, 0, n());
  }

  final double norm(double[] v) {
    return Math.sqrt(Math.max(0, inner(v, v)));
  }

  final double[] motion(Generator generator, double[] x) {
    double[] xi = new double[n()];
    generator.apply(x, 0, xi, 0);
    return xi;
  }

  static double[] combine(double a, double[] x, double b, double[] y) {
    double[] sum = new double[x.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a * x[i] + b * y[i];
    }
    return sum;
  }

  static void assertClose(double[] expected, double[] actual, double tolerance, String message) {
    double scale = 1;
    for (double entry : expected) {
      scale = Math.max(scale, Math.abs(entry));
    }
    assertArrayEquals(expected, actual, tolerance * scale, message);
  }

  /// A basis of the tangent space of M, orthonormal in its inner product.
  final List<double[]> orthonormalBasis() {
    List<double[]> basis = new ArrayList<>();
    for (int k = 0; k < n(); k++) {
      double[] e = new double[n()];
      e[k] = 1;
      space().projectVector(e, e, 0, n());
      double before = norm(e);
      for (int pass = 0; pass < 2; pass++) {
        for (double[] b : basis) {
          e = combine(1, e, -inner(b, e), b);
        }
      }
      double length = norm(e);
      if (length > 1e-6 * (1 + before)) {
        basis.add(combine(1 / length, e, 0, e));
      }
    }
    return basis;
  }

  /// Gram matrix of the motions in the inner product, which is J by definition.
  final double[] gramSpectrum(double[] x) {
    int g = motions().size();
    double[] gram = new double[g * g];
    for (int a = 0; a < g; a++) {
      for (int b = 0; b < g; b++) {
        gram[a * g + b] = inner(motion(motions().get(a), x), motion(motions().get(b), x));
      }
    }
    double[] values = new double[g];
    SymmetricEigen.decompose(g, gram, values, new double[g * g]);
    return values;
  }

  @Test
  void dimensionCountsTheTangentSpace() {
    assertEquals(orthonormalBasis().size(), space().dimension(n()));
  }

  @Test
  void projectionIsIdempotent() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] once = horizontal(x, normals(seed, "v"));
      assertClose(once, horizontal(x, once), 1e-12, "seed " + seed);
    }
  }

  @Test
  void projectionIsSelfAdjoint() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] u = tangent(seed, "u");
      double[] v = tangent(seed, "v");
      double scale = norm(u) * norm(v);
      assertEquals(
          inner(horizontal(x, u), v), inner(u, horizontal(x, v)), 1e-12 * scale, "seed " + seed);
    }
  }

  @Test
  void projectionIsEquivariant() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] v = tangent(seed, "v");
      RandomKey element = RandomKey.of(seed).child("element");
      double[] gx = new double[n()];
      double[] gv = new double[n()];
      space().act(element, x, gx, 0, n());
      space().actOnVector(element, v, gv, 0, n());
      double[] expected = horizontal(x, v);
      space().actOnVector(element, expected, expected, 0, n());
      assertClose(expected, horizontal(gx, gv), 1e-11, "seed " + seed);
      double[] gradient = curvature(x);
      space().actOnVector(element, gradient, gradient, 0, n());
      assertClose(gradient, curvature(gx), 1e-10, "gradient, seed " + seed);
    }
  }

  @Test
  void projectionIsOrthogonalToEveryInfinitesimalMotion() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] v = normals(seed, "v");
      double[] horizontal = horizontal(x, v);
      double[] gradient = curvature(x);
      for (Generator generator : motions()) {
        double[] xi = motion(generator, x);
        assertEquals(0, inner(xi, horizontal), 1e-12 * norm(xi) * norm(v), "seed " + seed);
        assertEquals(0, inner(xi, gradient), 1e-11 * norm(xi) * norm(gradient), "c, seed " + seed);
      }
    }
  }

  @Test
  void whatIsRemovedIsAnInfinitesimalMotion() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] v = tangent(seed, "v");
      double[] vertical = combine(1, v, -1, horizontal(x, v));
      double[] rest = vertical.clone();
      List<double[]> frame = new ArrayList<>();
      for (Generator generator : motions()) {
        double[] xi = motion(generator, x);
        double before = norm(xi);
        for (int pass = 0; pass < 2; pass++) {
          for (double[] e : frame) {
            xi = combine(1, xi, -inner(e, xi), e);
          }
        }
        if (norm(xi) > 1e-9 * before) {
          frame.add(combine(1 / norm(xi), xi, 0, xi));
        }
      }
      for (double[] e : frame) {
        rest = combine(1, rest, -inner(e, rest), e);
      }
      assertEquals(0, norm(rest), 1e-11 * norm(v), "seed " + seed);
      assertEquals(
          inner(v, v),
          inner(vertical, vertical) + inner(horizontal(x, v), horizontal(x, v)),
          1e-11 * inner(v, v),
          "Pythagoras, seed " + seed);
    }
  }

  @Test
  void orbitVolumeIsTheGramDeterminantOfTheMotions() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] values = gramSpectrum(x);
      int rank = 0;
      double logVolume = 0;
      double smallest = Double.POSITIVE_INFINITY;
      for (double value : values) {
        if (value > 1e-10 * values[values.length - 1]) {
          rank++;
          logVolume += 0.5 * Math.log(value);
          smallest = Math.min(smallest, value);
        }
      }
      assertEquals(rank, space().orbitDimension(x, 0, n()), "rank, seed " + seed);
      assertEquals(logVolume, space().logOrbitVolume(x, 0, n()), 1e-10, "volume, seed " + seed);
      double claimed = space().smallestOrbitEigenvalue(x, 0, n());
      assertTrue(
          claimed == smallest || Math.abs(claimed - smallest) < 1e-10 * (1 + smallest),
          "smallest eigenvalue, seed " + seed + ": " + claimed + " and " + smallest);
    }
  }

  @Test
  void volumeGradientIsTheFiniteDifferenceOfTheVolume() {
    double h = 1e-5;
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] gradient = curvature(x);
      double[] expected = new double[n()];
      for (double[] e : orthonormalBasis()) {
        double up = space().logOrbitVolume(combine(1, x, h, e), 0, n());
        double down = space().logOrbitVolume(combine(1, x, -h, e), 0, n());
        expected = combine(1, expected, (up - down) / (2 * h), e);
      }
      assertClose(expected, gradient, 1e-8, "seed " + seed);
    }
  }

  @Test
  void volumeGradientIsTheDivergenceOfTheProjection() {
    double h = 1e-5;
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] divergence = new double[n()];
      for (double[] e : orthonormalBasis()) {
        double[] up = horizontal(combine(1, x, h, e), e);
        double[] down = horizontal(combine(1, x, -h, e), e);
        divergence = combine(1, divergence, 1, combine(1 / (2 * h), up, -1 / (2 * h), down));
      }
      assertClose(divergence, curvature(x), 1e-8, "seed " + seed);
    }
  }

  @Test
  void volumeIsHomogeneous() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      assertEquals(degree(x), inner(x, curvature(x)), 1e-11 * n(), "seed " + seed);
    }
  }

  @Test
  void groupActsByIsometriesAndKeepsTheVolume() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] u = tangent(seed, "u");
      double[] v = tangent(seed, "v");
      double before = inner(u, v);
      double scale = norm(u) * norm(v);
      RandomKey element = RandomKey.of(seed).child("element");
      space().actOnVector(element, u, u, 0, n());
      space().actOnVector(element, v, v, 0, n());
      assertEquals(before, inner(u, v), 1e-12 * scale, "seed " + seed);
      double[] gx = x.clone();
      space().act(element, gx, gx, 0, n());
      assertEquals(
          space().logOrbitVolume(x, 0, n()),
          space().logOrbitVolume(gx, 0, n()),
          1e-10,
          "volume, seed " + seed);
      double size = 1 + norm(x);
      assertEquals(
          0, space().distance(x, gx, 0, n()), 10 * alignTolerance() * size, "seed " + seed);
      double[] y = point(seed, "y");
      assertEquals(
          space().distance(x, y, 0, n()),
          space().distance(gx, y, 0, n()),
          alignTolerance() * size,
          "distance, seed " + seed);
    }
  }

  @Test
  void differentKeysAreDifferentElements() {
    double[] x = point(1, "x");
    double[] first = new double[n()];
    double[] other = new double[n()];
    boolean differs = motions().isEmpty() && n() == 0;
    for (int k = 0; k < 20; k++) {
      space().act(RandomKey.of(0), x, first, 0, n());
      space().act(RandomKey.of(k), x, other, 0, n());
      differs |= !Arrays.equals(first, other);
    }
    assertTrue(differs || isTrivialGroup(), "twenty keys gave one element");
  }

  /// Whether the group has only one element.
  boolean isTrivialGroup() {
    return false;
  }

  @Test
  void alignIsOptimalAgainstRandomElements() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] y = point(seed, "y");
      double[] aligned = new double[n()];
      space().align(x, y, aligned, 0, n());
      double best = norm(logarithm(y, aligned));
      assertEquals(
          best, space().distance(x, y, 0, n()), 1e-10 * (1 + best), "distance, seed " + seed);
      assertEquals(
          best, space().distance(y, x, 0, n()), alignTolerance() * (1 + best), "seed " + seed);
      double[] turned = new double[n()];
      for (int k = 0; k < 300; k++) {
        space().act(RandomKey.of(seed).child("turn").child(k), x, turned, 0, n());
        double distance = norm(logarithm(y, turned));
        assertTrue(
            best <= distance + alignTolerance(),
            "seed " + seed + " element " + k + ": aligned " + best + ", turned " + distance);
      }
      assertEquals(
          0,
          space().distance(aligned, x, 0, n()),
          10 * alignTolerance() * (1 + norm(x)),
          "aligned point left its orbit, seed " + seed);
      space().align(x, y, x, 0, n());
      assertClose(aligned, x, 1e-13, "align in place, seed " + seed);
    }
  }

  @Test
  void logarithmOfAnAlignedPointIsHorizontal() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] x = point(seed, "x");
      double[] y = point(seed, "y");
      double[] aligned = new double[n()];
      space().align(x, y, aligned, 0, n());
      double[] log = logarithm(y, aligned);
      double tolerance = Math.sqrt(alignTolerance() * 1e-10) * 10;
      for (Generator generator : motions()) {
        double[] xi = motion(generator, y);
        assertEquals(0, inner(xi, log), tolerance * norm(xi) * (1 + norm(log)), "seed " + seed);
      }
    }
  }

  @Test
  void gradientRepresentsTheDerivative() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] derivative = normals(seed, "g");
      double[] u = tangent(seed, "u");
      double[] gradient = new double[n()];
      space().gradient(derivative, gradient, 0, n());
      double expected = 0;
      for (int i = 0; i < n(); i++) {
        expected += derivative[i] * u[i];
      }
      assertEquals(expected, inner(gradient, u), 1e-11 * (1 + norm(u) * norm(gradient)));
    }
  }

  @Test
  void noiseHasTheInverseMetricAsCovariance() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      double[] u = tangent(seed, "u");
      double[] v = tangent(seed, "v");
      double covariance = 0;
      for (int k = 0; k < n(); k++) {
        double[] e = new double[n()];
        e[k] = 1;
        space().noise(e, e, 0, n());
        covariance += inner(u, e) * inner(v, e);
      }
      assertEquals(inner(u, v), covariance, 1e-10 * norm(u) * norm(v), "seed " + seed);
    }
  }

  @Test
  void pointsAndVectorsProjectOnce() {
    double[] x = point(3, "x");
    double[] again = x.clone();
    space().projectPoint(again, 0, n());
    assertClose(x, again, 1e-14, "point");
    double[] v = tangent(3, "v");
    double[] twice = new double[n()];
    space().projectVector(v, twice, 0, n());
    assertClose(v, twice, 1e-14, "vector");
  }

  @Test
  void onlyTheRangeIsReadAndWritten() {
    int from = 5;
    int to = from + n();
    double[] x = point(2, "x");
    double[] v = normals(2, "v");
    double[] y = point(2, "y");
    double[] wideX = embed(x, from);
    double[] wideV = embed(v, from);
    double[] wideY = embed(y, from);
    double[] out = new double[to + 4];
    Arrays.fill(out, Double.NaN);
    space().horizontal(wideX, wideV, out, from, to);
    assertInside(horizontal(x, v), out, from, "horizontal");
    space().horizontal(wideX, wideV, wideV, from, to);
    assertInside(horizontal(x, v), wideV, from, "horizontal in place");
    space().logOrbitVolumeGradient(wideX, out, from, to);
    assertInside(curvature(x), out, from, "gradient");
    assertEquals(
        space().logOrbitVolume(x, 0, n()), space().logOrbitVolume(wideX, from, to), 0, "volume");
    assertEquals(
        space().distance(x, y, 0, n()), space().distance(wideX, wideY, from, to), 0, "distance");
    double[] expected = new double[n()];
    space().align(x, y, expected, 0, n());
    space().align(wideX, wideY, out, from, to);
    assertInside(expected, out, from, "align");
    space().act(RandomKey.of(9), x, expected, 0, n());
    space().act(RandomKey.of(9), wideX, out, from, to);
    assertInside(expected, out, from, "act");
    space().actOnVector(RandomKey.of(9), v, expected, 0, n());
    space().actOnVector(RandomKey.of(9), embed(v, from), out, from, to);
    assertInside(expected, out, from, "act on vector");
    space().noise(v, expected, 0, n());
    space().noise(embed(v, from), out, from, to);
    assertInside(expected, out, from, "noise");
    space().gradient(v, expected, 0, n());
    space().gradient(embed(v, from), out, from, to);
    assertInside(expected, out, from, "gradient of a function");
  }

  private static double[] embed(double[] x, int from) {
    double[] wide = new double[from + x.length + 4];
    Arrays.fill(wide, Double.NaN);
    System.arraycopy(x, 0, wide, from, x.length);
    return wide;
  }

  private static void assertInside(double[] expected, double[] wide, int from, String what) {
    int to = from + expected.length;
    assertArrayEquals(expected, Arrays.copyOfRange(wide, from, to), 0, what);
    for (int i = 0; i < wide.length; i++) {
      assertTrue((i >= from && i < to) || Double.isNaN(wide[i]), what + " wrote outside, at " + i);
    }
  }
}
