package quotient.models.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;

class ConformerQualityTest {
  private static final Perception WATER = Perception.of(water());

  private static Molecule water() {
    Molecule.Builder out = Molecule.builder();
    out.atom(Elements.OXYGEN);
    out.atom(Elements.HYDROGEN);
    out.atom(Elements.HYDROGEN);
    out.bond(0, 1, 1);
    out.bond(0, 2, 1);
    return out.build();
  }

  /// Water with bonds of 0.97 Å and that angle.
  private static float[] bent(double degrees) {
    double a = Math.toRadians(degrees);
    return new float[] {
      0, 0, 0, 0.97f, 0, 0, (float) (0.97 * Math.cos(a)), (float) (0.97 * Math.sin(a)), 0
    };
  }

  @Test
  void anglesAreMeasuredAgainstTheHybridization() {
    assertEquals(5.47, ConformerQuality.of(WATER, bent(104)).worstAngle(), 0.01);
    assertEquals(70.53, ConformerQuality.of(WATER, bent(180)).worstAngle(), 0.01);
    assertTrue(ConformerQuality.of(WATER, bent(104)).isSane());
    assertTrue(ConformerQuality.of(WATER, bent(180)).geometry().isValid());
    assertFalse(ConformerQuality.of(WATER, bent(180)).isSane());
  }

  @Test
  void brokenCoordinatesAreNotSane() {
    float[] broken = bent(104);
    broken[0] = Float.POSITIVE_INFINITY;
    assertFalse(ConformerQuality.of(WATER, broken).isSane());
    assertFalse(ConformerQuality.of(WATER, new float[9]).isSane());
  }

  private static double deviation(int first, int second, int order, int charge, double length) {
    Molecule.Builder out = Molecule.builder();
    out.atom(first);
    out.charge(out.atom(second), charge);
    out.bond(0, 1, order);
    return GeometryCheck.of(out.build(), new float[] {0, 0, 0, 0, 0, (float) length})
        .bondDeviation();
  }

  /// Lengths from tables: single, double and triple bonds, sulfonates, dihydrogen.
  @Test
  void bondsAreMeasuredAgainstTheirOrder() {
    assertEquals(0, deviation(6, 6, 1, 0, 1.52), 1e-6);
    assertEquals(0.10, deviation(6, 6, 1, 0, 1.52 * 1.1), 1e-6);
    assertEquals(0.20, deviation(6, 6, 1, 0, 1.52 * 0.8), 1e-6);
    assertTrue(deviation(6, 7, 3, 0, 1.16) < 0.03);
    assertTrue(deviation(6, 7, 3, 0, 1.47) > 0.15);
    assertTrue(deviation(16, 8, 2, 0, 1.44) < 0.06);
    assertTrue(deviation(16, 8, 2, 0, 1.28) > 0.15);
    assertTrue(deviation(16, 8, 1, -1, 1.45) < 0.06);
    assertEquals(0, deviation(16, 8, 1, -1, 1.70), 1e-6);
    assertTrue(deviation(1, 1, 1, 0, 0.74) < 1e-6);
  }

  @ParameterizedTest
  @EnumSource(ConformerDataset.Embedded.class)
  void everyEmbeddedConformerIsSane(ConformerDataset.Embedded part) throws IOException {
    for (ConformerSet set : ConformerDataset.embedded(part).molecules()) {
      Perception perception = Perception.of(set.molecule());
      for (float[] conformer : set.conformers()) {
        ConformerQuality quality = ConformerQuality.of(perception, conformer);
        assertTrue(quality.isSane(), set.name() + " " + quality);
        assertTrue(quality.geometry().keepsGraph(), set.name() + " " + quality);
        assertTrue(quality.worstAngle() > 0.1, set.name());
      }
    }
  }
}
