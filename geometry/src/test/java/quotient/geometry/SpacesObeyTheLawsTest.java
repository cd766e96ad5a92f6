package quotient.geometry;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;

/// The laws for every space of the table in docs/spaces.md, at awkward sizes.
final class SpacesObeyTheLawsTest {
  @Nested
  class TrivialClouds extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return TrivialQuotient.CLOUDS;
    }

    @Override
    int coordinates() {
      return 21;
    }

    @Override
    List<Generator> motions() {
      return List.of();
    }

    @Override
    boolean isTrivialGroup() {
      return true;
    }
  }

  @Nested
  class TrivialFlat extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return TrivialQuotient.FLAT;
    }

    @Override
    int coordinates() {
      return 7;
    }

    @Override
    List<Generator> motions() {
      return List.of();
    }

    @Override
    boolean isTrivialGroup() {
      return true;
    }
  }

  @Nested
  class Plane extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PlaneModSO2.POINTS;
    }

    @Override
    int coordinates() {
      return 2;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(2, 1);
    }
  }

  @Nested
  class PlanePoints extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PlaneModSO2.POINTS;
    }

    @Override
    int coordinates() {
      return 8;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(2, 4);
    }
  }

  @Nested
  class ComplexVectors extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PlaneModSO2.COMPLEX;
    }

    @Override
    int coordinates() {
      return 6;
    }

    @Override
    List<Generator> motions() {
      return Generators.phase(3);
    }
  }

  @Nested
  class VectorInSpace extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return VectorModSOd.INSTANCE;
    }

    @Override
    int coordinates() {
      return 3;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 1);
    }
  }

  @Nested
  class VectorInFiveDimensions extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return VectorModSOd.INSTANCE;
    }

    @Override
    int coordinates() {
      return 5;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(5, 1);
    }
  }

  @Nested
  class PointsInTwoDimensions extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PointsModSOd.of(2);
    }

    @Override
    int coordinates() {
      return 6;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(2, 3);
    }
  }

  @Nested
  class PointsInFourDimensions extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PointsModSOd.of(4);
    }

    @Override
    int coordinates() {
      return 20;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(4, 5);
    }
  }

  @Nested
  class FewPointsInFiveDimensions extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PointsModSOd.of(5);
    }

    @Override
    int coordinates() {
      return 10;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(5, 2);
    }
  }

  @Nested
  class Shapes extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return ShapeSpace.INSTANCE;
    }

    @Override
    int coordinates() {
      return 15;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 5);
    }
  }

  @Nested
  class Triangles extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return ShapeSpace.INSTANCE;
    }

    @Override
    int coordinates() {
      return 9;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 3);
    }
  }

  @Nested
  class Diatomics extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return ShapeSpace.INSTANCE;
    }

    @Override
    int coordinates() {
      return 6;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 2);
    }
  }

  @Nested
  class ShapesByMass extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return WeightedShapeSpace.ofMasses(1.008, 15.999, 12.011, 1.008, 14.007);
    }

    @Override
    int coordinates() {
      return 15;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 5);
    }
  }

  @Nested
  class ShapesInHarmonicMetric extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return WeightedShapeSpace.ofMetric(
          4, new double[] {1, -1, 0, 0, -1, 3, -1, -1, 0, -1, 1, 0, 0, -1, 0, 1});
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 4);
    }
  }

  @Nested
  class ShapesInFullMetric extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return WeightedShapeSpace.ofMetric(
          4, new double[] {3, 1, 0, 0.5, 1, 2, 0.2, 0, 0, 0.2, 1, 0.3, 0.5, 0, 0.3, 4});
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 4);
    }
  }

  @Nested
  class CloudsModRigidMotions extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return CloudsModSE3.INSTANCE;
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      // Turns about the origin and translations span the same motions as turns about the mean, and
      // det J is the same since the change of basis is unipotent; the spectrum is not.
      List<Generator> all = new ArrayList<>(Generators.rotations(3, 4));
      all.addAll(Generators.translations(3, 4));
      return all;
    }

    @Override
    double[] point(int seed, String what) {
      double[] x = normals(seed, what);
      TrivialQuotient.CLOUDS.projectPoint(x, 0, x.length);
      return x;
    }

    @Override
    int degree(double[] x) {
      return 3;
    }
  }

  @Nested
  class SpinorsSU2 extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return SpinorsModSU2.INSTANCE;
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      return Generators.spin(3);
    }
  }

  @Nested
  class SpinorsU2 extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return SpinorsModU2.INSTANCE;
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      return Generators.spinAndPhase(3);
    }
  }

  @Nested
  class OneSpinorU2 extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return SpinorsModU2.INSTANCE;
    }

    @Override
    int coordinates() {
      return 4;
    }

    @Override
    List<Generator> motions() {
      return Generators.spinAndPhase(1);
    }
  }

  @Nested
  class Quadrupole extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return Generators.irrepsModSO3(2);
    }

    @Override
    int coordinates() {
      return 5;
    }

    @Override
    List<Generator> motions() {
      return Generators.irreps(2);
    }

    @Override
    double alignTolerance() {
      return 1e-7;
    }
  }

  @Nested
  class VectorAndOctupole extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return Generators.irrepsModSO3(0, 1, 3);
    }

    @Override
    int coordinates() {
      return 11;
    }

    @Override
    List<Generator> motions() {
      return Generators.irreps(0, 1, 3);
    }

    @Override
    double alignTolerance() {
      return 1e-7;
    }
  }

  @Nested
  class RigidMotionsFromGenerators extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return GeneratorQuotient.of("E(3) from generators", motions());
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      List<Generator> all = new ArrayList<>(Generators.rotations(3, 4));
      all.addAll(Generators.translations(3, 4));
      return all;
    }

    @Override
    int degree(double[] x) {
      return 3;
    }

    @Override
    double[] point(int seed, String what) {
      double[] x = normals(seed, what);
      TrivialQuotient.CLOUDS.projectPoint(x, 0, x.length);
      return x;
    }

    @Override
    double alignTolerance() {
      return 1e-7;
    }
  }

  @Nested
  class Translations extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PointsModTranslations.of(3);
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      return Generators.translations(3, 4);
    }

    @Override
    int degree(double[] x) {
      return 0;
    }
  }

  @Nested
  class PeriodicBox extends QuotientSpaceLaws {
    private static final double[] LENGTHS = {3, 1.5, 7};

    @Override
    QuotientSpace space() {
      return TorusModTranslations.of(LENGTHS);
    }

    @Override
    int coordinates() {
      return 15;
    }

    @Override
    List<Generator> motions() {
      return Generators.translations(3, 5);
    }

    @Override
    int degree(double[] x) {
      return 0;
    }

    @Override
    double[] logarithm(double[] y, double[] z) {
      double[] log = super.logarithm(y, z);
      for (int i = 0; i < log.length; i++) {
        log[i] = Math.IEEEremainder(log[i], LENGTHS[i % 3]);
      }
      return log;
    }
  }

  @Nested
  class Product extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return ProductQuotient.of(
          new ProductQuotient.Factor(SpinorsModSU2.INSTANCE, 4),
          new ProductQuotient.Factor(TrivialQuotient.FLAT, 2),
          new ProductQuotient.Factor(ShapeSpace.INSTANCE, 12));
    }

    @Override
    int coordinates() {
      return 18;
    }

    @Override
    List<Generator> motions() {
      List<Generator> all = new ArrayList<>();
      for (Generator generator : Generators.spin(1)) {
        all.add(block(generator, 18, 0));
      }
      for (Generator generator : Generators.rotations(3, 4)) {
        all.add(block(generator, 18, 6));
      }
      return all;
    }

    private static Generator block(Generator generator, int n, int at) {
      int m = generator.coordinates();
      double[] matrix = new double[n * n];
      double[] unit = new double[m];
      double[] image = new double[m];
      for (int j = 0; j < m; j++) {
        unit[j] = 1;
        generator.apply(unit, 0, image, 0);
        unit[j] = 0;
        for (int i = 0; i < m; i++) {
          matrix[(at + i) * n + at + j] = image[i];
        }
      }
      return Generator.linear(n, matrix);
    }
  }

  @Nested
  class Reflections extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PointsModFiniteGroup.inversion(3);
    }

    @Override
    int coordinates() {
      return 12;
    }

    @Override
    List<Generator> motions() {
      return List.of();
    }
  }

  @Nested
  class Permutations extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      return PointsModPermutations.of(3, 0, 1, 0, 0, 1, 2);
    }

    @Override
    int coordinates() {
      return 18;
    }

    @Override
    List<Generator> motions() {
      return List.of();
    }
  }

  @Nested
  class ShapesOfEquivalentAtoms extends QuotientSpaceLaws {
    @Override
    QuotientSpace space() {
      int[][] turnsOfThree = {
        {0, 1, 2, 3, 4}, {0, 2, 3, 1, 4}, {0, 3, 1, 2, 4},
      };
      return RelabelledQuotient.of(ShapeSpace.INSTANCE, 3, turnsOfThree);
    }

    @Override
    int coordinates() {
      return 15;
    }

    @Override
    List<Generator> motions() {
      return Generators.rotations(3, 5);
    }
  }
}
