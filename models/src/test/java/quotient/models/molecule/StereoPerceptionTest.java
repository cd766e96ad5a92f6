package quotient.models.molecule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class StereoPerceptionTest {
  private static Molecule perceive(String smiles) throws IOException {
    SdfRecord record = Sample.recorded(smiles);
    return StereoPerception.of(record.molecule(), record.coordinates());
  }

  private static void expect(String smiles, int centres, int doubleBonds) throws IOException {
    Molecule m = perceive(smiles);
    assertEquals(centres, m.tetrahedralCentres().size(), smiles);
    assertEquals(doubleBonds, m.doubleBondStereo().size(), smiles);
  }

  @Test
  void countsCentresAndDoubleBonds() throws IOException {
    expect("C[C@H](N)C(=O)O", 1, 0);
    expect("C[C@H](O)[C@@H](C)O", 2, 0);
    expect("O[C@@H]1CCC[C@@H]1O", 2, 0);
    expect("C1C[C@H]2CC[C@@H]1C2", 2, 0);
    expect("CC1CCCCC1", 0, 0);
    expect("CC(C)(C)C", 0, 0);
    expect("C1CC12CC2", 0, 0);
    expect("C/C=C/C", 0, 1);
    expect("C/C=C\\C=C/C", 0, 2);
    expect("C=C=C", 0, 0);
    expect("F/N=N\\F", 0, 1);
    expect("C1=CCCCC1", 0, 0);
    expect("CN", 0, 0);
  }

  @Test
  void cisAndTransAreTold() throws IOException {
    assertFalse(perceive("C/C=C/C").doubleBondStereo().get(0).cis());
    assertTrue(perceive("C/C=C\\C").doubleBondStereo().get(0).cis());
  }

  @Test
  void mesoAndChiralFormsOfButanediolDiffer() throws IOException {
    Molecule meso = perceive("C[C@H](O)[C@@H](C)O");
    Molecule one = perceive("C[C@H](O)[C@H](C)O");
    Molecule other = perceive("C[C@@H](O)[C@@H](C)O");
    assertFalse(Isomers.sameStereoisomer(meso, one));
    assertFalse(Isomers.sameStereoisomer(one, other));
    assertTrue(Isomers.sameConstitution(one, other));
  }

  @Test
  void everyMarkAgreesWithTheGeometryItWasReadFrom() throws IOException {
    int marks = 0;
    for (SdfRecord record : Sample.recorded()) {
      Molecule m = StereoPerception.of(record.molecule(), record.coordinates());
      for (TetrahedralCentre c : m.tetrahedralCentres()) {
        assertTrue(Chirality.isAsMarked(c, record.coordinates(), 0));
        assertFalse(Chirality.isAsMarked(c.mirrored(), record.coordinates(), 0));
        marks++;
      }
      for (DoubleBondStereo d : m.doubleBondStereo()) {
        assertTrue(Chirality.isAsMarked(d, record.coordinates(), 0));
        marks++;
      }
    }
    assertTrue(marks > 50, "marks " + marks);
  }

  @Test
  void theSignConventionIsCounterclockwisePlus() {
    // seen from the first neighbour (above), the others run counterclockwise
    float[] xyz = {0, 0, 0, 0, 0, 1, 1, 0, -0.3f, -0.5f, 0.9f, -0.3f, -0.5f, -0.9f, -0.3f};
    TetrahedralCentre centre = new TetrahedralCentre(0, 1, 2, 3, 4, 1);
    assertTrue(Chirality.signedVolume(centre, xyz, 0) > 0);
    assertTrue(Chirality.isAsMarked(centre, xyz, 0));
    TetrahedralCentre swapped = new TetrahedralCentre(0, 1, 3, 2, 4, -1);
    assertTrue(Chirality.isAsMarked(swapped, xyz, 0));
  }
}
