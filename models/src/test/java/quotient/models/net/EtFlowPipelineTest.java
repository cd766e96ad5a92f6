package quotient.models.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.optim.Adam;
import quotient.autodiff.optim.GradientClip;
import quotient.geometry.ShapeSpace;
import quotient.models.SharedFiles;
import quotient.models.graph.MoleculeInput;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.TimeGrid;
import quotient.models.io.Safetensors;
import quotient.models.molecule.Chirality;
import quotient.models.molecule.TetrahedralCentre;
import quotient.models.prior.BondGraph;
import quotient.models.prior.GaussianPrior;
import quotient.models.sample.NoiseSchedule;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.SamplerKind;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.VelocityField;
import quotient.models.train.EtFlowForward;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// Samplers and training steps with the network, against `parity/etflow/pipeline`.
final class EtFlowPipelineTest {
  private static final double TOLERANCE = 1e-4;
  private static final int STEPS = 10;

  private final Tape tape = new Tape(Tensors.singleThreaded());

  private static Safetensors pipeline(String variant, int bits) throws IOException {
    return SharedFiles.tensors("etflow/pipeline_" + variant + "_f" + bits);
  }

  private static EquivariantGraphTransformer network(String variant) throws IOException {
    Safetensors weights = SharedFiles.tensors("etflow/small_" + variant + "_f32");
    return EtFlowForward.network(EtFlowForward.config(weights.metadata()), weights, "weights.");
  }

  private VelocityField field(EquivariantGraphTransformer network, MoleculeCondition condition) {
    return (x, time, previous, out) -> velocity(network, condition, x, time, out);
  }

  private void velocity(
      EquivariantGraphTransformer network,
      MoleculeCondition condition,
      double[] x,
      double[] time,
      double[] out) {
    float[] positions = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      positions[i] = (float) x[i];
    }
    float[] times = new float[time.length];
    for (int b = 0; b < times.length; b++) {
      times[b] = (float) time[b];
    }
    try (Tape.Pass _ = tape.inference()) {
      Var at = tape.constant(FloatTensor.of(positions, x.length / 3, 3));
      float[] v = network.forward(tape, at, times, condition).value().toArray();
      for (int i = 0; i < v.length; i++) {
        out[i] = v[i];
      }
    }
  }

  private static SamplingBatch batch(SamplerKind kind, MoleculeInput molecules) {
    BondGraph[] graphs = new BondGraph[molecules.molecules()];
    for (int m = 0; m < graphs.length; m++) {
      graphs[m] = BondGraph.of(molecules.start(m + 1) - molecules.start(m), new int[0]);
    }
    return SamplingBatch.of(
        kind.space(ShapeSpace.INSTANCE),
        Interpolant.linear(0.1),
        new Coupling.Independent(),
        GaussianPrior.unit(),
        graphs);
  }

  /// Runs the sampler; with `stored` states it starts each step from the one of the reference, so
  /// that rounding cannot grow through close contacts.
  private double worstStep(String variant, String key, SamplerKind kind, boolean stored)
      throws IOException {
    Safetensors truth = pipeline(variant, 64);
    MoleculeInput molecules = EtFlowForward.molecules(pipeline(variant, 32), "in.");
    SamplingBatch batch = batch(kind, molecules);
    double[] states = truth.doubles(key);
    int length = batch.values();
    assertEquals((STEPS + 1) * length, states.length);
    double[] worst = new double[1];
    int[] seen = new int[1];
    kind.create(
            new OdeSampler.Solver.Euler(),
            TimeGrid.parse("uniform", STEPS),
            NoiseSchedule.linear(1, 1),
            SelfConditioning.Mode.OFF)
        .run(
            batch,
            field(network(variant), new MoleculeCondition(molecules)),
            new NoiseSource.Keyed(new RandomKey[] {}, 0),
            Arrays.copyOf(states, length),
            (step, time, x) -> {
              double[] expected = Arrays.copyOfRange(states, step * length, (step + 1) * length);
              worst[0] = Math.max(worst[0], distance(expected, x) / largest(expected));
              seen[0]++;
              if (stored) {
                System.arraycopy(expected, 0, x, 0, length);
              }
            });
    assertEquals(STEPS + 1, seen[0]);
    return worst[0];
  }

  @ParameterizedTest
  @CsvSource({
    "so3, out.traj_ode10, ode",
    "so3, out.traj_horizontal_ode10, quotient-ode",
    "o3, out.traj_ode10, ode",
    "o3, out.traj_horizontal_ode10, quotient-ode"
  })
  void everyStepOfTheStoredTrajectoriesIsReproduced(String variant, String key, String kind)
      throws IOException {
    double error = worstStep(variant, key, SamplerKind.parse(kind), true);
    assertTrue(error <= TOLERANCE, variant + " " + key + ": " + error);
  }

  @ParameterizedTest
  @CsvSource({"out.traj_ode10, ode", "out.traj_horizontal_ode10, quotient-ode"})
  void wholeTrajectoriesOfTheSo3NetworkAreReproduced(String key, String kind) throws IOException {
    double error = worstStep("so3", key, SamplerKind.parse(kind), false);
    assertTrue(error <= TOLERANCE, key + ": " + error);
  }

  @Test
  void theStochasticSampleOfTheSo3NetworkIsReproduced() throws IOException {
    Safetensors truth = pipeline("so3", 64);
    MoleculeInput molecules = EtFlowForward.molecules(pipeline("so3", 32), "in.");
    SamplingBatch batch = batch(SamplerKind.ODE, molecules);
    EquivariantGraphTransformer network = network("so3");
    MoleculeCondition condition = new MoleculeCondition(molecules);
    int length = batch.values();
    double[] x = Arrays.copyOf(truth.doubles("out.traj_ode10"), length);
    double[] noise = truth.doubles("in.stoch_noise");
    double[] v = new double[length];
    double[] times = new double[batch.clouds()];
    for (int k = 0; k < STEPS; k++) {
      double time = k / (double) STEPS;
      double delta = k == 0 ? 0 : (1 - time) / STEPS;
      double back = time - delta;
      if (k > 0) {
        double[] xi = Arrays.copyOfRange(noise, (k - 1) * length, k * length);
        centre(batch, xi);
        double scale = Math.sqrt(Math.abs(time * time - back * back)) * delta;
        for (int i = 0; i < length; i++) {
          x[i] += scale * xi[i];
        }
      }
      Arrays.fill(times, back);
      velocity(network, condition, x, times, v);
      for (int i = 0; i < length; i++) {
        x[i] += (1.0 / STEPS + delta) * v[i];
      }
    }
    double[] expected = truth.doubles("out.sample_stoch10");
    double error = distance(expected, x) / largest(expected);
    assertTrue(error <= TOLERANCE, "stochastic: " + error);
  }

  private static void centre(SamplingBatch batch, double[] x) {
    for (int b = 0; b < batch.clouds(); b++) {
      batch.space().projectPoint(x, batch.start()[b], batch.start()[b + 1]);
    }
  }

  @Test
  void theSignFlipOfTheO3NetworkTurnsOnlyAlanine() throws IOException {
    Safetensors truth = pipeline("o3", 64);
    float[] mirrored = truth.floats("out.parity_input");
    int[] atom = truth.ints("in.chiral_index");
    int[] n = truth.ints("in.chiral_nbr_index");
    int tag = (int) truth.floats("in.chiral_tag")[0];
    TetrahedralCentre centre = new TetrahedralCentre(atom[0], n[0], n[1], n[2], n[3], tag);
    MoleculeInput molecules = EtFlowForward.molecules(truth, "in.");
    for (int m = 0; m < molecules.molecules(); m++) {
      boolean own = atom[0] >= molecules.start(m) && atom[0] < molecules.start(m + 1);
      boolean flips = own && !Chirality.isAsMarked(centre, mirrored, 0);
      assertEquals(m == 1, flips);
      for (int i = 3 * molecules.start(m); flips && i < 3 * molecules.start(m + 1); i++) {
        mirrored[i] = -mirrored[i];
      }
    }
    assertArrayEquals(truth.floats("out.parity_output"), mirrored);
  }

  @ParameterizedTest
  @ValueSource(strings = {"so3", "o3"})
  void eightTrainingStepsAreReproduced(String variant) throws IOException {
    Safetensors truth = pipeline(variant, 64);
    Safetensors inputs = pipeline(variant, 32);
    MoleculeInput molecules = EtFlowForward.molecules(inputs, "in.");
    MoleculeCondition condition = new MoleculeCondition(molecules);
    EquivariantGraphTransformer network = network(variant);
    ParameterSet parameters = network.parameters();
    Adam adam = new Adam(parameters, 0.95, 0.999, 1e-8, 1e-8);
    GradientClip.Dynamic clip = (GradientClip.Dynamic) GradientClip.dynamic();
    FloatTensor positions = inputs.tensor("out.xt_harmonic");
    double[] target = truth.doubles("out.ut_harmonic");
    double[] losses = truth.doubles("out.train_loss");
    double[] norms = truth.doubles("out.train_gradnorm");
    double[] limits = truth.doubles("out.train_maxnorm");
    for (int step = 0; step < losses.length; step++) {
      float[] gradients = parameters.newVector();
      try (Tape.Pass _ = tape.recording(gradients)) {
        Var v = network.forward(tape, tape.constant(positions), inputs.floats("in.t"), condition);
        FloatTensor gradient = FloatTensor.zeros(v.rows(), 3);
        double loss = released(v.value(), target, molecules, gradient);
        assertEquals(losses[step], loss, TOLERANCE * losses[step], "loss of step " + step);
        tape.backward(v, gradient);
      }
      double squares = 0;
      for (float g : gradients) {
        squares += (double) g * g;
      }
      double norm = Math.sqrt(squares);
      assertEquals(norms[step], norm, 2e-4 * norms[step], "gradient norm of step " + step);
      assertEquals(limits[step], clip.limit(), 2e-4 * limits[step], "limit of step " + step);
      adam.step(parameters, gradients, clip.factor(norm), 7e-4);
    }
    String p = "network.representation_model.";
    assertClose(truth, "out.train_final_means", parameters.get(p + "distance_expansion.means"));
    assertClose(
        truth, "out.train_final_qproj0", parameters.get(p + "attention_layers.0.q_proj.0.weight"));
  }

  private static void assertClose(Safetensors truth, String key, Parameter found)
      throws IOException {
    double[] expected = truth.doubles(key);
    double[] numbers = new double[expected.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = found.value().get(i);
    }
    double error = distance(expected, numbers) / largest(expected);
    assertTrue(error <= TOLERANCE, key + ": " + error);
  }

  /// Norm per atom, mean per molecule, mean over molecules; and its gradient.
  private static double released(
      FloatTensor v, double[] target, MoleculeInput molecules, FloatTensor gradient) {
    double loss = 0;
    for (int m = 0; m < molecules.molecules(); m++) {
      int atoms = molecules.start(m + 1) - molecules.start(m);
      double share = 1.0 / (atoms * (double) molecules.molecules());
      for (int i = molecules.start(m); i < molecules.start(m + 1); i++) {
        double x = v.get(3 * i) - target[3 * i];
        double y = v.get(3 * i + 1) - target[3 * i + 1];
        double z = v.get(3 * i + 2) - target[3 * i + 2];
        double norm = Math.sqrt(x * x + y * y + z * z);
        loss += share * norm;
        gradient.set(3 * i, (float) (share * x / norm));
        gradient.set(3 * i + 1, (float) (share * y / norm));
        gradient.set(3 * i + 2, (float) (share * z / norm));
      }
    }
    return loss;
  }

  private static double largest(double[] x) {
    double largest = 0;
    for (double v : x) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  private static double distance(double[] x, double[] y) {
    double distance = 0;
    for (int i = 0; i < x.length; i++) {
      distance = Math.max(distance, Math.abs(x[i] - y[i]));
    }
    return distance;
  }
}
