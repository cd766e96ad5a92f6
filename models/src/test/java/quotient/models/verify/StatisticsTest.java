package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class StatisticsTest {
  @Test
  void distancesOfSmallSamplesAreThoseByHand() {
    double[] a = {1, 2, 3, 4};
    assertEquals(0, Statistics.distance(a, a.clone()), 0);
    assertEquals(1, Statistics.distance(a, new double[] {5, 6}), 0);
    assertEquals(0.75, Statistics.distance(a, new double[] {4.5, 3.5}), 0);
    assertEquals(0.25, Statistics.distance(new double[] {0.25, 0.75}, u -> u), 1e-15);
  }

  @Test
  void thresholdsBelongToTheirLevels() {
    // The two-sided normal quantile of 1e-3 is 3.29; the margin for skewness is on top.
    assertEquals(3.29, Statistics.normalQuantile(1e-3) / 1.06, 0.03);
    assertEquals(1.95 / 10, Statistics.distanceQuantile(1e-3, 100), 0.001);
  }

  /// 400 tests at level 0.01 on equal laws: more than 13 rejections have a probability below 1e-4.
  @Test
  void equalLawsAreRejectedNoMoreOftenThanTheLevelSays() {
    int rejected = 0;
    double threshold = Statistics.distanceQuantile(0.01, 250);
    for (int trial = 0; trial < 400; trial++) {
      double[] a = new double[500];
      double[] b = new double[500];
      Normal.fill(RandomKey.of(5).child(trial).child("a"), a, 0, 500);
      Normal.fill(RandomKey.of(5).child(trial).child("b"), b, 0, 500);
      rejected += Statistics.distance(a, b) > threshold ? 1 : 0;
    }
    assertTrue(rejected <= 13, rejected + " of 400 rejected");
  }

  @Test
  void aControlPassesByBeingDetected() {
    double[] off = {3, 3.1, 2.9, 3.05};
    Row right = Measurement.mean("s", "x", "y", off, 3, 0, false).row(1e-3);
    Row wrong = Measurement.mean("s", "x", "y", off, 0, 0, false).row(1e-3);
    Row detected = Measurement.mean("s", "x", "y", off, 0, 0, true).row(1e-3);
    Row missed = Measurement.mean("s", "x", "y", off, 3, 0, true).row(1e-3);
    assertEquals("ok", right.verdict());
    assertEquals("FAILED", wrong.verdict());
    assertEquals("detected", detected.verdict());
    assertEquals("NOT DETECTED", missed.verdict());
    assertTrue(right.passed() && detected.passed());
    assertFalse(wrong.passed() || missed.passed());
  }

  @Test
  void aResultThatIsNotANumberFails() {
    Row row = Measurement.fixed("s", "x", "y", Double.NaN, 0, 1, false).row(1e-3);
    assertFalse(row.passed());
  }
}
