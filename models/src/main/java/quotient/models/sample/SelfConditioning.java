package quotient.models.sample;

/// The clean clouds that the network predicted one step earlier, if any.
///
/// *Confined*; written by the sampler, read by the network.
public final class SelfConditioning {

  /// What a network is given of its own last prediction.
  public enum Mode {
    /// Nothing.
    OFF,
    /// Its horizontal part at the point it was made at: the vertical part is arbitrary.
    PROJECTED,
    /// All of it, un-centred, as in the reference implementation of Proteína.
    RAW
  }

  private final Mode mode;
  private final double[] clouds;
  private boolean present;

  SelfConditioning(Mode mode, int values) {
    this.mode = mode;
    this.clouds = new double[mode == Mode.OFF ? 0 : values];
  }

  /// Nothing, for callers that evaluate a field outside a sampler.
  public static SelfConditioning none() {
    return new SelfConditioning(Mode.OFF, 0);
  }

  /// How the prediction is treated.
  public Mode mode() {
    return mode;
  }

  /// Whether there was an earlier call.
  public boolean isPresent() {
    return present;
  }

  /// The clean clouds, ragged batch, Å; meaningful if {@link #isPresent()}.
  public double[] clouds() {
    return clouds;
  }

  void markPresent() {
    present = true;
  }
}
