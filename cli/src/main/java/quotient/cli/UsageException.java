package quotient.cli;

import java.io.IOException;
import quotient.models.train.RunDirectory;

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

  /// Claims a run directory; that somebody else trains there is the user's to mend.
  static RunDirectory.Claim claim(RunDirectory run) throws IOException {
    try {
      return run.claim();
    } catch (IllegalStateException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
