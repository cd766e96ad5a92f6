package quotient.models.sample;

import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// The standard normal numbers of a sampler, as an argument: tests pass sigma points or recorded
/// numbers, everything else passes {@link Keyed}.
@FunctionalInterface
public interface NoiseSource {

  /// Writes independent standard normal numbers for one cloud's step.
  void fill(int step, int cloud, double[] out, int from, int to);

  /// Numbers that depend on the cloud's key and the step alone. *Immutable.*
  final class Keyed implements NoiseSource {
    private final RandomKey[][] keys;

    /// @param clouds one key per cloud
    /// @param steps the largest number of steps
    public Keyed(RandomKey[] clouds, int steps) {
      keys = new RandomKey[clouds.length][steps];
      for (int b = 0; b < clouds.length; b++) {
        RandomKey noise = clouds[b].child("noise");
        for (int k = 0; k < steps; k++) {
          keys[b][k] = noise.child(k);
        }
      }
    }

    @Override
    public void fill(int step, int cloud, double[] out, int from, int to) {
      Normal.fill(keys[cloud][step], out, from, to);
    }
  }
}
