package quotient.chemistry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import quotient.models.io.Safetensors;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Chirality;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.molecule.TetrahedralCentre;

/// The network inputs of the ET-Flow fixtures, made here from their SMILES.
class ParityInputsTest {
  private static Safetensors fixture;
  private static final List<MoleculeGraph> GRAPHS = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    fixture = Safetensors.read(Shared.path("parity/etflow/small_so3_f64.safetensors"));
    String[] smiles = {"CCO", "C[C@H](N)C(=O)O", "CCN(CC)CC(=O)Nc1c(C)cccc1C"};
    for (String text : smiles) {
      GRAPHS.add(MoleculeGraph.of(Chemistry.provider().parseSmiles(text)));
    }
  }

  @Test
  void atomicNumbersAndFeaturesAreEqual() throws IOException {
    int[] numbers = GRAPHS.stream().flatMapToInt(g -> Arrays.stream(g.atomicNumbers())).toArray();
    assertArrayEquals(fixture.ints("in.atomic_numbers"), numbers);
    double[] expected = fixture.doubles("in.node_attr");
    int at = 0;
    for (MoleculeGraph graph : GRAPHS) {
      for (float value : graph.features()) {
        assertEquals(expected[at++], value);
      }
    }
    assertEquals(expected.length, at);
  }

  @Test
  void bondsAreTheSameSetWithBothDirectionsSideBySide() throws IOException {
    int[] index = fixture.ints("in.bond_index");
    int edges = index.length / 2;
    Set<List<Integer>> expected = new HashSet<>();
    for (int e = 0; e < edges; e++) {
      expected.add(List.of(index[e], index[edges + e]));
    }
    Set<List<Integer>> found = new HashSet<>();
    int offset = 0;
    for (MoleculeGraph graph : GRAPHS) {
      for (int e = 0; e < graph.directedBondCount(); e++) {
        assertEquals(graph.bondSource()[e], graph.bondTarget()[e ^ 1]);
        found.add(List.of(offset + graph.bondSource()[e], offset + graph.bondTarget()[e]));
      }
      offset += graph.atomCount();
    }
    assertEquals(expected, found);
  }

  @Test
  void theStereocentreOfAlanineHasItsNeighboursAndTag() throws IOException {
    List<TetrahedralCentre> centres = Chirality.signFlipCentres(GRAPHS.get(1).molecule());
    assertEquals(1, centres.size());
    TetrahedralCentre centre = centres.get(0);
    int offset = GRAPHS.get(0).atomCount();
    assertEquals(fixture.ints("in.chiral_index")[0], offset + centre.centre());
    int[] neighbours = fixture.ints("in.chiral_nbr_index");
    for (int i = 0; i < 4; i++) {
      assertEquals(neighbours[i], offset + centre.neighbour(i));
    }
    assertEquals(fixture.doubles("in.chiral_tag")[0], centre.tag());
  }
}
