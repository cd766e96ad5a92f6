package quotient.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Shows how far a long job is: a bar that is erased at the end, or a line now and then.
///
/// *Confined* to the thread that works; drawing is throttled, so it may be called as often as liked.
final class Progress implements AutoCloseable {

  /// How progress is shown.
  enum Mode {
    /// A bar if a person is looking, else lines.
    AUTO,
    /// One line that is drawn over again.
    BAR,
    /// A line every thirty seconds.
    LINES,
    /// Nothing.
    NONE
  }

  private static final int BAR_WIDTH = 24;
  private static final int LINE_WIDTH = 79;
  private static final long BAR_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final PrintStream err;
  private final Mode mode;
  private final String what;
  private final LongSupplier clock;
  private final long started;
  private long drawn;
  private boolean dirty;

  Progress(PrintStream err, Mode mode, String what, LongSupplier clock) {
    this.err = err;
    this.mode = mode;
    this.what = what;
    this.clock = clock;
    this.started = clock.getAsLong();
    this.drawn = started;
  }

  /// Shows that `done` of `total` are done, if it is time to show anything.
  ///
  /// @param note a few words on the state, for instance `loss 0.42`; may be empty
  void update(long done, long total, String note) {
    if (mode == Mode.NONE) {
      return;
    }
    long now = clock.getAsLong();
    if (now - drawn < (mode == Mode.BAR ? BAR_NANOS : LINE_NANOS)) {
      return;
    }
    drawn = now;
    String text = text(done, total, note, (now - started) * 1e-9);
    if (mode == Mode.BAR) {
      err.print('\r' + padded(text));
      err.flush();
      dirty = true;
    } else {
      err.println(text);
    }
  }

  private String text(long done, long total, String note, double seconds) {
    StringBuilder text = new StringBuilder(what);
    if (mode == Mode.BAR && total > 0) {
      int filled = Math.clamp(done * BAR_WIDTH / total, 0, BAR_WIDTH);
      text.append(" [").repeat("#", filled).repeat(".", BAR_WIDTH - filled).append(']');
    }
    text.append(' ').append(done);
    if (total > 0) {
      text.append('/').append(total);
    }
    text.append(' ').append(duration(seconds));
    if (total > done && done > 0) {
      text.append(", ").append(duration(seconds * (total - done) / done)).append(" left");
    }
    if (!note.isEmpty()) {
      text.append("  ").append(note);
    }
    return text.toString();
  }

  private static String padded(String text) {
    String cut = text.length() > LINE_WIDTH ? text.substring(0, LINE_WIDTH) : text;
    return cut + " ".repeat(LINE_WIDTH - cut.length());
  }

  /// `4.2 s`, `3 min 10 s`, `2 h 05 min`.
  static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
  }

  /// Erases the bar so that other text can be written; the next update draws it again.
  void clear() {
    if (dirty) {
      err.print('\r' + " ".repeat(LINE_WIDTH) + '\r');
      err.flush();
      dirty = false;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
