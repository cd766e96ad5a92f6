package quotient.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// What comes before each sample, so that no other side's threads are still at work.
///
/// Threads of native libraries wait busily for more work when theirs is done: those of libtorch "as
/// installed" for 110 to 150 ms, in which the next side had one core of two.
@FunctionalInterface
interface Rest {
  /// No rest: with one thread nothing waits busily.
  Rest NONE = () -> false;

  /// Milliseconds of a look at the processor time of others; it is told in hundredths of a second.
  int LOOK = 50;

  /// Of those, nanoseconds of work that are no work.
  long IDLE = 15_000_000;

  /// Looks after which it is not waited any longer.
  int PATIENCE = 40;

  /// Waits; returns whether it did, so that the side's own threads are asleep, too.
  boolean await() throws IOException;

  /// Until none of these processes computes.
  static Rest of(List<PeerProcess> others) {
    return until(
        () -> others.stream().map(PeerProcess::processorTime).mapToLong(Duration::toNanos).sum());
  }

  /// Until that processor time, in nanoseconds, stands still.
  static Rest until(LongSupplier spent) {
    return () -> {
      long before = spent.getAsLong();
      for (int look = 0; look < PATIENCE; look++) {
        sleep();
        long now = spent.getAsLong();
        if (now - before <= IDLE) {
          break;
        }
        before = now;
      }
      return true;
    };
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("bench: interrupted");
    }
  }
}
