package quotient.models.interpolant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quotient.models.interpolant.Interpolant.Path;

final class InterpolantTest {
  private static final double H = 1e-6;

  @ParameterizedTest
  @EnumSource
  void ratesAreDerivatives(Path shape) {
    Interpolant path = new Interpolant(shape, 0.3);
    for (double t : new double[] {0.01, 0.2, 0.5, 0.77, 0.99}) {
      assertEquals((path.alpha(t + H) - path.alpha(t - H)) / (2 * H), path.alphaRate(t), 1e-8);
      assertEquals((path.beta(t + H) - path.beta(t - H)) / (2 * H), path.betaRate(t), 1e-8);
      assertEquals((path.gamma(t + H) - path.gamma(t - H)) / (2 * H), path.gammaRate(t), 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noiseRateIsHalfTheLogarithmicDerivativeOfTheNoiseVariance(Path shape) {
    for (double sigma : new double[] {0, 0.1, 1}) {
      Interpolant path = new Interpolant(shape, sigma);
      for (double variance : new double[] {0.1, 1, 7}) {
        for (double t : new double[] {0.01, 0.4, 0.9}) {
          double slope =
              (Math.log(path.noiseVariance(t + H, variance))
                      - Math.log(path.noiseVariance(t - H, variance)))
                  / (2 * H);
          assertEquals(0.5 * slope, path.noiseRate(t, variance), 1e-7);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void pathsRunFromPriorToData(Path shape) {
    Interpolant path = new Interpolant(shape, 0.1);
    assertEquals(1, path.alpha(0), 0);
    assertEquals(0, path.beta(0), 0);
    assertEquals(0, path.alpha(1), 1e-15);
    assertEquals(1, path.beta(1), 0);
    assertEquals(0, path.gamma(0), 0);
    assertEquals(0, path.gamma(1), 0);
  }

  @ParameterizedTest
  @EnumSource
  void negativeBridgeNoiseIsRefused(Path shape) {
    assertThrows(IllegalArgumentException.class, () -> new Interpolant(shape, -0.1));
  }
}
