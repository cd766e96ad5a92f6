package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Rows picked by index and rows summed by index or by segment; each is the other's adjoint.
///
/// Index and start arrays are borrowed until the pass closes. Sums run in order of the rows, on the
/// calling thread.
public final class Segment {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final int[] NO_INDEX = new int[0];

  private Segment() {}

  /// Row i of y is row `index[i]` of x, for i < count.
  ///
  ///     x: [rows, columns]   y: [count, columns]
  public static Var gatherRows(Tape tape, Var x, int[] index, int count) {
    requireIndex("gatherRows", index, count, x.rows());
    Var y = tape.output(count, x.columns(), x.needsGradient());
    gather(x.value(), index, count, y.value());
    if (y.needsGradient()) {
      tape.node(Gather.class, Gather::new).set(x, index, count, y);
    }
    return y;
  }

  /// Adds row i of x to row `index[i]` of y; rows that no index names are zero.
  ///
  ///     x: [count, columns]   y: [rows, columns]
  public static Var scatterAddRows(Tape tape, Var x, int[] index, int rows) {
    requireIndex("scatterAddRows", index, x.rows(), rows);
    Var y = tape.output(rows, x.columns(), x.needsGradient());
    FloatTensor v = y.value();
    Elements.zeroIf(true, v, 0, v.size());
    scatterAdd(x.value(), index, x.rows(), v);
    if (y.needsGradient()) {
      tape.node(Scatter.class, Scatter::new).set(x, index, y);
    }
    return y;
  }

  /// Row s of y is the sum of the rows of x from `start[s]` to before `start[s + 1]`.
  ///
  ///     x: [start[segments], columns]   y: [segments, columns]
  public static Var segmentSum(Tape tape, Var x, int[] start, int segments) {
    requireSegments(start, segments, x.rows());
    Var y = tape.output(segments, x.columns(), x.needsGradient());
    FloatTensor vx = x.value();
    FloatTensor vy = y.value();
    KERNELS.segmentSum(
        vx.data(), vx.offset(), vx.columns(), start, 0, segments, vy.data(), vy.offset());
    if (y.needsGradient()) {
      tape.node(Sum.class, Sum::new).set(x, start, segments, y);
    }
    return y;
  }

  /// Row i of the result is row `index[i]` of a table of weights, for i < count.
  public static Var embedding(Tape tape, Parameter table, int[] index, int count) {
    return gatherRows(tape, tape.parameter(table), index, count);
  }

  // ---- rooms ----

  private static void gather(FloatTensor x, int[] index, int count, FloatTensor y) {
    KERNELS.gatherRows(x.data(), x.offset(), x.columns(), index, 0, count, y.data(), y.offset());
  }

  private static void scatterAdd(FloatTensor x, int[] index, int count, FloatTensor y) {
    KERNELS.scatterAddRows(
        x.data(), x.offset(), x.columns(), index, 0, count, y.data(), y.offset());
  }

  private static void requireIndex(String operation, int[] index, int count, int rows) {
    if (count < 0 || count > index.length) {
      throw new ShapeException(
          operation + ": " + count + " rows wanted, but the index has " + index.length);
    }
    for (int i = 0; i < count; i++) {
      if (index[i] < 0 || index[i] >= rows) {
        throw new ShapeException(
            operation + ": index[" + i + "] is " + index[i] + "; there are " + rows + " rows");
      }
    }
  }

  private static void requireSegments(int[] start, int segments, int rows) {
    if (segments < 0 || segments >= start.length) {
      throw new ShapeException(
          "segmentSum: "
              + segments
              + " segments need "
              + (segments + 1)
              + " starts, found "
              + start.length);
    }
    if (start[0] != 0 || start[segments] != rows) {
      throw new ShapeException(
          "segmentSum: starts run from "
              + start[0]
              + " to "
              + start[segments]
              + "; they must run from 0 to the number of rows, "
              + rows);
    }
    for (int s = 0; s < segments; s++) {
      if (start[s] > start[s + 1]) {
        throw new ShapeException(
            "segmentSum: start[" + s + "] = " + start[s] + " exceeds the next, " + start[s + 1]);
      }
    }
  }

  // ---- nodes ----

  private static final class Gather implements Node {
    private Var x = Var.none();
    private int[] index = NO_INDEX;
    private int count;
    private Var y = Var.none();

    void set(Var newX, int[] newIndex, int newCount, Var newY) {
      x = newX;
      index = newIndex;
      count = newCount;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      scatterAdd(tape.gradient(y), index, count, tape.gradient(x));
    }
  }

  private static final class Scatter implements Node {
    private Var x = Var.none();
    private int[] index = NO_INDEX;
    private Var y = Var.none();

    void set(Var newX, int[] newIndex, Var newY) {
      x = newX;
      index = newIndex;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      if (!tape.hasGradient(x)) {
        gather(dy, index, x.rows(), tape.gradientToOverwrite(x));
        return;
      }
      FloatTensor dx = tape.gradient(x);
      int c = dx.columns();
      for (int i = 0; i < x.rows(); i++) {
        addRow(dy, index[i], dx, i, c);
      }
    }
  }

  private static void addRow(FloatTensor from, int fromRow, FloatTensor to, int toRow, int c) {
    int o = to.offset() + toRow * c;
    KERNELS.add(to.data(), o, from.data(), from.offset() + fromRow * c, to.data(), o, c);
  }

  private static final class Sum implements Node {
    private Var x = Var.none();
    private int[] start = NO_INDEX;
    private int segments;
    private Var y = Var.none();

    void set(Var newX, int[] newStart, int newSegments, Var newY) {
      x = newX;
      start = newStart;
      segments = newSegments;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      boolean first = !tape.hasGradient(x);
      FloatTensor dx = Elements.place(tape, x);
      int c = dx.columns();
      for (int s = 0; s < segments; s++) {
        for (int i = start[s]; i < start[s + 1]; i++) {
          if (first) {
            System.arraycopy(dy.data(), dy.offset() + s * c, dx.data(), dx.offset() + i * c, c);
          } else {
            addRow(dy, s, dx, i, c);
          }
        }
      }
    }
  }
}
