package quotient.models.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.geometry.ShapeSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.prior.BondGraph;
import quotient.models.prior.HarmonicPrior;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class ObjectiveTest {
  private static final BondGraph[] GRAPHS = {
    BondGraph.of(4, new int[] {0, 1, 1, 2, 2, 3}),
    BondGraph.of(2, new int[] {0, 1}),
    BondGraph.of(7, new int[] {0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6})
  };
  private static final int[] START = {0, 12, 18, 39};
  private static final RandomKey[] KEYS = {
    RandomKey.of(1).child(0), RandomKey.of(1).child(1), RandomKey.of(1).child(2)
  };

  private static PathSampler sampler(Coupling coupling) {
    return new PathSampler(
        Interpolant.linear(0.2),
        new HarmonicPrior(),
        coupling,
        TimeDistribution.Uniform.ET_FLOW,
        ShapeSpace.INSTANCE,
        true);
  }

  private static float[] clouds(String name) {
    float[] x = new float[START[3]];
    Normal.fill(RandomKey.of(7).child(name), x, 0, x.length);
    return x;
  }

  private static double[] centred(String name) {
    double[] x = new double[START[3]];
    Normal.fill(RandomKey.of(7).child(name), x, 0, x.length);
    for (int b = 0; b < 3; b++) {
      ShapeSpace.INSTANCE.projectPoint(x, START[b], START[b + 1]);
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(strings = {"conventional", "quotient", "geodiff"})
  void theGradientIsThatOfTheLoss(String name) {
    // AF3 is left out on purpose: its target depends on v and no gradient passes through it.
    for (String norm : new String[] {"mse", "l2-atom"}) {
      PathSampler sampler = sampler(new Coupling.Aligned());
      PathSample path = sampler.sample(GRAPHS, START, clouds("data"), KEYS);
      Objective objective =
          Objective.of(TrainingStrategy.parse(name), VelocityLoss.parse(norm), sampler);
      double[] v = centred("v");
      double[] d = centred("d");
      double[] gradient = new double[v.length];
      double[] unused = new double[v.length];
      double[] perCloud = new double[3];
      objective.evaluate(path, v, gradient, perCloud);
      double h = 1e-5;
      double[] plus = v.clone();
      double[] minus = v.clone();
      double slope = 0;
      for (int i = 0; i < v.length; i++) {
        plus[i] += h * d[i];
        minus[i] -= h * d[i];
        slope += gradient[i] * d[i];
      }
      double difference =
          (objective.evaluate(path, plus, unused, perCloud)
                  - objective.evaluate(path, minus, unused, perCloud))
              / (2 * h);
      assertEquals(difference, slope, 1e-8 * Math.max(1, Math.abs(slope)));
    }
  }

  @Test
  void theQuotientLossDoesNotSeeVerticalFields() {
    PathSampler sampler = sampler(new Coupling.Independent());
    PathSample path = sampler.sample(GRAPHS, START, clouds("data"), KEYS);
    Objective objective =
        Objective.of(new TrainingStrategy.Quotient(), VelocityLoss.meanSquare(), sampler);
    double[] v = centred("v");
    double[] gradient = new double[v.length];
    double[] perCloud = new double[3];
    double before = objective.evaluate(path, v, gradient, perCloud);
    for (int p = 0; p < v.length; p += 3) {
      v[p] += 5 * path.xt()[p + 1] + 0.3;
      v[p + 1] -= 5 * path.xt()[p];
    }
    double after = objective.evaluate(path, v, new double[v.length], perCloud);
    assertEquals(before, after, 1e-12 * before);
    for (int b = 0; b < 3; b++) {
      double[] momentum = new double[3];
      for (int p = START[b]; p < START[b + 1]; p += 3) {
        momentum[2] += path.xt()[p] * gradient[p + 1] - path.xt()[p + 1] * gradient[p];
      }
      assertEquals(0, momentum[2], 1e-14);
    }
  }

  @Test
  void atTheTargetTheLossIsZeroAndSoIsItsGradient() {
    PathSampler sampler = sampler(new Coupling.Independent());
    PathSample path = sampler.sample(GRAPHS, START, clouds("data"), KEYS);
    for (String norm : new String[] {"mse", "l2-atom"}) {
      Objective objective =
          Objective.of(new TrainingStrategy.Conventional(), VelocityLoss.parse(norm), sampler);
      double[] target = objective.target(path, path.velocity());
      double[] gradient = new double[target.length];
      assertEquals(0, objective.evaluate(path, target, gradient, new double[3]), 1e-14);
      for (double g : gradient) {
        assertTrue(Math.abs(g) <= (norm.equals("mse") ? 1e-14 : 0.2), "gradient " + g);
      }
    }
  }

  @Test
  void withoutBridgeNoiseTheIntegratedTargetIsThePathsOwnVelocity() {
    PathSampler sampler =
        new PathSampler(
            Interpolant.linear(),
            new HarmonicPrior(),
            new Coupling.Independent(),
            TimeDistribution.Uniform.ET_FLOW,
            ShapeSpace.INSTANCE,
            true);
    PathSample path = sampler.sample(GRAPHS, START, clouds("data"), KEYS);
    Objective objective =
        Objective.of(new TrainingStrategy.Conventional(), VelocityLoss.meanSquare(), sampler);
    assertArrayEquals(path.velocity(), objective.target(path, path.velocity()), 1e-10);
  }

  /// u - v* has mean zero given (x_t, x_1): its covariance with x_t and x_1 must vanish.
  @Test
  void integratingTheBridgeNoiseOutLeavesAResidueUncorrelatedWithThePoint() {
    PathSampler sampler = sampler(new Coupling.Independent());
    Objective objective =
        Objective.of(new TrainingStrategy.Conventional(), VelocityLoss.meanSquare(), sampler);
    int draws = 4000;
    double[] time = {0.5, 0.5, 0.5};
    double withPoint = 0;
    double withData = 0;
    double square = 0;
    for (int d = 0; d < draws; d++) {
      RandomKey key = RandomKey.of(21).child(d);
      double[] x0 = new double[START[3]];
      double[] x1 = new double[START[3]];
      double[] noise = new double[START[3]];
      for (int b = 0; b < 3; b++) {
        new HarmonicPrior().sample(GRAPHS[b], key.child(b), x0, START[b]);
      }
      Normal.fill(key.child("x1"), x1, 0, x1.length);
      Normal.fill(key.child("eps"), noise, 0, noise.length);
      PathSample path = sampler.join(GRAPHS, START, time, x0, x1, noise);
      double[] target = objective.target(path, path.velocity());
      double point = 0;
      double data = 0;
      for (int i = 0; i < target.length; i++) {
        double residue = path.velocity()[i] - target[i];
        point += residue * path.xt()[i];
        data += residue * path.x1()[i];
        square += residue * residue / draws;
      }
      withPoint += point / draws;
      withData += data / draws;
    }
    assertTrue(square > 0.1, "the residue must not be trivially zero: " + square);
    // Each product has a standard deviation of at most about |residue| |x| / sqrt(values) ~ 2.
    assertEquals(0, withPoint, 4.5 * 2 / Math.sqrt(draws));
    assertEquals(0, withData, 4.5 * 2 / Math.sqrt(draws));
  }

  @Test
  void aCloudsExampleDoesNotDependOnItsBatch() {
    PathSampler sampler = sampler(new Coupling.Aligned());
    float[] data = clouds("data");
    PathSample together = sampler.sample(GRAPHS, START, data, KEYS);
    float[] last = java.util.Arrays.copyOfRange(data, 18, 39);
    PathSample alone =
        sampler.sample(
            new BondGraph[] {GRAPHS[2]}, new int[] {0, 21}, last, new RandomKey[] {KEYS[2]});
    assertArrayEquals(java.util.Arrays.copyOfRange(together.xt(), 18, 39), alone.xt(), 0);
    assertArrayEquals(
        java.util.Arrays.copyOfRange(together.velocity(), 18, 39), alone.velocity(), 0);
    assertEquals(together.time()[2], alone.time()[0], 0);
  }

  @Test
  void unknownNamesAreRefusedWithTheList() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TrainingStrategy.parse("quotent"))
            .getMessage();
    assertTrue(message.contains("quotient") && message.contains("af3"), message);
    assertThrows(IllegalArgumentException.class, () -> VelocityLoss.parse("l2"));
    assertThrows(IllegalArgumentException.class, () -> Coupling.parse("paired"));
  }
}
