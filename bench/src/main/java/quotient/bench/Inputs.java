package quotient.bench;

import quotient.tensor.CacheLine;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// The numbers that all sides of a comparison compute with: a function of a name and an index.
///
/// Not statistically good, but equal everywhere and quick to make.
///
/// {@link #matrix} lies on cache lines, as the memory of a network does and as that of libtorch does.
public final class Inputs {
  /// Floats of an array that the collector places at the start of a region.
  private static final int LARGE = 1 << 20;

  private Inputs() {}

  /// n numbers in [-1, 1).
  public static float[] uniform(String name, int n) {
    float[] x = new float[n];
    long state = 0x9e3779b97f4a7c15L * (name.hashCode() | 1);
    for (int i = 0; i < n; i++) {
      x[i] = (mixed(state + i) >> 40) * 0x1p-23f;
    }
    return x;
  }

  /// The same numbers as a matrix that begins at a cache line.
  public static FloatTensor matrix(String name, int rows, int columns) {
    float[] values = uniform(name, rows * columns);
    float[] data = new float[Math.max(LARGE, values.length + CacheLine.FIRST)];
    System.arraycopy(values, 0, data, CacheLine.FIRST, values.length);
    return FloatTensor.view(data, CacheLine.FIRST, Shape.of(rows, columns));
  }

  /// n rising numbers in [0, bound): each is about as frequent as the next.
  public static int[] sorted(int n, int bound) {
    int[] index = new int[n];
    for (int i = 0; i < n; i++) {
      index[i] = (int) ((long) i * bound / n);
    }
    return index;
  }

  /// n numbers in [0, bound) without order.
  public static int[] scattered(String name, int n, int bound) {
    int[] index = new int[n];
    long state = 0x9e3779b97f4a7c15L * (name.hashCode() | 1);
    for (int i = 0; i < n; i++) {
      index[i] = (int) Long.remainderUnsigned(mixed(state + i), bound);
    }
    return index;
  }

  /// The finalizer of SplitMix64.
  private static long mixed(long i) {
    long z = i * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
