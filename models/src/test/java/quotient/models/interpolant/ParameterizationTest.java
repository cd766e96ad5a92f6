package quotient.models.interpolant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quotient.geometry.TrivialQuotient;
import quotient.models.interpolant.Interpolant.Path;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Covariance;
import quotient.models.prior.GaussianPrior;
import quotient.models.prior.HarmonicPrior;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class ParameterizationTest {
  private static final BondGraph GRAPH = BondGraph.of(5, new int[] {0, 1, 1, 2, 2, 3, 2, 4});
  private static final int FROM = 6;
  private static final int TO = FROM + 15;
  private static final double[] TIMES = {0, 0.03, 0.5, 0.9, 0.999};

  private static List<Interpolant> paths() {
    return List.of(
        Interpolant.linear(),
        Interpolant.linear(0.1),
        new Interpolant(Path.TRIGONOMETRIC, 0),
        new Interpolant(Path.TRIGONOMETRIC, 0.4));
  }

  private static List<Covariance> covariances() {
    return List.of(
        new GaussianPrior(1).covariance(GRAPH),
        new GaussianPrior(2.5).covariance(GRAPH),
        new HarmonicPrior().covariance(GRAPH));
  }

  private static double[] cloud(String name) {
    double[] x = new double[TO + 3];
    Normal.fill(RandomKey.of(11).child(name), x, FROM, TO);
    TrivialQuotient.CLOUDS.projectPoint(x, FROM, TO);
    return x;
  }

  @ParameterizedTest
  @MethodSource("paths")
  void denoiserAndVelocityInvertEachOther(Interpolant path) {
    Parameterization conversion = new Parameterization(path);
    double[] x = cloud("x");
    double[] denoised = cloud("D");
    for (Covariance prior : covariances()) {
      for (double t : TIMES) {
        double[] out = new double[x.length];
        conversion.velocity(prior, t, x, denoised, out, FROM, TO);
        conversion.denoised(prior, t, x, out, out, FROM, TO);
        assertArrayEquals(denoised, out, 1e-11);
      }
    }
  }

  /// x_1 ~ N(0, 0.3 I): everything is linear, p_t is Gaussian with covariance Sigma + 0.3 beta^2, and
  /// in the harmonic case the precision is found from its defining equation, not from the modes.
  @ParameterizedTest
  @MethodSource("paths")
  void aGaussianTargetHasItsKnownScoreAndVelocity(Interpolant path) {
    Parameterization conversion = new Parameterization(path);
    double[] y = cloud("y");
    for (Covariance prior : covariances()) {
      for (double t : TIMES) {
        double beta = path.beta(t);
        double target = 0.3 * beta * beta;
        double[] x = new double[y.length];
        applyMarginal(prior, path, t, target, y, x);
        // x = (Sigma + beta^2 0.3) y, so the score at x is -y and D = 0.3 beta y.
        double[] denoised = y.clone();
        double[] expected = y.clone();
        for (int i = FROM; i < TO; i++) {
          denoised[i] = 0.3 * beta * y[i];
          expected[i] = -y[i];
        }
        double[] velocity = new double[y.length];
        double[] score = y.clone();
        conversion.velocity(prior, t, x, denoised, velocity, FROM, TO);
        conversion.score(prior, t, x, velocity, score, FROM, TO);
        assertArrayEquals(expected, score, 1e-8);
        // The flow of a Gaussian: x_t = M_t^(1/2) z, so v = (1/2) M' M^-1 x = (1/2) M' y.
        double h = 1e-6;
        if (t > h) {
          double[] ahead = new double[y.length];
          double[] behind = new double[y.length];
          applyMarginal(prior, path, t + h, 0.3 * sq(path.beta(t + h)), y, ahead);
          applyMarginal(prior, path, t - h, 0.3 * sq(path.beta(t - h)), y, behind);
          double[] rate = y.clone();
          for (int i = FROM; i < TO; i++) {
            rate[i] = (ahead[i] - behind[i]) / (4 * h);
          }
          for (int i = 0; i < FROM; i++) {
            rate[i] = velocity[i];
          }
          assertArrayEquals(
              java.util.Arrays.copyOfRange(rate, FROM, TO),
              java.util.Arrays.copyOfRange(velocity, FROM, TO),
              1e-7);
        }
      }
    }
  }

  private static double sq(double a) {
    return a * a;
  }

  private static void applyMarginal(
      Covariance prior, Interpolant path, double t, double target, double[] y, double[] out) {
    double[] f = new double[prior.modes()];
    for (int k = 0; k < f.length; k++) {
      double variance = prior.variance(k);
      f[k] = variance == 0 ? 0 : path.noiseVariance(t, variance) + target;
    }
    prior.combine(f, y, new double[f.length], y, out, FROM, TO, new double[TO]);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void changesAreTheLinearPartsOfTheConversions(Interpolant path) {
    Parameterization conversion = new Parameterization(path);
    double[] x = cloud("x");
    double[] base = cloud("base");
    double[] d = cloud("d");
    double[] sum = new double[d.length];
    for (int i = 0; i < d.length; i++) {
      sum[i] = base[i] + d[i];
    }
    for (Covariance prior : covariances()) {
      double t = 0.6;
      double[] one = new double[d.length];
      double[] two = new double[d.length];
      double[] change = new double[d.length];
      conversion.velocity(prior, t, x, base, one, FROM, TO);
      conversion.velocity(prior, t, x, sum, two, FROM, TO);
      conversion.velocityChange(prior, t, d, change, FROM, TO);
      assertDifference(two, one, change);
      conversion.score(prior, t, x, base, one, FROM, TO);
      conversion.score(prior, t, x, sum, two, FROM, TO);
      conversion.scoreChange(prior, t, d, change, FROM, TO);
      assertDifference(two, one, change);
    }
  }

  private static void assertDifference(double[] two, double[] one, double[] change) {
    double[] difference = new double[two.length];
    for (int i = 0; i < two.length; i++) {
      difference[i] = two[i] - one[i];
    }
    assertArrayEquals(difference, change, 1e-12);
  }

  @Test
  void theDataTimeIsRefused() {
    Parameterization conversion = new Parameterization(Interpolant.linear());
    double[] x = cloud("x");
    assertThrows(
        IllegalArgumentException.class,
        () -> conversion.score(new Covariance.Isotropic(1), 1, x, x, x, FROM, TO));
  }
}
