package quotient.models.molecule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IsomersTest {
  private static int order(Molecule m) {
    LabelledGraph graph = LabelledGraph.heavyAtoms(Perception.of(m));
    GraphMatch.Mappings group = GraphMatch.automorphisms(graph, 100_000);
    assertTrue(group.complete());
    return group.maps().size();
  }

  @Test
  void groupOrdersAreThoseOfTheShapes() throws IOException {
    assertEquals(1, order(Sample.graph("C", "")));
    assertEquals(12, order(Sample.annulene(6)));
    assertEquals(24, order(Sample.graph("C C C C C", "0-1 0-2 0-3 0-4")));
    assertEquals(
        48,
        order(Sample.graph("C C C C C C C C", "0-1 1-2 2-3 3-0 4-5 5-6 6-7 7-4 0-4 1-5 2-6 3-7")));
    assertEquals(720, order(Sample.graph("P F F F F F F", "0-1 0-2 0-3 0-4 0-5 0-6")));
    assertEquals(1, order(Sample.graph("C C C", "0=1 1-2")));
    assertEquals(2, order(Sample.graph("C C C C", "0-1 1-2 2-3")));
  }

  @Test
  void butylbenzeneHasTwelveHeavyAtomSymmetries() {
    assertEquals(
        12, order(Sample.graph("C C C C C C C C C C", "0-1 0-2 0-3 0-4 4=5 5-6 6=7 7-8 8=9 9-4")));
  }

  @Test
  void terminalOxygensOfAcidsNitroGroupsAndPhosphatesAreAlike() {
    assertEquals(2, order(Sample.graph("C C O O", "0-1 1=2 1-3")));
    assertEquals(6, order(Sample.graph("C P O O O", "0-1 1=2 1-3 1-4")));
    assertEquals(2, order(Sample.graph("C S O O N", "0-1 1=2 1=3 1-4")));
    assertEquals(1, order(Sample.graph("C C O O C", "0-1 1=2 1-3 3-4")));
    Molecule nitro =
        Sample.graph("C N O O", "0-1 1=2 1-3").toBuilder().charge(1, 1).charge(3, -1).build();
    assertEquals(2, order(nitro));
  }

  @Test
  void theLimitIsReported() {
    LabelledGraph graph =
        LabelledGraph.heavyAtoms(
            Perception.of(Sample.graph("P F F F F F F", "0-1 0-2 0-3 0-4 0-5 0-6")));
    assertFalse(GraphMatch.automorphisms(graph, 719).complete());
    assertEquals(719, GraphMatch.automorphisms(graph, 719).maps().size());
    assertTrue(GraphMatch.automorphisms(graph, 720).complete());
  }

  @Test
  void anyRenumberingIsTheSameMolecule() throws IOException {
    Random random = new Random(11);
    for (SdfRecord record : Sample.recorded()) {
      Molecule m = StereoPerception.of(record.molecule(), record.coordinates());
      int[] order = shuffled(m.atomCount(), random);
      Molecule moved = m.renumbered(order);
      assertTrue(Isomers.sameStereoisomer(m, moved), m.title());
      assertEquals(m.formula(), moved.formula());
    }
  }

  @Test
  void canonicalFormsDoNotDependOnTheNumbering() throws IOException {
    Random random = new Random(12);
    for (SdfRecord record : Sample.recorded()) {
      Molecule m = record.molecule();
      Molecule moved = m.renumbered(shuffled(m.atomCount(), random));
      Molecule first = Isomers.canonicalForms(m, 1).get(0);
      Molecule second = Isomers.canonicalForms(moved, 1).get(0);
      LabelledGraph a = LabelledGraph.constitution(Perception.of(first));
      LabelledGraph b = LabelledGraph.constitution(Perception.of(second));
      assertEquals(a.size(), b.size());
      for (int v = 0; v < a.size(); v++) {
        assertEquals(a.label(v), b.label(v), m.title());
        assertEquals(a.degree(v), b.degree(v), m.title());
      }
    }
  }

  @Test
  void mirrorImagesAreOtherStereoisomersExactlyIfChiral() throws IOException {
    for (SdfRecord record : Sample.recorded()) {
      Molecule m = StereoPerception.of(record.molecule(), record.coordinates());
      float[] mirror = record.coordinates().clone();
      for (int i = 0; i < mirror.length; i += 3) {
        mirror[i] = -mirror[i];
      }
      Molecule other = StereoPerception.of(record.molecule(), mirror);
      assertEquals(m.tetrahedralCentres().size(), other.tetrahedralCentres().size());
      assertTrue(Isomers.sameConstitution(m, other));
      if (m.tetrahedralCentres().isEmpty()) {
        assertTrue(Isomers.sameStereoisomer(m, other), m.title());
      } else if (m.tetrahedralCentres().size() == 1) {
        assertFalse(Isomers.sameStereoisomer(m, other), m.title());
      }
    }
  }

  static int[] shuffled(int n, Random random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
