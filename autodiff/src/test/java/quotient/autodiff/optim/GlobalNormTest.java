package quotient.autodiff.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class GlobalNormTest {
  @Test
  void theNormHasTheSameBitsOnAnyNumberOfThreads() {
    for (int n : new int[] {1, 17, 65_536, 65_537, 200_003}) {
      float[] g = new float[n];
      double squares = 0;
      for (int i = 0; i < n; i++) {
        g[i] = (float) Normal.at(RandomKey.of(n), i);
        squares += (double) g[i] * g[i];
      }
      try (WorkerPool one = WorkerPool.of(1);
          WorkerPool three = WorkerPool.of(3)) {
        double norm = GlobalNorm.of(g, one);
        assertEquals(Math.sqrt(squares), norm, 1e-6 * norm, "n = " + n);
        assertEquals(norm, GlobalNorm.of(g, three));
      }
    }
  }
}
