package quotient.models.net;

import quotient.autodiff.Initializer;
import quotient.autodiff.ParameterSet;
import quotient.tensor.Shape;
import quotient.tensor.random.RandomKey;

/// The weights of a Proteína network: names of the released state dict, first values as the
/// released code draws them.
///
/// Source: Geffner et al. 2025 (Proteína), as released; proteina.md §4.5 and §4.6.
final class ProteinaParameters {
  static final String CONDITION = "cond_factory.";
  static final String PAIR = "pair_repr_builder.";
  static final String LAYERS = "transformer_layers.";
  static final String DECODER = "coors_3d_decoder.";

  private static final Initializer ZERO = Initializer.constant(0);
  private static final Initializer ONE = Initializer.constant(1);

  private final ProteinaConfig config;
  private final ParameterSet.Builder builder = new ParameterSet.Builder();

  private ProteinaParameters(ProteinaConfig config) {
    this.config = config;
  }

  static ParameterSet build(ProteinaConfig config, RandomKey key) {
    return declare(config).build(key);
  }

  /// All weights of that size, without numbers.
  static ParameterSet.Builder declare(ProteinaConfig config) {
    ProteinaParameters parameters = new ProteinaParameters(config);
    parameters.declareInputs();
    parameters.declarePairs();
    for (int l = 0; l < config.layers(); l++) {
      parameters.declareLayer(LAYERS + l + ".");
    }
    parameters.norm(DECODER + "0", config.width());
    parameters.linear(DECODER + "1", 3, config.width());
    return parameters.builder;
  }

  /// A table of fold classes: level is C, A or T.
  static String foldTable(char level) {
    return CONDITION + "feat_creators.1.embedding_" + level + ".weight";
  }

  private void declareInputs() {
    int d = config.width();
    int c = config.conditionWidth();
    int f = config.foldWidth();
    declare("registers", Initializer.normal(1.0 / 20), config.registers(), d);
    linear("linear_3d_embed", d, 3);
    linear("init_repr_factory.linear_out", d, config.indexWidth() + 4);
    declare(foldTable('C'), Initializer.normal(1), config.folds().classes() + 1, f);
    declare(foldTable('A'), Initializer.normal(1), config.folds().architectures() + 1, f);
    declare(foldTable('T'), Initializer.normal(1), config.folds().topologies() + 1, f);
    linear(CONDITION + "linear_out", c, config.timeWidth() + 3 * f);
    transition("transition_c_1.", c, 2);
    transition("transition_c_2.", c, 2);
  }

  private void declarePairs() {
    int p = config.pairWidth();
    int c = config.conditionWidth();
    linear(PAIR + "init_repr_factory.linear_out", p, config.pairClasses());
    norm(PAIR + "init_repr_factory.ln_out", p);
    linear(PAIR + "cond_factory.linear_out", c, config.timeWidth());
    norm(PAIR + "cond_factory.ln_out", c);
    adaptiveNorm(PAIR + "adaln.", p);
  }

  private void declareLayer(String p) {
    int d = config.width();
    int inner = config.innerWidth();
    adaptiveNorm(p + "mhba.adaln.", d);
    norm(p + "mhba.mha.node_norm", d);
    biased(p + "mhba.mha.to_qkv", 3 * inner, d);
    norm(p + "mhba.mha.q_layer_norm", inner);
    norm(p + "mhba.mha.k_layer_norm", inner);
    biased(p + "mhba.mha.to_g", inner, d);
    norm(p + "mhba.mha.pair_norm", config.pairWidth());
    linear(p + "mhba.mha.to_bias", config.heads(), config.pairWidth());
    biased(p + "mhba.mha.to_out_node", d, inner);
    outputScale(p + "mhba.scale_output.");
    adaptiveNorm(p + "transition.adaln.", d);
    transition(p + "transition.transition.", d, 4);
    outputScale(p + "transition.scale_output.");
  }

  private void adaptiveNorm(String p, int data) {
    int c = config.conditionWidth();
    norm(p + "norm_cond", c);
    biased(p + "to_gamma.0", data, c);
    linear(p + "to_beta", data, c);
  }

  private void outputScale(String p) {
    declare(p + "to_adaln_zero_gamma.0.weight", ZERO, config.width(), config.conditionWidth());
    declare(p + "to_adaln_zero_gamma.0.bias", Initializer.constant(-2), config.width());
  }

  private void transition(String p, int data, int expansion) {
    linear(p + "swish_linear.0", 2 * expansion * data, data);
    linear(p + "linear_out", data, expansion * data);
  }

  private void linear(String name, int out, int in) {
    declare(name + ".weight", Initializer.uniform(1 / Math.sqrt(in)), out, in);
  }

  private void biased(String name, int out, int in) {
    linear(name, out, in);
    declare(name + ".bias", Initializer.uniform(1 / Math.sqrt(in)), out);
  }

  private void norm(String name, int length) {
    declare(name + ".weight", ONE, length);
    declare(name + ".bias", ZERO, length);
  }

  private void declare(String name, Initializer initializer, int... dims) {
    builder.declare(name, Shape.of(dims), initializer);
  }
}
