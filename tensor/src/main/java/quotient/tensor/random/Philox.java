package quotient.tensor.random;

/// Counter-based random bits: Philox4x32 with ten rounds.
///
/// The 128 output bits are a function of a 64-bit key and a 128-bit counter, so the i-th draw of a
/// stream needs no state. Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as
/// easy as 1, 2, 3", section 3; the known-answer vectors of its reference distribution are tests.
public final class Philox {
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /// The first 64 of the 128 bits at a counter: words 0 (low half) and 1.
  public static long low(long key, long counterHigh, long counterLow) {
    return block(key, counterHigh, counterLow, false);
  }

  /// The last 64 of the 128 bits at a counter: words 2 (low half) and 3.
  public static long high(long key, long counterHigh, long counterLow) {
    return block(key, counterHigh, counterLow, true);
  }

  private static long block(long key, long counterHigh, long counterLow, boolean upper) {
    int c0 = (int) counterLow;
    int c1 = (int) (counterLow >>> 32);
    int c2 = (int) counterHigh;
    int c3 = (int) (counterHigh >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c0);
      long p1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c2);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return upper
        ? (long) c3 << 32 | Integer.toUnsignedLong(c2)
        : (long) c1 << 32 | Integer.toUnsignedLong(c0);
  }
}
