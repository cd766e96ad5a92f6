package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.io.Safetensors;
import quotient.models.train.RunDirectory;

/// One tiny network is trained once; sampling and its errors are tried on it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TrainAndSampleTest {
  @TempDir private Path folder = Path.of("");
  private Path run = Path.of("");

  private static List<String> tiny(Path out, int steps) {
    return new ArrayList<>(
        List.of(
            "train",
            "conformer",
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
            "--radial",
            "4",
            "--batch",
            "2",
            "--validate-every",
            "4",
            "--checkpoint-every",
            "2",
            "--keep",
            "9",
            "--seed",
            "5"));
  }

  private static CommandLineRun of(List<String> args, String... more) {
    List<String> all = new ArrayList<>(args);
    all.addAll(List.of(more));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, content);
    return file;
  }

  private CommandLineRun sample(String... args) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "sample", "conformer", "--model", run.toString(), "--steps", "3", "--seed", "4"));
    all.addAll(List.of(args));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  private static void assertOneLine(int code, String part, CommandLineRun run) {
    assertEquals(code, run.code(), run.err());
    assertEquals(1, run.errorLines().size(), run.err());
    assertTrue(run.err().contains(part), run.err());
  }

  @BeforeAll
  void train(@TempDir Path shared) {
    run = shared.resolve("run");
    CommandLineRun trained = of(tiny(run, 6), "--threads", "2");
    assertEquals(0, trained.code(), trained.err());
  }

  // ---- training ----

  @Test
  void runDirectoryHoldsWhatTheContractNames() throws IOException {
    for (String name :
        List.of(
            "config.json",
            "metrics.jsonl",
            "last.safetensors",
            "best.safetensors",
            "report.html",
            "checkpoints/step-0000006.safetensors")) {
      assertTrue(Files.exists(run.resolve(name)), name);
    }
    JsonObject settings =
        JsonParser.parseString(Files.readString(run.resolve("config.json")))
            .getAsJsonObject()
            .getAsJsonObject("settings");
    assertEquals(8, settings.get("width").getAsInt());
    assertEquals("quotient", settings.get("strategy").getAsString());
    assertEquals(5, settings.get("seed").getAsLong());
  }

  @Test
  void whatMemoryARunNeedsIsSaidBeforeItsFirstStep() {
    CommandLineRun told = of(tiny(folder.resolve("told"), 4), "--json", "--progress", "none");
    assertEquals(0, told.code(), told.err());
    List<String> lines = told.err().lines().toList();
    assertTrue(lines.get(0).startsWith("training on"), told.err());
    assertTrue(
        lines
            .get(1)
            .matches(
                "memory: \\S+ MiB: weights \\S+, packed \\S+, gradients \\S+, moments \\S+,"
                    + " average \\S+, passes \\S+, checkpoints \\S+"),
        told.err());
    JsonObject json = JsonParser.parseString(told.out()).getAsJsonObject();
    long took = json.get("pass_bytes").getAsLong();
    assertTrue(took > 0 && took < json.get("planned_bytes").getAsLong(), told.out());
    CommandLineRun quiet = of(tiny(folder.resolve("quiet"), 2), "--quiet");
    assertEquals(0, quiet.code());
    assertEquals("", quiet.err());
  }

  @Test
  void resumedRunEqualsAnUninterruptedOneBitForBit() throws IOException {
    Path broken = folder.resolve("broken");
    assertEquals(0, of(tiny(broken, 6)).code());
    for (String gone :
        List.of(
            "checkpoints/step-0000006.safetensors",
            "checkpoints/step-0000004.safetensors",
            "last.safetensors",
            "best.safetensors")) {
      Files.delete(broken.resolve(gone));
    }
    CommandLineRun resumed = of(tiny(broken, 6), "--resume", "--threads", "1");
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("from step 2"), resumed.err());
    for (String same :
        List.of("checkpoints/step-0000006.safetensors", "last.safetensors", "best.safetensors")) {
      assertArrayEquals(
          Files.readAllBytes(run.resolve(same)), Files.readAllBytes(broken.resolve(same)), same);
    }
  }

  @Test
  void resumeNeedsNothingButTheRun() {
    CommandLineRun resumed =
        CommandLineRun.of("train", "conformer", "--out", run.toString(), "--resume");
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("from step 6"), resumed.err());
  }

  @Test
  void resumeRefusesOtherSettings() {
    assertOneLine(2, "--lr", of(tiny(run, 6), "--resume", "--lr", "0.5"));
    assertOneLine(
        2,
        "--seed",
        CommandLineRun.of(
            "train", "conformer", "--out", run.toString(), "--resume", "--seed", "6"));
  }

  @Test
  void twoProcessesDoNotTrainInOneFolder() throws IOException {
    try (RunDirectory.Claim _ = new RunDirectory(run).claim()) {
      assertOneLine(2, "another process", of(tiny(run, 6), "--resume"));
      assertOneLine(2, "another process", of(tiny(run, 6), "--overwrite"));
    }
    assertEquals(0, of(tiny(run, 6), "--resume").code());
  }

  @Test
  void anExistingRunIsNotOverwritten() {
    assertOneLine(2, "--overwrite", of(tiny(run, 6)));
  }

  @Test
  void wrongSettingsAreUsageErrors() {
    Path out = folder.resolve("never");
    assertOneLine(2, "steps", of(tiny(out, -3)));
    assertOneLine(2, "strategy", of(tiny(out, 3), "--strategy", "best"));
    assertOneLine(2, "preset", of(tiny(out, 3), "--preset", "huge"));
    assertOneLine(2, "--lr", of(tiny(out, 3), "--lr", "fast"));
    assertOneLine(2, "--max-time", of(tiny(out, 3), "--max-time", "soon"));
    assertOneLine(
        2, "independent", of(tiny(out, 3), "--strategy", "soft", "--coupling", "aligned"));
    assertFalse(Files.exists(out));
  }

  @Test
  void missingDataIsAnInputError() throws IOException {
    Path out = folder.resolve("never");
    assertOneLine(3, "no such file", of(tiny(out, 3), "--data", "missing.sdf"));
    Path empty = file("empty.sdf", "");
    assertOneLine(3, "no usable record", of(tiny(out, 3), "--data", empty.toString()));
    Path broken = file("broken.sdf", "a\n\n\n  1  0  0  0 V2000\nnonsense\n$$$$\n");
    assertOneLine(3, "no usable record", of(tiny(out, 3), "--data", broken.toString()));
    assertFalse(Files.exists(out));
  }

  @Test
  void dataWithExcludedMoleculesIsRefused() throws IOException {
    Path list = file("list.smi", "CCCCCCCCCC decane\n");
    Path clean = folder.resolve("clean");
    CommandLineRun kept = of(tiny(clean, 2), "--exclude", list.toString());
    assertEquals(0, kept.code(), kept.err());
    CommandLineRun info =
        CommandLineRun.of("info", clean.resolve("last.safetensors").toString(), "--json");
    JsonObject model =
        JsonParser.parseString(info.out()).getAsJsonObject().getAsJsonObject("model");
    assertEquals(1, model.getAsJsonObject("excluded").get("molecules").getAsInt());
    Path data = folder.resolve("data.sdf");
    Path two = file("two.smi", "CCO ethanol\nC[C@H](N)C(=O)O alanine\n");
    assertEquals(0, sample(two.toString(), "-o", data.toString()).code());
    Path other = file("other.smi", "C[C@@H]([NH3+])C(=O)[O-]\n");
    Path out = folder.resolve("never-excluded");
    assertOneLine(
        3, "alanine", of(tiny(out, 2), "--data", data.toString(), "--exclude", other.toString()));
    assertFalse(Files.exists(out));
  }

  @Test
  void initStartsFromGivenWeightsAndTheirArchitecture() {
    CommandLineRun tuned =
        CommandLineRun.of(
            "train",
            "conformer",
            "--out",
            folder.resolve("tuned").toString(),
            "--init",
            run.toString(),
            "--steps",
            "1",
            "--batch",
            "2",
            "--seed",
            "1");
    assertEquals(0, tuned.code(), tuned.err());
  }

  @Test
  void initKeepsTheKindsOfAtomsThatTheFirstWeightsHaveSeen() throws IOException {
    Path data = folder.resolve("alcohols.sdf");
    Path two = file("alcohols.smi", "CCO ethanol\nCCCO propanol\n");
    assertEquals(0, sample(two.toString(), "-o", data.toString(), "--overwrite").code());
    Path out = folder.resolve("narrow");
    String[] start = {
      "train",
      "conformer",
      "--out",
      out.toString(),
      "--data",
      data.toString(),
      "--init",
      run.toString(),
      "--steps",
      "2",
      "--batch",
      "2",
      "--checkpoint-every",
      "1",
      "--validate-every",
      "2",
      "--seed",
      "1"
    };
    assertEquals(0, CommandLineRun.of(start).code());
    assertEquals(vocabulary(run), vocabulary(out));
    assertTrue(vocabulary(out).toString().contains("F x1"), "not in the data");
    Files.delete(out.resolve("checkpoints/step-0000002.safetensors"));
    assertEquals(
        0, CommandLineRun.of("train", "conformer", "--out", out.toString(), "--resume").code());
    assertEquals(vocabulary(run), vocabulary(out));
  }

  private static JsonElement vocabulary(Path model) {
    CommandLineRun info = CommandLineRun.of("info", model.toString(), "--json");
    return JsonParser.parseString(info.out())
        .getAsJsonObject()
        .getAsJsonObject("model")
        .get("vocabulary");
  }

  @Test
  void dryRunWritesNothing() {
    Path out = folder.resolve("dry");
    CommandLineRun dry = of(tiny(out, 3), "--dry-run", "--json");
    assertEquals(0, dry.code(), dry.err());
    assertTrue(
        JsonParser.parseString(dry.out()).getAsJsonObject().get("parameters").getAsInt() > 0);
    assertFalse(Files.exists(out));
  }

  @Test
  void configOfARunIsAcceptedBack() {
    CommandLineRun dry =
        CommandLineRun.of(
            "train",
            "conformer",
            "--config",
            run.resolve("config.json").toString(),
            "--out",
            folder.resolve("again").toString(),
            "--dry-run",
            "--json");
    assertEquals(0, dry.code(), dry.err());
    JsonObject settings =
        JsonParser.parseString(dry.out()).getAsJsonObject().getAsJsonObject("settings");
    assertEquals(8, settings.get("width").getAsInt());
    assertEquals(5, settings.get("seed").getAsLong());
  }

  // ---- sampling ----

  @Test
  void samplesDoNotDependOnThreadsOrNeighbours() throws IOException {
    Path list = file("list.smi", "CCO ethanol\nCC(C)C=O aldehyde\nC1CC1 ring\n");
    CommandLineRun one = sample(list.toString(), "-n", "3", "--threads", "1");
    CommandLineRun two = sample(list.toString(), "-n", "3", "--threads", "2");
    assertEquals(0, one.code(), one.err());
    assertEquals(one.out(), two.out());
    Path alone = file("alone.smi", "C1CC1 ring\n");
    CommandLineRun single = sample(alone.toString(), "-n", "3");
    assertTrue(one.out().endsWith(single.out()));
    assertEquals(9, one.out().lines().filter("$$$$"::equals).count());
  }

  @Test
  void failuresAreNamedAndTheRestIsWritten() throws IOException {
    Path list =
        file(
            "mixed.smi",
            "CCO ethanol\nN.N pair\nC[Si](C)(C)C tms\nnonsense what\nCC(=O)[O-].[Na+] salt\n");
    Path failed = folder.resolve("failed.smi");
    CommandLineRun run = sample(list.toString(), "--failed", failed.toString());
    assertEquals(4, run.code(), run.err());
    assertEquals(1, run.out().lines().filter("$$$$"::equals).count());
    List<String> lines = Files.readAllLines(failed);
    assertEquals(4, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("N.N pair\t") && lines.get(0).contains("--fragments"));
    assertTrue(lines.get(1).contains("Si") && lines.get(1).contains("--allow-unknown"));
    assertTrue(lines.get(2).startsWith("nonsense what\t"));
  }

  @Test
  void aSingleFailingMoleculeHasExitCodeFour() {
    CommandLineRun run = sample("--smiles", "C[C", "-o", folder.resolve("x.sdf").toString());
    assertEquals(4, run.code(), run.err());
    assertFalse(Files.exists(folder.resolve("x.sdf")));
    assertFalse(Files.exists(folder.resolve("x.sdf.part")));
  }

  /// A network whose velocities grow with the positions, thousandfold: coordinates beyond any file.
  @Test
  void aSamplerThatRunsAwayIsAFailureWithAReason() throws IOException {
    Safetensors file = Safetensors.read(run.resolve("best.safetensors"));
    Safetensors wild = new Safetensors();
    wild.metadata().putAll(file.metadata());
    for (String name : file.names()) {
      float[] weights = file.floats(name);
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= 300;
      }
      wild.put(name, file.shape(name), weights, 0);
    }
    Path model = folder.resolve("wild.safetensors");
    wild.write(model);
    CommandLineRun made =
        CommandLineRun.of(
            "sample",
            "conformer",
            "--model",
            model.toString(),
            "--smiles",
            "CCO",
            "--steps",
            "3",
            "--seed",
            "1");
    assertEquals(4, made.code(), made.err());
    assertTrue(made.err().contains("ran away"), made.err());
    assertEquals("", made.out());
  }

  @Test
  void outputHasItsRecordAndIsNotOverwritten() throws IOException {
    Path out = folder.resolve("out.sdf");
    CommandLineRun first = sample("--smiles", "CCO", "-n", "2", "-o", out.toString());
    assertEquals(0, first.code(), first.err());
    assertEquals("", first.out());
    JsonObject record =
        JsonParser.parseString(Files.readString(folder.resolve("out.sdf.run.json")))
            .getAsJsonObject();
    assertEquals(4, record.getAsJsonObject("settings").get("seed").getAsLong());
    assertFalse(Files.exists(folder.resolve("out.sdf.journal.jsonl")));
    assertOneLine(2, "--overwrite", sample("--smiles", "CCO", "-o", out.toString()));
    byte[] before = Files.readAllBytes(out);
    CommandLineRun again =
        CommandLineRun.of(
            "sample",
            "conformer",
            "--config",
            out + ".run.json",
            "-o",
            out.toString(),
            "--overwrite");
    assertEquals(0, again.code(), again.err());
    assertArrayEquals(before, Files.readAllBytes(out));
  }

  @Test
  void resumedSamplingEqualsAnUninterruptedOne() throws IOException {
    Path list = file("three.smi", "CCO a\nCC=O b\nC1CC1 c\n");
    Path out = folder.resolve("three.sdf");
    CommandLineRun whole = sample(list.toString(), "-o", out.toString(), "--json");
    assertEquals(0, whole.code(), whole.err());
    String expected = Files.readString(out);
    Path journal = folder.resolve("three.sdf.journal.jsonl");
    String settings =
        JsonParser.parseString(Files.readString(folder.resolve("three.sdf.run.json")))
            .getAsJsonObject()
            .get("settings")
            .toString();
    JsonObject first =
        JsonParser.parseString(whole.out().lines().findFirst().orElse("")).getAsJsonObject();
    first.remove("schema");
    first.addProperty(
        "output", expected.substring(0, expected.indexOf("$$$$\n") + "$$$$\n".length()));
    Files.writeString(journal, settings + "\n" + first + "\n{\"cut off", StandardCharsets.UTF_8);
    Files.delete(out);
    CommandLineRun resumed = sample(list.toString(), "-o", out.toString(), "--resume");
    assertEquals(0, resumed.code(), resumed.err());
    assertEquals(expected, Files.readString(out));
  }

  @Test
  void perReferenceCountsTheInputsConformers() throws IOException {
    Path list = file("one.smi", "CCO ethanol\n");
    Path refs = folder.resolve("refs.sdf");
    assertEquals(0, sample(list.toString(), "-n", "3", "-o", refs.toString()).code());
    CommandLineRun run = sample(refs.toString(), "--per-reference", "2");
    assertEquals(0, run.code(), run.err());
    assertEquals(6, run.out().lines().filter("$$$$"::equals).count());
    assertTrue(run.out().contains("6 of 6"));
  }

  @Test
  void pruningDropsConformersThatAreAlike() {
    CommandLineRun all = sample("--smiles", "CC(C)C=O", "-n", "5", "--prune-rmsd", "1e-9");
    assertEquals(5, all.out().lines().filter("$$$$"::equals).count(), all.err());
    CommandLineRun one = sample("--smiles", "CC(C)C=O", "-n", "5", "--prune-rmsd", "50");
    assertEquals(0, one.code(), one.err());
    assertEquals(1, one.out().lines().filter("$$$$"::equals).count());
    assertTrue(one.out().contains("4 of 5 closer than 50.0"), one.out());
  }

  @Test
  void standardInputAndXyzWork() {
    CommandLineRun run =
        CommandLineRun.withInput(
            "CCO ethanol\n",
            "sample",
            "conformer",
            "--model",
            this.run.toString(),
            "--steps",
            "2",
            "--seed",
            "0",
            "--format",
            "xyz",
            "-");
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().startsWith("9\nProperties="), run.out());
  }

  @Test
  void wrongRequestsAreUsageErrors() {
    assertOneLine(2, "nothing to sample", sample());
    assertOneLine(2, "steps", sample("--smiles", "CCO", "--steps", "-1"));
    assertOneLine(2, "sampler", sample("--smiles", "CCO", "--sampler", "magic"));
    assertOneLine(2, "--json", sample("--smiles", "CCO", "--json"));
    assertOneLine(2, "n: expected", sample("--smiles", "CCO", "-n", "0"));
    assertOneLine(3, "no such file", sample("missing.smi"));
  }

  // ---- the shipped model ----

  @Test
  void withoutAModelTheShippedOneIsUsedAndNamed() throws IOException {
    Path out = folder.resolve("shipped.sdf");
    CommandLineRun made =
        CommandLineRun.of(
            "sample",
            "conformer",
            "--smiles",
            "CCO",
            "--steps",
            "2",
            "--seed",
            "3",
            "-o",
            out.toString());
    assertEquals(0, made.code(), made.err());
    assertTrue(Files.readString(out).contains("<MODEL>\npretrained\n"));
    JsonObject record =
        JsonParser.parseString(Files.readString(folder.resolve("shipped.sdf.run.json")))
            .getAsJsonObject();
    CommandLineRun info = CommandLineRun.of("info", "pretrained", "--json");
    assertEquals(0, info.code(), info.err());
    JsonObject model =
        JsonParser.parseString(info.out()).getAsJsonObject().getAsJsonObject("model");
    assertEquals(model.get("card"), record.get("model-card"));
    assertEquals(model.get("fingerprint"), record.get("model-hash"));
    byte[] before = Files.readAllBytes(out);
    CommandLineRun again =
        CommandLineRun.of(
            "sample",
            "conformer",
            "--config",
            out + ".run.json",
            "-o",
            out.toString(),
            "--overwrite");
    assertEquals(0, again.code(), again.err());
    assertArrayEquals(before, Files.readAllBytes(out));
  }

  @Test
  void withoutTheJarOfTheShippedModelTheWayOutIsNamed() {
    UsageException missing =
        assertThrows(UsageException.class, () -> ModelFile.read(Optional.empty(), false));
    assertTrue(missing.getMessage().contains("quotient-pretrained"), missing.getMessage());
    assertTrue(missing.getMessage().contains("RUN_DIR"), missing.getMessage());
  }

  @Test
  void aModelIsExportedWithHalfTheBytesAndACard() throws IOException {
    Path half = folder.resolve("half.safetensors");
    CommandLineRun made =
        CommandLineRun.of(
            "convert",
            run.toString(),
            half.toString(),
            "--half",
            "--card",
            "licence=Apache-2.0",
            "--card",
            "recipe=a few steps",
            "--sampling",
            "solver=multistep",
            "--sampling",
            "steps=2");
    assertEquals(0, made.code(), made.err());
    Safetensors before = Safetensors.read(run.resolve("best.safetensors"));
    Safetensors after = Safetensors.read(half);
    assertEquals(before.names(), after.names());
    for (String name : before.names()) {
      assertEquals(Safetensors.Type.F16, after.type(name), name);
      float[] whole = before.floats(name);
      float[] rounded = after.floats(name);
      for (int i = 0; i < whole.length; i++) {
        assertEquals(whole[i], rounded[i], Math.abs(whole[i]) / 2048 + 3e-8, name);
      }
    }
    CommandLineRun info = CommandLineRun.of("info", half.toString(), "--json");
    JsonObject model =
        JsonParser.parseString(info.out()).getAsJsonObject().getAsJsonObject("model");
    assertEquals("a few steps", model.getAsJsonObject("card").get("recipe").getAsString());
    assertEquals("Apache-2.0", model.get("licence").getAsString());
    assertEquals(5, model.getAsJsonObject("training").get("seed").getAsLong());
    CommandLineRun used =
        CommandLineRun.of(
            "sample", "conformer", "--model", half.toString(), "--smiles", "CO", "--seed", "1");
    assertEquals(0, used.code(), used.err());
    assertTrue(used.err().contains("weights: Apache-2.0"), used.err());
    assertTrue(used.out().contains("<STEPS>\n2\n"), used.out());
    CommandLineRun other =
        CommandLineRun.of(
            "sample",
            "conformer",
            "--model",
            half.toString(),
            "--smiles",
            "CO",
            "--sampler",
            "quotient-sde",
            "--seed",
            "1");
    assertEquals(0, other.code(), other.err());
    assertTrue(other.out().contains("<STEPS>\n50\n"), other.out());
    Path checkpoint = run.resolve("checkpoints/step-0000006.safetensors");
    assertOneLine(
        3,
        "last.safetensors",
        CommandLineRun.of(
            "convert",
            checkpoint.toString(),
            folder.resolve("c.safetensors").toString(),
            "--half"));
  }

  @Test
  void theDataOfFirstWeightsStandInTheHistory() throws IOException {
    Path tuned = folder.resolve("second");
    CommandLineRun made =
        CommandLineRun.of(
            "train",
            "conformer",
            "--out",
            tuned.toString(),
            "--init",
            run.toString(),
            "--steps",
            "2",
            "--batch",
            "2",
            "--checkpoint-every",
            "1",
            "--validate-every",
            "2",
            "--seed",
            "1");
    assertEquals(0, made.code(), made.err());
    byte[] whole = Files.readAllBytes(tuned.resolve("last.safetensors"));
    Files.delete(tuned.resolve("checkpoints/step-0000002.safetensors"));
    CommandLineRun resumed =
        CommandLineRun.of("train", "conformer", "--out", tuned.toString(), "--resume");
    assertEquals(0, resumed.code(), resumed.err());
    assertArrayEquals(whole, Files.readAllBytes(tuned.resolve("last.safetensors")));
    CommandLineRun info =
        CommandLineRun.of("info", tuned.resolve("last.safetensors").toString(), "--json");
    JsonObject model =
        JsonParser.parseString(info.out()).getAsJsonObject().getAsJsonObject("model");
    JsonObject stage = model.getAsJsonArray("history").get(0).getAsJsonObject();
    assertEquals(model.get("data"), stage.get("data"));
    assertEquals(6, stage.getAsJsonObject("trained").get("steps").getAsLong());
    assertEquals(0, CommandLineRun.of("info", tuned.resolve("last.safetensors").toString()).code());
  }

  @Test
  void filesThatAreNoModelsAreInputErrors() throws IOException {
    byte[] noise = new byte[200];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) (i * 89 + 7);
    }
    Path random = folder.resolve("random.safetensors");
    Files.write(random, noise);
    assertOneLine(
        3,
        "random.safetensors",
        CommandLineRun.of(
            "sample", "conformer", "--model", random.toString(), "--smiles", "C", "--seed", "1"));
    assertOneLine(
        3,
        "no such file",
        CommandLineRun.of(
            "sample", "conformer", "--model", "missing.st", "--smiles", "C", "--seed", "1"));
  }

  // ---- what a model says of itself ----

  /// The paper's Corollary 3 on a trained network.
  @Test
  void infoMeasuresThePathsOfAModel() {
    CommandLineRun info =
        CommandLineRun.of("info", run.toString(), "--flow", "--json", "--seed", "1");
    assertEquals(0, info.code(), info.err());
    JsonObject flow = JsonParser.parseString(info.out()).getAsJsonObject().getAsJsonObject("flow");
    JsonObject quotient = flow.getAsJsonObject("quotient");
    JsonObject conventional = flow.getAsJsonObject("conventional");
    assertTrue(quotient.get("length").getAsDouble() > 0);
    assertTrue(conventional.get("vertical_share").getAsDouble() < 1);
    assertTrue(
        quotient.get("energy").getAsDouble() <= 1.05 * conventional.get("energy").getAsDouble(),
        flow::toString);
    assertOneLine(2, "give a run directory", CommandLineRun.of("info", "--flow", "--seed", "1"));
  }

  @Test
  void infoTellsWhatAModelIsAndTestsIt() {
    CommandLineRun info = CommandLineRun.of("info", run.toString(), "--self-test", "--json");
    assertEquals(0, info.code(), info.err());
    JsonObject json = JsonParser.parseString(info.out()).getAsJsonObject();
    JsonObject model = json.getAsJsonObject("model");
    assertEquals("conformer", model.get("kind").getAsString());
    assertTrue(model.get("parameters").getAsInt() > 0);
    assertTrue(model.getAsJsonArray("vocabulary").size() > 5);
    assertEquals(7, json.getAsJsonArray("self-test").size());
    CommandLineRun plain = CommandLineRun.of("info", run.toString());
    assertTrue(plain.out().contains("settings.strategy"), plain.out());
    assertOneLine(3, "no such file", CommandLineRun.of("info", "missing.safetensors"));
  }

  // ---- reports ----

  @Test
  void reportsOfRunsAndStructuresAreWritten() throws IOException {
    Path page = folder.resolve("run.html");
    assertEquals(0, CommandLineRun.of("report", run.toString(), "-o", page.toString()).code());
    assertTrue(Files.readString(page).contains("training loss"));
    Path made = folder.resolve("for-report.sdf");
    assertEquals(0, sample("--smiles", "CCO", "-n", "2", "-o", made.toString()).code());
    CommandLineRun structures = CommandLineRun.of("report", made.toString(), "--no-viewer");
    assertEquals(0, structures.code(), structures.err());
    assertTrue(Files.size(folder.resolve("for-report.html")) < 100_000);
  }
}
