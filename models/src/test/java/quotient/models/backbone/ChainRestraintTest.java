package quotient.models.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import quotient.geometry.ShapeSpace;
import quotient.geometry.shape.SO3;
import quotient.models.data.BackboneDataset;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.prior.BondGraph;
import quotient.models.prior.GaussianPrior;
import quotient.models.protein.Backbone;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.VelocityField;
import quotient.models.train.Lanes;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// What keeping consecutive alpha carbons at their distance does to estimates and samples.
final class ChainRestraintTest {
  private static final int RESIDUES = 40;
  private static final VelocityField STILL =
      (x, time, previous, out) -> java.util.Arrays.fill(out, 0);

  private static ChainRestraint restraint(VelocityField field, double from) {
    BondGraph[] graphs = {BondGraph.unbonded(RESIDUES)};
    return new ChainRestraint(
        SamplingBatch.of(
            ShapeSpace.INSTANCE,
            Interpolant.linear(),
            new Coupling.Independent(),
            GaussianPrior.unit(),
            graphs),
        field,
        from);
  }

  /// An alpha helix, nm: steps of 0.38.
  private static double[] helix() {
    double[] x = new double[3 * RESIDUES];
    for (int i = 0; i < RESIDUES; i++) {
      x[3 * i] = 0.23 * StrictMath.cos(StrictMath.toRadians(100) * i);
      x[3 * i + 1] = 0.23 * StrictMath.sin(StrictMath.toRadians(100) * i);
      x[3 * i + 2] = 0.15 * i;
    }
    return x;
  }

  private static double[] noisy(double deviation) {
    double[] x = helix();
    for (int i = 0; i < x.length; i++) {
      x[i] += deviation * Normal.at(RandomKey.of(5), i);
    }
    return x;
  }

  private static double worst(double[] x) {
    double worst = 0;
    for (int i = 3; i < x.length; i += 3) {
      double d =
          Math.sqrt(
              Math.pow(x[i] - x[i - 3], 2)
                  + Math.pow(x[i + 1] - x[i - 2], 2)
                  + Math.pow(x[i + 2] - x[i - 1], 2));
      double near = Math.clamp(d, ChainRestraint.SHORTEST_NM, ChainRestraint.LONGEST_NM);
      worst = Math.max(worst, Math.abs(d - near));
    }
    return worst;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  @Test
  void stepsComeIntoTheRangeFromNearAndFar() {
    for (double deviation : new double[] {0.01, 0.1, 0.5}) {
      double[] x = noisy(deviation);
      restraint(STILL, 0).restrain(x, 0, x.length);
      assertTrue(worst(x) < 1e-5, "deviation " + deviation + ": " + worst(x));
    }
  }

  @Test
  void whatIsInTheRangeStaysAsItIs() {
    double[] x = helix();
    assertEquals(0, worst(x));
    restraint(STILL, 0).restrain(x, 0, x.length);
    assertArrayEquals(helix(), x);
  }

  @Test
  void theCentreStaysAndRotationsCommute() {
    double[] x = noisy(0.05);
    double[] turned = x.clone();
    SO3.rotateRandomly(RandomKey.of(3), turned, turned, 0, turned.length);
    double[] mean = new double[3];
    for (int i = 0; i < x.length; i++) {
      mean[i % 3] += x[i];
    }
    ChainRestraint restraint = restraint(STILL, 0);
    restraint.restrain(x, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      mean[i % 3] -= x[i];
    }
    assertArrayEquals(new double[3], mean, 1e-12);
    restraint.restrain(turned, 0, turned.length);
    double[] after = x.clone();
    SO3.rotateRandomly(RandomKey.of(3), after, after, 0, after.length);
    assertArrayEquals(after, turned, 1e-12);
  }

  @Test
  void aNoisyEstimateComesNearerToTheTruth() {
    double[] x = noisy(0.03);
    double before = distance(x, helix());
    restraint(STILL, 0).restrain(x, 0, x.length);
    double after = distance(x, helix());
    assertTrue(after < 0.93 * before, before + " to " + after);
  }

  @Test
  void earlyVelocitiesAreLeftAlone() {
    ChainRestraint late = restraint(STILL, 0.9);
    double[] v = new double[3 * RESIDUES];
    late.velocity(noisy(0.1), new double[] {0.89}, SelfConditioning.none(), v);
    assertArrayEquals(new double[3 * RESIDUES], v);
    late.velocity(noisy(0.1), new double[] {0.9}, SelfConditioning.none(), v);
    assertTrue(distance(v, new double[3 * RESIDUES]) > 0.1);
  }

  @Test
  void samplesOfAnyModelHaveGoodSteps() {
    float[] xyz = new float[3 * RESIDUES];
    double[] helix = helix();
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = (float) (10 * helix[i]);
    }
    BackboneDataset data = BackboneDataset.of(List.of(Backbone.trace("helix", xyz)));
    BackboneSettings tiny =
        new BackboneSettings(
            12,
            1,
            2,
            8,
            8,
            8,
            4,
            6,
            1,
            64,
            128,
            "quotient",
            0.5,
            "projected",
            0.5,
            1.9,
            0,
            0,
            20,
            1.2,
            4,
            1,
            500);
    BackboneSampleSettings settings =
        new BackboneSampleSettings(
            1,
            1,
            "quotient-ode",
            "euler",
            20,
            "log:2",
            "inverse-time",
            0,
            0.45,
            "model",
            "none",
            1,
            0,
            0.8,
            64);
    try (WorkerPool pool = WorkerPool.of(1)) {
      float[] sample =
          new BackboneSampler(
                  BackboneModel.create(tiny, RandomKey.of(3), data),
                  Optional.empty(),
                  new Lanes(pool))
              .sample(
                  List.of(BackboneSampler.Request.of(7, RESIDUES, 0, FoldLabel.NONE)),
                  settings,
                  Optional.empty())
              .getFirst();
      double[] nm = new double[sample.length];
      for (int i = 0; i < nm.length; i++) {
        nm[i] = 0.1 * sample[i];
      }
      assertTrue(worst(nm) < 1e-4, "worst " + worst(nm));
    }
  }
}
