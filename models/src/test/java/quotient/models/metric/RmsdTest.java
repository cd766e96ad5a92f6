package quotient.models.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quotient.geometry.shape.SO3;
import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;
import quotient.tensor.random.RandomKey;

class RmsdTest {
  private final Random random = new Random(41);

  private static Molecule carbons(int n, int... bonds) {
    Molecule.Builder out = Molecule.builder();
    for (int i = 0; i < n; i++) {
      out.atom(Elements.CARBON);
    }
    for (int b = 0; b < bonds.length; b += 2) {
      out.bond(bonds[b], bonds[b + 1], 1);
    }
    return out.build();
  }

  /// A carbon chain that ends in oxygen, so that it has no symmetry.
  private static Molecule alcohol(int n) {
    Molecule.Builder out = Molecule.builder();
    for (int i = 0; i < n; i++) {
      out.atom(i == n - 1 ? Elements.OXYGEN : Elements.CARBON);
      if (i > 0) {
        out.bond(i - 1, i, 1);
      }
    }
    return out.build();
  }

  private float[] cloud(int n, int dimensions) {
    float[] x = new float[3 * n];
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimensions; d++) {
        x[3 * i + d] = (float) (2 * random.nextGaussian());
      }
    }
    return x;
  }

  private static float[] moved(float[] x, long seed) {
    double[] r = new double[9];
    SO3.random(RandomKey.of(seed), r);
    float[] out = new float[x.length];
    for (int i = 0; i < x.length; i += 3) {
      for (int d = 0; d < 3; d++) {
        out[i + d] =
            (float) (r[3 * d] * x[i] + r[3 * d + 1] * x[i + 1] + r[3 * d + 2] * x[i + 2] + 5 - d);
      }
    }
    return out;
  }

  private static float[] mirrored(float[] x) {
    float[] out = x.clone();
    for (int i = 0; i < x.length; i += 3) {
      out[i] = -out[i];
    }
    return out;
  }

  @Test
  void rotationsAndTranslationsDoNotCount() {
    for (int n : new int[] {1, 2, 3, 7, 16, 31}) {
      for (int dimensions = 1; dimensions <= 3; dimensions++) {
        Rmsd rmsd = Rmsd.between(alcohol(n), alcohol(n));
        float[] x = cloud(n, dimensions);
        assertEquals(0, rmsd.of(moved(x, n), x), 2e-6, n + " atoms, " + dimensions + "-D");
        float[] y = cloud(n, dimensions);
        assertEquals(rmsd.of(x, y), rmsd.of(moved(x, 3), moved(y, 4)), 2e-6);
        assertEquals(rmsd.of(x, y), rmsd.of(y, x), 1e-9);
      }
    }
  }

  @Test
  void noRotationDoesBetter() {
    Rmsd rmsd = Rmsd.between(alcohol(7), alcohol(7));
    float[] x = cloud(7, 3);
    float[] y = cloud(7, 3);
    double best = rmsd.of(x, y);
    for (int k = 0; k < 2000; k++) {
      float[] turned = moved(x, k);
      assertTrue(centredDistance(turned, y) >= best - 1e-6);
    }
  }

  private static double centredDistance(float[] x, float[] y) {
    double sum = 0;
    for (int d = 0; d < 3; d++) {
      double shift = 0;
      for (int i = d; i < x.length; i += 3) {
        shift += (x[i] - y[i]) * 3.0 / x.length;
      }
      for (int i = d; i < x.length; i += 3) {
        double difference = x[i] - y[i] - shift;
        sum += difference * difference;
      }
    }
    return Math.sqrt(sum * 3 / x.length);
  }

  @Test
  void twoAtomsDifferByHalfTheirBondLengths() {
    Rmsd rmsd = Rmsd.between(alcohol(2), alcohol(2));
    float[] x = {0, 0, 0, 1.4f, 0, 0};
    float[] y = {0, 0, 0, 0, 1.6f, 0};
    assertEquals(0.1, rmsd.of(x, y), 1e-7);
  }

  @Test
  void mirrorImagesOfChiralShapesDifferAndOfPlanarOnesDoNot() {
    Rmsd rmsd = Rmsd.between(alcohol(5), alcohol(5));
    float[] x = cloud(5, 3);
    assertTrue(rmsd.of(mirrored(x), x) > 0.01);
    float[] flat = cloud(5, 2);
    assertEquals(0, rmsd.of(mirrored(flat), flat), 1e-6);
  }

  @Test
  void equivalentAtomsAreInterchangeable() {
    Molecule star = carbons(5, 0, 1, 0, 2, 0, 3, 0, 4);
    Rmsd rmsd = Rmsd.between(star, star);
    assertEquals(24, rmsd.mappingCount());
    float[] x = cloud(5, 3);
    float[] swapped = x.clone();
    System.arraycopy(x, 3, swapped, 9, 3);
    System.arraycopy(x, 9, swapped, 3, 3);
    assertEquals(0, rmsd.of(swapped, x), 1e-6);
    Molecule chain = alcohol(5);
    assertTrue(Rmsd.between(chain, chain).of(swapped, x) > 0.01);
  }

  @Test
  void theAtomOrderDoesNotMatter() {
    Molecule ring = carbons(7, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0, 5, 6);
    int[] order = {3, 0, 6, 2, 5, 1, 4};
    Molecule other = ring.renumbered(order);
    float[] x = cloud(7, 3);
    float[] y = cloud(7, 3);
    float[] renumbered = new float[21];
    for (int i = 0; i < 7; i++) {
      System.arraycopy(x, 3 * i, renumbered, 3 * order[i], 3);
    }
    double direct = Rmsd.between(ring, ring).of(x, y);
    assertEquals(direct, Rmsd.between(other, ring).of(renumbered, y), 1e-9);
    assertEquals(direct, Rmsd.between(ring, other).of(y, renumbered), 1e-9);
  }

  @Test
  void hydrogensDoNotCount() {
    Molecule.Builder methanol = Molecule.builder();
    methanol.atom(Elements.CARBON);
    methanol.atom(Elements.OXYGEN);
    methanol.atom(Elements.HYDROGEN);
    methanol.bond(0, 1, 1);
    methanol.bond(1, 2, 1);
    Molecule with = methanol.build();
    float[] x = {0, 0, 0, 1.4f, 0, 0, 9, 9, 9};
    float[] y = {0, 0, 0, 1.4f, 0, 0};
    assertEquals(0, Rmsd.between(with, alcohol(2)).of(x, y), 1e-9);
  }

  @Test
  void differentMoleculesHaveNoRmsd() {
    Rmsd rmsd = Rmsd.between(alcohol(3), alcohol(4));
    assertFalse(rmsd.isDefined());
    assertThrows(IllegalStateException.class, () -> rmsd.of(new float[9], new float[12]));
    assertFalse(Rmsd.between(alcohol(3), carbons(3, 0, 1, 1, 2)).isDefined());
  }

  @Test
  void pruningKeepsTheFirstOfEachCluster() {
    Molecule chain = alcohol(6);
    float[] x = cloud(6, 3);
    float[] y = cloud(6, 3);
    List<float[]> list = List.of(x, moved(x, 1), y, moved(y, 2), moved(x, 3));
    assertEquals(List.of(0, 2), Rmsd.distinct(chain, list, 0.01));
    assertEquals(List.of(0, 1, 2, 3, 4), Rmsd.distinct(chain, list, 0));
  }
}
