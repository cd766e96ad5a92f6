package quotient.models.net;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Broadcast;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.FixedLinear;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Reduce;
import quotient.autodiff.op.Segment;
import quotient.models.graph.EdgeList;
import quotient.models.graph.MolecularGraph;
import quotient.models.graph.MoleculeInput;
import quotient.models.net.layer.RemoveMean;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// The readable definition of ET-Flow: elementary operators on whole edge tensors, in the released
/// order of edges and channels. What the fused network is tested against.
///
/// Slow and large on purpose. Every intermediate value that `parity/etflow` records is kept under
/// its name there. Vectors are [3 N, H]: row 3 i + axis.
final class UnfusedEtFlow {
  private static final float EPSILON = 1e-5f;

  private final EtFlowConfig config;
  private final ParameterSet parameters;
  private final Tape tape;
  private final MoleculeInput input;
  private final Map<String, float[]> middle = new LinkedHashMap<>();

  private final int atoms;
  private int edges;
  private int[] source = new int[0];
  private int[] target = new int[0];
  private Var cutoff = Var.none();
  private Var direction = Var.none();
  private Var features = Var.none();

  UnfusedEtFlow(EtFlowConfig config, ParameterSet parameters, Tape tape, MoleculeInput input) {
    this.config = config;
    this.parameters = parameters;
    this.tape = tape;
    this.input = input;
    this.atoms = input.atoms();
  }

  /// Values recorded on the way, by their names in `parity/etflow` without `mid.`.
  Map<String, float[]> middle() {
    return middle;
  }

  Var forward(Var positions, float[] time) {
    RemoveMean removeMean = new RemoveMean(input);
    Var x = FixedLinear.apply(tape, removeMean, positions);
    measureEdges(x);
    Var code = nodeCode();
    Var scalars = embed();
    Var times = tape.constant(timePerAtom(time));
    Var vectors = tape.constant(FloatTensor.zeros(3 * atoms, config.channels()));
    for (int l = 0; l < config.layers(); l++) {
      Var[] next = layer(l, scalars, vectors, times, code);
      scalars = next[0];
      vectors = next[1];
    }
    scalars = keep("out_norm", norm(scalars, represent("out_norm")));
    Var[] half = head(0, scalars, vectors);
    Var active = keep("head0.x", Elementwise.silu(tape, half[0]));
    Var[] whole = head(1, active, half[1]);
    keep("head1.x", whole[0]);
    return FixedLinear.apply(tape, removeMean, Layout.reshape(tape, whole[1], atoms, 3));
  }

  private void measureEdges(Var x) {
    MolecularGraph graph = new MolecularGraph(config.graphRule());
    graph.begin(input);
    graph.connect(input.molecules(), input.starts(), x.value().data(), x.value().offset());
    int[] order = graph.referenceOrder();
    edges = order.length;
    source = new int[edges];
    target = new int[edges];
    float[] type = new float[edges];
    for (int e = 0; e < edges; e++) {
      EdgeList list = order[e] >= 0 ? graph.near() : graph.far();
      int at = order[e] >= 0 ? order[e] : -1 - order[e];
      source[e] = list.source()[at];
      target[e] = list.target()[at];
      type[e] = list.bond()[at] > 0 ? 1 : 0;
    }
    float[] index = new float[2 * edges];
    for (int e = 0; e < edges; e++) {
      index[e] = source[e];
      index[edges + e] = target[e];
    }
    middle.put("edge_index", index);

    Var from = Segment.gatherRows(tape, x, source, edges);
    Var to = Segment.gatherRows(tape, x, target, edges);
    Var r = Elementwise.subtract(tape, from, to);
    Var s = keep("edge_sqdist", Reduce.rowSum(tape, Elementwise.square(tape, r)));
    Var clamped = Elementwise.clamp(tape, s, 0.01f, Float.MAX_VALUE);
    Var inverse = Elementwise.reciprocal(tape, clamped);
    direction = keep("edge_dir", Broadcast.multiplyColumn(tape, r, inverse));
    float range = (float) config.cutoff();
    Var cosine = Elementwise.cos(tape, Elementwise.scale(tape, s, (float) Math.PI / range));
    Var raised = Elementwise.scale(tape, Elementwise.addConstant(tape, cosine, 1), 0.5f);
    FloatTensor inside = FloatTensor.zeros(edges, 1);
    for (int e = 0; e < edges; e++) {
      inside.set(e, s.value().get(e) < range ? 1 : 0);
    }
    cutoff = keep("edge_cutoff", Elementwise.multiply(tape, raised, tape.constant(inside)));
    Var decay = Elementwise.exp(tape, Elementwise.scale(tape, s, -5 / range));
    Var ones = tape.constant(filled(1, config.radial()));
    Var means = tape.parameter(get("distance_expansion.means"));
    Var betas = tape.parameter(get("distance_expansion.betas"));
    Var spread = MatMul.matmul(tape, decay, ones);
    Var shifted = Broadcast.addRow(tape, spread, Elementwise.scale(tape, means, -1));
    Var scaled = Broadcast.multiplyRow(tape, Elementwise.square(tape, shifted), betas);
    Var shape = Elementwise.exp(tape, Elementwise.scale(tape, scaled, -1));
    Var radial = keep("edge_rbf", Broadcast.multiplyColumn(tape, shape, cutoff));
    Var types = tape.constant(FloatTensor.of(type, edges, 1));
    features = keep("edge_attr", Layout.concatColumns(tape, radial, types));
  }

  private Var nodeCode() {
    float[] numbers = Arrays.copyOf(input.features(), atoms * MoleculeInput.FEATURES);
    Var raw = tape.constant(FloatTensor.of(numbers, atoms, MoleculeInput.FEATURES));
    Var hidden = Elementwise.silu(tape, linear(raw, represent("node_mlp.0")));
    Var normal = norm(hidden, represent("node_mlp.2"));
    return keep("node_mlp", linear(normal, represent("node_mlp.3")));
  }

  private Var embed() {
    int[] z = input.atomicNumbers();
    Var own = keep("embedding", Segment.embedding(tape, get("embedding.weight"), z, atoms));
    Var weight = linear(features, represent("neighbor_embedding.distance_proj"));
    Var damped = Broadcast.multiplyColumn(tape, weight, cutoff);
    int[] elements = new int[edges];
    for (int e = 0; e < edges; e++) {
      elements[e] = z[source[e]];
    }
    Parameter table = get("neighbor_embedding.embedding.weight");
    Var neighbours = Segment.embedding(tape, table, elements, edges);
    Var messages = Elementwise.multiply(tape, neighbours, damped);
    Var sums = Segment.scatterAddRows(tape, messages, target, atoms);
    Var joined = Layout.concatColumns(tape, own, sums);
    return keep("neighbor_embedding", linear(joined, represent("neighbor_embedding.combine")));
  }

  private Var[] layer(int l, Var x, Var vectors, Var times, Var code) {
    String p = represent("attention_layers." + l + ".");
    String name = "layer" + l + ".";
    int h = config.channels();
    Var joined = Layout.concatColumns(tape, x, times, code);
    Var hidden = Elementwise.silu(tape, linear(joined, p + "mixing_mlp.0"));
    Var mixed = keep(name + "mixing_mlp", linear(hidden, p + "mixing_mlp.2"));
    Var y = keep(name + "layernorm", norm(mixed, p + "layernorm"));
    Var q = keep(name + "q_proj", norm(linear(y, p + "q_proj.0"), p + "q_proj.1"));
    Var k = keep(name + "k_proj", norm(linear(y, p + "k_proj.0"), p + "k_proj.1"));
    Var v = keep(name + "v_proj", linear(y, p + "v_proj"));
    Var projected =
        keep(
            name + "vec_proj", MatMul.linear(tape, vectors, parameters.get(p + "vec_proj.weight")));
    Var v1 = Layout.sliceColumns(tape, projected, 0, h);
    Var v2 = Layout.sliceColumns(tape, projected, h, 2 * h);
    Var v3 = Layout.sliceColumns(tape, projected, 2 * h, 3 * h);
    Var products = Elementwise.multiply(tape, v1, v2);
    Var dot = Segment.scatterAddRows(tape, products, atomOfRow(), atoms);

    Var dk = keep(name + "dk_proj", linear(features, p + "dk_proj"));
    Var dv = keep(name + "dv_proj", linear(features, p + "dv_proj"));
    Var qk =
        Elementwise.multiply(
            tape,
            Segment.gatherRows(tape, q, target, edges),
            Segment.gatherRows(tape, k, source, edges));
    Var terms = Elementwise.multiply(tape, qk, Elementwise.silu(tape, dk));
    Var logits = MatMul.matmul(tape, terms, tape.constant(channelToHead()));
    keep(name + "attn_logit", logits);
    Var attention = keep(name + "attn_act", Elementwise.silu(tape, logits));
    Var damped = Broadcast.multiplyColumn(tape, attention, cutoff);
    Var w = MatMul.matmulTransposed(tape, damped, tape.constant(channelToHead()));

    Var gathered = Segment.gatherRows(tape, v, source, edges);
    Var u = Elementwise.multiply(tape, gathered, Elementwise.silu(tape, dv));
    Var messages = Elementwise.multiply(tape, part(u, 0), w);
    Var scalarSum = keep(name + "x_agg", Segment.scatterAddRows(tape, messages, target, atoms));
    Var vectorSum = keep(name + "vec_agg", vectorSum(u, vectors));

    Var o = keep(name + "o_proj", linear(scalarSum, p + "o_proj"));
    Var o1 = Layout.sliceColumns(tape, o, 0, h);
    Var o2 = Layout.sliceColumns(tape, o, h, 2 * h);
    Var o3 = Layout.sliceColumns(tape, o, 2 * h, 3 * h);
    Var spread = Segment.gatherRows(tape, o1, atomOfRow(), 3 * atoms);
    Var gated = Elementwise.multiply(tape, v3, spread);
    Var dVectors = keep(name + "dvec", Elementwise.add(tape, gated, vectorSum));
    Var dx = keep(name + "dx", Elementwise.add(tape, Elementwise.multiply(tape, dot, o2), o3));
    return new Var[] {
      keep(name + "x", Elementwise.add(tape, x, dx)),
      keep(name + "vec", Elementwise.add(tape, vectors, dVectors))
    };
  }

  /// U_i = sum of V_j u1 + n u2 + n × V_j u3, axis by axis.
  private Var vectorSum(Var u, Var vectors) {
    Var[] v = new Var[3];
    Var[] n = new Var[3];
    for (int axis = 0; axis < 3; axis++) {
      v[axis] = Segment.gatherRows(tape, vectors, rowsOf(source, axis), edges);
      n[axis] = Layout.sliceColumns(tape, direction, axis, axis + 1);
    }
    Var u1 = part(u, 1);
    Var u2 = part(u, 2);
    Var total = Var.none();
    for (int axis = 0; axis < 3; axis++) {
      Var along = Elementwise.multiply(tape, v[axis], u1);
      Var message = Elementwise.add(tape, along, Broadcast.multiplyColumn(tape, u2, n[axis]));
      if (config.crossProduct()) {
        int b = (axis + 1) % 3;
        int c = (axis + 2) % 3;
        Var left = Broadcast.multiplyColumn(tape, v[c], n[b]);
        Var right = Broadcast.multiplyColumn(tape, v[b], n[c]);
        Var cross = Elementwise.subtract(tape, left, right);
        message = Elementwise.add(tape, message, Elementwise.multiply(tape, cross, part(u, 3)));
      }
      Var sum = Segment.scatterAddRows(tape, message, rowsOf(target, axis), 3 * atoms);
      total = axis == 0 ? sum : Elementwise.add(tape, total, sum);
    }
    return total;
  }

  /// Part b of [heads, parts, d] as [E, H] with channels h d + e.
  private Var part(Var u, int b) {
    int h = config.channels();
    int parts = config.layout().parts();
    int d = h / config.heads();
    FloatTensor pick = FloatTensor.zeros(parts * h, h);
    for (int c = 0; c < h; c++) {
      pick.set((c / d * parts * d + b * d + c % d) * h + c, 1);
    }
    return MatMul.matmul(tape, u, tape.constant(pick));
  }

  /// [H, A]: 1 where the channel belongs to the head.
  private FloatTensor channelToHead() {
    FloatTensor s = FloatTensor.zeros(config.channels(), config.heads());
    int d = config.channels() / config.heads();
    for (int c = 0; c < config.channels(); c++) {
      s.set(c * config.heads() + c / d, 1);
    }
    return s;
  }

  private Var[] head(int block, Var x, Var vectors) {
    String p = EtFlowParameters.HEAD + block + ".";
    Var length = lengths(MatMul.linear(tape, vectors, parameters.get(p + "vec1_proj.weight")));
    Var second = MatMul.linear(tape, vectors, parameters.get(p + "vec2_proj.weight"));
    Var hidden = linear(Layout.concatColumns(tape, x, length), p + "update_net.0");
    if (config.headNorm()) {
      hidden = norm(hidden, p + "update_net.1");
    }
    Var both = linear(Elementwise.silu(tape, hidden), p + EtFlowParameters.secondLinear(config));
    int split = both.columns() - second.columns();
    Var gate = Layout.sliceColumns(tape, both, split, both.columns());
    Var spread = Segment.gatherRows(tape, gate, atomOfRow(), 3 * atoms);
    Var out = keep("head" + block + ".v", Elementwise.multiply(tape, spread, second));
    return new Var[] {Layout.sliceColumns(tape, both, 0, split), out};
  }

  /// Lengths over xyz, or zeros for an atom with an exact zero anywhere.
  private Var lengths(Var p) {
    FloatTensor regular = FloatTensor.zeros(atoms, 1);
    for (int i = 0; i < atoms; i++) {
      boolean zero = false;
      for (int c = 0; c < 3 * p.columns(); c++) {
        zero |= p.value().get(3 * i * p.columns() + c) == 0;
      }
      regular.set(i, zero ? 0 : 1);
    }
    Var squares = Segment.scatterAddRows(tape, Elementwise.square(tape, p), atomOfRow(), atoms);
    return Elementwise.sqrt(tape, Broadcast.multiplyColumn(tape, squares, tape.constant(regular)));
  }

  // ---- small things ----

  private Var keep(String name, Var value) {
    middle.put(name, value.value().toArray());
    return value;
  }

  private static String represent(String name) {
    return EtFlowParameters.REPRESENTATION + name;
  }

  private Parameter get(String name) {
    return parameters.get(represent(name));
  }

  private Var linear(Var x, String name) {
    return MatMul.linear(tape, x, parameters.get(name + ".weight"), parameters.get(name + ".bias"));
  }

  private Var norm(Var x, String name) {
    Var gain = tape.parameter(parameters.get(name + ".weight"));
    Var bias = tape.parameter(parameters.get(name + ".bias"));
    return LayerNorm.layerNorm(tape, x, gain, bias, EPSILON);
  }

  private FloatTensor timePerAtom(float[] time) {
    FloatTensor t = FloatTensor.zeros(atoms, 1);
    for (int m = 0; m < input.molecules(); m++) {
      for (int i = input.start(m); i < input.start(m + 1); i++) {
        t.set(i, time[m]);
      }
    }
    return t;
  }

  private int[] atomOfRow() {
    int[] rows = new int[3 * atoms];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = r / 3;
    }
    return rows;
  }

  private static int[] rowsOf(int[] atomIndex, int axis) {
    int[] rows = new int[atomIndex.length];
    for (int e = 0; e < rows.length; e++) {
      rows[e] = 3 * atomIndex[e] + axis;
    }
    return rows;
  }

  private static FloatTensor filled(int rows, int columns) {
    FloatTensor ones = FloatTensor.zeros(Shape.of(rows, columns));
    for (int i = 0; i < ones.size(); i++) {
      ones.set(i, 1);
    }
    return ones;
  }
}
