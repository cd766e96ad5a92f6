package quotient.chemistry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.data.ExclusionList;
import quotient.models.io.FormatException;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;

class ExclusionTest {
  @TempDir Path folder;

  private static ExclusionList shared() throws IOException {
    return ExclusionList.read(Shared.path("data/exclude.txt"));
  }

  @ParameterizedTest
  @EnumSource(ConformerDataset.Embedded.class)
  void noEmbeddedMoleculeIsOnTheListOfBenchmarks(ConformerDataset.Embedded part)
      throws IOException {
    ExclusionList list = shared();
    ConformerDataset data = ConformerDataset.embedded(part);
    assertTrue(data.size() >= 40, "molecules " + data.size());
    assertTrue(data.skipped().isEmpty());
    for (ConformerSet molecule : data.molecules()) {
      assertFalse(list.contains(molecule.molecule()), molecule.name());
    }
  }

  @Test
  void noHeldOutMoleculeIsTrainedOn() throws IOException {
    Set<String> training = new HashSet<>();
    for (ConformerSet m : ConformerDataset.embedded(ConformerDataset.Embedded.TRAIN).molecules()) {
      training.add(constitution(m.molecule()));
    }
    for (ConformerSet m :
        ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT).molecules()) {
      assertFalse(training.contains(constitution(m.molecule())), m.name());
    }
  }

  private static String constitution(Molecule molecule) {
    return Chemistry.provider().writeSmiles(molecule, Chemistry.SmilesStyle.CONSTITUTION);
  }

  @Test
  void theListFindsTheTestSplitsItWasMadeFrom() throws IOException {
    ExclusionList list = shared();
    for (String set : new String[] {"mini-geom-qm9/test", "xtb-druglike/test"}) {
      try (SdfReader reader = SdfFile.open(Shared.path("data/" + set + ".sdf.gz"))) {
        for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
          assertTrue(list.contains(r.get().molecule()), r.get().molecule().title());
        }
      }
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mini-geom-qm9/train",
        "xtb-druglike/train",
        "mmff-pretrain/part-0",
        "mmff-pretrain/part-1",
        "mmff-pretrain/part-2",
        "mmff-pretrain/part-3"
      })
  void theTrainingSplitsHoldNoneOfIt(String set) throws IOException {
    ExclusionList list = shared();
    String last = "";
    try (SdfReader reader = SdfFile.open(Shared.path("data/" + set + ".sdf.gz"))) {
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        Molecule molecule = r.get().molecule();
        if (!molecule.title().equals(last)) {
          last = molecule.title();
          assertFalse(list.contains(molecule), last);
        }
      }
    }
  }

  @Test
  void stereoisomersIsotopesAndProtonationStatesAreTheSameMolecule() throws IOException {
    Path file = folder.resolve("list.txt");
    Files.writeString(file, "C[C@H](N)C(=O)O\n\nC[N+](=O)[O-]\nCC=NO\n");
    ExclusionList list = ExclusionList.read(file);
    assertEquals(3, list.size());
    Chemistry chemistry = Chemistry.provider();
    for (String same :
        new String[] {
          "C[C@@H](N)C(=O)O",
          "CC([NH3+])C(=O)[O-]",
          "[2H]C([2H])([2H])C(N)C(=O)O",
          "OC(=O)C(C)N",
          "C[N+]([O-])=O",
          "C/C=N/O",
          "C/C=N\\O"
        }) {
      assertTrue(list.contains(chemistry.parseSmiles(same)), same);
    }
    for (String other : new String[] {"CC(N)C(=O)OC", "C[N+](C)(C)CC", "CON=O", "CCN=O"}) {
      assertFalse(list.contains(chemistry.parseSmiles(other)), other);
    }
  }

  @Test
  void anUnreadableLineIsNamed() throws IOException {
    Path file = folder.resolve("list.txt");
    Files.writeString(file, "CC\nC1CC\n");
    FormatException error = assertThrows(FormatException.class, () -> ExclusionList.read(file));
    assertTrue(error.getMessage().contains("line 2"), error.getMessage());
  }
}
