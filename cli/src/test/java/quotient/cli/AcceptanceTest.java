package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.metric.GeometryCheck;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;

/// The acceptance molecules of users.md 5.5, with the shipped model.
///
/// The quick test asks for defined behaviour: n written or a reason, the right number of atoms, right
/// stereochemistry, no NaN. The slow one asks for quality.
final class AcceptanceTest {
  private static final String RAPAMYCIN =
      "C[C@@H]1CC[C@H]2C[C@@H](/C(=C/C=C/C=C/[C@H](C[C@H](C(=O)[C@@H]([C@@H](/C(=C/[C@H](C(=O)C"
          + "[C@H](OC(=O)[C@@H]3CCCCN3C(=O)C(=O)[C@@]1(O2)O)[C@H](C)C[C@@H]4CC[C@H]([C@@H](C4)OC)"
          + "O)C)/C)O)OC)C)C)/C)OC";
  private static final String TRIESTER = "CCCCCCCC(=O)OCC(COC(=O)CCCCCCCCCCCCCCC)OC(=O)CCCCCCCC";
  private static final String COPPER = "[O-][N+]1=CC2=CC=C[O+]2[Cu]13[O+]4C=CC=C4C=[N+]3[O-]";

  /// No molecule of the training data has such a bond: samples are made and marked failed.
  private static final Set<String> UNLIKE_ALL_DATA = Set.of("[H][H]", "Cl");

  /// Atoms with hydrogens; for refused ones what the reason must say.
  private record Expected(int atoms, String refusal) {}

  private static final Map<String, Expected> TABLE = new LinkedHashMap<>();

  static {
    made("[H][H]", 2);
    made("Cl", 2);
    made("O=C=O", 3);
    made("C#C", 4);
    made("O", 3);
    made("N[C@@H](C)C(=O)N[C@@H](C)C(=O)O", 23);
    made("C/C=C\\C", 12);
    made("C[C@H]1C[C@H](Cl)CC1", 18);
    TABLE.put("N.N", new Expected(8, "--fragments largest"));
    TABLE.put("CC(=O)[O-].[Na+]", new Expected(8, "--fragments largest"));
    made("C[N+](C)(C)CC[O-]", 20);
    TABLE.put("F[P-](F)(F)(F)(F)F", new Expected(7, "P-1 x6"));
    TABLE.put("CS(C)(C)=O", new Expected(15, "S x5"));
    made("CB(O)O", 9);
    made("C[Si](C)(C)C", 17);
    TABLE.put(COPPER, new Expected(25, "Cu"));
    made("CC(C)(C)c1ccccc1", 24);
    made("CC(C)C(C)O", 18);
    made("[2H]C([2H])([2H])O", 6);
    made(TRIESTER, 110);
    made(RAPAMYCIN, 144);
  }

  @TempDir private Path folder = Path.of("");

  private static void made(String smiles, int atoms) {
    TABLE.put(smiles, new Expected(atoms, ""));
  }

  private Path list(boolean small) throws IOException {
    StringBuilder text = new StringBuilder();
    TABLE.forEach((smiles, expected) -> {
      boolean known = expected.refusal.isEmpty() && !UNLIKE_ALL_DATA.contains(smiles);
      if (!small || (known && expected.atoms < 30)) {
        text.append(smiles).append(' ').append(smiles).append('\n');
      }
    });
    Path file = folder.resolve("list.smi");
    Files.writeString(file, text);
    return file;
  }

  private Map<String, List<SdfRecord>> read(Path file) throws IOException {
    Map<String, List<SdfRecord>> records = new LinkedHashMap<>();
    try (SdfReader reader = SdfFile.open(file)) {
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        records.computeIfAbsent(r.get().molecule().title(), _ -> new ArrayList<>()).add(r.get());
      }
    }
    return records;
  }

  @Test
  void everyMoleculeIsMadeOrRefusedWithTheReason() throws IOException {
    Path out = folder.resolve("out.sdf");
    Path failed = folder.resolve("failed.smi");
    CommandLineRun run =
        CommandLineRun.of(
            "sample",
            "conformer",
            list(false).toString(),
            "-n",
            "2",
            "--steps",
            "4",
            "--solver",
            "multistep",
            "--seed",
            "1",
            "--retries",
            "1",
            "--failed",
            failed.toString(),
            "-o",
            out.toString());
    assertEquals(4, run.code(), run.err());
    Map<String, List<SdfRecord>> records = read(out);
    String reasons = Files.readString(failed);
    TABLE.forEach((smiles, expected) -> {
      List<SdfRecord> written = records.getOrDefault(smiles, List.of());
      Optional<String> reason = reasons.lines().filter(l -> l.startsWith(smiles + " ")).findFirst();
      if (!expected.refusal.isEmpty()) {
        assertTrue(reason.orElse("").contains(expected.refusal), smiles + ": " + reason);
        assertTrue(written.isEmpty(), smiles);
        return;
      }
      assertTrue(written.size() == 2 || reason.isPresent(), smiles + " " + written.size());
      for (SdfRecord record : written) {
        assertEquals(expected.atoms, record.molecule().atomCount(), smiles);
        assertFalse(record.molecule().items().get("STEREO").equals("wrong"), smiles);
        for (float x : record.coordinates()) {
          assertTrue(Float.isFinite(x), smiles);
        }
      }
    });
  }

  @Test
  void theLargestFragmentOfASaltIsMadeAndIsotopesSurvive() throws IOException {
    Path out = folder.resolve("salt.sdf");
    CommandLineRun run =
        CommandLineRun.of(
            "sample",
            "conformer",
            "--smiles",
            "CC(=O)[O-].[Na+]",
            "--fragments",
            "largest",
            "--steps",
            "2",
            "--seed",
            "1",
            "-o",
            out.toString());
    assertEquals(0, run.code(), run.err());
    assertEquals(7, read(out).values().iterator().next().getFirst().molecule().atomCount());
    CommandLineRun heavy =
        CommandLineRun.of(
            "sample", "conformer", "--smiles", "[2H]C([2H])([2H])O", "--steps", "2", "--seed", "1");
    assertEquals(0, heavy.code(), heavy.err());
    assertTrue(heavy.out().contains("M  ISO  3"), heavy.out());
    assertTrue(heavy.out().contains("[2H]"), heavy.out());
  }

  /// Samples of the small ones: all there, right stereochemistry, the graph kept.
  @Tag("slow")
  @Test
  void smallMoleculesKeepTheirGraph() throws IOException {
    Path out = folder.resolve("small.sdf");
    Path list = list(true);
    CommandLineRun run =
        CommandLineRun.of(
            "sample",
            "conformer",
            list.toString(),
            "-n",
            "5",
            "--steps",
            "20",
            "--solver",
            "multistep",
            "--seed",
            "1",
            "-o",
            out.toString());
    assertEquals(0, run.code(), run.err());
    long records = 0;
    List<String> broken = new ArrayList<>();
    for (Map.Entry<String, List<SdfRecord>> one : read(out).entrySet()) {
      assertEquals(5, one.getValue().size(), one.getKey());
      for (SdfRecord record : one.getValue()) {
        records++;
        GeometryCheck check = GeometryCheck.of(record.molecule(), record.coordinates());
        assertTrue(
            List.of("ok", "mirrored", "resampled", "unchecked")
                .contains(record.molecule().items().get("STEREO")),
            one.getKey());
        if (!check.keepsGraph()) {
          broken.add(one.getKey() + " " + check);
        }
      }
    }
    assertEquals(5L * Files.readAllLines(list).size(), records);
    assertTrue(broken.size() <= records / 20, broken.toString());
  }
}
