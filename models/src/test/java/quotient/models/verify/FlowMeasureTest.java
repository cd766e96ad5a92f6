package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;
import quotient.models.sample.FlowMeasure;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.VelocityField;

/// The paper's Corollary 3: an equality for exact fields, an inequality with vertical output.
final class FlowMeasureTest {
  private static final PlaneModSO2 PHASE = PlaneModSO2.COMPLEX;
  private static final double[] START = {0.7, -0.4, 1.1, 0.3, -0.9, 0.8};

  private static FlowMeasure measure(QuotientSpace space, double turn) {
    VelocityField exact = PlanarTarget.reference(0.1).field(OrbitTarget.Optimum.EXACT);
    VelocityField field =
        (x, time, previous, out) -> {
          exact.velocity(x, time, previous, out);
          for (int i = 0; i < x.length; i += 2) {
            out[i] -= turn * x[i + 1];
            out[i + 1] += turn * x[i];
          }
        };
    SamplingBatch batch =
        new SamplingBatch(
            space,
            Interpolant.linear(),
            new Coupling.Independent(),
            new Covariance[] {new Covariance.Isotropic(1)},
            new int[] {0, 6});
    return FlowMeasure.along(batch, PHASE, field, TimeGrid.uniform(2000), START.clone())[0];
  }

  @Test
  void anExactFieldIsHorizontalSoBothPathsAreTheSame() {
    FlowMeasure quotient = measure(PHASE, 0);
    FlowMeasure conventional = measure(new TotalSpace(PHASE), 0);
    assertEquals(conventional.length(), quotient.length(), 1e-10);
    assertEquals(conventional.energy(), quotient.energy(), 1e-10);
    assertEquals(0, conventional.verticalShare(), 1e-12);
  }

  @Test
  void verticalOutputLengthensTheConventionalPathAlone() {
    FlowMeasure plain = measure(PHASE, 0);
    FlowMeasure quotient = measure(PHASE, 3);
    FlowMeasure conventional = measure(new TotalSpace(PHASE), 3);
    assertEquals(plain.length(), quotient.length(), 1e-9);
    assertEquals(plain.energy(), quotient.energy(), 1e-9);
    assertTrue(conventional.length() > 1.5 * quotient.length());
    assertTrue(conventional.energy() > 2 * quotient.energy());
    assertTrue(quotient.verticalShare() > 0.5 && quotient.verticalShare() < 1);
  }

  @Test
  void theEnergyBoundsTheSquaredLength() {
    FlowMeasure measure = measure(PHASE, 0);
    assertTrue(measure.length() * measure.length() <= measure.energy() * (1 + 1e-12));
  }
}
