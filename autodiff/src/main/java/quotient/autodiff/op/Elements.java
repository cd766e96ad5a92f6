package quotient.autodiff.op;

import java.util.Arrays;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.ShapeException;

/// Runs element-wise loops over chunks that stay in cache, on all threads if there are several.
///
/// The chunks depend on the number of elements alone. An adjoint always *adds*; at first touch the
/// chunk is zeroed just before, while it is in cache.
final class Elements {
  private static final int CHUNK = 8192;

  private Elements() {}

  /// y = f(x), with two settings a and b.
  interface Unary {
    void run(float a, float b, float[] x, int xo, float[] y, int yo, int n);
  }

  /// dx += dy f'(x), given x and y = f(x).
  interface UnaryAdjoint {
    void run(
        float a,
        float b,
        float[] x,
        int xo,
        float[] y,
        int yo,
        float[] dy,
        int dyo,
        float[] dx,
        int dxo,
        int n);
  }

  /// z = f(x, y), with one setting a.
  interface Binary {
    void run(float a, float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);
  }

  /// Adds to the gradient of one argument, given both and dz.
  interface BinaryAdjoint {
    void run(
        float a,
        float[] x,
        int xo,
        float[] y,
        int yo,
        float[] dz,
        int dzo,
        float[] d,
        int dOffset,
        int n);
  }

  /// A loop over the rows `[from, to)` of x, s or y, with one setting `at`.
  interface RowLoop {
    void run(int at, FloatTensor x, FloatTensor s, FloatTensor y, int from, int to);
  }

  /// Runs the loop over all of that many rows.
  static void rows(
      Tape tape, RowLoop loop, int at, FloatTensor x, FloatTensor s, FloatTensor y, int rows) {
    if (isInline(tape, Math.max(x.size(), y.size()))) {
      loop.run(at, x, s, y, 0, rows);
      return;
    }
    int grain = rowGrain(Math.max(x.columns(), y.columns()));
    tape.tensors()
        .pool()
        .parallelFor(rows, grain, (from, to, lane) -> loop.run(at, x, s, y, from, to));
  }

  /// Runs the loop over all rows of the target's gradient, to which it adds; dy and s are inputs.
  static void rowsAdjoint(
      Tape tape, RowLoop loop, int at, FloatTensor dy, FloatTensor s, Var target) {
    boolean first = !tape.hasGradient(target);
    FloatTensor d = place(tape, target);
    int rows = d.rows();
    int grain = rowGrain(Math.max(dy.columns(), d.columns()));
    if (tape.tensors().pool().threads() == 1) {
      for (int from = 0; from < rows; from += grain) {
        rowChunk(loop, at, dy, s, d, first, from, Math.min(rows, from + grain));
      }
      return;
    }
    tape.tensors()
        .pool()
        .parallelFor(
            rows, grain, (from, to, lane) -> rowChunk(loop, at, dy, s, d, first, from, to));
  }

  private static void rowChunk(
      RowLoop loop,
      int at,
      FloatTensor dy,
      FloatTensor s,
      FloatTensor d,
      boolean first,
      int from,
      int to) {
    int columns = d.columns();
    zeroIf(first, d, from * columns, to * columns);
    loop.run(at, dy, s, d, from, to);
  }

  /// Rows per chunk: a multiple of 16, about {@value #CHUNK} elements.
  static int rowGrain(int columns) {
    return Math.max(1, CHUNK / 16 / Math.max(1, columns)) * 16;
  }

  static void unary(Tape tape, Unary f, float a, float b, FloatTensor x, FloatTensor y) {
    int n = x.size();
    if (isInline(tape, n)) {
      f.run(a, b, x.data(), x.offset(), y.data(), y.offset(), n);
      return;
    }
    tape.tensors()
        .pool()
        .parallelFor(
            n,
            CHUNK,
            (from, to, lane) ->
                f.run(a, b, x.data(), x.offset() + from, y.data(), y.offset() + from, to - from));
  }

  static void binary(Tape tape, Binary f, float a, FloatTensor x, FloatTensor y, FloatTensor z) {
    int n = x.size();
    if (isInline(tape, n)) {
      f.run(a, x.data(), x.offset(), y.data(), y.offset(), z.data(), z.offset(), n);
      return;
    }
    tape.tensors()
        .pool()
        .parallelFor(
            n,
            CHUNK,
            (from, to, lane) ->
                f.run(
                    a,
                    x.data(),
                    x.offset() + from,
                    y.data(),
                    y.offset() + from,
                    z.data(),
                    z.offset() + from,
                    to - from));
  }

  /// Adds to the gradient of `target`; x, y and dy have its shape.
  static void unaryAdjoint(
      Tape tape,
      UnaryAdjoint f,
      float a,
      float b,
      FloatTensor x,
      FloatTensor y,
      FloatTensor dy,
      Var target) {
    boolean first = !tape.hasGradient(target);
    FloatTensor d = place(tape, target);
    int n = d.size();
    if (tape.tensors().pool().threads() == 1) {
      for (int from = 0; from < n; from += CHUNK) {
        unaryChunk(f, a, b, x, y, dy, d, first, from, Math.min(n, from + CHUNK));
      }
      return;
    }
    tape.tensors()
        .pool()
        .parallelFor(
            n, CHUNK, (from, to, lane) -> unaryChunk(f, a, b, x, y, dy, d, first, from, to));
  }

  private static void unaryChunk(
      UnaryAdjoint f,
      float a,
      float b,
      FloatTensor x,
      FloatTensor y,
      FloatTensor dy,
      FloatTensor d,
      boolean first,
      int from,
      int to) {
    zeroIf(first, d, from, to);
    f.run(
        a,
        b,
        x.data(),
        x.offset() + from,
        y.data(),
        y.offset() + from,
        dy.data(),
        dy.offset() + from,
        d.data(),
        d.offset() + from,
        to - from);
  }

  /// Adds to the gradient of `target`; x, y and dz have its shape.
  static void binaryAdjoint(
      Tape tape,
      BinaryAdjoint f,
      float a,
      FloatTensor x,
      FloatTensor y,
      FloatTensor dz,
      Var target) {
    boolean first = !tape.hasGradient(target);
    FloatTensor d = place(tape, target);
    int n = d.size();
    if (tape.tensors().pool().threads() == 1) {
      for (int from = 0; from < n; from += CHUNK) {
        binaryChunk(f, a, x, y, dz, d, first, from, Math.min(n, from + CHUNK));
      }
      return;
    }
    tape.tensors()
        .pool()
        .parallelFor(n, CHUNK, (from, to, lane) -> binaryChunk(f, a, x, y, dz, d, first, from, to));
  }

  private static void binaryChunk(
      BinaryAdjoint f,
      float a,
      FloatTensor x,
      FloatTensor y,
      FloatTensor dz,
      FloatTensor d,
      boolean first,
      int from,
      int to) {
    zeroIf(first, d, from, to);
    f.run(
        a,
        x.data(),
        x.offset() + from,
        y.data(),
        y.offset() + from,
        dz.data(),
        dz.offset() + from,
        d.data(),
        d.offset() + from,
        to - from);
  }

  /// The gradient of x with undefined contents at first touch, otherwise what it is so far.
  static FloatTensor place(Tape tape, Var x) {
    return tape.hasGradient(x) ? tape.gradient(x) : tape.gradientToOverwrite(x);
  }

  /// Zeroes the elements `[from, to)` if asked to.
  static void zeroIf(boolean asked, FloatTensor x, int from, int to) {
    if (asked) {
      Arrays.fill(x.data(), x.offset() + from, x.offset() + to, 0f);
    }
  }

  static void requireSame(String operation, Var a, Var b) {
    if (a.rows() != b.rows() || a.columns() != b.columns()) {
      throw new ShapeException(operation + ": shapes differ: " + a.shape() + " and " + b.shape());
    }
  }

  static void requireSize(String operation, String what, Var found, int rows, int columns) {
    if (found.rows() != rows || found.columns() != columns) {
      throw new ShapeException(
          operation
              + ": expected "
              + what
              + " of shape "
              + Shape.of(rows, columns)
              + ", found "
              + found.shape());
    }
  }

  /// Whether n elements are for the calling thread alone.
  static boolean isInline(Tape tape, int n) {
    return n <= CHUNK || tape.tensors().pool().threads() == 1;
  }
}
