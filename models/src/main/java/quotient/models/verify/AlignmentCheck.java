package quotient.models.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.Sampler;
import quotient.models.sample.SelfConditioning;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// The optimum of an alignment loss draws the right shapes with the wrong probabilities; the optimum
/// of the quotient loss draws them with the right ones. Both fields are exact, so nothing here is a
/// matter of training.
///
/// The diatomic has no sampling error at all; the two-shape targets are sampled by Heun's method in
/// -log(1 - t). Source: theory.md 9.6.
final class AlignmentCheck {
  private static final double EXACT_THRESHOLD = 1e-3;
  private static final double SMOOTH_THRESHOLD = 2e-3;

  /// The least fault of an aligned target here is 0.033 Å, in the deviation of N(1.5, 0.1^2).
  private static final double SMOOTH_CONTRAST = 0.02;

  private static final double PLANAR_BIAS = 0.004;
  private static final double SPATIAL_BIAS = 0.01;

  /// The aligned samplers end on an admissible shape, to this accuracy of the last step.
  private static final double SHAPE_TOLERANCE = 0.01;

  private final WorkerPool pool;
  private final RandomKey key;
  private final double scale;

  AlignmentCheck(WorkerPool pool, RandomKey key, double scale) {
    this.pool = pool;
    this.key = key;
    this.scale = scale;
  }

  /// No randomness: bonds 1 and 2 with probabilities 0.3 and 0.7.
  static void diatomic(List<Measurement> out) {
    double[] bonds = {1, 2};
    for (boolean aligned : new boolean[] {false, true}) {
      double weight = new Diatomic(bonds, ReferenceTargets.WEIGHTS, aligned).weightOfFirst();
      out.add(
          Measurement.fixed(
              "diatomic",
              aligned ? "target aligned to x_t" : "quotient-ode",
              "two bonds, weight of the first",
              weight,
              ReferenceTargets.WEIGHTS[0],
              EXACT_THRESHOLD,
              aligned));
    }
  }

  /// No randomness: normally distributed bond lengths, as (mean, deviation).
  static void smooth(List<Measurement> out) {
    double[][] laws = {{1.5, 0.1}, {1.5, 0.3}, {3, 0.3}};
    for (double[] law : laws) {
      for (boolean aligned : new boolean[] {false, true}) {
        SmoothDiatomic.Law found = new SmoothDiatomic(law[0], law[1], aligned).law();
        String sampler = aligned ? "target aligned to x_t" : "quotient-ode";
        String lengths = String.format(Locale.ROOT, "lengths N(%.1f, %.1f^2), ", law[0], law[1]);
        double threshold = aligned ? SMOOTH_CONTRAST : SMOOTH_THRESHOLD;
        out.add(
            Measurement.fixed(
                "diatomic", sampler, lengths + "mean", found.mean(), law[0], threshold, aligned));
        out.add(
            Measurement.fixed(
                "diatomic",
                sampler,
                lengths + "deviation",
                found.deviation(),
                law[1],
                threshold,
                aligned));
      }
    }
  }

  void planar(List<Measurement> out) {
    int clouds = (int) Math.max(2000, 6000 * scale);
    check(
        "phase-3",
        PlaneModSO2.COMPLEX,
        () -> PlanarTarget.reference(0),
        grid(150),
        clouds,
        PLANAR_BIAS,
        List.of(OrbitTarget.Optimum.EXACT, OrbitTarget.Optimum.GEODIFF, OrbitTarget.Optimum.AF3),
        out);
  }

  void spatial(List<Measurement> out) {
    int clouds = (int) Math.max(600, 1500 * scale);
    check(
        "shapes",
        ShapeSpace.INSTANCE,
        () -> SpatialTarget.reference(0),
        grid(60),
        clouds,
        SPATIAL_BIAS,
        List.of(OrbitTarget.Optimum.EXACT, OrbitTarget.Optimum.GEODIFF),
        out);
  }

  /// Evenly in -log(1 - t) down to 1 - t = 0.001, then one step to the end.
  static TimeGrid grid(int steps) {
    double[] times = new double[steps + 2];
    for (int i = 1; i <= steps; i++) {
      times[i] = -StrictMath.expm1(-StrictMath.log(1000) * i / steps);
    }
    times[steps + 1] = 1;
    return TimeGrid.of(times);
  }

  private void check(
      String name,
      QuotientSpace space,
      Supplier<OrbitTarget> target,
      TimeGrid grid,
      int clouds,
      double bias,
      List<OrbitTarget.Optimum> optima,
      List<Measurement> out) {
    int width = target.get().coordinates();
    Sampler heun =
        new OdeSampler(
            "quotient-ode", new OdeSampler.Solver.Heun(), grid, SelfConditioning.Mode.OFF);
    List<Simulation.Variant> variants = new ArrayList<>();
    for (OrbitTarget.Optimum optimum : optima) {
      boolean exact = optimum == OrbitTarget.Optimum.EXACT;
      variants.add(
          new Simulation.Variant(
              exact ? space : new TotalSpace(space),
              new Covariance.Isotropic(1),
              heun,
              () -> target.get().field(optimum)));
    }
    Simulation simulation =
        new Simulation(pool, clouds, width, 0, key.child("alignment").child(name));
    double[][] ends = simulation.run(variants, Simulation.normal(space, width));
    for (int v = 0; v < ends.length; v++) {
      OrbitTarget.Optimum optimum = optima.get(v);
      boolean control = optimum != OrbitTarget.Optimum.EXACT;
      String sampler =
          switch (optimum) {
            case EXACT -> "quotient-ode";
            case GEODIFF -> "target aligned to x_t";
            case AF3 -> "target aligned to the output";
          };
      out.add(
          Measurement.mean(
              name,
              sampler,
              "two exact shapes, weight of the first",
              MixtureCheck.firsts(target.get(), ends[v]),
              ReferenceTargets.WEIGHTS[0],
              bias,
              control));
      if (control) {
        out.add(
            Measurement.fixed(
                name,
                sampler,
                "two exact shapes, median shape error",
                medianError(target.get(), space, ends[v]),
                0,
                SHAPE_TOLERANCE,
                false));
      }
    }
  }

  /// What makes the fault hard to see: every shape is right.
  private static double medianError(OrbitTarget target, QuotientSpace space, double[] x) {
    int width = target.coordinates();
    double[] one = new double[width];
    double[] errors = new double[x.length / width];
    for (int b = 0; b < errors.length; b++) {
      System.arraycopy(x, b * width, one, 0, width);
      errors[b] = space.distance(one, target.shapes[target.nearest(one, 0)], 0, width);
    }
    Arrays.sort(errors);
    return errors[errors.length / 2];
  }
}
