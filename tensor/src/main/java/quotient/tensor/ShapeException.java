package quotient.tensor;

/// A caller passed tensors whose shapes do not fit the operation.
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param message operation, expectation and finding, with the real dimensions
  public ShapeException(String message) {
    super(message);
  }
}
