package quotient.models.metric;

import java.util.Arrays;
import quotient.tensor.random.RandomKey;

/// How far two samples of one quantity are apart, and how far apart two halves of one sample are.
///
/// Source: Villani 2009 (Wasserstein), Lin 1991 (Jensen-Shannon).
public final class DistributionDistance {
  private DistributionDistance() {}

  /// A distance of two samples.
  @FunctionalInterface
  public interface Measure {
    /// @param a, b not empty, in any order; not changed
    double of(double[] a, double[] b);
  }

  /// The area between the distribution functions, in the unit of the quantity.
  public static double wasserstein(double[] a, double[] b) {
    requireSome(a, b);
    double[] x = a.clone();
    double[] y = b.clone();
    Arrays.sort(x);
    Arrays.sort(y);
    double sum = 0;
    double at = Math.min(x[0], y[0]);
    for (int i = 0, j = 0; i < x.length || j < y.length; ) {
      double next = i < x.length && (j == y.length || x[i] <= y[j]) ? x[i] : y[j];
      sum += Math.abs((double) i / x.length - (double) j / y.length) * (next - at);
      at = next;
      while (i < x.length && x[i] == at) {
        i++;
      }
      while (j < y.length && y[j] == at) {
        j++;
      }
    }
    return sum;
  }

  /// The Jensen-Shannon divergence of histograms over [low, high) with that many bins, in bits.
  public static Measure jensenShannon(double low, double high, int bins) {
    return (a, b) -> {
      requireSome(a, b);
      double[] p = histogram(a, low, high, bins);
      double[] q = histogram(b, low, high, bins);
      double sum = 0;
      for (int k = 0; k < bins; k++) {
        double mean = 0.5 * (p[k] + q[k]);
        sum += 0.5 * (term(p[k], mean) + term(q[k], mean));
      }
      return sum / StrictMath.log(2);
    };
  }

  private static double term(double p, double mean) {
    return p == 0 ? 0 : p * StrictMath.log(p / mean);
  }

  private static double[] histogram(double[] values, double low, double high, int bins) {
    double[] shares = new double[bins];
    for (double value : values) {
      int bin = Math.clamp((long) Math.floor((value - low) / (high - low) * bins), 0, bins - 1);
      shares[bin] += 1.0 / values.length;
    }
    return shares;
  }

  /// Distances of random halves of one sample: what a perfect generator would look like at this size.
  ///
  /// @param units the sample in units that belong together (one array per structure), at least two
  /// @param splits how many random halvings
  /// @return the distances, ascending
  public static double[] halves(double[][] units, Measure measure, int splits, RandomKey key) {
    if (units.length < 2) {
      throw new IllegalArgumentException(
          "distance of halves: at least two structures are needed, found " + units.length);
    }
    double[] distances = new double[splits];
    int[] order = new int[units.length];
    for (int s = 0; s < splits; s++) {
      Arrays.setAll(order, i -> i);
      RandomKey own = key.child(s);
      for (int i = order.length - 1; i > 0; i--) {
        int j = own.below(i, i + 1);
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
      }
      int half = order.length / 2;
      distances[s] =
          measure.of(joined(units, order, 0, half), joined(units, order, half, order.length));
    }
    Arrays.sort(distances);
    return distances;
  }

  /// All values of all units.
  public static double[] joined(double[][] units) {
    int[] order = new int[units.length];
    Arrays.setAll(order, i -> i);
    return joined(units, order, 0, order.length);
  }

  private static double[] joined(double[][] units, int[] order, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += units[order[i]].length;
    }
    double[] all = new double[count];
    int filled = 0;
    for (int i = from; i < to; i++) {
      double[] unit = units[order[i]];
      System.arraycopy(unit, 0, all, filled, unit.length);
      filled += unit.length;
    }
    return all;
  }

  private static void requireSome(double[] a, double[] b) {
    if (a.length == 0 || b.length == 0) {
      throw new IllegalArgumentException(
          "distance of samples: neither may be empty, found "
              + a.length
              + " and "
              + b.length
              + " values");
    }
  }
}
