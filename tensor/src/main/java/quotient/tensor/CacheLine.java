package quotient.tensor;

/// Where cache lines begin in large arrays. A vector that straddles two lines costs two accesses;
/// products run 4 to 8 % faster when none does (docs/decisions/gemm.md).
///
/// The collector G1 places an array of half a region or more at the start of a region, and its
/// numbers 16 bytes later. Other collectors, and smaller arrays, begin anywhere: nothing is lost
/// then but the gain.
public final class CacheLine {
  /// Floats of a line.
  public static final int FLOATS = 16;

  /// The first index of a large array at which a line begins.
  public static final int FIRST = 12;

  /// Floats of an array that surely is large with the default heap of a machine of 32 GB.
  static final int LARGE = (1 << 20) - FLOATS;

  private CacheLine() {}

  /// The next multiple of {@link #FLOATS}.
  public static int roundUp(int size) {
    return (size + FLOATS - 1) / FLOATS * FLOATS;
  }
}
