package quotient.models.net;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Segment;
import quotient.autodiff.op.Softmax;
import quotient.autodiff.op.SwiGlu;
import quotient.models.graph.ChainInput;
import quotient.tensor.FloatTensor;

/// Proteína for one chain, word for word as defined: pairs as one-hot rows, conditioning per token,
/// all logits of a head at once. Slow, and written from the specification apart from the network.
final class UnfusedProteina {
  private static final float EPSILON = 1e-5f;

  private final ProteinaConfig config;
  private final ParameterSet parameters;
  private final Tape tape;
  private final Map<String, FloatTensor> middle = new LinkedHashMap<>();

  UnfusedProteina(ProteinaConfig config, ParameterSet parameters, Tape tape) {
    this.config = config;
    this.parameters = parameters;
    this.tape = tape;
  }

  /// The values between the steps, by the names of the reference; register pairs are first.
  Map<String, FloatTensor> middle() {
    return middle;
  }

  private Var record(String name, Var x) {
    middle.put(name, x.value().copy());
    return x;
  }

  private Var parameter(String name) {
    return tape.parameter(parameters.get(name));
  }

  private Var linear(Var x, String name) {
    Parameter weight = parameters.get(name + ".weight");
    return parameters.contains(name + ".bias")
        ? MatMul.linear(tape, x, weight, parameters.get(name + ".bias"))
        : MatMul.linear(tape, x, weight);
  }

  private Var norm(Var x, String name) {
    return LayerNorm.layerNorm(
        tape, x, parameter(name + ".weight"), parameter(name + ".bias"), EPSILON);
  }

  private Var transition(Var x, String p) {
    return linear(SwiGlu.swiGlu(tape, linear(x, p + "swish_linear.0")), p + "linear_out");
  }

  private Var adaptiveNorm(Var x, Var u, String p) {
    Var c = norm(u, p + "norm_cond");
    Var gamma = Elementwise.sigmoid(tape, linear(c, p + "to_gamma.0"));
    Var scaled = Elementwise.multiply(tape, LayerNorm.normalize(tape, x, EPSILON), gamma);
    return Elementwise.add(tape, scaled, linear(c, p + "to_beta"));
  }

  private Var scaled(Var x, Var u, String p) {
    Var gamma = Elementwise.sigmoid(tape, linear(u, p + "to_adaln_zero_gamma.0"));
    return Elementwise.multiply(tape, x, gamma);
  }

  private Var repeat(Var row, int count) {
    return Segment.gatherRows(tape, row, new int[count], count);
  }

  private static int[] range(int from, int count) {
    int[] range = new int[count];
    Arrays.setAll(range, i -> from + i);
    return range;
  }

  /// @param x `[n, 3]`, nm
  /// @param own the estimate of the clean chain `[n, 3]`; empty if there is none
  Var forward(Var x, float t, ChainInput input, int chain, float[] own) {
    int n = x.rows();
    int registers = config.registers();
    int total = registers + n;
    Var time = tape.constant(time(t));
    Var u = condition(time, input, chain, n); // [n, c]
    Var s =
        Elementwise.add(
            tape,
            record("coord_embed", linear(x, "linear_3d_embed")),
            record(
                "seq_features",
                linear(sequence(input, chain, own), "init_repr_factory.linear_out")));
    Var z = pairs(x.value(), time, input, chain, own); // [n n, p]
    int[] place = new int[n * n];
    for (int i = 0; i < place.length; i++) {
      place[i] = (registers + i / n) * total + registers + i % n;
    }
    Var wide = Segment.scatterAddRows(tape, z, place, total * total);
    Var tokens = Segment.scatterAddRows(tape, s, range(registers, n), total);
    if (registers > 0) {
      Var r = Segment.scatterAddRows(tape, parameter("registers"), range(0, registers), total);
      tokens = Elementwise.add(tape, tokens, r);
    }
    Var all = Segment.scatterAddRows(tape, u, range(registers, n), total);
    for (int l = 0; l < config.layers(); l++) {
      tokens = layer(tokens, all, wide, l);
    }
    Var last = Layout.sliceRows(tape, tokens, registers, total);
    return linear(norm(last, "coors_3d_decoder.0"), "coors_3d_decoder.1");
  }

  private FloatTensor time(float t) {
    FloatTensor out = FloatTensor.zeros(1, config.timeWidth());
    Embeddings.time(t, config.timeWidth(), out.data(), 0);
    return out;
  }

  private Var condition(Var time, ChainInput input, int chain, int n) {
    Var[] f = new Var[3];
    for (int level = 0; level < 3; level++) {
      int row = input.fold(chain, level);
      int[] index = {row == ChainInput.UNKNOWN ? config.folds().count(level) : row};
      Parameter table = parameters.get(ProteinaParameters.foldTable("CAT".charAt(level)));
      f[level] = Segment.embedding(tape, table, index, 1);
    }
    Var fold = repeat(Layout.concatColumns(tape, f[0], f[1], f[2]), n);
    Var joined = Layout.concatColumns(tape, repeat(time, n), fold);
    Var u = record("cond_features", linear(joined, "cond_factory.linear_out"));
    u = record("cond_t1", transition(u, "transition_c_1."));
    return record("cond", transition(u, "transition_c_2."));
  }

  private Var sequence(ChainInput input, int chain, float[] own) {
    int from = input.start(chain);
    int n = input.start(chain + 1) - from;
    int width = config.indexWidth();
    FloatTensor out = FloatTensor.zeros(n, width + 4);
    for (int i = 0; i < n; i++) {
      int at = i * (width + 4);
      Embeddings.index(input.number(from + i) - input.number(from) + 1, width, out.data(), at);
      out.data()[at + width] = input.isBroken(from + i) ? 1 : 0;
      if (own.length > 0) {
        System.arraycopy(own, 3 * i, out.data(), at + width + 1, 3);
      }
    }
    return tape.constant(out);
  }

  private Var pairs(FloatTensor x, Var time, ChainInput input, int chain, float[] own) {
    int n = x.rows();
    int from = input.start(chain);
    int classes = config.pairClasses();
    FloatTensor features = FloatTensor.zeros(n * n, classes);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        int at = (i * n + j) * classes;
        int half = (config.separations() - 1) / 2;
        int separation = input.number(from + i) - input.number(from + j) + half;
        features.set(at + Math.clamp(separation, 0, config.separations() - 1), 1);
        at += config.separations();
        if (own.length > 0) {
          features.set(at + bin(own, 0, i, j, config.ownDistances()), 1);
        }
        at += config.ownDistances();
        features.set(at + bin(x.data(), x.offset(), i, j, config.distances()), 1);
      }
    }
    String p = ProteinaParameters.PAIR;
    Var linear = linear(tape.constant(features), p + "init_repr_factory.linear_out");
    Var z = norm(record("pair_linear", linear), p + "init_repr_factory.ln_out");
    record("pair_features", z);
    Var c = norm(linear(time, p + "cond_factory.linear_out"), p + "cond_factory.ln_out");
    return record("pair", adaptiveNorm(z, repeat(c, n * n), p + "adaln."));
  }

  private static int bin(float[] x, int xo, int i, int j, int classes) {
    double squared = 0;
    for (int c = 0; c < 3; c++) {
      double d = (double) x[xo + 3 * i + c] - x[xo + 3 * j + c];
      squared += d * d;
    }
    int below = 0;
    for (int k = 0; k < classes - 1; k++) {
      below += 0.1 + k * 2.9 / (classes - 2) < Math.sqrt(squared) ? 1 : 0;
    }
    return below;
  }

  private Var layer(Var x, Var u, Var z, int l) {
    String p = ProteinaParameters.LAYERS + l + ".";
    String name = "layer" + l + ".";
    Var a = record(name + "attn_adaln", adaptiveNorm(x, u, p + "mhba.adaln."));
    a = record(name + "attn_raw", attention(a, z, p + "mhba.mha.", name));
    a = record(name + "attn", scaled(a, u, p + "mhba.scale_output."));
    Var y = Elementwise.add(tape, x, a);
    Var r = record(name + "trans_adaln", adaptiveNorm(y, u, p + "transition.adaln."));
    r = record(name + "trans_raw", transition(r, p + "transition.transition."));
    r = record(name + "trans", scaled(r, u, p + "transition.scale_output."));
    return record(name + "out", Elementwise.add(tape, y, r));
  }

  private Var attention(Var a, Var z, String p, String name) {
    int inner = config.innerWidth();
    int width = config.headWidth();
    int total = a.rows();
    Var n = norm(a, p + "node_norm");
    Var qkv = linear(n, p + "to_qkv");
    Var q = norm(Layout.sliceColumns(tape, qkv, 0, inner), p + "q_layer_norm");
    Var k = norm(Layout.sliceColumns(tape, qkv, inner, 2 * inner), p + "k_layer_norm");
    record(name + "q", q);
    record(name + "k", k);
    Var bias = record(name + "pair_bias", linear(norm(z, p + "pair_norm"), p + "to_bias"));
    Var o = Var.none();
    for (int h = 0; h < config.heads(); h++) {
      int from = h * width;
      Var logits =
          MatMul.matmulTransposed(
              tape,
              Layout.sliceColumns(tape, q, from, from + width),
              Layout.sliceColumns(tape, k, from, from + width));
      Var own = Layout.reshape(tape, Layout.sliceColumns(tape, bias, h, h + 1), total, total);
      Var weights =
          Softmax.softmax(
              tape, Elementwise.addScaled(tape, own, (float) (1 / Math.sqrt(width)), logits));
      int at = 2 * inner + from;
      Var head = MatMul.matmul(tape, weights, Layout.sliceColumns(tape, qkv, at, at + width));
      o = h == 0 ? head : Layout.concatColumns(tape, o, head);
    }
    Var gate = Elementwise.sigmoid(tape, linear(n, p + "to_g"));
    return linear(Elementwise.multiply(tape, gate, o), p + "to_out_node");
  }
}
