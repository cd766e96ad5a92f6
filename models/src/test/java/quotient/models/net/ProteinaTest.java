package quotient.models.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.ChainInput;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// The network against its definition, and what its answers may depend on.
final class ProteinaTest {
  /// Awkward sizes: head width 5, inner width 15 of 17 channels.
  private static final ProteinaConfig CONFIG =
      new ProteinaConfig(17, 2, 3, 10, 7, 6, 4, 9, 2, 15, 8, 12, new ProteinaConfig.Folds(2, 3, 4));

  private static final int[] LENGTHS = {1, 53, 2, 101, 17};
  private static final float[] TIMES = {0.3f, 0.3f, 0.8f, 0.3f, 0.8f};
  private static final RandomKey KEY = RandomKey.of(31);

  private static Proteina network(ProteinaConfig config) {
    Proteina network = new Proteina(config, KEY);
    network
        .parameters()
        .update(values -> {
          for (Parameter p : network.parameters().parameters()) {
            for (int i = 0; i < p.shape().size(); i++) {
              values[p.offset() + i] += (float) (0.2 * Normal.at(KEY.child(p.name()), i));
            }
          }
        });
    return network;
  }

  private static float[] walk(int from, int to, String name) {
    float[] x = new float[3 * (to - from)];
    for (int i = 0; i < x.length; i++) {
      double step = Normal.at(KEY.child(name), 3 * from + i);
      x[i] = (float) ((i < 3 ? 0 : x[i - 3]) + 0.2 * step);
    }
    return x;
  }

  private static float[] walks(String name) {
    float[] all = new float[0];
    for (int b = 0, from = 0; b < LENGTHS.length; from += LENGTHS[b], b++) {
      float[] x = walk(from, from + LENGTHS[b], name);
      all = Arrays.copyOf(all, all.length + x.length);
      System.arraycopy(x, 0, all, all.length - x.length, x.length);
    }
    return all;
  }

  /// Chains of the given indices; the third has gaps in its numbering and a break.
  private static ProteinCondition condition(int... chains) {
    ProteinCondition condition = new ProteinCondition();
    ChainInput input = condition.input();
    for (int b : chains) {
      int first = input.residues();
      input.addChain(LENGTHS[b]);
      if (b == 3) {
        for (int i = 40; i < LENGTHS[b]; i++) {
          input.setNumber(first + i, 5 + i);
        }
        input.setBreak(first + 39, true);
      }
      if (b % 2 == 1) {
        input.setFold(input.chains() - 1, b % 2, 2, ChainInput.UNKNOWN);
      }
    }
    return condition;
  }

  private record Run(float[] v, float[] gradients, float[] positions) {}

  private static Run run(Proteina network, Tape tape) {
    ProteinCondition condition = condition(0, 1, 2, 3, 4);
    condition.setOwnEstimate(walks("own"), 0);
    float[] x = walks("x");
    float[] gradients = network.parameters().newVector();
    try (Tape.Pass _ = tape.recording(gradients)) {
      Var positions = tape.input(FloatTensor.of(x, x.length / 3, 3));
      Var v = network.forward(tape, positions, TIMES, condition);
      tape.backward(v, seed(v.value().size() / 3, 0));
      return new Run(v.value().toArray(), gradients, tape.gradient(positions).toArray());
    }
  }

  private static FloatTensor seed(int rows, int from) {
    FloatTensor seed = FloatTensor.zeros(rows, 3);
    for (int i = 0; i < seed.size(); i++) {
      seed.set(i, (float) Normal.at(KEY.child("seed"), from + i));
    }
    return seed;
  }

  @Test
  void valuesAndGradientsEqualTheDefinition() {
    for (int registers : new int[] {2, 0}) {
      ProteinaConfig config =
          new ProteinaConfig(17, 2, 3, 10, 7, 6, 4, 9, registers, 15, 8, 12, CONFIG.folds());
      Proteina network = network(config);
      Tape tape = new Tape(Tensors.singleThreaded());
      Run run = run(network, tape);
      float[] own = walks("own");
      float[] x = walks("x");
      float[] gradients = network.parameters().newVector();
      ChainInput input = condition(0, 1, 2, 3, 4).input();
      for (int b = 0; b < LENGTHS.length; b++) {
        int from = 3 * input.start(b);
        int to = 3 * input.start(b + 1);
        float[] chain = Arrays.copyOfRange(x, from, to);
        try (Tape.Pass _ = tape.recording(gradients)) {
          Var positions = tape.input(FloatTensor.of(chain, chain.length / 3, 3));
          Var v =
              new UnfusedProteina(config, network.parameters(), tape)
                  .forward(positions, TIMES[b], input, b, Arrays.copyOfRange(own, from, to));
          assertClose(v.value().toArray(), Arrays.copyOfRange(run.v, from, to), 0, "v of " + b);
          tape.backward(v, seed(chain.length / 3, from));
          float[] dx = tape.gradient(positions).toArray();
          assertClose(dx, Arrays.copyOfRange(run.positions, from, to), 0, "dx of " + b);
        }
      }
      double largest = largest(gradients);
      for (Parameter p : network.parameters().parameters()) {
        float[] expected = FloatTensor.view(gradients, p.offset(), p.shape()).toArray();
        float[] found = FloatTensor.view(run.gradients, p.offset(), p.shape()).toArray();
        assertClose(expected, found, 1e-6 * largest, p.name());
      }
    }
  }

  private static double largest(float[] x) {
    double largest = 0;
    for (float v : x) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  /// To 3e-5 of the largest number: two float computations in different orders; or to the floor, for
  /// what is zero by algebra.
  private static void assertClose(float[] expected, float[] found, double floor, String what) {
    assertEquals(expected.length, found.length, what);
    double tolerance = Math.max(3e-5 * largest(expected), floor);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], tolerance, what + " element " + i);
    }
  }

  @Test
  void bitsDoNotDependOnThreadsNorOnThePass() {
    Proteina network = network(CONFIG);
    Tape tape = new Tape(Tensors.singleThreaded());
    Run first = run(network, tape);
    try (WorkerPool pool = WorkerPool.of(3)) {
      for (Run again : new Run[] {run(network, tape), run(network, new Tape(new Tensors(pool)))}) {
        assertArrayEquals(first.v, again.v);
        assertArrayEquals(first.gradients, again.gradients);
        assertArrayEquals(first.positions, again.positions);
      }
    }
  }

  @Test
  void packingWeightsAtUseChangesNoBits() {
    Proteina network = network(CONFIG);
    Tape tape = new Tape(Tensors.singleThreaded());
    Run kept = run(network, tape);
    network.parameters().keepPackedWhileRecording(false);
    Run atUse = run(network, tape);
    assertArrayEquals(kept.v, atUse.v);
    assertArrayEquals(kept.gradients, atUse.gradients);
  }

  @Test
  void aChainsVelocityDependsOnItselfAloneAndNotOnRecording() {
    Proteina network = network(CONFIG);
    Tape tape = new Tape(Tensors.singleThreaded());
    Run together = run(network, tape);
    ChainInput all = condition(0, 1, 2, 3, 4).input();
    float[] x = walks("x");
    float[] own = walks("own");
    for (int b = 0; b < LENGTHS.length; b++) {
      int from = 3 * all.start(b);
      int to = 3 * all.start(b + 1);
      ProteinCondition alone = condition(b);
      alone.setOwnEstimate(own, from);
      float[] chain = Arrays.copyOfRange(x, from, to);
      try (Tape.Pass _ = tape.inference()) {
        Var positions = tape.constant(FloatTensor.of(chain, chain.length / 3, 3));
        float[] v =
            network.forward(tape, positions, new float[] {TIMES[b]}, alone).value().toArray();
        assertArrayEquals(Arrays.copyOfRange(together.v, from, to), v, "chain " + b);
      }
    }
  }

  @Test
  void whatIsKeptBetweenCallsFollowsTheWeightsAndTheNetwork() {
    Proteina one = network(CONFIG);
    Proteina other = new Proteina(CONFIG, KEY);
    ProteinCondition shared = condition(0, 1, 2, 3, 4);
    for (int round = 0; round < 2; round++) {
      for (Proteina network : new Proteina[] {one, other, one}) {
        float[] expected = infer(network, condition(0, 1, 2, 3, 4));
        assertArrayEquals(expected, infer(network, shared));
        assertArrayEquals(expected, infer(network, shared));
      }
      int at = one.parameters().get("pair_repr_builder.init_repr_factory.ln_out.weight").offset();
      one.parameters().update(values -> values[at] += 0.5f);
    }
  }

  private static float[] infer(Proteina network, ProteinCondition condition) {
    float[] x = walks("x");
    Tape tape = new Tape(Tensors.singleThreaded());
    try (Tape.Pass _ = tape.inference()) {
      Var positions = tape.constant(FloatTensor.of(x, x.length / 3, 3));
      return network.forward(tape, positions, TIMES, condition).value().toArray();
    }
  }

  @Test
  void inferenceNeedsNoMoreThanPackedWeights() {
    Proteina network = network(CONFIG);
    Tape tape = new Tape(Tensors.singleThreaded());
    float[] before = run(network, tape).v;
    ParameterSet parameters = network.parameters();
    parameters.releaseMasters(Proteina::isPackedOnly);
    assertTrue(parameters.masterFloats() < parameters.length() / 2);
    ProteinCondition condition = condition(0, 1, 2, 3, 4);
    condition.setOwnEstimate(walks("own"), 0);
    float[] x = walks("x");
    try (Tape.Pass _ = tape.inference()) {
      Var positions = tape.constant(FloatTensor.of(x, x.length / 3, 3));
      Var v = network.forward(tape, positions, TIMES, condition);
      assertArrayEquals(before, v.value().toArray());
    }
  }

  @Test
  void anEstimateOfZeroIsNotAnAbsentOne() {
    Proteina network = network(CONFIG);
    Tape tape = new Tape(Tensors.singleThreaded());
    float[] x = walks("x");
    ProteinCondition condition = condition(0, 1, 2, 3, 4);
    float[][] v = new float[3][];
    for (int k = 0; k < v.length; k++) {
      if (k == 1) {
        condition.setOwnEstimate(new float[x.length], 0);
      } else {
        condition.clearOwnEstimate();
      }
      try (Tape.Pass _ = tape.inference()) {
        Var positions = tape.constant(FloatTensor.of(x, x.length / 3, 3));
        v[k] = network.forward(tape, positions, TIMES, condition).value().toArray();
      }
    }
    assertArrayEquals(v[0], v[2]);
    assertTrue(!Arrays.equals(v[0], v[1]));
  }

  @Test
  void positionsThatDoNotFitAreRefused() {
    Proteina network = network(CONFIG);
    Tape tape = new Tape(Tensors.singleThreaded());
    try (Tape.Pass _ = tape.inference()) {
      Var positions = tape.constant(FloatTensor.zeros(5, 3));
      ProteinCondition condition = condition(0, 1);
      assertThrows(ShapeException.class, () -> network.forward(tape, positions, TIMES, condition));
    }
  }
}
