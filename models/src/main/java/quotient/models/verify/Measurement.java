package quotient.models.verify;

/// One number of the verification before its threshold is known: what was measured, what it should
/// be, and how far chance and time stepping may carry it.
///
/// @param space the space's name
/// @param sampler the sampler's name, or what was done wrong to it
/// @param statistic what was measured
/// @param value the finding
/// @param expected the exact value
/// @param kind which threshold belongs to it
/// @param spread standard error, effective sample size, or fixed threshold, by kind
/// @param bias what time stepping may add
/// @param comparisons how many distances the value is the largest of
/// @param control whether it is a negative control, which has to be detected
record Measurement(
    String space,
    String sampler,
    String statistic,
    double value,
    double expected,
    Kind kind,
    double spread,
    double bias,
    int comparisons,
    boolean control) {

  enum Kind {
    /// No randomness: the spread is the threshold.
    FIXED,
    /// A mean: the spread is its standard error.
    MEAN,
    /// A Kolmogorov-Smirnov distance: the spread is the effective sample size.
    DISTANCE
  }

  Row row(double level) {
    double threshold =
        switch (kind) {
          case FIXED -> spread;
          case MEAN -> Statistics.normalQuantile(level) * spread + bias;
          case DISTANCE -> Statistics.distanceQuantile(level / comparisons, spread) + bias;
        };
    boolean outside = !(Math.abs(value - expected) <= threshold);
    return new Row(
        space,
        sampler,
        statistic,
        value,
        expected,
        threshold,
        kind == Kind.FIXED ? 0 : level,
        control,
        outside == control);
  }

  static Measurement fixed(
      String space,
      String sampler,
      String statistic,
      double value,
      double expected,
      double threshold,
      boolean control) {
    return new Measurement(
        space, sampler, statistic, value, expected, Kind.FIXED, threshold, 0, 1, control);
  }

  static Measurement mean(
      String space,
      String sampler,
      String statistic,
      double[] values,
      double expected,
      double bias,
      boolean control) {
    return new Measurement(
        space,
        sampler,
        statistic,
        Statistics.mean(values),
        expected,
        Kind.MEAN,
        Statistics.standardError(values),
        bias,
        1,
        control);
  }

  static Measurement distance(
      String space,
      String sampler,
      String statistic,
      double[] values,
      double[] exact,
      double bias,
      boolean control) {
    double n = values.length;
    double m = exact.length;
    return new Measurement(
        space,
        sampler,
        statistic,
        Statistics.distance(values, exact),
        0,
        Kind.DISTANCE,
        n * m / (n + m),
        bias,
        1,
        control);
  }
}
