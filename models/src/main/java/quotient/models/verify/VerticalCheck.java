package quotient.models.verify;

import java.util.ArrayList;
import java.util.List;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;
import quotient.models.sample.NoiseSchedule;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.Sampler;
import quotient.models.sample.SdeSampler;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.Step;
import quotient.models.sample.VelocityField;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// A vertical field added to the network's output must not change any trajectory, however large.
///
/// The quotient loss leaves that part of the output free, so a sampler that lets it through anywhere
/// (in the last step, in the score) is wrong. The control is the conventional ODE, which lets it
/// through everywhere. Source: theory.md 9.7.
final class VerticalCheck {
  private static final double TOLERANCE = 1e-10;
  private static final int CLOUDS = 64;

  private final WorkerPool pool;
  private final RandomKey key;

  VerticalCheck(WorkerPool pool, RandomKey key) {
    this.pool = pool;
    this.key = key;
  }

  void run(List<Measurement> out) {
    check("phase-3", PlaneModSO2.COMPLEX, PlanarTarget.reference(0.1), out);
    check("shapes", ShapeSpace.INSTANCE, SpatialTarget.reference(0.15), out);
  }

  private void check(String name, QuotientSpace space, OrbitTarget target, List<Measurement> out) {
    TimeGrid grid = TimeGrid.uniform(50);
    NoiseSchedule schedule = NoiseSchedule.linear(2, 1);
    SelfConditioning.Mode off = SelfConditioning.Mode.OFF;
    List<Sampler> samplers =
        List.of(
            new OdeSampler("quotient-ode", new OdeSampler.Solver.Euler(), grid, off),
            new OdeSampler("quotient-ode, heun", new OdeSampler.Solver.Heun(), grid, off),
            new SdeSampler("quotient-sde", new Step.ProjectedNoise(), grid, schedule, off),
            new SdeSampler("quotient-sde-full", new Step.FullNoise(), grid, schedule, off),
            new SdeSampler("quotient-sde-aligned", new Step.AlignedNoise(), grid, schedule, off),
            new OdeSampler("ode", new OdeSampler.Solver.Euler(), grid, off));
    for (Sampler sampler : samplers) {
      boolean control = sampler.name().equals("ode");
      double largest = 0;
      double[] plain = run(control, space, target, grid, sampler, 0);
      for (double amount : new double[] {0.5, 2, 10}) {
        double[] other = run(control, space, target, grid, sampler, amount);
        for (int i = 0; i < plain.length; i++) {
          largest = Math.max(largest, Math.abs(other[i] - plain[i]));
        }
      }
      out.add(
          Measurement.fixed(
              name, sampler.name(), "change by a vertical output", largest, 0, TOLERANCE, control));
    }
  }

  private double[] run(
      boolean conventional,
      QuotientSpace space,
      OrbitTarget target,
      TimeGrid grid,
      Sampler sampler,
      double amount) {
    int width = target.coordinates();
    List<Simulation.Variant> variants = new ArrayList<>();
    variants.add(
        new Simulation.Variant(
            conventional ? new TotalSpace(space) : space,
            new Covariance.Isotropic(1),
            sampler,
            () -> turning(target, width, amount)));
    Simulation simulation =
        new Simulation(pool, CLOUDS, width, grid.steps(), key.child("vertical"));
    return simulation.run(variants, Simulation.normal(space, width))[0];
  }

  /// The exact field with the infinitesimal turn of x, about z in space, added to D.
  private static VelocityField turning(OrbitTarget target, int width, double amount) {
    VelocityField exact = target.field(OrbitTarget.Optimum.EXACT);
    int axes = target instanceof PlanarTarget ? 2 : 3;
    return (x, time, previous, out) -> {
      exact.velocity(x, time, previous, out);
      for (int p = 0; p < x.length; p += axes) {
        double factor = amount / (1 - time[p / width]);
        out[p] -= factor * x[p + 1];
        out[p + 1] += factor * x[p];
      }
    };
  }
}
