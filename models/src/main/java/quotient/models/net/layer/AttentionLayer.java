package quotient.models.net.layer;

import java.util.Optional;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;

/// One layer of ET-Flow: scalars are mixed with time and node code, attend over the edges, and
/// update scalars and vectors.
///
///     y = LN(Linear(silu(Linear([x ; t ; a]))))
///     q = LN(Linear(y))     k = LN(Linear(y))     v = Linear(y)
///     X, U = messages(q, k, v, V)                                  {@link EdgeMessages}
///     x, V = update(x, V, W V, Linear(X), U)                       {@link VectorUpdate}
///
/// Queries, keys, values and X stand in the kernels' channel order, see {@link HeadLayout}.
/// Source: Hassan et al. 2024 (ET-Flow), as released.
public final class AttentionLayer {
  private static final float EPSILON = 1e-5f;

  private final Parameter normGain;
  private final Parameter normBias;
  private final Parameter mixFirstWeight;
  private final Parameter mixFirstBias;
  private final Parameter mixSecondWeight;
  private final Parameter mixSecondBias;
  private final Parameter vectorWeight;
  private final Parameter queryGain;
  private final Parameter queryBias;
  private final Parameter keyGain;
  private final Parameter keyBias;
  private final int[] interleaved;
  private final ReorderedLinear query;
  private final ReorderedLinear key;
  private final ReorderedLinear value;
  private final ReorderedLinear output;
  private final EdgeMessages messages;

  /// @param prefix of the parameter names, up to and including the layer's number and dot
  public AttentionLayer(
      ParameterSet parameters, String prefix, HeadLayout layout, RadialGrid grid, int kinds) {
    normGain = parameters.get(prefix + "layernorm.weight");
    normBias = parameters.get(prefix + "layernorm.bias");
    mixFirstWeight = parameters.get(prefix + "mixing_mlp.0.weight");
    mixFirstBias = parameters.get(prefix + "mixing_mlp.0.bias");
    mixSecondWeight = parameters.get(prefix + "mixing_mlp.2.weight");
    mixSecondBias = parameters.get(prefix + "mixing_mlp.2.bias");
    vectorWeight = parameters.get(prefix + "vec_proj.weight");
    queryGain = parameters.get(prefix + "q_proj.1.weight");
    queryBias = parameters.get(prefix + "q_proj.1.bias");
    keyGain = parameters.get(prefix + "k_proj.1.weight");
    keyBias = parameters.get(prefix + "k_proj.1.bias");
    interleaved = layout.interleaved();
    int[] all = ReorderedLinear.inOrder(layout.channels());
    query = linear(parameters, prefix + "q_proj.0", interleaved, all);
    key = linear(parameters, prefix + "k_proj.0", interleaved, all);
    value = linear(parameters, prefix + "v_proj", layout.values(), all);
    int[] triple = ReorderedLinear.inOrder(3 * layout.channels());
    output = linear(parameters, prefix + "o_proj", triple, interleaved);
    messages =
        new EdgeMessages(
            parameters,
            layout,
            grid,
            kinds,
            parameters.get(prefix + "dk_proj.weight"),
            parameters.get(prefix + "dk_proj.bias"),
            parameters.get(prefix + "dv_proj.weight"),
            parameters.get(prefix + "dv_proj.bias"));
  }

  private static ReorderedLinear linear(
      ParameterSet parameters, String name, int[] rows, int[] columns) {
    return new ReorderedLinear(
        parameters,
        parameters.get(name + ".weight"),
        Optional.of(parameters.get(name + ".bias")),
        rows,
        columns);
  }

  /// @param x `[N, H]`
  /// @param vectors V, `[3 N, H]`, or `Var.none()` where V is zero
  /// @param time t of each atom's molecule, `[N, 1]`
  /// @param code a, `[N, H]`
  public VectorUpdate.Updated apply(
      Tape tape, EdgeFeatures edges, Var x, Var vectors, Var time, Var code) {
    Var joined = Layout.concatColumns(tape, x, time, code); // [N, 2 H + 1]
    Var hidden = Elementwise.silu(tape, MatMul.linear(tape, joined, mixFirstWeight, mixFirstBias));
    Var mixed = MatMul.linear(tape, hidden, mixSecondWeight, mixSecondBias); // [N, H]
    Var y =
        LayerNorm.layerNorm(
            tape, mixed, tape.parameter(normGain), tape.parameter(normBias), EPSILON);
    Var q = normalized(tape, query.apply(tape, y), queryGain, queryBias); // [N, H]
    Var k = normalized(tape, key.apply(tape, y), keyGain, keyBias); // [N, H]
    Var v = value.apply(tape, y); // [N, c H]
    EdgeMessages.Sums sums = messages.apply(tape, edges, q, k, v, vectors);
    Var o = output.apply(tape, sums.scalars()); // [N, 3 H]
    boolean moving = vectors.value().size() > 0;
    Var projected = moving ? MatMul.linear(tape, vectors, vectorWeight) : vectors; // [3 N, 3 H]
    return VectorUpdate.apply(tape, x, vectors, projected, o, sums.vectors());
  }

  private Var normalized(Tape tape, Var x, Parameter gain, Parameter bias) {
    Var g = ReorderedLinear.reordered(tape, gain, interleaved);
    Var b = ReorderedLinear.reordered(tape, bias, interleaved);
    return LayerNorm.layerNorm(tape, x, g, b, EPSILON);
  }
}
