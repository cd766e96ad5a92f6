package quotient.models.net;

import java.util.ArrayList;
import java.util.List;
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
import quotient.autodiff.op.SwiGlu;
import quotient.models.net.layer.PairBiasedBlock;
import quotient.models.net.layer.PairTables;
import quotient.models.net.layer.TokenLayout;
import quotient.tensor.Shape;
import quotient.tensor.ShapeException;
import quotient.tensor.random.RandomKey;

/// Proteína without pair updates: a transformer on the residues of protein chains whose attention is
/// biased by what pairs of residues are.
///
/// Positions, velocities and estimates are in **nanometres**, C-alpha only; the output is not centred.
/// Chains are concatenated and never padded. What is the same for many tokens or pairs is computed
/// once: the conditioning per group of equal times and folds ({@link PairBiasedBlock}), the pair
/// representation per class ({@link PairTables}). Neither rotations nor translations are symmetries;
/// training turns its data at random. Source: Geffner et al. 2025 (Proteína), as released, in the size
/// of Xu et al. 2026, Table 4.
public final class Proteina implements Denoiser<ProteinCondition> {
  private static final float EPSILON = 1e-5f;
  private static final char[] LEVELS = {'C', 'A', 'T'};

  private final ProteinaConfig config;
  private final ParameterSet parameters;
  private final Parameter registers;
  private final Parameter coordinates;
  private final Parameter sequence;
  private final Parameter[] folds = new Parameter[LEVELS.length];
  private final Parameter condition;
  private final Parameter[] hidden = new Parameter[2];
  private final Parameter[] transition = new Parameter[2];
  private final PairTables tables;
  private final List<PairBiasedBlock> blocks = new ArrayList<>();
  private final Parameter outGain;
  private final Parameter outBias;
  private final Parameter out;

  /// A network with first values drawn from the key.
  public Proteina(ProteinaConfig config, RandomKey key) {
    this(config, ProteinaParameters.build(config, key));
  }

  /// A network to sample with, whose weights come one at a time; those of linear layers in blocks are
  /// kept packed and in no other form.
  public static Proteina forInference(ProteinaConfig config, ParameterSet.Builder.Source weights) {
    return new Proteina(
        config,
        ProteinaParameters.declare(config).buildForInference(Proteina::isPackedOnly, weights));
  }

  /// The first weights that the key draws, one at a time, by name.
  public static ParameterSet.Builder.Source firstWeights(ProteinaConfig config, RandomKey key) {
    return ProteinaParameters.declare(config).drawn(key);
  }

  /// Names and shapes of all weights, in their order.
  public static Map<String, Shape> shapes(ProteinaConfig config) {
    return ProteinaParameters.declare(config).shapes();
  }

  private Proteina(ProteinaConfig config, ParameterSet parameters) {
    this.config = config;
    this.parameters = parameters;
    registers = parameters.get("registers");
    coordinates = parameters.get("linear_3d_embed.weight");
    sequence = parameters.get("init_repr_factory.linear_out.weight");
    for (int level = 0; level < LEVELS.length; level++) {
      folds[level] = parameters.get(ProteinaParameters.foldTable(LEVELS[level]));
    }
    condition = parameters.get(ProteinaParameters.CONDITION + "linear_out.weight");
    for (int k = 0; k < transition.length; k++) {
      String p = "transition_c_" + (k + 1) + ".";
      hidden[k] = parameters.get(p + "swish_linear.0.weight");
      transition[k] = parameters.get(p + "linear_out.weight");
    }
    tables = new PairTables(parameters, ProteinaParameters.PAIR);
    for (int l = 0; l < config.layers(); l++) {
      blocks.add(
          new PairBiasedBlock(parameters, ProteinaParameters.LAYERS + l + ".", config.heads()));
    }
    outGain = parameters.get(ProteinaParameters.DECODER + "0.weight");
    outBias = parameters.get(ProteinaParameters.DECODER + "0.bias");
    out = parameters.get(ProteinaParameters.DECODER + "1.weight");
  }

  public ProteinaConfig config() {
    return config;
  }

  @Override
  public ParameterSet parameters() {
    return parameters;
  }

  /// Whether a weight is read by linear layers alone, so that inference needs only its packed form;
  /// for {@link ParameterSet#releaseMasters}.
  public static boolean isPackedOnly(Parameter p) {
    String name = p.name();
    boolean inLayer = name.startsWith(ProteinaParameters.LAYERS);
    return inLayer && p.shape().rank() == 2 && !name.endsWith("to_bias.weight");
  }

  @Override
  public Var forward(Tape tape, Var positions, float[] time, ProteinCondition given) {
    int residues = given.input().residues();
    if (positions.rows() != residues || positions.columns() != 3) {
      throw new ShapeException(
          "network: "
              + residues
              + " residues need positions ["
              + residues
              + ", 3], found "
              + positions.shape());
    }
    if (time.length < given.input().chains()) {
      throw new ShapeException(
          "network: " + given.input().chains() + " chains, but " + time.length + " times");
    }
    given.prepare(config, positions.value(), time, tape.tensors().pool());
    TokenLayout tokens = given.tokens();
    Var times = tape.constant(given.times()); // [groups, E]
    Var u = condition(tape, given, times); // [1 + conditions, c]
    PairTables.Rows rows = tables.apply(tape, times, given.memory());
    Var scales = PairBiasedBlock.scales(tape, tokens, given.classes(), rows); // [3, P]
    var context = new PairBiasedBlock.Context(tokens, u, given.classes(), scales, rows);
    Var x = tokens(tape, given, positions); // [T, d]
    for (PairBiasedBlock block : blocks) {
      x = block.apply(tape, context, x);
    }
    Var last = Segment.gatherRows(tape, x, tokens.residueToken(), residues); // [N, d]
    Var normed =
        LayerNorm.layerNorm(tape, last, tape.parameter(outGain), tape.parameter(outBias), EPSILON);
    return MatMul.linear(tape, normed, out); // [N, 3]
  }

  /// Row 0, for registers, is zero.
  private Var condition(Tape tape, ProteinCondition given, Var times) {
    int count = given.conditions();
    Var[] embedded = new Var[LEVELS.length];
    for (int level = 0; level < LEVELS.length; level++) {
      embedded[level] = Segment.embedding(tape, folds[level], given.fold(level), count);
    }
    Var fold = Layout.concatColumns(tape, embedded[0], embedded[1], embedded[2]);
    Var own = Segment.gatherRows(tape, times, given.conditionGroup(), count);
    Var u = MatMul.linear(tape, Layout.concatColumns(tape, own, fold), condition);
    for (int k = 0; k < transition.length; k++) {
      Var wide = SwiGlu.swiGlu(tape, MatMul.linear(tape, u, hidden[k]));
      u = MatMul.linear(tape, wide, transition[k]); // [conditions, c]
    }
    return Segment.scatterAddRows(tape, u, given.conditionRow(), count + 1);
  }

  private Var tokens(Tape tape, ProteinCondition given, Var positions) {
    TokenLayout tokens = given.tokens();
    Var s =
        Elementwise.add(
            tape,
            MatMul.linear(tape, positions, coordinates),
            MatMul.linear(tape, tape.constant(given.sequence()), sequence)); // [N, d]
    Var x = Segment.scatterAddRows(tape, s, tokens.residueToken(), tokens.tokens());
    if (tokens.registers() == 0) {
      return x;
    }
    int count = tokens.registers() * tokens.chains();
    Var r = Segment.embedding(tape, registers, tokens.registerRow(), count);
    return Elementwise.add(
        tape, x, Segment.scatterAddRows(tape, r, tokens.registerToken(), tokens.tokens()));
  }
}
