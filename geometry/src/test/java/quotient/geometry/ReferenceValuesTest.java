package quotient.geometry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static quotient.geometry.Reference.gradient;
import static quotient.geometry.Reference.horizontal;
import static quotient.geometry.Reference.numbers;
import static quotient.geometry.Reference.relativeError;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.tensor.linalg.SymmetricEigen;

/// Projections, volumes and gradients equal numbers that other programs computed.
final class ReferenceValuesTest {
  private static void assertRelative(
      double[] expected, double[] actual, double tolerance, String what) {
    double error = relativeError(expected, actual);
    assertTrue(error <= tolerance, what + ": relative error " + error + " > " + tolerance);
  }

  /// Nearly linear clouds at a distance rho: the coordinates themselves determine the result only to
  /// 1e-16 |x| / rho, hence the tolerances of 1e-11 to 1e-9 there.
  @Test
  void sixtyDigitArithmeticAgrees() throws IOException {
    for (JsonObject c :
        Reference.objects(Reference.committed("geometry_reference.json"), "cases")) {
      String name = c.get("name").getAsString();
      double[] x = numbers(c, "x");
      double[] v = numbers(c, "v");
      double[] metric = numbers(c, "metric");
      QuotientSpace space =
          metric.length == 0
              ? ShapeSpace.INSTANCE
              : WeightedShapeSpace.ofMetric(x.length / 3, metric);
      double tolerance = name.contains("1e-5") ? 1e-9 : name.contains("1e-4") ? 1e-10 : 1e-12;
      assertEquals(c.get("rank").getAsInt(), space.orbitDimension(x, 0, x.length), name);
      assertEquals(
          c.get("logOrbitVolume").getAsDouble(),
          space.logOrbitVolume(x, 0, x.length),
          tolerance * 10,
          name);
      assertRelative(numbers(c, "projection"), horizontal(space, x, v), tolerance, name + ", P v");
      assertRelative(numbers(c, "gradient"), gradient(space, x), tolerance, name + ", c");
    }
  }

  @Test
  void clouds() throws IOException {
    JsonObject file = Reference.shared("projection_curvature.json");
    for (JsonObject c : Reference.objects(file, "cases")) {
      String name = c.get("name").getAsString() + ", " + c.get("N").getAsInt() + " points";
      double tolerance = name.startsWith("near_linear") ? 1e-6 : 1e-10;
      double[] x = numbers(c, "x");
      int n = x.length;
      assertEquals(c.get("rank").getAsInt(), ShapeSpace.INSTANCE.orbitDimension(x, 0, n), name);
      assertRelative(
          numbers(c, "Pv"), horizontal(ShapeSpace.INSTANCE, x, numbers(c, "v")), tolerance, name);
      double[] gradient = gradient(ShapeSpace.INSTANCE, x);
      assertRelative(numbers(c, "curvature_drift_plus"), gradient, tolerance, name);
      double[] curvature = numbers(c, "h_tilde");
      for (int i = 0; i < n; i++) {
        curvature[i] = -curvature[i];
      }
      assertRelative(curvature, gradient, tolerance, name);
      assertEquals(
          c.get("log_sqrt_pdet_J").getAsDouble(),
          ShapeSpace.INSTANCE.logOrbitVolume(x, 0, n),
          tolerance * 10,
          name);
      double[] descending = numbers(c, "J_eigenvalues_descending");
      double smallest = ShapeSpace.INSTANCE.smallestOrbitEigenvalue(x, 0, n);
      assertEquals(
          descending[n == 6 ? 1 : 2], smallest, 1e-14 * descending[0], name + ", eigenvalue");
    }
  }

  @Test
  void masses() throws IOException {
    for (JsonObject c : Reference.objects(Reference.shared("metrics.json"), "mass")) {
      checkMetric(WeightedShapeSpace.ofMasses(numbers(c, "mass")), c, "mass");
    }
  }

  @Test
  void graphLaplacians() throws IOException {
    for (JsonObject c : Reference.objects(Reference.shared("metrics.json"), "metricA")) {
      int points = c.get("N").getAsInt();
      checkMetric(WeightedShapeSpace.ofMetric(points, numbers(c, "A")), c, "metric A");
    }
  }

  private static void checkMetric(QuotientSpace space, JsonObject c, String what) {
    double[] x = numbers(c, "x");
    String name = what + ", " + c.get("N").getAsInt() + " points";
    assertRelative(numbers(c, "Pv"), horizontal(space, x, numbers(c, "v")), 1e-10, name);
    double[] minus = numbers(c, "h_tilde");
    for (int i = 0; i < minus.length; i++) {
      minus[i] = -minus[i];
    }
    assertRelative(minus, gradient(space, x), 1e-10, name);
  }

  @Test
  void groups() throws IOException {
    List<JsonObject> cases = Reference.objects(Reference.shared("groups.json"), "cases");
    assertEquals(5, cases.size());
    List<List<Generator>> own =
        List.of(
            Generators.rotations(2, 3),
            Generators.rotations(4, 5),
            Generators.phase(3),
            Generators.spin(3),
            List.of());
    List<QuotientSpace> closed =
        List.of(
            PlaneModSO2.POINTS,
            PointsModSOd.of(4),
            PlaneModSO2.COMPLEX,
            SpinorsModSU2.INSTANCE,
            TrivialQuotient.FLAT);
    for (int k = 0; k < cases.size(); k++) {
      JsonObject c = cases.get(k);
      String name = c.get("name").getAsString();
      List<Generator> given = generators(c);
      checkGroup(GeneratorQuotient.of(name, given), c, name + ", given generators");
      if (!own.get(k).isEmpty()) {
        checkGroup(GeneratorQuotient.of(name, own.get(k)), c, name + ", own generators");
        checkGroup(closed.get(k), c, name + ", closed form");
      }
      double[] x = numbers(c, "x");
      double[] gram = numbers(c, "J");
      int g = given.size();
      double[] values = new double[g];
      SymmetricEigen.decompose(g, gram, values, new double[g * g]);
      assertEquals(
          values[0],
          GeneratorQuotient.of(name, given).smallestOrbitEigenvalue(x, 0, x.length),
          1e-12 * values[g - 1],
          name);
    }
  }

  private static List<Generator> generators(JsonObject c) {
    List<Generator> generators = new ArrayList<>();
    int n = numbers(c, "x").length;
    double[] all = numbers(c, "generators");
    for (int at = 0; at < all.length; at += n * n) {
      double[] matrix = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          // The file's matrices are antisymmetric to the last bit but one.
          matrix[i * n + j] = 0.5 * (all[at + i * n + j] - all[at + j * n + i]);
        }
      }
      generators.add(Generator.linear(n, matrix));
    }
    return generators;
  }

  private static void checkGroup(QuotientSpace space, JsonObject c, String name) {
    double[] x = numbers(c, "x");
    assertRelative(numbers(c, "Pv"), horizontal(space, x, numbers(c, "v")), 1e-10, name);
    double[] minus = numbers(c, "h_tilde");
    double dot = 0;
    for (int i = 0; i < minus.length; i++) {
      minus[i] = -minus[i];
    }
    double[] gradient = gradient(space, x);
    assertRelative(minus, gradient, 1e-10, name);
    for (int i = 0; i < minus.length; i++) {
      dot += x[i] * gradient[i];
    }
    assertEquals(c.get("x_dot_minus_h").getAsDouble(), dot, 1e-11, name);
  }
}
