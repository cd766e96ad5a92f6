package quotient.models.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import quotient.autodiff.GradientCheck;
import quotient.autodiff.Tape;
import quotient.models.conformer.NetworkInputs;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.graph.GraphLinks;
import quotient.models.graph.MoleculeInput;
import quotient.models.graph.MoleculePairs;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// The gradient of the network that is not equivariant, and the pairs it sees; its symmetries are in
/// NetworkClaimsTest.
final class MoleculeTransformerTest {
  private static ConformerDataset data;

  @BeforeAll
  static void readData() throws IOException {
    data = ConformerDataset.embedded(ConformerDataset.Embedded.TRAIN);
  }

  private static ConformerSet chiral() {
    return data.molecules().stream()
        .filter(m -> !m.molecule().tetrahedralCentres().isEmpty() && m.atomCount() > 9)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void gradientsOfWeightsAndPositionsAgreeWithDifferences() {
    MoleculeTransformer small = new MoleculeTransformer(8, 2, 2, 4, RandomKey.of(6));
    ConformerSet molecule = chiral();
    MoleculeInput input = new MoleculeInput();
    NetworkInputs.add(input, molecule.graph());
    MoleculeCondition condition = new MoleculeCondition(input);
    float[] x = molecule.conformers().getFirst().clone();
    float[] noise = new float[x.length];
    Normal.fill(RandomKey.of(8), noise, 0, noise.length);
    for (int i = 0; i < x.length; i++) {
      x[i] += 0.1f * noise[i];
    }
    GradientCheck.Result result =
        GradientCheck.check(
            new Tape(new Tensors(WorkerPool.of(1))),
            (t, inputs) -> small.forward(t, inputs[0], new float[] {0.3f}, condition),
            new FloatTensor[] {FloatTensor.of(x, x.length / 3, 3)},
            small.parameters(),
            RandomKey.of(21),
            0x1p-10);
    assertTrue(result.error() < 5e-3, () -> result + " error " + result.error());
  }

  @Test
  void pairsAreAllPairsOfEachMoleculeAndKnowTheBonds() {
    MoleculeInput input = new MoleculeInput();
    MoleculePairs pairs = new MoleculePairs();
    NetworkInputs.add(input, data.get(0).graph());
    NetworkInputs.add(input, chiral().graph());
    pairs.fill(input);
    int first = input.start(1);
    int second = input.atoms() - first;
    assertEquals(first * first + second * second, pairs.count());
    Set<Long> seen = new HashSet<>();
    int bonds = 0;
    for (int p = 0; p < pairs.count(); p++) {
      int i = pairs.first()[p];
      int j = pairs.second()[p];
      assertEquals(i < first, j < first, "pairs do not cross molecules");
      assertTrue(seen.add((long) i << 32 | j), "each pair once");
      assertTrue(p >= pairs.start()[i] && p < pairs.start()[i + 1]);
      assertEquals(i == j, pairs.kind()[p] == MoleculePairs.KINDS - 1);
      bonds += pairs.kind()[p] >= 1 && pairs.kind()[p] < GraphLinks.TWO_BONDS ? 1 : 0;
    }
    assertEquals(input.directedBonds(), bonds);
  }
}
