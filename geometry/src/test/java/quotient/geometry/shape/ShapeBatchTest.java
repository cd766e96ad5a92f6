package quotient.geometry.shape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// The batch does to each cloud what the single-cloud methods do, on any number of threads.
final class ShapeBatchTest {
  private static final int CLOUDS = 1500;

  /// Sizes 0 to 40 and now and then 700; every seventh cloud is collinear, every eleventh coincident.
  private static int[] starts() {
    int[] start = new int[CLOUDS + 1];
    for (int c = 0; c < CLOUDS; c++) {
      int points = c % 211 == 5 ? 700 : (c * 37) % 41;
      start[c + 1] = start[c] + 3 * points;
    }
    return start;
  }

  private static float[] clouds(int[] start, String name) {
    float[] x = new float[start[CLOUDS]];
    Normal.fill(RandomKey.of(2).child(name), x, 0, x.length);
    for (int c = 0; c < CLOUDS; c++) {
      for (int i = start[c]; i < start[c + 1]; i += 3) {
        if (c % 7 == 3) {
          x[i + 1] = 0.5f * x[i];
          x[i + 2] = -2 * x[i];
        }
        if (c % 11 == 4) {
          x[i] = 1;
          x[i + 1] = 2;
          x[i + 2] = 3;
        }
      }
      if (c % 2 == 0) {
        HorizontalProjection.centre(x, start[c], start[c + 1]);
      }
    }
    return x;
  }

  private static void assertClose(int[] start, float[] expected, float[] actual, String what) {
    for (int c = 0; c < CLOUDS; c++) {
      float scale = 1;
      for (int i = start[c]; i < start[c + 1]; i++) {
        scale = Math.max(scale, Math.abs(expected[i]));
      }
      for (int i = start[c]; i < start[c + 1]; i++) {
        // Six float roundings, of coefficients, products and sums.
        assertEquals(expected[i], actual[i], 3e-6f * scale, what + ", cloud " + c);
      }
    }
  }

  @Test
  void everyCloudGetsItsOwnResult() {
    int[] start = starts();
    float[] x = clouds(start, "x");
    float[] v = clouds(start, "v");
    float[] expected = new float[x.length];
    float[] actual = new float[x.length];
    try (WorkerPool pool = WorkerPool.of(1)) {
      ShapeBatch batch = ShapeBatch.on(pool);
      batch.project(start, x, v, actual);
      for (int c = 0; c < CLOUDS; c++) {
        HorizontalProjection.project(x, v, expected, start[c], start[c + 1]);
      }
      assertClose(start, expected, actual, "projection");
      batch.logOrbitVolumeGradient(start, x, actual);
      for (int c = 0; c < CLOUDS; c++) {
        OrbitVolume.logGradient(x, expected, start[c], start[c + 1]);
      }
      assertClose(start, expected, actual, "gradient");
      batch.align(start, x, v, actual);
      for (int c = 0; c < CLOUDS; c++) {
        Kabsch.align(x, v, expected, start[c], start[c + 1]);
      }
      assertClose(start, expected, actual, "alignment");
    }
  }

  @Test
  void resultsDoNotDependOnThreadsNorOnCompany() {
    int[] start = starts();
    float[] x = clouds(start, "x");
    float[] v = clouds(start, "v");
    float[][] one = results(1, start, x, v);
    for (int threads : new int[] {2, 3}) {
      float[][] many = results(threads, start, x, v);
      for (int k = 0; k < 3; k++) {
        assertArrayEquals(one[k], many[k], 0, threads + " threads, operation " + k);
      }
    }
    for (int c = 0; c < CLOUDS; c += 97) {
      int[] alone = {0, start[c + 1] - start[c]};
      float[][] result =
          results(
              1,
              alone,
              Arrays.copyOfRange(x, start[c], start[c + 1]),
              Arrays.copyOfRange(v, start[c], start[c + 1]));
      for (int k = 0; k < 3; k++) {
        assertArrayEquals(
            Arrays.copyOfRange(one[k], start[c], start[c + 1]), result[k], 0, "cloud " + c);
      }
    }
  }

  private static float[][] results(int threads, int[] start, float[] x, float[] v) {
    float[][] out = new float[3][x.length];
    try (WorkerPool pool = WorkerPool.of(threads)) {
      ShapeBatch batch = ShapeBatch.on(pool);
      batch.project(start, x, v, out[0]);
      batch.logOrbitVolumeGradient(start, x, out[1]);
      batch.align(start, x, v, out[2]);
    }
    return out;
  }

  @Test
  void destinationsMayBeTheArgumentsThatAreSaidToBe() {
    int[] start = starts();
    float[] x = clouds(start, "x");
    float[] v = clouds(start, "v");
    float[][] expected = results(1, start, x, v);
    try (WorkerPool pool = WorkerPool.of(2)) {
      ShapeBatch batch = ShapeBatch.on(pool);
      float[] inPlace = v.clone();
      batch.project(start, x, inPlace, inPlace);
      assertArrayEquals(expected[0], inPlace, 0);
      inPlace = x.clone();
      batch.align(start, inPlace, v, inPlace);
      assertArrayEquals(expected[2], inPlace, 0);
      inPlace = v.clone();
      batch.align(start, x, inPlace, inPlace);
      assertArrayEquals(expected[2], inPlace, 0);
    }
  }

  @Test
  void nothingIsAllocatedAfterTheFirstCalls() {
    int[] start = starts();
    float[] x = clouds(start, "x");
    float[] v = clouds(start, "v");
    float[] out = new float[x.length];
    double[] xs = new double[60];
    double[] vs = new double[60];
    double[] outs = new double[60];
    Normal.fill(RandomKey.of(1), xs, 0, 60);
    Normal.fill(RandomKey.of(2), vs, 0, 60);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (WorkerPool pool = WorkerPool.of(1)) {
      ShapeBatch batch = ShapeBatch.on(pool);
      // The smallest of several tries: on a busy machine the compiler takes its time.
      long least = Long.MAX_VALUE;
      for (int attempt = 0; attempt < 40 && least > 0; attempt++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int step = 0; step < 100; step++) {
          batch.project(start, x, v, out);
          batch.logOrbitVolumeGradient(start, x, out);
          batch.align(start, x, v, out);
          HorizontalProjection.project(xs, vs, outs, 0, 60);
          OrbitVolume.logGradient(xs, outs, 0, 60);
          Kabsch.align(xs, vs, outs, 0, 60);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least, "bytes in 100 steps");
    }
  }

  @Test
  void wrongOffsetsAreRefused() {
    try (WorkerPool pool = WorkerPool.of(1)) {
      ShapeBatch batch = ShapeBatch.on(pool);
      float[] x = new float[6];
      assertThrows(
          IllegalArgumentException.class, () -> batch.project(new int[0], x, x, new float[6]));
      assertThrows(
          IllegalArgumentException.class,
          () -> batch.project(new int[] {0, 4}, x, x, new float[6]));
      assertThrows(
          IllegalArgumentException.class, () -> batch.align(new int[] {0, 9}, x, x, new float[9]));
      assertThrows(
          IllegalArgumentException.class,
          () -> batch.logOrbitVolumeGradient(new int[] {3, 0}, x, new float[6]));
      batch.project(new int[] {0}, x, x, x);
    }
  }
}
