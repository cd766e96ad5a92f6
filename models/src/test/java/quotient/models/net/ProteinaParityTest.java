package quotient.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.optim.Adam;
import quotient.autodiff.optim.ExponentialAverage;
import quotient.autodiff.optim.GradientClip;
import quotient.models.SharedFiles;
import quotient.models.graph.ChainInput;
import quotient.models.io.Safetensors;
import quotient.models.train.ProteinaForward;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// The network in float against the released one in double, on `parity/proteina`.
final class ProteinaParityTest {
  private static final double TOLERANCE = 2e-4;

  /// Of the largest gradient in the file: below this a gradient is zero by algebra.
  private static final double ZERO = 1e-6;

  @ParameterizedTest
  @ValueSource(strings = {"small", "odd"})
  void outputsLossesAndEveryGradientEqualTheReleasedNetwork(String name) throws IOException {
    Safetensors truth = SharedFiles.tensors("proteina/model_" + name + "_f64");
    Safetensors inputs = SharedFiles.tensors("proteina/model_" + name + "_f32");
    Proteina network = network(inputs);

    Safetensors results = ProteinaForward.run(network, inputs, "in.", true);

    List<String> names = new ArrayList<>(results.names());
    assertEquals(network.parameters().parameters().size() + 6, names.size());
    double largest = 0;
    for (String n : names) {
      largest = n.startsWith("grad.") ? Math.max(largest, max(truth.doubles(n))) : largest;
    }
    double worst = 0;
    int zeros = 0;
    for (String n : names) {
      double difference = distance(truth.doubles(n), results.doubles(n));
      double scale = max(truth.doubles(n));
      if (n.startsWith("grad.") && scale < ZERO * largest) {
        zeros++;
        assertTrue(difference <= ZERO * largest, n + " is zero by algebra, found " + difference);
      } else {
        worst = Math.max(worst, difference / scale);
        assertTrue(difference <= TOLERANCE * scale, n + ": " + difference + " of " + scale);
      }
    }
    assertEquals(2 * network.config().layers(), zeros);
    System.out.println(name + ": worst relative error " + worst + " in " + names.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "odd"})
  void withoutOptionalInputsTheOutputEqualsTheReleasedNetwork(String name) throws IOException {
    Safetensors truth = SharedFiles.tensors("proteina/model_" + name + "_f64");
    Safetensors inputs = SharedFiles.tensors("proteina/model_" + name + "_f32");
    Safetensors few = new Safetensors();
    few.put("in.x_t", inputs.tensor("in.x_t"));
    few.put("in.t", inputs.tensor("in.t"));
    int[] mask = inputs.ints("in.mask");
    long[] wide = new long[mask.length];
    for (int i = 0; i < mask.length; i++) {
      wide[i] = mask[i];
    }
    few.put("in.mask", inputs.shape("in.mask"), wide);

    Safetensors results = ProteinaForward.run(network(inputs), few, "in.", false);

    double[] expected = truth.doubles("out_default.v");
    double error = distance(expected, results.doubles("out.v")) / max(expected);
    assertTrue(error <= TOLERANCE, "velocity: " + error);
  }

  @Test
  void theNetworkOfTheTableHasItsNumberOfWeights() {
    assertEquals(
        58_899_988,
        ProteinaParameters.build(ProteinaConfig.SIXTY_MILLION, RandomKey.of(1)).count());
    long small = ProteinaParameters.build(ProteinaConfig.SMALL, RandomKey.of(1)).count();
    assertTrue(small > 9_000_000 && small < 12_000_000, "small: " + small);
    long tiny = ProteinaParameters.build(ProteinaConfig.TINY, RandomKey.of(1)).count();
    assertTrue(tiny > 1_800_000 && tiny < 2_500_000, "tiny: " + tiny);
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "odd"})
  void theDefinitionReproducesEveryIntermediateValue(String name) throws IOException {
    Safetensors truth = SharedFiles.tensors("proteina/model_" + name + "_f64");
    Safetensors inputs = SharedFiles.tensors("proteina/model_" + name + "_f32");
    Proteina network = network(inputs);
    ProteinaForward.Chains chains = ProteinaForward.chains(inputs, "in.", network.config());
    ChainInput input = chains.condition().input();
    float[] xt = chains.ragged(inputs.floats("in.x_t"), 3);
    float[] own = chains.ragged(inputs.floats("in.x_sc"), 3);
    Tape tape = new Tape(Tensors.singleThreaded());
    double worst = 0;
    int compared = 0;
    for (int b = 0; b < chains.chains(); b++) {
      int from = 3 * input.start(b);
      int to = 3 * input.start(b + 1);
      try (Tape.Pass _ = tape.inference()) {
        var unfused = new UnfusedProteina(network.config(), network.parameters(), tape);
        Var x = tape.constant(FloatTensor.of(Arrays.copyOfRange(xt, from, to), (to - from) / 3, 3));
        float[] ownChain = Arrays.copyOfRange(own, from, to);
        unfused.forward(x, inputs.floats("in.t")[b], input, b, ownChain);
        for (Map.Entry<String, FloatTensor> e : unfused.middle().entrySet()) {
          double[] expected = truth.doubles("mid." + e.getKey());
          Shape shape = truth.shape("mid." + e.getKey());
          int real = shape.dim(1) - chains.padded() + (to - from) / 3;
          double error = error(expected, shape, b, real, e.getValue()) / max(expected);
          assertTrue(error <= TOLERANCE, e.getKey() + " of chain " + b + ": " + error);
          worst = Math.max(worst, error);
          compared++;
        }
      }
    }
    assertEquals(2 * (8 + 10 * network.config().layers()), compared);
    System.out.println(name + ": worst relative error " + worst + " in " + compared + " mid");
  }

  /// The largest difference where row, and for pairs also column, is real; a fixture's pair array has
  /// one axis more.
  private static double error(
      double[] expected, Shape shape, int chain, int real, FloatTensor found) {
    boolean pairs = shape.rank() == 4;
    int padded = shape.dim(1);
    int width = shape.dim(shape.rank() - 1);
    int rows = pairs ? real * real : real;
    assertEquals(rows * width, found.size());
    double worst = 0;
    for (int i = 0; i < found.size(); i++) {
      int row = i / width;
      int place = pairs ? row / real * padded + row % real : row;
      int at = (chain * (pairs ? padded * padded : padded) + place) * width + i % width;
      worst = Math.max(worst, Math.abs(expected[at] - found.get(i)));
    }
    return worst;
  }

  @Test
  void threeClippedStepsWithTheirAverageEqualTheReleasedTraining() throws IOException {
    Safetensors truth = SharedFiles.tensors("proteina/train3_small_f64");
    Safetensors inputs = SharedFiles.tensors("proteina/model_small_f32");
    Proteina network = network(inputs);
    ParameterSet parameters = network.parameters();
    Adam adam = new Adam(parameters, 0.9, 0.999, 1e-8, 0);
    ExponentialAverage average = new ExponentialAverage(parameters, 0.999);
    GradientClip clip = GradientClip.norm(1);
    for (int step = 0; step < 3; step++) {
      Safetensors results = ProteinaForward.run(network, inputs, "in.", true);
      float[] gradients = parameters.newVector();
      double squared = 0;
      for (Parameter p : parameters.parameters()) {
        float[] g = results.floats("grad.weights." + p.name());
        System.arraycopy(g, 0, gradients, p.offset(), g.length);
        for (float v : g) {
          squared += (double) v * v;
        }
      }
      double norm = Math.sqrt(squared);
      double loss = truth.doubles("train.loss")[step];
      assertEquals(loss, results.doubles("out.loss")[0], TOLERANCE * loss);
      double expected = truth.doubles("train.grad_norm")[step];
      assertEquals(expected, norm, TOLERANCE * expected);
      adam.step(parameters, gradients, clip.factor(norm), 1e-3);
      average.update(parameters);
    }
    double worst = 0;
    for (Parameter p : parameters.parameters()) {
      worst = Math.max(worst, error(truth, "train.final.", p, p.value().toArray()));
      float[] mean = FloatTensor.view(average.values(), p.offset(), p.shape()).toArray();
      worst = Math.max(worst, error(truth, "train.ema.", p, mean));
    }
    System.out.println("train3_small: worst relative error " + worst);
  }

  private static double error(Safetensors truth, String prefix, Parameter p, float[] found)
      throws IOException {
    double[] expected = truth.doubles(prefix + p.name());
    double[] wide = new double[found.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = found[i];
    }
    double error = distance(expected, wide) / max(expected);
    assertTrue(error <= TOLERANCE, prefix + p.name() + ": " + error);
    return error;
  }

  private static Proteina network(Safetensors weights) throws IOException {
    return ProteinaForward.network(ProteinaForward.config(weights.metadata()), weights, "weights.");
  }

  private static double max(double[] x) {
    double max = 0;
    for (double v : x) {
      max = Math.max(max, Math.abs(v));
    }
    return max;
  }

  private static double distance(double[] x, double[] y) {
    assertEquals(x.length, y.length);
    double max = 0;
    for (int i = 0; i < x.length; i++) {
      max = Math.max(max, Math.abs(x[i] - y[i]));
    }
    return max;
  }
}
