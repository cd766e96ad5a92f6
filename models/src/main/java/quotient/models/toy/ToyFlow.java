package quotient.models.toy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.prior.Covariance;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.Sampler;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.VelocityField;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Configurations carried from the prior to the data, and some of their paths.
///
/// @param name in legends
/// @param times of the recorded states, `[S]`
/// @param states of the first configurations, `[S]` times `[K * coordinates]`
/// @param ends of all configurations
public record ToyFlow(String name, double[] times, double[][] states, double[] ends) {
  private static final int BLOCK = 256;

  /// Makes the field of a batch; fields may hold scratch.
  @FunctionalInterface
  public interface FieldMaker {
    /// The field to sample that batch with.
    VelocityField make(SamplingBatch batch);
  }

  /// Equal configurations under the standard normal prior.
  public static SamplingBatch batch(
      ToySpace space, QuotientSpace sampled, Coupling coupling, int count) {
    int[] start = new int[count + 1];
    Arrays.setAll(start, b -> b * space.coordinates());
    Covariance[] priors = new Covariance[count];
    Arrays.fill(priors, new Covariance.Isotropic(1));
    return new SamplingBatch(sampled, Interpolant.linear(), coupling, priors, start);
  }

  /// Starting configurations first..last; each depends on its own key alone.
  static double[] starts(ToySpace space, RandomKey key, int first, int last) {
    int n = space.coordinates();
    double[] x = new double[(last - first) * n];
    for (int b = 0; b < last - first; b++) {
      Normal.fill(key.child(first + b).child("prior"), x, b * n, (b + 1) * n);
      space.quotient().projectPoint(x, b * n, (b + 1) * n);
    }
    return x;
  }

  /// Runs a sampler.
  ///
  /// @param sampled the space to sample on: the toy's, or its total space
  /// @param paths how many configurations to record, at most 256
  /// @param count how many there are
  public static ToyFlow run(
      String name,
      ToySpace space,
      QuotientSpace sampled,
      Coupling coupling,
      FieldMaker maker,
      Sampler sampler,
      int paths,
      int count,
      RandomKey key) {
    int n = space.coordinates();
    double[] ends = new double[count * n];
    List<double[]> states = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    int recorded = Math.min(Math.min(paths, count), BLOCK) * n;
    for (int first = 0; first < count; first += BLOCK) {
      int last = Math.min(count, first + BLOCK);
      SamplingBatch batch = batch(space, sampled, coupling, last - first);
      RandomKey[] keys = new RandomKey[last - first];
      for (int b = 0; b < keys.length; b++) {
        keys[b] = key.child(first + b);
      }
      double[] x = starts(space, key, first, last);
      boolean record = first == 0;
      sampler.run(
          batch,
          maker.make(batch),
          new NoiseSource.Keyed(keys, sampler.noiseSteps()),
          x,
          (step, time, state) -> {
            if (record) {
              times.add(time[0]);
              states.add(Arrays.copyOf(state, recorded));
            }
          });
      System.arraycopy(x, 0, ends, first * n, x.length);
    }
    return new ToyFlow(
        name,
        times.stream().mapToDouble(Double::doubleValue).toArray(),
        states.toArray(new double[0][]),
        ends);
  }

  /// The size |x| of each end.
  public static double[] sizes(double[] x, int coordinates) {
    double[] out = new double[x.length / coordinates];
    for (int b = 0; b < out.length; b++) {
      double sum = 0;
      for (int i = b * coordinates; i < (b + 1) * coordinates; i++) {
        sum += x[i] * x[i];
      }
      out[b] = Math.sqrt(sum);
    }
    return out;
  }
}
