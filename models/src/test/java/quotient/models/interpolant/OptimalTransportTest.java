package quotient.models.interpolant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import quotient.geometry.QuotientSpace;
import quotient.geometry.RelabelledQuotient;
import quotient.geometry.ShapeSpace;
import quotient.models.prior.BondGraph;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class OptimalTransportTest {
  private static final BondGraph FOUR = BondGraph.of(4, new int[] {0, 1, 1, 2, 2, 3});
  private static final BondGraph STAR = BondGraph.of(4, new int[] {0, 1, 0, 2, 0, 3});

  /// Four clouds of one molecule, two of another with as many atoms.
  private static final BondGraph[] GRAPHS = {FOUR, STAR, FOUR, FOUR, STAR, FOUR};

  private static final int WIDTH = 12;

  private static int[] start() {
    int[] start = new int[GRAPHS.length + 1];
    for (int b = 0; b < GRAPHS.length; b++) {
      start[b + 1] = (b + 1) * WIDTH;
    }
    return start;
  }

  private static double[] clouds(long seed) {
    double[] x = new double[GRAPHS.length * WIDTH];
    Normal.fill(RandomKey.of(seed), x, 0, x.length);
    for (int b = 0; b < GRAPHS.length; b++) {
      ShapeSpace.INSTANCE.projectPoint(x, b * WIDTH, (b + 1) * WIDTH);
    }
    return x;
  }

  private static double cost(double[] x0, double[] x1, int b) {
    double d = ShapeSpace.INSTANCE.distance(x0, x1, b * WIDTH, (b + 1) * WIDTH);
    return d * d;
  }

  @Test
  void theAssignmentIsTheCheapestOfAll() {
    double[] x0 = clouds(1);
    double[] x1 = clouds(2);
    double[] coupled = x0.clone();
    new Coupling.OptimalTransport().couple(ShapeSpace.INSTANCE, GRAPHS, start(), coupled, x1);
    int[] four = {0, 2, 3, 5};
    double found = 0;
    for (int b : four) {
      found += cost(coupled, x1, b);
    }
    double best = Double.POSITIVE_INFINITY;
    for (int code = 0; code < 256; code++) {
      int[] p = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3};
      if (Arrays.stream(p).distinct().count() == 4) {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
          double[] pair = x1.clone();
          System.arraycopy(x0, four[p[i]] * WIDTH, pair, four[i] * WIDTH, WIDTH);
          sum += cost(pair, x1, four[i]);
        }
        best = Math.min(best, sum);
      }
    }
    assertEquals(best, found, 1e-10);
    double aligned = 0;
    for (int b : four) {
      aligned += cost(x0, x1, b);
    }
    assertTrue(found < aligned, "nothing was exchanged; choose another seed");
  }

  @Test
  void startsAreExchangedWithinAMoleculeOnly() {
    double[] x0 = clouds(1);
    double[] coupled = x0.clone();
    new Coupling.OptimalTransport()
        .couple(ShapeSpace.INSTANCE, GRAPHS, start(), coupled, clouds(2));
    assertArrayEquals(sizes(x0, FOUR), sizes(coupled, FOUR), 1e-10);
    assertArrayEquals(sizes(x0, STAR), sizes(coupled, STAR), 1e-10);
  }

  /// The squared lengths of one molecule's clouds, sorted: turning does not change them.
  private static double[] sizes(double[] x, BondGraph graph) {
    double[] out = new double[GRAPHS.length];
    for (int b = 0; b < GRAPHS.length; b++) {
      for (int i = b * WIDTH; GRAPHS[b].equals(graph) && i < (b + 1) * WIDTH; i++) {
        out[b] += x[i] * x[i];
      }
    }
    Arrays.sort(out);
    return out;
  }

  @Test
  void theTargetIsHorizontalAtEveryTime() {
    double[] x0 = clouds(1);
    double[] x1 = clouds(2);
    new Coupling.OptimalTransport().couple(ShapeSpace.INSTANCE, GRAPHS, start(), x0, x1);
    for (double t : new double[] {0, 0.3, 0.8}) {
      double[] xt = new double[x0.length];
      double[] velocity = new double[x0.length];
      double[] horizontal = new double[x0.length];
      for (int i = 0; i < xt.length; i++) {
        xt[i] = (1 - t) * x0[i] + t * x1[i];
        velocity[i] = x1[i] - x0[i];
      }
      for (int b = 0; b < GRAPHS.length; b++) {
        ShapeSpace.INSTANCE.horizontal(xt, velocity, horizontal, b * WIDTH, (b + 1) * WIDTH);
      }
      assertArrayEquals(velocity, horizontal, 1e-12);
    }
  }

  @Test
  void theScoreIsLost() {
    assertEquals(false, Coupling.parse("optimal-transport").isIndependent());
  }

  /// With equivalent points the space's alignment relabels starts too: cheaper still, and a target
  /// that no relabelling can shorten.
  @Test
  void equivalentPointsAreRelabelled() {
    int[][] swaps = {{0, 1, 2, 3}, {1, 0, 2, 3}, {0, 1, 3, 2}, {1, 0, 3, 2}};
    QuotientSpace relabelled = RelabelledQuotient.of(ShapeSpace.INSTANCE, 3, swaps);
    double[] x1 = clouds(2);
    double[] plain = clouds(1);
    double[] better = clouds(1);
    new Coupling.OptimalTransport().couple(ShapeSpace.INSTANCE, GRAPHS, start(), plain, x1);
    new Coupling.OptimalTransport().couple(relabelled, GRAPHS, start(), better, x1);
    double before = 0;
    double after = 0;
    for (int b = 0; b < GRAPHS.length; b++) {
      before += cost(plain, x1, b);
      double own = cost(better, x1, b);
      after += own;
      int from = b * WIDTH;
      double least = relabelled.distance(better, x1, from, from + WIDTH);
      assertEquals(least * least, own, 1e-10);
    }
    assertTrue(after < 0.95 * before, before + " -> " + after);
  }
}
