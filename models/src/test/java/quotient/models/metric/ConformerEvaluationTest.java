package quotient.models.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.io.FormatException;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;
import quotient.models.molecule.SdfWriter;
import quotient.tensor.parallel.WorkerPool;

/// The reference is the first 24 molecules of the embedded held-out set; the generated file and the
/// oracle's figures are recorded, see `perturb.py` beside them.
class ConformerEvaluationTest {
  private static final ConformerEvaluation.Settings HALF = ConformerEvaluation.Settings.of(0.5);

  @TempDir Path folder;

  private static List<SdfRecord> records(String resource) throws IOException {
    List<SdfRecord> out = new ArrayList<>();
    InputStream in = ConformerEvaluationTest.class.getResourceAsStream(resource);
    try (SdfReader reader = SdfFile.open(resource, in)) {
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        out.add(r.get());
      }
    }
    return out;
  }

  private static List<SdfRecord> reference() throws IOException {
    List<SdfRecord> out = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (SdfRecord record : records("/quotient/models/data/held-out.sdf.gz")) {
      String smiles = record.molecule().smiles().orElseThrow();
      if (!seen.contains(smiles)) {
        seen.add(smiles);
      }
      if (seen.size() <= 24) {
        out.add(record);
      }
    }
    return out;
  }

  private static List<SdfRecord> generated() throws IOException {
    return records("/reference/metric/generated.sdf.gz");
  }

  private static ConformerEvaluation evaluate(
      List<SdfRecord> reference, List<SdfRecord> generated) {
    try (WorkerPool pool = WorkerPool.of(1)) {
      return ConformerEvaluation.of(
          ConformerEnsemble.of(reference), ConformerEnsemble.of(generated), HALF, pool);
    }
  }

  private static List<SdfRecord> edited(
      List<SdfRecord> records, java.util.function.UnaryOperator<Molecule> edit) {
    return records.stream()
        .map(r -> new SdfRecord(edit.apply(r.molecule()), r.coordinates(), r.number(), r.line()))
        .toList();
  }

  /// Without texts that could identify a molecule.
  private static Molecule anonymous(Molecule m) {
    Molecule.Builder out = Molecule.builder();
    for (int i = 0; i < m.atomCount(); i++) {
      out.atom(m.atomicNumber(i));
      out.charge(i, m.formalCharge(i));
    }
    for (int b = 0; b < m.bondCount(); b++) {
      out.bond(m.bondBegin(b), m.bondEnd(b), m.bondOrder(b));
    }
    return out.build();
  }

  @Test
  void everyMoleculeAgreesWithTheOracle() throws IOException {
    ConformerEvaluation result = evaluate(reference(), generated());
    List<String> rows;
    try (InputStream in =
        ConformerEvaluationTest.class.getResourceAsStream("/reference/metric/oracle.tsv")) {
      rows = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
    }
    assertEquals(24, rows.size());
    assertEquals(rows.size(), result.molecules().size());
    for (int i = 0; i < rows.size(); i++) {
      String[] row = rows.get(i).split("\t", -1);
      MoleculeResult own = result.molecules().get(i);
      assertEquals(row[0], own.name());
      assertEquals(Integer.parseInt(row[1]), own.references(), row[0]);
      assertEquals(Integer.parseInt(row[2]), own.compared(), row[0]);
      if (own.coverage().isEmpty()) {
        assertEquals("nan", row[4]);
        continue;
      }
      Coverage c = own.coverage().get();
      assertEquals(Double.parseDouble(row[3]), Coverage.within(c.recall(), 0.5), 5.1e-5, row[0]);
      assertEquals(Double.parseDouble(row[4]), Coverage.mean(c.recall()), 5.1e-5, row[0]);
      assertEquals(Double.parseDouble(row[5]), Coverage.within(c.precision(), 0.5), 5.1e-5, row[0]);
      assertEquals(Double.parseDouble(row[6]), Coverage.mean(c.precision()), 5.1e-5, row[0]);
    }
  }

  @Test
  void summariesAgreeWithTheOracle() throws IOException {
    ConformerEvaluation result = evaluate(reference(), generated());
    assertEquals(4, result.failed());
    assertEquals(0.6441, result.recallCoverage(0.5).mean(), 5e-5);
    assertEquals(0.8333, result.recallCoverage(0.5).median(), 5e-5);
    assertEquals(0.3038, result.recallAmr().mean(), 5e-5);
    assertEquals(0.3245, result.recallAmr().median(), 5e-5);
    assertEquals(0.5451, result.precisionCoverage(0.5).mean(), 5e-5);
    assertEquals(0.3987, result.precisionAmr().mean(), 5e-5);
    assertEquals(0.1094, result.recallCoverage(0.1).mean(), 5e-5);
    assertEquals(0.7856, result.precisionCoverage(0.75).mean(), 5e-5);
    assertEquals(16.0 / 92, result.validGeometry(), 1e-12);
  }

  @Test
  void jsonHasTheKeysOfTheContract() throws IOException {
    JsonObject json = evaluate(reference(), generated()).toJson();
    for (String key :
        List.of(
            "molecules",
            "failed",
            "threshold",
            "recall",
            "precision",
            "sweep",
            "isomer_policy",
            "hydrogens",
            "schema")) {
      assertTrue(json.has(key), key);
    }
    for (String side : List.of("recall", "precision")) {
      for (String figure : List.of("coverage", "amr")) {
        JsonObject summary = json.getAsJsonObject(side).getAsJsonObject(figure);
        assertTrue(summary.has("mean") && summary.has("median"));
      }
    }
    assertEquals(4, json.getAsJsonArray("sweep").size());
    assertEquals(24, json.get("molecules").getAsInt());
    assertEquals(4, json.get("failed").getAsInt());
  }

  @Test
  void moleculesWithoutTextsAreJoinedByTheirGraphs() throws IOException {
    ConformerEvaluation named = evaluate(reference(), generated());
    ConformerEvaluation plain =
        evaluate(reference(), edited(generated(), ConformerEvaluationTest::anonymous));
    assertEquals(named.recallAmr(), plain.recallAmr());
    assertEquals(named.precisionCoverage(0.5), plain.precisionCoverage(0.5));
    assertEquals(0, plain.unmatched());
  }

  @Test
  void identifiersJoinRecordsThatAreNotAdjacent() throws IOException {
    List<SdfRecord> wanted = edited(reference(), m -> withId(m, m.smiles().orElseThrow()));
    List<SdfRecord> made = edited(generated(), m -> withId(m, m.smiles().orElseThrow()));
    List<SdfRecord> spread = new ArrayList<>();
    Map<String, List<SdfRecord>> groups = new LinkedHashMap<>();
    made.forEach(r ->
        groups.computeIfAbsent(r.molecule().items().get("mol_id"), _ -> new ArrayList<>()).add(r));
    for (int k = 0; k < 30; k++) {
      for (List<SdfRecord> group : groups.values()) {
        if (k < group.size()) {
          spread.add(group.get(k));
        }
      }
    }
    assertEquals(made.size(), spread.size());
    assertEquals(evaluate(wanted, made).toJson(), evaluate(wanted, spread).toJson());
  }

  private static Molecule withId(Molecule m, String id) {
    return m.withItems(Map.of("mol_id", id));
  }

  @Test
  void theConformerNumberSeparatesEqualMolecules() throws IOException {
    SdfRecord one = reference().get(0);
    List<SdfRecord> twice = new ArrayList<>();
    for (int k : new int[] {1, 2, 1, 2, 3}) {
      Molecule m = one.molecule().withItems(Map.of("CONFORMER", k + " of 3"));
      twice.add(SdfRecord.of(m, one.coordinates()));
    }
    List<ConformerEnsemble> groups = ConformerEnsemble.of(twice);
    assertEquals(2, groups.size());
    assertEquals(2, groups.get(0).size());
    assertEquals(3, groups.get(1).size());
  }

  @Test
  void threadsDoNotChangeABit() throws IOException {
    List<ConformerEnsemble> wanted = ConformerEnsemble.of(reference());
    List<ConformerEnsemble> made = ConformerEnsemble.of(generated());
    JsonObject one;
    JsonObject four;
    try (WorkerPool pool = WorkerPool.of(1)) {
      one = ConformerEvaluation.of(wanted, made, HALF, pool).toJson();
    }
    try (WorkerPool pool = WorkerPool.of(4)) {
      four = ConformerEvaluation.of(wanted, made, HALF, pool).toJson();
    }
    assertEquals(one, four);
  }

  @Test
  void aReferenceComparedWithItselfIsCoveredCompletely() throws IOException {
    ConformerEvaluation result = evaluate(reference(), reference());
    assertEquals(1, result.recallCoverage(0.001).mean());
    assertEquals(1, result.precisionCoverage(0.001).mean());
    assertEquals(0, result.recallAmr().mean(), 1e-6);
    assertEquals(1, result.validGeometry());
    assertEquals(1, result.correctStereo().orElseThrow());
  }

  @Test
  void mirrorImagesOfChiralMoleculesHaveWrongStereo() throws IOException {
    List<SdfRecord> mirrored = new ArrayList<>();
    for (SdfRecord r : reference()) {
      float[] x = r.coordinates().clone();
      for (int i = 0; i < x.length; i += 3) {
        x[i] = -x[i];
      }
      mirrored.add(SdfRecord.of(r.molecule(), x));
    }
    ConformerEvaluation result = evaluate(reference(), mirrored);
    double share = result.correctStereo().orElseThrow();
    assertTrue(share > 0.05 && share < 0.95, "share " + share);
  }

  @Test
  void filesWithBrokenRecordsAreCountedAndEmptyOnesRefused() throws IOException {
    Path reference = folder.resolve("r.sdf");
    Path generated = folder.resolve("g.sdf.gz");
    write(reference, reference());
    write(generated, generated());
    String text = Files.readString(reference);
    Files.writeString(reference, text + "broken\n\n\nno counts\n$$$$\n");
    try (WorkerPool pool = WorkerPool.of(2)) {
      ConformerEvaluation result = ConformerEvaluation.of(reference, generated, HALF, pool);
      assertEquals(1, result.brokenReference());
      assertEquals(0.3038, result.recallAmr().mean(), 5e-5);
      Path empty = folder.resolve("empty.sdf");
      Files.writeString(empty, "");
      FormatException error =
          assertThrows(
              FormatException.class, () -> ConformerEvaluation.of(empty, generated, HALF, pool));
      assertTrue(error.getMessage().contains("no molecule to judge"), error.getMessage());
      ConformerEvaluation nothing = ConformerEvaluation.of(reference, empty, HALF, pool);
      assertEquals(24, nothing.failed());
      assertEquals(0, nothing.recallCoverage(0.5).mean());
      assertTrue(nothing.toJson().toString().contains("null"));
    }
  }

  private static void write(Path file, List<SdfRecord> records) throws IOException {
    try (SdfWriter writer = SdfWriter.create(file, false)) {
      for (SdfRecord record : records) {
        writer.write(record);
      }
      writer.commit();
    }
  }
}
