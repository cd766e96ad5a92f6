package quotient.models.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class ReweightingTest {
  @Test
  void equalWeightsKeepTheWholeSample() {
    Reweighting weights = Reweighting.of(new double[] {3, 3, 3, 3}, new double[] {1, 1, 1, 1});
    assertEquals(4, weights.effectiveSize(), 1e-12);
    assertEquals(2.5, weights.mean(new double[] {1, 2, 3, 4}), 1e-12);
  }

  @Test
  void oneDominantSampleLeavesOne() {
    Reweighting weights = Reweighting.of(new double[] {0, 800, 900}, new double[] {0, 0, 0});
    assertEquals(1, weights.effectiveSize(), 1e-12);
    assertEquals(7, weights.mean(new double[] {7, 1, 1}), 1e-12);
  }

  /// From N(0, 1.5^2) to exp(-x^2/2): the second moment becomes 1.
  @Test
  void aNormalIsReweightedIntoAnother() {
    int n = 20_000;
    double[] x = new double[n];
    Normal.fill(RandomKey.of(2), x, 0, n);
    double[] energy = new double[n];
    double[] logDensity = new double[n];
    double[] square = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] *= 1.5;
      square[i] = x[i] * x[i];
      energy[i] = 0.5 * square[i];
      logDensity[i] = -0.5 * square[i] / 2.25 - Math.log(1.5);
    }
    Reweighting weights = Reweighting.of(energy, logDensity);
    assertEquals(1, weights.mean(square), 4.5 * weights.standardError(square));
    // Exact: ESS/n = (E w)^2 / E w^2 with w = 1.5 exp(-x^2 (1 - 1/2.25) / 2).
    double exact = Math.sqrt(1 + 2 * (2.25 - 1)) / 2.25;
    assertEquals(exact, weights.effectiveSize() / n, 0.02);
  }

  @Test
  void uselessInputIsRefused() {
    double[] none = {};
    assertThrows(IllegalArgumentException.class, () -> Reweighting.of(none, none));
    double[] one = {1};
    double[] infinite = {Double.POSITIVE_INFINITY};
    assertThrows(IllegalArgumentException.class, () -> Reweighting.of(infinite, one));
  }
}
