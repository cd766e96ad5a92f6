package quotient.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import quotient.tensor.kernel.MultiplyAddPeak;
import quotient.tensor.parallel.WorkerPool;

/// The multiply-add peak of so many threads, measured on the spot.
final class Peak {
  private static final int STEPS = 1 << 16;
  private static final int CHUNKS = 4;

  private Peak() {}

  /// Operations per second, the best of many samples: nothing but a disturbance makes one worse.
  static double operationsPerSecond(WorkerPool pool, Rounds.Effort effort) throws IOException {
    float[] sink = new float[pool.threads() * 64];
    int chunks = CHUNKS * pool.threads();
    Contender loop =
        repetitions -> {
          long started = System.nanoTime();
          for (int i = 0; i < repetitions; i++) {
            pool.parallelFor(
                chunks, 1, (from, to, lane) -> sink[64 * lane] += MultiplyAddPeak.run(STEPS));
          }
          return (System.nanoTime() - started) * 1e-9;
        };
    List<Contender> sides = new ArrayList<>();
    sides.add(loop);
    double seconds = Rounds.measure(sides, effort, Rest.NONE).getFirst().least();
    return chunks * (double) MultiplyAddPeak.operations(STEPS) / seconds;
  }
}
