package quotient.models.verify;

import java.util.List;
import java.util.function.ToDoubleFunction;
import quotient.geometry.CloudsModSE3;
import quotient.geometry.Generators;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.PointsModPermutations;
import quotient.geometry.PointsModSOd;
import quotient.geometry.PointsModTranslations;
import quotient.geometry.ProductQuotient;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.SpinorsModSU2;
import quotient.geometry.SpinorsModU2;
import quotient.geometry.TorusModTranslations;
import quotient.geometry.TrivialQuotient;
import quotient.geometry.VectorModSOd;
import quotient.geometry.WeightedShapeSpace;

/// A space under test: how long its configurations are, and a function its group cannot see.
///
/// @param name the name for `--space` and in the table
/// @param space the space
/// @param coordinates the length of a configuration
/// @param invariant a smooth invariant function, not constant
/// @param curved whether the orbit volume varies, so that faults in the curvature can show
record SpaceCase(
    String name,
    QuotientSpace space,
    int coordinates,
    ToDoubleFunction<double[]> invariant,
    boolean curved) {

  static List<SpaceCase> all() {
    double[] chain = {1, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 1};
    return List.of(
        new SpaceCase("shapes", ShapeSpace.INSTANCE, 12, x -> pair(x, 3), true),
        new SpaceCase("shapes-5", ShapeSpace.INSTANCE, 15, x -> pair(x, 3), true),
        new SpaceCase(
            "shapes-by-mass",
            WeightedShapeSpace.ofMasses(1, 12, 16, 14),
            12,
            x -> pair(x, 3),
            true),
        new SpaceCase(
            "shapes-by-graph", WeightedShapeSpace.ofMetric(4, chain), 12, x -> pair(x, 3), true),
        new SpaceCase("clouds-se3", CloudsModSE3.INSTANCE, 12, x -> pair(x, 3), true),
        new SpaceCase("plane", PlaneModSO2.POINTS, 2, x -> norm(x, 0, 2), true),
        new SpaceCase("plane-points", PlaneModSO2.POINTS, 8, x -> norm(x, 0, 2), true),
        new SpaceCase("phase", PlaneModSO2.COMPLEX, 8, x -> norm(x, 0, 2), true),
        new SpaceCase("diatomic", VectorModSOd.INSTANCE, 3, x -> norm(x, 0, 3), true),
        new SpaceCase("vector-5", VectorModSOd.INSTANCE, 5, x -> norm(x, 0, 5), true),
        new SpaceCase("points-3", PointsModSOd.of(3), 12, x -> norm(x, 0, 3), true),
        new SpaceCase("points-4", PointsModSOd.of(4), 20, x -> norm(x, 0, 4), true),
        new SpaceCase("spinors-su2", SpinorsModSU2.INSTANCE, 12, x -> norm(x, 0, 4), true),
        new SpaceCase("spinors-u2", SpinorsModU2.INSTANCE, 12, x -> norm(x, 0, 4), true),
        new SpaceCase("irreps-1-2", Generators.irrepsModSO3(1, 2), 8, x -> norm(x, 0, 3), true),
        new SpaceCase("irreps-2", Generators.irrepsModSO3(2), 5, x -> norm(x, 0, 5), true),
        new SpaceCase(
            "product",
            ProductQuotient.of(
                new ProductQuotient.Factor(ShapeSpace.INSTANCE, 12),
                new ProductQuotient.Factor(PlaneModSO2.POINTS, 4)),
            16,
            x -> pair(x, 3) + norm(x, 12, 14),
            true),
        new SpaceCase("translations", PointsModTranslations.of(3), 12, x -> pair(x, 3), false),
        new SpaceCase("torus", TorusModTranslations.of(3, 4, 5), 12, SpaceCase::waves, false),
        new SpaceCase(
            "permutations",
            PointsModPermutations.of(3, 0, 0, 0, 1),
            12,
            x -> norm(x, 0, 3) + norm(x, 3, 6) + norm(x, 6, 9),
            false),
        new SpaceCase("euclidean", TrivialQuotient.FLAT, 4, x -> norm(x, 0, 2), false),
        new SpaceCase("clouds", TrivialQuotient.CLOUDS, 12, x -> pair(x, 3), false));
  }

  /// The squared distance of the first two points.
  private static double pair(double[] x, int axes) {
    double sum = 0;
    for (int a = 0; a < axes; a++) {
      double d = x[a] - x[axes + a];
      sum += d * d;
    }
    return sum;
  }

  private static double norm(double[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += x[i] * x[i];
    }
    return sum;
  }

  /// A periodic function of the first difference in the box 3 x 4 x 5.
  private static double waves(double[] x) {
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      sum += StrictMath.sin(2 * Math.PI * (x[a] - x[3 + a]) / (3 + a));
    }
    return sum;
  }
}
