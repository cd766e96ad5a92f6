package quotient.geometry;

import quotient.tensor.random.RandomKey;

/// One vector of R^d modulo rotations, R^d/SO(d): the quotient is the radius. The relative vector of
/// a diatomic molecule is the case d = 3.
///
///     P_x v = x (x . v) / |x|^2,   c(x) = (d - 1) x / |x|^2,   vol(x) = |x|^(d-1)
///
/// Not free for d >= 3 (turns about x do nothing), so J is a pseudo-inverse matter: its d - 1
/// non-zero eigenvalues are all |x|^2. Singular at x = 0, where P = I and c = 0. d is the length of
/// the range; d = 1 is the trivial group. Nothing allocates. *Immutable.*
public final class VectorModSOd implements LinearQuotient {
  /// The one instance: it has no settings.
  public static final VectorModSOd INSTANCE = new VectorModSOd();

  private VectorModSOd() {}

  @Override
  public String name() {
    return "R^d/SO(d)";
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return Ranges.dot(x, x, from, to) > 0 ? to - from - 1 : 0;
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    double size = Ranges.dot(x, x, from, to);
    if (size > 0 && to - from > 1) {
      double along = Ranges.dot(x, v, from, to) / size;
      for (int i = from; i < to; i++) {
        out[i] = along * x[i];
      }
    } else {
      Ranges.copy(v, out, from, to);
    }
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    double size = Ranges.dot(x, x, from, to);
    return size > 0 ? 0.5 * (to - from - 1) * StrictMath.log(size) : 0;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Ranges.scaleByInverseSquare(to - from - 1, x, out, from, to);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return to - from > 1 ? Ranges.dot(x, x, from, to) : Double.POSITIVE_INFINITY;
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    double size = Math.sqrt(Ranges.dot(onto, onto, from, to));
    if (to - from > 1 && size > 0) {
      double scale = Math.sqrt(Ranges.dot(x, x, from, to)) / size;
      for (int i = from; i < to; i++) {
        out[i] = scale * onto[i];
      }
    } else {
      Ranges.copy(x, out, from, to);
    }
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    return to - from > 1
        ? Math.abs(Math.sqrt(Ranges.dot(x, x, from, to)) - Math.sqrt(Ranges.dot(y, y, from, to)))
        : Ranges.distance(x, y, from, to);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.copy(x, out, from, to);
    HaarRotation.apply(element, to - from, out, from, to);
  }
}
