package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.protein.Backbone;
import quotient.models.protein.BackboneWriter;
import quotient.models.protein.StructureFile;

/// A very small backbone network is trained once; sampling, evaluation and errors are tried on it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BackboneTest {
  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private Path run = Path.of("");

  private static CommandLineRun of(List<String> args, String... more) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of(more));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private List<String> tiny(Path out, int steps) {
    return List.of(
        "train",
        "backbone",
        "--data",
        data.toString(),
        "--out",
        out.toString(),
        "--steps",
        String.valueOf(steps),
        "--width",
        "8",
        "--layers",
        "1",
        "--heads",
        "2",
        "--condition-width",
        "8",
        "--time-width",
        "8",
        "--index-width",
        "8",
        "--fold-width",
        "4",
        "--pair-width",
        "4",
        "--registers",
        "1",
        "--longest",
        "24",
        "--batch",
        "2",
        "--validate-every",
        "4",
        "--checkpoint-every",
        "2",
        "--keep",
        "9",
        "--seed",
        "5");
  }

  private CommandLineRun sample(String... args) {
    return of(
        List.of(
            "sample",
            "backbone",
            "--model",
            run.toString(),
            "--steps",
            "4",
            "--seed",
            "4",
            "--noise-limit",
            "1"),
        args);
  }

  /// Helices with a kink.
  private static float[] helix(int n, int kink) {
    float[] xyz = new float[3 * n];
    for (int i = 0; i < n; i++) {
      double angle = Math.toRadians(100) * i;
      double along = 1.5 * Math.min(i, kink);
      xyz[3 * i] = (float) (2.3 * Math.cos(angle) + 1.5 * Math.max(0, i - kink));
      xyz[3 * i + 1] = (float) (2.3 * Math.sin(angle));
      xyz[3 * i + 2] = (float) along;
    }
    return xyz;
  }

  @BeforeAll
  void train(@TempDir Path shared) throws IOException {
    data = shared.resolve("chains.pdb.gz");
    run = shared.resolve("run");
    try (BackboneWriter writer = BackboneWriter.create(data, StructureFile.Format.PDB, false)) {
      for (int k = 0; k < 6; k++) {
        writer.write(Backbone.trace("chain_" + k, helix(20 + 3 * k, 60)));
      }
      writer.commit();
    }
    CommandLineRun trained = of(tiny(run, 4));
    assertEquals(0, trained.code(), trained.err());
    assertTrue(trained.err().contains("training on 5 chains"), trained.err());
    assertTrue(trained.err().contains("\nmemory: "), trained.err());
  }

  private static void assertOneLine(int code, String part, CommandLineRun run) {
    assertEquals(code, run.code(), run.err());
    assertEquals(1, run.errorLines().size(), run.err());
    assertTrue(run.err().contains(part), run.err());
  }

  @Test
  void aResumedRunEqualsOneWithoutAPause() throws IOException {
    Path paused = folder.resolve("paused");
    assertEquals(0, of(tiny(paused, 4)).code());
    Files.delete(paused.resolve("checkpoints/step-0000004.safetensors"));
    Files.delete(paused.resolve("last.safetensors"));
    Files.delete(paused.resolve("best.safetensors"));
    CommandLineRun resumed =
        CommandLineRun.of("train", "backbone", "--out", paused.toString(), "--resume");
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("from step 2"), resumed.err());
    for (String name : new String[] {"last", "best", "checkpoints/step-0000004"}) {
      assertArrayEquals(
          Files.readAllBytes(run.resolve(name + ".safetensors")),
          Files.readAllBytes(paused.resolve(name + ".safetensors")),
          name);
    }
    assertOneLine(
        2,
        "--resume changes nothing",
        CommandLineRun.of(
            "train", "backbone", "--out", paused.toString(), "--resume", "--lr", "0.1"));
  }

  @Test
  void everyValueOfAPresetStandsInHelpAndDryRun() {
    CommandLineRun help = CommandLineRun.of("help", "train", "backbone");
    assertEquals(0, help.code());
    assertTrue(help.out().contains("compactness"), help.out());
    assertTrue(help.out().contains("60m"), help.out());
    CommandLineRun dry = of(tiny(folder.resolve("dry"), 4), "--dry-run", "--json");
    JsonObject json = JsonParser.parseString(dry.out()).getAsJsonObject();
    assertEquals(5, json.get("chains").getAsInt());
    assertEquals(24, json.getAsJsonObject("settings").get("longest").getAsInt());
    assertFalse(Files.exists(folder.resolve("dry")));
  }

  @Test
  void badTrainingInputIsOneLine() throws IOException {
    Path none = folder.resolve("x");
    assertOneLine(
        2,
        "--data",
        CommandLineRun.of("train", "backbone", "--out", none.toString(), "--seed", "1"));
    Path broken = folder.resolve("broken.pdb");
    Files.writeString(broken, "ATOM      1  CA  GLY A   1      xx\n");
    assertOneLine(
        3,
        "line 1: expected x in columns 31-38",
        CommandLineRun.of(
            "train",
            "backbone",
            "--data",
            broken.toString(),
            "--out",
            none.toString(),
            "--seed",
            "1"));
    assertOneLine(2, "--strategy ensemble", of(tiny(none, 4), "--strategy", "ensemble"));
    assertFalse(Files.exists(none));
  }

  @Test
  void samplesGoToAFolderAndMissingOnesAreMadeAgain() throws IOException {
    Path out = folder.resolve("designs");
    CommandLineRun made = sample("--length", "12:14:2", "-n", "2", "-o", out.toString());
    assertEquals(0, made.code(), made.err());
    Path second = out.resolve("L012_0002.pdb");
    byte[] before = Files.readAllBytes(second);
    assertTrue(
        new String(before, StandardCharsets.UTF_8).contains("RESIDUE NAMES ARE PLACEHOLDERS"));
    assertTrue(Files.exists(out.resolve("L014_0001.pdb")));
    assertOneLine(2, "exists already", sample("--length", "12", "-o", out.toString()));
    Files.delete(second);
    CommandLineRun again =
        sample("--length", "12:14:2", "-n", "2", "-o", out.toString(), "--resume");
    assertEquals(0, again.code(), again.err());
    assertTrue(again.err().contains("1 structures, 0 failed, 3 were there"), again.err());
    assertArrayEquals(before, Files.readAllBytes(second));
    assertOneLine(
        2,
        "--resume changes nothing but",
        sample("--length", "12", "-o", out.toString(), "--resume", "--noise-scale", "0.8"));
  }

  @Test
  void oneFileHoldsAllStructuresInEitherFormat() throws IOException {
    Path file = folder.resolve("all.cif.gz");
    CommandLineRun made = sample("--length", "10,11", "-o", file.toString(), "--json");
    assertEquals(0, made.code(), made.err());
    assertEquals(2, made.out().lines().count());
    JsonObject line =
        JsonParser.parseString(made.out().lines().findFirst().orElseThrow()).getAsJsonObject();
    assertEquals("L010_0001", line.get("name").getAsString());
    CommandLineRun stdout = sample("--length", "10", "--threads", "2");
    assertEquals(0, stdout.code(), stdout.err());
    Path pdb = folder.resolve("one.pdb");
    Files.writeString(pdb, stdout.out());
    CommandLineRun same =
        CommandLineRun.of("evaluate", "backbone", "--generated", pdb.toString(), "--json");
    assertEquals(0, same.code(), same.err());
    CommandLineRun both =
        CommandLineRun.of(
            "evaluate", "backbone", "--generated", file.toString(), "--json", "--pairs", "1");
    assertEquals(
        2, JsonParser.parseString(both.out()).getAsJsonObject().get("structures").getAsInt());
  }

  @Test
  void labelsAndWeakModelsGuide() throws IOException {
    Path a = folder.resolve("a.pdb");
    Path b = folder.resolve("b.pdb");
    assertEquals(
        0, sample("--length", "10", "--label", "1", "--guidance", "2", "-o", a.toString()).code());
    CommandLineRun auto =
        sample(
            "--length",
            "10",
            "--weak-model",
            run.resolve("last.safetensors").toString(),
            "--guidance",
            "2",
            "-o",
            b.toString());
    assertEquals(0, auto.code(), auto.err());
    assertOneLine(
        2, "give --label", sample("--length", "10", "--guidance", "2", "-o", a.toString()));
    assertOneLine(2, "label: expected 1", sample("--length", "10", "--label", "9"));
    assertOneLine(2, "--length: expected", sample("--length", "ten"));
    assertOneLine(
        3,
        "expected a model of kind backbone, found",
        CommandLineRun.of(
            "sample",
            "backbone",
            "--length",
            "10",
            "--seed",
            "1",
            "--model",
            run.resolve("checkpoints/step-0000004.safetensors").toString()));
  }

  @Test
  void otherVerbsKnowBackbonesToo() throws IOException {
    CommandLineRun info = CommandLineRun.of("info", run.toString(), "--json");
    assertEquals(0, info.code(), info.err());
    JsonObject model =
        JsonParser.parseString(info.out()).getAsJsonObject().getAsJsonObject("model");
    assertEquals("backbone", model.get("kind").getAsString());
    Path cif = folder.resolve("chains.cif");
    CommandLineRun converted = CommandLineRun.of("convert", data.toString(), cif.toString());
    assertEquals(0, converted.code(), converted.err());
    assertTrue(Files.readString(cif).contains("_atom_site.Cartn_x"));
    assertOneLine(
        2,
        "holds protein chains",
        CommandLineRun.of("convert", cif.toString(), folder.resolve("x.sdf").toString()));
    Path page = folder.resolve("chains.html");
    assertEquals(0, CommandLineRun.of("report", cif.toString(), "-o", page.toString()).code());
    assertTrue(Files.readString(page).contains("chain_3"));
  }

  @Test
  void anEvaluationAgainstItselfIsAtDistanceZero() throws IOException {
    CommandLineRun table =
        CommandLineRun.of(
            "evaluate",
            "backbone",
            "--generated",
            data.toString(),
            "--reference",
            data.toString(),
            "--training",
            data.toString(),
            "--svg",
            folder.resolve("pictures").toString());
    assertEquals(0, table.code(), table.err());
    String traces = Files.readString(folder.resolve("pictures/traces.svg"));
    assertTrue(traces.contains("5 of 6 chains"), traces);
    assertTrue(traces.contains("helix"), traces);
    String laws = Files.readString(folder.resolve("pictures/distributions.svg"));
    assertTrue(laws.contains("6 generated and 6 known chains"), laws);
    assertTrue(table.out().contains("distance from 6"), table.out());
    assertTrue(table.out().contains("TM-score 1.000 in the mean"), table.out());
  }
}
