package quotient.cli;

/// The command line asks for something that makes no sense; the message says the way out.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  /// Runs a settings record's own checks, whose complaints are the user's to mend.
  static <T> T checked(java.util.function.Supplier<T> settings) {
    try {
      return settings.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
