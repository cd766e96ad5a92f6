package quotient.tensor.kernel;

/// The arguments of {@link AttentionKernels}: the bias of one head for one row of pairs.
///
/// A pair has three classes, which are rows of the head's table T, and three coefficients rho, sigma
/// and tau. Pair j of the row is found at `at + j` of the class arrays and at `rhoAt + j`, `sigmaAt + j`
/// and `tauAt + j` of the coefficients. *Confined*; all public fields are borrowed.
public final class PairBias {
  /// Pairs whose sums of classes are formed before they are used.
  static final int BLOCK = 256;

  private static final float[] ABSENT = new float[0];
  private static final int[] NO_CLASSES = new int[0];

  /// First class of each pair.
  public int[] first = NO_CLASSES;

  /// Second class of each pair.
  public int[] second = NO_CLASSES;

  /// Third class of each pair.
  public int[] third = NO_CLASSES;

  /// Where the row begins in the class arrays.
  public int at;

  /// rho, sigma and tau of each pair.
  public float[] coefficient = ABSENT;

  /// Where the row's rho begin.
  public int rhoAt;

  /// Where the row's sigma begin.
  public int sigmaAt;

  /// Where the row's tau begin.
  public int tauAt;

  /// T.
  public float[] table = ABSENT;

  /// Offset of T.
  public int tableAt;

  /// Row of T that sigma multiplies.
  public int sigmaRow;

  /// Row of T that tau multiplies.
  public int tauRow;

  /// Scratch: the sums of classes of a block.
  final float[] sums = new float[BLOCK];

  /// No arguments yet.
  public PairBias() {}

  /// What sigma multiplies.
  float sigmaFactor() {
    return table[tableAt + sigmaRow];
  }

  /// What tau multiplies.
  float tauFactor() {
    return table[tableAt + tauRow];
  }
}
