package quotient.models.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import quotient.autodiff.GradientCheck;
import quotient.autodiff.Tape;
import quotient.geometry.shape.SO3;
import quotient.models.conformer.NetworkInputs;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.graph.MoleculeInput;
import quotient.models.molecule.DoubleBondStereo;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.MoleculeGraph;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// What `etflow-plus` claims: its symmetries, its continuity and its gradient.
final class EtFlowPlusTest {
  private static final EtFlowPlusConfig CONFIG = new EtFlowPlusConfig(32, 3, 4, 12, 5);

  private static ConformerDataset data;

  private final EtFlowPlus network = new EtFlowPlus(CONFIG, RandomKey.of(3));

  @BeforeAll
  static void readData() throws IOException {
    data = ConformerDataset.embedded(ConformerDataset.Embedded.TRAIN);
  }

  private static ConformerSet molecule(boolean chiral) {
    return data.molecules().stream()
        .filter(m -> m.molecule().tetrahedralCentres().isEmpty() != chiral)
        .filter(m -> m.atomCount() > 9)
        .findFirst()
        .orElseThrow();
  }

  private static MoleculeInput input(ConformerSet molecule) {
    MoleculeInput input = new MoleculeInput();
    NetworkInputs.add(input, molecule.graph());
    return input;
  }

  /// A conformer with noise, as networks see them.
  private static float[] noisy(ConformerSet molecule, double noise) {
    float[] x = molecule.conformers().getFirst().clone();
    double[] normal = new double[x.length];
    Normal.fill(RandomKey.of(8), normal, 0, normal.length);
    for (int i = 0; i < x.length; i++) {
      x[i] += (float) (noise * normal[i]);
    }
    return x;
  }

  private float[] velocity(MoleculeInput input, float[] x, double time) {
    Tape tape = new Tape(new Tensors(WorkerPool.of(1)));
    try (Tape.Pass _ = tape.inference()) {
      float[] times = new float[input.molecules()];
      Arrays.fill(times, (float) time);
      FloatTensor positions = FloatTensor.of(x, x.length / 3, 3);
      return network
          .forward(tape, tape.constant(positions), times, new MoleculeCondition(input))
          .value()
          .toArray();
    }
  }

  private static float[] rotated(float[] x, double[] r) {
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i += 3) {
      for (int a = 0; a < 3; a++) {
        y[i + a] = (float) (r[3 * a] * x[i] + r[3 * a + 1] * x[i + 1] + r[3 * a + 2] * x[i + 2]);
      }
    }
    return y;
  }

  private static float[] reflected(float[] x) {
    float[] y = x.clone();
    for (int i = 2; i < y.length; i += 3) {
      y[i] = -y[i];
    }
    return y;
  }

  /// Largest difference as a share of the largest number.
  private static double difference(float[] a, float[] b) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i]));
      difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
    }
    return difference / largest;
  }

  @Test
  void rotatingTheInputRotatesTheVelocity() {
    for (boolean chiral : new boolean[] {true, false}) {
      ConformerSet molecule = molecule(chiral);
      float[] x = noisy(molecule, 0.3);
      double[] r = new double[9];
      SO3.random(RandomKey.of(12), r);
      float[] moved = rotated(x, r);
      for (int i = 0; i < moved.length; i++) {
        moved[i] += i % 3 - 0.7f;
      }
      float[] v = velocity(input(molecule), x, 0.4);
      double error = difference(rotated(v, r), velocity(input(molecule), moved, 0.4));
      assertTrue(error < 2e-5, "rotation, chiral " + chiral + ": " + error);
    }
  }

  @Test
  void planarAndFlatCloudsRotateTooAlongTheAxes() {
    ConformerSet molecule = molecule(false);
    float[] flat = noisy(molecule, 0.3);
    for (int i = 2; i < flat.length; i += 3) {
      flat[i] = 0;
    }
    double[] r = new double[9];
    SO3.random(RandomKey.of(13), r);
    float[] v = velocity(input(molecule), flat, 0.4);
    double error = difference(rotated(v, r), velocity(input(molecule), rotated(flat, r), 0.4));
    assertTrue(error < 2e-5, "planar: " + error);
  }

  @Test
  void reflectingAMoleculeWithoutStereocentresReflectsTheVelocity() {
    ConformerSet molecule = molecule(false);
    float[] x = noisy(molecule, 0.3);
    float[] v = velocity(input(molecule), x, 0.6);
    double error = difference(reflected(v), velocity(input(molecule), reflected(x), 0.6));
    assertTrue(error < 2e-5, "reflection: " + error);
  }

  @Test
  void reflectingAChiralMoleculeDoesNotUnlessItsTagsAreReversed() {
    ConformerSet molecule = molecule(true);
    float[] x = noisy(molecule, 0.3);
    float[] v = reflected(velocity(input(molecule), x, 0.6));
    double same = difference(v, velocity(input(molecule), reflected(x), 0.6));
    assertTrue(same > 0.05, "the enantiomer must be told apart: " + same);
    double reversed = difference(v, velocity(mirrored(molecule), reflected(x), 0.6));
    assertTrue(reversed < 2e-5, "with tags reversed: " + reversed);
  }

  private static MoleculeInput mirrored(ConformerSet molecule) {
    MoleculeInput input = new MoleculeInput();
    Molecule.Builder builder = molecule.molecule().toBuilder().clearStereo();
    molecule.molecule().tetrahedralCentres().forEach(c -> builder.centre(c.mirrored()));
    molecule.molecule().doubleBondStereo().forEach(builder::doubleBond);
    NetworkInputs.add(input, MoleculeGraph.of(builder.build()));
    return input;
  }

  @Test
  void theGeometryOfADoubleBondReachesTheVelocity() {
    ConformerSet molecule =
        data.molecules().stream()
            .filter(m -> !m.molecule().doubleBondStereo().isEmpty())
            .findFirst()
            .orElseThrow();
    Molecule.Builder builder = molecule.molecule().toBuilder().clearStereo();
    molecule.molecule().tetrahedralCentres().forEach(builder::centre);
    molecule
        .molecule()
        .doubleBondStereo()
        .forEach(d ->
            builder.doubleBond(
                new DoubleBondStereo(
                    d.begin(), d.end(), d.beginNeighbour(), d.endNeighbour(), !d.cis())));
    MoleculeInput other = new MoleculeInput();
    NetworkInputs.add(other, MoleculeGraph.of(builder.build()));
    float[] x = noisy(molecule, 0.3);
    double error = difference(velocity(input(molecule), x, 0.5), velocity(other, x, 0.5));
    assertTrue(error > 0.01, "E and Z must be told apart: " + error);
  }

  @Test
  void relabellingTheAtomsRelabelsTheVelocity() {
    ConformerSet molecule = molecule(true);
    int n = molecule.atomCount();
    int[] newIndex = new int[n];
    for (int i = 0; i < n; i++) {
      newIndex[i] = (7 * i + 3) % n;
    }
    if (n % 7 == 0) {
      Arrays.setAll(newIndex, i -> n - 1 - i);
    }
    MoleculeInput from = input(molecule);
    MoleculeInput to = new MoleculeInput();
    to.addMolecule(n);
    float[] x = noisy(molecule, 0.3);
    float[] moved = new float[x.length];
    for (int i = 0; i < n; i++) {
      to.setAtom(newIndex[i], from.atomicNumbers()[i], from.features(), 10 * i);
      System.arraycopy(x, 3 * i, moved, 3 * newIndex[i], 3);
    }
    for (int b = from.directedBonds() - 2; b >= 0; b -= 2) {
      to.addBond(newIndex[from.bondSource(b)], newIndex[from.bondTarget(b)], from.bondOrder(b));
    }
    for (int c = 0; c < from.centres(); c++) {
      // An odd permutation of the neighbours together with the opposite tag says the same.
      to.addCentre(
          newIndex[from.centreAtom(c, 0)],
          newIndex[from.centreAtom(c, 2)],
          newIndex[from.centreAtom(c, 1)],
          newIndex[from.centreAtom(c, 3)],
          newIndex[from.centreAtom(c, 4)],
          -from.centreTag(c));
    }
    float[] v = velocity(from, x, 0.5);
    float[] relabelled = velocity(to, moved, 0.5);
    float[] back = new float[v.length];
    for (int i = 0; i < n; i++) {
      System.arraycopy(relabelled, 3 * newIndex[i], back, 3 * i, 3);
    }
    double error = difference(v, back);
    assertTrue(error < 2e-5, "relabelling: " + error);
  }

  @Test
  void theVelocityIsContinuousWhereAnEdgeEndsAtTheCutoff() {
    MoleculeInput input = new MoleculeInput();
    input.addMolecule(6);
    float[] carbon = {4, 4, 5, 0, 0, 2, 0, 0, 0, 0};
    for (int i = 0; i < 6; i++) {
      input.setAtom(i, i == 5 ? 8 : 6, carbon, 0);
    }
    for (int i = 0; i < 5; i++) {
      input.addBond(i, i + 1, 1);
    }
    double cutoff = CONFIG.cutoff();
    float[] below = velocity(input, chain(cutoff - 1e-4), 0.5);
    float[] above = velocity(input, chain(cutoff + 1e-4), 0.5);
    double step = difference(below, above);
    assertTrue(step < 2e-3, "at the cutoff: " + step);
    float[] inside = velocity(input, chain(cutoff - 1.0), 0.5);
    assertTrue(difference(inside, above) > 1e-3, "the pair must matter inside the cutoff");
  }

  /// A folded chain whose ends are that far apart; all other pairs without a link are closer.
  private static float[] chain(double ends) {
    float half = (float) (ends / 2);
    return new float[] {
      -half, 0, 0, -1.2f, 1.1f, 0.2f, -0.4f, 0.3f, 1.1f, 0.5f, -0.3f, 0.9f, 1.3f, 0.9f, 0.1f, half,
      0, 0
    };
  }

  @Test
  void gradientsOfWeightsAndPositionsAgreeWithDifferences() {
    EtFlowPlus small = new EtFlowPlus(new EtFlowPlusConfig(8, 2, 2, 4, 5), RandomKey.of(6));
    ConformerSet molecule = molecule(true);
    MoleculeCondition condition = new MoleculeCondition(input(molecule));
    float[] x = noisy(molecule, 0.1);
    Tape tape = new Tape(new Tensors(WorkerPool.of(1)));
    GradientCheck.Result result =
        GradientCheck.check(
            tape,
            (t, inputs) -> small.forward(t, inputs[0], new float[] {0.3f}, condition),
            new FloatTensor[] {FloatTensor.of(x, x.length / 3, 3)},
            small.parameters(),
            RandomKey.of(21),
            0x1p-10);
    assertTrue(result.error() < 5e-3, () -> result + " error " + result.error());
  }

  @Test
  void bitsDoNotDependOnThePackingOfTheBatch() {
    ConformerSet first = molecule(true);
    ConformerSet second = molecule(false);
    MoleculeInput both = input(first);
    NetworkInputs.add(both, second.graph());
    float[] x = noisy(first, 0.3);
    float[] y = noisy(second, 0.3);
    float[] joined = Arrays.copyOf(x, x.length + y.length);
    System.arraycopy(y, 0, joined, x.length, y.length);
    float[] together = velocity(both, joined, 0.7);
    assertArrayEquals(velocity(input(first), x, 0.7), Arrays.copyOf(together, x.length));
    assertArrayEquals(
        velocity(input(second), y, 0.7), Arrays.copyOfRange(together, x.length, together.length));
    assertEquals(2, both.molecules());
  }
}
