package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import quotient.models.io.FormatException;
import quotient.models.train.HeapTooSmallException;
import quotient.models.train.TrainingDivergedException;

final class FailureTest {
  @Test
  void exceptionsHaveTheExitCodesOfTheContract() {
    assertEquals(ExitCode.USAGE, Failure.of(new UsageException("x")).code());
    assertEquals(ExitCode.USAGE, Failure.of(new FileAlreadyExistsException("x")).code());
    assertEquals(ExitCode.INPUT, Failure.of(new FormatException("x")).code());
    assertEquals(ExitCode.INPUT, Failure.of(new NoSuchFileException("x")).code());
    assertEquals(ExitCode.INPUT, Failure.of(new AccessDeniedException("x")).code());
    assertEquals(
        ExitCode.DIVERGED, Failure.of(new TrainingDivergedException("step 3: loss is NaN")).code());
    assertEquals(ExitCode.INTERRUPTED, Failure.of(new CancellationException()).code());
    assertEquals(ExitCode.INTERRUPTED, Failure.of(new ClosedByInterruptException()).code());
    assertEquals(ExitCode.INTERNAL, Failure.of(new IOException("disk full")).code());
    assertEquals(ExitCode.INTERNAL, Failure.of(new NullPointerException()).code());
    assertEquals(ExitCode.INTERNAL, Failure.of(new OutOfMemoryError()).code());
    HeapTooSmallException small = new HeapTooSmallException(3L << 30, 2L << 30, "--batch");
    assertEquals(
        new Failure(ExitCode.INTERNAL, String.valueOf(small.getMessage())), Failure.of(small));
  }

  @Test
  void wrappedExceptionsAreUnwrapped() {
    IOException inner = new FormatException("a.sdf line 3: broken");
    assertEquals(
        new Failure(ExitCode.INPUT, "a.sdf line 3: broken"),
        Failure.of(new UncheckedIOException(inner)));
    assertEquals(ExitCode.INPUT, Failure.of(new ExceptionInInitializerError(inner)).code());
  }

  @Test
  void messagesOfSeveralLinesBecomeOne() {
    assertEquals("a; b", Failure.of(new UsageException("a\n  b\n")).line());
  }
}
