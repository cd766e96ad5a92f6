package quotient.geometry.shape;

import static quotient.geometry.shape.MomentOfInertia.angularVelocity;
import static quotient.geometry.shape.MomentOfInertia.gradientWeight;
import static quotient.geometry.shape.MomentOfInertia.isNearlyCollinear;

import quotient.tensor.kernel.CloudKernels;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.parallel.RangeTask;
import quotient.tensor.parallel.WorkerPool;

/// Projection, volume gradient and alignment for all clouds of a ragged batch of floats.
///
///     start: [B + 1] offsets in numbers, ascending;  cloud b is the range [start[b], start[b + 1])
///
/// The same results, to the rounding of float arithmetic in the last step, as
/// {@link HorizontalProjection}, {@link OrbitVolume} and {@link Kabsch} on each cloud, with the loops
/// over points in vector registers. A cloud's result depends on that cloud alone: not on threads, nor
/// on its company. Clouds go in blocks that stay in the first-level cache: moments of all of a block,
/// then the 3x3 algebra in double, then the map of its points. Degenerate clouds take the way of the
/// classes above.
///
/// Owns scratch for every lane of the pool and allocates nothing afterwards. *Confined.*
public final class ShapeBatch {
  private static final CloudKernels KERNELS = KernelProvider.cloudKernels();
  private static final int GRAIN = 512;
  private static final int BLOCK_CLOUDS = 32;
  private static final int BLOCK_NUMBERS = 3 * 768;
  private static final int STRIP = 4;
  private static final int SUMS = CloudKernels.SUMS;
  private static final int COEFFICIENTS = CloudKernels.COEFFICIENTS;
  private static final float[] NOTHING = {};

  /// Below this conditioning of the best rotation, {@link Kabsch} finds it; the others are exact to
  /// about 1e-12 before they are rounded to float.
  private static final double LEAST_CONDITIONING = 0.02;

  private enum Operation {
    PROJECT,
    DIFFERENTIATE,
    ALIGN
  }

  private final WorkerPool pool;
  private final RangeTask task = this::doClouds;
  private final Scratch[] scratch;
  private Operation operation = Operation.PROJECT;
  private int[] start = {0};
  private float[] x = NOTHING;
  private float[] second = NOTHING;
  private float[] out = NOTHING;

  private ShapeBatch(WorkerPool pool) {
    this.pool = pool;
    this.scratch = new Scratch[2 * pool.threads()];
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new Scratch();
    }
  }

  /// A batch worker on the threads of that pool.
  public static ShapeBatch on(WorkerPool pool) {
    return new ShapeBatch(pool);
  }

  private static final class Scratch {
    final double[] sums = new double[BLOCK_CLOUDS * SUMS];
    final float[] coefficients = new float[BLOCK_CLOUDS * COEFFICIENTS];
    final double[] cross = new double[9 * BLOCK_CLOUDS];
    final float[] rotation = new float[9 * BLOCK_CLOUDS];
    final double[] rotationScratch = new double[CloudKernels.ROTATION_SCRATCH * BLOCK_CLOUDS];
  }

  /// Removes from v what only moves or turns its cloud, see {@link HorizontalProjection#project}.
  ///
  ///     x, v, out: [start[B]], xyz interleaved; x in Å
  ///
  /// `out` may be `v`, not `x`.
  public void project(int[] start, float[] x, float[] v, float[] out) {
    begin("project", start, x, v, out);
    run(Operation.PROJECT);
  }

  /// The gradient of the logarithm of each orbit volume, see {@link OrbitVolume#logGradient}.
  ///
  ///     x, out: [start[B]], Å and 1/Å
  ///
  /// `out` must not be `x`.
  public void logOrbitVolumeGradient(int[] start, float[] x, float[] out) {
    begin("logOrbitVolumeGradient", start, x, x, out);
    run(Operation.DIFFERENTIATE);
  }

  /// Turns and moves each cloud of x as close as possible to that of `onto`, see
  /// {@link Kabsch#align}.
  ///
  ///     x, onto, out: [start[B]], Å
  ///
  /// `out` may be either argument.
  public void align(int[] start, float[] x, float[] onto, float[] out) {
    begin("align", start, x, onto, out);
    run(Operation.ALIGN);
  }

  private void begin(String operation, int[] start, float[] x, float[] second, float[] out) {
    if (start.length == 0 || start[0] < 0) {
      throw new IllegalArgumentException(
          operation
              + ": start needs B + 1 offsets from 0 on, found "
              + start.length
              + (start.length == 0 ? "" : " beginning with " + start[0]));
    }
    for (int b = 0; b + 1 < start.length; b++) {
      int length = start[b + 1] - start[b];
      if (length < 0 || length % 3 != 0) {
        throw new IllegalArgumentException(
            operation
                + ": cloud "
                + b
                + " needs a multiple of 3 numbers, found the range ["
                + start[b]
                + ", "
                + start[b + 1]
                + ")");
      }
    }
    int need = start[start.length - 1];
    if (x.length < need || second.length < need || out.length < need) {
      throw new IllegalArgumentException(
          operation
              + ": clouds need "
              + need
              + " numbers, found "
              + x.length
              + ", "
              + second.length
              + " and "
              + out.length);
    }
    this.start = start;
    this.x = x;
    this.second = second;
    this.out = out;
  }

  private void run(Operation wanted) {
    operation = wanted;
    pool.parallelFor(start.length - 1, GRAIN, task);
    x = NOTHING;
    second = NOTHING;
    out = NOTHING;
  }

  /// The end of the block that begins at cloud b: as many clouds as fit the cache, at least one.
  private int blockEnd(int b, int to) {
    int end = b + 1;
    while (end < to && end - b < BLOCK_CLOUDS && start[end + 1] - start[b] <= BLOCK_NUMBERS) {
      end++;
    }
    return end;
  }

  /// While one block is mapped, the moments of the next are taken, a few clouds of each in turn: the
  /// stores of the one then drain behind the arithmetic of the other.
  private void doClouds(int from, int to, int lane) {
    Scratch current = scratch[2 * lane];
    Scratch next = scratch[2 * lane + 1];
    int begin = from;
    int end = blockEnd(from, to);
    measure(current, begin, end, 0);
    while (begin < to) {
      solve(current, begin, end);
      int nextEnd = end < to ? blockEnd(end, to) : end;
      int ahead = end;
      for (int c = begin; c < end; c += STRIP) {
        int measured = Math.min(nextEnd, ahead + STRIP);
        measure(next, ahead, measured, ahead - end);
        ahead = measured;
        map(current, c, Math.min(end, c + STRIP), c - begin);
      }
      measure(next, ahead, nextEnd, ahead - end);
      repair(current, begin, end);
      Scratch done = current;
      current = next;
      next = done;
      begin = end;
      end = nextEnd;
    }
  }

  private void measure(Scratch own, int first, int last, int row) {
    switch (operation) {
      case PROJECT -> KERNELS.momentsAndMomentum(x, second, start, first, last, own.sums, row);
      case DIFFERENTIATE -> KERNELS.moments(x, start, first, last, own.sums, row);
      case ALIGN -> KERNELS.crossMoments(x, second, start, first, last, own.sums, row);
    }
  }

  private void map(Scratch own, int first, int last, int row) {
    if (operation == Operation.PROJECT) {
      KERNELS.addTransform(x, second, out, start, first, last, own.coefficients, row);
    } else {
      KERNELS.transform(x, out, start, first, last, own.coefficients, row);
    }
  }

  private void solve(Scratch own, int first, int last) {
    int clouds = last - first;
    if (operation == Operation.ALIGN) {
      for (int row = 0; row < clouds; row++) {
        crossMatrix(own, row);
      }
      KERNELS.bestRotations(
          own.cross, own.rotation, own.rotationScratch, BLOCK_CLOUDS, clouds, LEAST_CONDITIONING);
    }
    for (int row = 0; row < clouds; row++) {
      boolean solved =
          start[first + row] < start[first + row + 1]
              && switch (operation) {
                case PROJECT -> motion(own, row);
                case DIFFERENTIATE -> weight(own, row);
                case ALIGN -> turn(own, row);
              };
      if (!solved) {
        own.coefficients[row * COEFFICIENTS] = Float.NaN;
      }
    }
  }

  /// Degenerate clouds, which have no coefficients, one by one.
  private void repair(Scratch own, int first, int last) {
    for (int c = first; c < last; c++) {
      if (Float.isNaN(own.coefficients[(c - first) * COEFFICIENTS])) {
        switch (operation) {
          case PROJECT -> HorizontalProjection.project(x, second, out, start[c], start[c + 1]);
          case DIFFERENTIATE -> OrbitVolume.logGradient(x, out, start[c], start[c + 1]);
          case ALIGN -> Kabsch.align(x, second, out, start[c], start[c + 1]);
        }
      }
    }
  }

  /// v - u - omega × (p - m); false for degenerate clouds.
  private static boolean motion(Scratch own, int row) {
    double[] s = own.sums;
    float[] k = own.coefficients;
    int at = row * SUMS;
    int to = row * COEFFICIENTS;
    double sxx = s[at + 3];
    double syy = s[at + 4];
    double szz = s[at + 5];
    double sxy = s[at + 6];
    double syz = s[at + 7];
    double sxz = s[at + 8];
    if (isNearlyCollinear(sxx, sxy, sxz, syy, syz, szz)) {
      return false;
    }
    double lz = s[at + 12];
    double lx = s[at + 13];
    double ly = s[at + 14];
    double wx = angularVelocity(0, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    double wy = angularVelocity(1, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    double wz = angularVelocity(2, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    k[to] = 0;
    put(k, to + 3, wz, wx, wy);
    put(k, to + 6, -wy, -wz, -wx);
    put(k, to + 9, s[at], s[at + 1], s[at + 2]);
    put(k, to + 12, -s[at + 9], -s[at + 10], -s[at + 11]);
    return true;
  }

  static void put(float[] k, int at, double a, double b, double c) {
    k[at] = (float) a;
    k[at + 1] = (float) b;
    k[at + 2] = (float) c;
  }

  /// W (p - m); false for degenerate clouds.
  private static boolean weight(Scratch own, int row) {
    double[] s = own.sums;
    float[] k = own.coefficients;
    int at = row * SUMS;
    int to = row * COEFFICIENTS;
    double sxx = s[at + 3];
    double syy = s[at + 4];
    double szz = s[at + 5];
    double sxy = s[at + 6];
    double syz = s[at + 7];
    double sxz = s[at + 8];
    if (isNearlyCollinear(sxx, sxy, sxz, syy, syz, szz)) {
      return false;
    }
    double wxy = gradientWeight(0, 1, sxx, sxy, sxz, syy, syz, szz);
    double wxz = gradientWeight(0, 2, sxx, sxy, sxz, syy, syz, szz);
    double wyz = gradientWeight(1, 2, sxx, sxy, sxz, syy, syz, szz);
    put(
        k,
        to,
        gradientWeight(0, 0, sxx, sxy, sxz, syy, syz, szz),
        gradientWeight(1, 1, sxx, sxy, sxz, syy, syz, szz),
        gradientWeight(2, 2, sxx, sxy, sxz, syy, syz, szz));
    put(k, to + 3, wxy, wyz, wxz);
    put(k, to + 6, wxz, wxy, wyz);
    put(k, to + 9, s[at], s[at + 1], s[at + 2]);
    put(k, to + 12, 0, 0, 0);
    return true;
  }

  /// Cross moments, row-major, for {@link CloudKernels#bestRotations}.
  private static void crossMatrix(Scratch own, int row) {
    double[] s = own.sums;
    double[] h = own.cross;
    int at = row * SUMS;
    h[row] = s[at + 6];
    h[4 * BLOCK_CLOUDS + row] = s[at + 7];
    h[8 * BLOCK_CLOUDS + row] = s[at + 8];
    h[BLOCK_CLOUDS + row] = s[at + 9];
    h[5 * BLOCK_CLOUDS + row] = s[at + 10];
    h[6 * BLOCK_CLOUDS + row] = s[at + 11];
    h[2 * BLOCK_CLOUDS + row] = s[at + 12];
    h[3 * BLOCK_CLOUDS + row] = s[at + 13];
    h[7 * BLOCK_CLOUDS + row] = s[at + 14];
  }

  /// R (p - mean x) + mean onto; false where R is not to be had.
  private static boolean turn(Scratch own, int row) {
    double[] s = own.sums;
    float[] r = own.rotation;
    float[] k = own.coefficients;
    int at = row * SUMS;
    int to = row * COEFFICIENTS;
    k[to] = r[row];
    k[to + 1] = r[4 * BLOCK_CLOUDS + row];
    k[to + 2] = r[8 * BLOCK_CLOUDS + row];
    k[to + 3] = r[BLOCK_CLOUDS + row];
    k[to + 4] = r[5 * BLOCK_CLOUDS + row];
    k[to + 5] = r[6 * BLOCK_CLOUDS + row];
    k[to + 6] = r[2 * BLOCK_CLOUDS + row];
    k[to + 7] = r[3 * BLOCK_CLOUDS + row];
    k[to + 8] = r[7 * BLOCK_CLOUDS + row];
    put(k, to + 9, s[at], s[at + 1], s[at + 2]);
    put(k, to + 12, s[at + 3], s[at + 4], s[at + 5]);
    return !Float.isNaN(r[row]);
  }
}
