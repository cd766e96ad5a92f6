package quotient.models.conformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import quotient.autodiff.Tape;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.net.EtFlowPlus;
import quotient.models.net.EtFlowPlusConfig;
import quotient.models.net.MoleculeCondition;
import quotient.models.prior.BondGraph;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

final class TrainingMixtureTest {
  @Test
  void relabellingsKeepTheBondGraphAndAreFewerThanTheLimit() throws IOException {
    ConformerDataset data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
    int symmetric = 0;
    for (int m = 0; m < data.size(); m++) {
      ConformerSet molecule = data.get(m);
      ConformerMixture mixture = TrainingMixture.of(molecule, false, false);
      assertEquals(molecule.conformers().size(), mixture.conformers().length);
      assertTrue(mixture.relabellings().length <= TrainingMixture.LARGEST_SUBGROUP);
      assertTrue(isGroup(mixture.relabellings()), molecule.name());
      double[] expected = molecule.bonds().laplacian();
      for (int[] relabelling : mixture.relabellings()) {
        assertEquals(molecule.atomCount(), Arrays.stream(relabelling).distinct().count());
        assertTrue(Arrays.equals(expected, relabelled(molecule.bonds(), relabelling)));
      }
      symmetric += mixture.relabellings().length > 1 ? 1 : 0;
    }
    assertTrue(symmetric > 0, "no molecule with equivalent atoms: the test proves nothing");
  }

  private static boolean isGroup(int[][] relabellings) {
    for (int[] one : relabellings) {
      for (int[] other : relabellings) {
        int[] product = Arrays.stream(one).map(i -> other[i]).toArray();
        if (Arrays.stream(relabellings).noneMatch(known -> Arrays.equals(known, product))) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void relabellingsForEtFlowPlusLeaveItsVelocityAlone() throws IOException {
    ConformerDataset data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
    EtFlowPlus network = new EtFlowPlus(new EtFlowPlusConfig(16, 2, 2, 8, 5), RandomKey.of(2));
    int kept = 0;
    int dropped = 0;
    for (int m = 0; m < data.size(); m++) {
      ConformerSet molecule = data.get(m);
      int[][] some = TrainingMixture.of(molecule, false, true).relabellings();
      kept += some.length - 1;
      dropped += TrainingMixture.of(molecule, false, false).relabellings().length - some.length;
      float[] x = molecule.conformers().getFirst();
      float[] v = velocity(network, molecule, x);
      for (int[] relabelling : some) {
        assertArrayEquals(
            moved(v, relabelling), velocity(network, molecule, moved(x, relabelling)), 2e-4f);
      }
    }
    assertTrue(kept > 0 && dropped > 0, kept + " kept, " + dropped + " dropped");
  }

  private static float[] moved(float[] x, int[] relabelling) {
    float[] y = new float[x.length];
    for (int i = 0; i < relabelling.length; i++) {
      System.arraycopy(x, 3 * i, y, 3 * relabelling[i], 3);
    }
    return y;
  }

  private static float[] velocity(EtFlowPlus network, ConformerSet molecule, float[] x) {
    MoleculeCondition condition = new MoleculeCondition();
    NetworkInputs.add(condition.input(), molecule.graph());
    Tape tape = new Tape(new Tensors(WorkerPool.of(1)));
    try (Tape.Pass _ = tape.inference()) {
      return network
          .forward(
              tape,
              tape.constant(FloatTensor.of(x, x.length / 3, 3)),
              new float[] {0.5f},
              condition)
          .value()
          .toArray();
    }
  }

  private static double[] relabelled(BondGraph bonds, int[] relabelling) {
    int[] ends = new int[2 * bonds.bonds()];
    for (int b = 0; b < ends.length; b++) {
      ends[b] = relabelling[bonds.end(b / 2, b % 2)];
    }
    return BondGraph.of(bonds.points(), ends).laplacian();
  }
}
