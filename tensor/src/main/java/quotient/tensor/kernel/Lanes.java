package quotient.tensor.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The vector width of this process and the few operations on one vector that kernels share.
///
/// The width is the machine's preferred one, or that of the system property `quotient.vectorBits`
/// (128, 256, 512), which exists for tests. Everything here is a constant or a small static method:
/// the compiler then keeps vectors in registers.
final class Lanes {
  private static final int PREFERRED_BITS = FloatVector.SPECIES_PREFERRED.vectorBitSize();

  static final VectorSpecies<Float> F = species(System.getProperty("quotient.vectorBits", ""));
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

  /// Floats per vector.
  static final int L = F.length();

  /// Whether the processor multiplies and adds in one instruction; without it the call is emulated,
  /// hundreds of times slower, and kernels multiply and add in two roundings.
  static final boolean FMA = fusedMultiplyAdd();

  /// Whether there are 32 vector registers (AVX-512, NEON, SVE) rather than 16 (AVX2 and older).
  static final boolean MANY_REGISTERS = PREFERRED_BITS >= 512 || !isX86();

  private static final VectorMask<Float>[] FIRST = masks();
  // Lane i takes what lane i + 8 (4, 2, 1) has.
  static final VectorShuffle<Float> DOWN_8 = down(8);
  static final VectorShuffle<Float> DOWN_4 = down(4);
  static final VectorShuffle<Float> DOWN_2 = down(2);
  static final VectorShuffle<Float> DOWN_1 = down(1);

  private Lanes() {}

  private static VectorSpecies<Float> species(String bits) {
    int wanted =
        switch (bits) {
          case "" -> Math.min(512, PREFERRED_BITS);
          case "128" -> 128;
          case "256" -> 256;
          case "512" -> 512;
          default ->
              throw new IllegalStateException(
                  "quotient.vectorBits=" + bits + ": expected 128, 256 or 512");
        };
    if (wanted > PREFERRED_BITS) {
      throw new IllegalStateException(
          "quotient.vectorBits="
              + wanted
              + ": vectors of this machine have "
              + PREFERRED_BITS
              + " bits; ask for no more, or leave the property away");
    }
    return VectorSpecies.of(float.class, VectorShape.forBitSize(wanted));
  }

  private static boolean fusedMultiplyAdd() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      VMOption option = bean.getVMOption("UseFMA");
      return Boolean.parseBoolean(option.getValue());
    } catch (LinkageError | RuntimeException e) {
      // Without jdk.management: every processor with AVX2, and every 64-bit ARM, has the
      // instruction.
      return PREFERRED_BITS >= 256 || !isX86();
    }
  }

  private static boolean isX86() {
    String arch = System.getProperty("os.arch", "");
    return arch.equals("amd64") || arch.equals("x86_64") || arch.equals("x86");
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorMask<Float>[] masks() {
    VectorMask<Float>[] masks = new VectorMask[L + 1];
    for (int n = 0; n <= L; n++) {
      masks[n] = F.indexInRange(0, n);
    }
    return masks;
  }

  private static VectorShuffle<Float> down(int by) {
    return VectorShuffle.fromOp(F, i -> (i + by) % L);
  }

  /// The mask of the first n lanes, `0 <= n <= L`.
  static VectorMask<Float> first(int n) {
    return FIRST[n];
  }

  /// a b + c.
  static FloatVector fma(FloatVector a, FloatVector b, FloatVector c) {
    return FMA ? a.fma(b, c) : a.mul(b).add(c);
  }

  /// a b + c with a constant c.
  static FloatVector fma(FloatVector a, FloatVector b, float c) {
    return fma(a, b, FloatVector.broadcast(F, c));
  }

  /// a b + c with a constant b.
  static FloatVector fma(FloatVector a, float b, FloatVector c) {
    return fma(a, FloatVector.broadcast(F, b), c);
  }
}
