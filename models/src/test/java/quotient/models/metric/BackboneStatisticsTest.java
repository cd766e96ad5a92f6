package quotient.models.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import quotient.models.SharedFiles;
import quotient.models.protein.Backbone;
import quotient.models.protein.ChainRules;
import quotient.models.protein.StructureFile;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// Figures of chains with a known answer, and of real chains.
final class BackboneStatisticsTest {
  /// Alpha carbons on a helix: radius 2.3 Å, 100 degrees and 1.5 Å per residue.
  private static float[] helix(int n, int hand) {
    float[] xyz = new float[3 * n];
    for (int i = 0; i < n; i++) {
      double angle = Math.toRadians(100) * i;
      xyz[3 * i] = (float) (2.3 * Math.cos(angle));
      xyz[3 * i + 1] = (float) (hand * 2.3 * Math.sin(angle));
      xyz[3 * i + 2] = (float) (1.5 * i);
    }
    return xyz;
  }

  /// Alpha carbons on a pleated line, 3.3 Å per residue.
  private static float[] strand(int n) {
    float[] xyz = new float[3 * n];
    for (int i = 0; i < n; i++) {
      xyz[3 * i] = (i & 1) == 0 ? 0.9f : -0.9f;
      xyz[3 * i + 2] = 3.35f * i;
    }
    return xyz;
  }

  @Test
  void anIdealHelixIsAHelixOfItsHand() {
    BackboneStatistics right = BackboneStatistics.of(helix(20, 1));
    assertEquals(0, right.strand());
    assertEquals(0, right.leftHelix());
    assertTrue(right.helix() >= 0.8, "helix " + right.helix());
    BackboneStatistics left = BackboneStatistics.of(helix(20, -1));
    assertEquals(0, left.helix());
    assertEquals(right.helix(), left.leftHelix());
    assertEquals(3.83, right.meanStep(), 0.01);
    assertTrue(right.isValid());
  }

  @Test
  void aPleatedLineIsAStrand() {
    BackboneStatistics s = BackboneStatistics.of(strand(10));
    assertTrue(s.strand() >= 0.6, "strand " + s.strand());
    assertEquals(0, s.helix());
    assertEquals(0, s.contactOrder());
  }

  @Test
  void stepsAndContactsAreCountedAsDefined() {
    float[] x = {0, 0, 0, 3.8f, 0, 0, 3.8f, 3.9f, 0, 0.5f, 3.9f, 0, 0.5f, 1.5f, 0};
    BackboneStatistics s = BackboneStatistics.of(x);
    assertEquals(5, s.length());
    assertEquals(0.5, s.goodSteps());
    assertEquals(2.4, s.smallestStep(), 1e-6);
    assertEquals(3.9, s.largestStep(), 1e-6);
    assertEquals(1, s.clashes());
    assertEquals(1, s.contacts());
    assertEquals(Math.hypot(0.5, 1.5), s.closest(), 1e-6);
    // contacts within 8 Å, at least three apart: (0,3), (0,4), (1,4)
    assertEquals((3 + 4 + 3) / 3.0 / 5, s.contactOrder(), 1e-12);
  }

  @Test
  void tooShortChainsHaveFiguresToo() {
    BackboneStatistics one = BackboneStatistics.of(new float[] {1, 2, 3});
    assertEquals(0, one.gyration());
    assertEquals(0, one.meanStep());
    assertTrue(one.isValid());
    assertEquals(2, BackboneStatistics.of(new float[] {0, 0, 0, 4, 0, 0}).gyration(), 1e-12);
  }

  @Test
  void distancesOfSamplesAreWhatTheyAreByHand() {
    double[] a = {0, 1, 2, 3};
    assertEquals(0, DistributionDistance.wasserstein(a, new double[] {3, 2, 1, 0}));
    assertEquals(5, DistributionDistance.wasserstein(a, new double[] {5, 6, 7, 8}), 1e-12);
    assertEquals(1, DistributionDistance.wasserstein(new double[] {0, 2}, new double[] {1}), 1e-12);
    assertEquals(
        0.5, DistributionDistance.wasserstein(new double[] {0, 1}, new double[] {0}), 1e-12);
    var js = DistributionDistance.jensenShannon(0, 4, 4);
    assertEquals(0, js.of(a, a), 1e-12);
    assertEquals(1, js.of(new double[] {0.5}, new double[] {1.5}), 1e-12);
    double[][] units = {{0}, {0}, {0}, {0}, {1}};
    double[] halves =
        DistributionDistance.halves(units, DistributionDistance::wasserstein, 50, RandomKey.of(1));
    // The odd one is among the two or among the three.
    assertEquals(1 / 3.0, halves[0], 1e-12);
    assertEquals(0.5, halves[49], 1e-12);
  }

  @Test
  void figuresOfRealChainsFollowTheIndexOfTheData() throws IOException {
    Map<String, String[]> index = new HashMap<>();
    Path folder = SharedFiles.path("data/proteins");
    for (String line : Files.readAllLines(folder.resolve("index.tsv"))) {
      String[] cells = line.split("\t", -1);
      index.put(cells[0], cells);
    }
    List<Backbone> chains = test(folder);
    double[][] helix = new double[2][chains.size()];
    double[][] strand = new double[2][chains.size()];
    int at = 0;
    for (Backbone chain : chains) {
      String[] row = Objects.requireNonNull(index.get(chain.name()));
      BackboneStatistics s = BackboneStatistics.of(chain.alpha());
      assertEquals(Double.parseDouble(row[15]), s.gyration(), 0.006, chain.name());
      assertEquals(Double.parseDouble(row[16]), s.relativeGyration(), 0.001, chain.name());
      assertEquals(0, s.leftHelix(), 0.12, chain.name());
      helix[0][at] = s.helix();
      helix[1][at] = Double.parseDouble(row[13]);
      strand[0][at] = s.strand();
      strand[1][at++] = Double.parseDouble(row[14]);
    }
    // The index counts more residues as helix and strand, but ranks the chains alike.
    assertTrue(correlation(helix) > 0.95, "helix " + correlation(helix));
    assertTrue(correlation(strand) > 0.85, "strand " + correlation(strand));
  }

  private static double correlation(double[][] xy) {
    double[] mean = new double[2];
    for (int i = 0; i < xy[0].length; i++) {
      mean[0] += xy[0][i] / xy[0].length;
      mean[1] += xy[1][i] / xy[0].length;
    }
    double xx = 0;
    double cross = 0;
    double yy = 0;
    for (int i = 0; i < xy[0].length; i++) {
      double dx = xy[0][i] - mean[0];
      double dy = xy[1][i] - mean[1];
      xx += dx * dx;
      cross += dx * dy;
      yy += dy * dy;
    }
    return cross / Math.sqrt(xx * yy);
  }

  @Test
  void aSetAgainstItselfIsAtDistanceZeroAndNotNovel() throws IOException {
    List<Backbone> chains =
        test(SharedFiles.path("data/proteins")).stream()
            .filter(chain -> chain.length() < 75)
            .limit(6)
            .toList();
    try (WorkerPool pool = WorkerPool.of(2)) {
      BackboneEvaluation result =
          BackboneEvaluation.of(
              chains, chains, chains, new BackboneEvaluation.Settings(10, 0.5, 1), pool);
      for (BackboneEvaluation.Distance d : result.distances()) {
        assertEquals(0, d.distance(), 1e-12, d.name());
        assertTrue(d.halves() > 0 && d.halves95() >= d.halves(), d.name());
      }
      assertEquals(1, result.novelty().orElseThrow().mean(), 1e-6);
      assertEquals(
          chains.stream().map(Backbone::name).toList(), result.novelty().orElseThrow().nearest());
      assertEquals(10, result.diversity().orElseThrow().pairs());
      JsonObject json = result.toJson();
      assertEquals(6, json.get("reference_structures").getAsInt());
      try (WorkerPool single = WorkerPool.of(1)) {
        assertEquals(
            json,
            BackboneEvaluation.of(
                    chains, chains, chains, new BackboneEvaluation.Settings(10, 0.5, 1), single)
                .toJson());
      }
    }
  }

  private static List<Backbone> test(Path folder) throws IOException {
    List<String> problems = new ArrayList<>();
    List<Backbone> chains =
        StructureFile.readAll(
            folder.resolve("test.pdb.gz"),
            ChainRules.strict(ChainRules.Gaps.REFUSE),
            problems::add);
    assertArrayEquals(new Object[0], problems.toArray());
    return chains;
  }
}
