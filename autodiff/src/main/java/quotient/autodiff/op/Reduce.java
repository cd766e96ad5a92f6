package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Sums over all elements (see {@link WholeSum}), or over the elements of each row.
///
///     whole: [rows, columns] -> [1, 1]        rows: [rows, columns] -> [rows, 1]
public final class Reduce {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private static final WholeSum.Kernel SUM = (x, xo, y, yo, n) -> KERNELS.sum(x, xo, n);
  private static final WholeSum.Kernel DOT = KERNELS::dot;
  private static final WholeSum.Kernel SQUARED_DISTANCE = KERNELS::squaredDistance;

  private Reduce() {}

  /// sum x_ij.
  public static Var sum(Tape tape, Var x) {
    return scaledSum(tape, x, 1);
  }

  /// The mean of all elements.
  public static Var mean(Tape tape, Var x) {
    return scaledSum(tape, x, 1.0 / x.value().size());
  }

  /// sum x_ij^2.
  public static Var squaredNorm(Tape tape, Var x) {
    Var y = tape.output(1, 1, x.needsGradient());
    FloatTensor v = x.value();
    y.value().set(0, (float) WholeSum.of(tape, DOT, v, v));
    if (y.needsGradient()) {
      tape.node(SquaredNorm.class, SquaredNorm::new).set(x, y);
    }
    return y;
  }

  /// The mean of (x_ij - t_ij)^2 over all elements; the target has no gradient.
  public static Var meanSquaredError(Tape tape, Var x, FloatTensor target) {
    FloatTensor v = x.value();
    if (target.rows() != v.rows() || target.columns() != v.columns()) {
      throw new ShapeException(
          "meanSquaredError: shapes differ: " + v.shape() + " and " + target.shape());
    }
    Var y = tape.output(1, 1, x.needsGradient());
    y.value().set(0, (float) (WholeSum.of(tape, SQUARED_DISTANCE, v, target) / v.size()));
    if (y.needsGradient()) {
      tape.node(SquaredError.class, SquaredError::new).set(x, target, y);
    }
    return y;
  }

  /// y_i = sum_j x_ij.
  public static Var rowSum(Tape tape, Var x) {
    Var y = tape.output(x.rows(), 1, x.needsGradient());
    Elements.rows(tape, ROW_SUM, 0, x.value(), x.value(), y.value(), x.rows());
    if (y.needsGradient()) {
      tape.node(RowSum.class, RowSum::new).set(x, y);
    }
    return y;
  }

  /// z_i = sum_j x_ij y_ij.
  public static Var rowDot(Tape tape, Var x, Var y) {
    Elements.requireSame("rowDot", x, y);
    Var z = tape.output(x.rows(), 1, x.needsGradient() || y.needsGradient());
    Elements.rows(tape, ROW_DOT, 0, x.value(), y.value(), z.value(), x.rows());
    if (z.needsGradient()) {
      tape.node(RowDot.class, RowDot::new).set(x, y, z);
    }
    return z;
  }

  // ---- whole ----

  private static Var scaledSum(Tape tape, Var x, double factor) {
    Var y = tape.output(1, 1, x.needsGradient());
    FloatTensor v = x.value();
    y.value().set(0, (float) (factor * WholeSum.of(tape, SUM, v, v)));
    if (y.needsGradient()) {
      tape.node(Sum.class, Sum::new).set(x, (float) factor, y);
    }
    return y;
  }

  private static final Elements.UnaryAdjoint ADD_CONSTANT =
      (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
        for (int i = 0; i < n; i++) {
          dx[dxo + i] += a;
        }
      };

  private static final class Sum implements Node {
    private Var x = Var.none();
    private float factor;
    private Var y = Var.none();

    void set(Var newX, float newFactor, Var newY) {
      x = newX;
      factor = newFactor;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      float d = factor * tape.gradient(y).get(0);
      FloatTensor v = x.value();
      Elements.unaryAdjoint(tape, ADD_CONSTANT, d, 0, v, v, v, x);
    }
  }

  private static final class SquaredNorm implements Node {
    private Var x = Var.none();
    private Var y = Var.none();

    void set(Var newX, Var newY) {
      x = newX;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      float d = 2 * tape.gradient(y).get(0);
      FloatTensor v = x.value();
      Elements.unaryAdjoint(tape, ADD_MULTIPLE, d, 0, v, v, v, x);
    }
  }

  private static final Elements.UnaryAdjoint ADD_MULTIPLE =
      (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> KERNELS.axpy(a, x, xo, dx, dxo, n);

  private static final Elements.BinaryAdjoint ADD_DIFFERENCE =
      (a, x, xo, y, yo, dz, dzo, d, o, n) -> KERNELS.addScaledDifference(a, x, xo, y, yo, d, o, n);

  private static final class SquaredError implements Node {
    private Var x = Var.none();
    private FloatTensor target = FloatTensor.zeros(0);
    private Var y = Var.none();

    void set(Var newX, FloatTensor newTarget, Var newY) {
      x = newX;
      target = newTarget;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      float d = 2 * tape.gradient(y).get(0) / x.value().size();
      Elements.binaryAdjoint(tape, ADD_DIFFERENCE, d, x.value(), target, target, x);
    }
  }

  // ---- rows ----

  private static final Elements.RowLoop ROW_SUM =
      (at, x, s, y, from, to) -> {
        int c = x.columns();
        for (int r = from; r < to; r++) {
          y.data()[y.offset() + r] = (float) KERNELS.sum(x.data(), x.offset() + r * c, c);
        }
      };

  private static final Elements.RowLoop ADD_COLUMN =
      (at, dy, s, dx, from, to) -> {
        int c = dx.columns();
        for (int r = from; r < to; r++) {
          float d = dy.data()[dy.offset() + r];
          int end = dx.offset() + (r + 1) * c;
          for (int i = dx.offset() + r * c; i < end; i++) {
            dx.data()[i] += d;
          }
        }
      };

  private static final Elements.RowLoop ROW_DOT =
      (at, x, s, y, from, to) -> {
        int c = x.columns();
        for (int r = from; r < to; r++) {
          y.data()[y.offset() + r] =
              (float) KERNELS.dot(x.data(), x.offset() + r * c, s.data(), s.offset() + r * c, c);
        }
      };

  /// d_r += dz_r s_r, with dz a column.
  private static final Elements.RowLoop ADD_SCALED_ROWS =
      (at, dz, s, d, from, to) -> {
        int c = d.columns();
        for (int r = from; r < to; r++) {
          KERNELS.axpy(
              dz.data()[dz.offset() + r],
              s.data(),
              s.offset() + r * c,
              d.data(),
              d.offset() + r * c,
              c);
        }
      };

  private static final class RowSum implements Node {
    private Var x = Var.none();
    private Var y = Var.none();

    void set(Var newX, Var newY) {
      x = newX;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      Elements.rowsAdjoint(tape, ADD_COLUMN, 0, dy, dy, x);
    }
  }

  private static final class RowDot implements Node {
    private Var x = Var.none();
    private Var y = Var.none();
    private Var z = Var.none();

    void set(Var newX, Var newY, Var newZ) {
      x = newX;
      y = newY;
      z = newZ;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dz = tape.gradient(z);
      if (x.needsGradient()) {
        Elements.rowsAdjoint(tape, ADD_SCALED_ROWS, 0, dz, y.value(), x);
      }
      if (y.needsGradient()) {
        Elements.rowsAdjoint(tape, ADD_SCALED_ROWS, 0, dz, x.value(), y);
      }
    }
  }
}
