package quotient.tensor.random;

/// Standard normal numbers from a key; the i-th is a function of the key and of i alone.
///
///     z_2j = r cos(2 pi u'), z_2j+1 = r sin(2 pi u'), r = sqrt(-2 log u)
///
/// `StrictMath` keeps the bits equal on every machine and in every compiler state.
/// Source: Box & Muller 1958.
public final class Normal {
  private Normal() {}

  /// The i-th normal number of the stream.
  public static double at(RandomKey key, long i) {
    long pair = i & ~1L;
    double radius = radius(key, pair);
    double angle = angle(key, pair);
    return (i & 1) == 0 ? radius * StrictMath.cos(angle) : radius * StrictMath.sin(angle);
  }

  /// `out[from + i]` becomes the i-th normal number, for `from + i < to`.
  public static void fill(RandomKey key, double[] out, int from, int to) {
    int n = to - from;
    for (int i = 0; i < n; i += 2) {
      double radius = radius(key, i);
      double angle = angle(key, i);
      out[from + i] = radius * StrictMath.cos(angle);
      if (i + 1 < n) {
        out[from + i + 1] = radius * StrictMath.sin(angle);
      }
    }
  }

  /// `out[from + i]` becomes the i-th normal number rounded to float, for `from + i < to`.
  public static void fill(RandomKey key, float[] out, int from, int to) {
    int n = to - from;
    for (int i = 0; i < n; i += 2) {
      double radius = radius(key, i);
      double angle = angle(key, i);
      out[from + i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < n) {
        out[from + i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }

  private static double radius(RandomKey key, long pair) {
    return StrictMath.sqrt(-2 * StrictMath.log(1 - key.uniform(pair)));
  }

  private static double angle(RandomKey key, long pair) {
    return 2 * Math.PI * key.uniform(pair + 1);
  }
}
