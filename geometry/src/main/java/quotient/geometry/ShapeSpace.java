package quotient.geometry;

import quotient.geometry.shape.HorizontalProjection;
import quotient.geometry.shape.Kabsch;
import quotient.geometry.shape.OrbitVolume;
import quotient.geometry.shape.SO3;
import quotient.tensor.random.RandomKey;

/// Clouds of N points in R^3 with mean zero, modulo rotations: R^{3(N-1)}/SO(3), molecular shapes.
///
///     (P_x v)_i = v_i - mean(v) - (J^-1 sum_j x_j × v_j) × x_i
///     c_i       = + (tr(J^-1) I - J^-1) x_i,     J = sum_i (|x_i|^2 I - x_i x_i^T)
///
/// Singular on collinear clouds, which are all clouds for N = 2; results there as in
/// {@link quotient.geometry.shape.MomentOfInertia}. Any number of points; nothing allocates.
/// *Immutable.*
/// Source: Xu et al. 2026, Section 3.3.
public final class ShapeSpace implements QuotientSpace {
  /// The one instance: it has no settings.
  public static final ShapeSpace INSTANCE = new ShapeSpace();

  private static final String NAME = "R^3(N-1)/SO(3)";

  private ShapeSpace() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int dimension(int coordinates) {
    return Math.max(0, coordinates - 3);
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    return OrbitVolume.rank(x, from, to);
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    HorizontalProjection.centre(x, from, to);
  }

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    HorizontalProjection.removeMean(v, out, from, to);
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    HorizontalProjection.project(x, v, out, from, to);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    return OrbitVolume.log(x, from, to);
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    OrbitVolume.logGradient(x, out, from, to);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    Ranges.requirePoints(NAME, 3, from, to);
    return OrbitVolume.smallestEigenvalue(x, from, to);
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
    SO3.rotateRandomly(element, x, out, from, to);
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    act(element, v, out, from, to);
  }
}
