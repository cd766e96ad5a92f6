package quotient.models.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.models.generate.Conformer.Geometry;
import quotient.models.generate.Conformer.Stereo;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;
import quotient.models.molecule.StereoPerception;

/// Which draws are kept, on a carbon with four different neighbours.
final class InspectionTest {
  private static final float[] RIGHT = tetrahedron(1, 1);
  private static final float[] MIRRORED = tetrahedron(1, -1);
  private static final float[] STRETCHED = tetrahedron(1.3, 1);
  private static final float[] TORN = tetrahedron(1.6, 1);
  private static final Molecule MOLECULE = StereoPerception.of(bare(), RIGHT);

  private static Molecule bare() {
    Molecule.Builder out = Molecule.builder();
    out.atom(6);
    for (int z : new int[] {1, 9, 17, 35}) {
      out.bond(0, out.atom(z), 1);
    }
    return out.build();
  }

  /// Bonds of the expected lengths times a factor; z times the hand.
  private static float[] tetrahedron(double factor, int hand) {
    double[] length = {1.07, 1.33, 1.78, 1.96};
    int[][] corner = {{1, 1, 1}, {1, -1, -1}, {-1, 1, -1}, {-1, -1, 1}};
    float[] xyz = new float[15];
    for (int k = 0; k < 4; k++) {
      for (int d = 0; d < 3; d++) {
        double sign = d == 2 ? hand : 1;
        xyz[3 + 3 * k + d] = (float) (sign * factor * length[k] * corner[k][d] / Math.sqrt(3));
      }
    }
    return xyz;
  }

  private static Inspection inspection(String stereo, String geometry) {
    return new Inspection(
        Perception.of(MOLECULE),
        new GenerateSettings(stereo, geometry, 3, "refuse", false, 0, 0, 0));
  }

  @Test
  void aGoodDrawIsKept() {
    Inspection inspection = inspection("fix", "fix");
    Conformer good = inspection.of(RIGHT);
    assertEquals(Stereo.OK, good.stereo());
    assertEquals(Geometry.OK, good.geometry());
    assertFalse(inspection.isToBeDrawnAgain(good));
    assertTrue(good.quality().orElseThrow().isSane());
  }

  @Test
  void aMirrorImageIsMirrored() {
    Conformer mirrored = inspection("fix", "fix").of(MIRRORED);
    assertEquals(Stereo.MIRRORED, mirrored.stereo());
    assertTrue(StereoCheck.of(MOLECULE, mirrored.xyz()).isRight());
  }

  @Test
  void brokenBondsAreDrawnAgainAndTheBetterDrawStays() {
    Inspection inspection = inspection("fix", "fix");
    Conformer torn = inspection.of(TORN);
    assertEquals(Geometry.FAILED, torn.geometry());
    assertTrue(inspection.isToBeDrawnAgain(torn));
    Conformer stretched = inspection.better(torn, STRETCHED);
    assertEquals(Geometry.FAILED, stretched.geometry());
    assertSame(stretched, inspection.better(stretched, TORN));
    Conformer good = inspection.better(stretched, RIGHT);
    assertEquals(Geometry.REDRAWN, good.geometry());
    assertEquals(Stereo.OK, good.stereo());
    assertFalse(inspection.isToBeDrawnAgain(good));
  }

  @Test
  void coordinatesThatAreNoNumbersAreWorse() {
    Inspection inspection = inspection("fix", "fix");
    float[] broken = RIGHT.clone();
    broken[4] = Float.NaN;
    Conformer nan = inspection.of(broken);
    assertTrue(inspection.isToBeDrawnAgain(nan));
    Conformer torn = inspection.better(nan, TORN);
    assertSame(TORN, torn.xyz());
  }

  /// With `check` a mirror image stays wrong, so two kinds of wrong can be compared.
  @Test
  void rightStereochemistryComesBeforeGoodBonds() {
    Inspection inspection = inspection("check", "fix");
    Conformer wrong = inspection.of(MIRRORED);
    assertEquals(Stereo.WRONG, wrong.stereo());
    assertFalse(inspection.isToBeDrawnAgain(wrong));
    Conformer right = inspection.better(wrong, TORN);
    assertEquals(Stereo.RESAMPLED, right.stereo());
    assertEquals(Geometry.FAILED, right.geometry());
    assertSame(right, inspection.better(right, MIRRORED));
  }

  @Test
  void policiesThatOnlyLookDrawNothingAgain() {
    assertFalse(
        inspection("check", "check").isToBeDrawnAgain(inspection("check", "check").of(TORN)));
    Conformer unseen = inspection("off", "off").of(TORN);
    assertEquals(Stereo.UNCHECKED, unseen.stereo());
    assertEquals(Geometry.UNCHECKED, unseen.geometry());
    assertTrue(unseen.quality().isEmpty());
  }
}
