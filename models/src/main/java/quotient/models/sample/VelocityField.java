package quotient.models.sample;

/// The velocity of a batch of clouds: a network, or a field known in closed form.
@FunctionalInterface
public interface VelocityField {

  /// Writes the velocity of every cloud.
  ///
  ///     x, out: ragged batch, Å; time: [B], each in [0, 1)
  ///
  /// Neither x nor time is changed. `out` is not x.
  ///
  /// @param previous the clean clouds of the last call, for networks that condition on them
  void velocity(double[] x, double[] time, SelfConditioning previous, double[] out);
}
