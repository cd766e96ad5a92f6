package quotient.models.net.layer;

import java.util.Optional;
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
import quotient.autodiff.op.Segment;
import quotient.tensor.FloatTensor;

/// The pair representation of Proteína, kept as tables over classes: nothing of width p per pair.
///
/// As defined, a pair has e = E_a + E_b + E_c, three columns of a weight, then a layer norm with gain w
/// and bias, then an adaptive layer norm with gain g and bias h that depend on the time, and in every
/// attention block a layer norm and a product with that block's weight. Each norm is affine for given
/// statistics, so with C the removal of the mean of a row,
///
///     E' = C E        F = C (w E'), f = C bias        G = C (g F), g' = C (g f), h' = C h
///     norm(z) = tau ((r2 r1) (G_a + G_b + G_c) + r2 g' + h') = rho (G_a + G_b + G_c) + sigma g' + tau h'
///
/// The variances behind r1, r2 and tau are sums of inner products of rows of E', F and G, so
/// {@link PairScales} finds rho, sigma and tau from three Gram matrices, and a block's bias is the same
/// sum over rows of one small table (G, g', h') W^T. The last norm's bias shifts all logits of a query
/// equally, registers included, and drops out; its gradient is zero.
///
/// Rows: K classes, then f or g', then h', then zeros for an absent class. Exact up to rounding.
/// Source: Geffner et al. 2025 (Proteína), as released; the rearrangement is ours.
public final class PairTables {
  private static final float EPSILON = 1e-5f;

  private final ParameterSet parameters;
  private final int classes;
  private final Parameter weight;
  private final Parameter gain;
  private final Parameter bias;
  private final Parameter conditionWeight;
  private final Parameter conditionGain;
  private final Parameter conditionBias;
  private final Parameter normGain;
  private final Parameter normBias;
  private final Parameter gammaWeight;
  private final Parameter gammaBias;
  private final Parameter betaWeight;
  private final FloatTensor identity;
  private final int[] classRows;
  private final int[] biasRow;
  private final int[] shiftRow;

  /// @param prefix of the pair representation's weights
  public PairTables(ParameterSet parameters, String prefix) {
    this.parameters = parameters;
    weight = parameters.get(prefix + "init_repr_factory.linear_out.weight");
    gain = parameters.get(prefix + "init_repr_factory.ln_out.weight");
    bias = parameters.get(prefix + "init_repr_factory.ln_out.bias");
    conditionWeight = parameters.get(prefix + "cond_factory.linear_out.weight");
    conditionGain = parameters.get(prefix + "cond_factory.ln_out.weight");
    conditionBias = parameters.get(prefix + "cond_factory.ln_out.bias");
    normGain = parameters.get(prefix + "adaln.norm_cond.weight");
    normBias = parameters.get(prefix + "adaln.norm_cond.bias");
    gammaWeight = parameters.get(prefix + "adaln.to_gamma.0.weight");
    gammaBias = parameters.get(prefix + "adaln.to_gamma.0.bias");
    betaWeight = parameters.get(prefix + "adaln.to_beta.weight");
    classes = weight.shape().columns();
    identity = FloatTensor.zeros(classes, classes);
    classRows = new int[classes];
    for (int k = 0; k < classes; k++) {
      identity.set(k * classes + k, 1);
      classRows[k] = k;
    }
    biasRow = new int[] {sigmaRow(classes)};
    shiftRow = new int[] {tauRow(classes)};
  }

  /// The row that sigma multiplies.
  static int sigmaRow(int classes) {
    return classes;
  }

  /// The row that tau multiplies.
  static int tauRow(int classes) {
    return classes + 1;
  }

  /// The row of zeros.
  static int nothingRow(int classes) {
    return classes + 2;
  }

  /// Rows of every table.
  static int rows(int classes) {
    return classes + 3;
  }

  /// Inner products of rows of E', F and G, and the rows that biases are made of.
  ///
  /// @param width p
  /// @param first of E', `[K + 3, K + 3]`
  /// @param second of F and f
  /// @param third of G, g' and h' for each group of equal times
  /// @param rows G, g' and h' for each group of equal times, `[K + 3, p]`
  public record Rows(int width, Var first, Var second, Var[] third, Var[] rows) {}

  /// What depends on the weights alone, kept between calls of one thread that record nothing.
  /// *Confined.*
  public static final class Memory {
    private Optional<PairTables> owner = Optional.empty();
    private long version;
    private FloatTensor firstGram = FloatTensor.zeros(0);
    private FloatTensor second = FloatTensor.zeros(0);
    private FloatTensor secondGram = FloatTensor.zeros(0);

    /// Empty.
    public Memory() {}

    private boolean isOf(PairTables tables) {
      return owner.isPresent() && owner.get() == tables && version == tables.parameters.version();
    }

    private void keep(PairTables tables, Fixed fixed) {
      owner = Optional.of(tables);
      version = tables.parameters.version();
      firstGram = fixed.firstGram.value().copy();
      second = fixed.second.value().copy();
      secondGram = fixed.secondGram.value().copy();
    }
  }

  /// What depends on the weights alone: F and f, and two matrices of inner products.
  private record Fixed(Var firstGram, Var second, Var secondGram) {}

  /// @param time the embedding of the time of each group, `[groups, E]`
  public Rows apply(Tape tape, Var time, Memory memory) {
    Fixed fixed = fixed(tape, memory);
    Var second = fixed.second;
    Var condition =
        norm(tape, MatMul.linear(tape, time, conditionWeight), conditionGain, conditionBias);
    Var normed = norm(tape, condition, normGain, normBias); // [groups, c]
    Var gamma = Elementwise.sigmoid(tape, MatMul.linear(tape, normed, gammaWeight, gammaBias));
    Var beta = centre(tape, MatMul.linear(tape, normed, betaWeight)); // [groups, p]
    Var[] rows = new Var[time.rows()];
    Var[] third = new Var[time.rows()];
    for (int g = 0; g < third.length; g++) {
      Var turned =
          centre(
              tape, Broadcast.multiplyRow(tape, second, Layout.sliceRows(tape, gamma, g, g + 1)));
      Var shift = place(tape, Layout.sliceRows(tape, beta, g, g + 1), shiftRow);
      rows[g] = Elementwise.add(tape, turned, shift);
      third[g] = gram(tape, rows[g]);
    }
    return new Rows(weight.shape().rows(), fixed.firstGram, fixed.secondGram, third, rows);
  }

  private Fixed fixed(Tape tape, Memory memory) {
    if (!tape.isRecording() && memory.isOf(this)) {
      return new Fixed(
          tape.constant(memory.firstGram),
          tape.constant(memory.second),
          tape.constant(memory.secondGram));
    }
    Var e = MatMul.linear(tape, tape.constant(identity), weight); // [K, p]
    Var centred = centre(tape, e);
    Var scaled = centre(tape, Broadcast.multiplyRow(tape, centred, tape.parameter(gain)));
    Var row =
        centre(tape, Layout.reshape(tape, tape.parameter(bias), 1, bias.shape().size())); // [1, p]
    Var second = Elementwise.add(tape, place(tape, scaled, classRows), place(tape, row, biasRow));
    Fixed fixed =
        new Fixed(gram(tape, place(tape, centred, classRows)), second, gram(tape, second));
    if (!tape.isRecording()) {
      memory.keep(this, fixed);
    }
    return fixed;
  }

  private static Var gram(Tape tape, Var rows) {
    return MatMul.matmulTransposed(tape, rows, rows); // [K + 3, K + 3]
  }

  private Var place(Tape tape, Var x, int[] at) {
    return Segment.scatterAddRows(tape, x, at, rows(classes));
  }

  private static Var norm(Tape tape, Var x, Parameter gain, Parameter bias) {
    return LayerNorm.layerNorm(tape, x, tape.parameter(gain), tape.parameter(bias), EPSILON);
  }

  private static Var centre(Tape tape, Var x) {
    return FixedLinear.apply(tape, CENTRE, x);
  }

  /// y_r = x_r - mean of x_r: a projection, its own adjoint.
  private static final FixedLinear.Map CENTRE =
      new FixedLinear.Map() {
        @Override
        public void apply(FloatTensor x, FloatTensor y) {
          int c = x.columns();
          for (int r = 0; r < x.rows(); r++) {
            int from = x.offset() + r * c;
            int to = y.offset() + r * c;
            double sum = 0;
            for (int i = 0; i < c; i++) {
              sum += x.data()[from + i];
            }
            double mean = sum / c;
            for (int i = 0; i < c; i++) {
              y.data()[to + i] = (float) (x.data()[from + i] - mean);
            }
          }
        }

        @Override
        public void applyAdjoint(FloatTensor dy, FloatTensor dx) {
          apply(dy, dx);
        }
      };
}
