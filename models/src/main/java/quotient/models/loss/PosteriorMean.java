package quotient.models.loss;

import java.util.Arrays;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.Parameterization;
import quotient.models.prior.Covariance;

/// The mean clean cloud given x_t, over rotations, and over what else is known of the molecule.
///
///     F(x_1) = beta sum_i (Sigma_t^+ x_t)_i x_1,i^T
///     soft:      y = E[R | F(x_1)] x_1
///     ensemble:  y = sum_k,pi p_k,pi E[R | F(pi x_k)] pi x_k,
///                p_k,pi ~ w_k exp(-(1/2) beta^2 <x_k, Sigma_t^+ x_k>) c(F(pi x_k))
///
/// Exact if x_0 and the bridge noise are Gaussian and independent of x_1 and x_1 is turned at random
/// (or the network is equivariant). Double throughout. *Confined*: holds scratch.
/// Source: theory.md sections 8 and 8.1.
public final class PosteriorMean {
  private static final int AXES = 3;

  /// Terms this much less likely than the best one are not evaluated: e^-40 each.
  private static final double NEGLIGIBLE_EXPONENT = 40;

  private final Interpolant interpolant;
  private final Parameterization conversion;
  private final MatrixFisher rotations = new MatrixFisher();
  private final double[] f = new double[9];
  private final double[] turn = new double[9];
  private double[] whitened = new double[0];

  /// Means for one path.
  public PosteriorMean(Interpolant interpolant) {
    this.interpolant = interpolant;
    this.conversion = new Parameterization(interpolant);
  }

  /// `y = E[R | F(y)] y` for one cloud, in place.
  ///
  /// @param xt the point of the path
  /// @param y x_1 on entry
  public void overRotations(Covariance prior, double t, double[] xt, double[] y, int from, int to) {
    whiten(prior, t, xt, from, to);
    parameter(interpolant.beta(t), y, from, to);
    rotations.mean(f, turn);
    for (int p = from; p < to; p += AXES) {
      turnPoint(y, p, 1, y, p, false);
    }
  }

  /// The mean over rotations, conformers and relabellings.
  ///
  /// @param y receives the mean of one cloud
  /// @param largestCount how many terms are evaluated at most
  /// @return an upper bound of the posterior mass of the terms left out
  public double overEnsemble(
      Covariance prior,
      double t,
      double[] xt,
      ConformerMixture known,
      int largestCount,
      double[] y,
      int from,
      int to) {
    whiten(prior, t, xt, from, to);
    int relabellings = known.relabellings().length;
    double[] offset = offsets(prior, t, known, from, to);
    int count = offset.length * relabellings;
    double[] bound = new double[count];
    for (int term = 0; term < count; term++) {
      parameter(t, known, term, from, to);
      bound[term] = offset[term / relabellings] + rotations.bound(f);
    }
    int[] order = descending(bound);
    return average(t, known, offset, bound, order, largestCount, y, from, to);
  }

  /// Evaluates terms from the most promising on, keeping a running maximum, and sums them.
  private double average(
      double t,
      ConformerMixture known,
      double[] offset,
      double[] bound,
      int[] order,
      int largestCount,
      double[] y,
      int from,
      int to) {
    int relabellings = known.relabellings().length;
    double best = Double.NEGATIVE_INFINITY;
    double total = 0;
    Arrays.fill(y, from, to, 0);
    int used = 0;
    while (used < order.length
        && used < largestCount
        && bound[order[used]] > best - NEGLIGIBLE_EXPONENT) {
      int term = order[used++];
      parameter(t, known, term, from, to);
      double exponent = offset[term / relabellings] + rotations.mean(f, turn);
      if (exponent > best) {
        double shrink = StrictMath.exp(best - exponent);
        for (int i = from; i < to; i++) {
          y[i] *= shrink;
        }
        total *= shrink;
        best = exponent;
      }
      double weight = StrictMath.exp(exponent - best);
      total += weight;
      double[] conformer = known.conformers()[term / relabellings];
      int[] relabelling = known.relabellings()[term % relabellings];
      for (int i = 0; i < relabelling.length; i++) {
        turnPoint(conformer, AXES * relabelling[i], weight, y, from + AXES * i, true);
      }
    }
    for (int i = from; i < to; i++) {
      y[i] /= total;
    }
    double left = 0;
    for (int k = used; k < order.length; k++) {
      left += StrictMath.exp(bound[order[k]] - best);
    }
    return left / (total + left);
  }

  /// `log w_k - (1/2) beta^2 <x_k, Sigma^+ x_k>` for every conformer.
  private double[] offsets(Covariance prior, double t, ConformerMixture known, int from, int to) {
    double beta = interpolant.beta(t);
    double[] offset = new double[known.conformers().length];
    double[] cloud = new double[to];
    double[] image = new double[to];
    for (int k = 0; k < offset.length; k++) {
      System.arraycopy(known.conformers()[k], 0, cloud, from, to - from);
      conversion.whitened(prior, t, cloud, image, from, to);
      double square = 0;
      for (int i = from; i < to; i++) {
        square += cloud[i] * image[i];
      }
      offset[k] = StrictMath.log(known.weights()[k]) - 0.5 * beta * beta * square;
    }
    return offset;
  }

  private void whiten(Covariance prior, double t, double[] xt, int from, int to) {
    if (whitened.length < to) {
      whitened = new double[to];
    }
    conversion.whitened(prior, t, xt, whitened, from, to);
  }

  /// `f = beta sum_i (Sigma^+ x_t)_i x_i^T` for a cloud in the same range.
  private void parameter(double beta, double[] x, int from, int to) {
    Arrays.fill(f, 0);
    for (int p = from; p < to; p += AXES) {
      addOuter(p, x, p);
    }
    scale(beta);
  }

  /// The same for a relabelled conformer.
  private void parameter(double t, ConformerMixture known, int term, int from, int to) {
    int relabellings = known.relabellings().length;
    double[] conformer = known.conformers()[term / relabellings];
    int[] relabelling = known.relabellings()[term % relabellings];
    if (AXES * relabelling.length != to - from) {
      throw new IllegalArgumentException(
          "ensemble: a cloud of "
              + (to - from) / AXES
              + " atoms, but conformers of "
              + relabelling.length);
    }
    Arrays.fill(f, 0);
    for (int i = 0; i < relabelling.length; i++) {
      addOuter(from + AXES * i, conformer, AXES * relabelling[i]);
    }
    scale(interpolant.beta(t));
  }

  private void addOuter(int p, double[] x, int q) {
    for (int a = 0; a < AXES; a++) {
      double g = whitened[p + a];
      f[AXES * a] += g * x[q];
      f[AXES * a + 1] += g * x[q + 1];
      f[AXES * a + 2] += g * x[q + 2];
    }
  }

  private void scale(double factor) {
    for (int i = 0; i < f.length; i++) {
      f[i] *= factor;
    }
  }

  /// `out[p] (+)= weight turn x[q]`.
  private void turnPoint(double[] x, int q, double weight, double[] out, int p, boolean add) {
    double a = x[q];
    double b = x[q + 1];
    double c = x[q + 2];
    for (int row = 0; row < AXES; row++) {
      double value =
          weight * (turn[AXES * row] * a + turn[AXES * row + 1] * b + turn[AXES * row + 2] * c);
      out[p + row] = add ? out[p + row] + value : value;
    }
  }

  /// The indices of the values from the largest on; equal values in index order.
  private static int[] descending(double[] values) {
    Integer[] boxed = new Integer[values.length];
    Arrays.setAll(boxed, i -> i);
    Arrays.sort(boxed, (a, b) -> Double.compare(values[b], values[a]));
    int[] order = new int[boxed.length];
    Arrays.setAll(order, i -> boxed[i]);
    return order;
  }
}
