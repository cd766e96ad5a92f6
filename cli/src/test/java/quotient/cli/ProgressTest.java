package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong now = new AtomicLong();

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void linesComeEveryThirtySeconds() {
    try (Progress progress = new Progress(err, Progress.Mode.LINES, "train", now::get)) {
      for (int second = 0; second <= 65; second++) {
        now.set(second * SECOND);
        progress.update(second, 100, "loss 0.5");
      }
    }
    assertEquals(
        "train 30/100 30.0 s, 1 min 10 s left  loss 0.5\n"
            + "train 60/100 1 min 00 s, 40.0 s left  loss 0.5\n",
        written());
  }

  @Test
  void barIsErasedAtTheEnd() {
    try (Progress progress = new Progress(err, Progress.Mode.BAR, "sample", now::get)) {
      now.set(SECOND);
      progress.update(1, 2, "");
    }
    assertTrue(written().contains("[############............] 1/2"), written());
    assertTrue(written().endsWith("\r" + " ".repeat(79) + "\r"), written());
  }

  @Test
  void noneWritesNothing() {
    try (Progress progress = new Progress(err, Progress.Mode.NONE, "x", now::get)) {
      now.set(100 * SECOND);
      progress.update(1, 2, "");
    }
    assertEquals("", written());
  }
}
