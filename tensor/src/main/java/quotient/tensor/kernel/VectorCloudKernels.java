package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import quotient.tensor.linalg.BestRotation3;

/// {@link CloudKernels} with one point in a vector of four doubles, or two in one of eight, and two
/// or five points in a vector of floats.
///
/// A vector starts at a point and reads a little of the next one; those lanes are never used, and the
/// last vector of a cloud is masked, so nothing outside the cloud is touched. Points of even and odd
/// index are summed apart and added at the end.
///
/// What becomes doubles is the first half of a vector of floats. Vectors of half the width would be a second
/// species of floats in the process, and HotSpot would keep vectors of other kernels on the heap.
final class VectorCloudKernels implements CloudKernels {
  private static final VectorSpecies<Double> D =
      VectorSpecies.of(double.class, Lanes.F.vectorShape());

  /// Floats that a vector of floats advances by: whole points.
  private static final int WIDE_STEP = Lanes.L / 3 * 3;

  private static final VectorShuffle<Float> REPEAT = VectorShuffle.fromOp(F, i -> i % 3);
  private static final VectorShuffle<Float> WIDE_NEXT = wideTurned(1);
  private static final VectorShuffle<Float> WIDE_LAST = wideTurned(2);
  private static final VectorMask<Float> WIDE = F.indexInRange(0, WIDE_STEP);

  /// Floats a vector advances by: whole points.
  private static final int STEP = D.length() / 3 * 3;

  private static final VectorShuffle<Double> NEXT = turned(1);
  private static final VectorShuffle<Double> LAST = turned(2);
  private static final VectorShuffle<Double> OTHER =
      VectorShuffle.fromOp(D, i -> i < STEP ? (i + 3) % STEP : i);

  /// Whether a vector holds two points, whose sums are added in the end.
  private static final boolean TWO = STEP == 6;

  private static final VectorMask<Float> FULL = F.indexInRange(0, STEP);
  private static final VectorMask<Float> ONE = F.indexInRange(0, 3);
  private static final VectorMask<Float> FRONT = F.indexInRange(0, D.length());

  private static final DoubleVector ONES = DoubleVector.broadcast(D, 1);

  /// Whether vectors hold at least a point here.
  static boolean isPossible() {
    return Lanes.F.vectorBitSize() >= 256;
  }

  private static VectorShuffle<Double> turned(int by) {
    return VectorShuffle.fromOp(D, i -> i < STEP ? i / 3 * 3 + (i + by) % 3 : i);
  }

  private static VectorShuffle<Float> wideTurned(int by) {
    return VectorShuffle.fromOp(F, i -> i < WIDE_STEP ? i / 3 * 3 + (i + by) % 3 : i);
  }

  @Override
  public int lanes() {
    return D.length();
  }

  private static DoubleVector load(float[] x, int i) {
    FloatVector points =
        i <= x.length - Lanes.L
            ? FloatVector.fromArray(F, x, i)
            : FloatVector.fromArray(F, x, i, FULL);
    return (DoubleVector) points.convertShape(VectorOperators.F2D, D, 0);
  }

  private static DoubleVector load(float[] x, int i, VectorMask<Float> mask) {
    return (DoubleVector)
        FloatVector.fromArray(F, x, i, mask).convertShape(VectorOperators.F2D, D, 0);
  }

  private static VectorMask<Float> rest(int floats) {
    return floats == STEP ? FULL : ONE;
  }

  @Override
  public void moments(float[] x, int[] start, int first, int last, double[] sums, int row) {
    for (int c = first, at = row * SUMS; c < last; c++, at += SUMS) {
      if (start[c] < start[c + 1]) {
        moments(x, start[c], start[c + 1], sums, at);
      }
    }
  }

  private static void moments(float[] x, int from, int to, double[] sums, int at) {
    DoubleVector sum = DoubleVector.zero(D);
    DoubleVector squares = sum;
    DoubleVector products = sum;
    int i = from;
    for (; i < to - STEP; i += STEP) {
      DoubleVector p = load(x, i);
      sum = p.add(sum);
      squares = FMA ? p.fma(p, squares) : p.mul(p).add(squares);
      DoubleVector pNext = p.rearrange(NEXT);
      products = FMA ? p.fma(pNext, products) : p.mul(pNext).add(products);
    }
    DoubleVector p = load(x, i, rest(to - i));
    sum = p.add(sum);
    squares = FMA ? p.fma(p, squares) : p.mul(p).add(squares);
    DoubleVector pNext = p.rearrange(NEXT);
    products = FMA ? p.fma(pNext, products) : p.mul(pNext).add(products);
    sum = TWO ? sum.add(sum.rearrange(OTHER)) : sum;
    squares = TWO ? squares.add(squares.rearrange(OTHER)) : squares;
    products = TWO ? products.add(products.rearrange(OTHER)) : products;
    DoubleVector mean = sum.mul(3.0 / (to - from));
    mean.intoArray(sums, at);
    squares.sub(sum.mul(mean)).intoArray(sums, at + 3);
    products.sub(sum.mul(mean.rearrange(NEXT))).intoArray(sums, at + 6);
  }

  @Override
  public void momentsAndMomentum(
      float[] x, float[] v, int[] start, int first, int last, double[] sums, int row) {
    for (int c = first, at = row * SUMS; c < last; c++, at += SUMS) {
      if (start[c] < start[c + 1]) {
        momentsAndMomentum(x, v, start[c], start[c + 1], sums, at);
      }
    }
  }

  private static void momentsAndMomentum(
      float[] x, float[] v, int from, int to, double[] sums, int at) {
    DoubleVector sum = DoubleVector.zero(D);
    DoubleVector squares = sum;
    DoubleVector products = sum;
    DoubleVector speed = sum;
    DoubleVector plus = sum;
    DoubleVector minus = sum;
    int i = from;
    for (; i < to - STEP; i += STEP) {
      DoubleVector p = load(x, i);
      DoubleVector u = load(v, i);
      DoubleVector pNext = p.rearrange(NEXT);
      DoubleVector uNext = u.rearrange(NEXT);
      sum = p.add(sum);
      speed = u.add(speed);
      squares = FMA ? p.fma(p, squares) : p.mul(p).add(squares);
      products = FMA ? p.fma(pNext, products) : p.mul(pNext).add(products);
      plus = FMA ? p.fma(uNext, plus) : p.mul(uNext).add(plus);
      minus = FMA ? pNext.fma(u, minus) : pNext.mul(u).add(minus);
    }
    VectorMask<Float> mask = rest(to - i);
    DoubleVector p = load(x, i, mask);
    DoubleVector u = load(v, i, mask);
    DoubleVector pNext = p.rearrange(NEXT);
    DoubleVector uNext = u.rearrange(NEXT);
    squares = FMA ? p.fma(p, squares) : p.mul(p).add(squares);
    products = FMA ? p.fma(pNext, products) : p.mul(pNext).add(products);
    plus = FMA ? p.fma(uNext, plus) : p.mul(uNext).add(plus);
    minus = FMA ? pNext.fma(u, minus) : pNext.mul(u).add(minus);
    DoubleVector turn = plus.sub(minus);
    sum = p.add(sum);
    speed = u.add(speed);
    squares = TWO ? squares.add(squares.rearrange(OTHER)) : squares;
    products = TWO ? products.add(products.rearrange(OTHER)) : products;
    turn = TWO ? turn.add(turn.rearrange(OTHER)) : turn;
    sum = TWO ? sum.add(sum.rearrange(OTHER)) : sum;
    speed = TWO ? speed.add(speed.rearrange(OTHER)) : speed;
    DoubleVector mean = sum.mul(3.0 / (to - from));
    DoubleVector meanNext = mean.rearrange(NEXT);
    mean.intoArray(sums, at);
    squares.sub(sum.mul(mean)).intoArray(sums, at + 3);
    products.sub(sum.mul(meanNext)).intoArray(sums, at + 6);
    speed.mul(3.0 / (to - from)).intoArray(sums, at + 9);
    DoubleVector orbital = mean.mul(speed.rearrange(NEXT)).sub(meanNext.mul(speed));
    turn.sub(orbital).intoArray(sums, at + 12);
  }

  @Override
  public void crossMoments(
      float[] x, float[] y, int[] start, int first, int last, double[] sums, int row) {
    for (int c = first, at = row * SUMS; c < last; c++, at += SUMS) {
      if (start[c] < start[c + 1]) {
        crossMoments(x, y, start[c], start[c + 1], sums, at);
      }
    }
  }

  private static void crossMoments(float[] x, float[] y, int from, int to, double[] sums, int at) {
    DoubleVector sumX = DoubleVector.zero(D);
    DoubleVector sumY = sumX;
    DoubleVector same = sumX;
    DoubleVector next = sumX;
    DoubleVector last = sumX;
    int i = from;
    for (; i < to - STEP; i += STEP) {
      DoubleVector p = load(x, i);
      DoubleVector q = load(y, i);
      DoubleVector qNext = q.rearrange(NEXT);
      DoubleVector qLast = q.rearrange(LAST);
      sumX = p.add(sumX);
      sumY = q.add(sumY);
      same = FMA ? p.fma(q, same) : p.mul(q).add(same);
      next = FMA ? p.fma(qNext, next) : p.mul(qNext).add(next);
      last = FMA ? p.fma(qLast, last) : p.mul(qLast).add(last);
    }
    VectorMask<Float> mask = rest(to - i);
    DoubleVector p = load(x, i, mask);
    DoubleVector q = load(y, i, mask);
    DoubleVector qNext = q.rearrange(NEXT);
    DoubleVector qLast = q.rearrange(LAST);
    same = FMA ? p.fma(q, same) : p.mul(q).add(same);
    next = FMA ? p.fma(qNext, next) : p.mul(qNext).add(next);
    last = FMA ? p.fma(qLast, last) : p.mul(qLast).add(last);
    sumX = p.add(sumX);
    sumY = q.add(sumY);
    same = TWO ? same.add(same.rearrange(OTHER)) : same;
    next = TWO ? next.add(next.rearrange(OTHER)) : next;
    last = TWO ? last.add(last.rearrange(OTHER)) : last;
    sumX = TWO ? sumX.add(sumX.rearrange(OTHER)) : sumX;
    sumY = TWO ? sumY.add(sumY.rearrange(OTHER)) : sumY;
    DoubleVector mean = sumX.mul(3.0 / (to - from));
    mean.intoArray(sums, at);
    sumY.mul(3.0 / (to - from)).intoArray(sums, at + 3);
    same.sub(mean.mul(sumY)).intoArray(sums, at + 6);
    next.sub(mean.mul(sumY.rearrange(NEXT))).intoArray(sums, at + 9);
    last.sub(mean.mul(sumY.rearrange(LAST))).intoArray(sums, at + 12);
  }

  /// The triple at an index of a row, repeated over all lanes.
  private static FloatVector triple(float[] coefficients, int at) {
    return FloatVector.fromArray(F, coefficients, at).rearrange(REPEAT);
  }

  @Override
  public void transform(
      float[] x, float[] out, int[] start, int first, int last, float[] coefficients, int row) {
    for (int c = first, at = row * COEFFICIENTS; c < last; c++, at += COEFFICIENTS) {
      if (!Float.isNaN(coefficients[at])) {
        transform(x, out, start[c], start[c + 1], coefficients, at);
      }
    }
  }

  private static void transform(
      float[] x, float[] out, int from, int to, float[] coefficients, int at) {
    FloatVector a = triple(coefficients, at);
    FloatVector b = triple(coefficients, at + 3);
    FloatVector c = triple(coefficients, at + 6);
    FloatVector m = triple(coefficients, at + 9);
    FloatVector d = triple(coefficients, at + 12);
    int i = from;
    for (; i < to - WIDE_STEP; i += WIDE_STEP) {
      FloatVector p = FloatVector.fromArray(F, x, i).sub(m);
      map(p, Lanes.fma(a, p, d), b, c).intoArray(out, i, WIDE);
    }
    VectorMask<Float> mask = wideRest(to - i);
    FloatVector p = FloatVector.fromArray(F, x, i, mask).sub(m);
    map(p, Lanes.fma(a, p, d), b, c).intoArray(out, i, mask);
  }

  @Override
  public void addTransform(
      float[] x,
      float[] v,
      float[] out,
      int[] start,
      int first,
      int last,
      float[] coefficients,
      int row) {
    for (int c = first, at = row * COEFFICIENTS; c < last; c++, at += COEFFICIENTS) {
      if (!Float.isNaN(coefficients[at])) {
        addTransform(x, v, out, start[c], start[c + 1], coefficients, at);
      }
    }
  }

  private static void addTransform(
      float[] x, float[] v, float[] out, int from, int to, float[] coefficients, int at) {
    FloatVector b = triple(coefficients, at + 3);
    FloatVector c = triple(coefficients, at + 6);
    FloatVector m = triple(coefficients, at + 9);
    FloatVector d = triple(coefficients, at + 12);
    int i = from;
    for (; i < to - WIDE_STEP; i += WIDE_STEP) {
      FloatVector p = FloatVector.fromArray(F, x, i).sub(m);
      FloatVector u = FloatVector.fromArray(F, v, i).add(d);
      map(p, u, b, c).intoArray(out, i, WIDE);
    }
    VectorMask<Float> mask = wideRest(to - i);
    FloatVector p = FloatVector.fromArray(F, x, i, mask).sub(m);
    FloatVector u = FloatVector.fromArray(F, v, i, mask).add(d);
    map(p, u, b, c).intoArray(out, i, mask);
  }

  /// A mask from bits costs one instruction with mask registers, and much without.
  private static VectorMask<Float> wideRest(int floats) {
    return Lanes.L == 16 ? VectorMask.fromLong(F, (1L << floats) - 1) : Lanes.first(floats);
  }

  private static FloatVector map(FloatVector p, FloatVector rest, FloatVector b, FloatVector c) {
    return Lanes.fma(c, p.rearrange(WIDE_LAST), Lanes.fma(b, p.rearrange(WIDE_NEXT), rest));
  }

  /// In passes, for want of registers, and because C2 gives up on long methods: as one pass for all nine
  /// entries, the last wrote its results by way of the heap in one process of thirty. All written out: in
  /// methods of this length C2 inlines the operations of the Vector API, but no helper of ours.
  @Override
  public void bestRotations(
      double[] h, float[] r, double[] scratch, int stride, int n, double least) {
    invariants(h, scratch, stride, n);
    traces(scratch, stride, n);
    stretches(h, scratch, stride, n, least);
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        rotationEntries(h, r, scratch, stride, n, row, column);
      }
    }
  }

  private static void invariants(double[] h, double[] scratch, int stride, int n) {
    for (int i = 0; i < n; i += D.length()) {
      DoubleVector xx = DoubleVector.fromArray(D, h, i);
      DoubleVector xy = DoubleVector.fromArray(D, h, stride + i);
      DoubleVector xz = DoubleVector.fromArray(D, h, 2 * stride + i);
      DoubleVector yx = DoubleVector.fromArray(D, h, 3 * stride + i);
      DoubleVector yy = DoubleVector.fromArray(D, h, 4 * stride + i);
      DoubleVector yz = DoubleVector.fromArray(D, h, 5 * stride + i);
      DoubleVector zx = DoubleVector.fromArray(D, h, 6 * stride + i);
      DoubleVector zy = DoubleVector.fromArray(D, h, 7 * stride + i);
      DoubleVector zz = DoubleVector.fromArray(D, h, 8 * stride + i);
      DoubleVector cxx = yy.mul(zz).sub(yz.mul(zy));
      DoubleVector cxy = yz.mul(zx).sub(yx.mul(zz));
      DoubleVector cxz = yx.mul(zy).sub(yy.mul(zx));
      DoubleVector cyx = xz.mul(zy).sub(xy.mul(zz));
      DoubleVector cyy = xx.mul(zz).sub(xz.mul(zx));
      DoubleVector cyz = xy.mul(zx).sub(xx.mul(zy));
      DoubleVector czx = xy.mul(yz).sub(xz.mul(yy));
      DoubleVector czy = xz.mul(yx).sub(xx.mul(yz));
      DoubleVector czz = xx.mul(yy).sub(xy.mul(yx));
      xx.mul(xx)
          .add(xy.mul(xy))
          .add(xz.mul(xz))
          .add(yx.mul(yx).add(yy.mul(yy)).add(yz.mul(yz)))
          .add(zx.mul(zx).add(zy.mul(zy)).add(zz.mul(zz)))
          .intoArray(scratch, i);
      cxx.mul(cxx)
          .add(cxy.mul(cxy))
          .add(cxz.mul(cxz))
          .add(cyx.mul(cyx).add(cyy.mul(cyy)).add(cyz.mul(cyz)))
          .add(czx.mul(czx).add(czy.mul(czy)).add(czz.mul(czz)))
          .intoArray(scratch, stride + i);
      xx.mul(cxx).add(xy.mul(cxy)).add(xz.mul(cxz)).intoArray(scratch, 2 * stride + i);
    }
  }

  /// Operation by operation what {@link BestRotation3#trace} does. The iterate goes through memory: a
  /// vector that a loop carries must not be a receiver, see docs/decisions/elementwise.md.
  private static void traces(double[] scratch, int stride, int n) {
    for (int i = 0; i < n; i += D.length()) {
      DoubleVector i1 = DoubleVector.fromArray(D, scratch, i);
      i1.mul(3).sqrt().intoArray(scratch, 3 * stride + i);
    }
    for (int step = 0; step < BestRotation3.STEPS; step++) {
      for (int i = 0; i < n; i += D.length()) {
        DoubleVector i1 = DoubleVector.fromArray(D, scratch, i);
        DoubleVector i24 = DoubleVector.fromArray(D, scratch, stride + i).mul(4);
        DoubleVector det8 = DoubleVector.fromArray(D, scratch, 2 * stride + i).mul(8);
        DoubleVector l = DoubleVector.fromArray(D, scratch, 3 * stride + i);
        DoubleVector l2 = l.mul(l);
        DoubleVector q = l2.sub(i1);
        DoubleVector f = q.mul(q).sub(i24).sub(det8.mul(l));
        DoubleVector f1 = l.mul(q).mul(4).sub(det8);
        DoubleVector f2 = q.mul(4).add(l2.mul(8));
        DoubleVector f11 = f1.mul(f1);
        DoubleVector ff2 = f.mul(f2);
        DoubleVector numerator = f.mul(f11.mul(2).sub(ff2));
        DoubleVector denominator = f1.mul(f11.mul(2).sub(ff2.mul(2))).add(f.mul(f).mul(l.mul(8)));
        l.sub(numerator.div(denominator)).intoArray(scratch, 3 * stride + i);
      }
    }
  }

  /// The symmetric N of R = N H^T + q cof H^T, all nine entries, from row 4 of the scratch on, and q in row 13.
  private static void stretches(double[] h, double[] scratch, int stride, int n, double least) {
    for (int i = 0; i < n; i += D.length()) {
      DoubleVector i1 = DoubleVector.fromArray(D, scratch, i);
      DoubleVector e1 = DoubleVector.fromArray(D, scratch, 3 * stride + i);
      DoubleVector square = e1.mul(e1);
      DoubleVector e2 = square.sub(i1).mul(0.5);
      DoubleVector gaps = e1.mul(e2).sub(DoubleVector.fromArray(D, scratch, 2 * stride + i));
      // The root of the surplus is NaN where there is none. No mask of doubles: see
      // FunctionText.sine.
      DoubleVector surplus = gaps.sub(i1.mul(i1.sqrt()).mul(least));
      DoubleVector inverse = ONES.div(gaps).add(surplus.sqrt().mul(0));
      DoubleVector p = square.sub(e2).mul(inverse);
      DoubleVector xx = DoubleVector.fromArray(D, h, i);
      DoubleVector xy = DoubleVector.fromArray(D, h, stride + i);
      DoubleVector xz = DoubleVector.fromArray(D, h, 2 * stride + i);
      DoubleVector yx = DoubleVector.fromArray(D, h, 3 * stride + i);
      DoubleVector yy = DoubleVector.fromArray(D, h, 4 * stride + i);
      DoubleVector yz = DoubleVector.fromArray(D, h, 5 * stride + i);
      DoubleVector zx = DoubleVector.fromArray(D, h, 6 * stride + i);
      DoubleVector zy = DoubleVector.fromArray(D, h, 7 * stride + i);
      DoubleVector zz = DoubleVector.fromArray(D, h, 8 * stride + i);
      DoubleVector nxy = xx.mul(xy).add(yx.mul(yy)).add(zx.mul(zy)).neg().mul(inverse);
      DoubleVector nxz = xx.mul(xz).add(yx.mul(yz)).add(zx.mul(zz)).neg().mul(inverse);
      DoubleVector nyz = xy.mul(xz).add(yy.mul(yz)).add(zy.mul(zz)).neg().mul(inverse);
      p.sub(xx.mul(xx).add(yx.mul(yx)).add(zx.mul(zx)).mul(inverse))
          .intoArray(scratch, 4 * stride + i);
      nxy.intoArray(scratch, 5 * stride + i);
      nxz.intoArray(scratch, 6 * stride + i);
      nxy.intoArray(scratch, 7 * stride + i);
      p.sub(xy.mul(xy).add(yy.mul(yy)).add(zy.mul(zy)).mul(inverse))
          .intoArray(scratch, 8 * stride + i);
      nyz.intoArray(scratch, 9 * stride + i);
      nxz.intoArray(scratch, 10 * stride + i);
      nyz.intoArray(scratch, 11 * stride + i);
      p.sub(xz.mul(xz).add(yz.mul(yz)).add(zz.mul(zz)).mul(inverse))
          .intoArray(scratch, 12 * stride + i);
      e1.mul(inverse).intoArray(scratch, 13 * stride + i);
    }
  }

  private static void rotationEntries(
      double[] h, float[] r, double[] scratch, int stride, int n, int row, int column) {
    int shape = (4 + 3 * row) * stride;
    int own = 3 * column * stride;
    int next = 3 * ((column + 1) % 3) * stride;
    int last = 3 * ((column + 2) % 3) * stride;
    int y = (row + 1) % 3 * stride;
    int z = (row + 2) % 3 * stride;
    int to = (3 * row + column) * stride;
    for (int i = 0; i < n; i += D.length()) {
      DoubleVector nx = DoubleVector.fromArray(D, scratch, shape + i);
      DoubleVector ny = DoubleVector.fromArray(D, scratch, shape + stride + i);
      DoubleVector nz = DoubleVector.fromArray(D, scratch, shape + 2 * stride + i);
      DoubleVector cofactor =
          DoubleVector.fromArray(D, h, next + y + i)
              .mul(DoubleVector.fromArray(D, h, last + z + i))
              .sub(
                  DoubleVector.fromArray(D, h, next + z + i)
                      .mul(DoubleVector.fromArray(D, h, last + y + i)));
      DoubleVector entry =
          nx.mul(DoubleVector.fromArray(D, h, own + i))
              .add(ny.mul(DoubleVector.fromArray(D, h, own + stride + i)))
              .add(nz.mul(DoubleVector.fromArray(D, h, own + 2 * stride + i)))
              .add(DoubleVector.fromArray(D, scratch, 13 * stride + i).mul(cofactor));
      FloatVector rounded = (FloatVector) entry.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(r, to + i, FRONT);
    }
  }
}
