package quotient.models.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.SdfRecord;
import quotient.tensor.random.RandomKey;

/// On a chain of four atoms, whose only freedom is its torsion.
final class EnsembleDistributionTest {
  private static final int[] KINDS = {9, 6, 6, 17};

  private static Molecule chain(boolean reversed) {
    Molecule.Builder out = Molecule.builder();
    for (int k = 0; k < 4; k++) {
      out.atom(KINDS[reversed ? 3 - k : k]);
    }
    for (int k = 0; k < 3; k++) {
      out.bond(k, k + 1, 1);
    }
    return out.build();
  }

  private static float[] turned(double degrees, boolean reversed) {
    double angle = Math.toRadians(degrees);
    double[][] atoms = {
      {1, -0.5, 0}, {0, 0, 0}, {0, 1.5, 0}, {1.3 * Math.cos(angle), 2, -1.3 * Math.sin(angle)}
    };
    float[] xyz = new float[12];
    for (int k = 0; k < 4; k++) {
      for (int d = 0; d < 3; d++) {
        xyz[3 * (reversed ? 3 - k : k) + d] = (float) atoms[k][d];
      }
    }
    return xyz;
  }

  private static ConformerEnsemble ensemble(boolean reversed, double... degrees) {
    List<SdfRecord> records = new ArrayList<>();
    for (double angle : degrees) {
      records.add(SdfRecord.of(chain(reversed), turned(angle, reversed)));
    }
    return ConformerEnsemble.of(records).getFirst();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 60, 179, -60, -120})
  void torsionsAreRightHanded(double degrees) {
    Torsions torsions = new Torsions(chain(false));
    assertEquals(1, torsions.kinds().size());
    double found = torsions.angles(torsions.kinds().getFirst(), turned(degrees, false))[0];
    assertEquals(degrees, Math.toDegrees(found), 1e-4);
    Torsions other = new Torsions(chain(true));
    assertEquals(torsions.kinds(), other.kinds());
    double back = other.angles(other.kinds().getFirst(), turned(degrees, true))[0];
    assertEquals(degrees, Math.toDegrees(back), 1e-4);
  }

  @Test
  void aPerfectSampleHasNoDistance() {
    EnsembleDistribution same =
        EnsembleDistribution.of(
                "x", ensemble(false, 60, 180, -60), ensemble(true, 61, 179, -59, -61, 181, 59))
            .orElseThrow();
    assertEquals(3, same.references());
    assertEquals(6, same.samples());
    assertEquals(0, same.variation(), 1e-12);
  }

  /// Every sample is a reference conformer, so shape errors vanish; the spread tells.
  @Test
  void aGeneratorThatKnowsOneConformerIsFound() {
    EnsembleDistribution one =
        EnsembleDistribution.of("x", ensemble(false, 60, 175, -60), ensemble(false, 60, 60, 60))
            .orElseThrow();
    assertEquals(2.0 / 3, one.variation(), 1e-12);
    assertTrue(one.torsions().orElseThrow() > 0.3, one.toString());
    EnsembleDistribution all =
        EnsembleDistribution.of("x", ensemble(false, 60, 175, -60), ensemble(false, 60, 175, -60))
            .orElseThrow();
    assertEquals(0, all.torsions().orElseThrow(), 1e-12);
  }

  /// The floor is what simulated perfect samples show.
  @ParameterizedTest
  @CsvSource({"2, 10", "3, 50", "5, 500", "7, 20"})
  void theFloorIsTheExpectationOfPerfectSamples(int references, int samples) {
    int trials = 4_000;
    RandomKey root = RandomKey.of(11).child(references);
    double sum = 0;
    double squares = 0;
    for (int trial = 0; trial < trials; trial++) {
      RandomKey key = root.child(trial);
      int[] counts = new int[references];
      for (int s = 0; s < samples; s++) {
        counts[key.below(s, references)]++;
      }
      double variation = EnsembleDistribution.variation(counts, samples);
      sum += variation;
      squares += variation * variation;
    }
    double mean = sum / trials;
    double error = Math.sqrt((squares / trials - mean * mean) / trials);
    assertEquals(EnsembleDistribution.floor(references, samples), mean, 5 * error);
  }

  @Test
  void aSingleReferenceHasNoSpread() {
    assertEquals(0, EnsembleDistribution.floor(1, 100));
  }
}
