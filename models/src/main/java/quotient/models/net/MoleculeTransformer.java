package quotient.models.net;

import quotient.autodiff.Initializer;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Attention;
import quotient.autodiff.op.Broadcast;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.FixedLinear;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Reduce;
import quotient.autodiff.op.Segment;
import quotient.autodiff.op.SwiGlu;
import quotient.models.graph.MoleculeInput;
import quotient.models.graph.MoleculePairs;
import quotient.models.net.layer.StereoFeatures;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.ShapeException;
import quotient.tensor.random.RandomKey;

/// `transformer`: attention among the atoms of a molecule over raw coordinates, **not** equivariant.
///
/// It is told what `etflow-plus` is told (atoms, links, stereo marks, time), but reads positions and
/// displacements as plain numbers; only shifts and relabellings are symmetries. Training turns its
/// data at random, as it does for every network. A peer to measure equivariance against.
///
///     p_ij = silu(W [e_k(d_ij) ; r_ij] + Emb[kind_ij])     r = (x_i - x_j) / 2 Å, d^2 = |r|^2 + 0.005^2   [P, C]
///     s_i  = Emb[z_i] + W [code_i ; x_i / 2 Å ; T_i ; stereo scalars] + W 0.1 sum_j p_ij                    [N, H]
///     per layer:
///     s += W attention(W [LN(s) ; c], bias W p)      s += W swiglu(W [LN(s) ; c])      c = W silu(W code)
///     velocity = mean removed from W LN(s) + (w . LN(s)) x
///
/// The radial functions e_k are Gaussians at fixed places up to 5 Å.
public final class MoleculeTransformer implements Denoiser<MoleculeCondition> {
  private static final float EPSILON = 1e-5f;

  /// Positions enter in units of this many Å.
  private static final float LENGTH = 2;

  /// The last radial function's place, Å.
  private static final float REACH = 5;

  private static final float SOFTENING = 0.005f;

  /// Brings the sum over pairs to the size of one.
  private static final float PAIR_SUM = 0.1f;

  private static final int RAW = 6 + StereoFeatures.SCALARS;

  private final int width;
  private final int layers;
  private final int heads;
  private final ParameterSet parameters;
  private final FloatTensor spread;
  private final FloatTensor places;

  /// A network with first values drawn from the key.
  ///
  /// @param width H, channels per atom
  /// @param layers L
  /// @param heads A, a divisor of H
  /// @param radial K, radial functions, and channels C of pairs
  public MoleculeTransformer(int width, int layers, int heads, int radial, RandomKey key) {
    this.width = width;
    this.layers = layers;
    this.heads = heads;
    this.parameters = declare(width, layers, heads, radial).build(key);
    this.spread = FloatTensor.zeros(1, radial);
    this.places = FloatTensor.zeros(radial);
    float spacing = REACH / LENGTH / Math.max(1, radial - 1);
    for (int k = 0; k < radial; k++) {
      spread.data()[k] = 1 / spacing;
      places.data()[k] = -k;
    }
  }

  private static ParameterSet.Builder declare(int h, int layers, int heads, int c) {
    ParameterSet.Builder builder = new ParameterSet.Builder();
    table(builder, "element.weight", MoleculeInput.MAX_ATOMIC_NUMBER + 1, h);
    table(builder, "pair.kind.weight", MoleculePairs.KINDS, c);
    linear(builder, "pair.in", c, c + 3);
    linear(builder, "pair.sum", h, c);
    linear(builder, "embedding", h, AtomCode.WIDTH + RAW);
    linear(builder, "code_in", h, AtomCode.WIDTH);
    linear(builder, "code_out", h, h);
    for (int l = 0; l < layers; l++) {
      String p = "layers." + l + ".";
      norm(builder, p + "norm", h);
      linear(builder, p + "qkv", 3 * h, 2 * h);
      builder.declare(p + "bias.weight", Shape.of(heads, c), Initializer.xavier());
      linear(builder, p + "out", h, h);
      norm(builder, p + "norm_mlp", h);
      linear(builder, p + "mlp_in", 4 * h, 2 * h);
      linear(builder, p + "mlp_out", h, 2 * h);
    }
    norm(builder, "head.norm", h);
    linear(builder, "head.velocity", 4, h);
    return builder;
  }

  private static void table(ParameterSet.Builder builder, String name, int rows, int columns) {
    builder.declare(name, Shape.of(rows, columns), Initializer.normal(1));
  }

  private static void linear(ParameterSet.Builder builder, String name, int out, int in) {
    builder.declare(name + ".weight", Shape.of(out, in), Initializer.xavier());
    builder.declare(name + ".bias", Shape.of(out), Initializer.constant(0));
  }

  private static void norm(ParameterSet.Builder builder, String name, int length) {
    builder.declare(name + ".weight", Shape.of(length), Initializer.constant(1));
    builder.declare(name + ".bias", Shape.of(length), Initializer.constant(0));
  }

  @Override
  public ParameterSet parameters() {
    return parameters;
  }

  @Override
  public Var forward(Tape tape, Var positions, float[] time, MoleculeCondition condition) {
    MoleculeInput input = condition.input();
    int atoms = input.atoms();
    if (positions.rows() != atoms || positions.columns() != 3 || time.length < input.molecules()) {
      throw new ShapeException(
          "network: "
              + atoms
              + " atoms of "
              + input.molecules()
              + " molecules need positions ["
              + atoms
              + ", 3] and as many times, found "
              + positions.shape()
              + " and "
              + time.length);
    }
    FixedLinear.Map removeMean = condition.removeMean();
    MoleculePairs pairs = condition.pairs();
    Var centred = FixedLinear.apply(tape, removeMean, positions); // [N, 3]
    Var x = Elementwise.scale(tape, centred, 1 / LENGTH); // [N, 3]
    FloatTensor numbers = tape.workspace().allocate(atoms, AtomCode.WIDTH);
    AtomCode.write(input, time, numbers);
    Var known = tape.constant(numbers); // [N, code]
    Var p = pairs(tape, x, pairs); // [P, C]
    Var s = embed(tape, input, known, centred, x, p, pairs); // [N, H]
    Var c = // [N, H]
        linear(tape, Elementwise.silu(tape, linear(tape, known, "code_in")), "code_out");
    for (int l = 0; l < layers; l++) {
      s = layer(tape, "layers." + l + ".", s, c, p, pairs.moleculeStart());
    }
    Var last = linear(tape, norm(tape, s, "head.norm"), "head.velocity"); // [N, 4]
    Var along = Broadcast.multiplyColumn(tape, x, Layout.sliceColumns(tape, last, 3, 4));
    Var velocity = Elementwise.add(tape, Layout.sliceColumns(tape, last, 0, 3), along); // [N, 3]
    return FixedLinear.apply(tape, removeMean, velocity);
  }

  private Var pairs(Tape tape, Var x, MoleculePairs pairs) {
    int count = pairs.count();
    Var r = // [P, 3]
        Elementwise.subtract(
            tape,
            Segment.gatherRows(tape, x, pairs.first(), count),
            Segment.gatherRows(tape, x, pairs.second(), count));
    Var squared = Elementwise.addConstant(tape, Reduce.rowDot(tape, r, r), SOFTENING * SOFTENING);
    Var d = Layout.reshape(tape, Elementwise.sqrt(tape, squared), count, 1); // [P, 1]
    Var steps = // [P, K]
        Broadcast.addRow(
            tape, MatMul.matmul(tape, d, tape.constant(spread)), tape.constant(places));
    Var radial =
        Elementwise.exp(tape, Elementwise.scale(tape, Elementwise.square(tape, steps), -0.5f));
    Var geometry = linear(tape, Layout.concatColumns(tape, radial, r), "pair.in"); // [P, C]
    Var kind = Segment.embedding(tape, parameters.get("pair.kind.weight"), pairs.kind(), count);
    return Elementwise.silu(tape, Elementwise.add(tape, geometry, kind)); // [P, C]
  }

  private Var embed(
      Tape tape, MoleculeInput input, Var known, Var centred, Var x, Var p, MoleculePairs pairs) {
    int atoms = input.atoms();
    StereoFeatures.Output stereo = StereoFeatures.apply(tape, centred, input); // [N, 3], [N, 3]
    Var raw = Layout.concatColumns(tape, x, stereo.vectors(), stereo.scalars()); // [N, 9]
    Var own = linear(tape, Layout.concatColumns(tape, known, raw), "embedding"); // [N, H]
    Var element =
        Segment.embedding(tape, parameters.get("element.weight"), input.atomicNumbers(), atoms);
    Var sum = Segment.segmentSum(tape, p, pairs.start(), atoms); // [N, C]
    Var others = linear(tape, Elementwise.scale(tape, sum, PAIR_SUM), "pair.sum"); // [N, H]
    return Elementwise.add(tape, Elementwise.add(tape, own, element), others);
  }

  private Var layer(Tape tape, String name, Var s, Var c, Var p, int[] start) {
    Var told = Layout.concatColumns(tape, norm(tape, s, name + "norm"), c); // [N, 2 H]
    Var qkv = linear(tape, told, name + "qkv"); // [N, 3 H]
    Var weight = tape.parameter(parameters.get(name + "bias.weight"));
    Var attended = // [N, H]
        Attention.attend(
            tape,
            Layout.sliceColumns(tape, qkv, 0, width),
            Layout.sliceColumns(tape, qkv, width, 2 * width),
            Layout.sliceColumns(tape, qkv, 2 * width, 3 * width),
            heads,
            start,
            MatMul.matmulTransposed(tape, weight, p), // [A, P]
            FloatTensor.zeros(0));
    Var met = Elementwise.add(tape, s, linear(tape, attended, name + "out")); // [N, H]
    Var again = Layout.concatColumns(tape, norm(tape, met, name + "norm_mlp"), c); // [N, 2 H]
    Var hidden = SwiGlu.swiGlu(tape, linear(tape, again, name + "mlp_in")); // [N, 2 H]
    return Elementwise.add(tape, met, linear(tape, hidden, name + "mlp_out"));
  }

  private Var linear(Tape tape, Var x, String name) {
    Parameter weight = parameters.get(name + ".weight");
    return MatMul.linear(tape, x, weight, parameters.get(name + ".bias"));
  }

  private Var norm(Tape tape, Var x, String name) {
    return LayerNorm.layerNorm(
        tape,
        x,
        tape.parameter(parameters.get(name + ".weight")),
        tape.parameter(parameters.get(name + ".bias")),
        EPSILON);
  }
}
