package quotient.models.train;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import quotient.autodiff.Tape;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// One tape per thread of a pool, for work that runs slice by slice.
///
/// *Confined* to the thread that made it; the pool stays the caller's to close.
public final class Lanes {
  private final WorkerPool pool;
  private final Tape[] tapes;

  /// A tape for each thread of the pool; operations of a slice run on that slice's thread alone.
  public Lanes(WorkerPool pool) {
    this.pool = pool;
    this.tapes = new Tape[pool.threads()];
    for (int lane = 0; lane < tapes.length; lane++) {
      tapes[lane] = new Tape(Tensors.singleThreaded());
    }
  }

  public int count() {
    return tapes.length;
  }

  /// The threads, for work between calls of {@link #forEach}.
  WorkerPool pool() {
    return pool;
  }

  /// Runs the task once for each index in [0, n), in any order, with the running thread's tape.
  public void forEach(int n, Task task) {
    pool.parallelFor(
        n,
        1,
        (from, to, lane) -> {
          for (int i = from; i < to; i++) {
            task.run(i, tapes[lane], lane);
          }
        });
  }

  /// Runs the task once on each of these tapes, index and lane being the tape's, on whatever thread.
  void forEachTape(int first, int end, Task task) {
    pool.parallelFor(
        end - first,
        1,
        (from, to, lane) -> {
          for (int i = first + from; i < first + to; i++) {
            task.run(i, tapes[i], i);
          }
        });
  }

  /// The largest number of bytes that values and gradients of one pass took, over all lanes.
  public long peakBytes() {
    long peak = 0;
    for (Tape tape : tapes) {
      peak += tape.peakBytes();
    }
    return peak;
  }

  /// Counts {@link #peakBytes} anew from here.
  void restartPeaks() {
    for (Tape tape : tapes) {
      tape.restartPeak();
    }
  }

  /// Bytes that the tapes keep for values and gradients of passes.
  public long heldBytes() {
    long held = 0;
    for (Tape tape : tapes) {
      held += tape.memory().heldBytes();
    }
    return held;
  }

  /// Work on one index.
  @FunctionalInterface
  public interface Task {
    /// @param lane the running thread, for scratch that is the lane's own
    void run(int index, Tape tape, int lane);
  }

  /// Lets contributions in one after another, in the order of their index.
  ///
  /// Indices must be taken up in ascending order (as {@link #forEach} does), so the holder of the
  /// lowest open index never waits.
  static final class Turnstile {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turn = lock.newCondition();
    private int next;
    private boolean broken;

    void reset() {
      next = 0;
      broken = false;
    }

    /// Waits for the turn of this index, runs the action, and lets the next one in.
    void pass(int index, Runnable action) {
      lock.lock();
      try {
        while (next != index && !broken) {
          turn.awaitUninterruptibly();
        }
        if (!broken) {
          action.run();
        }
        next++;
        turn.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /// Lets everybody through without effect after a failure.
    void abandon() {
      lock.lock();
      try {
        broken = true;
        turn.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
