package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Matrices put side by side, cut, and seen under another shape.
///
/// Tensors are contiguous, so what keeps the order of the numbers is a view ({@link #reshape},
/// {@link #sliceRows}) and what does not is a copy ({@link #concatColumns}, {@link #sliceColumns}).
public final class Layout {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private Layout() {}

  /// [a | b], a copy: [rows, columns of a + columns of b].
  public static Var concatColumns(Tape tape, Var a, Var b) {
    return record(tape, 2, a, b, Var.none());
  }

  /// [a | b | c], a copy.
  public static Var concatColumns(Tape tape, Var a, Var b, Var c) {
    return record(tape, 3, a, b, c);
  }

  /// The columns `[from, to)`, a copy.
  public static Var sliceColumns(Tape tape, Var x, int from, int to) {
    if (from < 0 || to < from || to > x.columns()) {
      throw new ShapeException("sliceColumns: [" + from + ", " + to + ") of " + x.shape());
    }
    Var y = tape.output(x.rows(), to - from, x.needsGradient());
    Elements.rows(tape, SLICE, from, x.value(), x.value(), y.value(), x.rows());
    if (y.needsGradient()) {
      tape.node(SliceColumns.class, SliceColumns::new).set(x, from, y);
    }
    return y;
  }

  /// The same numbers in the same order as [rows, columns], a view.
  public static Var reshape(Tape tape, Var x, int rows, int columns) {
    if ((long) rows * columns != x.value().size() || rows < 0) {
      throw new ShapeException(
          "reshape: " + x.shape() + " has no view as [" + rows + ", " + columns + "]");
    }
    return view(tape, x, 0, rows, columns);
  }

  /// The rows `[from, to)`, a view.
  public static Var sliceRows(Tape tape, Var x, int from, int to) {
    if (from < 0 || to < from || to > x.rows()) {
      throw new ShapeException("sliceRows: [" + from + ", " + to + ") of " + x.shape());
    }
    return view(tape, x, from * x.columns(), to - from, x.columns());
  }

  private static Var view(Tape tape, Var x, int at, int rows, int columns) {
    Var y = tape.outputView(x, at, rows, columns);
    if (y.needsGradient()) {
      tape.node(View.class, View::new).set(x, at, y);
    }
    return y;
  }

  private static Var record(Tape tape, int count, Var a, Var b, Var c) {
    requireRows(a, b);
    int columns = a.columns() + b.columns();
    boolean needs = a.needsGradient() || b.needsGradient();
    if (count == 3) {
      requireRows(a, c);
      columns += c.columns();
      needs |= c.needsGradient();
    }
    Var y = tape.output(a.rows(), columns, needs);
    paste(tape, a, 0, y);
    paste(tape, b, a.columns(), y);
    if (count == 3) {
      paste(tape, c, a.columns() + b.columns(), y);
    }
    if (y.needsGradient()) {
      tape.node(ConcatColumns.class, ConcatColumns::new).set(a, b, c, count, y);
    }
    return y;
  }

  private static void paste(Tape tape, Var part, int at, Var y) {
    Elements.rows(tape, PASTE, at, part.value(), part.value(), y.value(), y.rows());
  }

  private static void requireRows(Var a, Var b) {
    if (a.rows() != b.rows()) {
      throw new ShapeException(
          "concatColumns: numbers of rows differ: " + a.shape() + " and " + b.shape());
    }
  }

  // ---- loops: `at` is the first column of the narrow matrix in the wide one ----

  private static final Elements.RowLoop SLICE =
      (at, x, s, y, from, to) -> {
        int wide = x.columns();
        int narrow = y.columns();
        for (int r = from; r < to; r++) {
          System.arraycopy(
              x.data(), x.offset() + r * wide + at, y.data(), y.offset() + r * narrow, narrow);
        }
      };

  private static final Elements.RowLoop PASTE =
      (at, x, s, y, from, to) -> {
        int narrow = x.columns();
        int wide = y.columns();
        for (int r = from; r < to; r++) {
          System.arraycopy(
              x.data(), x.offset() + r * narrow, y.data(), y.offset() + r * wide + at, narrow);
        }
      };

  /// The adjoint of {@link #SLICE}: dx is wide.
  private static final Elements.RowLoop ADD_NARROW =
      (at, dy, s, dx, from, to) -> {
        int narrow = dy.columns();
        int wide = dx.columns();
        for (int r = from; r < to; r++) {
          int o = dx.offset() + r * wide + at;
          KERNELS.add(dy.data(), dy.offset() + r * narrow, dx.data(), o, dx.data(), o, narrow);
        }
      };

  /// The adjoint of {@link #PASTE}: dx is narrow.
  private static final Elements.RowLoop ADD_WIDE =
      (at, dy, s, dx, from, to) -> {
        int wide = dy.columns();
        int narrow = dx.columns();
        for (int r = from; r < to; r++) {
          int o = dx.offset() + r * narrow;
          KERNELS.add(dy.data(), dy.offset() + r * wide + at, dx.data(), o, dx.data(), o, narrow);
        }
      };

  // ---- nodes ----

  private static final class ConcatColumns implements Node {
    private Var a = Var.none();
    private Var b = Var.none();
    private Var c = Var.none();
    private int count;
    private Var y = Var.none();

    void set(Var newA, Var newB, Var newC, int newCount, Var newY) {
      a = newA;
      b = newB;
      c = newC;
      count = newCount;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      addTo(tape, a, 0);
      addTo(tape, b, a.columns());
      if (count == 3) {
        addTo(tape, c, a.columns() + b.columns());
      }
    }

    private void addTo(Tape tape, Var part, int at) {
      if (part.needsGradient()) {
        FloatTensor dy = tape.gradient(y);
        Elements.rowsAdjoint(tape, ADD_WIDE, at, dy, dy, part);
      }
    }
  }

  private static final class SliceColumns implements Node {
    private Var x = Var.none();
    private int from;
    private Var y = Var.none();

    void set(Var newX, int newFrom, Var newY) {
      x = newX;
      from = newFrom;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      Elements.rowsAdjoint(tape, ADD_NARROW, from, dy, dy, x);
    }
  }

  private static final class View implements Node {
    private Var x = Var.none();
    private int at;
    private Var y = Var.none();

    void set(Var newX, int newAt, Var newY) {
      x = newX;
      at = newAt;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      if (x.value().size() == y.value().size()) {
        tape.passGradient(y, x);
        return;
      }
      FloatTensor dy = tape.gradient(y);
      FloatTensor dx = tape.gradient(x);
      int o = dx.offset() + at;
      KERNELS.add(dx.data(), o, dy.data(), dy.offset(), dx.data(), o, dy.size());
    }
  }
}
