package quotient.geometry;

import java.util.ArrayList;
import java.util.List;
import quotient.tensor.linalg.Dense;
import quotient.tensor.random.RandomKey;

/// N points of R^d modulo a finite group of orthogonal d x d matrices that act on all points alike:
/// reflections, point groups, O(3)/SO(3).
///
///     P = I, c = 0;   align tries every element
///
/// The points are not centred. *Immutable.*
public final class PointsModFiniteGroup implements FiniteQuotient {
  private static final double TOLERANCE = 1e-9;

  private final String name;
  private final int d;
  private final List<double[]> elements;

  private PointsModFiniteGroup(String name, int d, List<double[]> elements) {
    this.name = name;
    this.d = d;
    this.elements = elements;
  }

  /// The group with exactly those elements.
  ///
  ///     elements: row-major [d, d] each
  ///
  /// @throws IllegalArgumentException if a matrix is not orthogonal, a product of two is missing,
  ///     or one stands there twice
  public static PointsModFiniteGroup of(String name, int dimension, List<double[]> elements) {
    List<double[]> copies = new ArrayList<>();
    for (double[] element : elements) {
      requireOrthogonal(name, dimension, element);
      if (indexOf(copies, element) >= 0) {
        throw new IllegalArgumentException(
            name + ": element " + copies.size() + " repeats element " + indexOf(copies, element));
      }
      copies.add(element.clone());
    }
    double[] product = new double[dimension * dimension];
    for (int i = 0; i < copies.size(); i++) {
      for (int j = 0; j < copies.size(); j++) {
        Dense.multiply(dimension, dimension, dimension, copies.get(i), copies.get(j), product);
        if (indexOf(copies, product) < 0) {
          throw new IllegalArgumentException(
              name + ": not a group: the product of elements " + i + " and " + j + " is missing");
        }
      }
    }
    if (copies.isEmpty()) {
      throw new IllegalArgumentException(name + ": a group has at least one element");
    }
    return new PointsModFiniteGroup(name, dimension, List.copyOf(copies));
  }

  /// The group {1, -1} of the inversion x -> -x: shapes and their mirror images, once rotations are
  /// taken care of elsewhere.
  public static PointsModFiniteGroup inversion(int dimension) {
    double[] identity = new double[dimension * dimension];
    double[] inversion = new double[dimension * dimension];
    for (int i = 0; i < dimension; i++) {
      identity[i * dimension + i] = 1;
      inversion[i * dimension + i] = -1;
    }
    return of("R^Nx" + dimension + "/{1,-1}", dimension, List.of(identity, inversion));
  }

  private static void requireOrthogonal(String name, int d, double[] element) {
    if (element.length != d * d) {
      throw new IllegalArgumentException(
          name + ": a matrix needs " + d * d + " entries, found " + element.length);
    }
    double[] square = new double[d * d];
    Dense.multiplyTransposed(d, d, d, element, element, square);
    for (int i = 0; i < d * d; i++) {
      double expected = i / d == i % d ? 1 : 0;
      if (!(Math.abs(square[i] - expected) < TOLERANCE)) {
        throw new IllegalArgumentException(
            name + ": matrix is not orthogonal: entry " + i + " of g g^T is " + square[i]);
      }
    }
  }

  private static int indexOf(List<double[]> elements, double[] element) {
    for (int i = 0; i < elements.size(); i++) {
      double[] other = elements.get(i);
      double difference = 0;
      for (int k = 0; k < element.length; k++) {
        difference = Math.max(difference, Math.abs(other[k] - element[k]));
      }
      if (difference < 1e-6) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String name() {
    return name;
  }

  private double squaredDistance(double[] element, double[] x, double[] onto, int from, int to) {
    double sum = 0;
    for (int row = from; row < to; row += d) {
      for (int a = 0; a < d; a++) {
        double moved = 0;
        for (int b = 0; b < d; b++) {
          moved += element[a * d + b] * x[row + b];
        }
        double difference = moved - onto[row + a];
        sum += difference * difference;
      }
    }
    return sum;
  }

  private int closest(double[] x, double[] onto, int from, int to) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int g = 0; g < elements.size(); g++) {
      double squared = squaredDistance(elements.get(g), x, onto, from, to);
      if (squared < least) {
        least = squared;
        best = g;
      }
    }
    return best;
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    Ranges.requirePoints(name, d, from, to);
    apply(elements.get(closest(x, onto, from, to)), x, out, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    Ranges.requirePoints(name, d, from, to);
    double[] element = elements.get(closest(x, y, from, to));
    return Math.sqrt(squaredDistance(element, x, y, from, to));
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(name, d, from, to);
    apply(elements.get(element.below(0, elements.size())), x, out, from, to);
  }

  private void apply(double[] element, double[] x, double[] out, int from, int to) {
    double[] point = new double[d];
    for (int row = from; row < to; row += d) {
      System.arraycopy(x, row, point, 0, d);
      for (int a = 0; a < d; a++) {
        double sum = 0;
        for (int b = 0; b < d; b++) {
          sum += element[a * d + b] * point[b];
        }
        out[row + a] = sum;
      }
    }
  }
}
