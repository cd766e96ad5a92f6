package quotient.tensor;

import quotient.tensor.parallel.RangeTask;

/// An element-wise kernel with its arguments, reused from call to call. *Confined.*
final class ElementTask implements RangeTask {
  /// A kernel that takes a constant and writes its last array.
  @FunctionalInterface
  interface Scaled {
    void run(float alpha, float[] x, int xo, float[] y, int yo, int n);
  }

  /// A kernel of one input.
  @FunctionalInterface
  interface Unary {
    void run(float[] x, int xo, float[] y, int yo, int n);
  }

  /// A kernel of two inputs; some add to the third array instead of overwriting it.
  @FunctionalInterface
  interface Binary {
    void run(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);
  }

  private static final FloatTensor NONE = FloatTensor.zeros(0);
  private static final Scaled NO_SCALED = (alpha, x, xo, y, yo, n) -> {};
  private static final Unary NO_UNARY = (x, xo, y, yo, n) -> {};
  private static final Binary NO_BINARY = (x, xo, y, yo, z, zo, n) -> {};

  private enum Kind {
    SCALED,
    UNARY,
    BINARY
  }

  private Kind kind = Kind.UNARY;
  private Scaled scaled = NO_SCALED;
  private Unary unary = NO_UNARY;
  private Binary binary = NO_BINARY;
  private float alpha;
  private FloatTensor x = NONE;
  private FloatTensor y = NONE;
  private FloatTensor z = NONE;

  ElementTask set(Scaled kernel, float factor, FloatTensor from, FloatTensor to) {
    kind = Kind.SCALED;
    scaled = kernel;
    alpha = factor;
    x = from;
    y = to;
    return this;
  }

  ElementTask set(Unary kernel, FloatTensor from, FloatTensor to) {
    kind = Kind.UNARY;
    unary = kernel;
    x = from;
    y = to;
    return this;
  }

  ElementTask set(Binary kernel, FloatTensor first, FloatTensor second, FloatTensor to) {
    kind = Kind.BINARY;
    binary = kernel;
    x = first;
    y = second;
    z = to;
    return this;
  }

  /// Number of elements of the arguments.
  int size() {
    return x.size();
  }

  /// Forgets the arguments, so that their memory can be given back.
  void clear() {
    x = NONE;
    y = NONE;
    z = NONE;
  }

  @Override
  public void run(int from, int to, int lane) {
    int xo = x.offset() + from;
    int yo = y.offset() + from;
    switch (kind) {
      case SCALED -> scaled.run(alpha, x.data(), xo, y.data(), yo, to - from);
      case UNARY -> unary.run(x.data(), xo, y.data(), yo, to - from);
      case BINARY -> binary.run(x.data(), xo, y.data(), yo, z.data(), z.offset() + from, to - from);
    }
  }
}
