package quotient.models.prior;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.models.SharedFiles;
import quotient.models.io.Safetensors;
import quotient.tensor.random.RandomKey;

final class PriorTest {
  private static final BondGraph TREE = BondGraph.of(5, new int[] {0, 1, 1, 2, 2, 3, 2, 4});

  /// pinv of the Laplacian of the tree, exact to the printed digits (theory.md 9.4).
  private static final double[] TREE_COVARIANCE = {
    1.08, 0.28, -0.32, -0.52, -0.52,
    0.28, 0.48, -0.12, -0.32, -0.32,
    -0.32, -0.12, 0.28, 0.08, 0.08,
    -0.52, -0.32, 0.08, 0.88, -0.12,
    -0.52, -0.32, 0.08, -0.12, 0.88
  };

  @Test
  void theHarmonicCovarianceIsThePseudoInverseOfTheLaplacian() {
    assertArrayEquals(TREE_COVARIANCE, matrix(new HarmonicPrior().covariance(TREE), 5), 1e-13);
  }

  @Test
  void stiffBondsAreShort() {
    double[] soft = matrix(new HarmonicPrior(1).covariance(TREE), 5);
    double[] stiff = matrix(new HarmonicPrior(4).covariance(TREE), 5);
    for (int i = 0; i < soft.length; i++) {
      assertEquals(soft[i] / 4, stiff[i], 1e-13);
    }
  }

  @Test
  void theHarmonicCovarianceOfMoleculesAgreesWithTheReference() throws IOException {
    Safetensors reference = SharedFiles.tensors("etflow/pipeline_so3_f64");
    double[] expected = reference.doubles("mid.prior_cov");
    int total = 61;
    int[] batch = reference.ints("in.batch");
    int[] bonds = reference.ints("in.bond_index");
    int first = 0;
    for (int molecule = 0; molecule < 3; molecule++) {
      int n = 0;
      while (first + n < total && batch[first + n] == molecule) {
        n++;
      }
      BondGraph graph = graph(bonds, first, n);
      double[] actual = matrix(new HarmonicPrior().covariance(graph), n);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          assertEquals(expected[(first + i) * total + first + j], actual[i * n + j], 1e-12);
        }
      }
      first += n;
    }
  }

  @Test
  void harmonicDrawsHaveTheirCovariance() {
    // 20000 draws of three axes: the standard error of an entry is below 1.1 sqrt(2 / 60000).
    int draws = 20_000;
    HarmonicPrior prior = new HarmonicPrior();
    double[] sum = new double[25];
    double[] x = new double[15];
    for (int d = 0; d < draws; d++) {
      prior.sample(TREE, RandomKey.of(5).child(d), x, 0);
      for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 5; j++) {
          for (int a = 0; a < 3; a++) {
            sum[5 * i + j] += x[3 * i + a] * x[3 * j + a] / (3 * draws);
          }
        }
      }
    }
    assertArrayEquals(TREE_COVARIANCE, sum, 5 * 1.1 * Math.sqrt(2.0 / (3 * draws)));
  }

  @Test
  void harmonicDrawsAreCentred() {
    double[] x = new double[18];
    new HarmonicPrior().sample(TREE, RandomKey.of(5), x, 3);
    for (int a = 0; a < 3; a++) {
      double mean = 0;
      for (int i = 0; i < 5; i++) {
        mean += x[3 + 3 * i + a];
      }
      assertEquals(0, mean, 1e-14);
    }
    assertEquals(0, x[0]);
  }

  @Test
  void aDrawDependsOnTheKeyAloneNotOnTheCache() {
    HarmonicPrior prior = new HarmonicPrior();
    double[] one = new double[15];
    double[] two = new double[15];
    prior.sample(TREE, RandomKey.of(9).child(4), one, 0);
    for (int n = 2; n < 30; n++) {
      int[] chain = new int[2 * (n - 1)];
      for (int i = 0; i < n - 1; i++) {
        chain[2 * i] = i;
        chain[2 * i + 1] = i + 1;
      }
      prior.sample(BondGraph.of(n, chain), RandomKey.of(n), new double[3 * n], 0);
    }
    prior.sample(TREE, RandomKey.of(9).child(4), two, 0);
    assertArrayEquals(one, two, 0);
  }

  @Test
  void disconnectedMoleculesAreRefused() {
    BondGraph two = BondGraph.of(4, new int[] {0, 1, 2, 3});
    String message =
        assertThrows(IllegalArgumentException.class, () -> new HarmonicPrior().covariance(two))
            .getMessage();
    assertTrue(message.contains("2 connected parts"), message);
  }

  @Test
  void gaussianDrawsHaveUnitVarianceTimesTheSquareOfTheScale() {
    double[] x = new double[3 * 20_000];
    new GaussianPrior(10).sample(BondGraph.unbonded(20_000), RandomKey.of(3), x, 0);
    double square = 0;
    for (double value : x) {
      square += value * value / x.length;
    }
    assertEquals(100, square, 5 * 100 * Math.sqrt(2.0 / x.length));
  }

  private static BondGraph graph(int[] bonds, int first, int n) {
    int count = bonds.length / 2;
    List<Integer> pairs = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      int i = bonds[k] - first;
      int j = bonds[count + k] - first;
      if (i >= 0 && i < n && i < j) {
        pairs.add(i);
        pairs.add(j);
      }
    }
    return BondGraph.of(n, pairs.stream().mapToInt(Integer::intValue).toArray());
  }

  private static double[] matrix(Covariance covariance, int n) {
    double[] identity = new double[covariance.modes()];
    double[] zero = new double[identity.length];
    for (int k = 0; k < identity.length; k++) {
      identity[k] = covariance.variance(k);
    }
    double[] out = new double[n * n];
    for (int j = 0; j < n; j++) {
      double[] unit = new double[3 * n];
      unit[3 * j] = 1;
      double[] image = new double[3 * n];
      covariance.combine(identity, unit, zero, unit, image, 0, 3 * n, new double[3 * n]);
      for (int i = 0; i < n; i++) {
        out[i * n + j] = image[3 * i];
      }
    }
    return out;
  }
}
