package quotient.models.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;

class CoverageTest {
  @Test
  void recallTakesRowsAndPrecisionColumns() {
    Coverage c = Coverage.of(new double[][] {{0.1, 0.9, 0.5}, {0.7, 0.6, 0.8}});
    assertArrayEquals(new double[] {0.1, 0.6}, c.recall());
    assertArrayEquals(new double[] {0.1, 0.6, 0.5}, c.precision());
    assertEquals(0.5, Coverage.within(c.recall(), 0.5));
    assertEquals(2.0 / 3, Coverage.within(c.precision(), 0.5));
    assertEquals(0.4, Coverage.mean(c.precision()), 1e-15);
    assertThrows(IllegalArgumentException.class, () -> Coverage.of(new double[][] {{}}));
  }

  @Test
  void thresholdsAreInclusive() {
    assertEquals(1, Coverage.within(new double[] {0.5}, 0.5));
    assertEquals(0, Coverage.within(new double[] {Math.nextUp(0.5)}, 0.5));
  }

  @Test
  void mediansOfEvenCountsAreMidway() {
    assertEquals(2.5, Coverage.Summary.of(List.of(4.0, 1.0, 3.0, 2.0)).median());
    assertEquals(3.0, Coverage.Summary.of(List.of(9.0, 1.0, 3.0)).median());
    assertTrue(Double.isNaN(Coverage.Summary.of(List.of()).mean()));
  }

  @Test
  void geometryIsJudgedRelativeToCovalentRadii() {
    Molecule.Builder builder = Molecule.builder();
    builder.atom(Elements.CARBON);
    builder.atom(Elements.CARBON);
    builder.atom(Elements.OXYGEN);
    builder.bond(0, 1, 1);
    builder.bond(1, 2, 1);
    Molecule m = builder.build();
    float[] good = {0, 0, 0, 1.52f, 0, 0, 2.0f, 1.35f, 0};
    assertTrue(GeometryCheck.of(m, good).isValid());
    assertEquals(1, GeometryCheck.of(m, good).shortestBond(), 0.02);
    float[] longBond = {0, 0, 0, 1.95f, 0, 0, 2.4f, 1.35f, 0};
    assertFalse(GeometryCheck.of(m, longBond).isValid());
    assertTrue(GeometryCheck.of(m, longBond).isWithin(0.3, 1.1));
    float[] clash = {0, 0, 0, 1.52f, 0, 0, 0.6f, 1.2f, 0};
    GeometryCheck check = GeometryCheck.of(m, clash);
    assertFalse(check.isValid());
    assertTrue(check.closestContact() < 1.1);
    float[] broken = good.clone();
    broken[4] = Float.NaN;
    assertFalse(GeometryCheck.of(m, broken).isFinite());
    assertFalse(GeometryCheck.of(m, new float[9]).isValid());
  }
}
