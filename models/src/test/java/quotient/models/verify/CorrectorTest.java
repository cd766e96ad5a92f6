package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quotient.geometry.PlaneModSO2;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.prior.Covariance;
import quotient.models.sample.LangevinCorrector;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.Step;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Langevin steps at fixed t draw any law towards p_t and keep it there.
final class CorrectorTest {
  private static final int CLOUDS = 1500;
  private static final double TIME = 0.6;

  static List<Step> steps() {
    return List.of(new Step.ProjectedNoise(), new Step.FullNoise(), new Step.AlignedNoise());
  }

  private static SamplingBatch batch(Coupling coupling) {
    int[] start = new int[CLOUDS + 1];
    Covariance[] priors = new Covariance[CLOUDS];
    for (int b = 0; b < CLOUDS; b++) {
      start[b + 1] = 6 * (b + 1);
      priors[b] = new Covariance.Isotropic(1);
    }
    return new SamplingBatch(PlaneModSO2.COMPLEX, Interpolant.linear(), coupling, priors, start);
  }

  @ParameterizedTest
  @MethodSource("steps")
  void aWrongLawIsDrawnToTheRightOne(Step step) {
    PlanarTarget target = PlanarTarget.reference(0.1);
    RandomKey[] keys = new RandomKey[CLOUDS];
    double[] x = new double[6 * CLOUDS];
    double[] exact = new double[6 * CLOUDS];
    for (int b = 0; b < CLOUDS; b++) {
      keys[b] = RandomKey.of(4).child(b);
      // Exact samples of p_t, made 30 % too large.
      exactSample(target, RandomKey.of(5).child(b), x, 6 * b);
      exactSample(target, RandomKey.of(6).child(b), exact, 6 * b);
      for (int i = 6 * b; i < 6 * b + 6; i++) {
        x[i] *= 1.3;
      }
    }
    double wanted = Statistics.mean(Simulation.squares(exact, 6));
    double before = Statistics.mean(Simulation.squares(x, 6));
    assertTrue(before > 1.5 * wanted, "the start must be wrong: " + before + " for " + wanted);
    int count = 150;
    new LangevinCorrector(step, count, 0.01)
        .run(
            batch(new Coupling.Independent()),
            target.field(OrbitTarget.Optimum.EXACT),
            new NoiseSource.Keyed(keys, count),
            TIME,
            x);
    double[] squares = Simulation.squares(x, 6);
    double error =
        Math.hypot(
            Statistics.standardError(squares),
            Statistics.standardError(Simulation.squares(exact, 6)));
    // 4.5 standard errors, and the steps' own widening of about size / (2 * 0.16) = 3 %.
    assertEquals(wanted, Statistics.mean(squares), 4.5 * error + 0.05 * wanted);
  }

  private static void exactSample(PlanarTarget target, RandomKey key, double[] x, int from) {
    double[] noise = new double[6];
    target.sample(key, x, from);
    Normal.fill(key.child("x0"), noise, 0, 6);
    for (int i = 0; i < 6; i++) {
      x[from + i] = TIME * x[from + i] + (1 - TIME) * noise[i];
    }
  }

  @Test
  void withoutAScoreItIsRefused() {
    PlanarTarget target = PlanarTarget.reference(0.1);
    LangevinCorrector corrector = new LangevinCorrector(new Step.FullNoise(), 1, 0.1);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            corrector.run(
                batch(new Coupling.Aligned()),
                target.field(OrbitTarget.Optimum.EXACT),
                (step, cloud, out, from, to) -> {},
                TIME,
                new double[6 * CLOUDS]));
    assertThrows(
        IllegalArgumentException.class, () -> new LangevinCorrector(new Step.FullNoise(), 0, 1));
  }
}
