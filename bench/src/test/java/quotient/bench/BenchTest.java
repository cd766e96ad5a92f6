package quotient.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.tensor.kernel.MultiplyAddPeak;
import quotient.tensor.parallel.WorkerPool;

final class BenchTest {
  private static final Rounds.Effort SHORT = new Rounds.Effort(0, 0.001, 0, 0.001, 3, 3, 1);

  @Test
  void everyCaseHasItsOwnIdentity() {
    Set<String> ids = new HashSet<>();
    for (Case c : Catalogue.cases(false)) {
      assertTrue(ids.add(c.id()), c.id());
      assertEquals(c, Catalogue.of(c.id()));
    }
    assertTrue(Catalogue.cases(true).size() >= 10);
    assertThrows(IllegalArgumentException.class, () -> Catalogue.of("gemm-nn 1 2 3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch-nt 1024 18 18 32", "batch-nn 256 8 32 8"})
  void batchesAreProductsOneByOne(String id) {
    Case what = Catalogue.of(id);
    int count = what.size(0);
    int m = what.size(1);
    int n = what.size(2);
    int k = what.size(3);
    boolean transposed = what.operation().endsWith("nt");
    float[] a = Inputs.uniform("a", count * m * k);
    float[] b = Inputs.uniform("b", count * n * k);
    try (WorkerPool pool = WorkerPool.of(1);
        Workload ours = OurWorks.prepare(what, pool)) {
      float[] c = ours.result().getFirst();
      assertEquals(count * m * n, c.length);
      for (int at = 0; at < c.length; at += 97) {
        int i = at / (m * n);
        int row = at / n;
        int j = at % n;
        double sum = 0;
        for (int p = 0; p < k; p++) {
          int right = i * n * k + (transposed ? j * k + p : p * n + j);
          sum += (double) a[row * k + p] * b[right];
        }
        assertEquals(sum, c[at], 1e-5 * k);
      }
    }
  }

  /// Products against sums in double at a few places; functions against `Math`.
  @ParameterizedTest
  @ValueSource(strings = {"gemm-nn 64 64 64", "attention-nt 18 18 32", "attention-nn 128 64 128"})
  void productsAreProducts(String id) {
    Case what = Catalogue.of(id);
    int m = what.size(0);
    int n = what.size(1);
    int k = what.size(2);
    boolean transposed = what.operation().endsWith("nt");
    float[] a = Inputs.uniform("a", m * k);
    float[] b = Inputs.uniform("b", n * k);
    try (WorkerPool pool = WorkerPool.of(1);
        Workload ours = OurWorks.prepare(what, pool)) {
      float[] c = ours.result().getFirst();
      assertEquals(m * n, c.length);
      for (int at = 0; at < c.length; at += 97) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          int j = at % n;
          sum += (double) a[at / n * k + p] * b[transposed ? j * k + p : p * n + j];
        }
        assertEquals(sum, c[at], 1e-5 * k);
      }
    }
  }

  @Test
  void resultsDoNotDependOnThreads() {
    for (String id : List.of("silu-backward 590000", "segment-sum 20000 2304 64")) {
      Case what = Catalogue.of(id);
      try (WorkerPool one = WorkerPool.of(1);
          WorkerPool three = WorkerPool.of(3);
          Workload alone = OurWorks.prepare(what, one);
          Workload together = OurWorks.prepare(what, three)) {
        org.junit.jupiter.api.Assertions.assertArrayEquals(
            alone.result().getFirst(), together.result().getFirst());
      }
    }
  }

  @Test
  void thePeakIsAPositiveNumberOfCountedOperations() throws IOException {
    assertEquals(2 * MultiplyAddPeak.operations(500), MultiplyAddPeak.operations(1000));
    assertTrue(Float.isFinite(MultiplyAddPeak.run(1000)));
    try (WorkerPool pool = WorkerPool.of(2)) {
      double peak = Peak.operationsPerSecond(pool, SHORT);
      assertTrue(peak > 1e6 && Double.isFinite(peak), "peak " + peak);
    }
  }

  @Test
  void differentResultsStopTheComparison() {
    Case what = Catalogue.of("exp 16384");
    float[] x = {1, 2, 3};
    assertDiffer(what, List.of(x), List.of(new float[] {1, 2, 3.01f}));
    assertDiffer(what, List.of(x), List.of(new float[] {1, 2}));
    assertDiffer(what, List.of(x), List.of(x, x));
    assertDiffer(what, List.of(new float[] {Float.NaN}), List.of(new float[] {1}));
    assertDiffer(what, List.of(x, new float[] {0.1f}), List.of(x, new float[] {0.1001f}));
  }

  private static void assertDiffer(Case what, List<float[]> ours, List<float[]> theirs) {
    assertThrows(IOException.class, () -> Bench.requireEqual(what, "peer", ours, theirs));
  }

  @Test
  void roundingIsNoDifference() throws IOException {
    Case what = Catalogue.of("exp 16384");
    float[] x = {1, 2, 3};
    Bench.requireEqual(what, "peer", List.of(x), List.of(new float[] {1, 2, 3.0001f}));
    float[] zero = {0};
    Bench.requireEqual(what, "peer", List.of(x, zero), List.of(x, new float[] {2e-6f}));
    Case normal = Catalogue.of("normal 65536");
    try (WorkerPool pool = WorkerPool.of(1);
        Workload ours = OurWorks.prepare(normal, pool)) {
      List<float[]> drawn = ours.result();
      Bench.requireEqual(normal, "peer", drawn, drawn);
      assertDiffer(normal, drawn, List.of(new float[drawn.getFirst().length]));
    }
  }

  @Test
  void aServerAnswersEveryLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("floats");
    String requests =
        String.join(
            "\n",
            "prepare ours 1 attention-nt 18 18 32",
            "run 3",
            "result " + file,
            "memory",
            "prepare other 1 attention-nt 18 18 32",
            "run 1",
            "prepare ours 1 nothing 1",
            "release",
            "");
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    try (WorkerPool pool = WorkerPool.of(1)) {
      SideServer.serve(
          List.of("ours=1"),
          (library, _, what) ->
              library.equals("ours") ? Optional.of(OurWorks.prepare(what, pool)) : Optional.empty(),
          new BufferedReader(new StringReader(requests)),
          new PrintStream(answers, true, StandardCharsets.UTF_8));
    }
    List<String> lines = answers.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals("hello ours=1", lines.get(0));
    assertEquals("ready", lines.get(1));
    assertTrue(lines.get(2).startsWith("time "), lines.get(2));
    assertEquals("done", lines.get(3));
    assertEquals(18 * 18, SideServer.read(file).getFirst().length);
    assertTrue(lines.get(4).startsWith("memory "), lines.get(4));
    assertEquals("unsupported", lines.get(5));
    assertTrue(lines.get(6).startsWith("failed "), lines.get(6));
    assertTrue(lines.get(7).startsWith("failed "), lines.get(7));
    assertEquals("done", lines.get(8));
  }

  @Test
  void aRunWithoutPeersGivesOneRowPerCaseAndNumberOfThreads() throws IOException {
    Bench.Settings settings =
        new Bench.Settings(List.of(1, 2), true, "attention-nt 18", Optional.empty());
    try (Bench bench = new Bench(settings)) {
      Report report = bench.run((done, all, next) -> assertTrue(done <= all));
      assertEquals(2, report.rows().size());
      for (Row row : report.rows()) {
        assertTrue(row.ours() > 0 && row.percentOfPeak().orElseThrow() > 0, row.toString());
        assertTrue(row.peer().isEmpty() && row.ratio().isEmpty());
      }
    }
  }

  @Test
  void settingsThatNameNothingAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Bench.Settings(List.of(0), true, "", Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Bench.Settings(List.of(1), true, "nonsense", Optional.empty()).cases());
  }
}
