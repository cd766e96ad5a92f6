package quotient.tensor;

/// Scratch memory for each thread of a pool, kept from call to call; a lane's grows when it is first
/// used for more. The first number to use is {@link CacheLine#FIRST}.
final class LaneScratch {
  private static final float[] NO_DATA = new float[0];

  private final float[][] memory;

  LaneScratch(int lanes) {
    memory = new float[lanes][];
    for (int lane = 0; lane < lanes; lane++) {
      memory[lane] = NO_DATA;
    }
  }

  /// Memory of at least `size` numbers from {@link CacheLine#FIRST} on, contents undefined.
  float[] of(int lane, int size) {
    int length = CacheLine.FIRST + size;
    if (memory[lane].length < length) {
      memory[lane] = new float[Math.max(length, CacheLine.LARGE)];
    }
    return memory[lane];
  }
}
