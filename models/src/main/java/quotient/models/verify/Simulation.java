package quotient.models.verify;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.prior.Covariance;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.Sampler;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.VelocityField;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Many equal clouds carried from the prior to the data by several samplers, on the same starts and
/// the same noise: differences between samplers then stand out of less chance.
///
/// Blocks of clouds run in parallel; a cloud's numbers depend on its index and the key alone.
///
/// @param pool the threads
/// @param clouds how many
/// @param coordinates of one cloud
/// @param steps that may draw noise
/// @param key of starts and noise
record Simulation(WorkerPool pool, int clouds, int coordinates, int steps, RandomKey key) {
  private static final int BLOCK = 64;

  /// One sampler with its field.
  ///
  /// @param space to sample on
  /// @param prior the covariance of the starts
  /// @param sampler the sampler
  /// @param field makes a field of its own for every block, as fields may hold scratch
  record Variant(
      QuotientSpace space, Covariance prior, Sampler sampler, Supplier<VelocityField> field) {}

  /// Writes the starting clouds of a block.
  interface Start {
    /// Writes one cloud.
    void draw(RandomKey key, double[] x, int from);
  }

  /// The final clouds of every variant, `[clouds * coordinates]` each.
  double[][] run(List<Variant> variants, Start start) {
    double[][] ends = new double[variants.size()][clouds * coordinates];
    pool.parallelFor(clouds, BLOCK, (from, to, lane) -> runBlock(variants, start, from, to, ends));
    return ends;
  }

  private void runBlock(List<Variant> variants, Start start, int first, int last, double[][] ends) {
    int count = last - first;
    double[] begin = new double[count * coordinates];
    double[] noise = new double[steps * begin.length];
    for (int b = 0; b < count; b++) {
      RandomKey cloud = key.child(first + b);
      start.draw(cloud.child("prior"), begin, b * coordinates);
      for (int k = 0; k < steps; k++) {
        int at = (k * count + b) * coordinates;
        Normal.fill(cloud.child("noise").child(k), noise, at, at + coordinates);
      }
    }
    NoiseSource recorded =
        (step, cloud, out, from, to) ->
            System.arraycopy(noise, step * begin.length + from, out, from, to - from);
    int[] offsets = new int[count + 1];
    for (int b = 0; b <= count; b++) {
      offsets[b] = b * coordinates;
    }
    for (int v = 0; v < variants.size(); v++) {
      Variant variant = variants.get(v);
      Covariance[] priors = new Covariance[count];
      Arrays.fill(priors, variant.prior());
      SamplingBatch batch =
          new SamplingBatch(
              variant.space(), Interpolant.linear(), new Coupling.Independent(), priors, offsets);
      double[] x = begin.clone();
      variant.sampler().run(batch, variant.field().get(), recorded, x);
      System.arraycopy(x, 0, ends[v], first * coordinates, x.length);
    }
  }

  /// Standard normal starts on the total space.
  static Start normal(QuotientSpace space, int coordinates) {
    return (key, x, from) -> {
      Normal.fill(key, x, from, from + coordinates);
      space.projectPoint(x, from, from + coordinates);
    };
  }

  /// The squared length of each cloud.
  static double[] squares(double[] x, int coordinates) {
    double[] out = new double[x.length / coordinates];
    for (int b = 0; b < out.length; b++) {
      for (int i = b * coordinates; i < (b + 1) * coordinates; i++) {
        out[b] += x[i] * x[i];
      }
    }
    return out;
  }
}
