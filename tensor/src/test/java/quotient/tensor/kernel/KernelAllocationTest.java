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

/// No warm kernel allocates, whatever it was called with while the compiler looked on, and whatever the
/// compiler knows of the methods of vectors. Rows with large angles are left out: the argument reduction of
/// `StrictMath` makes arrays.
class KernelAllocationTest {
  private static final int CALLS = 500;
  private static final int ATTEMPTS = 400;

  /// Keeps HotSpot from learning of which classes the receivers of the methods of vectors are, as it
  /// may when its compilers come late. See docs/decisions/elementwise.md.
  private static final List<String> NO_PROFILE =
      List.of(
          "-XX:CompileThresholdScaling=0.3", // or it would take five times as long
          "-XX:CompileCommand=CompileThresholdScaling,jdk.incubator.vector.*::*,10000.0",
          "-XX:CompileCommand=CompileThresholdScaling,jdk.internal.vm.vector.*::*,10000.0");

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
  @ValueSource(strings = {"Kernels 77", "Kernels 3 160", "MessageKernels 77", "CloudKernels 77"})
  void warmKernelsAllocateNothing(String arguments) throws IOException, InterruptedException {
    assertEquals(List.of(), allocating(List.of(), arguments));
  }

  /// No kernel allocates in each of three processes: where compilers come late, one or the other function
  /// may after the kernels of clouds, and without fused multiply-adds most do. See
  /// docs/decisions/elementwise.md.
  @Test
  void noKernelAlwaysAllocatesWhenAllAreWarmInOneProcess()
      throws IOException, InterruptedException {
    assumeTrue(Lanes.FMA);
    Set<String> always = names(allocating(List.of(), "all 3 160"));
    for (int process = 1; process < 3 && !always.isEmpty(); process++) {
      always.retainAll(names(allocating(List.of(), "all 3 160")));
    }
    assertEquals(Set.of(), always);
  }

  private static Set<String> names(List<String> lines) {
    return lines.stream()
        .map(line -> line.split(" ", -1)[1])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void kernelsAllocateNothingWhereMethodsOfVectorsHaveNoProfile()
      throws IOException, InterruptedException {
    assertEquals(List.of(), allocating(NO_PROFILE, "all 77"));
  }

  /// What a process of its own says of the kernels that allocate.
  private static List<String> allocating(List<String> options, String arguments)
      throws IOException, InterruptedException {
    return ChildProcess.lines(KernelAllocationTest.class, options, arguments.split(" ", -1))
        .stream()
        .filter(line -> line.startsWith("allocates "))
        .toList();
  }
}
