package quotient.models.molecule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerceptionTest {
  @Test
  void agreesWithTheRecordedPerceptionOfRdkit() throws IOException {
    List<SdfRecord> records = Sample.recorded();
    List<String> rows = Sample.lines("molecules.tsv");
    assertEquals(rows.size(), records.size());
    for (int k = 0; k < rows.size(); k++) {
      String[] row = rows.get(k).split("\t", -1);
      Molecule m = records.get(k).molecule();
      assertEquals(row[0], m.title());
      Perception p = Perception.of(m);
      String[] atoms = row[1].split(" ", -1);
      for (int i = 0; i < m.atomCount(); i++) {
        assertEquals(atoms[i], describe(p, i), m.title() + " atom " + (i + 1));
      }
      for (int b = 0; b < m.bondCount(); b++) {
        int code = (p.isAromaticBond(b) ? 1 : 0) + (p.isConjugatedBond(b) ? 2 : 0);
        assertEquals(row[2].charAt(b) - '0', code, m.title() + " bond " + (b + 1));
      }
    }
  }

  private static String describe(Perception p, int i) {
    Molecule m = p.molecule();
    int sizes = 0;
    for (int s = 3; s <= 6; s++) {
      sizes += p.isInRingOfSize(i, s) ? 1 : 0;
    }
    int implicit = p.implicitHydrogens(i);
    int[] values = {
      p.totalDegree(i),
      m.formalCharge(i),
      implicit,
      implicit,
      p.hybridization(i).code(),
      m.radicalElectrons(i),
      p.isAromaticAtom(i) ? 1 : 0,
      p.isRingAtom(i) ? 1 : 0,
      sizes
    };
    return Arrays.toString(values).replaceAll("[\\[\\] ]", "");
  }

  @Test
  void featuresOfTheSpecificationsExamples() throws IOException {
    MoleculeGraph benzene = MoleculeGraph.of(Sample.recorded("c1ccccc1").molecule());
    assertArrayEquals(
        new float[] {4, 3, 5, 0, 0, 1, 0, 1, 1, 1},
        Arrays.copyOf(benzene.features(), AtomFeatures.COUNT));
    MoleculeGraph methane = MoleculeGraph.of(Sample.recorded("C").molecule());
    assertArrayEquals(
        new float[] {4, 4, 5, 0, 0, 2, 0, 0, 0, 0, 4, 1, 5, 0, 0, 5, 0, 0, 0, 0},
        Arrays.copyOf(methane.features(), 2 * AtomFeatures.COUNT));
  }

  @Test
  void bondsAreListedInBothDirectionsConsecutively() throws IOException {
    Molecule m = Sample.recorded("CC#N").molecule();
    MoleculeGraph g = MoleculeGraph.of(m);
    assertEquals(2 * m.bondCount(), g.directedBondCount());
    for (int b = 0; b < m.bondCount(); b++) {
      assertEquals(m.bondBegin(b), g.bondSource()[2 * b]);
      assertEquals(m.bondEnd(b), g.bondTarget()[2 * b]);
      assertEquals(m.bondBegin(b), g.bondTarget()[2 * b + 1]);
      assertEquals(m.bondEnd(b), g.bondSource()[2 * b + 1]);
      assertEquals(m.bondOrder(b), g.bondTypes()[2 * b]);
    }
  }

  @Test
  void cubaneHasSixFourRingsWhateverItsNumbering() {
    Molecule cubane =
        Sample.graph("C C C C C C C C", "0-1 1-2 2-3 3-0 4-5 5-6 6-7 7-4 0-4 1-5 2-6 3-7");
    assertEquals(6, Rings.of(cubane).list().size());
    Molecule turned = cubane.renumbered(new int[] {5, 0, 7, 2, 1, 3, 4, 6});
    List<Rings.Ring> rings = Rings.of(turned).list();
    assertEquals(6, rings.size());
    assertTrue(rings.stream().allMatch(r -> r.size() == 4));
  }

  @Test
  void ringsOfTwoFusedSixRingsDoNotIncludeTheRim() {
    Molecule decalin =
        Sample.graph("C C C C C C C C C C", "0-1 1-2 2-3 3-4 4-5 5-6 6-7 7-8 8-9 9-0 0-5");
    List<Rings.Ring> rings = Rings.of(decalin).list();
    assertEquals(2, rings.size());
    assertFalse(rings.stream().anyMatch(r -> r.size() == 10));
  }

  @Test
  void hueckelCountsDecide() {
    assertTrue(Perception.of(Sample.annulene(6)).isAromaticAtom(0));
    assertFalse(Perception.of(Sample.annulene(4)).isAromaticAtom(0));
    assertFalse(Perception.of(Sample.annulene(8)).isAromaticAtom(0));
    assertTrue(Perception.of(Sample.annulene(10)).isAromaticAtom(0));
  }

  @Test
  void inAzuleneTheRimIsAromaticAndTheSharedBondIsNot() {
    Molecule azulene =
        Sample.graph("C C C C C C C C C C", "0=1 1-2 2=3 3-4 4-0 4=5 5-6 6=7 7-8 8=9 9-0");
    Perception p = Perception.of(azulene);
    int shared = azulene.bondBetween(0, 4);
    for (int b = 0; b < azulene.bondCount(); b++) {
      assertEquals(b != shared, p.isAromaticBond(b), "bond " + b);
    }
  }

  @Test
  void bothKekuleFormsOfOrthoXyleneAreAromaticAlike() {
    Molecule first = Sample.graph("C C C C C C C C", "0=1 1-2 2=3 3-4 4=5 5-0 0-6 1-7");
    Molecule second = Sample.graph("C C C C C C C C", "0-1 1=2 2-3 3=4 4-5 5=0 0-6 1-7");
    assertTrue(Isomers.sameConstitution(first, second));
    LabelledGraph a = LabelledGraph.heavyAtoms(Perception.of(first));
    LabelledGraph b = LabelledGraph.heavyAtoms(Perception.of(second));
    assertEquals(2, GraphMatch.isomorphisms(a, b, 10).maps().size());
  }

  @Test
  void missingHydrogensAreCountedAndAdded() {
    Molecule ethanol = Sample.graph("C C O", "0-1 1-2");
    assertEquals(6, Perception.of(ethanol).missingHydrogens());
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> MoleculeGraph.of(ethanol));
    assertTrue(error.getMessage().contains("lacks 6 hydrogens"), error.getMessage());
    Molecule full = Hydrogens.add(ethanol);
    assertEquals("C2H6O", full.formula());
    assertEquals(0, Perception.of(full).missingHydrogens());
    assertEquals(9, MoleculeGraph.of(full).atomCount());
  }

  @Test
  void aromaticBondsWithoutKekuleFormAreRefused() {
    Molecule m = Sample.graph("C C C C C C", "0:1 1:2 2:3 3:4 4:5 5:0");
    assertThrows(IllegalArgumentException.class, () -> Perception.of(m));
  }
}
