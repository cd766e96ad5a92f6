package quotient.geometry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static quotient.geometry.Reference.gradient;
import static quotient.geometry.Reference.horizontal;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Every closed form equals the general formula from the generators alone.
final class ClosedFormsTest {
  static List<Arguments> pairs() {
    List<Generator> rigid = new ArrayList<>(Generators.rotations(3, 6));
    rigid.addAll(Generators.translations(3, 6));
    return List.of(
        Arguments.of(VectorModSOd.INSTANCE, Generators.rotations(2, 1)),
        Arguments.of(VectorModSOd.INSTANCE, Generators.rotations(3, 1)),
        Arguments.of(VectorModSOd.INSTANCE, Generators.rotations(6, 1)),
        Arguments.of(PlaneModSO2.POINTS, Generators.rotations(2, 1)),
        Arguments.of(PlaneModSO2.POINTS, Generators.rotations(2, 7)),
        Arguments.of(PlaneModSO2.COMPLEX, Generators.phase(4)),
        Arguments.of(PointsModSOd.of(2), Generators.rotations(2, 5)),
        Arguments.of(PointsModSOd.of(3), Generators.rotations(3, 1)),
        Arguments.of(PointsModSOd.of(3), Generators.rotations(3, 2)),
        Arguments.of(PointsModSOd.of(3), Generators.rotations(3, 6)),
        Arguments.of(PointsModSOd.of(4), Generators.rotations(4, 5)),
        Arguments.of(PointsModSOd.of(5), Generators.rotations(5, 3)),
        Arguments.of(SpinorsModSU2.INSTANCE, Generators.spin(1)),
        Arguments.of(SpinorsModSU2.INSTANCE, Generators.spin(4)),
        Arguments.of(SpinorsModU2.INSTANCE, Generators.spinAndPhase(1)),
        Arguments.of(SpinorsModU2.INSTANCE, Generators.spinAndPhase(2)),
        Arguments.of(SpinorsModU2.INSTANCE, Generators.spinAndPhase(5)),
        Arguments.of(PointsModTranslations.of(3), Generators.translations(3, 5)),
        Arguments.of(TorusModTranslations.of(9, 9, 9), Generators.translations(3, 5)),
        Arguments.of(CloudsModSE3.INSTANCE, rigid));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void closedFormEqualsTheGeneralFormula(QuotientSpace space, List<Generator> generators) {
    int n = generators.getFirst().coordinates();
    GeneratorQuotient general = GeneratorQuotient.of(space.name(), generators);
    for (int seed = 0; seed < 5; seed++) {
      double[] x = new double[n];
      double[] v = new double[n];
      Normal.fill(RandomKey.of(seed).child("x"), x, 0, n);
      Normal.fill(RandomKey.of(seed).child("v"), v, 0, n);
      String message = space.name() + ", seed " + seed;
      assertEquals(
          general.orbitDimension(x, 0, n), space.orbitDimension(x, 0, n), message + ", rank");
      assertArrayEquals(horizontal(general, x, v), horizontal(space, x, v), 1e-11, message);
      double[] expected = gradient(general, x);
      double scale = 1;
      for (double entry : expected) {
        scale = Math.max(scale, Math.abs(entry));
      }
      assertArrayEquals(expected, gradient(space, x), 1e-11 * scale, message + ", gradient");
      assertEquals(
          general.logOrbitVolume(x, 0, n),
          space.logOrbitVolume(x, 0, n),
          1e-11,
          message + ", volume");
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void shapeSpaceIsTheSameSpaceInEveryGuise(QuotientSpace other) {
    for (int seed = 0; seed < 5; seed++) {
      double[] x = new double[15];
      double[] y = new double[15];
      double[] v = new double[15];
      Normal.fill(RandomKey.of(seed).child("x"), x, 0, 15);
      Normal.fill(RandomKey.of(seed).child("y"), y, 0, 15);
      Normal.fill(RandomKey.of(seed).child("v"), v, 0, 15);
      ShapeSpace.INSTANCE.projectPoint(x, 0, 15);
      ShapeSpace.INSTANCE.projectPoint(y, 0, 15);
      ShapeSpace.INSTANCE.projectVector(v, v, 0, 15);
      String message = other.name() + ", seed " + seed;
      assertArrayEquals(
          horizontal(ShapeSpace.INSTANCE, x, v), horizontal(other, x, v), 1e-12, message);
      assertArrayEquals(gradient(ShapeSpace.INSTANCE, x), gradient(other, x), 1e-12, message);
      assertEquals(
          ShapeSpace.INSTANCE.distance(x, y, 0, 15), other.distance(x, y, 0, 15), 1e-7, message);
      double[] expected = new double[15];
      double[] aligned = new double[15];
      ShapeSpace.INSTANCE.align(x, y, expected, 0, 15);
      other.align(x, y, aligned, 0, 15);
      assertArrayEquals(expected, aligned, 1e-6, message);
    }
  }

  static List<QuotientSpace> spaces() {
    double[] identity = new double[25];
    for (int i = 0; i < 25; i += 6) {
      identity[i] = 1;
    }
    return List.of(
        CloudsModSE3.INSTANCE,
        PointsModSOd.of(3),
        WeightedShapeSpace.ofMasses(1, 1, 1, 1, 1),
        WeightedShapeSpace.ofMetric(5, identity),
        GeneratorQuotient.of("generators", Generators.rotations(3, 5), Generators::haarOfSpin));
  }
}
