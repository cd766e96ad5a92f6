package quotient.models.conformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.geometry.shape.SO3;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.io.FormatException;
import quotient.models.io.RecordJson;
import quotient.models.net.Denoiser;
import quotient.models.net.MoleculeCondition;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// What every network of this program claims: its symmetry, and bits that depend on nothing but the
/// molecule.
final class NetworkClaimsTest {
  private static ConformerDataset data;

  @BeforeAll
  static void readData() throws IOException {
    data = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
  }

  private static Denoiser<MoleculeCondition> network(String name) {
    JsonObject changes = new JsonObject();
    changes.addProperty("network", name);
    changes.addProperty("width", 32);
    changes.addProperty("layers", 2);
    changes.addProperty("radial", 8);
    try {
      ConformerSettings s = RecordJson.merge(ConformerSettings.preset("tiny"), changes, "test");
      return ConformerModel.create(s, RandomKey.of(11), data).network();
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Pass(float[] velocity, float[] gradients) {}

  private static Pass pass(
      Denoiser<MoleculeCondition> network, List<ConformerSet> molecules, float[] x, int threads) {
    MoleculeCondition condition = new MoleculeCondition();
    molecules.forEach(m -> NetworkInputs.add(condition.input(), m.graph()));
    float[] times = new float[molecules.size()];
    Arrays.fill(times, 0.6f);
    float[] gradients = network.parameters().newVector();
    Tape tape = new Tape(new Tensors(WorkerPool.of(threads)));
    try (Tape.Pass _ = tape.recording(gradients)) {
      FloatTensor positions = FloatTensor.of(x, x.length / 3, 3);
      Var v = network.forward(tape, tape.constant(positions), times, condition);
      float[] velocity = v.value().toArray();
      tape.backward(v, FloatTensor.of(velocity.clone(), x.length / 3, 3));
      return new Pass(velocity, gradients);
    }
  }

  private static float[] noisy(List<ConformerSet> molecules) {
    int length = molecules.stream().mapToInt(m -> 3 * m.atomCount()).sum();
    float[] x = new float[length];
    Normal.fill(RandomKey.of(7), x, 0, length);
    int at = 0;
    for (ConformerSet m : molecules) {
      for (float c : m.conformers().getFirst()) {
        x[at] = c + 0.2f * x[at];
        at++;
      }
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(strings = {"etflow-so3", "etflow-o3", "etflow-plus", "transformer"})
  void bitsDoNotDependOnThreadsOrOnThePackingOfTheBatch(String name) {
    Denoiser<MoleculeCondition> network = network(name);
    List<ConformerSet> molecules = data.molecules().subList(0, 7);
    float[] x = noisy(molecules);
    Pass one = pass(network, molecules, x, 1);
    Pass three = pass(network, molecules, x, 3);
    assertArrayEquals(one.velocity(), three.velocity());
    assertArrayEquals(one.gradients(), three.gradients());
    int at = 0;
    for (ConformerSet m : molecules) {
      int to = at + 3 * m.atomCount();
      float[] alone = pass(network, List.of(m), Arrays.copyOfRange(x, at, to), 1).velocity();
      assertArrayEquals(Arrays.copyOfRange(one.velocity(), at, to), alone);
      at = to;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"etflow-so3", "etflow-o3", "etflow-plus"})
  void rotatingAndShiftingTheInputRotatesTheVelocity(String name) {
    Denoiser<MoleculeCondition> network = network(name);
    for (ConformerSet m : data.molecules().subList(0, 5)) {
      float[] x = noisy(List.of(m));
      double[] r = new double[9];
      SO3.random(RandomKey.of(m.atomCount()), r);
      float[] moved = new float[x.length];
      SO3.rotate(r, x, moved, 0, x.length);
      for (int i = 0; i < moved.length; i++) {
        moved[i] += i % 3 * 0.5f;
      }
      float[] expected = new float[x.length];
      SO3.rotate(r, pass(network, List.of(m), x, 1).velocity(), expected, 0, x.length);
      double error = difference(expected, pass(network, List.of(m), moved, 1).velocity());
      assertTrue(error < 5e-5, name + ", " + m.name() + ": " + error);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"etflow-so3", "etflow-o3"})
  void reflectingTheInputReflectsTheVelocityOfTheO3NetworkAlone(String name) {
    Denoiser<MoleculeCondition> network = network(name);
    ConformerSet m = data.get(3);
    float[] x = noisy(List.of(m));
    float[] v = pass(network, List.of(m), x, 1).velocity();
    double error = difference(negated(v), pass(network, List.of(m), negated(x), 1).velocity());
    if (name.equals("etflow-o3")) {
      assertTrue(error < 5e-5, name + ": " + error);
    } else {
      assertTrue(error > 1e-3, name + " must tell mirror images apart: " + error);
    }
  }

  @Test
  void theTransformerFollowsShiftsButNotRotations() {
    Denoiser<MoleculeCondition> network = network("transformer");
    ConformerSet m = data.get(3);
    float[] x = noisy(List.of(m));
    float[] v = pass(network, List.of(m), x, 1).velocity();
    float[] shifted = x.clone();
    for (int i = 0; i < x.length; i++) {
      shifted[i] += i % 3 * 0.5f;
    }
    double error = difference(v, pass(network, List.of(m), shifted, 1).velocity());
    assertTrue(error < 5e-5, "shift: " + error);
    double[] r = new double[9];
    SO3.random(RandomKey.of(5), r);
    float[] turned = new float[x.length];
    SO3.rotate(r, x, turned, 0, x.length);
    float[] expected = new float[x.length];
    SO3.rotate(r, v, expected, 0, x.length);
    double change = difference(expected, pass(network, List.of(m), turned, 1).velocity());
    assertTrue(change > 0.1, "a peer without equivariance must not have it: " + change);
  }

  private static float[] negated(float[] x) {
    float[] y = x.clone();
    for (int i = 0; i < y.length; i++) {
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
}
