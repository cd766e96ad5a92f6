package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// HotSpot's first compiler can take every kernel.
///
/// It gives up on a method whose operations on vectors expand to too many calls. Where it has compiled
/// such a method without a profile before, as it does when much waits for the second compiler, the
/// method never reaches the second, and stays thirty times slower for as long as the process lives:
/// layer norm with masked stores did so in most processes. Methods that were compiled before change
/// what is too much, so every kernel is the first of a process of its own.
@Tag("slow")
class FirstCompilerTest {
  private static final int CALLS = 300;

  /// With a rest beyond whole vectors.
  private static final int COLUMNS = 77;

  /// Calls the kernels whose names begin so.
  public static void main(String[] beginning) {
    KernelCalls calls = KernelCalls.of(COLUMNS);
    float[] out = new float[calls.size()];
    calls
        .rows()
        .forEach((name, call) -> {
          for (int i = 0; i < CALLS && name.startsWith(beginning[0]); i++) {
            call.run(out);
          }
        });
  }

  /// Kernels, without their variants.
  static Stream<String> kernels() {
    return KernelCalls.of(COLUMNS).rows().keySet().stream()
        .map(name -> name.replaceFirst("/.*", ""))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void compilesEveryKernel(String kernel) throws IOException, InterruptedException {
    List<String> log =
        ChildProcess.lines(
            FirstCompilerTest.class,
            List.of("-XX:TieredStopAtLevel=3", "-XX:+PrintCompilation", "-Xbatch"),
            kernel);
    assertTrue(log.stream().anyMatch(line -> line.contains("quotient.tensor.kernel")));
    assertEquals(
        List.of(),
        log.stream()
            .filter(line -> line.contains("quotient.") && line.contains("COMPILE SKIPPED"))
            .filter(line -> !line.contains("concurrent class loading")) // it tries again
            .toList());
  }
}
