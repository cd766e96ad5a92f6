package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Sums and products of a matrix with one row, or with one number per row.
///
///     x: [rows, columns]   row: [1, columns]   column: [rows, 1]
///
/// The sum over rows that turns a gradient back into a row's is written once, in
/// {@link #sumOverRows}.
public final class Broadcast {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final int MAX_BLOCKS = 16;
  private static final int BLOCK_ROWS = 512;

  private Broadcast() {}

  /// y_ij = x_ij + row_j. For a bias pass `tape.parameter(bias)`.
  public static Var addRow(Tape tape, Var x, Var row) {
    requireRow("addRow", x, row);
    Var y = tape.output(x.rows(), x.columns(), x.needsGradient() || row.needsGradient());
    addRow(tape, x.value(), row.value(), y.value());
    if (y.needsGradient()) {
      tape.node(AddRow.class, AddRow::new).set(x, row, y);
    }
    return y;
  }

  /// y_ij = x_ij row_j.
  public static Var multiplyRow(Tape tape, Var x, Var row) {
    requireRow("multiplyRow", x, row);
    Var y = tape.output(x.rows(), x.columns(), x.needsGradient() || row.needsGradient());
    Elements.rows(tape, MULTIPLY_ROW, 0, x.value(), row.value(), y.value(), x.rows());
    if (y.needsGradient()) {
      tape.node(MultiplyRow.class, MultiplyRow::new).set(x, row, y);
    }
    return y;
  }

  /// y_ij = x_ij column_i. For factors without gradient pass `tape.constant(factors)`.
  public static Var multiplyColumn(Tape tape, Var x, Var column) {
    Elements.requireSize("multiplyColumn", "one number per row", column, x.rows(), 1);
    Var y = tape.output(x.rows(), x.columns(), x.needsGradient() || column.needsGradient());
    Elements.rows(tape, MULTIPLY_COLUMN, 0, x.value(), column.value(), y.value(), x.rows());
    if (y.needsGradient()) {
      tape.node(MultiplyColumn.class, MultiplyColumn::new).set(x, column, y);
    }
    return y;
  }

  private static void requireRow(String operation, Var x, Var row) {
    Elements.requireSize(operation, "one number per column", row, 1, x.columns());
  }

  // ---- loops ----

  private static final Elements.RowLoop ADD_ROW =
      (at, x, s, y, from, to) -> {
        int c = x.columns();
        KERNELS.addRow(
            x.data(),
            x.offset() + from * c,
            s.data(),
            s.offset(),
            y.data(),
            y.offset() + from * c,
            to - from,
            c);
      };

  private static final Elements.RowLoop MULTIPLY_ROW =
      (at, x, s, y, from, to) -> {
        int c = x.columns();
        for (int r = from; r < to; r++) {
          KERNELS.multiply(
              x.data(), x.offset() + r * c, s.data(), s.offset(), y.data(), y.offset() + r * c, c);
        }
      };

  private static final Elements.RowLoop MULTIPLY_COLUMN =
      (at, x, s, y, from, to) -> {
        int c = x.columns();
        for (int r = from; r < to; r++) {
          KERNELS.scale(
              s.data()[s.offset() + r],
              x.data(),
              x.offset() + r * c,
              y.data(),
              y.offset() + r * c,
              c);
        }
      };

  private static final Elements.RowLoop ADD_TIMES_ROW =
      (at, dy, s, dx, from, to) -> {
        int c = dy.columns();
        for (int r = from; r < to; r++) {
          KERNELS.multiplyAdd(
              dy.data(),
              dy.offset() + r * c,
              s.data(),
              s.offset(),
              dx.data(),
              dx.offset() + r * c,
              c);
        }
      };

  private static final Elements.RowLoop ADD_TIMES_COLUMN =
      (at, dy, s, dx, from, to) -> {
        int c = dy.columns();
        for (int r = from; r < to; r++) {
          KERNELS.axpy(
              s.data()[s.offset() + r],
              dy.data(),
              dy.offset() + r * c,
              dx.data(),
              dx.offset() + r * c,
              c);
        }
      };

  /// d_r += dy_r . x_r.
  static final Elements.RowLoop ADD_ROW_DOTS =
      (at, dy, x, d, from, to) -> {
        int c = dy.columns();
        for (int r = from; r < to; r++) {
          d.data()[d.offset() + r] +=
              (float) KERNELS.dot(dy.data(), dy.offset() + r * c, x.data(), x.offset() + r * c, c);
        }
      };

  /// y = x + bias, row by row; y may be x.
  static void addRow(Tape tape, FloatTensor x, FloatTensor bias, FloatTensor y) {
    Elements.rows(tape, ADD_ROW, 0, x, bias, y, x.rows());
  }

  // ---- un-broadcasting ----

  /// Something that is summed over rows, `width` numbers per row.
  interface RowSum {
    /// Adds the rows `[from, to)` to `sums[so .. so + width)`, in order.
    void addRows(int from, int to, float[] sums, int so);
  }

  /// The sum over all rows: a row [1, width] in the tape's workspace (open a scope).
  ///
  /// Rows are summed in at most 16 blocks that depend on `rows` alone, and the blocks in order of
  /// their index: the same bits on any number of threads.
  static FloatTensor sumOverRows(Tape tape, int rows, int width, RowSum term) {
    int blocks = Math.clamp(rows / BLOCK_ROWS, 1, MAX_BLOCKS);
    FloatTensor parts = tape.workspace().allocateZeros(blocks, width);
    if (blocks == 1 || tape.tensors().pool().threads() == 1) {
      addBlocks(term, rows, blocks, parts, 0, blocks);
    } else {
      tape.tensors()
          .pool()
          .parallelFor(
              blocks, 1, (from, to, lane) -> addBlocks(term, rows, blocks, parts, from, to));
    }
    for (int b = 1; b < blocks; b++) {
      KERNELS.add(
          parts.data(),
          parts.offset(),
          parts.data(),
          parts.offset() + b * width,
          parts.data(),
          parts.offset(),
          width);
    }
    return parts;
  }

  private static void addBlocks(
      RowSum term, int rows, int blocks, FloatTensor parts, int from, int to) {
    for (int b = from; b < to; b++) {
      int first = (int) ((long) rows * b / blocks);
      int end = (int) ((long) rows * (b + 1) / blocks);
      term.addRows(first, end, parts.data(), parts.offset() + b * parts.columns());
    }
  }

  /// Adds the sum over rows of `term` to a row.
  static void addSumOverRows(Tape tape, int rows, RowSum term, FloatTensor target) {
    try (var _ = tape.workspace().open()) {
      int width = target.size();
      FloatTensor sums = sumOverRows(tape, rows, width, term);
      KERNELS.add(
          sums.data(),
          sums.offset(),
          target.data(),
          target.offset(),
          target.data(),
          target.offset(),
          width);
    }
  }

  /// The rows of one matrix, for {@link #sumOverRows}.
  static final class Rows implements RowSum {
    private FloatTensor x = FloatTensor.zeros(0);

    Rows of(FloatTensor matrix) {
      x = matrix;
      return this;
    }

    @Override
    public void addRows(int from, int to, float[] sums, int so) {
      int c = x.columns();
      KERNELS.addColumnSums(x.data(), x.offset() + from * c, to - from, c, sums, so);
    }
  }

  // ---- nodes ----

  private static final class AddRow implements Node {
    private final Rows rows = new Rows();
    private Var x = Var.none();
    private Var row = Var.none();
    private Var y = Var.none();

    void set(Var newX, Var newRow, Var newY) {
      x = newX;
      row = newRow;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      if (row.needsGradient()) {
        addSumOverRows(tape, dy.rows(), rows.of(dy), tape.gradient(row));
      }
      if (x.needsGradient()) {
        tape.passGradient(y, x);
      }
    }
  }

  private static final class MultiplyRow implements Node, RowSum {
    private Var x = Var.none();
    private Var row = Var.none();
    private Var y = Var.none();
    private FloatTensor dy = FloatTensor.zeros(0);

    void set(Var newX, Var newRow, Var newY) {
      x = newX;
      row = newRow;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      dy = tape.gradient(y);
      if (row.needsGradient()) {
        addSumOverRows(tape, dy.rows(), this, tape.gradient(row));
      }
      if (x.needsGradient()) {
        Elements.rowsAdjoint(tape, ADD_TIMES_ROW, 0, dy, row.value(), x);
      }
    }

    @Override
    public void addRows(int from, int to, float[] sums, int so) {
      int c = dy.columns();
      FloatTensor v = x.value();
      for (int r = from; r < to; r++) {
        KERNELS.multiplyAdd(
            v.data(), v.offset() + r * c, dy.data(), dy.offset() + r * c, sums, so, c);
      }
    }
  }

  private static final class MultiplyColumn implements Node {
    private Var x = Var.none();
    private Var column = Var.none();
    private Var y = Var.none();

    void set(Var newX, Var newColumn, Var newY) {
      x = newX;
      column = newColumn;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      if (column.needsGradient()) {
        Elements.rowsAdjoint(tape, ADD_ROW_DOTS, 0, dy, x.value(), column);
      }
      if (x.needsGradient()) {
        Elements.rowsAdjoint(tape, ADD_TIMES_COLUMN, 0, dy, column.value(), x);
      }
    }
  }
}
