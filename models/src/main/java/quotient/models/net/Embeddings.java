package quotient.models.net;

/// Sines and cosines of times and of residue numbers, in double. *Immutable.*
///
/// Source: Geffner et al. 2025 (Proteína), as released; there in float, which costs up to 1e-4 in the
/// fast columns of a time.
public final class Embeddings {
  private static final double LARGEST_TIME = 2000;
  private static final double LONGEST_CHAIN = 2056;

  private Embeddings() {}

  /// Writes `[sin a_0, ..., cos a_0, ...]`, a_k = 2000 t 2000^(-k / (E/2 - 1)); an odd width ends in 0.
  public static void time(double t, int width, float[] out, int at) {
    int half = width / 2;
    for (int k = 0; k < half; k++) {
      double a = LARGEST_TIME * t * StrictMath.exp(-k * StrictMath.log(LARGEST_TIME) / (half - 1));
      out[at + k] = (float) StrictMath.sin(a);
      out[at + half + k] = (float) StrictMath.cos(a);
    }
    if (width % 2 != 0) {
      out[at + width - 1] = 0;
    }
  }

  /// Writes `[sin a_0, ..., cos a_0, ...]`, a_k = n pi / 2056^(2 k / E).
  public static void index(double n, int width, float[] out, int at) {
    int half = width / 2;
    for (int k = 0; k < half; k++) {
      double a = n * Math.PI / StrictMath.pow(LONGEST_CHAIN, 2.0 * k / width);
      out[at + k] = (float) StrictMath.sin(a);
      out[at + half + k] = (float) StrictMath.cos(a);
    }
  }
}
