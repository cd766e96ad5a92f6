package quotient.models.net;

import quotient.autodiff.Initializer;
import quotient.autodiff.ParameterSet;
import quotient.models.graph.GraphLinks;
import quotient.models.graph.MoleculeInput;
import quotient.models.net.layer.StereoFeatures;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.random.RandomKey;

/// The weights of an `etflow-plus` network.
final class EtFlowPlusParameters {
  private static final Initializer ZERO = Initializer.constant(0);
  private static final Initializer ONE = Initializer.constant(1);

  private final EtFlowPlusConfig config;
  private final ParameterSet.Builder builder = new ParameterSet.Builder();

  private EtFlowPlusParameters(EtFlowPlusConfig config) {
    this.config = config;
  }

  static ParameterSet build(EtFlowPlusConfig config, RandomKey key) {
    EtFlowPlusParameters parameters = new EtFlowPlusParameters(config);
    parameters.declareInputs();
    for (int l = 0; l < config.layers(); l++) {
      parameters.declareLayer("layers." + l + ".");
    }
    parameters.declareHead();
    return parameters.builder.build(key);
  }

  private void declareInputs() {
    int h = config.channels();
    int k = config.radial();
    int elements = MoleculeInput.MAX_ATOMIC_NUMBER + 1;
    declare("element.weight", Initializer.normal(1), elements, h);
    declare("neighbour_element.weight", Initializer.normal(1), elements, h);
    declare("radial.means", EtFlowPlusParameters::spreadMeans, k);
    declare("radial.betas", Initializer.constant(firstBeta(k)), k);
    linear("neighbour_distance", h, k + GraphLinks.KINDS - 1);
    linear("embedding", h, 2 * h + StereoFeatures.SCALARS);
    linear("code_in", h, AtomCode.WIDTH);
    norm("code_norm", h);
    linear("code_out", h, h);
    linear("seed", 2 * h, h);
  }

  private void declareLayer(String p) {
    int h = config.channels();
    int features = config.radial() + GraphLinks.KINDS - 1;
    norm(p + "norm_in", h);
    linear(p + "mix_in", h, 2 * h);
    linear(p + "mix_out", h, h);
    norm(p + "norm_mix", h);
    linear(p + "query", h, h);
    norm(p + "norm_query", h);
    linear(p + "key", h, h);
    norm(p + "norm_key", h);
    linear(p + "value", 3 * h, h);
    linear(p + "edge_key", h, features);
    linear(p + "edge_value", 3 * h, features);
    linear(p + "output", 3 * h, h);
    declare(p + "vectors.weight", Initializer.xavier(), 3 * h, h);
  }

  private void declareHead() {
    int h = config.channels();
    norm("head.norm", h);
    declare("head.lengths.weight", Initializer.xavier(), h, h);
    declare("head.vectors.weight", Initializer.xavier(), h, h);
    linear("head.hidden", h, 2 * h);
    linear("head.gates", h + 1, h);
    declare("head.velocity.weight", Initializer.xavier(), 1, h);
  }

  private void linear(String name, int out, int in) {
    declare(name + ".weight", Initializer.xavier(), out, in);
    declare(name + ".bias", ZERO, out);
  }

  private void norm(String name, int length) {
    declare(name + ".weight", ONE, length);
    declare(name + ".bias", ZERO, length);
  }

  private void declare(String name, Initializer initializer, int... dims) {
    builder.declare(name, Shape.of(dims), initializer);
  }

  /// mu_k evenly from e^-5, the value of u at the cutoff, to 1, whatever the key.
  private static void spreadMeans(RandomKey key, FloatTensor out) {
    double low = StrictMath.exp(-5);
    int k = out.size();
    for (int i = 0; i < k; i++) {
      out.set(i, (float) (k == 1 ? low : low + (1 - low) * i / (k - 1)));
    }
  }

  private static float firstBeta(int k) {
    double width = 2.0 / k * (1 - StrictMath.exp(-5));
    return (float) (1 / (width * width));
  }
}
