package quotient.models.verify;

import java.util.Arrays;
import quotient.models.sample.VelocityField;
import quotient.tensor.random.RandomKey;

/// A target made of a few shapes, each at a random place of its orbit, with Gaussian jitter, and the
/// denoisers that the training strategies would find on it.
///
///     x_1 = g X_k + tau z,   x_t = (1-t) x_0 + t x_1,   V = (1-t)^2 + t^2 tau^2
///     p_k(x) ~ w_k exp(-t^2 |X_k|^2 / 2V) c(x, X_k),   D = ((1-t)^2 m + t tau^2 x) / V
///
/// with m = sum_k p_k E[g | x, k] X_k for the exact denoiser. The orbit's integral c and mean are what
/// an implementation knows. *Confined*: holds scratch.
abstract sealed class OrbitTarget permits SpatialTarget, PlanarTarget {

  /// Which optimum the field has.
  enum Optimum {
    /// That of the conventional, quotient, soft and ensemble strategies.
    EXACT,
    /// That of the alignment of x_1 to x_t: the best motion in place of the mean one.
    GEODIFF,
    /// That of the alignment of x_1 to the network's output, turned onto x_t when sampling: a
    /// Procrustes mean.
    AF3
  }

  private static final double NEGLIGIBLE_EXPONENT = 40;
  private static final int PROCRUSTES_ROUNDS = 200;
  private static final double PROCRUSTES_TOLERANCE = 1e-12;

  final double[][] shapes;
  private final double[] weights;
  private final double tau;
  private final double[] squares;
  private final double[] logWeights;
  private final double[] posterior;
  private final double[] mean;
  private final double[] turned;
  private final double[] previous;
  private double logEvidence;

  OrbitTarget(double[][] shapes, double[] weights, double tau) {
    this.shapes = shapes;
    this.weights = weights;
    this.tau = tau;
    squares = new double[shapes.length];
    logWeights = new double[shapes.length];
    for (int k = 0; k < shapes.length; k++) {
      for (double value : shapes[k]) {
        squares[k] += value * value;
      }
      logWeights[k] = StrictMath.log(weights[k]);
    }
    posterior = new double[shapes.length];
    mean = new double[coordinates()];
    turned = new double[coordinates()];
    previous = new double[coordinates()];
  }

  /// `turned = E[g | x, k] X_k`; returns log c(x, X_k), for `exp(concentration <x, g X_k>)`.
  abstract double average(double[] x, int from, int shape, double concentration, double[] turned);

  /// `turned = g X_k` with the g that brings it closest to the cloud at `onto[from]`.
  abstract void align(int shape, double[] onto, int from, double[] turned);

  /// Moves a cloud to a random place of its orbit, in place, and adds jitter of that size.
  abstract void scatter(RandomKey key, double jitter, double[] x, int from);

  /// The largest `<x, g X_k>` over the group.
  abstract double overlap(double[] x, int from, int shape);

  final int coordinates() {
    return shapes[0].length;
  }

  /// Writes one sample of the target.
  final void sample(RandomKey key, double[] out, int from) {
    double u = key.uniform(0);
    int k = 0;
    while (k + 1 < weights.length && u >= weights[k]) {
      u -= weights[k];
      k++;
    }
    System.arraycopy(shapes[k], 0, out, from, coordinates());
    scatter(key.child("place"), tau, out, from);
  }

  /// The shape whose orbit is nearest.
  final int nearest(double[] x, int from) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < shapes.length; k++) {
      double distance = squares[k] - 2 * overlap(x, from, k);
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    return best;
  }

  /// The posterior probability of a shape after {@link #denoise}.
  final double posterior(int shape) {
    return posterior[shape];
  }

  /// `out = D` for one cloud; the optimum without jitter if it is not the exact one.
  final void denoise(Optimum optimum, double t, double[] x, double[] out, int from) {
    double rest = (1 - t) * (1 - t);
    double variance = rest + t * t * tau * tau;
    clean(optimum, t, variance, x, from);
    for (int i = 0; i < mean.length; i++) {
      out[from + i] = (rest * mean[i] + t * tau * tau * x[from + i]) / variance;
    }
  }

  /// `log p_t(x)` on a total space of that dimension, in closed form.
  final double logDensity(double t, double[] x, int from, int dimension) {
    double variance = (1 - t) * (1 - t) + t * t * tau * tau;
    clean(Optimum.EXACT, t, variance, x, from);
    double square = 0;
    for (int i = from; i < from + mean.length; i++) {
      square += x[i] * x[i];
    }
    double logScale = 0.5 * dimension * StrictMath.log(2 * Math.PI * variance);
    return logEvidence - square / (2 * variance) - logScale;
  }

  /// The mean over shapes and places into `mean`, the probabilities of the shapes into `posterior`.
  private void clean(Optimum optimum, double t, double variance, double[] x, int from) {
    double best = Double.NEGATIVE_INFINITY;
    double total = 0;
    Arrays.fill(mean, 0);
    for (int k = 0; k < shapes.length; k++) {
      double prior = logWeights[k] - t * t * squares[k] / (2 * variance);
      double concentration = t / variance;
      if (prior + concentration * overlap(x, from, k) < best - NEGLIGIBLE_EXPONENT) {
        posterior[k] = 0;
        continue;
      }
      double exponent = prior + average(x, from, k, concentration, turned);
      if (exponent > best) {
        double shrink = StrictMath.exp(best - exponent);
        total *= shrink;
        for (int i = 0; i < mean.length; i++) {
          mean[i] *= shrink;
        }
        for (int j = 0; j < k; j++) {
          posterior[j] *= shrink;
        }
        best = exponent;
      }
      posterior[k] = StrictMath.exp(exponent - best);
      total += posterior[k];
      for (int i = 0; i < mean.length; i++) {
        mean[i] += posterior[k] * turned[i];
      }
    }
    logEvidence = best + StrictMath.log(total);
    for (int k = 0; k < shapes.length; k++) {
      posterior[k] /= total;
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= total;
    }
    if (optimum != Optimum.EXACT) {
      System.arraycopy(x, from, mean, 0, mean.length);
      procrustes();
    }
    if (optimum == Optimum.AF3) {
      settle(x, from);
    }
  }

  /// `mean <- sum_k p_k A_mean(X_k)`: one round.
  private void procrustes() {
    System.arraycopy(mean, 0, previous, 0, mean.length);
    Arrays.fill(mean, 0);
    for (int k = 0; k < shapes.length; k++) {
      align(k, previous, 0, turned);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += posterior[k] * turned[i];
      }
    }
  }

  /// Rounds until the mean is its own Procrustes mean, then one alignment of it onto x.
  private void settle(double[] x, int from) {
    double change = Double.POSITIVE_INFINITY;
    for (int round = 0; round < PROCRUSTES_ROUNDS && change > PROCRUSTES_TOLERANCE; round++) {
      procrustes();
      change = 0;
      for (int i = 0; i < mean.length; i++) {
        change = Math.max(change, Math.abs(mean[i] - previous[i]));
      }
    }
    alignMean(mean, x, from);
  }

  /// Moves a cloud along its orbit onto the cloud at `x[from]`, in place.
  abstract void alignMean(double[] cloud, double[] x, int from);

  /// The velocity `(D - x) / (1 - t)` of a batch of equal clouds.
  final VelocityField field(Optimum optimum) {
    int n = coordinates();
    return (x, time, previousClouds, out) -> {
      for (int b = 0; b < time.length; b++) {
        denoise(optimum, time[b], x, out, b * n);
        for (int i = b * n; i < (b + 1) * n; i++) {
          out[i] = (out[i] - x[i]) / (1 - time[b]);
        }
      }
    };
  }
}
