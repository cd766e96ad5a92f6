package quotient.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import quotient.autodiff.op.Broadcast;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Reduce;
import quotient.autodiff.op.Segment;
import quotient.autodiff.op.Softmax;
import quotient.autodiff.op.SwiGlu;
import quotient.autodiff.optim.Adam;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// Whole training steps of a small network over ragged batches.
@Tag("allocation")
final class TrainingStepTest {
  private static final int WIDTH = 24;
  private static final int LARGEST = 40;

  private final Tape tape = new Tape(Tensors.singleThreaded());
  private final ParameterSet parameters = parameters();
  private final float[] gradients = parameters.newVector();

  /// A batch of rows in segments, with an index into another segment order.
  private static final class Batch {
    private final float[] numbers = new float[LARGEST * 2];
    private final float[] wanted = new float[LARGEST];
    private final int[] index = new int[LARGEST];
    private final int[] start = new int[3];
    private FloatTensor x = FloatTensor.zeros(0);
    private FloatTensor target = FloatTensor.zeros(0);

    /// Views of every size, made once.
    private final FloatTensor[] inputs = new FloatTensor[LARGEST + 1];

    private final FloatTensor[] targets = new FloatTensor[LARGEST + 1];

    Batch() {
      for (int n = 0; n <= LARGEST; n++) {
        inputs[n] = FloatTensor.view(numbers, 0, Shape.of(n, 2));
        targets[n] = FloatTensor.view(wanted, 0, Shape.of(n, 1));
      }
    }

    void draw(RandomKey key, int rows) {
      for (int i = 0; i < rows; i++) {
        float a = (float) (2 * key.uniform(2L * i) - 1);
        float b = (float) (2 * key.uniform(2L * i + 1) - 1);
        numbers[2 * i] = a;
        numbers[2 * i + 1] = b;
        wanted[i] = (float) (2 * Math.sin(5 * a) * b);
        index[i] = rows - 1 - i;
      }
      start[1] = rows / 3;
      start[2] = rows;
      x = inputs[rows];
      target = targets[rows];
    }
  }

  private static ParameterSet parameters() {
    var builder = new ParameterSet.Builder();
    builder.declare("in.w", Shape.of(WIDTH, 2), Initializer.xavier());
    builder.declare("in.b", Shape.of(WIDTH), Initializer.constant(0));
    builder.declare("gain", Shape.of(WIDTH), Initializer.constant(1));
    builder.declare("bias", Shape.of(WIDTH), Initializer.constant(0));
    builder.declare("wide.w", Shape.of(4 * WIDTH, WIDTH), Initializer.xavier());
    builder.declare("back.w", Shape.of(WIDTH, 2 * WIDTH), Initializer.xavier());
    builder.declare("out.w", Shape.of(1, WIDTH), Initializer.xavier());
    builder.declare("out.b", Shape.of(1), Initializer.constant(0));
    return builder.build(RandomKey.of(1));
  }

  private final Parameter inW = parameters.get("in.w");
  private final Parameter inB = parameters.get("in.b");
  private final Parameter gain = parameters.get("gain");
  private final Parameter bias = parameters.get("bias");
  private final Parameter wideW = parameters.get("wide.w");
  private final Parameter backW = parameters.get("back.w");
  private final Parameter outW = parameters.get("out.w");
  private final Parameter outB = parameters.get("out.b");

  private Var network(Batch batch) {
    Var h = Elementwise.silu(tape, MatMul.linear(tape, tape.constant(batch.x), inW, inB));
    Var n = LayerNorm.layerNorm(tape, h, tape.parameter(gain), tape.parameter(bias), 1e-5f);
    Var g = SwiGlu.swiGlu(tape, MatMul.linear(tape, n, wideW));
    h = Elementwise.add(tape, h, MatMul.linear(tape, g, backW));
    return MatMul.linear(tape, h, outW, outB);
  }

  /// Attention, segments and views as well: everything that has memory of its own. No sine or
  /// cosine: the ones of `StrictMath`, behind the scalar kernels, allocate.
  private Var everything(Batch batch) {
    int n = batch.x.rows();
    Var h = Elementwise.silu(tape, MatMul.linear(tape, tape.constant(batch.x), inW, inB));
    Var attention = Softmax.softmax(tape, MatMul.matmulTransposed(tape, h, h));
    Var mixed = MatMul.matmul(tape, attention, h);
    Var moved = Segment.gatherRows(tape, mixed, batch.index, n);
    Var sums = Segment.segmentSum(tape, moved, batch.start, 2);
    Var joined = Layout.concatColumns(tape, moved, Elementwise.sigmoid(tape, h));
    Var half = Layout.sliceColumns(tape, joined, WIDTH / 2, WIDTH + WIDTH / 2);
    Var scaled = Broadcast.multiplyColumn(tape, half, Reduce.rowDot(tape, half, h));
    Var flat = Layout.reshape(tape, scaled, 1, n * WIDTH);
    return Elementwise.add(
        tape, Reduce.mean(tape, flat), Reduce.squaredNorm(tape, Elementwise.tanh(tape, sums)));
  }

  private float step(Batch batch, boolean withEverything) {
    Arrays.fill(gradients, 0);
    try (var _ = tape.recording(gradients)) {
      Var loss = Reduce.meanSquaredError(tape, network(batch), batch.target);
      if (withEverything) {
        loss = Elementwise.addScaled(tape, loss, 0.01f, everything(batch));
      }
      tape.backward(loss);
      return loss.value().get(0);
    }
  }

  @Test
  void aNetworkLearns() {
    Adam adam = new Adam(parameters, 0.9, 0.999, 1e-8, 0);
    Batch batch = new Batch();
    RandomKey key = RandomKey.of(2);
    double first = 0;
    double last = 0;
    for (int step = 0; step < 800; step++) {
      batch.draw(key.child(step), 20 + step % 20);
      float loss = step(batch, false);
      adam.step(parameters, gradients, 1, 5e-3);
      first += step < 10 ? loss / 10 : 0;
      last += step >= 750 ? loss / 50 : 0;
    }
    assertTrue(first > 0.5, "at first " + first);
    assertTrue(last < 0.03, "at last " + last);
  }

  @Test
  void twoPassesGiveTheSameBits() {
    Batch batch = new Batch();
    batch.draw(RandomKey.of(3), 17);
    float loss = step(batch, true);
    float[] once = gradients.clone();
    batch.draw(RandomKey.of(4), 31);
    step(batch, true);
    batch.draw(RandomKey.of(3), 17);
    assertEquals(loss, step(batch, true));
    assertArrayEquals(once, gradients);
  }

  /// Warming up takes as many rounds as the compiler takes to reach every kernel: until then vectors
  /// live on the heap. After that nothing may be allocated, in a round of its own.
  @Test
  void nothingIsAllocatedOverTwoThousandRaggedPasses() {
    Batch batch = new Batch();
    RandomKey key = RandomKey.of(5);
    batch.draw(key, LARGEST);
    step(batch, true);
    step(batch, false);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < 40 && bytes >= 2000; round++) {
      long held = tape.memory().heldBytes();
      threads.getCurrentThreadAllocatedBytes(); // the first call loads classes
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int pass = 0; pass < 2000; pass++) {
        batch.draw(key, 1 + pass * 7 % LARGEST);
        step(batch, pass % 3 != 0);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(round == 0 || held == tape.memory().heldBytes(), "the tape's memory grew");
    }
    assertTrue(bytes < 2000, bytes + " bytes in 2000 passes");
  }
}
