package quotient.models.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;
import quotient.models.sample.NoiseSchedule;
import quotient.models.sample.SdeSampler;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.Step;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// Whole SDE samplers on a distribution of two shapes, with the exact denoiser: does each shape come
/// out as often as it should, and with the right size?
///
///     eta = 4 (1 - t), gamma = 1, last step ODE; weights 0.3 and 0.7
///
/// Source: theory.md 9.5.
final class MixtureCheck {
  private static final double KAPPA = 4;

  /// Time stepping moves the fraction by this much at most on these grids.
  private static final double PLANAR_BIAS = 0.004;

  private static final double SPATIAL_BIAS = 0.008;
  private static final double PLANAR_DISTANCE_BIAS = 0.008;
  private static final double SPATIAL_DISTANCE_BIAS = 0.015;

  /// With fewer clouds a missing curvature could be missed: it moves the weight by 0.057 in the plane
  /// and by 0.17 in space, which are then 11 standard errors.
  private static final int LEAST_PLANAR_CONTROLS = 10_000;

  private static final int LEAST_SPATIAL_CONTROLS = 1300;

  private final WorkerPool pool;
  private final RandomKey key;
  private final double scale;

  MixtureCheck(WorkerPool pool, RandomKey key, double scale) {
    this.pool = pool;
    this.key = key;
    this.scale = scale;
  }

  void planar(List<Measurement> out) {
    int clouds = (int) Math.max(500, 10_000 * scale);
    check(
        "phase-3",
        PlaneModSO2.COMPLEX,
        () -> PlanarTarget.reference(0.1),
        TimeGrid.uniform(200),
        List.of(new Step.ProjectedNoise(), new Step.FullNoise(), new Step.AlignedNoise()),
        List.of(FaultyStep.NO_CURVATURE, FaultyStep.WRONG_SIGN),
        clouds,
        Math.max(LEAST_PLANAR_CONTROLS, clouds),
        PLANAR_BIAS,
        PLANAR_DISTANCE_BIAS,
        out);
  }

  void spatial(List<Measurement> out) {
    int clouds = (int) Math.max(200, 3000 * scale);
    check(
        "shapes",
        ShapeSpace.INSTANCE,
        () -> SpatialTarget.reference(0.15),
        TimeGrid.uniform(100),
        List.of(new Step.ProjectedNoise(), new Step.FullNoise(), new Step.AlignedNoise()),
        List.of(FaultyStep.NO_CURVATURE, FaultyStep.WRONG_SIGN),
        clouds,
        Math.max(LEAST_SPATIAL_CONTROLS, clouds / 2),
        SPATIAL_BIAS,
        SPATIAL_DISTANCE_BIAS,
        out);
  }

  private void check(
      String name,
      QuotientSpace space,
      Supplier<OrbitTarget> target,
      TimeGrid grid,
      List<Step> right,
      List<Step> wrong,
      int clouds,
      int controlClouds,
      double bias,
      double distanceBias,
      List<Measurement> out) {
    int width = target.get().coordinates();
    double[] exact = exact(target.get(), 4 * clouds);
    for (boolean control : new boolean[] {false, true}) {
      List<Step> steps = control ? wrong : right;
      int count = control ? controlClouds : clouds;
      List<Simulation.Variant> variants = new ArrayList<>();
      for (Step step : steps) {
        variants.add(
            new Simulation.Variant(
                space,
                new Covariance.Isotropic(1),
                new SdeSampler(
                    step.name(),
                    step,
                    grid,
                    NoiseSchedule.linear(KAPPA, 1),
                    SelfConditioning.Mode.OFF),
                () -> target.get().field(OrbitTarget.Optimum.EXACT)));
      }
      Simulation simulation =
          new Simulation(pool, count, width, grid.steps(), key.child(name).child(count));
      double[][] ends = simulation.run(variants, Simulation.normal(space, width));
      for (int s = 0; s < steps.size(); s++) {
        String sampler = control ? steps.get(s).name() : "quotient-" + steps.get(s).name();
        out.add(
            Measurement.mean(
                name,
                sampler,
                "two shapes, weight of the first",
                firsts(target.get(), ends[s]),
                ReferenceTargets.WEIGHTS[0],
                bias,
                control));
        if (control) {
          continue;
        }
        out.add(
            Measurement.distance(
                name,
                sampler,
                "two shapes, law of |x|",
                Simulation.squares(ends[s], width),
                Simulation.squares(exact, width),
                distanceBias,
                false));
      }
    }
  }

  /// 1 for every cloud that is nearest to the first shape, else 0.
  static double[] firsts(OrbitTarget target, double[] x) {
    double[] out = new double[x.length / target.coordinates()];
    for (int b = 0; b < out.length; b++) {
      out[b] = target.nearest(x, b * target.coordinates()) == 0 ? 1 : 0;
    }
    return out;
  }

  private double[] exact(OrbitTarget target, int count) {
    double[] out = new double[count * target.coordinates()];
    for (int b = 0; b < count; b++) {
      target.sample(key.child("exact").child(b), out, b * target.coordinates());
    }
    return out;
  }
}
