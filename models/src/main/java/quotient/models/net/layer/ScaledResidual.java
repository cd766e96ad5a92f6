package quotient.models.net.layer;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// A residual whose scale is read from the conditioning row of each token.
///
///     y_i = x_i + a_i scale_r        r: row of token i
///
/// x, a: `[T, d]`; scale: `[rows, d]`. In a pass that records nothing y takes the place of x.
final class ScaledResidual {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final TokenLayout NO_TOKENS = new TokenLayout();

  private ScaledResidual() {}

  static Var apply(Tape tape, TokenLayout tokens, Var x, Var a, Var scale) {
    int c = x.columns();
    boolean needs = x.needsGradient() || a.needsGradient() || scale.needsGradient();
    Var y = tape.isRecording() ? tape.output(x.rows(), c, needs) : x;
    FloatTensor vx = x.value();
    FloatTensor va = a.value();
    FloatTensor vs = scale.value();
    FloatTensor vy = y.value();
    tape.tensors()
        .pool()
        .parallelFor(
            tokens.blocks(),
            1,
            (from, to, lane) -> {
              for (int block = from; block < to; block++) {
                int row = vs.offset() + tokens.blockRow(block) * c;
                int end = tokens.blockTo(block);
                for (int i = tokens.blockFrom(block); i < end; i++) {
                  int at = vy.offset() + i * c;
                  if (vy != vx) {
                    System.arraycopy(vx.data(), vx.offset() + i * c, vy.data(), at, c);
                  }
                  KERNELS.multiplyAdd(
                      va.data(), va.offset() + i * c, vs.data(), row, vy.data(), at, c);
                }
              }
            });
    if (y.needsGradient()) {
      tape.node(Residual.class, Residual::new).set(tokens, x, a, scale, y);
    }
    return y;
  }

  private static final class Residual implements Node {
    private TokenLayout tokens = NO_TOKENS;
    private Var x = Var.none();
    private Var a = Var.none();
    private Var scale = Var.none();
    private Var y = Var.none();

    void set(TokenLayout newTokens, Var newX, Var newA, Var newScale, Var newY) {
      tokens = newTokens;
      x = newX;
      a = newA;
      scale = newScale;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      int c = x.columns();
      FloatTensor dy = tape.gradient(y);
      FloatTensor da = tape.gradient(a);
      FloatTensor va = a.value();
      FloatTensor vs = scale.value();
      try (var _ = tape.workspace().open()) {
        FloatTensor parts = tape.workspace().allocateZeros(tokens.blocks(), c);
        tape.tensors()
            .pool()
            .parallelFor(
                tokens.blocks(),
                1,
                (from, to, lane) -> {
                  for (int block = from; block < to; block++) {
                    int row = vs.offset() + tokens.blockRow(block) * c;
                    int sums = parts.offset() + block * c;
                    int end = tokens.blockTo(block);
                    for (int i = tokens.blockFrom(block); i < end; i++) {
                      int d = dy.offset() + i * c;
                      KERNELS.multiplyAdd(
                          dy.data(), d, vs.data(), row, da.data(), da.offset() + i * c, c);
                      KERNELS.multiplyAdd(
                          dy.data(), d, va.data(), va.offset() + i * c, parts.data(), sums, c);
                    }
                  }
                });
        AdaptiveNorm.addBlocks(tape, tokens, parts, 0, scale);
      }
      if (x.needsGradient()) {
        tape.passGradient(y, x);
      }
    }
  }
}
