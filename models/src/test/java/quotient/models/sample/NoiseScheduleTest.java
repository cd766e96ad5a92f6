package quotient.models.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.geometry.ShapeSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.BondGraph;
import quotient.models.prior.GaussianPrior;
import quotient.tensor.random.RandomKey;

/// What the schedules leave of the noise near the data, on 400 steps of the published grid.
///
/// The clean cloud is known and lies in the origin, so the state itself is the deviation from it: in
/// the limit of small steps `sqrt(gamma) (1 - t)` per coordinate for every schedule.
final class NoiseScheduleTest {
  private static final int POINTS = 300;
  private static final double GAMMA = 0.45;
  private static final double LATE = 0.99;

  /// The deviation over (1 - t) at the first time from 0.99 on.
  private static double deviation(NoiseSchedule schedule) {
    BondGraph[] graphs = {BondGraph.unbonded(POINTS)};
    SamplingBatch batch =
        SamplingBatch.of(
            new TotalSpace(ShapeSpace.INSTANCE),
            Interpolant.linear(),
            new Coupling.Independent(),
            GaussianPrior.unit(),
            graphs);
    RandomKey[] keys = {RandomKey.of(8)};
    Sampler sampler =
        SamplerKind.parse("sde")
            .create(
                new OdeSampler.Solver.Euler(),
                TimeGrid.parse("log:2", 400),
                schedule.withGamma(GAMMA),
                SelfConditioning.Mode.OFF);
    double[] found = new double[1];
    sampler.run(
        batch,
        (x, time, previous, out) -> {
          for (int i = 0; i < x.length; i++) {
            out[i] = -x[i] / (1 - time[0]);
          }
        },
        new NoiseSource.Keyed(keys, sampler.noiseSteps()),
        batch.draw(GaussianPrior.unit(), graphs, keys),
        (step, time, x) -> {
          if (time[0] >= LATE && found[0] == 0) {
            double sum = 0;
            for (double value : x) {
              sum += value * value;
            }
            found[0] = Math.sqrt(sum / x.length) / (1 - time[0]);
          }
        });
    return found[0];
  }

  @Test
  void linearSchedulesLeaveTheNoiseThatIsMeant() {
    // Five standard deviations of the estimate, and the first order of steps of 0.0231 (1 - t).
    double tolerance = 5 / Math.sqrt(2 * 3 * POINTS);
    for (double kappa : new double[] {1, 5, 10}) {
      double found = deviation(NoiseSchedule.linear(kappa, GAMMA)) / Math.sqrt(GAMMA);
      assertEquals(1, found, tolerance + 0.3 * kappa * 0.0231, "kappa " + kappa);
    }
  }

  @Test
  void theInverseOfTimeLeavesTwiceAsMuch() {
    double found =
        deviation(NoiseSchedule.inverseTime(Double.POSITIVE_INFINITY, 1)) / Math.sqrt(GAMMA);
    assertTrue(found > 1.9, "found " + found);
  }
}
