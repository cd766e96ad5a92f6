package quotient.models.verify;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// Means, Kolmogorov-Smirnov distances, and the thresholds that belong to a level.
final class Statistics {
  /// Thresholds of normal approximations are widened by this, for the skewness that finite samples
  /// leave in the tails.
  private static final double TAIL_MARGIN = 1.06;

  private Statistics() {}

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  static double standardError(double[] values) {
    double mean = mean(values);
    double square = 0;
    for (double value : values) {
      square += (value - mean) * (value - mean);
    }
    return Math.sqrt(square / (values.length - 1.0) / values.length);
  }

  /// The largest difference of two empirical distribution functions.
  static double distance(double[] one, double[] two) {
    double[] a = one.clone();
    double[] b = two.clone();
    Arrays.sort(a);
    Arrays.sort(b);
    double largest = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      double value = Math.min(a[i], b[j]);
      while (i < a.length && a[i] <= value) {
        i++;
      }
      while (j < b.length && b[j] <= value) {
        j++;
      }
      largest = Math.max(largest, Math.abs((double) i / a.length - (double) j / b.length));
    }
    return largest;
  }

  /// The largest difference between an empirical and a known distribution function.
  static double distance(double[] values, DoubleUnaryOperator distribution) {
    double[] a = values.clone();
    Arrays.sort(a);
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      double p = distribution.applyAsDouble(a[i]);
      largest = Math.max(largest, Math.abs(p - (double) i / a.length));
      largest = Math.max(largest, Math.abs(p - (i + 1.0) / a.length));
    }
    return largest;
  }

  /// How many standard errors a mean leaves with probability `level`, on either side.
  ///
  ///     P(|Z| > z) <= 2 phi(z) / z = level
  static double normalQuantile(double level) {
    double low = 1;
    double high = 40;
    for (int i = 0; i < 80; i++) {
      double z = 0.5 * (low + high);
      double tail = 2 / Math.sqrt(2 * Math.PI) * StrictMath.exp(-0.5 * z * z) / z;
      if (tail > level) {
        low = z;
      } else {
        high = z;
      }
    }
    return TAIL_MARGIN * high;
  }

  /// The distance that a sample of effective size n exceeds with probability `level`:
  /// `2 exp(-2 n d^2) = level`. Source: Massart 1990.
  static double distanceQuantile(double level, double effectiveSize) {
    return Math.sqrt(StrictMath.log(2 / level) / (2 * effectiveSize));
  }
}
