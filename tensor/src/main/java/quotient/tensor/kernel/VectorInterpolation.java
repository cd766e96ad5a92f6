package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.fma;
import static quotient.tensor.kernel.ScalarMessageKernels.TAPS;

import jdk.incubator.vector.FloatVector;

/// Reading of tables between their rows, {@link MessageKernels#interpolate} and its adjoint, with the
/// Vector API; columns are whole vectors.
///
/// Two edges that read the same rows, one after the other, share the accesses to the table. Neither
/// their numbers nor the order of additions to a row depend on that.
final class VectorInterpolation {
  private VectorInterpolation() {}

  static void read(
      float[] table,
      int tableAt,
      int columns,
      int[] row,
      float[] taps,
      int[] slot,
      int[] order,
      int from,
      int to,
      float[] out,
      int outAt) {
    int place = from;
    while (place < to) {
      int e = order[place];
      int at = tableAt + row[e] * columns;
      int y = outAt + slot[e] * columns;
      if (place + 1 < to && row[order[place + 1]] == row[e]) {
        int other = order[place + 1];
        mixTwo(
            table,
            at,
            columns,
            taps,
            TAPS * e,
            TAPS * other,
            out,
            y,
            outAt + slot[other] * columns);
        place += 2;
      } else {
        mix(table, at, columns, taps, TAPS * e, out, y);
        place++;
      }
    }
  }

  private static void mix(
      float[] table, int at, int columns, float[] taps, int tapsAt, float[] out, int outAt) {
    FloatVector w0 = FloatVector.broadcast(F, taps[tapsAt]);
    FloatVector w1 = FloatVector.broadcast(F, taps[tapsAt + 1]);
    FloatVector w2 = FloatVector.broadcast(F, taps[tapsAt + 2]);
    FloatVector w3 = FloatVector.broadcast(F, taps[tapsAt + 3]);
    FloatVector w4 = FloatVector.broadcast(F, taps[tapsAt + 4]);
    FloatVector w5 = FloatVector.broadcast(F, taps[tapsAt + 5]);
    for (int p = 0; p < columns; p += L) {
      int t = at + p;
      FloatVector s = w0.mul(FloatVector.fromArray(F, table, t));
      s = fma(w1, FloatVector.fromArray(F, table, t + columns), s);
      s = fma(w2, FloatVector.fromArray(F, table, t + 2 * columns), s);
      s = fma(w3, FloatVector.fromArray(F, table, t + 3 * columns), s);
      s = fma(w4, FloatVector.fromArray(F, table, t + 4 * columns), s);
      s = fma(w5, FloatVector.fromArray(F, table, t + 5 * columns), s);
      s.intoArray(out, outAt + p);
    }
  }

  private static void mixTwo(
      float[] table,
      int at,
      int columns,
      float[] taps,
      int first,
      int second,
      float[] out,
      int firstAt,
      int secondAt) {
    FloatVector v0 = FloatVector.broadcast(F, taps[first]);
    FloatVector v1 = FloatVector.broadcast(F, taps[first + 1]);
    FloatVector v2 = FloatVector.broadcast(F, taps[first + 2]);
    FloatVector v3 = FloatVector.broadcast(F, taps[first + 3]);
    FloatVector v4 = FloatVector.broadcast(F, taps[first + 4]);
    FloatVector v5 = FloatVector.broadcast(F, taps[first + 5]);
    FloatVector w0 = FloatVector.broadcast(F, taps[second]);
    FloatVector w1 = FloatVector.broadcast(F, taps[second + 1]);
    FloatVector w2 = FloatVector.broadcast(F, taps[second + 2]);
    FloatVector w3 = FloatVector.broadcast(F, taps[second + 3]);
    FloatVector w4 = FloatVector.broadcast(F, taps[second + 4]);
    FloatVector w5 = FloatVector.broadcast(F, taps[second + 5]);
    for (int p = 0; p < columns; p += L) {
      int t = at + p;
      FloatVector r = FloatVector.fromArray(F, table, t);
      FloatVector x = v0.mul(r);
      FloatVector y = w0.mul(r);
      r = FloatVector.fromArray(F, table, t + columns);
      x = fma(v1, r, x);
      y = fma(w1, r, y);
      r = FloatVector.fromArray(F, table, t + 2 * columns);
      x = fma(v2, r, x);
      y = fma(w2, r, y);
      r = FloatVector.fromArray(F, table, t + 3 * columns);
      x = fma(v3, r, x);
      y = fma(w3, r, y);
      r = FloatVector.fromArray(F, table, t + 4 * columns);
      x = fma(v4, r, x);
      y = fma(w4, r, y);
      r = FloatVector.fromArray(F, table, t + 5 * columns);
      x = fma(v5, r, x);
      y = fma(w5, r, y);
      x.intoArray(out, firstAt + p);
      y.intoArray(out, secondAt + p);
    }
  }

  static void readBackward(
      float[] gradient,
      int gradientAt,
      int columns,
      int[] row,
      float[] taps,
      int[] slot,
      int[] order,
      int from,
      int to,
      float[] tableGradient,
      int tableAt) {
    int place = from;
    while (place < to) {
      int e = order[place];
      int at = tableAt + row[e] * columns;
      int d = gradientAt + slot[e] * columns;
      if (place + 1 < to && row[order[place + 1]] == row[e]) {
        int other = order[place + 1];
        spreadTwo(
            gradient,
            d,
            gradientAt + slot[other] * columns,
            columns,
            taps,
            TAPS * e,
            TAPS * other,
            tableGradient,
            at);
        place += 2;
      } else {
        spread(gradient, d, columns, taps, TAPS * e, tableGradient, at);
        place++;
      }
    }
  }

  private static void spread(
      float[] gradient,
      int gradientAt,
      int columns,
      float[] taps,
      int tapsAt,
      float[] out,
      int at) {
    FloatVector w0 = FloatVector.broadcast(F, taps[tapsAt]);
    FloatVector w1 = FloatVector.broadcast(F, taps[tapsAt + 1]);
    FloatVector w2 = FloatVector.broadcast(F, taps[tapsAt + 2]);
    FloatVector w3 = FloatVector.broadcast(F, taps[tapsAt + 3]);
    FloatVector w4 = FloatVector.broadcast(F, taps[tapsAt + 4]);
    FloatVector w5 = FloatVector.broadcast(F, taps[tapsAt + 5]);
    for (int p = 0; p < columns; p += L) {
      int t = at + p;
      FloatVector d = FloatVector.fromArray(F, gradient, gradientAt + p);
      fma(w0, d, FloatVector.fromArray(F, out, t)).intoArray(out, t);
      int t1 = t + columns;
      fma(w1, d, FloatVector.fromArray(F, out, t1)).intoArray(out, t1);
      int t2 = t1 + columns;
      fma(w2, d, FloatVector.fromArray(F, out, t2)).intoArray(out, t2);
      int t3 = t2 + columns;
      fma(w3, d, FloatVector.fromArray(F, out, t3)).intoArray(out, t3);
      int t4 = t3 + columns;
      fma(w4, d, FloatVector.fromArray(F, out, t4)).intoArray(out, t4);
      int t5 = t4 + columns;
      fma(w5, d, FloatVector.fromArray(F, out, t5)).intoArray(out, t5);
    }
  }

  private static void spreadTwo(
      float[] gradient,
      int firstAt,
      int secondAt,
      int columns,
      float[] taps,
      int first,
      int second,
      float[] out,
      int at) {
    FloatVector v0 = FloatVector.broadcast(F, taps[first]);
    FloatVector v1 = FloatVector.broadcast(F, taps[first + 1]);
    FloatVector v2 = FloatVector.broadcast(F, taps[first + 2]);
    FloatVector v3 = FloatVector.broadcast(F, taps[first + 3]);
    FloatVector v4 = FloatVector.broadcast(F, taps[first + 4]);
    FloatVector v5 = FloatVector.broadcast(F, taps[first + 5]);
    FloatVector w0 = FloatVector.broadcast(F, taps[second]);
    FloatVector w1 = FloatVector.broadcast(F, taps[second + 1]);
    FloatVector w2 = FloatVector.broadcast(F, taps[second + 2]);
    FloatVector w3 = FloatVector.broadcast(F, taps[second + 3]);
    FloatVector w4 = FloatVector.broadcast(F, taps[second + 4]);
    FloatVector w5 = FloatVector.broadcast(F, taps[second + 5]);
    for (int p = 0; p < columns; p += L) {
      int t = at + p;
      FloatVector c = FloatVector.fromArray(F, gradient, firstAt + p);
      FloatVector d = FloatVector.fromArray(F, gradient, secondAt + p);
      fma(w0, d, fma(v0, c, FloatVector.fromArray(F, out, t))).intoArray(out, t);
      int t1 = t + columns;
      fma(w1, d, fma(v1, c, FloatVector.fromArray(F, out, t1))).intoArray(out, t1);
      int t2 = t1 + columns;
      fma(w2, d, fma(v2, c, FloatVector.fromArray(F, out, t2))).intoArray(out, t2);
      int t3 = t2 + columns;
      fma(w3, d, fma(v3, c, FloatVector.fromArray(F, out, t3))).intoArray(out, t3);
      int t4 = t3 + columns;
      fma(w4, d, fma(v4, c, FloatVector.fromArray(F, out, t4))).intoArray(out, t4);
      int t5 = t4 + columns;
      fma(w5, d, fma(v5, c, FloatVector.fromArray(F, out, t5))).intoArray(out, t5);
    }
  }
}
