package quotient.models.sample;

/// Carries a batch of clouds from the prior (t = 0) to the data (t = 1).
///
/// Samplers know neither tape nor network type, and every use of the network's output passes the
/// horizontal projection of the batch's space first. A cloud's result depends on its own start and
/// noise alone, not on the batch it was in (as far as that holds for the field). Immutable; no
/// allocation per step.
public sealed interface Sampler permits OdeSampler, SdeSampler, MultistepSdeSampler {

  /// The name on the command line.
  String name();

  /// The largest number of steps that draw noise.
  int noiseSteps();

  /// Moves the clouds, in place.
  ///
  /// @param x starting clouds, projected to the total space; the results on return
  /// @param observer is shown every state
  /// @throws IllegalArgumentException if the batch does not allow this sampler
  void run(
      SamplingBatch batch, VelocityField field, NoiseSource noise, double[] x, Observer observer);

  /// Moves the clouds, in place, unobserved.
  default void run(SamplingBatch batch, VelocityField field, NoiseSource noise, double[] x) {
    run(batch, field, noise, x, (step, time, state) -> {});
  }

  /// Is shown the states of a run.
  @FunctionalInterface
  interface Observer {
    /// Called with the start (step 0) and after every step.
    ///
    /// @param time of each cloud, `[B]`
    /// @param x the clouds, to be copied if kept
    void see(int step, double[] time, double[] x);
  }
}
