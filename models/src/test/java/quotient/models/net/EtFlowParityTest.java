package quotient.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Reduce;
import quotient.models.SharedFiles;
import quotient.models.graph.MoleculeInput;
import quotient.models.io.Safetensors;
import quotient.models.train.EtFlowForward;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
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
  @ValueSource(strings = {"small_so3", "small_o3"})
  void unfusedCompositionReproducesEveryIntermediateValue(String name) throws IOException {
    Safetensors truth = SharedFiles.tensors("etflow/" + name + "_f64");
    Safetensors inputs = SharedFiles.tensors("etflow/" + name + "_f32");
    EquivariantGraphTransformer network = network(inputs);
    MoleculeInput molecules = EtFlowForward.molecules(inputs, "in.");
    Tape tape = new Tape(Tensors.singleThreaded());
    try (Tape.Pass _ = tape.inference()) {
      UnfusedEtFlow unfused =
          new UnfusedEtFlow(network.config(), network.parameters(), tape, molecules);
      Var v = unfused.forward(tape.constant(inputs.tensor("in.pos")), inputs.floats("in.t"));

      Map<String, float[]> middle = unfused.middle();
      middle.put("v", v.value().toArray());
      double worst = 0;
      int compared = 0;
      for (String n : truth.names()) {
        if (n.startsWith("mid.") || n.equals("out.v")) {
          double[] expected = truth.doubles(n);
          float[] found = middle.get(n.substring(4));
          assertTrue(found != null, n + " was not recorded");
          double error = distance(expected, widened(found)) / max(expected);
          assertTrue(error <= TOLERANCE, n + ": " + error);
          worst = Math.max(worst, error);
          compared++;
        }
      }
      assertEquals(36, compared);
      System.out.println(name + ": worst relative error " + worst + " in " + compared + " mid");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small_so3", "small_o3"})
  void fusedAndUnfusedNetworksHaveTheSameGradients(String name) throws IOException {
    Safetensors inputs = SharedFiles.tensors("etflow/" + name + "_f32");
    EquivariantGraphTransformer network = network(inputs);
    MoleculeInput molecules = EtFlowForward.molecules(inputs, "in.");
    Safetensors fused = EtFlowForward.run(network, inputs, "in.", true);
    ParameterSet parameters = network.parameters();
    float[] gradients = parameters.newVector();
    Tape tape = new Tape(Tensors.singleThreaded());
    try (Tape.Pass _ = tape.recording(gradients)) {
      Var positions = tape.input(inputs.tensor("in.pos"));
      Var v =
          new UnfusedEtFlow(network.config(), parameters, tape, molecules)
              .forward(positions, inputs.floats("in.t"));
      tape.backward(Reduce.meanSquaredError(tape, v, inputs.tensor("in.target")));
      double largest = 0;
      for (float g : gradients) {
        largest = Math.max(largest, Math.abs(g));
      }
      for (Parameter p : parameters.parameters()) {
        float[] own = FloatTensor.view(gradients, p.offset(), p.shape()).toArray();
        double[] other = fused.doubles("grad." + p.name());
        double scale = Math.max(max(other), ZERO * largest);
        assertTrue(distance(other, widened(own)) <= TOLERANCE * scale, p.name());
      }
      double[] own = widened(tape.gradient(positions).toArray());
      double[] other = fused.doubles("grad.pos");
      assertTrue(distance(other, own) <= TOLERANCE * max(other), "positions");
    }
  }

  @Test
  void theFullNetworkEqualsTheReleasedOne() throws IOException {
    Safetensors truth = SharedFiles.tensors("etflow/full_qm9_so3_f64");
    Safetensors inputs = SharedFiles.tensors("etflow/full_qm9_so3_f32");
    EquivariantGraphTransformer network =
        new EquivariantGraphTransformer(EtFlowConfig.QM9_SO3, RandomKey.of(0));

    fill(network.parameters(), FormulaWeights::hashed);
    Safetensors results = EtFlowForward.run(network, inputs, "in.", true);

    String report = "full_qm9_so3 B:";
    for (String name : List.of("out.v", "out.loss", "grad.pos")) {
      double[] expected = truth.doubles(name.replace(".", ".B."));
      double error = distance(expected, results.doubles(name)) / max(expected);
      assertTrue(error <= TOLERANCE, name + ": " + error);
      report += " " + name + " " + error;
    }
    double error = normError(network.parameters(), results, truth.doubles("grad.B.param_norms"));
    System.out.println(report + ", gradient norms " + error);
  }

  /// The largest relative error of the gradients' norms; those zero by algebra are only checked.
  private static double normError(ParameterSet parameters, Safetensors results, double[] expected)
      throws IOException {
    double worst = 0;
    double largest = max(expected);
    int i = 0;
    for (Parameter p : parameters.parameters()) {
      double squared = 0;
      for (double g : results.doubles("grad." + p.name())) {
        squared += g * g;
      }
      double difference = Math.abs(Math.sqrt(squared) - expected[i]);
      if (expected[i] < ZERO * largest) {
        assertTrue(difference <= ZERO * largest, p.name());
      } else {
        assertTrue(difference <= TOLERANCE * expected[i], p.name());
        worst = Math.max(worst, difference / expected[i]);
      }
      i++;
    }
    return worst;
  }

  @Test
  void everyLayerOfTheFullNetworkEqualsTheReleasedOne() throws IOException {
    Safetensors truth = SharedFiles.tensors("etflow/full_qm9_so3_f64");
    Safetensors inputs = SharedFiles.tensors("etflow/full_qm9_so3_f32");
    for (String fill : List.of("A", "B")) {
      EquivariantGraphTransformer network =
          new EquivariantGraphTransformer(EtFlowConfig.QM9_SO3, RandomKey.of(0));
      fill(network.parameters(), fill.equals("A") ? FormulaWeights::waves : FormulaWeights::hashed);
      Map<String, double[]> found = layers(network, inputs);
      double worst = 0;
      for (Map.Entry<String, double[]> e : found.entrySet()) {
        double[] expected = truth.doubles("mid." + fill + "." + e.getKey());
        double error = distance(expected, e.getValue()) / max(expected);
        assertTrue(error <= TOLERANCE, fill + " " + e.getKey() + ": " + error);
        worst = Math.max(worst, error);
      }
      System.out.println("full_qm9_so3 " + fill + ": worst relative error of layers " + worst);
    }
  }

  private static Map<String, double[]> layers(
      EquivariantGraphTransformer network, Safetensors inputs) throws IOException {
    Map<String, double[]> found = new TreeMap<>();
    double[] x = new double[20];
    double[] v = new double[20];
    found.put("x_absmean", x);
    found.put("vec_absmean", v);
    MoleculeCondition condition = new MoleculeCondition(EtFlowForward.molecules(inputs, "in."));
    Tape tape = new Tape(Tensors.singleThreaded());
    try (Tape.Pass _ = tape.inference()) {
      network.forward(
          tape,
          tape.constant(inputs.tensor("in.pos")),
          inputs.floats("in.t"),
          condition,
          (layer, scalars, vectors) -> {
            if (layer < 0) {
              found.put("neighbor_embedding", widened(scalars.value().toArray()));
              return;
            }
            x[layer] = absoluteMean(scalars.value());
            v[layer] = absoluteMean(vectors.value());
            if (layer == 0 || layer == 9 || layer == 19) {
              found.put("layer" + layer + ".x", widened(scalars.value().toArray()));
            }
          });
    }
    assertEquals(6, found.size());
    return found;
  }

  private static double absoluteMean(FloatTensor x) {
    double sum = 0;
    for (int i = 0; i < x.size(); i++) {
      sum += Math.abs(x.get(i));
    }
    return sum / x.size();
  }

  private static void fill(ParameterSet parameters, FormulaWeights.Formula formula) {
    parameters.update(master -> {
      for (Parameter p : parameters.parameters()) {
        formula.fill(p, master);
      }
    });
  }

  private static double[] widened(float[] x) {
    double[] wide = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      wide[i] = x[i];
    }
    return wide;
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
