package quotient.geometry;

import quotient.geometry.shape.HorizontalProjection;
import quotient.geometry.shape.Kabsch;
import quotient.geometry.shape.OrbitVolume;
import quotient.geometry.shape.SO3;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Clouds of N points in R^3 that need not be centred, modulo rotations and translations,
/// R^{3N}/SE(3).
///
///     P_x v = v without its mean and without the rotation about the centre of mass
///     vol   = N^(3/2) sqrt det J(x - mean x),   c = that of {@link ShapeSpace} at x - mean x
///
/// The same quotient as {@link ShapeSpace}, from a total space of dimension 3N. The group is
/// unimodular, so only the local orbit volume enters. {@link #act} turns Haar-uniformly and shifts by
/// a standard normal vector. *Immutable.*
public final class CloudsModSE3 implements QuotientSpace {
  /// The one instance: it has no settings.
  public static final CloudsModSE3 INSTANCE = new CloudsModSE3();

  private static final String NAME = "R^3N/SE(3)";

  private CloudsModSE3() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int dimension(int coordinates) {
    return coordinates;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    return to > from ? 3 + OrbitVolume.rank(x, from, to) : 0;
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {}

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    Ranges.copy(v, out, from, to);
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    HorizontalProjection.project(x, v, out, from, to);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    return to > from ? 1.5 * StrictMath.log((to - from) / 3.0) + OrbitVolume.log(x, from, to) : 0;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    OrbitVolume.logGradient(x, out, from, to);
  }

  /// The smaller of N, which belongs to translations, and that of the rotations.
  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    return to > from
        ? Math.min((to - from) / 3.0, OrbitVolume.smallestEigenvalue(x, from, to))
        : Double.POSITIVE_INFINITY;
  }

  @Override
  public double inner(double[] u, double[] v, int from, int to) {
    return Ranges.dot(u, v, from, to);
  }

  @Override
  public void gradient(double[] g, double[] out, int from, int to) {
    Ranges.copy(g, out, from, to);
  }

  @Override
  public void noise(double[] normals, double[] out, int from, int to) {
    Ranges.copy(normals, out, from, to);
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    Kabsch.align(x, onto, out, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    return Kabsch.distance(x, y, from, to);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    SO3.rotateRandomly(element.child("rotation"), x, out, from, to);
    RandomKey shift = element.child("translation");
    for (int i = from; i < to; i++) {
      out[i] += Normal.at(shift, (i - from) % 3);
    }
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    SO3.rotateRandomly(element.child("rotation"), v, out, from, to);
  }
}
