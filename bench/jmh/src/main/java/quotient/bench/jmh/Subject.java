package quotient.bench.jmh;

import quotient.bench.Case;
import quotient.bench.Catalogue;
import quotient.bench.OurWorks;
import quotient.bench.Workload;
import quotient.tensor.parallel.WorkerPool;

/// A case on so many threads, with its work counted.
final class Subject implements AutoCloseable {
  private final WorkerPool pool;
  private final Case what;
  private final Workload workload;

  Subject(String id, int threads) {
    what = Catalogue.of(id);
    pool = WorkerPool.of(threads);
    workload = OurWorks.prepare(what, pool);
    for (float[] part : workload.result()) {
      for (float value : part) {
        if (!Float.isFinite(value)) {
          throw new IllegalStateException(id + ": the result is not finite");
        }
      }
    }
  }

  /// One repetition.
  void run(WorkCounter counter) {
    workload.run();
    counter.work +=
        (long) Math.max(what.work(), Math.max(what.operations(), workload.operations()));
  }

  @Override
  public void close() {
    workload.close();
    pool.close();
  }
}
