package quotient.models.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.TrivialQuotient;
import quotient.models.SharedFiles;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.TimeGrid;
import quotient.models.io.Safetensors;
import quotient.models.prior.Covariance;

/// Whole trajectories of the reference sampler of Proteína, state by state, with its recorded noise.
final class ProteinaSamplerTest {
  private static final int PADDED = 12;
  private static final int[] START = {0, 36, 63};
  private static final double JITTER = 0.15 * 0.15;
  private static final double[] OFFSET = {0.05, -0.02, 0.03};
  private static final double NONE = Double.POSITIVE_INFINITY;

  private Safetensors reference;
  private double[] template;
  private double[][] noise;

  @BeforeEach
  void read() throws IOException {
    reference = SharedFiles.tensors("proteina/sampler_f64");
    template = ragged(reference.doubles("in.template"), 0);
    double[] all = reference.doubles("in.noise");
    noise = new double[21][];
    for (int k = 0; k < noise.length; k++) {
      noise[k] = ragged(all, k);
    }
  }

  /// The analytic network of the fixture; its clean cloud is not centred on purpose.
  private void clean(
      double[] x, double time, SelfConditioning previous, double label, double weak, double[] y) {
    double rest = 1 - time;
    double a = time * JITTER / (rest * rest + time * time * JITTER);
    for (int i = 0; i < x.length; i++) {
      y[i] = template[i] + a * (x[i] - time * template[i]) + OFFSET[i % 3];
      if (previous.isPresent()) {
        y[i] += 0.1 * rest * (previous.clouds()[i] - y[i]);
      }
      y[i] = (y[i] + label * 0.1 * rest * x[i]) * (1 - weak * 0.05 * rest);
    }
  }

  /// The analytic network as a velocity.
  private VelocityField network(double label, double weak) {
    return (x, time, previous, out) -> {
      clean(x, time[0], previous, label, weak, out);
      for (int i = 0; i < x.length; i++) {
        out[i] = (out[i] - x[i]) / (1 - time[0]);
      }
    };
  }

  /// The field, with the guidance of proteina.md 6.4 if w is not 1.
  private VelocityField field(double w, double ratio, double label) {
    return new Guidance(w, ratio).field(network(label, 0), network(0, 0), network(0, 1));
  }

  private double[][] run(QuotientSpace space, Sampler sampler, VelocityField field) {
    SamplingBatch batch =
        new SamplingBatch(
            space,
            Interpolant.linear(),
            new Coupling.Independent(),
            new Covariance[] {new Covariance.Isotropic(1), new Covariance.Isotropic(1)},
            START);
    double[] x = noise[0].clone();
    for (int b = 0; b < 2; b++) {
      space.projectPoint(x, START[b], START[b + 1]);
    }
    double[][] states = new double[21][];
    NoiseSource recorded =
        (step, cloud, out, from, to) ->
            System.arraycopy(noise[1 + step], from, out, from, to - from);
    sampler.run(batch, field, recorded, x, (step, time, state) -> states[step] = state.clone());
    return states;
  }

  private void assertTrajectory(String run, double[][] states, double tolerance)
      throws IOException {
    double[] expected = reference.doubles(run + ".x");
    for (int k = 0; k <= 20; k++) {
      double[] row = ragged(expected, k);
      double largest = 1;
      for (double value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertArrayEquals(row, states[k], tolerance * largest, run + " state " + k);
    }
  }

  private static double[] ragged(double[] padded, int row) {
    double[] out = new double[START[2]];
    int base = row * 2 * PADDED * 3;
    System.arraycopy(padded, base, out, 0, 36);
    System.arraycopy(padded, base + 36, out, 36, 27);
    return out;
  }

  @ParameterizedTest
  @CsvSource({
    "ode,         ode, RAW, 1,   0,    0, 0,    5",
    "ode_nosc,    ode, OFF, 1,   0,    0, 0,    5",
    "sde,         sde, RAW, 1,   0,    0, 0.45, 5",
    "sde_g1,      sde, OFF, 1,   0,    0, 1,    5",
    "sde_noclamp, sde, RAW, 1,   0,    0, 0.45, Infinity",
    "cfg,         ode, RAW, 2,   0,    1, 0,    5",
    "ag,          ode, RAW, 2,   1,    0, 0,    5",
    "mixg,        sde, RAW, 1.5, 0.25, 1, 0.35, 5"
  })
  void conventionalTrajectoriesAgree(
      String run,
      String kind,
      SelfConditioning.Mode mode,
      double w,
      double ratio,
      double label,
      double gamma,
      double clamp)
      throws IOException {
    TimeGrid grid = TimeGrid.log(20, 2);
    Sampler sampler =
        kind.equals("ode")
            ? new OdeSampler("ode", new OdeSampler.Solver.Euler(), grid, mode)
            : new SdeSampler(
                "sde",
                new Step.ProjectedNoise(),
                grid,
                NoiseSchedule.inverseTime(clamp, gamma),
                mode);
    double[][] states = run(TrivialQuotient.CLOUDS, sampler, field(w, ratio, label));
    assertTrajectory(run, states, 1e-11);
  }

  @Test
  void quotientTrajectoriesAgreeWithTheRegularisedOperator() throws IOException {
    TimeGrid grid = TimeGrid.log(20, 2);
    RegularisedShapeSpace space = new RegularisedShapeSpace(1e-8);
    double[][] ode =
        run(
            space,
            new OdeSampler(
                "quotient-ode", new OdeSampler.Solver.Euler(), grid, SelfConditioning.Mode.RAW),
            field(1, 0, 0));
    assertTrajectory("quotient_ode", ode, 1e-11);
    double[][] sde =
        run(
            space,
            new SdeSampler(
                "quotient-sde",
                new Step.ProjectedNoise(0),
                grid,
                NoiseSchedule.inverseTime(5, 0.45),
                SelfConditioning.Mode.RAW),
            field(1, 0, 0));
    assertTrajectory("quotient_sde", sde, 1e-11);
  }

  /// The product's operator has no eps; the recorded trajectories were made with 1e-8 nm^2 on the
  /// diagonal of J, which moves them by this much.
  @Test
  void quotientTrajectoriesAgreeWithTheExactOperatorUpToTheRegularisation() throws IOException {
    TimeGrid grid = TimeGrid.log(20, 2);
    double[][] ode =
        run(
            ShapeSpace.INSTANCE,
            new OdeSampler(
                "quotient-ode", new OdeSampler.Solver.Euler(), grid, SelfConditioning.Mode.RAW),
            field(1, 0, 0));
    assertTrajectory("quotient_ode", ode, 3e-8);
    double[][] sde =
        run(
            ShapeSpace.INSTANCE,
            new SdeSampler(
                "quotient-sde",
                new Step.ProjectedNoise(0),
                grid,
                NoiseSchedule.inverseTime(5, 0.45),
                SelfConditioning.Mode.RAW),
            field(1, 0, 0));
    assertTrajectory("quotient_sde", sde, 3e-8);
  }

  @Test
  void noiseSchedulesAgreeWithTheReference() throws IOException {
    Safetensors tables = SharedFiles.tensors("proteina/sampler_grids");
    String[] names = {"inv_t", "us", "tan"};
    NoiseSchedule.Form[] forms = {
      NoiseSchedule.Form.INVERSE_TIME, NoiseSchedule.Form.RATIO, NoiseSchedule.Form.TANGENT
    };
    for (int f = 0; f < 3; f++) {
      for (double exponent : new double[] {0.8, 1}) {
        for (String clamp : new String[] {"None", "10.0"}) {
          for (double p : new double[] {1, 2}) {
            for (int n : new int[] {10, 20, 400}) {
              String key =
                  "g." + names[f] + ".pow" + exponent + ".clamp" + clamp + ".log.p" + p + ".n" + n;
              double largest = clamp.equals("None") ? NONE : 10;
              double[] expected = tables.doubles(key);
              double[] actual =
                  new NoiseSchedule(forms[f], 1, exponent, largest, 1, 1)
                      .values(TimeGrid.log(n, p));
              for (int i = 0; i < n; i++) {
                assertEquals(expected[i], actual[i], 1e-11 * expected[i], key + " step " + i);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void theReferenceMakesNineteenNoiseDraws() throws IOException {
    double[] eta = NoiseSchedule.inverseTime(5, 0.45).table(TimeGrid.log(20, 2));
    int noisy = 0;
    for (double value : eta) {
      noisy += value > 0 ? 1 : 0;
    }
    assertEquals(reference.ints("sde.noise_used")[0] - 1, noisy);
  }
}
