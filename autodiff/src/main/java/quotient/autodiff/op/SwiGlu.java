package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.ShapeException;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// A gated activation: half the columns are values, the other half their gates.
///
///     x = [value | gate]: [rows, 2 half]        y = value silu(gate): [rows, half]
///
/// Source: Shazeer 2020; the value comes first, as in the protein network's reference.
public final class SwiGlu {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private SwiGlu() {}

  /// value silu(gate), x = [value | gate].
  public static Var swiGlu(Tape tape, Var x) {
    if (x.columns() % 2 != 0) {
      throw new ShapeException("swiGlu: expected an even number of columns, found " + x.shape());
    }
    Var y = tape.output(x.rows(), x.columns() / 2, x.needsGradient());
    Elements.rows(tape, FORWARD, 0, x.value(), x.value(), y.value(), x.rows());
    if (y.needsGradient()) {
      tape.node(Gate.class, Gate::new).set(x, y);
    }
    return y;
  }

  private static final Elements.RowLoop FORWARD =
      (at, x, s, y, from, to) -> {
        int half = y.columns();
        KERNELS.swiGlu(
            x.data(),
            x.offset() + 2 * from * half,
            y.data(),
            y.offset() + from * half,
            to - from,
            half);
      };

  private static final Elements.RowLoop BACKWARD =
      (at, dy, x, dx, from, to) -> {
        int half = dy.columns();
        KERNELS.swiGluBackward(
            x.data(),
            x.offset() + 2 * from * half,
            dy.data(),
            dy.offset() + from * half,
            dx.data(),
            dx.offset() + 2 * from * half,
            to - from,
            half);
      };

  private static final class Gate implements Node {
    private Var x = Var.none();
    private Var y = Var.none();

    void set(Var newX, Var newY) {
      x = newX;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      Elements.rowsAdjoint(tape, BACKWARD, 0, tape.gradient(y), x.value(), x);
    }
  }
}
