package quotient.autodiff.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.autodiff.Initializer;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

final class AttentionTest {
  private static final int HEADS = 3;
  private static final int WIDTH = 16;
  private static final int COLUMNS = HEADS * WIDTH;
  private static final FloatTensor NO_MASK = FloatTensor.zeros(0);

  /// A value and the gradients of query, key, value and bias.
  private record Result(float[] value, List<float[]> gradients) {}

  private static FloatTensor normal(String name, int rows, int columns) {
    FloatTensor x = FloatTensor.zeros(rows, columns);
    Initializer.normal(1).fill(RandomKey.of(5).child(name), x);
    return x;
  }

  private static Result run(
      Tape tape, FloatTensor[] inputs, int[] start, FloatTensor mask, FloatTensor dy) {
    try (var _ = tape.recording(new float[0])) {
      Var[] in = new Var[4];
      Arrays.setAll(in, i -> tape.input(inputs[i]));
      Var y = Attention.attend(tape, in[0], in[1], in[2], HEADS, start, in[3], mask);
      float[] value = y.value().toArray();
      tape.backward(y, dy);
      return new Result(value, Arrays.stream(in).map(x -> tape.gradient(x).toArray()).toList());
    }
  }

  private static FloatTensor[] inputs(int[] start) {
    int tokens = start[start.length - 1];
    int pairs = 0;
    for (int s = 1; s < start.length; s++) {
      pairs += (start[s] - start[s - 1]) * (start[s] - start[s - 1]);
    }
    return new FloatTensor[] {
      normal("query", tokens, COLUMNS),
      normal("key", tokens, COLUMNS),
      normal("value", tokens, COLUMNS),
      normal("bias", HEADS, pairs)
    };
  }

  private static FloatTensor rows(FloatTensor x, int from, int to) {
    int c = x.columns();
    return FloatTensor.of(Arrays.copyOfRange(x.toArray(), from * c, to * c), to - from, c);
  }

  private static FloatTensor columns(FloatTensor x, int from, int to) {
    FloatTensor y = FloatTensor.zeros(x.rows(), to - from);
    for (int r = 0; r < x.rows(); r++) {
      for (int c = from; c < to; c++) {
        y.set(r * (to - from) + c - from, x.get(r * x.columns() + c));
      }
    }
    return y;
  }

  @Test
  void aSegmentHasTheSameBitsAloneAndInABatchOnAnyThreads() {
    int[] start = {0, 2, 2, 20, 148, 165, 300};
    FloatTensor[] all = inputs(start);
    FloatTensor dy = normal("dy", 300, COLUMNS);
    Tape tape = new Tape(Tensors.singleThreaded());
    Result batch = run(tape, all, start, NO_MASK, dy);
    try (WorkerPool pool = WorkerPool.of(3)) {
      Result parallel = run(new Tape(new Tensors(pool)), all, start, NO_MASK, dy);
      assertArrayEquals(batch.value, parallel.value);
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(batch.gradients.get(i), parallel.gradients.get(i), "gradient " + i);
      }
    }
    int pairs = 0;
    for (int s = 1; s < start.length; s++) {
      int from = start[s - 1];
      int to = start[s];
      int n = to - from;
      FloatTensor[] one = {
        rows(all[0], from, to),
        rows(all[1], from, to),
        rows(all[2], from, to),
        columns(all[3], pairs, pairs + n * n)
      };
      Result alone = run(tape, one, new int[] {0, n}, NO_MASK, rows(dy, from, to));
      assertArrayEquals(Arrays.copyOfRange(batch.value, from * COLUMNS, to * COLUMNS), alone.value);
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(
            Arrays.copyOfRange(batch.gradients.get(i), from * COLUMNS, to * COLUMNS),
            alone.gradients.get(i),
            "segment " + s + " gradient " + i);
      }
      pairs += n * n;
    }
  }

  @Test
  void maskedPairsHaveNoPart() {
    int n = 21;
    int kept = 13;
    int[] start = {0, n};
    FloatTensor[] all = inputs(start);
    FloatTensor mask = FloatTensor.zeros(1, n * n);
    for (int i = 0; i < n * n; i++) {
      mask.set(i, i % n < kept ? 0f : -1e9f);
    }
    FloatTensor dy = normal("dy", n, COLUMNS);
    Tape tape = new Tape(Tensors.singleThreaded());
    Result masked = run(tape, all, start, mask, dy);
    FloatTensor changed = FloatTensor.of(all[2].toArray(), n, COLUMNS);
    for (int i = kept * COLUMNS; i < n * COLUMNS; i++) {
      changed.set(i, 100f);
    }
    FloatTensor[] other = {all[0], all[1], changed, all[3]};
    assertArrayEquals(masked.value, run(tape, other, start, mask, dy).value);
    for (int i = kept * COLUMNS; i < n * COLUMNS; i++) {
      assertEquals(0f, masked.gradients.get(1)[i], "gradient of a key that nobody meets");
      assertEquals(0f, masked.gradients.get(2)[i], "gradient of a value that nobody meets");
    }
  }

  @Test
  void keepsNoWeights() {
    int n = 512;
    int[] start = {0, n};
    Tape tape = new Tape(Tensors.singleThreaded());
    try (var _ = tape.recording(new float[0])) {
      Var x = tape.input(normal("query", n, COLUMNS));
      Var y = Attention.attend(tape, x, x, x, HEADS, start);
      tape.backward(y, normal("dy", n, COLUMNS));
    }
    long weights = 4L * HEADS * n * n;
    assertTrue(tape.peakBytes() < weights, tape.memory() + " against " + weights);
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    Tape tape = new Tape(Tensors.singleThreaded());
    try (var _ = tape.inference()) {
      Var x = tape.input(normal("query", 6, COLUMNS));
      int[] start = {0, 2, 6};
      for (int[] wrong : new int[][] {{0, 5}, {1, 6}, {0, 4, 2, 6}, {}}) {
        assertThrows(ShapeException.class, () -> Attention.attend(tape, x, x, x, HEADS, wrong));
      }
      assertThrows(ShapeException.class, () -> Attention.attend(tape, x, x, x, 5, start));
      Var bias = tape.input(normal("bias", HEADS, 19));
      assertThrows(
          ShapeException.class, () -> Attention.attend(tape, x, x, x, HEADS, start, bias, NO_MASK));
      assertThrows(
          ShapeException.class,
          () ->
              Attention.attend(tape, x, x, x, HEADS, start, Var.none(), FloatTensor.zeros(1, 36)));
    }
  }
}
