package quotient.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import quotient.autodiff.op.Broadcast;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Reduce;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.ShapeException;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

final class TapeTest {
  private final Tape tape = new Tape(Tensors.singleThreaded());

  private static ParameterSet set(long seed) {
    var builder = new ParameterSet.Builder();
    builder.declare("w", Shape.of(4, 3), Initializer.xavier());
    builder.declare("b", Shape.of(4), Initializer.normal(1));
    return builder.build(RandomKey.of(seed));
  }

  private static FloatTensor numbers(int rows, int columns) {
    FloatTensor x = FloatTensor.zeros(rows, columns);
    Initializer.normal(1).fill(RandomKey.of(3), x);
    return x;
  }

  private Var loss(ParameterSet set, FloatTensor x) {
    Var y = MatMul.linear(tape, tape.constant(x), set.get("w"), set.get("b"));
    return Reduce.squaredNorm(tape, Elementwise.silu(tape, y));
  }

  // ---- gradients ----

  @Test
  void gradientsOfSeveralPassesAddUpInTheFlatVector() {
    ParameterSet set = set(1);
    float[] once = set.newVector();
    float[] twice = set.newVector();
    try (var _ = tape.recording(once)) {
      tape.backward(loss(set, numbers(5, 3)));
    }
    for (int i = 0; i < 2; i++) {
      try (var _ = tape.recording(twice)) {
        tape.backward(loss(set, numbers(5, 3)));
      }
    }
    for (int i = 0; i < once.length; i++) {
      assertEquals(2 * once[i], twice[i], 1e-6 * (1 + Math.abs(once[i])));
    }
  }

  @Test
  void gradientsRecordedAnewReplaceWhatTheFlatVectorHeld() {
    ParameterSet set = set(1);
    for (int use = 0; use < 4; use++) {
      float[] added = set.newVector();
      float[] anew = set.newVector();
      for (Parameter p : set.parameters()) {
        Arrays.fill(anew, p.offset(), p.offset() + p.shape().size(), Float.NaN);
      }
      try (var _ = tape.recording(added)) {
        tape.backward(useOf(use, set));
      }
      try (var _ = tape.recordingAnew(anew)) {
        tape.backward(useOf(use, set));
      }
      assertArrayEquals(added, anew, "use " + use);
    }
  }

  /// A loss that reads no parameter, one of two, one of them twice, and as a value, too.
  private Var useOf(int use, ParameterSet set) {
    FloatTensor x = numbers(5, 3);
    Var y = use == 0 ? tape.input(x) : MatMul.linear(tape, tape.constant(x), set.get("w"));
    Var once = Reduce.squaredNorm(tape, y);
    return switch (use) {
      case 2 -> Elementwise.add(tape, once, loss(set, numbers(7, 3)));
      case 3 -> Elementwise.add(tape, once, Reduce.squaredNorm(tape, tape.parameter(set.get("w"))));
      default -> once;
    };
  }

  @Test
  void aGradientThatExistsIsNotOverwritten() {
    ParameterSet set = set(1);
    try (var _ = tape.recording(set.newVector())) {
      assertThrows(IllegalStateException.class, () -> tape.gradientToOverwriteOf(set.get("w")));
    }
    try (var _ = tape.recordingAnew(set.newVector())) {
      tape.gradientToOverwriteOf(set.get("w"));
      assertTrue(tape.hasGradientOf(set.get("w")));
      assertFalse(tape.hasGradientOf(set.get("b")));
      assertThrows(IllegalStateException.class, () -> tape.gradientToOverwriteOf(set.get("w")));
    }
  }

  @Test
  void aParameterReadAsValueAndAsWeightCollectsBothGradients() {
    ParameterSet set = set(1);
    float[] separate = set.newVector();
    try (var _ = tape.recording(separate)) {
      tape.backward(loss(set, numbers(5, 3)));
    }
    try (var _ = tape.recording(separate)) {
      tape.backward(Reduce.squaredNorm(tape, tape.parameter(set.get("w"))));
    }
    float[] together = set.newVector();
    try (var _ = tape.recording(together)) {
      Var first = loss(set, numbers(5, 3));
      Var second = Reduce.squaredNorm(tape, tape.parameter(set.get("w")));
      tape.backward(Elementwise.add(tape, first, second));
    }
    assertArrayEquals(separate, together, 1e-5f);
  }

  @Test
  void backwardFromTwoOutputsAddsTheirGradients() {
    FloatTensor x = numbers(2, 3);
    try (var _ = tape.recording(new float[0])) {
      Var in = tape.input(x);
      Var square = Elementwise.square(tape, in);
      tape.backward(Reduce.sum(tape, square));
      tape.backward(square, FloatTensor.of(new float[] {1, 1, 1, 1, 1, 1}, 2, 3));
      for (int i = 0; i < 6; i++) {
        assertEquals(4 * x.get(i), tape.gradient(in).get(i), 1e-6);
      }
    }
  }

  @Test
  void anUnusedBranchCostsNoGradient() {
    try (var _ = tape.recording(new float[0])) {
      Var in = tape.input(numbers(2, 3));
      Var unused = Elementwise.exp(tape, in);
      tape.backward(Reduce.sum(tape, in));
      assertFalse(tape.hasGradient(unused));
      assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, tape.gradient(in).toArray());
    }
  }

  @Test
  void viewsPassTheirGradientsToThePartsTheyShow() {
    try (var _ = tape.recording(new float[0])) {
      Var in = tape.input(numbers(4, 3));
      Var top = Layout.sliceRows(tape, in, 0, 2);
      Var bottom = Layout.sliceRows(tape, in, 2, 4);
      Var wide = Layout.reshape(tape, bottom, 1, 6);
      assertTrue(wide.value().overlaps(in.value()), "a view copies nothing");
      Var sum =
          Elementwise.add(
              tape, Reduce.sum(tape, top), Reduce.sum(tape, Elementwise.scale(tape, wide, 2)));
      tape.backward(sum);
      assertArrayEquals(
          new float[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}, tape.gradient(in).toArray());
    }
  }

  // ---- memory ----

  @Test
  void gradientsOfADeepChainShareTheirMemory() {
    int floats = 100 * 64;
    try (var _ = tape.recording(new float[0])) {
      Var x = tape.input(numbers(100, 64));
      for (int layer = 0; layer < 50; layer++) {
        x = Elementwise.addScaled(tape, x, 0.1f, Elementwise.tanh(tape, x));
      }
      tape.backward(Reduce.sum(tape, x));
    }
    Tape.Memory memory = tape.memory();
    assertTrue(memory.valueBytes() >= 100L * floats * Float.BYTES, memory.toString());
    assertTrue(memory.gradientBytes() <= 4L * floats * Float.BYTES, memory.toString());
    assertEquals(tape.peakBytes(), memory.valueBytes() + memory.gradientBytes());
    tape.restartPeak();
    assertEquals(0, tape.peakBytes());
    assertEquals(memory.heldBytes(), tape.memory().heldBytes());
  }

  @Test
  void memoryReadsAsText() {
    assertEquals(
        "values 2.0 MiB, gradients 0.5 MiB, held 3.0 MiB",
        new Tape.Memory(2 << 20, 1 << 19, 3 << 20).toString());
  }

  // ---- misuse ----

  private static String messageOf(Class<? extends RuntimeException> type, Runnable action) {
    return assertThrows(type, action::run).getMessage();
  }

  @Test
  void operationsNeedAnOpenPass() {
    assertEquals(
        "tape: no pass is open; call recording or inference",
        messageOf(IllegalStateException.class, () -> tape.constant(numbers(1, 1))));
    assertEquals(
        "tape: no pass is open; call recording or inference",
        messageOf(IllegalStateException.class, () -> tape.output(2, 2, true)));
  }

  @Test
  void passesDoNotNest() {
    try (var _ = tape.inference()) {
      assertEquals(
          "tape: a pass is open; close it first",
          messageOf(IllegalStateException.class, tape::inference));
    }
  }

  @Test
  void closingTwiceDoesNothing() {
    Tape.Pass pass = tape.inference();
    pass.close();
    pass.close();
    tape.inference().close();
  }

  @Test
  void backwardNeedsARecordingPass() {
    try (var _ = tape.inference()) {
      Var y = Reduce.sum(tape, tape.input(numbers(2, 2)));
      assertEquals(
          "tape: backward needs a recording pass",
          messageOf(IllegalStateException.class, () -> tape.backward(y)));
    }
  }

  @Test
  void backwardNeedsOneNumberOrAGradient() {
    try (var _ = tape.recording(new float[0])) {
      Var y = Elementwise.exp(tape, tape.input(numbers(2, 2)));
      assertEquals(
          "backward: expected one number, found [2, 2]; pass its gradient too",
          messageOf(ShapeException.class, () -> tape.backward(y)));
      assertThrows(ShapeException.class, () -> tape.backward(y, numbers(1, 2)));
    }
  }

  @Test
  void backwardNeedsSomethingThatDependsOnSomething() {
    try (var _ = tape.recording(new float[0])) {
      Var y = Reduce.sum(tape, tape.constant(numbers(2, 2)));
      assertEquals(
          "tape: backward from a value that depends on no parameter and no input",
          messageOf(IllegalStateException.class, () -> tape.backward(y)));
    }
  }

  @Test
  void valuesEndWithTheirPass() {
    Var y;
    try (var _ = tape.inference()) {
      y = Elementwise.exp(tape, tape.constant(numbers(2, 2)));
    }
    assertEquals(
        "tape: the pass of this value has closed; copy what must outlive it",
        messageOf(IllegalStateException.class, y::value));
  }

  @Test
  void valuesBelongToOneTape() {
    Tape other = new Tape(Tensors.singleThreaded());
    try (var _ = tape.recording(new float[0]);
        var _ = other.recording(new float[0])) {
      Var x = tape.input(numbers(2, 2));
      assertEquals(
          "tape: this value belongs to another tape",
          messageOf(IllegalStateException.class, () -> other.gradient(x)));
    }
  }

  @Test
  void theGradientVectorFitsTheParameters() {
    ParameterSet set = set(1);
    try (var _ = tape.recording(new float[5])) {
      assertEquals(
          "tape: the pass's gradient vector has length 5, the parameter set 32; use its"
              + " newVector()",
          messageOf(IllegalArgumentException.class, () -> tape.parameter(set.get("b"))));
    }
  }

  @Test
  void aRecordingPassServesOneParameterSet() {
    ParameterSet one = set(1);
    ParameterSet two = set(2);
    try (var _ = tape.recording(one.newVector())) {
      tape.parameter(one.get("b"));
      assertEquals(
          "tape: b[4] belongs to another parameter set; a recording pass serves one",
          messageOf(IllegalStateException.class, () -> tape.parameter(two.get("b"))));
      assertThrows(
          IllegalStateException.class,
          () -> MatMul.linear(tape, tape.constant(numbers(2, 3)), two.get("w")));
    }
    try (var _ = tape.inference()) {
      assertEquals(one.get("b").value().get(0), tape.parameter(one.get("b")).value().get(0));
      assertEquals(two.get("b").value().get(0), tape.parameter(two.get("b")).value().get(0));
    }
  }

  @Test
  void parametersStayAsTheyAreUntilBackward() {
    ParameterSet set = set(1);
    try (var _ = tape.recording(set.newVector())) {
      Var y = loss(set, numbers(2, 3));
      set.update(values -> values[0] += 1);
      assertEquals(
          "tape: the parameters were updated between the forward pass and backward",
          messageOf(IllegalStateException.class, () -> tape.backward(y)));
    }
  }

  @Test
  void aFirstTouchHappensOnce() {
    try (var _ = tape.recording(new float[0])) {
      Var x = tape.input(numbers(2, 2));
      tape.gradientToOverwrite(x);
      assertEquals(
          "tape: the gradient exists already; add to it",
          messageOf(IllegalStateException.class, () -> tape.gradientToOverwrite(x)));
    }
  }

  @Test
  void operatorsNameWhatDoesNotFit() {
    ParameterSet set = set(1);
    try (var _ = tape.inference()) {
      Var a = tape.constant(numbers(2, 2));
      Var b = tape.constant(numbers(2, 3));
      assertEquals(
          "add: shapes differ: [2, 2] and [2, 3]",
          messageOf(ShapeException.class, () -> Elementwise.add(tape, a, b)));
      assertEquals(
          "addRow: expected one number per column of shape [1, 2], found [2, 3]",
          messageOf(ShapeException.class, () -> Broadcast.addRow(tape, a, b)));
      assertEquals(
          "linear: input [2, 2] does not fit weight w[4, 3]; need input columns == weight columns",
          messageOf(ShapeException.class, () -> MatMul.linear(tape, a, set.get("w"))));
      assertEquals(
          "clamp: need low <= high, found 1.0 and 0.0",
          messageOf(IllegalArgumentException.class, () -> Elementwise.clamp(tape, a, 1, 0)));
    }
  }
}
