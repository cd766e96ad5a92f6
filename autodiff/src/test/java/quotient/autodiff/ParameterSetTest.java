package quotient.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Reduce;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

final class ParameterSetTest {
  private static final RandomKey KEY = RandomKey.of(9);

  private final Tape tape = new Tape(Tensors.singleThreaded());
  private final FloatTensor x = FloatTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

  private static ParameterSet set() {
    return builder().build(KEY);
  }

  private static ParameterSet.Builder builder() {
    var builder = new ParameterSet.Builder();
    builder.declare("first.weight", Shape.of(5, 3), Initializer.xavier());
    builder.declare("first.bias", Shape.of(5), Initializer.normal(1));
    builder.declare("table", Shape.of(2, 7), Initializer.normal(1));
    return builder;
  }

  private float[] linear(ParameterSet set) {
    try (var _ = tape.inference()) {
      Var y = MatMul.linear(tape, tape.constant(x), set.get("first.weight"), set.get("first.bias"));
      return y.value().toArray();
    }
  }

  @Test
  void packedFormsFollowUpdates() {
    ParameterSet set = set();
    float[] before = linear(set);
    set.update(values -> {
      for (int i = 0; i < values.length; i++) {
        values[i] *= 2;
      }
    });
    float[] after = linear(set);
    for (int i = 0; i < before.length; i++) {
      assertEquals(2 * before[i], after[i], 1e-6 * Math.abs(before[i]));
    }
  }

  @Test
  void firstValuesDependOnTheNameNotOnTheOrder() {
    var builder = new ParameterSet.Builder();
    builder.declare("table", Shape.of(2, 7), Initializer.normal(1));
    ParameterSet other = builder.build(RandomKey.of(9));
    assertArrayEquals(set().get("table").value().toArray(), other.get("table").value().toArray());
  }

  @Test
  void namesAreUnique() {
    var builder = new ParameterSet.Builder();
    builder.declare("a", Shape.of(2), Initializer.constant(0));
    builder.declare("a", Shape.of(3), Initializer.constant(0));
    assertThrows(IllegalArgumentException.class, () -> builder.build(RandomKey.of(1)));
  }

  @Test
  void releasedMastersLeaveTheSameOutputInLessMemory() {
    ParameterSet set = set();
    float[] before = linear(set);
    float[] table = set.get("table").value().toArray();
    set.releaseMasters(p -> p.name().endsWith("first.weight"));
    assertArrayEquals(before, linear(set));
    assertArrayEquals(table, set.get("table").value().toArray());
    assertTrue(set.isInferenceOnly());
    assertTrue(set.get("first.weight").isReleased());
    assertFalse(set.get("table").isReleased());
    assertEquals(32, set.masterFloats());
  }

  @Test
  void aSetBuiltForInferenceIsTheReleasedOneWithoutASecondCopy() {
    ParameterSet released = set();
    released.releaseMasters(p -> p.name().endsWith("first.weight"));
    ParameterSet.Builder builder = builder();
    ParameterSet set =
        builder.buildForInference(p -> p.name().endsWith("first.weight"), builder.drawn(KEY));
    assertArrayEquals(linear(released), linear(set));
    assertArrayEquals(released.get("table").value().toArray(), set.get("table").value().toArray());
    assertTrue(set.isInferenceOnly());
    assertTrue(set.get("first.weight").isReleased());
    assertEquals(released.masterFloats(), set.masterFloats());
    assertThrows(IllegalStateException.class, set::copyValues);
  }

  @Test
  void aReleasedMasterCannotBeReadTrainedOrSaved() {
    ParameterSet set = set();
    set.releaseMasters(p -> p.name().endsWith("first.weight"));
    Parameter weight = set.get("first.weight");
    String message = assertThrows(IllegalStateException.class, weight::value).getMessage();
    assertEquals(
        "parameters: the master of first.weight[5, 3] was released for inference, only its packed"
            + " form is left; load the checkpoint again to read, train, average or save it",
        message);
    assertThrows(IllegalStateException.class, weight::packedBackward);
    assertThrows(IllegalStateException.class, set::copyValues);
    assertThrows(IllegalStateException.class, () -> set.update(values -> {}));
    assertThrows(IllegalStateException.class, () -> set.read(values -> {}));
    assertThrows(IllegalStateException.class, () -> set.releaseMasters(p -> true));
    try (var _ = tape.recording(set.newVector())) {
      assertThrows(
          IllegalStateException.class, () -> MatMul.linear(tape, tape.constant(x), weight));
      assertThrows(
          IllegalStateException.class,
          () -> Reduce.sum(tape, tape.parameter(set.get("first.bias"))));
    }
  }
}
