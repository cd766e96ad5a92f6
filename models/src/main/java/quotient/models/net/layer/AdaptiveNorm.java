package quotient.models.net.layer;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Layer norm with gain and bias read from the conditioning row of each token.
///
///     y_i = (x_i - mean_i) / sqrt(variance_i + epsilon) gain_r + bias_r        r: row of token i
///
/// x: `[T, d]`; gain, bias: `[rows, d]`. Blocks of tokens of one row run in parallel; the gradients of
/// gain and bias are summed per block and the blocks added in their order.
final class AdaptiveNorm {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final float EPSILON = 1e-5f;
  private static final TokenLayout NO_TOKENS = new TokenLayout();

  private AdaptiveNorm() {}

  /// With a gain and bias for each row of the conditioning; or, if these have one row, for all tokens.
  static Var apply(Tape tape, TokenLayout tokens, Var x, Var gain, Var bias) {
    boolean needs = x.needsGradient() || gain.needsGradient() || bias.needsGradient();
    int c = x.columns();
    FloatTensor mean = tape.workspace().allocate(x.rows(), 1);
    FloatTensor rstd = tape.workspace().allocate(x.rows(), 1);
    Var y = tape.output(x.rows(), c, needs);
    FloatTensor vx = x.value();
    FloatTensor vy = y.value();
    FloatTensor g = gain.value();
    FloatTensor b = bias.value();
    tape.tensors()
        .pool()
        .parallelFor(
            tokens.blocks(),
            1,
            (from, to, lane) -> {
              for (int block = from; block < to; block++) {
                int first = tokens.blockFrom(block);
                int row = rowOf(tokens, block, g) * c;
                KERNELS.layerNorm(
                    vx.data(),
                    vx.offset() + first * c,
                    g.data(),
                    g.offset() + row,
                    b.data(),
                    b.offset() + row,
                    EPSILON,
                    vy.data(),
                    vy.offset() + first * c,
                    mean.data(),
                    mean.offset() + first,
                    rstd.data(),
                    rstd.offset() + first,
                    tokens.blockTo(block) - first,
                    c);
              }
            });
    if (y.needsGradient()) {
      tape.node(Normalize.class, Normalize::new).set(tokens, x, gain, bias, mean, rstd, y);
    }
    return y;
  }

  private static int rowOf(TokenLayout tokens, int block, FloatTensor matrix) {
    return matrix.rows() == 1 ? 0 : tokens.blockRow(block);
  }

  private static final class Normalize implements Node {
    private TokenLayout tokens = NO_TOKENS;
    private Var x = Var.none();
    private Var gain = Var.none();
    private Var bias = Var.none();
    private FloatTensor mean = FloatTensor.zeros(0);
    private FloatTensor rstd = FloatTensor.zeros(0);
    private Var y = Var.none();

    void set(
        TokenLayout newTokens,
        Var newX,
        Var newGain,
        Var newBias,
        FloatTensor newMean,
        FloatTensor newRstd,
        Var newY) {
      tokens = newTokens;
      x = newX;
      gain = newGain;
      bias = newBias;
      mean = newMean;
      rstd = newRstd;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      int c = x.columns();
      FloatTensor dy = tape.gradient(y);
      FloatTensor dx = tape.gradient(x);
      FloatTensor vx = x.value();
      FloatTensor g = gain.value();
      try (var _ = tape.workspace().open()) {
        FloatTensor parts = tape.workspace().allocateZeros(tokens.blocks(), 2 * c);
        tape.tensors()
            .pool()
            .parallelFor(
                tokens.blocks(),
                1,
                (from, to, lane) -> {
                  for (int block = from; block < to; block++) {
                    int first = tokens.blockFrom(block);
                    int sums = parts.offset() + 2 * block * c;
                    KERNELS.layerNormBackward(
                        vx.data(),
                        vx.offset() + first * c,
                        g.data(),
                        g.offset() + rowOf(tokens, block, g) * c,
                        mean.data(),
                        mean.offset() + first,
                        rstd.data(),
                        rstd.offset() + first,
                        dy.data(),
                        dy.offset() + first * c,
                        dx.data(),
                        dx.offset() + first * c,
                        parts.data(),
                        sums,
                        parts.data(),
                        sums + c,
                        tokens.blockTo(block) - first,
                        c);
                  }
                });
        addBlocks(tape, tokens, parts, 0, gain);
        addBlocks(tape, tokens, parts, c, bias);
      }
    }
  }

  /// Adds the sums of the blocks to the rows they belong to, in order of the blocks.
  static void addBlocks(Tape tape, TokenLayout tokens, FloatTensor parts, int at, Var rows) {
    if (!rows.needsGradient()) {
      return;
    }
    FloatTensor d = tape.gradient(rows);
    int c = d.columns();
    for (int block = 0; block < tokens.blocks(); block++) {
      int to = d.offset() + rowOf(tokens, block, d) * c;
      int from = parts.offset() + block * parts.columns() + at;
      KERNELS.add(d.data(), to, parts.data(), from, d.data(), to, c);
    }
  }
}
