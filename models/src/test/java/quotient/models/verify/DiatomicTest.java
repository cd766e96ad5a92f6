package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Figure 3 of the paper with numbers: theory.md 9.6 (a).
final class DiatomicTest {
  @ParameterizedTest
  @CsvSource({
    "1.0, 2.0, 0.3, 0.0000",
    "1.0, 2.0, 0.5, 0.0113",
    "1.0, 1.2, 0.5, 0.0003",
    "1.0, 3.0, 0.5, 0.0315"
  })
  void theAlignedOptimumSamplesWrongWeightsAndTheExactOneRightOnes(
      double first, double second, double weight, double aligned) {
    double[] bonds = {first, second};
    double[] weights = {weight, 1 - weight};
    assertEquals(weight, new Diatomic(bonds, weights, false).weightOfFirst(), 1e-5);
    // The stored values come from a grid of starting radii.
    assertEquals(aligned, new Diatomic(bonds, weights, true).weightOfFirst(), 2e-4);
  }

  @Test
  void bothOptimaEndOnABond() {
    // Which is why looking at shapes cannot tell them apart.
    for (boolean aligned : new boolean[] {false, true}) {
      Diatomic pair = new Diatomic(new double[] {1, 2}, new double[] {0.3, 0.7}, aligned);
      for (double start : new double[] {0.3, 0.8, 1.5, 2.5}) {
        double end = pair.end(start);
        assertEquals(0, Math.min(Math.abs(end - 1), Math.abs(end - 2)), 3e-3);
      }
    }
  }

  @Test
  void oneBondHidesTheFault() {
    double[] bond = {1.5};
    double[] sure = {1};
    assertEquals(
        new Diatomic(bond, sure, false).end(1.1), new Diatomic(bond, sure, true).end(1.1), 3e-3);
  }

  /// theory.md 9.6 (a), which stops at 1 - t = 0.003, where a length still lacks that share.
  @ParameterizedTest
  @CsvSource({"1.5, 0.1, 1.648, 0.067", "1.5, 0.3, 1.923, 0.203", "3.0, 0.3, 3.441, 0.201"})
  void theAlignedOptimumMovesAndNarrowsSmoothLengths(
      double mean, double deviation, double alignedMean, double alignedDeviation) {
    SmoothDiatomic.Law exact = new SmoothDiatomic(mean, deviation, false).law();
    assertEquals(mean, exact.mean(), 5e-4);
    assertEquals(deviation, exact.deviation(), 5e-4);
    SmoothDiatomic.Law aligned = new SmoothDiatomic(mean, deviation, true).law();
    assertEquals(alignedMean, 0.997 * aligned.mean(), 1e-3);
    assertEquals(alignedDeviation, 0.997 * aligned.deviation(), 1e-3);
  }

  @Test
  void theLengthOfThreeNormalsHasItsDistribution() {
    assertEquals(1, Diatomic.chi3(12), 1e-12);
    assertEquals(0.5, Diatomic.chi3(1.5381722544550522), 1e-9);
  }
}
