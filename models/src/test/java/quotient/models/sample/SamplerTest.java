package quotient.models.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.TotalSpace;
import quotient.geometry.TrivialQuotient;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Covariance;
import quotient.models.prior.GaussianPrior;
import quotient.models.prior.HarmonicPrior;
import quotient.models.prior.Prior;
import quotient.tensor.random.RandomKey;

final class SamplerTest {
  private static final ShapeSpace SHAPES = ShapeSpace.INSTANCE;
  private static final double TARGET = 0.25;
  private static final BondGraph[] GRAPHS = {
    BondGraph.of(6, new int[] {0, 1, 1, 2, 2, 3, 3, 4, 4, 5}),
    BondGraph.of(5, new int[] {0, 1, 1, 2, 2, 3, 2, 4}),
    BondGraph.of(9, new int[] {0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8})
  };
  private static final RandomKey[] KEYS = {
    RandomKey.of(4).child(0), RandomKey.of(4).child(1), RandomKey.of(4).child(2)
  };

  /// The exact velocity for x_1 ~ N(0, TARGET I) plus a vertical field `turn * t * (z cross x)`.
  private static VelocityField exact(SamplingBatch batch, double turn) {
    return (x, time, previous, out) -> {
      Parameterization conversion = new Parameterization(batch.interpolant());
      for (int b = 0; b < batch.clouds(); b++) {
        int from = batch.start()[b];
        int to = batch.start()[b + 1];
        Covariance prior = batch.covariances()[b];
        double t = time[b];
        double beta = batch.interpolant().beta(t);
        double[] f = new double[prior.modes()];
        for (int k = 0; k < f.length; k++) {
          double noise = batch.interpolant().noiseVariance(t, prior.variance(k));
          f[k] = prior.variance(k) == 0 ? 0 : beta * TARGET / (noise + beta * beta * TARGET);
        }
        prior.combine(f, x, new double[f.length], x, out, from, to, new double[x.length]);
        conversion.velocity(prior, t, x, out, out, from, to);
        for (int p = from; p < to; p += 3) {
          out[p] -= turn * (0.5 + t) * x[p + 1];
          out[p + 1] += turn * (0.5 + t) * x[p];
        }
      }
    };
  }

  private static SamplingBatch batch(QuotientSpace space, Prior prior, double bridge) {
    return SamplingBatch.of(
        space, Interpolant.linear(bridge), new Coupling.Independent(), prior, GRAPHS);
  }

  private static double[] run(SamplingBatch batch, Prior prior, Sampler sampler, double turn) {
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    sampler.run(batch, exact(batch, turn), new NoiseSource.Keyed(KEYS, sampler.noiseSteps()), x);
    return x;
  }

  private static Sampler ode(OdeSampler.Solver solver, int steps) {
    return new OdeSampler("ode", solver, TimeGrid.uniform(steps), SelfConditioning.Mode.OFF);
  }

  private static List<Sampler> all() {
    TimeGrid grid = TimeGrid.uniform(30);
    NoiseSchedule schedule = NoiseSchedule.linear(1, 0.7);
    SelfConditioning.Mode mode = SelfConditioning.Mode.PROJECTED;
    return List.of(
        new OdeSampler("euler", new OdeSampler.Solver.Euler(), grid, mode),
        new OdeSampler("heun", new OdeSampler.Solver.Heun(), grid, mode),
        new OdeSampler("multistep", new OdeSampler.Solver.Multistep(), grid, mode),
        new OdeSampler(
            "adaptive", OdeSampler.Solver.Adaptive.STANDARD, grid, SelfConditioning.Mode.OFF),
        new SdeSampler("sde-p", new Step.ProjectedNoise(), grid, schedule, mode),
        new SdeSampler("sde-f", new Step.FullNoise(), grid, schedule, mode),
        new SdeSampler("sde-a", new Step.AlignedNoise(), grid, schedule, mode),
        new MultistepSdeSampler("multistep-f", false, grid, schedule, mode),
        new MultistepSdeSampler("multistep-a", true, grid, schedule, mode));
  }

  /// x_t = sqrt(V(t)) x_0 with V = (1-t)^2 + TARGET t^2, so the end is x_0 / 2.
  private static double errorAtTheEnd(Sampler sampler) {
    Prior prior = GaussianPrior.unit();
    SamplingBatch batch = batch(SHAPES, prior, 0);
    double[] start = batch.draw(prior, GRAPHS, KEYS);
    double[] end = run(batch, prior, sampler, 0);
    double largest = 0;
    for (int i = 0; i < end.length; i++) {
      largest = Math.max(largest, Math.abs(end[i] - Math.sqrt(TARGET) * start[i]));
    }
    return largest;
  }

  @Test
  void eulerHasOrderOne() {
    double coarse = errorAtTheEnd(ode(new OdeSampler.Solver.Euler(), 200));
    double fine = errorAtTheEnd(ode(new OdeSampler.Solver.Euler(), 400));
    assertEquals(2, coarse / fine, 0.1);
  }

  @Test
  void heunHasOrderTwo() {
    double coarse = errorAtTheEnd(ode(new OdeSampler.Solver.Heun(), 200));
    double fine = errorAtTheEnd(ode(new OdeSampler.Solver.Heun(), 400));
    assertEquals(4, coarse / fine, 0.3);
  }

  /// What halving the step gains if the error is h^2 log(1/h): noise that ends at t = 1 costs the
  /// logarithm.
  private static final double GAIN = 4 * Math.log(1600) / Math.log(3200);

  @Test
  void multistepHasOrderTwoUpToALogarithm() {
    double coarse = errorAtTheEnd(ode(new OdeSampler.Solver.Multistep(), 1600));
    double fine = errorAtTheEnd(ode(new OdeSampler.Solver.Multistep(), 3200));
    assertEquals(GAIN, coarse / fine, 0.2);
  }

  /// In every mode of the prior x_t = sqrt(V(t) / V(0)) x_0, whatever the bridge noise.
  private static double errorWithHarmonicPrior(OdeSampler.Solver solver, int steps, double bridge) {
    Prior prior = new HarmonicPrior();
    SamplingBatch batch = batch(new TotalSpace(SHAPES), prior, bridge);
    double[] exact = batch.draw(prior, GRAPHS, KEYS);
    for (int b = 0; b < batch.clouds(); b++) {
      Covariance covariance = batch.covariances()[b];
      double[] f = new double[covariance.modes()];
      for (int k = 0; k < f.length; k++) {
        double variance = covariance.variance(k);
        f[k] = variance == 0 ? 0 : Math.sqrt(TARGET / variance);
      }
      int from = batch.start()[b];
      int to = batch.start()[b + 1];
      double[] scratch = new double[covariance.scratch(to - from)];
      covariance.combine(f, exact, new double[f.length], exact, exact, from, to, scratch);
    }
    double[] x = run(batch, prior, ode(solver, steps), 0);
    double error = 0;
    for (int i = 0; i < x.length; i++) {
      error = Math.max(error, Math.abs(x[i] - exact[i]));
    }
    return error;
  }

  @Test
  void multistepHasThatOrderInEveryModeOfThePrior() {
    double coarse = errorWithHarmonicPrior(new OdeSampler.Solver.Multistep(), 1600, 0);
    double fine = errorWithHarmonicPrior(new OdeSampler.Solver.Multistep(), 3200, 0);
    assertEquals(GAIN, coarse / fine, 0.2);
  }

  /// What it is for: few steps, also with the bridge noise of ET-Flow.
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void tenMultistepsErrHalfAsMuchAsTenOfEuler(double bridge) {
    double few = errorWithHarmonicPrior(new OdeSampler.Solver.Multistep(), 10, bridge);
    double plain = errorWithHarmonicPrior(new OdeSampler.Solver.Euler(), 10, bridge);
    assertTrue(few < 0.5 * plain, few + " against " + plain);
  }

  /// A field that knows where it is going is followed exactly, in any number of steps.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10})
  void multistepReachesAKnownCloudInAnyNumberOfSteps(int steps) {
    Prior prior = new HarmonicPrior();
    SamplingBatch batch = batch(new TotalSpace(SHAPES), prior, 0.1);
    double[] goal = new double[batch.values()];
    for (int i = 0; i < goal.length; i++) {
      goal[i] = Math.sin(1 + i);
    }
    for (int b = 0; b < batch.clouds(); b++) {
      SHAPES.projectPoint(goal, batch.start()[b], batch.start()[b + 1]);
    }
    VelocityField field =
        (x, time, previous, out) -> {
          Parameterization conversion = new Parameterization(batch.interpolant());
          for (int b = 0; b < batch.clouds(); b++) {
            conversion.velocity(
                batch.covariances()[b],
                time[b],
                x,
                goal,
                out,
                batch.start()[b],
                batch.start()[b + 1]);
          }
        };
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    Sampler sampler = ode(new OdeSampler.Solver.Multistep(), steps);
    sampler.run(batch, field, new NoiseSource.Keyed(KEYS, 0), x);
    assertArrayEquals(goal, x, 1e-9);
  }

  /// E|x|^2 at t = 1 of a sampler on the Gaussian target, without sampling error: what it makes of x
  /// is linear in start and noise here, so it is the sum over unit inputs.
  private static double secondMoment(Sampler sampler, Prior prior, double bridge) {
    BondGraph[] one = {GRAPHS[1]};
    SamplingBatch batch =
        SamplingBatch.of(
            new TotalSpace(SHAPES),
            Interpolant.linear(bridge),
            new Coupling.Independent(),
            prior,
            one);
    VelocityField field = exact(batch, 0);
    Covariance covariance = batch.covariances()[0];
    int n = batch.values();
    double[] root = new double[covariance.modes()];
    for (int k = 0; k < root.length; k++) {
      root[k] = Math.sqrt(covariance.variance(k));
    }
    double moment = 0;
    for (int input = 0; input < n * (sampler.noiseSteps() + 1); input++) {
      int at = input % n;
      int step = input / n - 1;
      double[] x = new double[n];
      x[at] = step < 0 ? 1 : 0;
      SHAPES.projectPoint(x, 0, n);
      covariance.combine(root, x, new double[root.length], x, x, 0, n, new double[n]);
      NoiseSource noise =
          (k, cloud, out, from, to) -> {
            Arrays.fill(out, from, to, 0);
            out[at] = k == step ? 1 : 0;
          };
      sampler.run(batch, field, noise, x);
      for (double value : x) {
        moment += value * value;
      }
    }
    return moment;
  }

  private static double momentError(int steps, Prior prior, double bridge) {
    Sampler sampler =
        new MultistepSdeSampler(
            "multistep",
            false,
            TimeGrid.uniform(steps),
            NoiseSchedule.linear(1, 1),
            SelfConditioning.Mode.OFF);
    double exact = (GRAPHS[1].points() - 1) * 3 * TARGET;
    return Math.abs(secondMoment(sampler, prior, bridge) - exact) / exact;
  }

  /// Halving the step more than halves the error.
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void theMultistepSdeReachesTheVarianceOfTheTarget(double bridge) {
    for (Prior prior : List.of(GaussianPrior.unit(), new HarmonicPrior())) {
      double coarse = momentError(40, prior, bridge);
      double fine = momentError(80, prior, bridge);
      assertTrue(fine < 0.015, prior.name() + ": " + fine);
      assertTrue(coarse / fine > 2.5, prior.name() + ": " + coarse + " then " + fine);
    }
  }

  /// Without noise its steps are those of the ODE solver.
  @Test
  void withoutNoiseTheMultistepSdeIsTheMultistepOde() {
    Prior prior = new HarmonicPrior();
    SamplingBatch batch = batch(new TotalSpace(SHAPES), prior, 0.1);
    TimeGrid grid = TimeGrid.uniform(10);
    SelfConditioning.Mode mode = SelfConditioning.Mode.OFF;
    double[] expected = run(batch, prior, ode(new OdeSampler.Solver.Multistep(), 10), 0);
    Sampler still = new MultistepSdeSampler("s", false, grid, NoiseSchedule.linear(0, 1), mode);
    assertArrayEquals(expected, run(batch, prior, still, 0), 1e-12);
    // The noise itself can be left out too: gamma = 0 leaves the drift of the SDE, which differs.
    Sampler cold = new MultistepSdeSampler("c", false, grid, NoiseSchedule.linear(1, 0), mode);
    double[] other = run(batch, prior, cold, 0);
    double difference = 0;
    for (int i = 0; i < other.length; i++) {
      difference = Math.max(difference, Math.abs(other[i] - expected[i]));
    }
    assertTrue(difference > 0.01, "eta must matter: " + difference);
  }

  @Test
  void theAdaptiveSolverKeepsItsTolerance() {
    double before = 1;
    for (double tolerance : new double[] {1e-3, 1e-4, 1e-5}) {
      double error = errorAtTheEnd(ode(new OdeSampler.Solver.Adaptive(tolerance, 1e-4), 1));
      assertTrue(error < 20 * tolerance, "tolerance " + tolerance + ", error " + error);
      assertTrue(error < before, "error " + error + " after " + before);
      before = error;
    }
  }

  /// theory.md 9.7, for every sampler, every prior, with and without bridge noise: also the last
  /// step, the self-conditioning and the score must not see the vertical part.
  @ParameterizedTest
  @MethodSource("all")
  void verticalOutputHasNoEffect(Sampler sampler) {
    for (Prior prior : List.of(GaussianPrior.unit(), new HarmonicPrior())) {
      for (double bridge : new double[] {0, 0.1}) {
        SamplingBatch batch = batch(SHAPES, prior, bridge);
        double[] expected = run(batch, prior, sampler, 0);
        for (double turn : new double[] {0.5, 2, 10}) {
          double[] x = run(batch, prior, sampler, turn);
          assertArrayEquals(expected, x, 1e-10 * 10, sampler.name() + " " + prior.name());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aCloudDoesNotDependOnItsBatch(Sampler sampler) {
    Prior prior = new HarmonicPrior();
    SamplingBatch together = batch(SHAPES, prior, 0.1);
    double[] x = run(together, prior, sampler, 1);
    BondGraph[] last = {GRAPHS[2]};
    RandomKey[] key = {KEYS[2]};
    SamplingBatch alone =
        SamplingBatch.of(SHAPES, Interpolant.linear(0.1), new Coupling.Independent(), prior, last);
    double[] y = alone.draw(prior, last, key);
    sampler.run(alone, exact(alone, 1), new NoiseSource.Keyed(key, sampler.noiseSteps()), y);
    int from = together.start()[2];
    assertArrayEquals(Arrays.copyOfRange(x, from, x.length), y, 0, sampler.name());
  }

  @ParameterizedTest
  @MethodSource("all")
  void cloudsStayCentred(Sampler sampler) {
    Prior prior = GaussianPrior.unit();
    double[] x = run(batch(SHAPES, prior, 0), prior, sampler, 3);
    for (int a = 0; a < 3; a++) {
      double sum = 0;
      for (int i = 0; i < 6; i++) {
        sum += x[3 * i + a];
      }
      assertEquals(0, sum, 1e-13, sampler.name());
    }
  }

  /// The harmonic score is that of the density even if the network's vertical part is arbitrary.
  @Test
  void theHarmonicScoreIsCompletedFromTheHorizontalVelocity() {
    HarmonicPrior prior = new HarmonicPrior();
    SamplingBatch batch = batch(SHAPES, prior, 0.1);
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    double[] v = new double[x.length];
    double t = 0.4;
    exact(batch, 7)
        .velocity(x, new double[] {t, t, t}, new SelfConditioning(SelfConditioning.Mode.OFF, 0), v);
    HorizontalScore score = new HorizontalScore(SHAPES, new Parameterization(batch.interpolant()));
    for (int b = 0; b < 3; b++) {
      int from = batch.start()[b];
      int to = batch.start()[b + 1];
      SHAPES.horizontal(x, v, v, from, to);
      double[] out = new double[x.length];
      Covariance covariance = batch.covariances()[b];
      score.evaluate(covariance, t, x, v, out, from, to);
      double[] f = new double[covariance.modes()];
      for (int k = 0; k < f.length; k++) {
        double variance = covariance.variance(k);
        double noise = batch.interpolant().noiseVariance(t, variance);
        f[k] = variance == 0 ? 0 : -1 / (noise + t * t * TARGET);
      }
      double[] expected = new double[x.length];
      covariance.combine(f, x, new double[f.length], x, expected, from, to, new double[x.length]);
      for (int i = from; i < to; i++) {
        assertEquals(expected[i], out[i], 1e-10);
      }
    }
  }

  @Test
  void everyIncrementOfTheAlignedSdeIsHorizontal() {
    Prior prior = GaussianPrior.unit();
    SamplingBatch batch = batch(SHAPES, prior, 0);
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    double[] before = x.clone();
    Sampler sampler =
        new SdeSampler(
            "sde-a",
            new Step.AlignedNoise(),
            TimeGrid.uniform(30),
            NoiseSchedule.linear(2, 1),
            SelfConditioning.Mode.OFF);
    sampler.run(
        batch,
        exact(batch, 0),
        new NoiseSource.Keyed(KEYS, 30),
        x,
        (step, time, state) -> {
          if (step > 0 && step < 30) {
            for (int b = 0; b < 3; b++) {
              double momentum = 0;
              for (int p = batch.start()[b]; p < batch.start()[b + 1]; p += 3) {
                momentum += before[p] * state[p + 1] - before[p + 1] * state[p];
              }
              assertEquals(0, momentum, 1e-12);
            }
          }
          System.arraycopy(state, 0, before, 0, state.length);
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = SamplerKind.class,
      names = {"QUOTIENT_SDE", "QUOTIENT_SDE_FULL", "QUOTIENT_SDE_ALIGNED", "SDE"})
  void withoutNoiseEverySdeSamplerIsTheOdeSampler(SamplerKind kind) {
    Prior prior = new HarmonicPrior();
    QuotientSpace space = kind.space(SHAPES);
    SamplingBatch batch = batch(space, prior, 0.1);
    OdeSampler.Solver euler = new OdeSampler.Solver.Euler();
    TimeGrid grid = TimeGrid.log(20, 1);
    SelfConditioning.Mode mode = SelfConditioning.Mode.OFF;
    Sampler sde = kind.create(euler, grid, NoiseSchedule.linear(0, 1), mode);
    double[] expected = run(batch, prior, new OdeSampler("ode", euler, grid, mode), 1);
    assertArrayEquals(expected, run(batch, prior, sde, 1), 0);
  }

  /// On the trivial quotient the step is x + (v + eta s) dt + sqrt(2 gamma eta dt) eps.
  @Test
  void theTrivialQuotientGivesTheConventionalStep() {
    Prior prior = GaussianPrior.unit();
    SamplingBatch batch = batch(SamplerKind.SDE.space(SHAPES), prior, 0);
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    double[] start = x.clone();
    double[] noise = new double[x.length];
    NoiseSource source = new NoiseSource.Keyed(KEYS, 2);
    for (int b = 0; b < 3; b++) {
      source.fill(0, b, noise, batch.start()[b], batch.start()[b + 1]);
      TrivialQuotient.CLOUDS.projectPoint(noise, batch.start()[b], batch.start()[b + 1]);
    }
    TimeGrid grid = TimeGrid.of(0, 0.1, 1);
    SelfConditioning.Mode mode = SelfConditioning.Mode.OFF;
    double gamma = 0.6;
    double eta = 2;
    double[] after = new double[x.length];
    new SdeSampler("sde", new Step.ProjectedNoise(), grid, NoiseSchedule.linear(2, gamma), mode)
        .run(
            batch,
            exact(batch, 0),
            source,
            x,
            (step, time, state) -> {
              if (step == 1) {
                System.arraycopy(state, 0, after, 0, state.length);
              }
            });
    for (int i = 0; i < x.length; i++) {
      // At t = 0: v = -x, s = -x.
      double drift = -(1 + eta) * start[i] * 0.1;
      double expected = start[i] + drift + Math.sqrt(2 * gamma * eta * 0.1) * noise[i];
      assertEquals(expected, after[i], 1e-14);
    }
  }

  /// Near a singular shape SDE-P makes the step of SDE-F.
  @Test
  void nearSingularShapesTheProjectedSdeSwitchesToFullNoise() {
    double[] x = {1, 0, 0, -1, 1e-3, 0, 0, -1e-3, 0};
    double[] same = x.clone();
    double[] v = new double[9];
    double[] score = new double[9];
    double[] noise = {0.3, 0.2, -0.5, -0.1, 0.4, 0.1, -0.2, -0.6, 0.4};
    new Step.ProjectedNoise()
        .advance(SHAPES, x, v, score, noise.clone(), new double[9], 1, 1, 0.01, 0, 9);
    new Step.FullNoise()
        .advance(SHAPES, same, v, score, noise.clone(), new double[9], 1, 1, 0.01, 0, 9);
    assertArrayEquals(same, x, 0);
    double[] never = {1, 0, 0, -1, 1e-3, 0, 0, -1e-3, 0};
    new Step.ProjectedNoise(0)
        .advance(SHAPES, never, v, score, noise.clone(), new double[9], 1, 1, 0.01, 0, 9);
    assertTrue(Math.abs(never[4]) > 1, "the unguarded step must jump, found " + never[4]);
  }

  @Test
  void withoutAScoreTheSdeIsRefused() {
    Prior prior = new HarmonicPrior();
    SamplingBatch batch =
        SamplingBatch.of(SHAPES, Interpolant.linear(0.1), new Coupling.Aligned(), prior, GRAPHS);
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    Sampler sde =
        SamplerKind.QUOTIENT_SDE.create(
            new OdeSampler.Solver.Euler(),
            TimeGrid.uniform(5),
            NoiseSchedule.linear(1, 1),
            SelfConditioning.Mode.OFF);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> sde.run(batch, exact(batch, 0), new NoiseSource.Keyed(KEYS, 5), x))
            .getMessage();
    assertTrue(message.contains("aligned") && message.contains("ODE"), message);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            SamplerKind.QUOTIENT_SDE.create(
                new OdeSampler.Solver.Heun(),
                TimeGrid.uniform(5),
                NoiseSchedule.linear(1, 1),
                SelfConditioning.Mode.OFF));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            SamplerKind.QUOTIENT_ODE.create(
                OdeSampler.Solver.Adaptive.STANDARD,
                TimeGrid.uniform(5),
                NoiseSchedule.linear(1, 1),
                SelfConditioning.Mode.RAW));
    assertThrows(IllegalArgumentException.class, () -> SamplerKind.parse("quotient"));
  }

  @Test
  void realigningAGaussianDenoiserChangesNothing() {
    // D is a multiple of x here, so it is aligned already.
    Prior prior = GaussianPrior.unit();
    SamplingBatch batch = batch(SamplerKind.REALIGNED.space(SHAPES), prior, 0);
    Sampler sampler = ode(new OdeSampler.Solver.Euler(), 20);
    double[] expected = run(batch, prior, sampler, 0);
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    VelocityField field = SamplerKind.REALIGNED.field(SHAPES, batch, exact(batch, 0));
    sampler.run(batch, field, new NoiseSource.Keyed(KEYS, 0), x);
    assertArrayEquals(expected, x, 1e-11);
  }

  /// What is allocated in 100 more steps is what is allocated in none.
  @ParameterizedTest
  @MethodSource("all")
  void stepsAllocateNothing(Sampler sampler) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Prior prior = new HarmonicPrior();
    SamplingBatch batch = batch(SHAPES, prior, 0.1);
    // Not Keyed: the sine and cosine of StrictMath allocate until the compiler sees through them.
    NoiseSource noise =
        (step, cloud, out, from, to) -> {
          for (int i = from; i < to; i++) {
            out[i] = KEYS[cloud].uniform(1000 * step + i) - 0.5;
          }
        };
    // Enough oscillation to keep the adaptive solver busy; no allocation in the field itself.
    VelocityField field =
        (x, time, previous, out) -> {
          for (int i = 0; i < x.length; i++) {
            out[i] = x[i] * Math.sin(30 * time[0]) - x[(i + 1) % x.length];
          }
        };
    long[] bytes = new long[400];
    int[] steps = new int[1];
    double[] x = batch.draw(prior, GRAPHS, KEYS);
    // What a step allocates it allocates in every run. Before the compiler has reached it, and when
    // a method is given up, there is more.
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 2000 && least > 0; run++) {
      sampler.run(
          batch,
          field,
          noise,
          x.clone(),
          (step, time, state) -> {
            if (step < bytes.length) {
              bytes[step] = threads.getCurrentThreadAllocatedBytes();
              steps[0] = step;
            }
          });
      assertTrue(steps[0] >= 20, "too few steps to tell: " + steps[0]);
      least = Math.min(least, bytes[steps[0] - 1] - bytes[3]);
    }
    assertEquals(0, least, sampler.name());
  }
}
