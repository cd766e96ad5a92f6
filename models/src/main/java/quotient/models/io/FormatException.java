package quotient.models.io;

import java.io.IOException;

/// A file does not hold what its format promises; the message says what, where and the way out.
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param message for instance `mol_017.sdf line 42: expected 3 coordinates, found "1.02 abc"`
  public FormatException(String message) {
    super(message);
  }

  /// @param message as above
  /// @param cause what was found underneath
  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
