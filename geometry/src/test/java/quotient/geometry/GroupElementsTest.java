package quotient.geometry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import quotient.tensor.linalg.Dense;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Random elements have the Haar law, generators close under commutators, matchings are optimal.
final class GroupElementsTest {
  private static double[] matrix(RandomKey key, int d) {
    double[] rows = new double[d * d];
    for (int i = 0; i < d; i++) {
      rows[i * d + i] = 1;
    }
    // Row i becomes R e_i, so this is the transpose of R, equally uniform.
    HaarRotation.apply(key, d, rows, 0, d * d);
    return rows;
  }

  @Test
  void rotationsInAnyDimensionAreHaarUniform() {
    int draws = 8000;
    for (int d = 1; d <= 5; d++) {
      double[] mean = new double[d * d];
      double[] squares = new double[d * d];
      double trace = 0;
      for (int k = 0; k < draws; k++) {
        double[] r = matrix(RandomKey.of(d).child(k), d);
        assertEquals(1, Dense.determinant(d, r), 1e-12);
        for (int i = 0; i < d * d; i++) {
          mean[i] += r[i] / draws;
          squares[i] += r[i] * r[i] / draws;
        }
        double t = 0;
        for (int i = 0; i < d; i++) {
          t += r[i * d + i];
        }
        trace += t * t / draws;
      }
      if (d == 1) {
        assertArrayEquals(new double[] {1}, mean, 1e-12);
        continue;
      }
      // Five standard errors; 55 entries in all, false alarm below 1e-3.
      double error = 5 * Math.sqrt(1.0 / d / draws);
      for (int i = 0; i < d * d; i++) {
        assertEquals(0, mean[i], error, "d " + d + " entry " + i);
        assertEquals(1.0 / d, squares[i], error, "d " + d + " entry " + i);
      }
      // E (tr R)^2 counts the invariants of V x V: 2 for the plane (where V splits), else 1.
      assertEquals(d == 2 ? 2 : 1, trace, 5 * Math.sqrt(6.0 / draws), "d " + d);
    }
  }

  @Test
  void irreducibleGeneratorsCloseAndHaveTheirCasimir() {
    for (int l = 0; l <= 6; l++) {
      int n = 2 * l + 1;
      double[][] t = new double[3][];
      for (int a = 0; a < 3; a++) {
        t[a] = dense(Generators.irreps(l).get(a));
      }
      for (int a = 0; a < 3; a++) {
        int b = (a + 1) % 3;
        int c = (a + 2) % 3;
        double[] ab = new double[n * n];
        double[] ba = new double[n * n];
        Dense.multiply(n, n, n, t[a], t[b], ab);
        Dense.multiply(n, n, n, t[b], t[a], ba);
        for (int i = 0; i < n * n; i++) {
          assertEquals(t[c][i], ab[i] - ba[i], 1e-12, "l " + l + " axis " + a);
        }
      }
      double[] casimir = new double[n * n];
      for (double[] generator : t) {
        double[] square = new double[n * n];
        Dense.multiply(n, n, n, generator, generator, square);
        for (int i = 0; i < n * n; i++) {
          casimir[i] -= square[i];
        }
      }
      for (int i = 0; i < n * n; i++) {
        assertEquals(i % (n + 1) == 0 ? l * (l + 1) : 0, casimir[i], 1e-12, "l " + l);
      }
    }
  }

  private static double[] dense(Generator generator) {
    int n = generator.coordinates();
    double[] matrix = new double[n * n];
    double[] unit = new double[n];
    double[] image = new double[n];
    for (int j = 0; j < n; j++) {
      unit[j] = 1;
      generator.apply(unit, 0, image, 0);
      unit[j] = 0;
      for (int i = 0; i < n; i++) {
        matrix[i * n + j] = image[i];
      }
    }
    return matrix;
  }

  /// l = 1 is the vector (z, x, y), l = 2 the symmetric traceless matrix: same invariants.
  @Test
  void theVectorIrrepIsTheVector() {
    double[] x = {0.3, -1.2, 0.7};
    double[] v = {1, 2, -0.5};
    double[] expected = Reference.horizontal(VectorModSOd.INSTANCE, x, v);
    assertArrayEquals(expected, Reference.horizontal(Generators.irrepsModSO3(1), x, v), 1e-14);
    assertEquals(
        2, Generators.irrepsModSO3(1).orbitDimension(x, 0, 3), "a vector's orbit is a sphere");
    double[] axial = {1, 0, 0, 0, 0};
    assertEquals(2, Generators.irrepsModSO3(2).orbitDimension(axial, 0, 5));
    assertEquals(0, Generators.irrepsModSO3(2).smallestOrbitEigenvalue(axial, 0, 5), 1e-15);
  }

  @Test
  void proportionalSpinorsHaveASmallerOrbit() {
    double[] x = {0.6, 0.1, -0.2, 0.9, 1.2, 0.2, -0.4, 1.8};
    double[] v = {1, -1, 2, 0.5, 0.2, 0.3, -1, 0.7};
    SpinorsModU2 space = SpinorsModU2.INSTANCE;
    GeneratorQuotient general = GeneratorQuotient.of("U(2)", Generators.spinAndPhase(2));
    assertEquals(3, space.orbitDimension(x, 0, 8));
    assertEquals(0, space.smallestOrbitEigenvalue(x, 0, 8), 1e-15);
    assertArrayEquals(
        Reference.horizontal(general, x, v), Reference.horizontal(space, x, v), 1e-13);
    assertArrayEquals(Reference.gradient(general, x), Reference.gradient(space, x), 1e-13);
    assertEquals(general.logOrbitVolume(x, 0, 8), space.logOrbitVolume(x, 0, 8), 1e-13);
    double[] zero = new double[8];
    assertEquals(0, space.orbitDimension(zero, 0, 8));
    assertArrayEquals(v, Reference.horizontal(space, zero, v), 0);
    assertArrayEquals(zero, Reference.gradient(space, zero), 0);
    assertEquals(0, SpinorsModSU2.INSTANCE.orbitDimension(zero, 0, 8));
    assertArrayEquals(v, Reference.horizontal(SpinorsModSU2.INSTANCE, zero, v), 0);
  }

  @Test
  void lowRankPointsHaveASmallerOrbit() {
    PointsModSOd space = PointsModSOd.of(3);
    double[] x = {1, 2, -1, -0.5, -1, 0.5, 3, 6, -3};
    assertEquals(2, space.orbitDimension(x, 0, 9));
    assertEquals(0, space.smallestOrbitEigenvalue(x, 0, 9), 1e-13);
    double[] plane = {0, 0, 0, 0};
    double[] v = {1, 2, 3, 4};
    assertEquals(0, PlaneModSO2.POINTS.orbitDimension(plane, 0, 4));
    assertArrayEquals(v, Reference.horizontal(PlaneModSO2.POINTS, plane, v), 0);
    assertArrayEquals(plane, Reference.gradient(PlaneModSO2.POINTS, plane), 0);
    assertEquals(0, PlaneModSO2.POINTS.logOrbitVolume(plane, 0, 4));
    assertArrayEquals(v, Reference.horizontal(VectorModSOd.INSTANCE, plane, v), 0);
    assertArrayEquals(v, Reference.horizontal(PointsModSOd.of(2), plane, v), 0);
  }

  @Test
  void assignmentsEqualExhaustiveSearch() {
    for (int n = 0; n <= 7; n++) {
      for (int seed = 0; seed < 12; seed++) {
        double[] cost = new double[n * n];
        Normal.fill(RandomKey.of(seed).child(n), cost, 0, n * n);
        if (seed % 3 == 0) {
          for (int i = 0; i < n * n; i++) {
            cost[i] = Math.rint(2 * cost[i]);
          }
        }
        int[] columns = Assignment.solve(n, cost);
        boolean[] used = new boolean[n];
        double total = 0;
        for (int i = 0; i < n; i++) {
          assertTrue(!used[columns[i]], "column used twice");
          used[columns[i]] = true;
          total += cost[i * n + columns[i]];
        }
        assertEquals(cheapest(n, cost, 0, new boolean[n]), total, 1e-12, "n " + n);
      }
    }
  }

  private static double cheapest(int n, double[] cost, int row, boolean[] used) {
    if (row == n) {
      return 0;
    }
    double best = Double.POSITIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      if (!used[j]) {
        used[j] = true;
        best = Math.min(best, cost[row * n + j] + cheapest(n, cost, row + 1, used));
        used[j] = false;
      }
    }
    return best;
  }

  @Test
  void shiftsInAPeriodicBoxEqualAFineSearch() {
    TorusModTranslations space = TorusModTranslations.of(2.5);
    for (int seed = 0; seed < 20; seed++) {
      int n = 1 + seed % 6;
      double[] x = new double[n];
      double[] y = new double[n];
      Normal.fill(RandomKey.of(seed).child("x"), x, 0, n);
      Normal.fill(RandomKey.of(seed).child("y"), y, 0, n);
      space.projectPoint(x, 0, n);
      space.projectPoint(y, 0, n);
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < 20000; k++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
          double difference = Math.IEEEremainder(x[i] + k * 2.5 / 20000 - y[i], 2.5);
          sum += difference * difference;
        }
        least = Math.min(least, Math.sqrt(sum));
      }
      double distance = space.distance(x, y, 0, n);
      assertTrue(distance <= least + 1e-12, "seed " + seed);
      assertEquals(least, distance, 1e-3, "seed " + seed);
    }
  }

  @Test
  void mistakesAreRefusedWithTheirValues() {
    assertMessage("multiple of 3", () -> ShapeSpace.INSTANCE.orbitDimension(new double[4], 0, 4));
    assertMessage(
        "has 4 numbers",
        () ->
            GeneratorQuotient.of("plane", Generators.rotations(2, 2))
                .orbitDimension(new double[6], 0, 6));
    assertMessage("not antisymmetric", () -> Generator.linear(2, new double[] {0, 1, 1, 0}));
    assertMessage("needs a generator", () -> GeneratorQuotient.of("nothing", List.of()));
    assertMessage(
        "act on 2 and on 4",
        () ->
            GeneratorQuotient.of(
                "mixed",
                List.of(
                    Generators.rotations(2, 1).getFirst(), Generators.rotations(2, 2).getFirst())));
    assertMessage("mass 1 must be positive", () -> WeightedShapeSpace.ofMasses(1, -2));
    assertMessage(
        "not symmetric", () -> WeightedShapeSpace.ofMetric(2, new double[] {1, 0.5, 0, 1}));
    assertMessage(
        "is the graph connected",
        () ->
            WeightedShapeSpace.ofMetric(
                4, new double[] {1, -1, 0, 0, -1, 1, 0, 0, 0, 0, 1, -1, 0, 0, -1, 1}));
    assertMessage("not positive", () -> WeightedShapeSpace.ofMetric(2, new double[] {1, 2, 2, 1}));
    assertMessage(
        "not a group",
        () -> PointsModFiniteGroup.of("bad", 2, List.of(new double[] {0, -1, 1, 0})));
    assertMessage(
        "not orthogonal", () -> PointsModFiniteGroup.of("bad", 1, List.of(new double[] {2})));
    assertMessage("edge lengths", () -> TorusModTranslations.of(1, 0));
    assertMessage("dimension must be positive", () -> PointsModSOd.of(0));
    assertMessage(
        "cost (0, 1) is NaN", () -> Assignment.solve(2, new double[] {0, Double.NaN, 0, 0}));
  }

  private static void assertMessage(String part, Executable call) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, call);
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }
}
