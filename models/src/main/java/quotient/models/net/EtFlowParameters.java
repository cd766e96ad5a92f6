package quotient.models.net;

import quotient.autodiff.Initializer;
import quotient.autodiff.ParameterSet;
import quotient.models.graph.MoleculeInput;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.random.RandomKey;

/// The weights of an ET-Flow network: names and order of the released checkpoints, first values as
/// the released code draws them.
///
/// Source: Hassan et al. 2024, as released; etflow.md §4.5 and §9.
final class EtFlowParameters {
  /// Of everything but the output head.
  static final String REPRESENTATION = "network.representation_model.";

  /// Of the output head's two blocks.
  static final String HEAD = "network.output_model.output_network.";

  private static final Initializer ZERO = Initializer.constant(0);
  private static final Initializer ONE = Initializer.constant(1);

  private final EtFlowConfig config;
  private final ParameterSet.Builder builder = new ParameterSet.Builder();

  private EtFlowParameters(EtFlowConfig config) {
    this.config = config;
  }

  static ParameterSet build(EtFlowConfig config, RandomKey key) {
    EtFlowParameters parameters = new EtFlowParameters(config);
    parameters.declareRepresentation();
    int h = config.channels();
    parameters.declareHead(HEAD + "0.", h, h / 2, h);
    parameters.declareHead(HEAD + "1.", h / 2, 1, h + 1);
    return parameters.builder.build(key);
  }

  private void declareRepresentation() {
    String p = REPRESENTATION;
    int h = config.channels();
    int k = config.radial();
    int elements = MoleculeInput.MAX_ATOMIC_NUMBER + 1;
    declare(p + "embedding.weight", Initializer.normal(1), elements, h);
    declare(p + "distance_expansion.means", EtFlowParameters::spreadMeans, k);
    declare(p + "distance_expansion.betas", Initializer.constant(firstBeta(k)), k);
    declare(p + "neighbor_embedding.embedding.weight", Initializer.normal(1), elements, h);
    xavier(p + "neighbor_embedding.distance_proj", h, k + 1);
    xavier(p + "neighbor_embedding.combine", h, 2 * h);
    standard(p + "node_mlp.0", h, MoleculeInput.FEATURES);
    norm(p + "node_mlp.2", h);
    standard(p + "node_mlp.3", h, h);
    for (int l = 0; l < config.layers(); l++) {
      declareLayer(p + "attention_layers." + l + ".");
    }
    norm(p + "out_norm", h);
  }

  private void declareLayer(String p) {
    int h = config.channels();
    int features = config.radial() + 1;
    int values = config.layout().parts() * h;
    norm(p + "layernorm", h);
    standard(p + "mixing_mlp.0", h, 2 * h + 1);
    standard(p + "mixing_mlp.2", h, h);
    xavier(p + "q_proj.0", h, h);
    norm(p + "q_proj.1", h);
    xavier(p + "k_proj.0", h, h);
    norm(p + "k_proj.1", h);
    declare(p + "v_proj.weight", Initializer.uniform(1 / Math.sqrt(h)), values, h);
    declare(p + "v_proj.bias", ZERO, values);
    xavier(p + "o_proj", 3 * h, h);
    declare(p + "vec_proj.weight", Initializer.xavier(), 3 * h, h);
    xavier(p + "dk_proj", h, features);
    xavier(p + "dv_proj", values, features);
  }

  private void declareHead(String p, int in, int gates, int out) {
    declare(p + "vec1_proj.weight", Initializer.xavier(), in, in);
    declare(p + "vec2_proj.weight", Initializer.xavier(), gates, in);
    xavier(p + "update_net.0", in, 2 * in);
    if (config.headNorm()) {
      norm(p + "update_net.1", in);
    }
    xavier(p + secondLinear(config), gates == 1 ? out : 2 * gates, in);
  }

  /// The released name of a head block's second linear layer depends on whether a norm precedes it.
  static String secondLinear(EtFlowConfig config) {
    return config.headNorm() ? "update_net.3" : "update_net.2";
  }

  private void xavier(String name, int out, int in) {
    declare(name + ".weight", Initializer.xavier(), out, in);
    declare(name + ".bias", ZERO, out);
  }

  private void standard(String name, int out, int in) {
    Initializer uniform = Initializer.uniform(1 / Math.sqrt(in));
    declare(name + ".weight", uniform, out, in);
    declare(name + ".bias", uniform, out);
  }

  private void norm(String name, int length) {
    declare(name + ".weight", ONE, length);
    declare(name + ".bias", ZERO, length);
  }

  private void declare(String name, Initializer initializer, int... dims) {
    builder.declare(name, Shape.of(dims), initializer);
  }

  /// mu_k evenly from e^-10 to 1, whatever the key.
  static void spreadMeans(RandomKey key, FloatTensor out) {
    double low = StrictMath.exp(-10);
    int k = out.size();
    for (int i = 0; i < k; i++) {
      out.set(i, (float) (k == 1 ? low : low + (1 - low) * i / (k - 1)));
    }
  }

  private static float firstBeta(int k) {
    double width = 2.0 / k * (1 - StrictMath.exp(-10));
    return (float) (1 / (width * width));
  }
}
