package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String name, String... records) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, String.join("", records));
    return file;
  }

  /// A bent molecule of three atoms, the last of which stands at the given height.
  private static String record(String title, String y) {
    return """
    %s

    made up
      3  2  0  0  0  0  0  0  0  0999 V2000
        0.0000    0.0000    0.0000 O   0  0
        1.4000    0.0000    0.0000 C   0  0
        1.9000    %s    0.0000 N   0  0
      1  2  1  0
      2  3  1  0
    M  END
    $$$$
    """
        .formatted(title, y);
  }

  private static CommandLineRun evaluate(Path reference, Path generated, String... more) {
    List<String> args =
        new java.util.ArrayList<>(
            List.of(
                "evaluate",
                "conformer",
                "--reference",
                reference.toString(),
                "--generated",
                generated.toString()));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  @Test
  void equalFilesHaveFullCoverageAndTheKeysOfTheContract() throws IOException {
    Path file = file("a.sdf", record("m", "1.3000"));
    CommandLineRun run = evaluate(file, file, "--json");
    assertEquals(0, run.code(), run.err());
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    for (String key :
        List.of(
            "molecules",
            "failed",
            "threshold",
            "recall",
            "precision",
            "sweep",
            "isomer_policy",
            "hydrogens")) {
      assertTrue(json.has(key), key);
    }
    for (String side : List.of("recall", "precision")) {
      JsonObject figures = json.getAsJsonObject(side);
      assertEquals(1, figures.getAsJsonObject("coverage").get("mean").getAsDouble());
      assertEquals(0, figures.getAsJsonObject("amr").get("median").getAsDouble(), 1e-6);
    }
  }

  @Test
  void farConformersAreNotCoveredAtASmallThreshold() throws IOException {
    Path reference = file("r.sdf", record("m", "1.3000"));
    Path generated = file("g.sdf", record("m", "2.3000"));
    CommandLineRun near = evaluate(reference, generated, "--threshold", "0.05", "--json");
    assertEquals(0, near.code(), near.err());
    JsonObject recall =
        JsonParser.parseString(near.out()).getAsJsonObject().getAsJsonObject("recall");
    assertEquals(0, recall.getAsJsonObject("coverage").get("mean").getAsDouble());
    assertTrue(recall.getAsJsonObject("amr").get("mean").getAsDouble() > 0.1);
  }

  @Test
  void moleculesWithoutSamplesCountAsFailed() throws IOException {
    Path reference = file("r.sdf", record("m", "1.3000"));
    Path generated = file("g.sdf", "");
    CommandLineRun run = evaluate(reference, generated);
    assertEquals(4, run.code(), run.err());
    assertTrue(run.out().contains("1 failed"), run.out());
  }

  @Test
  void wrongInputHasItsExitCode() throws IOException {
    Path reference = file("r.sdf", record("m", "1.3000"));
    assertEquals(3, evaluate(reference, folder.resolve("missing.sdf")).code());
    assertEquals(3, evaluate(file("empty.sdf", ""), reference).code());
    assertEquals(2, evaluate(reference, reference, "--threshold", "-1").code());
    assertEquals(2, CommandLineRun.of("evaluate", "conformer").code());
    assertEquals(2, CommandLineRun.of("evaluate").code());
  }

  @Test
  void reportShowsTheFigures() throws IOException {
    Path file = file("a.sdf", record("m", "1.3000"));
    Path page = folder.resolve("e.html");
    assertEquals(0, evaluate(file, file, "--report", page.toString()).code());
    assertTrue(Files.readString(page).contains("Coverage and AMR"));
  }
}
