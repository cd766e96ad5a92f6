package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// A linear map without weights whose adjoint is known: how geometry enters a tape.
///
///     y = L x        dx += L^T dy
public final class FixedLinear {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private FixedLinear() {}

  /// A linear map with its adjoint; borrowed until the pass closes.
  public interface Map {
    /// Writes all of y = L x; y is not x.
    void apply(FloatTensor x, FloatTensor y);

    /// Writes all of dx = L^T dy; dx is not dy.
    void applyAdjoint(FloatTensor dy, FloatTensor dx);
  }

  /// L x, of the same shape as x.
  public static Var apply(Tape tape, Map map, Var x) {
    return apply(tape, map, x, x.rows(), x.columns());
  }

  /// L x of shape [rows, columns].
  public static Var apply(Tape tape, Map map, Var x, int rows, int columns) {
    Var y = tape.output(rows, columns, x.needsGradient());
    map.apply(x.value(), y.value());
    if (y.needsGradient()) {
      tape.node(Apply.class, Apply::new).set(map, x, y);
    }
    return y;
  }

  private static final Map NOTHING =
      new Map() {
        @Override
        public void apply(FloatTensor x, FloatTensor y) {}

        @Override
        public void applyAdjoint(FloatTensor dy, FloatTensor dx) {}
      };

  private static final class Apply implements Node {
    private Map map = NOTHING;
    private Var x = Var.none();
    private Var y = Var.none();

    void set(Map newMap, Var newX, Var newY) {
      map = newMap;
      x = newX;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      if (!tape.hasGradient(x)) {
        map.applyAdjoint(dy, tape.gradientToOverwrite(x));
        return;
      }
      try (var _ = tape.workspace().open()) {
        FloatTensor part = tape.workspace().allocate(x.rows(), x.columns());
        map.applyAdjoint(dy, part);
        FloatTensor dx = tape.gradient(x);
        KERNELS.add(
            part.data(), part.offset(), dx.data(), dx.offset(), dx.data(), dx.offset(), dx.size());
      }
    }
  }
}
