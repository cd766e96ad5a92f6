package quotient.tensor.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A fixed set of threads for data-parallel loops.
///
/// {@link #parallelFor} cuts `n` items into chunks of `grain`, runs them on all threads (the
/// caller's included) and returns when all are done. The chunks depend on `n` and `grain` alone, so
/// a task that writes disjoint outputs per item gives the same bits on any number of threads. A
/// task that calls its pool again runs inline, on the lane it already has. Idle threads spin for
/// some tens of microseconds, then park. One caller at a time.
public final class WorkerPool implements AutoCloseable {
  private static final int SPINS = 20_000;
  private static final int MAX_THREADS = 1024;
  private static final RangeTask NOTHING = (from, to, lane) -> {};

  private final Worker[] workers;
  private final AtomicInteger nextChunk = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile int epoch;
  private volatile boolean closed;
  private int items;
  private int chunk;
  private RangeTask task = NOTHING;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Throwable failure = new IllegalStateException("no task has failed");
  private volatile Thread caller = Thread.currentThread();
  private volatile boolean busy;

  private WorkerPool(int threads) {
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /// A pool of that many threads, the caller's included; 1 makes no thread at all.
  ///
  /// @throws IllegalArgumentException if threads is not in 1..1024
  public static WorkerPool of(int threads) {
    if (threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads: expected 1 to " + MAX_THREADS + ", found " + threads);
    }
    return new WorkerPool(threads);
  }

  /// Number of threads, the caller's included.
  public int threads() {
    return workers.length + 1;
  }

  /// Runs the task over `[0, n)` in chunks of `grain` and waits for all of them.
  ///
  /// The first exception or error of a task is rethrown here, after all threads have stopped.
  public void parallelFor(int n, int grain, RangeTask task) {
    if (closed) {
      throw new IllegalStateException("worker pool: closed; make another with WorkerPool.of");
    }
    int size = Math.max(1, grain);
    if (workers.length == 0 || n <= size) {
      runInline(n, size, task, laneOfThisThread());
    } else if (busy) {
      runInline(n, size, task, laneOfThisThread());
    } else {
      dispatch(n, size, task);
    }
  }

  private int laneOfThisThread() {
    return Thread.currentThread() instanceof Worker worker && worker.pool() == this
        ? worker.lane
        : 0;
  }

  private static void runInline(int n, int grain, RangeTask task, int lane) {
    for (int from = 0; from < n; from += grain) {
      task.run(from, Math.min(n, from + grain), lane);
    }
  }

  private void dispatch(int n, int grain, RangeTask work) {
    busy = true;
    caller = Thread.currentThread();
    items = n;
    chunk = grain;
    task = work;
    failures.set(0);
    nextChunk.set(0);
    running.set(workers.length);
    epoch++;
    for (Worker worker : workers) {
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
    runChunks(0);
    awaitWorkers();
    task = NOTHING;
    busy = false;
    if (failures.get() > 0) {
      rethrow(failure);
    }
  }

  private void awaitWorkers() {
    int spins = 0;
    while (running.get() > 0) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(50_000);
      }
    }
  }

  private void runChunks(int lane) {
    int chunks = (int) (((long) items + chunk - 1) / chunk);
    try {
      for (int c = nextChunk.getAndIncrement(); c < chunks; c = nextChunk.getAndIncrement()) {
        int from = c * chunk;
        task.run(from, Math.min(items, from + chunk), lane);
      }
    } catch (RuntimeException | Error e) {
      nextChunk.set(chunks);
      if (failures.getAndIncrement() == 0) {
        failure = e;
      }
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    throw new IllegalStateException(failure);
  }

  /// Ends the threads and waits for them. Closing twice does nothing.
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
    boolean interrupted = false;
    for (Worker worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker extends Thread {
    private final int lane;
    private volatile boolean parked;

    Worker(int lane) {
      super("quotient-worker-" + lane);
      this.lane = lane;
      setDaemon(true);
    }

    private WorkerPool pool() {
      return WorkerPool.this;
    }

    @Override
    public void run() {
      int seen = 0;
      while (true) {
        seen = awaitEpoch(seen);
        if (closed) {
          return;
        }
        runChunks(lane);
        if (running.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    private int awaitEpoch(int seen) {
      int spins = 0;
      while (epoch == seen && !closed) {
        if (++spins < SPINS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (epoch == seen && !closed) {
            LockSupport.park(WorkerPool.this);
          }
          parked = false;
        }
      }
      return epoch;
    }
  }
}
