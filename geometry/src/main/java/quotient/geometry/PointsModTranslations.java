package quotient.geometry;

import java.util.Arrays;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// N points of R^d modulo common translations.
///
///     P v = v - mean(v),   J = N I,   vol = N^(d/2),   c = 0
///
/// Free everywhere. Its quotient is what {@link TrivialQuotient#CLOUDS} has as total space. The group
/// is not compact: there is no Haar-uniform element, {@link #act} draws a standard normal shift.
/// *Immutable.*
public final class PointsModTranslations implements QuotientSpace {
  private final int d;

  private PointsModTranslations(int dimension) {
    this.d = dimension;
  }

  /// The space of points in R^dimension.
  ///
  /// @throws IllegalArgumentException if the dimension is below 1
  public static PointsModTranslations of(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "PointsModTranslations: dimension must be positive, found " + dimension);
    }
    return new PointsModTranslations(dimension);
  }

  @Override
  public String name() {
    return "R^Nx" + d + "/R^" + d;
  }

  @Override
  public int dimension(int coordinates) {
    return coordinates;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return to > from ? d : 0;
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {}

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    Ranges.copy(v, out, from, to);
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(name(), d, from, to);
    Ranges.copy(v, out, from, to);
    for (int axis = 0; axis < d; axis++) {
      double mean = Ranges.mean(v, from + axis, to, d);
      for (int i = from + axis; i < to; i += d) {
        out[i] -= mean;
      }
    }
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    return to > from ? 0.5 * d * StrictMath.log((to - from) / (double) d) : 0;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Arrays.fill(out, from, to, 0);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return to > from ? (to - from) / (double) d : Double.POSITIVE_INFINITY;
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
    Ranges.requirePoints(name(), d, from, to);
    Ranges.copy(x, out, from, to);
    for (int axis = 0; axis < d; axis++) {
      double shift = Ranges.mean(onto, from + axis, to, d) - Ranges.mean(x, from + axis, to, d);
      for (int i = from + axis; i < to; i += d) {
        out[i] += shift;
      }
    }
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    double sum = 0;
    for (int axis = 0; axis < d; axis++) {
      double shift = Ranges.mean(y, from + axis, to, d) - Ranges.mean(x, from + axis, to, d);
      for (int i = from + axis; i < to; i += d) {
        double difference = x[i] + shift - y[i];
        sum += difference * difference;
      }
    }
    return Math.sqrt(sum);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(name(), d, from, to);
    for (int i = from; i < to; i++) {
      out[i] = x[i] + Normal.at(element, (i - from) % d);
    }
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    Ranges.copy(v, out, from, to);
  }
}
