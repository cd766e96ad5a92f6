package quotient.models.metric;

import java.util.Arrays;
import java.util.List;

/// How well generated conformers of one molecule cover its reference conformers, and are covered.
///
/// Recall asks of each reference conformer how near the nearest generated one is, precision the
/// reverse. Coverage is the share within a threshold (inclusive), AMR the mean of the smallest
/// RMSDs. Source: Ganea et al. 2021, section 4; inclusive thresholds as in our judge.
///
/// @param recall smallest RMSD of each reference conformer, Å
/// @param precision smallest RMSD of each generated conformer, Å
public record Coverage(double[] recall, double[] precision) {

  /// From all RMSDs.
  ///
  /// @param rmsd `[references][generated]`, Å; at least one of each
  public static Coverage of(double[][] rmsd) {
    if (rmsd.length == 0 || rmsd[0].length == 0) {
      throw new IllegalArgumentException("coverage: needs a conformer on both sides");
    }
    double[] recall = new double[rmsd.length];
    double[] precision = new double[rmsd[0].length];
    Arrays.fill(recall, Double.POSITIVE_INFINITY);
    Arrays.fill(precision, Double.POSITIVE_INFINITY);
    for (int r = 0; r < recall.length; r++) {
      for (int g = 0; g < precision.length; g++) {
        recall[r] = Math.min(recall[r], rmsd[r][g]);
        precision[g] = Math.min(precision[g], rmsd[r][g]);
      }
    }
    return new Coverage(recall, precision);
  }

  /// Share of the distances that are at most the threshold.
  public static double within(double[] distances, double threshold) {
    int count = 0;
    for (double d : distances) {
      count += d <= threshold ? 1 : 0;
    }
    return (double) count / distances.length;
  }

  /// Mean of the distances.
  public static double mean(double[] distances) {
    double sum = 0;
    for (double d : distances) {
      sum += d;
    }
    return sum / distances.length;
  }

  /// A figure per molecule, reduced over molecules.
  ///
  /// @param mean over molecules
  /// @param median over molecules
  public record Summary(double mean, double median) {
    /// Reduces values; without any, both are NaN.
    public static Summary of(List<Double> values) {
      if (values.isEmpty()) {
        return new Summary(Double.NaN, Double.NaN);
      }
      double[] sorted = new double[values.size()];
      double sum = 0;
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] = values.get(i);
        sum += sorted[i];
      }
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
      return new Summary(sum / sorted.length, median);
    }
  }
}
