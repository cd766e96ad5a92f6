package quotient.models.net.layer;

import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;

/// One layer of `etflow-plus`: scalars are mixed with the code of atom and time, attend over the
/// edges, and update scalars and vectors.
///
///     y = LN(Linear(silu(Linear([LN(x) ; c]))))
///     q = LN(Linear(y))     k = LN(Linear(y))     v = Linear(y)
///     X, U = messages(q, k, v, V)                                  {@link GatedMessages}
///     x, V = update(x, V, W V, Linear(X), U)                       {@link VectorUpdate}
public final class GatedLayer {
  private static final float EPSILON = 1e-5f;

  private final ParameterSet parameters;
  private final String prefix;
  private final GatedMessages messages;

  /// @param prefix of the parameter names, up to and including the layer's number and dot
  public GatedLayer(ParameterSet parameters, String prefix, int heads, RadialGrid grid, int kinds) {
    this.parameters = parameters;
    this.prefix = prefix;
    this.messages =
        new GatedMessages(
            parameters,
            heads,
            grid,
            kinds,
            parameters.get(prefix + "edge_key.weight"),
            parameters.get(prefix + "edge_key.bias"),
            parameters.get(prefix + "edge_value.weight"),
            parameters.get(prefix + "edge_value.bias"));
  }

  /// @param x `[N, H]`
  /// @param vectors V, `[3 N, H]`
  /// @param code c, `[N, H]`
  public VectorUpdate.Updated apply(Tape tape, EdgeFeatures edges, Var x, Var vectors, Var code) {
    Var joined = Layout.concatColumns(tape, norm(tape, x, "norm_in"), code); // [N, 2 H]
    Var hidden = Elementwise.silu(tape, linear(tape, joined, "mix_in")); // [N, H]
    Var y = norm(tape, linear(tape, hidden, "mix_out"), "norm_mix"); // [N, H]
    Var q = norm(tape, linear(tape, y, "query"), "norm_query"); // [N, H]
    Var k = norm(tape, linear(tape, y, "key"), "norm_key"); // [N, H]
    Var v = linear(tape, y, "value"); // [N, 3 H]
    GatedMessages.Sums sums = messages.apply(tape, edges, q, k, v, vectors);
    Var o = linear(tape, sums.scalars(), "output"); // [N, 3 H]
    Var projected = MatMul.linear(tape, vectors, get("vectors.weight")); // [3 N, 3 H]
    return VectorUpdate.apply(tape, x, vectors, projected, o, sums.vectors());
  }

  private Parameter get(String name) {
    return parameters.get(prefix + name);
  }

  private Var linear(Tape tape, Var x, String name) {
    return MatMul.linear(tape, x, get(name + ".weight"), get(name + ".bias"));
  }

  private Var norm(Tape tape, Var x, String name) {
    return LayerNorm.layerNorm(
        tape,
        x,
        tape.parameter(get(name + ".weight")),
        tape.parameter(get(name + ".bias")),
        EPSILON);
  }
}
