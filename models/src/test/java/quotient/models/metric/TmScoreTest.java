package quotient.models.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quotient.geometry.shape.SO3;
import quotient.models.SharedFiles;
import quotient.models.protein.Backbone;
import quotient.models.protein.ChainRules;
import quotient.models.protein.StructureFile;
import quotient.tensor.random.RandomKey;

/// Our TM-scores against those of the published programs TMscore and TM-align, see the comments in
/// `reference/protein`.
final class TmScoreTest {
  private static List<String> reference(String name) throws IOException {
    try (InputStream in = TmScoreTest.class.getResourceAsStream("/reference/protein/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  private static float[] coordinates(String[] words) {
    float[] xyz = new float[words.length - 2];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = Float.parseFloat(words[i + 2]);
    }
    return xyz;
  }

  private static float[] turned(float[] xyz, RandomKey key) {
    double[] r = new double[9];
    SO3.random(key, r);
    float[] out = new float[xyz.length];
    for (int i = 0; i < xyz.length; i += 3) {
      for (int d = 0; d < 3; d++) {
        out[i + d] =
            (float)
                (r[3 * d] * xyz[i] + r[3 * d + 1] * xyz[i + 1] + r[3 * d + 2] * xyz[i + 2] + 7 * d);
      }
    }
    return out;
  }

  /// The search may find a better superposition than the published one, hardly a worse one.
  @Test
  void scoresOfPairsAgreeWithTheProgramTmScore() throws IOException {
    List<String> lines = reference("tm-score.txt");
    float[] chain = coordinates(lines.getFirst().split(" "));
    for (String line : lines) {
      String[] words = line.split(" ");
      double expected = Double.parseDouble(words[1]);
      double score = TmScore.ofPairs(coordinates(words), chain, chain.length / 3);
      assertTrue(score >= expected - 1e-3 && score <= expected + 2e-2, words[0] + ": " + score);
      float[] moved = turned(coordinates(words), RandomKey.of(3));
      assertEquals(score, TmScore.ofPairs(moved, chain, chain.length / 3), 2e-3, words[0]);
    }
  }

  @Test
  void theScaleIsThePublishedOne() {
    assertEquals(0.5, TmScore.scale(21));
    assertEquals(1.24 * Math.cbrt(85) - 1.8, TmScore.scale(100), 1e-12);
  }

  @Test
  void aMirrorImageIsAnotherFold() throws IOException {
    float[] chain = coordinates(reference("tm-score.txt").getFirst().split(" "));
    float[] mirrored = chain.clone();
    for (int i = 0; i < mirrored.length; i += 3) {
      mirrored[i] = -mirrored[i];
    }
    assertTrue(TmScore.ofPairs(mirrored, chain, chain.length / 3) < 0.5);
  }

  @Test
  void aPartIsFoundInItsWhole() throws IOException {
    float[] chain = coordinates(reference("tm-score.txt").getFirst().split(" "));
    float[] part = java.util.Arrays.copyOfRange(turned(chain, RandomKey.of(5)), 30, 150);
    TmAlign.Alignment found =
        new TmAlign().align(TmAlign.Fold.of(part), TmAlign.Fold.of(chain), TmAlign.Effort.FULL);
    assertEquals(1, found.byFirst(), 1e-4);
    assertEquals(40, found.matched());
    assertEquals(40.0 / 63, found.bySecond(), 1e-3);
    for (int j = 10; j < 50; j++) {
      assertEquals(j - 10, found.partner()[j]);
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new TmAlign()
                .align(
                    TmAlign.Fold.of(new float[12]), TmAlign.Fold.of(chain), TmAlign.Effort.FULL));
  }

  /// Both searches are heuristic: related pairs agree closely. Unrelated ones
  /// may differ by hundredths either way; ours are slightly higher in the mean, since pairs far apart
  /// are kept and each normalisation is searched for itself.
  @Test
  void alignmentsAgreeWithTheProgramTmAlign() throws IOException {
    Map<String, TmAlign.Fold> folds = new HashMap<>();
    for (String split : new String[] {"train", "val", "test"}) {
      for (Backbone chain :
          StructureFile.readAll(
              SharedFiles.path("data/proteins/" + split + ".pdb.gz"),
              ChainRules.lenient(),
              problem -> {})) {
        folds.put(chain.name(), TmAlign.Fold.of(chain.alpha()));
      }
    }
    double bias = 0;
    double worst = 0;
    double worstRelated = 0;
    double worstQuick = 0;
    List<String> rows = reference("tm-align.tsv");
    TmAlign aligner = new TmAlign();
    for (String row : rows) {
      String[] cells = row.split("\t", -1);
      TmAlign.Fold x = folds.get(cells[0]);
      TmAlign.Fold y = folds.get(cells[1]);
      TmAlign.Alignment ours = aligner.align(x, y, TmAlign.Effort.FULL);
      double expected = Double.parseDouble(cells[2]);
      double difference = ours.byFirst() - expected;
      double second = ours.bySecond() - Double.parseDouble(cells[3]);
      bias += 0.5 * (difference + second) / rows.size();
      worst = Math.max(worst, Math.max(-difference, -second));
      if (Math.min(expected, Double.parseDouble(cells[3])) > 0.5) {
        worstRelated = Math.max(worstRelated, Math.abs(difference));
        worstQuick =
            Math.max(worstQuick, expected - aligner.align(x, y, TmAlign.Effort.QUICK).byFirst());
      }
    }
    String text =
        "bias " + bias + ", worst " + worst + ", related " + worstRelated + ", quick " + worstQuick;
    assertTrue(Math.abs(bias) < 0.01, text);
    assertTrue(worst < 0.08, text);
    assertTrue(worstRelated < 0.01, text);
    assertTrue(worstQuick < 0.05, text);
  }
}
