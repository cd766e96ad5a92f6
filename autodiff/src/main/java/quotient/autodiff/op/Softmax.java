package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Softmax of each row.
///
///     y_ij = exp(x_ij - max_k x_ik) / sum_k exp(x_ik - max)
///     dx_ij = y_ij (dy_ij - sum_k y_ik dy_ik)
public final class Softmax {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private Softmax() {}

  /// Rows of positive numbers with sum 1.
  public static Var softmax(Tape tape, Var x) {
    Var y = tape.output(x.rows(), x.columns(), x.needsGradient());
    Elements.rows(tape, FORWARD, 0, x.value(), x.value(), y.value(), x.rows());
    if (y.needsGradient()) {
      tape.node(SoftmaxNode.class, SoftmaxNode::new).set(x, y);
    }
    return y;
  }

  private static final Elements.RowLoop FORWARD =
      (at, x, s, y, from, to) -> {
        int c = x.columns();
        KERNELS.softmaxRows(
            x.data(), x.offset() + from * c, y.data(), y.offset() + from * c, to - from, c);
      };

  private static final Elements.RowLoop BACKWARD =
      (at, dy, y, dx, from, to) -> {
        int c = y.columns();
        KERNELS.softmaxRowsBackward(
            y.data(),
            y.offset() + from * c,
            dy.data(),
            dy.offset() + from * c,
            dx.data(),
            dx.offset() + from * c,
            to - from,
            c);
      };

  private static final class SoftmaxNode implements Node {
    private Var x = Var.none();
    private Var y = Var.none();

    void set(Var newX, Var newY) {
      x = newX;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      Elements.rowsAdjoint(tape, BACKWARD, 0, tape.gradient(y), y.value(), x);
    }
  }
}
