package quotient.cli;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import java.util.zip.ZipException;
import picocli.CommandLine.ExecutionException;
import quotient.models.io.FormatException;
import quotient.models.train.HeapTooSmallException;
import quotient.models.train.TrainingDivergedException;

/// What an exception means to the user: an exit code and one line that says what, where, and the
/// way out. The only place where exceptions become exit codes.
///
/// @param code the exit code of the process
/// @param line one line without the program's name
record Failure(ExitCode code, String line) {

  static Failure of(Throwable thrown) {
    Throwable cause = unwrap(thrown);
    Failure failure =
        switch (cause) {
          case UsageException e -> usage(String.valueOf(e.getMessage()));
          case InvalidPathException e -> usage("not a file name: " + e.getMessage());
          case FileAlreadyExistsException e ->
              usage(e.getFile() + ": exists already; use --overwrite, or give another name");
          case FormatException e -> input(String.valueOf(e.getMessage()));
          case TrainingDivergedException e ->
              new Failure(ExitCode.DIVERGED, String.valueOf(e.getMessage()));
          case NoSuchFileException e -> input(e.getFile() + ": no such file");
          case AccessDeniedException e -> input(e.getFile() + ": permission denied");
          case ZipException e -> input("damaged compressed file: " + e.getMessage());
          case ClosedByInterruptException _ -> interrupted();
          case InterruptedIOException _ -> interrupted();
          case CancellationException _ -> interrupted();
          case InterruptedException _ -> interrupted();
          case FileSystemException e -> input(e.getFile() + ": " + reason(e));
          case HeapTooSmallException e ->
              new Failure(ExitCode.INTERNAL, String.valueOf(e.getMessage()));
          case OutOfMemoryError _ ->
              new Failure(
                  ExitCode.INTERNAL,
                  "out of memory at "
                      + (Runtime.getRuntime().maxMemory() >> 20)
                      + " MiB; lower"
                      + " --batch, or give Java more: JDK_JAVA_OPTIONS=-Xmx8g");
          default -> internal(cause);
        };
    return new Failure(failure.code, oneLine(failure.line));
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException
            || cause instanceof UncheckedIOException
            || cause instanceof ExceptionInInitializerError)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static Failure usage(String line) {
    return new Failure(ExitCode.USAGE, line);
  }

  private static Failure input(String line) {
    return new Failure(ExitCode.INPUT, line);
  }

  private static Failure interrupted() {
    return new Failure(ExitCode.INTERRUPTED, "interrupted; open files were closed");
  }

  private static Failure internal(Throwable cause) {
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    String expected =
        cause instanceof IllegalStateException ? "" : cause.getClass().getSimpleName();
    return new Failure(
        ExitCode.INTERNAL,
        "internal error: " + expected + message + "; --verbose shows where it came from");
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? "cannot be read or written" : e.getReason();
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
