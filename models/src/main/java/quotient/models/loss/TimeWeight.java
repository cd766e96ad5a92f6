package quotient.models.loss;

/// The weight w(t) of a squared or absolute velocity error. Implementations are immutable records.
public sealed interface TimeWeight {

  /// The weight at t in [0, 1).
  double at(double t);

  /// The same weight at every time, as in ET-Flow.
  record Constant() implements TimeWeight {
    @Override
    public double at(double t) {
      return 1;
    }
  }

  /// The weight of a velocity error that belongs to the weight `1 / ((1-t)^2 + floor)` of the clean
  /// cloud's error, on the linear path.
  ///
  ///     w(t) = (1-t)^2 / ((1-t)^2 + floor)
  ///
  /// Source: proteina.md 5.2.
  ///
  /// @param floor keeps the weight of the clean cloud finite at t = 1
  record Denoising(double floor) implements TimeWeight {
    /// The floor of the reference implementation of Proteína.
    public static final Denoising PROTEINA = new Denoising(1e-5);

    public Denoising {
      if (!(floor >= 0)) {
        throw new IllegalArgumentException(
            "time weight: the floor must not be negative, found " + floor);
      }
    }

    @Override
    public double at(double t) {
      double remaining = (1 - t) * (1 - t);
      return remaining / (remaining + floor);
    }
  }
}
