package quotient.models.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class GuidanceTest {
  private static final VelocityField FORBIDDEN =
      (x, time, previous, out) -> {
        throw new AssertionError("a field of weight 0 was called");
      };

  private static VelocityField constant(double value) {
    return (x, time, previous, out) -> Arrays.fill(out, value);
  }

  private static double[] evaluate(VelocityField field) {
    double[] out = new double[5];
    field.velocity(
        new double[5], new double[1], new SelfConditioning(SelfConditioning.Mode.OFF, 0), out);
    return out;
  }

  private static double[] five(double value) {
    double[] out = new double[5];
    Arrays.fill(out, value);
    return out;
  }

  @Test
  void weightOneIsTheFieldItself() {
    VelocityField labelled = constant(3);
    assertSame(labelled, Guidance.NONE.field(labelled, FORBIDDEN, FORBIDDEN));
  }

  @Test
  void fieldsOfWeightZeroAreNotCalled() {
    VelocityField classifierFree = new Guidance(2, 0).field(constant(3), constant(1), FORBIDDEN);
    assertArrayEquals(five(2 * 3 - 1), evaluate(classifierFree), 1e-15);
    VelocityField auto = new Guidance(2, 1).field(constant(3), FORBIDDEN, constant(-1));
    assertArrayEquals(five(2 * 3 + 1), evaluate(auto), 1e-15);
  }

  @Test
  void theThreeWeightsSumToOne() {
    VelocityField mixed = new Guidance(1.5, 0.25).field(constant(7), constant(7), constant(7));
    assertArrayEquals(five(7), evaluate(mixed), 1e-14);
    VelocityField different = new Guidance(1.5, 0.25).field(constant(1), constant(2), constant(4));
    assertArrayEquals(five(1.5 - 0.5 * (0.25 * 4 + 0.75 * 2)), evaluate(different), 1e-15);
  }

  @Test
  void aShareOutsideTheUnitIntervalIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Guidance(2, 1.5));
    assertThrows(IllegalArgumentException.class, () -> new Guidance(Double.NaN, 0));
  }
}
