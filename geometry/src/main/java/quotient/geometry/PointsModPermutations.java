package quotient.geometry;

import quotient.tensor.random.RandomKey;

/// N points of R^d modulo permutations of points of the same colour: identical particles.
///
///     P = I, c = 0;   align solves one assignment problem per colour, O(N^3)
///
/// The points are not centred and not turned; matching under rotations as well is a search that
/// alternates with {@link quotient.geometry.shape.Kabsch}. *Immutable.*
public final class PointsModPermutations implements FiniteQuotient {
  private final int d;
  private final int[] colours;

  private PointsModPermutations(int d, int[] colours) {
    this.d = d;
    this.colours = colours;
  }

  /// Points of R^dimension, as many as there are colours; points of one colour are interchangeable.
  ///
  /// @throws IllegalArgumentException if the dimension is below 1
  public static PointsModPermutations of(int dimension, int... colours) {
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "PointsModPermutations: dimension must be positive, found " + dimension);
    }
    return new PointsModPermutations(dimension, colours.clone());
  }

  @Override
  public String name() {
    return "R^" + colours.length + "x" + d + "/S_N";
  }

  /// The indices of the points with the colour of point `first`, if it is the first of them;
  /// otherwise an empty array.
  private int[] members(int first) {
    int count = 0;
    for (int i = 0; i < colours.length; i++) {
      if (colours[i] == colours[first]) {
        if (i < first) {
          return new int[0];
        }
        count++;
      }
    }
    int[] members = new int[count];
    for (int i = first, k = 0; i < colours.length; i++) {
      if (colours[i] == colours[first]) {
        members[k++] = i;
      }
    }
    return members;
  }

  /// For each point of x, the point of `onto` that it goes to.
  private int[] match(double[] x, double[] onto, int from, int to) {
    Ranges.requireLength(name(), colours.length * d, from, to);
    int[] target = new int[colours.length];
    for (int first = 0; first < colours.length; first++) {
      int[] members = members(first);
      int n = members.length;
      double[] cost = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          for (int k = 0; k < d; k++) {
            double difference = x[from + members[i] * d + k] - onto[from + members[j] * d + k];
            cost[i * n + j] += difference * difference;
          }
        }
      }
      int[] columns = Assignment.solve(n, cost);
      for (int i = 0; i < n; i++) {
        target[members[i]] = members[columns[i]];
      }
    }
    return target;
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    permute(match(x, onto, from, to), x, out, from, to);
  }

  private void permute(int[] target, double[] x, double[] out, int from, int to) {
    double[] copy = new double[to - from];
    System.arraycopy(x, from, copy, 0, to - from);
    for (int i = 0; i < target.length; i++) {
      System.arraycopy(copy, i * d, out, from + target[i] * d, d);
    }
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    int[] target = match(x, y, from, to);
    double sum = 0;
    for (int i = 0; i < target.length; i++) {
      for (int k = 0; k < d; k++) {
        double difference = x[from + i * d + k] - y[from + target[i] * d + k];
        sum += difference * difference;
      }
    }
    return Math.sqrt(sum);
  }

  /// Shuffles every colour.
  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requireLength(name(), colours.length * d, from, to);
    int[] target = new int[colours.length];
    for (int first = 0; first < colours.length; first++) {
      int[] members = members(first);
      int[] shuffled = members.clone();
      for (int i = shuffled.length - 1; i > 0; i--) {
        int j = element.child(first).below(i, i + 1);
        int swap = shuffled[i];
        shuffled[i] = shuffled[j];
        shuffled[j] = swap;
      }
      for (int i = 0; i < members.length; i++) {
        target[members[i]] = shuffled[i];
      }
    }
    permute(target, x, out, from, to);
  }
}
