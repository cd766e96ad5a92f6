package quotient.chemistry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.models.metric.GeometryCheck;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Isomers;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;
import quotient.models.molecule.StereoPerception;

/// SMILES and coordinates of the shared molecules say the same.
class SharedMoleculesTest {
  private final Chemistry chemistry = Chemistry.provider();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mini-geom-qm9/special",
        "mini-geom-qm9/val",
        "mini-geom-qm9/test",
        "xtb-druglike/test",
        "mini-geom-drugs/test"
      })
  void everySmilesParsesToTheMoleculeOfItsRecord(String set) throws IOException {
    int molecules = 0;
    int sameStereo = 0;
    String last = "";
    try (SdfReader reader = SdfFile.open(Shared.path("data/" + set + ".sdf.gz"))) {
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        Molecule record = r.get().molecule();
        if (record.title().equals(last)) {
          continue;
        }
        last = record.title();
        Molecule parsed = chemistry.parseSmiles(record.smiles().orElseThrow());
        assertTrue(Isomers.sameConstitution(parsed, record), last);
        Molecule marked = StereoPerception.of(record, r.get().coordinates());
        molecules++;
        sameStereo += Isomers.sameStereoisomer(parsed, marked) ? 1 : 0;
      }
    }
    // cages and para-substituted rings are marked by other rules there
    assertTrue(sameStereo >= 0.98 * molecules, sameStereo + " of " + molecules);
  }

  @Test
  void theCanonicaliserDoesNotTellKekuleFormsApart() throws IOException {
    Molecule one = chemistry.parseSmiles("CC1=C(C)C=CC=C1");
    Molecule two = chemistry.parseSmiles("CC1=CC=CC=C1C");
    for (Chemistry.SmilesStyle style :
        new Chemistry.SmilesStyle[] {
          Chemistry.SmilesStyle.CONSTITUTION, Chemistry.SmilesStyle.ISOMERIC
        }) {
      assertEquals(chemistry.writeSmiles(one, style), chemistry.writeSmiles(two, style));
    }
  }

  /// A bond that is off by 15 % is rare even among relaxed structures: shared protons, strained cages.
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"mini-geom-qm9/train", "xtb-druglike/train"})
  void relaxedConformersKeepTheirGraph(String set) throws IOException {
    long conformers = 0;
    long broken = 0;
    try (SdfReader reader = SdfFile.open(Shared.path("data/" + set + ".sdf.gz"))) {
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        conformers++;
        GeometryCheck check = GeometryCheck.of(r.get().molecule(), r.get().coordinates());
        broken += check.keepsGraph() ? 0 : 1;
      }
    }
    assertTrue(broken <= conformers / 500, broken + " of " + conformers);
  }

  /// The list of docs/comparisons/drugs.sh: every SMILES parses to the formula that stands beside it.
  @Test
  void theListOfDrugsIsWhatItSays() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    List<String> lines = Files.readAllLines(root.resolve("docs/comparisons/drugs.tsv"));
    assertEquals(51, lines.size());
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      Molecule drug = Chemistry.provider().parseSmiles(fields[0]);
      assertEquals(fields[2], drug.formula(), fields[1]);
    }
  }
}
