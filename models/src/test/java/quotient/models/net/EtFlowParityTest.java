package quotient.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.autodiff.Parameter;
import quotient.models.SharedFiles;
import quotient.models.io.Safetensors;
import quotient.models.train.EtFlowForward;
import quotient.tensor.random.RandomKey;

/// The network in float against the released one in double, on `parity/etflow`.
final class EtFlowParityTest {
  private static final double TOLERANCE = 1e-4;

  /// Of the largest gradient in the file: below this a gradient is zero by algebra.
  private static final double ZERO = 1e-6;

  @ParameterizedTest
  @ValueSource(strings = {"small_so3", "small_o3"})
  void velocityLossesAndEveryGradientEqualTheReleasedNetwork(String name) throws IOException {
    Safetensors truth = SharedFiles.tensors("etflow/" + name + "_f64");
    Safetensors inputs = SharedFiles.tensors("etflow/" + name + "_f32");
    EquivariantGraphTransformer network = network(inputs);

    Safetensors results = EtFlowForward.run(network, inputs, "in.", true);

    List<String> names = new ArrayList<>();
    for (String n : truth.names()) {
      if (n.startsWith("out.") || n.startsWith("grad.")) {
        names.add(n);
      }
    }
    assertEquals(network.parameters().parameters().size() + 5, names.size());
    double largest = 0;
    for (String n : names) {
      largest = n.startsWith("grad.") ? Math.max(largest, max(truth.doubles(n))) : largest;
    }
    double worst = 0;
    for (String n : names) {
      double difference = distance(truth.doubles(n), results.doubles(n));
      double scale = max(truth.doubles(n));
      if (n.startsWith("grad.") && scale < ZERO * largest) {
        assertTrue(difference <= ZERO * largest, n + " is zero by algebra, found " + difference);
      } else {
        worst = Math.max(worst, difference / scale);
        assertTrue(difference <= TOLERANCE * scale, n + ": " + difference + " of " + scale);
      }
    }
    System.out.println(name + ": worst relative error " + worst + " in " + names.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"so3", "o3"})
  void velocitiesOnThePathEqualTheReleasedNetwork(String variant) throws IOException {
    Safetensors truth = SharedFiles.tensors("etflow/pipeline_" + variant + "_f64");
    EquivariantGraphTransformer network =
        network(SharedFiles.tensors("etflow/small_" + variant + "_f32"));
    for (String prior : List.of("harmonic", "gaussian")) {
      Safetensors inputs = SharedFiles.tensors("etflow/pipeline_" + variant + "_f32");
      inputs.put("in.pos", inputs.tensor("out.xt_" + prior));

      double[] v = EtFlowForward.run(network, inputs, "in.", false).doubles("out.v");

      double[] expected = truth.doubles("out.v_" + prior);
      double error = distance(expected, v) / max(expected);
      assertTrue(error <= TOLERANCE, prior + ": " + error);
    }
  }

  @Test
  void namesShapesAndOrderAreThoseOfTheReleasedStateDicts() throws IOException {
    List<String> table = Files.readAllLines(SharedFiles.path("spec/etflow-state-dict.tsv"));
    assertTable(table, "qm9-so3", EtFlowConfig.QM9_SO3, 9_064_209);
    assertTable(table, "drugs-o3", EtFlowConfig.DRUGS_O3, 8_337_329);
    assertTable(table, "drugs-so3", EtFlowConfig.DRUGS_SO3, 9_063_729);
    assertEquals(8_337_809, EtFlowParameters.build(EtFlowConfig.QM9_O3, RandomKey.of(1)).count());
  }

  private static void assertTable(
      List<String> table, String name, EtFlowConfig config, long count) {
    var parameters = EtFlowParameters.build(config, RandomKey.of(1));
    assertEquals(count, parameters.count());
    List<String> expected = new ArrayList<>();
    for (String line : table) {
      String[] cells = line.split("\t", -1);
      if (cells[0].equals(name)) {
        expected.add(cells[2] + " " + cells[3]);
      }
    }
    List<String> found = new ArrayList<>();
    for (Parameter p : parameters.parameters()) {
      String shape = p.shape().toString().replace("[", "").replace("]", "").replace(", ", "x");
      found.add(p.name() + " " + shape);
    }
    assertEquals(expected, found);
  }

  private static EquivariantGraphTransformer network(Safetensors weights) throws IOException {
    EtFlowConfig config = EtFlowForward.config(weights.metadata());
    return EtFlowForward.network(config, weights, "weights.");
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
