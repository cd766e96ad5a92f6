package quotient.models.interpolant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.tensor.random.RandomKey;

final class TimeDistributionTest {
  private static final int DRAWS = 40_000;

  @Test
  void uniformTimesFillTheirInterval() {
    double sum = 0;
    double least = 1;
    double largest = 0;
    for (int i = 0; i < DRAWS; i++) {
      double t = TimeDistribution.Uniform.ET_FLOW.draw(RandomKey.of(1).child(i));
      sum += t;
      least = Math.min(least, t);
      largest = Math.max(largest, t);
    }
    assertTrue(least >= 1e-4 && least < 1e-3, "smallest " + least);
    assertTrue(largest <= 0.9999 && largest > 0.999, "largest " + largest);
    assertEquals(0.5, sum / DRAWS, 4.5 * Math.sqrt(1.0 / 12 / DRAWS));
  }

  @Test
  void betaTimesHaveTheirDistribution() {
    // F(t) = 0.02 t + 0.98 t^1.9; the largest deviation of the empirical one has level 1e-4 here.
    double[] share = new double[10];
    for (int i = 0; i < DRAWS; i++) {
      double t = TimeDistribution.BetaUniform.PROTEINA.draw(RandomKey.of(2).child(i));
      for (int k = 0; k < share.length; k++) {
        share[k] += t < (k + 1) / 10.0 ? 1.0 / DRAWS : 0;
      }
    }
    for (int k = 0; k < share.length; k++) {
      double t = (k + 1) / 10.0;
      assertEquals(0.02 * t + 0.98 * Math.pow(t, 1.9), share[k], 2.2 / Math.sqrt(DRAWS));
    }
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TimeDistribution.Uniform(0.5, 0.2));
    assertThrows(IllegalArgumentException.class, () -> new TimeDistribution.Uniform(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new TimeDistribution.BetaUniform(1.9, 1.5));
  }
}
