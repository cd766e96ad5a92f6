package quotient.models.conformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.prior.BondGraph;

final class TrainingMixtureTest {
  @Test
  void relabellingsKeepTheBondGraphAndAreFewerThanTheLimit() throws IOException {
    ConformerDataset data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
    int symmetric = 0;
    for (int m = 0; m < data.size(); m++) {
      ConformerSet molecule = data.get(m);
      ConformerMixture mixture = TrainingMixture.of(molecule, false, false);
      assertEquals(molecule.conformers().size(), mixture.conformers().length);
      assertTrue(mixture.relabellings().length <= TrainingMixture.LARGEST_GROUP);
      double[] expected = molecule.bonds().laplacian();
      for (int[] relabelling : mixture.relabellings()) {
        assertEquals(molecule.atomCount(), Arrays.stream(relabelling).distinct().count());
        assertTrue(Arrays.equals(expected, relabelled(molecule.bonds(), relabelling)));
      }
      symmetric += mixture.relabellings().length > 1 ? 1 : 0;
    }
    assertTrue(symmetric > 0, "no molecule with equivalent atoms: the test proves nothing");
  }

  private static double[] relabelled(BondGraph bonds, int[] relabelling) {
    int[] ends = new int[2 * bonds.bonds()];
    for (int b = 0; b < ends.length; b++) {
      ends[b] = relabelling[bonds.end(b / 2, b % 2)];
    }
    return BondGraph.of(bonds.points(), ends).laplacian();
  }
}
