package quotient.geometry;

import java.util.Arrays;
import quotient.tensor.random.RandomKey;

/// Another quotient, modulo a finite group of relabellings of its points as well: molecular shapes
/// with equivalent atoms, identical particles.
///
///     (pi x)_i = x_pi(i);   P, c, vol as without relabellings;   align tries every one of them
///
/// The relabellings must leave the other space's inner product and action alone, which they do where
/// all points count alike. Alignment costs one of the other space per relabelling, and allocates.
/// *Immutable.* Source: theory.md section 5.
public final class RelabelledQuotient implements QuotientSpace {
  private final QuotientSpace quotient;
  private final int axes;
  private final int[][] relabellings;

  private RelabelledQuotient(QuotientSpace quotient, int axes, int[][] relabellings) {
    this.quotient = quotient;
    this.axes = axes;
    this.relabellings = relabellings;
  }

  /// A quotient modulo relabellings.
  ///
  /// @param axes coordinates of a point
  /// @param relabellings a group, the identity among them: point i of the relabelled configuration is
  ///     point `relabelling[i]`
  /// @throws IllegalArgumentException if a row is no permutation, or the rows no group
  public static RelabelledQuotient of(QuotientSpace quotient, int axes, int[]... relabellings) {
    int[][] copies = new int[relabellings.length][];
    for (int k = 0; k < copies.length; k++) {
      copies[k] = relabellings[k].clone();
      requirePermutation(copies[k], copies[0].length);
    }
    for (int[] one : copies) {
      for (int[] other : copies) {
        int[] product = new int[one.length];
        Arrays.setAll(product, i -> other[one[i]]);
        if (Arrays.stream(copies).noneMatch(known -> Arrays.equals(known, product))) {
          throw new IllegalArgumentException(
              "relabellings: not a group: "
                  + Arrays.toString(product)
                  + " is a product of two and missing");
        }
      }
    }
    if (copies.length == 0) {
      throw new IllegalArgumentException("relabellings: need at least the identity");
    }
    return new RelabelledQuotient(quotient, axes, copies);
  }

  private static void requirePermutation(int[] relabelling, int points) {
    int[] sorted = relabelling.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i || sorted.length != points) {
        throw new IllegalArgumentException(
            "relabellings: "
                + Arrays.toString(relabelling)
                + " is no permutation of "
                + points
                + " points");
      }
    }
  }

  private void relabel(int[] relabelling, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(name(), axes, from, to);
    if (axes * relabelling.length != to - from) {
      throw new IllegalArgumentException(
          name()
              + ": relabellings of "
              + relabelling.length
              + " points, but a configuration of "
              + (to - from) / axes);
    }
    double[] old = Arrays.copyOfRange(x, from, to);
    for (int i = 0; i < relabelling.length; i++) {
      System.arraycopy(old, axes * relabelling[i], out, from + axes * i, axes);
    }
  }

  @Override
  public String name() {
    return quotient.name() + " with " + relabellings.length + " relabellings";
  }

  @Override
  public int dimension(int coordinates) {
    return quotient.dimension(coordinates);
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return quotient.orbitDimension(x, from, to);
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
    quotient.horizontal(x, v, out, from, to);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    return quotient.logOrbitVolume(x, from, to);
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    quotient.logOrbitVolumeGradient(x, out, from, to);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return quotient.smallestOrbitEigenvalue(x, from, to);
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
    double[] relabelled = new double[to];
    double least = Double.POSITIVE_INFINITY;
    int best = 0;
    for (int k = 0; k < relabellings.length; k++) {
      relabel(relabellings[k], x, relabelled, from, to);
      double distance = quotient.distance(relabelled, onto, from, to);
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    relabel(relabellings[best], x, relabelled, from, to);
    quotient.align(relabelled, onto, out, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    double[] relabelled = new double[to];
    double least = Double.POSITIVE_INFINITY;
    for (int[] relabelling : relabellings) {
      relabel(relabelling, x, relabelled, from, to);
      least = Math.min(least, quotient.distance(relabelled, y, from, to));
    }
    return least;
  }

  private int[] element(RandomKey key) {
    return relabellings[key.child("relabelling").below(0, relabellings.length)];
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    relabel(element(element), x, out, from, to);
    quotient.act(element, out, out, from, to);
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    relabel(element(element), v, out, from, to);
    quotient.actOnVector(element, out, out, from, to);
  }
}
