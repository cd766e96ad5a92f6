package quotient.geometry;

import java.util.Arrays;
import quotient.geometry.shape.HorizontalProjection;
import quotient.tensor.random.RandomKey;

/// The quotient by the group of one element: the conventional, Euclidean model.
///
///     P_x v = v (with its mean removed for clouds),   c = 0,   orbits are single points
///
/// Two variants: {@link #CLOUDS}, whose total space is the clouds with mean zero, and
/// {@link #FLAT}, all of R^n. *Immutable.*
public final class TrivialQuotient implements QuotientSpace {
  /// Clouds of points in R^3 with mean zero.
  public static final TrivialQuotient CLOUDS = new TrivialQuotient(true);

  /// All of R^n.
  public static final TrivialQuotient FLAT = new TrivialQuotient(false);

  private final boolean centred;

  private TrivialQuotient(boolean centred) {
    this.centred = centred;
  }

  @Override
  public String name() {
    return centred ? "R^3(N-1)/{e}" : "R^n/{e}";
  }

  @Override
  public int dimension(int coordinates) {
    return centred ? Math.max(0, coordinates - 3) : coordinates;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return 0;
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {
    if (centred) {
      Ranges.requirePoints(name(), 3, from, to);
      HorizontalProjection.centre(x, from, to);
    }
  }

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    if (centred) {
      Ranges.requirePoints(name(), 3, from, to);
      HorizontalProjection.removeMean(v, out, from, to);
    } else {
      Ranges.copy(v, out, from, to);
    }
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    projectVector(v, out, from, to);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    return 0;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Arrays.fill(out, from, to, 0);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return Double.POSITIVE_INFINITY;
  }

  @Override
  public double inner(double[] u, double[] v, int from, int to) {
    return Ranges.dot(u, v, from, to);
  }

  @Override
  public void gradient(double[] g, double[] out, int from, int to) {
    projectVector(g, out, from, to);
  }

  @Override
  public void noise(double[] normals, double[] out, int from, int to) {
    projectVector(normals, out, from, to);
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    Ranges.copy(x, out, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    return Ranges.distance(x, y, from, to);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.copy(x, out, from, to);
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    Ranges.copy(v, out, from, to);
  }
}
