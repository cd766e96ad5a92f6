package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.DOWN_1;
import static quotient.tensor.kernel.Lanes.DOWN_2;
import static quotient.tensor.kernel.Lanes.DOWN_4;
import static quotient.tensor.kernel.Lanes.DOWN_8;
import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;
import static quotient.tensor.kernel.ScalarKernels.STRANDS;
import static quotient.tensor.kernel.ScalarKernels.STRAND_BLOCK;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Reductions and row-wise loops; sums fold lanes in a fixed order of our own.
///
/// See {@link Kernels} for what each computes. A row's result depends on that row and the row
/// parameters alone.
final class VectorRows {
  /// Elements that are summed in float before they enter the double total.
  private static final int BLOCK = 1024;

  /// Whether sixteen sums fit the registers. The more columns at once, the longer are the stretches of
  /// memory that are read in order.
  private static final boolean WIDE = Lanes.MANY_REGISTERS;

  /// Rows whose column sums are formed in registers before they are added to the result.
  private static final int ROW_BLOCK = 128;

  private VectorRows() {}

  // ---- reductions ----

  static double sum(float[] x, int xo, int n) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total += shortSum(x, xo + i, Math.min(BLOCK, n - i));
    }
    return total;
  }

  static double dot(float[] x, int xo, float[] y, int yo, int n) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total += shortDot(x, xo + i, y, yo + i, Math.min(BLOCK, n - i));
    }
    return total;
  }

  /// A sum in four accumulators of vectors. The lanes are added here, as in the next two methods: a method
  /// that takes a vector is not always inlined, and then the vector lies on the heap.
  private static float shortSum(float[] x, int xo, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      a = FloatVector.fromArray(F, x, xo + i).add(a);
      b = FloatVector.fromArray(F, x, xo + i + L).add(b);
      c = FloatVector.fromArray(F, x, xo + i + 2 * L).add(c);
      d = FloatVector.fromArray(F, x, xo + i + 3 * L).add(d);
    }
    for (; i <= n - L; i += L) {
      a = FloatVector.fromArray(F, x, xo + i).add(a);
    }
    if (i < n) {
      b = FloatVector.fromArray(F, x, xo + i, first(n - i)).add(b);
    }
    FloatVector s = a.add(b).add(c.add(d));
    if (L >= 16) {
      s = s.add(s.rearrange(DOWN_8));
    }
    if (L >= 8) {
      s = s.add(s.rearrange(DOWN_4));
    }
    s = s.add(s.rearrange(DOWN_2));
    return s.add(s.rearrange(DOWN_1)).lane(0);
  }

  private static float shortDot(float[] x, int xo, float[] y, int yo, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      FloatVector x0 = FloatVector.fromArray(F, x, xo + i);
      FloatVector y0 = FloatVector.fromArray(F, y, yo + i);
      a = FMA ? x0.fma(y0, a) : x0.mul(y0).add(a);
      FloatVector x1 = FloatVector.fromArray(F, x, xo + i + L);
      FloatVector y1 = FloatVector.fromArray(F, y, yo + i + L);
      b = FMA ? x1.fma(y1, b) : x1.mul(y1).add(b);
      FloatVector x2 = FloatVector.fromArray(F, x, xo + i + 2 * L);
      FloatVector y2 = FloatVector.fromArray(F, y, yo + i + 2 * L);
      c = FMA ? x2.fma(y2, c) : x2.mul(y2).add(c);
      FloatVector x3 = FloatVector.fromArray(F, x, xo + i + 3 * L);
      FloatVector y3 = FloatVector.fromArray(F, y, yo + i + 3 * L);
      d = FMA ? x3.fma(y3, d) : x3.mul(y3).add(d);
    }
    for (; i <= n - L; i += L) {
      FloatVector u = FloatVector.fromArray(F, x, xo + i);
      FloatVector v = FloatVector.fromArray(F, y, yo + i);
      a = FMA ? u.fma(v, a) : u.mul(v).add(a);
    }
    if (i < n) {
      VectorMask<Float> m = first(n - i);
      FloatVector u = FloatVector.fromArray(F, x, xo + i, m);
      FloatVector v = FloatVector.fromArray(F, y, yo + i, m);
      b = FMA ? u.fma(v, b) : u.mul(v).add(b);
    }
    FloatVector s = a.add(b).add(c.add(d));
    if (L >= 16) {
      s = s.add(s.rearrange(DOWN_8));
    }
    if (L >= 8) {
      s = s.add(s.rearrange(DOWN_4));
    }
    s = s.add(s.rearrange(DOWN_2));
    return s.add(s.rearrange(DOWN_1)).lane(0);
  }

  static double squaredDistance(float[] x, int xo, float[] y, int yo, int n) {
    double total = 0;
    int bound = n - n % STRANDS;
    for (int i = 0; i < bound; i += STRAND_BLOCK) {
      total += shortSquaredDistance(x, xo + i, y, yo + i, Math.min(STRAND_BLOCK, bound - i));
    }
    for (int i = bound; i < n; i++) {
      float d = x[xo + i] - y[yo + i];
      total += d * d;
    }
    return total;
  }

  /// The sum in 16 strands, which are one vector to four; n is a multiple of 16. Few enough that the
  /// compiler takes the whole text at any width.
  private static float shortSquaredDistance(float[] x, int xo, float[] y, int yo, int n) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    for (int i = 0; i < n; i += STRANDS) {
      int u = xo + i;
      int v = yo + i;
      FloatVector r = FloatVector.fromArray(F, x, u).sub(FloatVector.fromArray(F, y, v));
      a = r.mul(r).add(a);
      if (L <= 8) {
        r = FloatVector.fromArray(F, x, u + L).sub(FloatVector.fromArray(F, y, v + L));
        b = r.mul(r).add(b);
      }
      if (L <= 4) {
        r = FloatVector.fromArray(F, x, u + 2 * L).sub(FloatVector.fromArray(F, y, v + 2 * L));
        c = r.mul(r).add(c);
        r = FloatVector.fromArray(F, x, u + 3 * L).sub(FloatVector.fromArray(F, y, v + 3 * L));
        d = r.mul(r).add(d);
      }
    }
    if (L <= 4) {
      a = c.add(a);
      b = d.add(b);
    }
    FloatVector s = L <= 8 ? a.add(b) : a;
    if (L >= 16) {
      s = s.add(s.rearrange(DOWN_8));
    }
    if (L >= 8) {
      s = s.add(s.rearrange(DOWN_4));
    }
    s = s.add(s.rearrange(DOWN_2));
    return s.add(s.rearrange(DOWN_1)).lane(0);
  }

  // ---- bias ----

  static void addRow(
      float[] x, int xo, float[] bias, int bo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      VectorElementwise.add(x, xo + r * columns, bias, bo, y, yo + r * columns, columns);
    }
  }

  static void addColumnSums(float[] x, int xo, int rows, int columns, float[] sums, int so) {
    for (int from = 0; from < rows; from += ROW_BLOCK) {
      int count = Math.min(ROW_BLOCK, rows - from);
      int at = xo + from * columns;
      int c = 0;
      for (; c <= columns - 4 * L; c += 4 * L) {
        fourColumnSums(x, at + c, columns, count, sums, so + c);
      }
      for (; c < columns; c += L) {
        oneColumnSum(x, at + c, columns, count, sums, so + c, Math.min(L, columns - c));
      }
    }
  }

  private static void fourColumnSums(float[] x, int xo, int ld, int rows, float[] sums, int so) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      a = FloatVector.fromArray(F, x, at).add(a);
      b = FloatVector.fromArray(F, x, at + L).add(b);
      c = FloatVector.fromArray(F, x, at + 2 * L).add(c);
      d = FloatVector.fromArray(F, x, at + 3 * L).add(d);
    }
    FloatVector.fromArray(F, sums, so).add(a).intoArray(sums, so);
    FloatVector.fromArray(F, sums, so + L).add(b).intoArray(sums, so + L);
    FloatVector.fromArray(F, sums, so + 2 * L).add(c).intoArray(sums, so + 2 * L);
    FloatVector.fromArray(F, sums, so + 3 * L).add(d).intoArray(sums, so + 3 * L);
  }

  /// Of at most a vector's columns. A mask as an argument would lie on the heap where HotSpot does not inline
  /// this.
  private static void oneColumnSum(
      float[] x, int xo, int ld, int rows, float[] sums, int so, int columns) {
    VectorMask<Float> m = first(columns);
    FloatVector a = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      a = FloatVector.fromArray(F, x, xo + r * ld, m).add(a);
    }
    FloatVector.fromArray(F, sums, so, m).add(a).intoArray(sums, so, m);
  }

  // ---- softmax ----

  static void softmaxRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = xo + r * columns;
      int to = yo + r * columns;
      float max = rowMax(x, at, columns);
      float sum =
          FMA
              ? ExponentialLoops.exponentials(x, at, max, y, to, columns)
              : PlainExponentialLoops.exponentials(x, at, max, y, to, columns);
      VectorElementwise.scale(1 / sum, y, to, y, to, columns);
    }
  }

  /// The largest number of a row. The last vector overlaps the one before: it may, here.
  private static float rowMax(float[] x, int xo, int n) {
    if (n < L) {
      return shortMax(x, xo, n);
    }
    FloatVector a = FloatVector.fromArray(F, x, xo);
    FloatVector b = FloatVector.fromArray(F, x, xo + n - L);
    int i = L;
    for (; i <= n - 2 * L; i += 2 * L) {
      FloatVector u = FloatVector.fromArray(F, x, xo + i);
      FloatVector v = FloatVector.fromArray(F, x, xo + i + L);
      a = u.blend(a, u.compare(VectorOperators.GT, a).not());
      b = v.blend(b, v.compare(VectorOperators.GT, b).not());
    }
    if (i <= n - L) {
      FloatVector u = FloatVector.fromArray(F, x, xo + i);
      a = u.blend(a, u.compare(VectorOperators.GT, a).not());
    }
    return a.blend(b, b.compare(VectorOperators.GT, a)).reduceLanes(VectorOperators.MAX);
  }

  private static float shortMax(float[] x, int xo, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[xo + i]);
    }
    return max;
  }

  static void softmaxRowsBackward(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int at = r * columns;
      float inner = shortDot(y, yo + at, dy, dyo + at, columns);
      int bound = F.loopBound(columns);
      int i = 0;
      for (; i < bound; i += L) {
        FloatVector p = FloatVector.fromArray(F, y, yo + at + i);
        FloatVector d = FloatVector.fromArray(F, dy, dyo + at + i).sub(inner);
        FloatVector addend = FloatVector.fromArray(F, dx, dxo + at + i);
        FloatVector sum = FMA ? p.fma(d, addend) : p.mul(d).add(addend);
        sum.intoArray(dx, dxo + at + i);
      }
      if (i < columns) {
        VectorMask<Float> m = first(columns - i);
        FloatVector p = FloatVector.fromArray(F, y, yo + at + i, m);
        FloatVector d = FloatVector.fromArray(F, dy, dyo + at + i, m).sub(inner);
        FloatVector addend = FloatVector.fromArray(F, dx, dxo + at + i, m);
        FloatVector sum = FMA ? p.fma(d, addend) : p.mul(d).add(addend);
        sum.intoArray(dx, dxo + at + i, m);
      }
    }
  }

  // ---- gather and sum over segments ----

  static void gatherRows(
      float[] x, int xo, int columns, int[] index, int from, int to, float[] y, int yo) {
    for (int i = from; i < to; i++) {
      System.arraycopy(x, xo + index[i] * columns, y, yo + (i - from) * columns, columns);
    }
  }

  static void scatterAddRows(
      float[] y, int yo, int columns, int[] index, int from, int to, float[] x, int xo) {
    for (int i = from; i < to; i++) {
      int at = xo + index[i] * columns;
      VectorElementwise.add(x, at, y, yo + (i - from) * columns, x, at, columns);
    }
  }

  static void segmentSum(
      float[] x,
      int xo,
      int columns,
      int[] start,
      int firstSegment,
      int segments,
      float[] y,
      int yo) {
    for (int s = 0; s < segments; s++) {
      int rows = start[firstSegment + s + 1] - start[firstSegment + s];
      int at = xo + start[firstSegment + s] * columns;
      int to = yo + s * columns;
      int c = 0;
      for (; WIDE && c <= columns - 16 * L; c += 16 * L) {
        sixteenSums(x, at + c, columns, rows, y, to + c);
      }
      for (; c <= columns - 8 * L; c += 8 * L) {
        eightSums(x, at + c, columns, rows, y, to + c);
      }
      for (; c <= columns - 4 * L; c += 4 * L) {
        fourSums(x, at + c, columns, rows, y, to + c);
      }
      for (; c <= columns - 2 * L; c += 2 * L) {
        twoSums(x, at + c, columns, rows, y, to + c);
      }
      if (c <= columns - L) {
        oneSum(x, at + c, columns, rows, y, to + c);
        c += L;
      }
      if (c < columns) {
        partialSum(x, at + c, columns, rows, y, to + c, columns - c);
      }
    }
  }

  private static void sixteenSums(float[] x, int xo, int ld, int rows, float[] y, int yo) {
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    FloatVector s2 = FloatVector.zero(F);
    FloatVector s3 = FloatVector.zero(F);
    FloatVector s4 = FloatVector.zero(F);
    FloatVector s5 = FloatVector.zero(F);
    FloatVector s6 = FloatVector.zero(F);
    FloatVector s7 = FloatVector.zero(F);
    FloatVector s8 = FloatVector.zero(F);
    FloatVector s9 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s14 = FloatVector.zero(F);
    FloatVector s15 = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      s0 = FloatVector.fromArray(F, x, at).add(s0);
      s1 = FloatVector.fromArray(F, x, at + L).add(s1);
      s2 = FloatVector.fromArray(F, x, at + 2 * L).add(s2);
      s3 = FloatVector.fromArray(F, x, at + 3 * L).add(s3);
      s4 = FloatVector.fromArray(F, x, at + 4 * L).add(s4);
      s5 = FloatVector.fromArray(F, x, at + 5 * L).add(s5);
      s6 = FloatVector.fromArray(F, x, at + 6 * L).add(s6);
      s7 = FloatVector.fromArray(F, x, at + 7 * L).add(s7);
      s8 = FloatVector.fromArray(F, x, at + 8 * L).add(s8);
      s9 = FloatVector.fromArray(F, x, at + 9 * L).add(s9);
      s10 = FloatVector.fromArray(F, x, at + 10 * L).add(s10);
      s11 = FloatVector.fromArray(F, x, at + 11 * L).add(s11);
      s12 = FloatVector.fromArray(F, x, at + 12 * L).add(s12);
      s13 = FloatVector.fromArray(F, x, at + 13 * L).add(s13);
      s14 = FloatVector.fromArray(F, x, at + 14 * L).add(s14);
      s15 = FloatVector.fromArray(F, x, at + 15 * L).add(s15);
    }
    s0.intoArray(y, yo);
    s1.intoArray(y, yo + L);
    s2.intoArray(y, yo + 2 * L);
    s3.intoArray(y, yo + 3 * L);
    s4.intoArray(y, yo + 4 * L);
    s5.intoArray(y, yo + 5 * L);
    s6.intoArray(y, yo + 6 * L);
    s7.intoArray(y, yo + 7 * L);
    s8.intoArray(y, yo + 8 * L);
    s9.intoArray(y, yo + 9 * L);
    s10.intoArray(y, yo + 10 * L);
    s11.intoArray(y, yo + 11 * L);
    s12.intoArray(y, yo + 12 * L);
    s13.intoArray(y, yo + 13 * L);
    s14.intoArray(y, yo + 14 * L);
    s15.intoArray(y, yo + 15 * L);
  }

  private static void eightSums(float[] x, int xo, int ld, int rows, float[] y, int yo) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    FloatVector e = FloatVector.zero(F);
    FloatVector f = FloatVector.zero(F);
    FloatVector g = FloatVector.zero(F);
    FloatVector h = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      a = FloatVector.fromArray(F, x, at).add(a);
      b = FloatVector.fromArray(F, x, at + L).add(b);
      c = FloatVector.fromArray(F, x, at + 2 * L).add(c);
      d = FloatVector.fromArray(F, x, at + 3 * L).add(d);
      e = FloatVector.fromArray(F, x, at + 4 * L).add(e);
      f = FloatVector.fromArray(F, x, at + 5 * L).add(f);
      g = FloatVector.fromArray(F, x, at + 6 * L).add(g);
      h = FloatVector.fromArray(F, x, at + 7 * L).add(h);
    }
    a.intoArray(y, yo);
    b.intoArray(y, yo + L);
    c.intoArray(y, yo + 2 * L);
    d.intoArray(y, yo + 3 * L);
    e.intoArray(y, yo + 4 * L);
    f.intoArray(y, yo + 5 * L);
    g.intoArray(y, yo + 6 * L);
    h.intoArray(y, yo + 7 * L);
  }

  private static void twoSums(float[] x, int xo, int ld, int rows, float[] y, int yo) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      a = FloatVector.fromArray(F, x, at).add(a);
      b = FloatVector.fromArray(F, x, at + L).add(b);
    }
    a.intoArray(y, yo);
    b.intoArray(y, yo + L);
  }

  private static void fourSums(float[] x, int xo, int ld, int rows, float[] y, int yo) {
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    FloatVector c = FloatVector.zero(F);
    FloatVector d = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int at = xo + r * ld;
      a = FloatVector.fromArray(F, x, at).add(a);
      b = FloatVector.fromArray(F, x, at + L).add(b);
      c = FloatVector.fromArray(F, x, at + 2 * L).add(c);
      d = FloatVector.fromArray(F, x, at + 3 * L).add(d);
    }
    a.intoArray(y, yo);
    b.intoArray(y, yo + L);
    c.intoArray(y, yo + 2 * L);
    d.intoArray(y, yo + 3 * L);
  }

  private static void oneSum(float[] x, int xo, int ld, int rows, float[] y, int yo) {
    FloatVector a = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      a = FloatVector.fromArray(F, x, xo + r * ld).add(a);
    }
    a.intoArray(y, yo);
  }

  /// Of fewer columns than a vector has, with a mask of its own as in {@link #oneColumnSum}.
  private static void partialSum(
      float[] x, int xo, int ld, int rows, float[] y, int yo, int columns) {
    VectorMask<Float> m = first(columns);
    FloatVector a = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      a = FloatVector.fromArray(F, x, xo + r * ld, m).add(a);
    }
    a.intoArray(y, yo, m);
  }
}
