package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No warm kernel allocates, whatever it was called with while the compiler looked on. Rows with large
/// angles are left out: the argument reduction of `StrictMath` makes arrays.
class KernelAllocationTest {
  private static final int CALLS = 500;
  private static final int ATTEMPTS = 400;

  /// Makes each kernel of the interface that is the first argument, or of "all", warm with ranges of the
  /// first size, then the next, and so on, and prints a line "allocates name size bytes" for each that allocates.
  public static void main(String[] arguments) throws InterruptedException {
    String type = arguments[0].equals("all") ? "" : arguments[0] + ".";
    String[] sizes = Arrays.copyOfRange(arguments, 1, arguments.length);
    float[] out = new float[KernelCalls.of(Integer.parseInt(largest(sizes))).size()];
    for (String size : sizes) {
      for (var row : KernelCalls.of(Integer.parseInt(size)).rows().entrySet()) {
        if (!row.getKey().startsWith(type) || row.getKey().endsWith("/large")) {
          continue;
        }
        long bytes = allocated(row.getValue(), out);
        if (bytes > 0) {
          System.out.println("allocates " + row.getKey() + " " + size + " " + bytes);
        }
      }
    }
  }

  private static String largest(String[] sizes) {
    return Stream.of(sizes).max((a, b) -> Integer.parseInt(a) - Integer.parseInt(b)).orElseThrow();
  }

  /// Bytes that 500 calls allocate, as the smallest of several tries: at first code is replaced, and on
  /// a busy machine the compiler takes its time.
  private static long allocated(KernelCalls.Call call, float[] out) throws InterruptedException {
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && least > 0; attempt++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        if (i % 100 == 0) {
          Arrays.fill(out, 0.25f);
        }
        call.run(out);
      }
      least = Math.min(least, bean.getCurrentThreadAllocatedBytes() - before);
      if (attempt > 100 && least > 0) {
        Thread.sleep(20);
      }
    }
    return least;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Kernels 77", "Kernels 3 160", "MessageKernels 77"})
  void warmKernelsAllocateNothing(String arguments) throws IOException, InterruptedException {
    assertEquals(Set.of(), allocating(arguments));
  }

  /// No kernel allocates in each of three processes: what HotSpot makes of so many kernels at once
  /// depends on when it compiles them, and one or the other may allocate in some process. Without fused
  /// multiply-adds one always does. See docs/decisions/elementwise.md.
  @Test
  void noKernelAlwaysAllocatesWhenAllAreWarmInOneProcess()
      throws IOException, InterruptedException {
    assumeTrue(Lanes.FMA);
    Set<String> always = allocating("all 3 160");
    for (int process = 1; process < 3 && !always.isEmpty(); process++) {
      always.retainAll(allocating("all 3 160"));
    }
    assertEquals(Set.of(), always);
  }

  /// The kernels that allocate in a process of their own.
  private static Set<String> allocating(String arguments) throws IOException, InterruptedException {
    return ChildProcess.lines(KernelAllocationTest.class, List.of(), arguments.split(" ", -1))
        .stream()
        .filter(line -> line.startsWith("allocates "))
        .map(line -> line.split(" ", -1)[1])
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
