package quotient.tensor.random;

/// The name of a stream of random numbers: the i-th draw is a function of the key and of i alone.
///
/// Keys form a tree: `root.child("noise").child(step)` names an independent stream, whatever was
/// drawn before. *Immutable.*
///
/// @param seed the Philox key
/// @param stream the upper half of the Philox counter
public record RandomKey(long seed, long stream) {
  private static final long CHILD_DOMAIN = 0x5bf0_3635_d1f0_3c2dL;

  /// The root of all streams of a run.
  public static RandomKey of(long seed) {
    return new RandomKey(seed, 0);
  }

  /// The key of the stream with that number below this one.
  public RandomKey child(long index) {
    long counterHigh = stream ^ CHILD_DOMAIN;
    long childSeed = Philox.low(seed, counterHigh, index);
    long childStream = Philox.high(seed, counterHigh, index);
    return new RandomKey(childSeed, childStream);
  }

  /// The key of the stream with that name below this one.
  public RandomKey child(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return child(hash).child(name.length());
  }

  /// The i-th 64 random bits.
  public long bits(long i) {
    long counter = i >> 1;
    return (i & 1) == 0 ? Philox.low(seed, stream, counter) : Philox.high(seed, stream, counter);
  }

  /// The i-th uniform number in [0, 1), with 53 random bits.
  public double uniform(long i) {
    return (bits(i) >>> 11) * 0x1.0p-53;
  }

  /// The i-th uniform integer in [0, bound).
  ///
  /// @throws IllegalArgumentException if the bound is not positive
  public int below(long i, int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("below: bound must be positive, found " + bound);
    }
    return (int) Math.multiplyHigh(bits(i) >>> 1, (long) bound << 1);
  }
}
