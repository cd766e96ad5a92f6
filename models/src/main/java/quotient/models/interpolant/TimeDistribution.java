package quotient.models.interpolant;

import quotient.tensor.random.RandomKey;

/// Where the time of a training example is drawn. Implementations are immutable records.
public sealed interface TimeDistribution {

  /// The time that belongs to a key, in [0, 1).
  double draw(RandomKey key);

  /// Uniform on an interval.
  ///
  /// @param low the smallest time
  /// @param high the largest time
  record Uniform(double low, double high) implements TimeDistribution {
    /// The interval of the released ET-Flow pipeline.
    public static final Uniform ET_FLOW = new Uniform(1e-4, 0.9999);

    public Uniform {
      if (!(low >= 0 && low <= high && high < 1)) {
        throw new IllegalArgumentException(
            "uniform time: need 0 <= low <= high < 1, found low " + low + ", high " + high);
      }
    }

    @Override
    public double draw(RandomKey key) {
      return low + (high - low) * key.uniform(0);
    }
  }

  /// Beta(a, 1) with a small uniform share: `p(t) = share + (1 - share) a t^(a - 1)`.
  ///
  /// @param exponent a
  /// @param uniformShare the probability of drawing uniformly
  record BetaUniform(double exponent, double uniformShare) implements TimeDistribution {
    /// The distribution of Proteína: Beta(1.9, 1) with a uniform share of 0.02.
    public static final BetaUniform PROTEINA = new BetaUniform(1.9, 0.02);

    private static final double LARGEST = 1 - 0x1.0p-53;

    public BetaUniform {
      if (!(exponent > 0 && uniformShare >= 0 && uniformShare <= 1)) {
        throw new IllegalArgumentException(
            "beta time: need exponent > 0 and 0 <= share <= 1, found exponent "
                + exponent
                + ", share "
                + uniformShare);
      }
    }

    @Override
    public double draw(RandomKey key) {
      double u = key.uniform(1);
      double t = key.uniform(0) < uniformShare ? u : StrictMath.pow(u, 1 / exponent);
      return Math.min(t, LARGEST);
    }
  }
}
