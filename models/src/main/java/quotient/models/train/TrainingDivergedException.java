package quotient.models.train;

/// The loss or a gradient is not a finite number; the message names the step and what is intact.
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message for instance `step 1284: loss is NaN; the checkpoint of step 1200 is intact`
  public TrainingDivergedException(String message) {
    super(message);
  }
}
