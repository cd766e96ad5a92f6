package quotient.models.sample;

import java.util.Arrays;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// The density of a flow, along the horizontal ODE.
///
///     d/dt log p_t(x_t) = - div(P v) = - tr(P dv) - <c, v>        x_t' = P_x v
///     log q = log p + log vol(x)                                   density on the quotient, up to a constant
///
/// p_t is the invariant density on the total space (for clouds: centred ones, n = 3N - 3), so two of
/// them may be compared at a point without any orbit factor; q is the density against the volume of
/// the quotient. The trace is exact (n products of the Jacobian per evaluation) or a Hutchinson
/// estimate with one fixed probe per cloud, which is unbiased for log p but biases weights made of
/// its exponential. Needs the Euclidean inner product and a Gaussian prior. Steps are classical
/// fourth-order ones, and times must stay below 1: what is returned is the density at the last time.
/// *Confined*: one batch at a time. Source: theory.md section 8; Chen et al. 2018; Grathwohl et al.
/// 2019.
public final class Likelihood {

  /// How the trace of the Jacobian is found.
  public sealed interface Trace {
    /// Over an orthonormal basis of the total space.
    record Exact() implements Trace {}

    /// With one Gaussian probe per cloud, kept along the path.
    ///
    /// @param keys one per cloud
    record Hutchinson(RandomKey[] keys) implements Trace {}
  }

  private final SamplingBatch batch;
  private final VelocityField field;
  private final JacobianProduct jacobian;
  private final Trace trace;
  private final SelfConditioning none = new SelfConditioning(SelfConditioning.Mode.OFF, 0);
  private final double[][] probes;
  private final double[] raw;
  private final double[] direction;
  private final double[] image;
  private final double[] curvature;
  private final double[] time;

  /// @param batch the clouds; the space's inner product must be the Euclidean one
  /// @param field the velocity, projected here
  /// @param jacobian of the same field
  /// @param trace exact or estimated
  public Likelihood(
      SamplingBatch batch, VelocityField field, JacobianProduct jacobian, Trace trace) {
    this.batch = batch;
    this.field = field;
    this.jacobian = jacobian;
    this.trace = trace;
    int values = batch.values();
    raw = new double[values];
    direction = new double[values];
    image = new double[values];
    curvature = new double[values];
    time = new double[batch.clouds()];
    probes = probes();
  }

  /// Carries prior clouds to the last time of the grid.
  ///
  /// @param grid its time 1 is replaced by `end`, earlier times are scaled with it
  /// @param end the last time, below 1
  /// @param x starting clouds; moved in place
  /// @return log p at the end for every cloud
  public double[] forward(TimeGrid grid, double end, double[] x) {
    requireEnd(end);
    double[] logDensity = new double[batch.clouds()];
    for (int b = 0; b < batch.clouds(); b++) {
      logDensity[b] = priorLogDensity(x, b);
    }
    integrate(grid, 0, end, x, logDensity);
    return logDensity;
  }

  /// The density of given clouds at `end`: they are carried back to the prior.
  ///
  /// @param x clouds at time `end`; not changed
  /// @return log p at the end for every cloud
  public double[] at(TimeGrid grid, double end, double[] x) {
    requireEnd(end);
    double[] moved = x.clone();
    double[] gained = new double[batch.clouds()];
    integrate(grid, end, 0, moved, gained);
    double[] logDensity = new double[batch.clouds()];
    for (int b = 0; b < batch.clouds(); b++) {
      logDensity[b] = priorLogDensity(moved, b) - gained[b];
    }
    return logDensity;
  }

  /// Turns densities on the total space into densities on the quotient: adds log vol.
  public double[] onQuotient(double[] x, double[] logDensity) {
    double[] out = logDensity.clone();
    for (int b = 0; b < out.length; b++) {
      out[b] += batch.space().logOrbitVolume(x, batch.start()[b], batch.start()[b + 1]);
    }
    return out;
  }

  /// `log N(x; 0, C)` on the total space.
  public double priorLogDensity(double[] x, int cloud) {
    int from = batch.start()[cloud];
    int to = batch.start()[cloud + 1];
    Covariance prior = batch.covariances()[cloud];
    int n = batch.space().dimension(to - from);
    double logDeterminant = 0;
    for (int k = 0; k < prior.modes(); k++) {
      if (prior.variance(k) > 0) {
        logDeterminant += StrictMath.log(prior.variance(k));
      }
    }
    logDeterminant *= prior.modes() == 1 ? n : (double) (to - from) / prior.modes();
    double[] whitened = new double[to];
    new Parameterization(batch.interpolant()).whitened(prior, 0, x, whitened, from, to);
    double square = 0;
    for (int i = from; i < to; i++) {
      square += x[i] * whitened[i];
    }
    return -0.5 * (square + logDeterminant + n * StrictMath.log(2 * Math.PI));
  }

  private void integrate(TimeGrid grid, double begin, double end, double[] x, double[] logDensity) {
    int clouds = batch.clouds();
    double[] start = new double[x.length];
    double[] slope = new double[x.length];
    double[] sum = new double[x.length];
    double[] divergence = new double[clouds];
    double[] divergenceSum = new double[clouds];
    double[] stage = {0, 0.5, 0.5, 1};
    double[] weight = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
    for (int k = 0; k < grid.steps(); k++) {
      double t = along(grid, k, begin, end);
      double h = along(grid, k + 1, begin, end) - t;
      System.arraycopy(x, 0, start, 0, x.length);
      Arrays.fill(sum, 0);
      Arrays.fill(divergenceSum, 0);
      for (int s = 0; s < stage.length; s++) {
        if (s > 0) {
          for (int i = 0; i < x.length; i++) {
            x[i] = start[i] + stage[s] * h * slope[i];
          }
        }
        evaluate(t + stage[s] * h, x, slope, divergence);
        for (int i = 0; i < x.length; i++) {
          sum[i] += weight[s] * slope[i];
        }
        for (int b = 0; b < clouds; b++) {
          divergenceSum[b] += weight[s] * divergence[b];
        }
      }
      for (int i = 0; i < x.length; i++) {
        x[i] = start[i] + h * sum[i];
      }
      for (int b = 0; b < clouds; b++) {
        batch.space().projectPoint(x, batch.start()[b], batch.start()[b + 1]);
        logDensity[b] -= h * divergenceSum[b];
      }
    }
  }

  /// The k-th time between `begin` and `end`; backward, the grid is walked from its end.
  private static double along(TimeGrid grid, int k, double begin, double end) {
    return begin < end
        ? begin + (end - begin) * grid.time(k)
        : end + (begin - end) * grid.time(grid.steps() - k);
  }

  /// `slope = P v` and `div(P v)` for every cloud.
  private void evaluate(double t, double[] x, double[] slope, double[] divergence) {
    QuotientSpace space = batch.space();
    Arrays.fill(time, t);
    field.velocity(x, time, none, raw);
    for (int b = 0; b < divergence.length; b++) {
      int from = batch.start()[b];
      int to = batch.start()[b + 1];
      space.horizontal(x, raw, slope, from, to);
      space.logOrbitVolumeGradient(x, curvature, from, to);
      divergence[b] = 0;
      for (int i = from; i < to; i++) {
        divergence[b] += curvature[i] * slope[i];
      }
    }
    for (double[] probe : probes) {
      jacobian.multiply(x, time, probe, image);
      for (int b = 0; b < divergence.length; b++) {
        int from = batch.start()[b];
        int to = batch.start()[b + 1];
        space.horizontal(x, probe, direction, from, to);
        for (int i = from; i < to; i++) {
          divergence[b] += direction[i] * image[i];
        }
      }
    }
  }

  /// Directions whose sum over `(P e) . (J e)` is tr(P J), or has it as its mean.
  private double[][] probes() {
    return switch (trace) {
      case Trace.Exact exact -> basis();
      case Trace.Hutchinson estimate -> new double[][] {gaussian(estimate.keys())};
    };
  }

  private double[] gaussian(RandomKey[] keys) {
    double[] probe = new double[batch.values()];
    for (int b = 0; b < batch.clouds(); b++) {
      int from = batch.start()[b];
      int to = batch.start()[b + 1];
      Normal.fill(keys[b].child("probe"), probe, from, to);
      batch.space().projectVector(probe, probe, from, to);
    }
    return probe;
  }

  /// The k-th probe holds the k-th vector of an orthonormal tangent basis of every cloud, or zeros
  /// beyond its dimension: Gram-Schmidt on the projected coordinate directions.
  private double[][] basis() {
    int most = 0;
    for (int b = 0; b < batch.clouds(); b++) {
      int width = batch.start()[b + 1] - batch.start()[b];
      most = Math.max(most, batch.space().dimension(width));
    }
    double[][] basis = new double[most][batch.values()];
    for (int b = 0; b < batch.clouds(); b++) {
      orthonormalise(basis, batch.start()[b], batch.start()[b + 1]);
    }
    return basis;
  }

  private void orthonormalise(double[][] basis, int from, int to) {
    int found = 0;
    int dimension = batch.space().dimension(to - from);
    double[] candidate = new double[to];
    for (int i = from; i < to && found < dimension; i++) {
      Arrays.fill(candidate, 0);
      candidate[i] = 1;
      batch.space().projectVector(candidate, candidate, from, to);
      // Twice, so that rounding of the first pass is removed by the second.
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < found; k++) {
          double dot = dot(candidate, basis[k], from, to);
          for (int j = from; j < to; j++) {
            candidate[j] -= dot * basis[k][j];
          }
        }
      }
      double length = Math.sqrt(dot(candidate, candidate, from, to));
      if (length > 1e-8) {
        for (int j = from; j < to; j++) {
          basis[found][j] = candidate[j] / length;
        }
        found++;
      }
    }
  }

  private static double dot(double[] a, double[] b, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void requireEnd(double end) {
    if (!(end > 0 && end < 1)) {
      throw new IllegalArgumentException(
          "likelihood: the last time must lie in (0, 1), found "
              + end
              + "; near 1 the velocity of exact data is singular");
    }
  }
}
