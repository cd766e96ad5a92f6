package quotient.bench;

import java.util.List;
import java.util.Map;
import quotient.tensor.Tensors;

/// A setting in which the native libraries run: what is in their environment.
///
/// @param name added to a library's name
/// @param environment variables that are set
record PeerVariant(String name, Map<String, String> environment) {
  /// Threads wait asleep, memory is kept and comes in huge pages: the best setting for two cores.
  private static final Map<String, String> TUNED =
      Map.of(
          "OMP_WAIT_POLICY",
          "passive",
          "OPENBLAS_THREAD_TIMEOUT",
          "4",
          "THP_MEM_ALLOC_ENABLE",
          "1",
          "GLIBC_TUNABLES",
          "glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0"
              + ":glibc.malloc.trim_threshold=1099511627776:glibc.malloc.top_pad=67108864");

  /// As a user gets it.
  private static final PeerVariant INSTALLED = new PeerVariant("as installed", Map.of());

  /// The variants to compare with, for a processor with our vectors.
  static List<PeerVariant> all() {
    if (Tensors.kernelLanes() < 16) {
      return List.of(INSTALLED, new PeerVariant("tuned", TUNED));
    }
    Map<String, String> forced = new java.util.HashMap<>(TUNED);
    forced.put("OPENBLAS_CORETYPE", "SkylakeX");
    forced.put("ATEN_CPU_CAPABILITY", "avx512");
    return List.of(INSTALLED, new PeerVariant("AVX-512 forced", Map.copyOf(forced)));
  }
}
