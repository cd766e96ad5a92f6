package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import quotient.tensor.random.RandomKey;

/// The bits of every kernel are the same at the first call, after 20,000 calls, and in a process
/// that never compiles.
@Tag("bits")
class BitsTest {
  /// Enough for every compiler to have been at work; a few where there is none.
  private static final int CALLS =
      ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-Xint") ? 20 : 20_000;

  /// Prints a line "name hash" for each kernel, from its first call in this process.
  public static void main(String[] arguments) {
    hashes(1).forEach((name, hash) -> System.out.println("bits " + name + " " + hash));
  }

  @Test
  void theFirstCallAndTheTwentyThousandthGiveTheSameBits() {
    Map<String, Integer> first = hashes(1);
    assertEquals(first, hashes(CALLS));
  }

  @Test
  void aProcessThatNeverCompilesGivesTheSameBits() throws IOException, InterruptedException {
    Map<String, Integer> compiled = hashes(CALLS);
    Map<String, Integer> interpreted = child(List.of("-Xint"));
    assertEquals(compiled, interpreted);
    assertTrue(compiled.size() >= 30, "kernels compared: " + compiled.size());
  }

  private static Map<String, Integer> child(List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(options);
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("-XX:")) {
        command.add(option);
      }
    }
    command.add("--add-modules=jdk.incubator.vector");
    for (String property : List.of("quotient.kernels", "quotient.vectorBits")) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + "=" + value);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(BitsTest.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(5, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue());
    Map<String, Integer> hashes = new TreeMap<>();
    for (String line : out.lines().toList()) {
      List<String> words = Arrays.asList(line.split(" ", -1));
      if (words.size() == 3 && words.getFirst().equals("bits")) {
        hashes.put(words.get(1), Integer.valueOf(words.getLast()));
      }
    }
    return hashes;
  }

  private interface Call {
    void run(float[] out);
  }

  private static float[] random(String name, int n, double low, double high) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (low + (high - low) * RandomKey.of(9).child(name).uniform(i));
    }
    return x;
  }

  /// The hash of the last of that many calls, by kernel.
  private static Map<String, Integer> hashes(int calls) {
    Kernels k = KernelProvider.kernels();
    int n = 77;
    float[] x = random("x", 13 * n, -4, 4);
    float[] y = random("y", 13 * n, -1, 1);
    float[] positive = random("p", 13 * n, 1e-3, 9);
    float[] angles = random("angles", n, -2e4, 2e4);
    float[] none = new float[0];
    int[] index = {3, 0, 5, 5, 1, 3, 3, 2, 0};
    int[] start = {0, 2, 2, 5, 9};
    float[] b = new float[k.packedSize(n, 13)];
    k.packB(y, 0, 13, false, n, 13, b, 0);
    float[] wide = new float[k.packedSize(13, n)];
    k.packB(y, 0, n, false, 13, n, wide, 0);
    float[] turned = new float[k.packedSize(13, n)];
    float[] scratch = new float[k.scratchSize()];
    Map<String, Call> kernels = new TreeMap<>();
    kernels.put("add", o -> k.add(x, 0, y, 1, o, 2, n));
    kernels.put("subtract", o -> k.subtract(x, 0, y, 1, o, 2, n));
    kernels.put("multiply", o -> k.multiply(x, 0, y, 1, o, 2, n));
    kernels.put("multiplyAdd", o -> k.multiplyAdd(x, 0, y, 1, o, 2, n));
    kernels.put("axpy", o -> k.axpy(0.3f, x, 0, o, 1, n));
    kernels.put("scale", o -> k.scale(0.3f, x, 0, o, 1, n));
    kernels.put("exp", o -> k.exp(x, 0, o, 1, n));
    kernels.put("log", o -> k.log(positive, 0, o, 1, n));
    kernels.put("sin", o -> k.sin(angles, 0, o, 1, n));
    kernels.put("cos", o -> k.cos(angles, 0, o, 1, n));
    kernels.put("tanh", o -> k.tanh(x, 0, o, 1, n));
    kernels.put("sigmoid", o -> k.sigmoid(x, 0, o, 1, n));
    kernels.put("silu", o -> k.silu(x, 0, o, 1, n));
    kernels.put("tanhBackward", o -> k.tanhBackward(y, 0, x, 0, o, 1, n));
    kernels.put("sigmoidBackward", o -> k.sigmoidBackward(y, 0, x, 0, o, 1, n));
    kernels.put("siluBackward", o -> k.siluBackward(x, 0, y, 0, o, 1, n));
    kernels.put("swiGlu", o -> k.swiGlu(x, 0, o, 1, 3, n));
    kernels.put("swiGluBackward", o -> k.swiGluBackward(x, 0, y, 0, o, 1, 3, n));
    kernels.put("sum", o -> o[0] = (float) k.sum(x, 1, 12 * n));
    kernels.put("dot", o -> o[0] = (float) k.dot(x, 1, y, 2, 12 * n));
    kernels.put("addRow", o -> k.addRow(x, 0, y, 0, o, 1, 4, n));
    kernels.put("addColumnSums", o -> k.addColumnSums(x, 0, 4, n, o, 1));
    kernels.put("layerNorm", o -> k.layerNorm(x, 0, y, 0, y, 3, 1e-5f, o, 0, o, 600, o, 700, 3, n));
    kernels.put(
        "layerNormBackward",
        o -> k.layerNormBackward(x, 0, y, 3, y, 0, positive, 0, y, 9, o, 0, o, 600, o, 700, 3, n));
    kernels.put(
        "layerNormPlain",
        o -> k.layerNorm(x, 0, none, 0, none, 0, 1e-5f, o, 0, o, 600, o, 700, 3, n));
    kernels.put("softmaxRows", o -> k.softmaxRows(x, 0, o, 0, 4, n));
    kernels.put("softmaxRowsBackward", o -> k.softmaxRowsBackward(y, 0, x, 0, o, 0, 4, n));
    kernels.put("gatherRows", o -> k.gatherRows(x, 0, n, index, 0, 9, o, 0));
    kernels.put("scatterAddRows", o -> k.scatterAddRows(x, 0, n, index, 0, 9, o, 0));
    kernels.put("segmentSum", o -> k.segmentSum(x, 0, n, start, 0, 4, o, 0));
    kernels.put("gemmLong", o -> k.gemm(13, 13, n, x, 0, n, b, 0, o, 0, 13, false, scratch, 0));
    kernels.put("gemm", o -> k.gemm(13, n, 13, x, 0, 13, wide, 0, o, 0, n, true, scratch, 0));
    kernels.put(
        "gemmTransposed",
        o -> k.gemmTransposed(13, n, 13, x, 0, 13, y, 0, n, o, 0, n, true, scratch, 0));
    kernels.put("packB", o -> k.packB(y, 0, 13, true, 13, n, turned, 0));
    kernels.put(
        "adamW",
        o -> {
          float[] m = random("m", n, -1, 1);
          float[] v = random("v", n, 0, 1);
          System.arraycopy(x, 0, o, 0, n);
          k.adamW(o, 0, y, 0, m, 0, v, 0, n, 0.5f, 0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.3f, 0.2f);
        });
    Map<String, Integer> hashes = new TreeMap<>();
    float[] out = new float[13 * n];
    for (Map.Entry<String, Call> kernel : kernels.entrySet()) {
      // adamW draws its state anew in each call; fewer of them suffice.
      int repeats = kernel.getKey().equals("adamW") ? Math.min(calls, 2000) : calls;
      for (int i = 0; i < repeats; i++) {
        Arrays.fill(out, 0.25f);
        kernel.getValue().run(out);
      }
      hashes.put(kernel.getKey(), Arrays.hashCode(out));
    }
    hashes.put("packedTurned", Arrays.hashCode(turned));
    return hashes;
  }
}
