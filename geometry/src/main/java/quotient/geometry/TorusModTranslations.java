package quotient.geometry;

import java.util.Arrays;
import quotient.tensor.random.RandomKey;

/// N points in a periodic box modulo common translations, (R/L_1 x ... x R/L_d)^N / T^d.
///
///     P v = v - mean(v),   J = N I,   vol = N^(d/2),   c = 0
///
/// Points are Cartesian coordinates in [0, L_k); box edges are at right angles. Free everywhere. The
/// mean of wrapped points is undefined, that of velocities is not. {@link #align} is exact: along
/// each axis the best shift is one of N, see {@link #bestShift}. *Immutable.*
public final class TorusModTranslations implements QuotientSpace {
  private final double[] lengths;
  private final int d;

  private TorusModTranslations(double[] lengths) {
    this.lengths = lengths;
    this.d = lengths.length;
  }

  /// The box with those edge lengths, one per axis.
  ///
  /// @throws IllegalArgumentException if there is none or one is not positive and finite
  public static TorusModTranslations of(double... lengths) {
    for (double length : lengths) {
      if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "TorusModTranslations: edge lengths must be positive, found "
                + Arrays.toString(lengths));
      }
    }
    if (lengths.length == 0) {
      throw new IllegalArgumentException("TorusModTranslations: needs at least one edge length");
    }
    return new TorusModTranslations(lengths.clone());
  }

  @Override
  public String name() {
    return "T^Nx" + d + "/T^" + d;
  }

  @Override
  public int dimension(int coordinates) {
    return coordinates;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return to > from ? d : 0;
  }

  /// Wraps every coordinate into [0, L).
  @Override
  public void projectPoint(double[] x, int from, int to) {
    Ranges.requirePoints(name(), d, from, to);
    for (int i = from; i < to; i++) {
      x[i] = wrap(x[i], lengths[(i - from) % d]);
    }
  }

  private static double wrap(double value, double length) {
    double wrapped = value - length * Math.floor(value / length);
    return wrapped < length ? wrapped : 0;
  }

  /// The representative of a difference in [-L/2, L/2).
  private static double nearest(double difference, double length) {
    return difference - length * Math.floor(difference / length + 0.5);
  }

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
    for (int axis = 0; axis < d; axis++) {
      double shift = bestShift(x, onto, from + axis, to, lengths[axis]);
      for (int i = from + axis; i < to; i += d) {
        out[i] = wrap(x[i] + shift, lengths[axis]);
      }
    }
  }

  /// The s that minimises sum_i nearest(onto_i - x_i - s)^2 along one axis.
  ///
  /// With the differences sorted in [0, L), the optimum is the mean after the k smallest were raised
  /// by L, for some k in 0..N-1; each k costs O(1).
  private double bestShift(double[] x, double[] onto, int from, int to, double length) {
    int n = (to - from + d - 1) / d;
    double[] difference = new double[n];
    double sum = 0;
    double squares = 0;
    for (int k = 0, i = from; i < to; i += d, k++) {
      difference[k] = wrap(onto[i] - x[i], length);
      sum += difference[k];
      squares += difference[k] * difference[k];
    }
    Arrays.sort(difference);
    double best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < n; k++) {
      double cost = squares - sum * sum / n;
      if (cost < least) {
        least = cost;
        best = sum / n;
      }
      squares += length * (2 * difference[k] + length);
      sum += length;
    }
    return best;
  }

  /// Distance along the shortest paths around the box.
  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    Ranges.requirePoints(name(), d, from, to);
    double sum = 0;
    for (int axis = 0; axis < d; axis++) {
      double shift = bestShift(x, y, from + axis, to, lengths[axis]);
      for (int i = from + axis; i < to; i += d) {
        double difference = nearest(x[i] + shift - y[i], lengths[axis]);
        sum += difference * difference;
      }
    }
    return Math.sqrt(sum);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(name(), d, from, to);
    for (int i = from; i < to; i++) {
      int axis = (i - from) % d;
      out[i] = wrap(x[i] + lengths[axis] * element.uniform(axis), lengths[axis]);
    }
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    Ranges.copy(v, out, from, to);
  }
}
