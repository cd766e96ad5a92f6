package quotient.models.sample;

/// Boltzmann weights of samples with known density.
///
///     w_i ~ exp(-U(x_i) / kT) / p(x_i),   ESS = (sum w)^2 / sum w^2
///
/// p is the invariant density on the total space, as {@link Likelihood} gives it. No orbit factor:
/// both densities are against the same volume. Averages with these weights are those of the
/// Boltzmann law however p was made, provided p covers it; the effective sample size says how much
/// of the sample is left. A Hutchinson estimate of log p biases them; use the exact trace.
/// *Immutable.* Source: theory.md section 8; Noé et al. 2019.
public final class Reweighting {
  private final double[] weights;
  private final double effectiveSize;

  private Reweighting(double[] weights, double effectiveSize) {
    this.weights = weights;
    this.effectiveSize = effectiveSize;
  }

  /// Weights from energies in units of kT and log densities.
  ///
  /// @throws IllegalArgumentException if there are no samples, or no finite weight
  public static Reweighting of(double[] energy, double[] logDensity) {
    if (energy.length == 0 || energy.length != logDensity.length) {
      throw new IllegalArgumentException(
          "reweighting: need as many energies as densities and at least one, found "
              + energy.length
              + " and "
              + logDensity.length);
    }
    double[] weights = new double[energy.length];
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = -energy[i] - logDensity[i];
      best = Math.max(best, weights[i]);
    }
    if (!Double.isFinite(best)) {
      throw new IllegalArgumentException(
          "reweighting: the largest log weight is " + best + "; check energies and densities");
    }
    double sum = 0;
    double square = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = StrictMath.exp(weights[i] - best);
      sum += weights[i];
      square += weights[i] * weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return new Reweighting(weights, sum * sum / square);
  }

  /// The normalised weight of a sample.
  public double weight(int sample) {
    return weights[sample];
  }

  /// ESS: of how many independent samples of the Boltzmann law these are worth, at most.
  public double effectiveSize() {
    return effectiveSize;
  }

  /// The weighted mean of a quantity.
  public double mean(double[] values) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * values[i];
    }
    return sum;
  }

  /// The standard error of {@link #mean}, from the weighted spread.
  public double standardError(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double d = weights[i] * (values[i] - mean);
      sum += d * d;
    }
    return Math.sqrt(sum);
  }
}
