package quotient.models.net.layer;

import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Broadcast;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.SwiGlu;
import quotient.tensor.FloatTensor;

/// One block of Proteína: attention with a bias on pairs, then a gated transition, each between an
/// adaptive norm and an output scale, and residual.
///
/// The conditioning u has a row for registers and one for each group of chains that are told the same;
/// norms' gains, shifts and output scales are made once per row. In a pass that records nothing the
/// block works in place and gives its memory back. The bias of the keys' norm adds the same number to
/// all logits of a query and is left out; its gradient is zero. Source: Geffner et al. 2025 (Proteína), as released.
public final class PairBiasedBlock {
  private static final float EPSILON = 1e-5f;

  private final int heads;
  private final Modulation attention;
  private final Modulation transition;
  private final Parameter nodeGain;
  private final Parameter nodeBias;
  private final Parameter qkvWeight;
  private final Parameter qkvBias;
  private final Parameter queryGain;
  private final Parameter queryBias;
  private final Parameter keyGain;
  private final FloatTensor keyShift;
  private final Parameter gateWeight;
  private final Parameter gateBias;
  private final Parameter pairGain;
  private final Parameter biasWeight;
  private final Parameter outWeight;
  private final Parameter outBias;
  private final Parameter hiddenWeight;
  private final Parameter transitionWeight;

  /// @param p of this block's weights
  public PairBiasedBlock(ParameterSet parameters, String p, int heads) {
    this.heads = heads;
    attention = new Modulation(parameters, p + "mhba.");
    transition = new Modulation(parameters, p + "transition.");
    String a = p + "mhba.mha.";
    nodeGain = parameters.get(a + "node_norm.weight");
    nodeBias = parameters.get(a + "node_norm.bias");
    qkvWeight = parameters.get(a + "to_qkv.weight");
    qkvBias = parameters.get(a + "to_qkv.bias");
    queryGain = parameters.get(a + "q_layer_norm.weight");
    queryBias = parameters.get(a + "q_layer_norm.bias");
    keyGain = parameters.get(a + "k_layer_norm.weight");
    keyShift = FloatTensor.zeros(keyGain.shape());
    gateWeight = parameters.get(a + "to_g.weight");
    gateBias = parameters.get(a + "to_g.bias");
    pairGain = parameters.get(a + "pair_norm.weight");
    biasWeight = parameters.get(a + "to_bias.weight");
    outWeight = parameters.get(a + "to_out_node.weight");
    outBias = parameters.get(a + "to_out_node.bias");
    hiddenWeight = parameters.get(p + "transition.transition.swish_linear.0.weight");
    transitionWeight = parameters.get(p + "transition.transition.linear_out.weight");
  }

  /// Everything a block reads besides the tokens.
  ///
  /// @param tokens where they lie
  /// @param condition u, `[rows, c]`
  /// @param classes of pairs
  /// @param scales rho, sigma and tau of pairs, `[3, P]`
  /// @param rows what the tables of biases are made of
  public record Context(
      TokenLayout tokens, Var condition, PairClasses classes, Var scales, PairTables.Rows rows) {}

  /// The coefficients of pairs, which all blocks share.
  public static Var scales(
      Tape tape, TokenLayout tokens, PairClasses classes, PairTables.Rows rows) {
    return PairScales.apply(tape, tokens, classes, rows);
  }

  /// @param x `[T, d]`; overwritten by the result in a pass that records nothing
  public Var apply(Tape tape, Context context, Var x) {
    if (tape.isRecording()) {
      return transition(tape, context, attention(tape, context, x));
    }
    try (var _ = tape.workspace().open()) {
      attention(tape, context, x);
    }
    try (var _ = tape.workspace().open()) {
      transition(tape, context, x);
    }
    return x;
  }

  private Var attention(Tape tape, Context context, Var x) {
    TokenLayout tokens = context.tokens;
    Var modulated = attention.norm(tape, context, x); // [T, d]
    Var n =
        AdaptiveNorm.apply(
            tape, tokens, modulated, tape.parameter(nodeGain), tape.parameter(nodeBias)); // [T, d]
    Var qkv = MatMul.linear(tape, n, qkvWeight, qkvBias); // [T, 3 I]
    int inner = qkv.columns() / 3;
    Var q =
        AdaptiveNorm.apply(
            tape,
            tokens,
            Layout.sliceColumns(tape, qkv, 0, inner),
            tape.parameter(queryGain),
            tape.parameter(queryBias)); // [T, I]
    Var k =
        AdaptiveNorm.apply(
            tape,
            tokens,
            Layout.sliceColumns(tape, qkv, inner, 2 * inner),
            tape.parameter(keyGain),
            tape.constant(keyShift)); // [T, I]
    var bias =
        new PairBiasedAttention.Bias(context.classes, context.scales, tables(tape, context.rows));
    Var o = PairBiasedAttention.apply(tape, tokens, heads, q, k, qkv, 2 * inner, bias); // [T, I]
    Var gate = Elementwise.sigmoid(tape, MatMul.linear(tape, n, gateWeight, gateBias)); // [T, I]
    Var out = MatMul.linear(tape, Elementwise.multiply(tape, gate, o), outWeight, outBias);
    return ScaledResidual.apply(tape, tokens, x, out, attention.scale(tape, context));
  }

  /// (G, g', h') (W diag(gain))^T for each group of equal times, `[K + 3, heads]`.
  private Var[] tables(Tape tape, PairTables.Rows rows) {
    Var weight = Broadcast.multiplyRow(tape, tape.parameter(biasWeight), tape.parameter(pairGain));
    Var[] tables = new Var[rows.rows().length];
    for (int g = 0; g < tables.length; g++) {
      tables[g] = MatMul.matmulTransposed(tape, rows.rows()[g], weight);
    }
    return tables;
  }

  private Var transition(Tape tape, Context context, Var x) {
    Var modulated = transition.norm(tape, context, x); // [T, d]
    Var hidden = SwiGlu.swiGlu(tape, MatMul.linear(tape, modulated, hiddenWeight)); // [T, 4 d]
    Var out = MatMul.linear(tape, hidden, transitionWeight); // [T, d]
    return ScaledResidual.apply(tape, context.tokens, x, out, transition.scale(tape, context));
  }

  private static Var norm(Tape tape, Var x, Parameter gain, Parameter bias) {
    return LayerNorm.layerNorm(tape, x, tape.parameter(gain), tape.parameter(bias), EPSILON);
  }

  /// What the conditioning does to one half of a block.
  private static final class Modulation {
    private final Parameter conditionGain;
    private final Parameter conditionBias;
    private final Parameter gammaWeight;
    private final Parameter gammaBias;
    private final Parameter betaWeight;
    private final Parameter scaleWeight;
    private final Parameter scaleBias;

    Modulation(ParameterSet parameters, String p) {
      conditionGain = parameters.get(p + "adaln.norm_cond.weight");
      conditionBias = parameters.get(p + "adaln.norm_cond.bias");
      gammaWeight = parameters.get(p + "adaln.to_gamma.0.weight");
      gammaBias = parameters.get(p + "adaln.to_gamma.0.bias");
      betaWeight = parameters.get(p + "adaln.to_beta.weight");
      scaleWeight = parameters.get(p + "scale_output.to_adaln_zero_gamma.0.weight");
      scaleBias = parameters.get(p + "scale_output.to_adaln_zero_gamma.0.bias");
    }

    Var norm(Tape tape, Context context, Var x) {
      Var u = PairBiasedBlock.norm(tape, context.condition, conditionGain, conditionBias);
      Var gamma = Elementwise.sigmoid(tape, MatMul.linear(tape, u, gammaWeight, gammaBias));
      Var beta = MatMul.linear(tape, u, betaWeight);
      return AdaptiveNorm.apply(tape, context.tokens, x, gamma, beta);
    }

    Var scale(Tape tape, Context context) {
      return Elementwise.sigmoid(
          tape, MatMul.linear(tape, context.condition, scaleWeight, scaleBias));
    }
  }
}
