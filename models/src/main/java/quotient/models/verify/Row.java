package quotient.models.verify;

/// One line of `quotient verify`.
///
/// @param space the space's name
/// @param sampler the sampler's name, or what was done wrong to it
/// @param statistic what was measured
/// @param value the finding
/// @param expected the exact value
/// @param threshold how far the finding of a correct build may lie from it
/// @param level the probability with which a correct build exceeds the threshold; 0 if nothing in
///     the row is random
/// @param control whether the row is a deliberate fault, which has to be detected
/// @param passed whether the row is as it should be: within the threshold, or beyond it for a control
public record Row(
    String space,
    String sampler,
    String statistic,
    double value,
    double expected,
    double threshold,
    double level,
    boolean control,
    boolean passed) {

  /// `ok`, `FAILED`, `detected` or `NOT DETECTED`.
  public String verdict() {
    if (control) {
      return passed ? "detected" : "NOT DETECTED";
    }
    return passed ? "ok" : "FAILED";
  }
}
