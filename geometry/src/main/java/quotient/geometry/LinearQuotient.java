package quotient.geometry;

import quotient.tensor.random.RandomKey;

/// The part of {@link QuotientSpace} that is the same for every group of orthogonal matrices acting
/// on all of R^n with the dot product: the total space needs no projection, and vectors move like
/// points.
public interface LinearQuotient extends QuotientSpace {
  @Override
  default int dimension(int coordinates) {
    return coordinates;
  }

  @Override
  default void projectPoint(double[] x, int from, int to) {}

  @Override
  default void projectVector(double[] v, double[] out, int from, int to) {
    Ranges.copy(v, out, from, to);
  }

  @Override
  default double inner(double[] u, double[] v, int from, int to) {
    return Ranges.dot(u, v, from, to);
  }

  @Override
  default void gradient(double[] g, double[] out, int from, int to) {
    Ranges.copy(g, out, from, to);
  }

  @Override
  default void noise(double[] normals, double[] out, int from, int to) {
    Ranges.copy(normals, out, from, to);
  }

  @Override
  default void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    act(element, v, out, from, to);
  }
}
