package quotient.models.prior;

/// The covariance C (x) I of a prior on one cloud, known by its eigenvalues and eigenvectors.
///
/// What the sampler and the targets need of it are functions of C applied to clouds; a function is
/// given by its value at each eigenvalue. Modes of variance 0 (the translation of a bond graph) are
/// outside the total space: their value must be 0, which also removes that part of a cloud.
/// *Immutable.*
public sealed interface Covariance {

  /// The number of eigenvalues that a function of C is given at.
  int modes();

  /// The k-th eigenvalue, Å^2.
  double variance(int mode);

  /// The smallest positive eigenvalue.
  double smallestVariance();

  /// The number of scratch values that {@link #combine} needs for a cloud of `to - from` values.
  int scratch(int coordinates);

  /// Adds two functions of C, each applied to a cloud.
  ///
  ///     out = f(C) x + g(C) w        x, w, out: values from..to of one cloud; f, g: [modes]
  ///
  /// `out` may be x or w. No allocation.
  void combine(
      double[] f,
      double[] x,
      double[] g,
      double[] w,
      double[] out,
      int from,
      int to,
      double[] scratch);

  /// C = variance I on the total space, whatever the number of coordinates of a point.
  ///
  /// @param variance of every coordinate, Å^2
  record Isotropic(double variance) implements Covariance {
    public Isotropic {
      if (!(variance > 0) || Double.isInfinite(variance)) {
        throw new IllegalArgumentException(
            "isotropic prior: the variance must be positive, found " + variance);
      }
    }

    @Override
    public int modes() {
      return 1;
    }

    @Override
    public double variance(int mode) {
      return variance;
    }

    @Override
    public double smallestVariance() {
      return variance;
    }

    @Override
    public int scratch(int coordinates) {
      return 0;
    }

    @Override
    public void combine(
        double[] f,
        double[] x,
        double[] g,
        double[] w,
        double[] out,
        int from,
        int to,
        double[] scratch) {
      double f0 = f[0];
      double g0 = g[0];
      for (int i = from; i < to; i++) {
        out[i] = f0 * x[i] + g0 * w[i];
      }
    }
  }

  /// C with given eigenvectors over the points of a cloud in three dimensions.
  final class Spectral implements Covariance {
    private static final int AXES = 3;

    private final int points;
    private final double[] variances;
    private final double[] vectors;

    /// Takes ownership of both arrays.
    ///
    /// @param variances eigenvalues, (n), not negative
    /// @param vectors (n, n), row k is the unit eigenvector of variance k
    Spectral(double[] variances, double[] vectors) {
      this.points = variances.length;
      this.variances = variances;
      this.vectors = vectors;
    }

    @Override
    public int modes() {
      return points;
    }

    @Override
    public double variance(int mode) {
      return variances[mode];
    }

    @Override
    public double smallestVariance() {
      double smallest = Double.POSITIVE_INFINITY;
      for (double variance : variances) {
        if (variance > 0) {
          smallest = Math.min(smallest, variance);
        }
      }
      return smallest;
    }

    @Override
    public int scratch(int coordinates) {
      return coordinates;
    }

    @Override
    public void combine(
        double[] f,
        double[] x,
        double[] g,
        double[] w,
        double[] out,
        int from,
        int to,
        double[] scratch) {
      requireSize(from, to);
      for (int k = 0; k < points; k++) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double fk = f[k];
        double gk = g[k];
        for (int i = 0; i < points; i++) {
          double u = vectors[k * points + i];
          int p = from + AXES * i;
          s0 += u * (fk * x[p] + gk * w[p]);
          s1 += u * (fk * x[p + 1] + gk * w[p + 1]);
          s2 += u * (fk * x[p + 2] + gk * w[p + 2]);
        }
        scratch[AXES * k] = s0;
        scratch[AXES * k + 1] = s1;
        scratch[AXES * k + 2] = s2;
      }
      fromModes(scratch, out, from);
    }

    /// `out = U m`: a cloud from its mode amplitudes. `modes` may not be `out`.
    void fromModes(double[] modes, double[] out, int from) {
      for (int i = 0; i < points; i++) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        for (int k = 0; k < points; k++) {
          double u = vectors[k * points + i];
          s0 += u * modes[AXES * k];
          s1 += u * modes[AXES * k + 1];
          s2 += u * modes[AXES * k + 2];
        }
        int p = from + AXES * i;
        out[p] = s0;
        out[p + 1] = s1;
        out[p + 2] = s2;
      }
    }

    private void requireSize(int from, int to) {
      if (to - from != AXES * points) {
        throw new IllegalArgumentException(
            "covariance: cloud of "
                + (to - from)
                + " coordinates, but the graph has "
                + points
                + " points; need "
                + AXES * points);
      }
    }
  }
}
