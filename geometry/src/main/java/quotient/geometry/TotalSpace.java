package quotient.geometry;

import java.util.Arrays;
import quotient.tensor.random.RandomKey;

/// The total space of another quotient, modulo the group of one element: the conventional model that
/// belongs to it. *Immutable.*
///
/// @param quotient whose total space, inner product and noise are kept
public record TotalSpace(QuotientSpace quotient) implements QuotientSpace {
  @Override
  public String name() {
    return quotient.name() + " without its group";
  }

  @Override
  public int dimension(int coordinates) {
    return quotient.dimension(coordinates);
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return 0;
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {
    quotient.projectPoint(x, from, to);
  }

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    quotient.projectVector(v, out, from, to);
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    quotient.projectVector(v, out, from, to);
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
    return quotient.inner(u, v, from, to);
  }

  @Override
  public void gradient(double[] g, double[] out, int from, int to) {
    quotient.gradient(g, out, from, to);
  }

  @Override
  public void noise(double[] normals, double[] out, int from, int to) {
    quotient.noise(normals, out, from, to);
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
