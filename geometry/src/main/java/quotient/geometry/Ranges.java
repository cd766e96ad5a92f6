package quotient.geometry;

/// Loops over one configuration `[from, to)` that every space needs.
final class Ranges {
  private Ranges() {}

  static void requirePoints(String space, int width, int from, int to) {
    if (from < 0 || to < from || (to - from) % width != 0) {
      throw new IllegalArgumentException(
          space
              + ": a configuration needs a multiple of "
              + width
              + " numbers, found the range ["
              + from
              + ", "
              + to
              + ")");
    }
  }

  static void requireLength(String space, int length, int from, int to) {
    if (from < 0 || to - from != length) {
      throw new IllegalArgumentException(
          space
              + ": a configuration has "
              + length
              + " numbers, found the range ["
              + from
              + ", "
              + to
              + ")");
    }
  }

  static double dot(double[] u, double[] v, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += u[i] * v[i];
    }
    return sum;
  }

  static double distance(double[] x, double[] y, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double difference = x[i] - y[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  static void copy(double[] x, double[] out, int from, int to) {
    System.arraycopy(x, from, out, from, to - from);
  }

  /// out = k x / |x|^2, and 0 at x = 0.
  static void scaleByInverseSquare(double k, double[] x, double[] out, int from, int to) {
    double size = dot(x, x, from, to);
    double scale = size > 0 ? k / size : 0;
    for (int i = from; i < to; i++) {
      out[i] = scale * x[i];
    }
  }

  /// Mean of `x[from]`, `x[from + stride]`, ... below `to`, summed relative to the first.
  static double mean(double[] x, int from, int to, int stride) {
    double sum = 0;
    int n = 0;
    for (int i = from; i < to; i += stride, n++) {
      sum += x[i] - x[from];
    }
    return n > 0 ? x[from] + sum / n : 0;
  }
}
