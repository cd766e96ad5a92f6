package quotient.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns SIGINT and SIGTERM into an interruption of the working thread, waits until it has closed
/// its files, and ends the process with {@link ExitCode#INTERRUPTED}.
final class Interruption {
  private static final long PATIENCE_SECONDS = 60;

  private final Thread worker;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean ending;

  private Interruption(Thread worker) {
    this.worker = worker;
  }

  /// Watches over the calling thread from now on.
  static Interruption install() {
    Interruption interruption = new Interruption(Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::onShutdown, "quotient-signal"));
    return interruption;
  }

  /// To be called last by the watched thread; returns at once.
  void done() {
    ending = true;
    finished.countDown();
  }

  private void onShutdown() {
    if (ending) {
      return;
    }
    worker.interrupt();
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("quotient: gave up waiting for the current step to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
  }
}
