package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The bits of every kernel are the same at the first call, after 20,000 calls, and in a process
/// that never compiles.
@Tag("bits")
class BitsTest {
  /// Enough for every compiler to have been at work; a few where there is none.
  private static final int CALLS =
      ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-Xint") ? 20 : 20_000;

  private static final int SIZE = 77;

  /// Prints a line "bits name hash" for each kernel, from its first call in this process.
  public static void main(String[] arguments) {
    hashes(1).forEach((name, hash) -> System.out.println("bits " + name + " " + hash));
  }

  @Test
  void everyKernelHasARow() {
    assertEquals(Set.of(), KernelCalls.of(SIZE).missing());
  }

  @Test
  void theFirstCallAndTheTwentyThousandthGiveTheSameBits() {
    Map<String, Integer> first = hashes(1);
    assertEquals(first, hashes(CALLS));
  }

  @Test
  void aProcessThatNeverCompilesGivesTheSameBits() throws IOException, InterruptedException {
    Map<String, Integer> interpreted = new TreeMap<>();
    for (String line : ChildProcess.lines(BitsTest.class, List.of("-Xint"))) {
      List<String> words = Arrays.asList(line.split(" ", -1));
      if (words.size() == 3 && words.getFirst().equals("bits")) {
        interpreted.put(words.get(1), Integer.valueOf(words.getLast()));
      }
    }
    assertEquals(hashes(CALLS), interpreted);
  }

  /// The hash of the last of that many calls, by kernel.
  private static Map<String, Integer> hashes(int calls) {
    KernelCalls kernels = KernelCalls.of(SIZE);
    Map<String, Integer> hashes = new TreeMap<>();
    float[] out = new float[kernels.size()];
    kernels
        .rows()
        .forEach((name, call) -> {
          for (int i = 0; i < calls; i++) {
            Arrays.fill(out, 0.25f);
            call.run(out);
          }
          hashes.put(name, Arrays.hashCode(out));
        });
    return hashes;
  }
}
