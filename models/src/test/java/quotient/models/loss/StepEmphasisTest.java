package quotient.models.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import quotient.geometry.ShapeSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.prior.BondGraph;
import quotient.models.prior.GaussianPrior;
import quotient.tensor.random.RandomKey;

/// The extra weight on errors along a chain's steps, for two chains of seven and four points.
final class StepEmphasisTest {
  private static final int VALUES = 33;
  private static final StepEmphasis EMPHASIS =
      new StepEmphasis(5, 0.38, TimeWeight.Denoising.PROTEINA);

  private PathSample path;
  private double[] target;

  @BeforeEach
  void draw() {
    PathSampler sampler =
        new PathSampler(
            Interpolant.linear(),
            GaussianPrior.unit(),
            new Coupling.Independent(),
            TimeDistribution.BetaUniform.PROTEINA,
            ShapeSpace.INSTANCE,
            true);
    int[] start = {0, 21, VALUES};
    path =
        sampler.join(
            new BondGraph[] {BondGraph.unbonded(7), BondGraph.unbonded(4)},
            start,
            new double[] {0.9, 0.4},
            numbers(1),
            numbers(2),
            new double[VALUES]);
    target = numbers(3);
  }

  private static double[] numbers(int seed) {
    double[] x = new double[VALUES];
    for (int i = 0; i < VALUES; i++) {
      x[i] = RandomKey.of(seed).uniform(i) - 0.5;
    }
    return x;
  }

  private double loss(double[] velocity, double[] gradient) {
    return EMPHASIS.add(path, velocity, target, gradient, new double[2]);
  }

  @Test
  void theGradientIsTheSlopeOfTheLoss() {
    double[] v = numbers(4);
    double[] gradient = new double[VALUES];
    assertTrue(loss(v, gradient) > 0);
    for (int i = 0; i < VALUES; i++) {
      double[] up = v.clone();
      double[] down = v.clone();
      up[i] += 1e-4;
      down[i] -= 1e-4;
      double slope = (loss(up, new double[VALUES]) - loss(down, new double[VALUES])) / 2e-4;
      assertEquals(slope, gradient[i], 1e-9);
    }
  }

  @Test
  void itIsTheMeanSquareOfErrorsAlongTheStepsAtTheirWeight() {
    double[] perCloud = new double[2];
    double[] v = target.clone();
    double[] x = path.xt();
    double dx = x[3] - x[0];
    double dy = x[4] - x[1];
    double dz = x[5] - x[2];
    double d = Math.sqrt(dx * dx + dy * dy + dz * dz);
    v[0] -= 2 * dx / d;
    v[1] -= 2 * dy / d;
    v[2] -= 2 * dz / d;
    EMPHASIS.add(path, v, target, new double[VALUES], perCloud);
    double data = 0.9 * 0.9 * 0.38 * 0.38;
    double weight = 0.01 / (0.01 + 1e-5) * data / (data + 2 * 0.01);
    assertEquals(5 * weight * 4 / 21, perCloud[0], 1e-12);
    assertEquals(0, perCloud[1]);
  }

  @Test
  void turningAndMovingTheCloudsCostsNothing() {
    double[] v = target.clone();
    double[] x = path.xt();
    for (int i = 0; i < VALUES; i += 3) {
      v[i] += 0.3 * x[i + 1] + 2;
      v[i + 1] += -0.3 * x[i] + 0.7 * x[i + 2];
      v[i + 2] += -0.7 * x[i + 1] - 1;
    }
    assertEquals(0, loss(v, new double[VALUES]), 1e-24);
    double[] gradient = new double[VALUES];
    loss(numbers(5), gradient);
    double[] horizontal = new double[VALUES];
    for (int b = 0; b < 2; b++) {
      int from = path.start()[b];
      int to = path.start()[b + 1];
      ShapeSpace.INSTANCE.horizontal(x, gradient, horizontal, from, to);
    }
    assertArrayEquals(gradient, horizontal, 1e-9);
  }

  @Test
  void theOptimumOfTheSumIsTheMeanOfTheTargets() {
    double[] other = numbers(6);
    double[] mean = new double[VALUES];
    for (int i = 0; i < VALUES; i++) {
      mean[i] = 0.25 * target[i] + 0.75 * other[i];
    }
    double[] one = new double[VALUES];
    double[] two = new double[VALUES];
    EMPHASIS.add(path, mean, target, one, new double[2]);
    EMPHASIS.add(path, mean, other, two, new double[2]);
    for (int i = 0; i < VALUES; i++) {
      assertEquals(0, 0.25 * one[i] + 0.75 * two[i], 1e-12);
    }
  }

  @Test
  void negativeFactorsAreRefused() {
    TimeWeight weight = new TimeWeight.Constant();
    assertThrows(IllegalArgumentException.class, () -> new StepEmphasis(-1, 1, weight));
    assertThrows(IllegalArgumentException.class, () -> new StepEmphasis(1, 0, weight));
  }
}
