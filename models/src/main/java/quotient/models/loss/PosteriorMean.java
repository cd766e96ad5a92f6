package quotient.models.loss;

import java.util.Arrays;
import quotient.geometry.QuotientSpace;
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
/// (or the network is equivariant). Double throughout. Spaces other than clouds modulo
/// rotations have their own normaliser c, see {@link OrbitMean}. *Confined*: holds scratch.
/// Source: theory.md sections 8 and 8.1.
public final class PosteriorMean {
  /// The search ends where all terms left together are less likely than the best one by e^-23, 1e-10.
  private static final double NEGLIGIBLE_EXPONENT = 23;

  private final Interpolant interpolant;
  private final Parameterization conversion;
  private final OrbitMean orbit;
  private double[] pull = new double[0];
  private double[] cloud = new double[0];
  private double[] image = new double[0];
  private double[] offset = new double[0];
  private double[] bound = new double[0];
  private int[] order = new int[0];

  /// Means over rotations of clouds in space, for one path.
  public PosteriorMean(Interpolant interpolant) {
    this(interpolant, new OrbitMean.Clouds());
  }

  private PosteriorMean(Interpolant interpolant, OrbitMean orbit) {
    this.interpolant = interpolant;
    this.conversion = new Parameterization(interpolant);
    this.orbit = orbit;
  }

  /// Means over the orbits of a space, for one path.
  ///
  /// @throws IllegalArgumentException if the space's orbit means are not known
  public static PosteriorMean of(QuotientSpace space, Interpolant interpolant) {
    OrbitMean orbit =
        OrbitMean.of(space)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "posterior mean: averages over rotations of clouds, of points of the plane or"
                        + " of one vector, found the space "
                        + space.name()
                        + "; use the strategy quotient"));
    return new PosteriorMean(interpolant, orbit);
  }

  /// `y = E[R | F(y)] y` for one cloud, in place.
  ///
  /// @param xt the point of the path
  /// @param y x_1 on entry
  public void overRotations(Covariance prior, double t, double[] xt, double[] y, int from, int to) {
    orbit.axes(to - from);
    pull(prior, t, xt, from, to);
    orbit.average(pull, y, y, from, to);
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
    requireSize(known, from, to);
    pull(prior, t, xt, from, to);
    offsets(prior, t, known, from, to);
    int relabellings = known.relabellings().length;
    int count = known.conformers().length * relabellings;
    if (bound.length < count) {
      bound = new double[count];
      order = new int[count];
    }
    for (int term = 0; term < count; term++) {
      relabel(known, term, from, to);
      bound[term] = offset[term / relabellings] + orbit.bound(pull, cloud, from, to);
      order[term] = term;
    }
    descend(count);
    return average(known, count, largestCount, y, from, to);
  }

  /// Evaluates terms from the most promising on, keeping a running maximum, and sums them.
  private double average(
      ConformerMixture known, int count, int largestCount, double[] y, int from, int to) {
    int relabellings = known.relabellings().length;
    double best = Double.NEGATIVE_INFINITY;
    double total = 0;
    Arrays.fill(y, from, to, 0);
    int used = 0;
    while (used < count
        && used < largestCount
        && bound[order[used]] + StrictMath.log(count - used) > best - NEGLIGIBLE_EXPONENT) {
      int term = order[used++];
      relabel(known, term, from, to);
      double exponent = offset[term / relabellings] + orbit.average(pull, cloud, cloud, from, to);
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
      for (int i = from; i < to; i++) {
        y[i] += weight * cloud[i];
      }
    }
    for (int i = from; i < to; i++) {
      y[i] /= total;
    }
    double left = 0;
    for (int k = used; k < count; k++) {
      left += StrictMath.exp(bound[order[k]] - best);
    }
    return left / (total + left);
  }

  /// `log w_k - (1/2) beta^2 <x_k, Sigma^+ x_k>` for every conformer.
  private void offsets(Covariance prior, double t, ConformerMixture known, int from, int to) {
    double beta = interpolant.beta(t);
    int count = known.conformers().length;
    if (offset.length < count) {
      offset = new double[count];
    }
    for (int k = 0; k < count; k++) {
      System.arraycopy(known.conformers()[k], 0, cloud, from, to - from);
      conversion.whitened(prior, t, cloud, image, from, to);
      double square = 0;
      for (int i = from; i < to; i++) {
        square += cloud[i] * image[i];
      }
      offset[k] = StrictMath.log(known.weights()[k]) - 0.5 * beta * beta * square;
    }
  }

  /// `pull = beta Sigma_t^+ x_t`, what draws the data cloud.
  private void pull(Covariance prior, double t, double[] xt, int from, int to) {
    if (pull.length < to) {
      pull = new double[to];
      cloud = new double[to];
      image = new double[to];
    }
    conversion.whitened(prior, t, xt, pull, from, to);
    double beta = interpolant.beta(t);
    for (int i = from; i < to; i++) {
      pull[i] *= beta;
    }
  }

  /// Writes one conformer with one relabelling into `cloud`.
  private void relabel(ConformerMixture known, int term, int from, int to) {
    int relabellings = known.relabellings().length;
    double[] conformer = known.conformers()[term / relabellings];
    int[] relabelling = known.relabellings()[term % relabellings];
    int axes = (to - from) / relabelling.length;
    for (int i = 0; i < relabelling.length; i++) {
      for (int a = 0; a < axes; a++) {
        cloud[from + axes * i + a] = conformer[axes * relabelling[i] + a];
      }
    }
  }

  private void requireSize(ConformerMixture known, int from, int to) {
    int axes = orbit.axes(to - from);
    if (axes * known.relabellings()[0].length != to - from) {
      throw new IllegalArgumentException(
          "ensemble: a cloud of "
              + (to - from) / axes
              + " atoms, but conformers of "
              + known.relabellings()[0].length);
    }
  }

  /// Orders terms from the largest bound on; equal ones by their index. A heap, so that nothing is
  /// allocated.
  private void descend(int count) {
    for (int root = count / 2 - 1; root >= 0; root--) {
      sink(root, count);
    }
    for (int end = count - 1; end > 0; end--) {
      int first = order[0];
      order[0] = order[end];
      order[end] = first;
      sink(0, end);
    }
  }

  /// Restores the heap with the least promising term on top.
  private void sink(int root, int end) {
    int parent = root;
    int value = order[root];
    while (2 * parent + 1 < end) {
      int child = 2 * parent + 1;
      if (child + 1 < end && precedes(order[child], order[child + 1])) {
        child++;
      }
      if (!precedes(value, order[child])) {
        break;
      }
      order[parent] = order[child];
      parent = child;
    }
    order[parent] = value;
  }

  private boolean precedes(int one, int other) {
    int compared = Double.compare(bound[one], bound[other]);
    return compared > 0 || (compared == 0 && one < other);
  }
}
