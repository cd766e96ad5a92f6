package quotient.bench;

import java.util.List;
import quotient.geometry.shape.ShapeBatch;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// Geometry of a ragged batch of clouds; `clouds-memory` is the yardstick: it reads and writes as much
/// as a projection and does nothing else. The size is clouds, mean points of each.
final class CloudWork implements Workload {
  private final Runnable run;
  private final float[] out;

  CloudWork(Case what, WorkerPool pool) {
    int clouds = what.size(0);
    int[] start = starts(clouds, what.size(1));
    int n = start[clouds];
    float[] x = Inputs.uniform("x", n);
    float[] v = Inputs.uniform("v", n);
    out = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] *= 4;
    }
    centre(x, start);
    ShapeBatch batch = ShapeBatch.on(pool);
    Tensors tensors = new Tensors(pool);
    FloatTensor left = FloatTensor.of(x, n);
    FloatTensor right = FloatTensor.of(v, n);
    FloatTensor sum = FloatTensor.of(out, n);
    run =
        switch (what.operation()) {
          case "clouds-memory" -> () -> tensors.add(left, right, sum);
          case "clouds-project" -> () -> batch.project(start, x, v, out);
          case "clouds-volume" -> () -> batch.logOrbitVolumeGradient(start, x, out);
          case "clouds-align" -> () -> batch.align(start, x, v, out);
          default -> throw new IllegalArgumentException("bench: no clouds in " + what.id());
        };
  }

  /// Offsets of clouds of half to one and a half times as many points as the mean.
  private static int[] starts(int clouds, int mean) {
    int[] start = new int[clouds + 1];
    for (int b = 0; b < clouds; b++) {
      int points = mean + (b % 2 == 0 ? 1 : -1) * (b / 2 % (mean / 2));
      start[b + 1] = start[b] + 3 * points;
    }
    return start;
  }

  /// Numbers in a batch of that size.
  static int numbers(int clouds, int mean) {
    return starts(clouds, mean)[clouds];
  }

  private static void centre(float[] x, int[] start) {
    for (int b = 0; b + 1 < start.length; b++) {
      for (int axis = 0; axis < 3; axis++) {
        double sum = 0;
        for (int i = start[b] + axis; i < start[b + 1]; i += 3) {
          sum += x[i];
        }
        for (int i = start[b] + axis; i < start[b + 1]; i += 3) {
          x[i] -= (float) (3 * sum / (start[b + 1] - start[b]));
        }
      }
    }
  }

  @Override
  public void run() {
    run.run();
  }

  @Override
  public List<float[]> result() {
    run();
    return List.of(out.clone());
  }
}
