package quotient.geometry;

import java.util.List;
import quotient.tensor.random.RandomKey;

/// Several spaces side by side, each with its own group on its own part of the configuration:
/// M_1 x M_2 x ... modulo G_1 x G_2 x ...
///
/// J is block diagonal, so everything applies part by part: orbit volumes multiply, gradients stand
/// side by side. Groups that act on the *same* coordinates are not a product in this sense; give
/// {@link GeneratorQuotient} all their generators. *Immutable.*
public final class ProductQuotient implements QuotientSpace {
  /// One factor: a space and how many numbers of the configuration belong to it.
  ///
  /// @param space the space
  /// @param coordinates length of its part
  public record Factor(QuotientSpace space, int coordinates) {
    /// Checks the length.
    public Factor {
      if (coordinates < 0) {
        throw new IllegalArgumentException(
            "factor " + space.name() + ": negative length " + coordinates);
      }
    }
  }

  private final List<Factor> factors;
  private final int coordinates;
  private final String name;

  private ProductQuotient(List<Factor> factors) {
    this.factors = List.copyOf(factors);
    int sum = 0;
    StringBuilder names = new StringBuilder();
    for (Factor factor : this.factors) {
      sum += factor.coordinates();
      names.append(names.isEmpty() ? "" : " x ").append(factor.space().name());
    }
    this.coordinates = sum;
    this.name = names.toString();
  }

  /// The product, with the parts in that order.
  public static ProductQuotient of(Factor... factors) {
    return new ProductQuotient(List.of(factors));
  }

  @Override
  public String name() {
    return name;
  }

  private void require(int from, int to) {
    Ranges.requireLength(name, coordinates, from, to);
  }

  @Override
  public int dimension(int coordinates) {
    require(0, coordinates);
    int sum = 0;
    for (Factor factor : factors) {
      sum += factor.space().dimension(factor.coordinates());
    }
    return sum;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    require(from, to);
    int sum = 0;
    int start = from;
    for (Factor factor : factors) {
      sum += factor.space().orbitDimension(x, start, start + factor.coordinates());
      start += factor.coordinates();
    }
    return sum;
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {
    require(from, to);
    int start = from;
    for (Factor factor : factors) {
      factor.space().projectPoint(x, start, start + factor.coordinates());
      start += factor.coordinates();
    }
  }

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    for (Factor factor : factors) {
      factor.space().projectVector(v, out, start, start + factor.coordinates());
      start += factor.coordinates();
    }
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    for (Factor factor : factors) {
      factor.space().horizontal(x, v, out, start, start + factor.coordinates());
      start += factor.coordinates();
    }
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    require(from, to);
    double sum = 0;
    int start = from;
    for (Factor factor : factors) {
      sum += factor.space().logOrbitVolume(x, start, start + factor.coordinates());
      start += factor.coordinates();
    }
    return sum;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    for (Factor factor : factors) {
      factor.space().logOrbitVolumeGradient(x, out, start, start + factor.coordinates());
      start += factor.coordinates();
    }
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    require(from, to);
    double least = Double.POSITIVE_INFINITY;
    int start = from;
    for (Factor factor : factors) {
      int end = start + factor.coordinates();
      least = Math.min(least, factor.space().smallestOrbitEigenvalue(x, start, end));
      start = end;
    }
    return least;
  }

  @Override
  public double inner(double[] u, double[] v, int from, int to) {
    require(from, to);
    double sum = 0;
    int start = from;
    for (Factor factor : factors) {
      sum += factor.space().inner(u, v, start, start + factor.coordinates());
      start += factor.coordinates();
    }
    return sum;
  }

  @Override
  public void gradient(double[] g, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    for (Factor factor : factors) {
      factor.space().gradient(g, out, start, start + factor.coordinates());
      start += factor.coordinates();
    }
  }

  @Override
  public void noise(double[] normals, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    for (Factor factor : factors) {
      factor.space().noise(normals, out, start, start + factor.coordinates());
      start += factor.coordinates();
    }
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    for (Factor factor : factors) {
      factor.space().align(x, onto, out, start, start + factor.coordinates());
      start += factor.coordinates();
    }
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    require(from, to);
    double sum = 0;
    int start = from;
    for (Factor factor : factors) {
      double part = factor.space().distance(x, y, start, start + factor.coordinates());
      sum += part * part;
      start += factor.coordinates();
    }
    return Math.sqrt(sum);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    int index = 0;
    for (Factor factor : factors) {
      int end = start + factor.coordinates();
      factor.space().act(element.child(index++), x, out, start, end);
      start = end;
    }
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    require(from, to);
    int start = from;
    int index = 0;
    for (Factor factor : factors) {
      int end = start + factor.coordinates();
      factor.space().actOnVector(element.child(index++), v, out, start, end);
      start = end;
    }
  }
}
