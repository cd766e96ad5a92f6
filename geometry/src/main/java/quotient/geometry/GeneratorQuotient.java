package quotient.geometry;

import java.util.Arrays;
import java.util.List;
import quotient.tensor.linalg.SymmetricEigen;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// R^n modulo any group of isometries, from its generators alone.
///
///     xi_a(x) = T_a x + b_a,   J_ab = xi_a . xi_b,   P = I - Xi J^+ Xi^T
///     c(x)    = - P sum_ab (J^+)_ab T_b xi_a = + grad log sqrt det J
///
/// Every closed form in this package is tested against this class; a new symmetry can start here.
/// Eigenvalues of J at or below 1e-12 of the largest count as zero. The generators must span the
/// Lie algebra of a closed group of isometries; such groups are unimodular, so no further term arises.
/// Allocates O(g n) per call. *Immutable.* Source: Xu et al. 2026, Theorem 4; docs/spaces.md.
public final class GeneratorQuotient implements QuotientSpace {
  /// The distribution of a group element, as coefficients theta of exp(sum_a theta_a T_a).
  @FunctionalInterface
  public interface ElementLaw {
    /// Writes the coefficients that belong to the key.
    void draw(RandomKey key, double[] coefficients);
  }

  private static final double RELATIVE_CUT = 1e-12;
  private static final int STARTS = 24;
  private static final int NEWTON_STEPS = 60;
  private static final int WALK_STEPS = 8;
  private static final RandomKey START_KEY = RandomKey.of(0x9e0).child("alignment starts");

  private final String name;
  private final int n;
  private final List<Generator> generators;
  private final int g;
  private final ElementLaw law;
  private final int steps;
  private final int genericRank;

  private GeneratorQuotient(String name, List<Generator> generators, ElementLaw law, int steps) {
    this.name = name;
    this.generators = generators;
    this.g = generators.size();
    this.n = generators.getFirst().coordinates();
    this.law = law;
    this.steps = steps;
    this.genericRank = genericRank();
  }

  /// The space whose {@link #act} is a product of eight exponentials with normal coefficients of
  /// standard deviation 2: spread over the whole group and close to, not exactly, Haar-uniform.
  ///
  /// @throws IllegalArgumentException if there is no generator or their lengths differ
  public static GeneratorQuotient of(String name, List<Generator> generators) {
    ElementLaw walk =
        (key, coefficients) -> {
          Normal.fill(key, coefficients, 0, coefficients.length);
          for (int a = 0; a < coefficients.length; a++) {
            coefficients[a] *= 2;
          }
        };
    return new GeneratorQuotient(name, checked(name, generators), walk, WALK_STEPS);
  }

  /// The space with a stated law of group elements, normally the Haar-uniform one.
  ///
  /// @throws IllegalArgumentException if there is no generator or their lengths differ
  public static GeneratorQuotient of(String name, List<Generator> generators, ElementLaw law) {
    return new GeneratorQuotient(name, checked(name, generators), law, 1);
  }

  private static List<Generator> checked(String name, List<Generator> generators) {
    if (generators.isEmpty()) {
      throw new IllegalArgumentException(
          name + ": needs a generator; for the group of one element see TrivialQuotient.FLAT");
    }
    for (Generator generator : generators) {
      if (generator.coordinates() != generators.getFirst().coordinates()) {
        throw new IllegalArgumentException(
            name
                + ": generators act on "
                + generators.getFirst().coordinates()
                + " and on "
                + generator.coordinates()
                + " coordinates");
      }
    }
    return List.copyOf(generators);
  }

  /// The largest rank of J at a few random points, which is the rank almost everywhere.
  private int genericRank() {
    double[] x = new double[n];
    int rank = 0;
    for (int trial = 0; trial < 3; trial++) {
      Normal.fill(START_KEY.child("rank").child(trial), x, 0, n);
      rank = Math.max(rank, new Orbit(x, 0).rank());
    }
    return rank;
  }

  /// The motions xi_a at one point and the spectrum of their Gram matrix.
  private final class Orbit {
    final double[] xi = new double[g * n];
    final double[] values = new double[g];
    final double[] vectors = new double[g * g];
    final double cut;

    Orbit(double[] x, int from) {
      for (int a = 0; a < g; a++) {
        generators.get(a).apply(x, from, xi, a * n);
      }
      double[] gram = new double[g * g];
      for (int a = 0; a < g; a++) {
        for (int b = 0; b <= a; b++) {
          double sum = 0;
          for (int i = 0; i < n; i++) {
            sum += xi[a * n + i] * xi[b * n + i];
          }
          gram[a * g + b] = sum;
        }
      }
      SymmetricEigen.decompose(g, gram, values, vectors);
      cut = RELATIVE_CUT * Math.max(0, values[g - 1]);
    }

    int rank() {
      int rank = 0;
      for (double value : values) {
        rank += value > cut ? 1 : 0;
      }
      return rank;
    }

    /// coefficients <- J^+ moments.
    double[] solve(double[] moments) {
      double[] solution = new double[g];
      for (int k = 0; k < g; k++) {
        if (values[k] > cut) {
          double along = 0;
          for (int a = 0; a < g; a++) {
            along += vectors[k * g + a] * moments[a];
          }
          for (int a = 0; a < g; a++) {
            solution[a] += along / values[k] * vectors[k * g + a];
          }
        }
      }
      return solution;
    }

    /// out[o..) <- v[o..) - Xi J^+ Xi^T v[o..), in place.
    void removeVertical(double[] v, int o) {
      double[] moments = new double[g];
      for (int a = 0; a < g; a++) {
        for (int i = 0; i < n; i++) {
          moments[a] += xi[a * n + i] * v[o + i];
        }
      }
      double[] coefficients = solve(moments);
      for (int a = 0; a < g; a++) {
        for (int i = 0; i < n; i++) {
          v[o + i] -= coefficients[a] * xi[a * n + i];
        }
      }
    }
  }

  private void require(int from, int to) {
    Ranges.requireLength(name, n, from, to);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int dimension(int coordinates) {
    return coordinates;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    require(from, to);
    return new Orbit(x, from).rank();
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {
    require(from, to);
  }

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    require(from, to);
    Ranges.copy(v, out, from, to);
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    require(from, to);
    Ranges.copy(v, out, from, to);
    new Orbit(x, from).removeVertical(out, from);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    require(from, to);
    Orbit orbit = new Orbit(x, from);
    double sum = 0;
    for (double value : orbit.values) {
      sum += value > orbit.cut ? StrictMath.log(value) : 0;
    }
    return 0.5 * sum;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    require(from, to);
    Orbit orbit = new Orbit(x, from);
    Arrays.fill(out, from, to, 0);
    double[] combined = new double[n];
    double[] unit = new double[g];
    for (int b = 0; b < g; b++) {
      unit[b] = 1;
      double[] column = orbit.solve(unit);
      unit[b] = 0;
      Arrays.fill(combined, 0);
      for (int a = 0; a < g; a++) {
        for (int i = 0; i < n; i++) {
          combined[i] += column[a] * orbit.xi[a * n + i];
        }
      }
      generators.get(b).addLinear(-1, combined, 0, out, from);
    }
    orbit.removeVertical(out, from);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    require(from, to);
    return genericRank == 0
        ? Double.POSITIVE_INFINITY
        : Math.max(0, new Orbit(x, from).values[g - genericRank]);
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

  /// x <- exp(sum_a theta_a xi_a) x, by Taylor series on pieces of length at most 1/2; with `linear`
  /// the shifts b_a are left out, as vectors require.
  private void flow(double[] theta, double[] x, int from, boolean linear) {
    double[] term = new double[n];
    double[] next = new double[n];
    double[] speed = new double[n];
    double bound = 0;
    for (int a = 0; a < g; a++) {
      bound += Math.abs(theta[a]) * generators.get(a).norm();
    }
    int pieces = Math.max(1, (int) Math.ceil(2 * bound));
    for (int piece = 0; piece < pieces; piece++) {
      Arrays.fill(speed, 0);
      for (int a = 0; a < g; a++) {
        generators.get(a).addLinear(theta[a] / pieces, x, from, speed, 0);
        generators.get(a).addShift(linear ? 0 : theta[a] / pieces, speed, 0);
      }
      System.arraycopy(speed, 0, term, 0, n);
      for (int order = 2; order < 22; order++) {
        for (int i = 0; i < n; i++) {
          x[from + i] += term[i];
        }
        Arrays.fill(next, 0);
        for (int a = 0; a < g; a++) {
          generators.get(a).addLinear(theta[a] / pieces / order, term, 0, next, 0);
        }
        double[] swap = term;
        term = next;
        next = swap;
      }
    }
  }

  /// The best of several descents from different group elements; exact only as far as one of them
  /// starts in the basin of the global optimum. Spaces with a closed form have their own class.
  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    require(from, to);
    double[] best = new double[n];
    double least = Double.POSITIVE_INFINITY;
    double[] target = Arrays.copyOfRange(onto, from, to);
    double[] moved = new double[n];
    double[] start = Arrays.copyOfRange(x, from, to);
    for (int trial = 0; trial < STARTS; trial++) {
      System.arraycopy(start, 0, moved, 0, n);
      if (trial > 0) {
        move(START_KEY.child(trial), moved, 0, false);
      }
      double squared = descend(moved, target);
      if (squared < least * (1 - 1e-12)) {
        least = squared;
        System.arraycopy(moved, 0, best, 0, n);
      }
    }
    System.arraycopy(best, 0, out, from, n);
  }

  /// Newton steps on |exp(theta) z - y|^2 / 2 with the absolute values of the Hessian's eigenvalues,
  /// shortened until the objective falls. z ends at the minimum; returns |z - y|^2.
  private double descend(double[] z, double[] y) {
    double[] difference = new double[n];
    double[] trial = new double[n];
    double squared = squaredDistance(z, y);
    for (int step = 0; step < NEWTON_STEPS; step++) {
      for (int i = 0; i < n; i++) {
        difference[i] = z[i] - y[i];
      }
      double[] theta = newtonStep(z, difference);
      double scale = 1;
      boolean fell = false;
      while (scale > 1e-6 && !fell) {
        System.arraycopy(z, 0, trial, 0, n);
        double[] shortened = theta.clone();
        for (int a = 0; a < g; a++) {
          shortened[a] *= scale;
        }
        flow(shortened, trial, 0, false);
        double value = squaredDistance(trial, y);
        if (value < squared) {
          fell = true;
          squared = value;
          System.arraycopy(trial, 0, z, 0, n);
        }
        scale *= 0.5;
      }
      if (!fell) {
        return squared;
      }
    }
    return squared;
  }

  private static double squaredDistance(double[] z, double[] y) {
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      sum += (z[i] - y[i]) * (z[i] - y[i]);
    }
    return sum;
  }

  private double[] newtonStep(double[] z, double[] difference) {
    Orbit orbit = new Orbit(z, 0);
    double[] gradient = new double[g];
    double[] hessian = new double[g * g];
    double[] second = new double[n];
    for (int a = 0; a < g; a++) {
      for (int i = 0; i < n; i++) {
        gradient[a] += orbit.xi[a * n + i] * difference[i];
      }
    }
    for (int a = 0; a < g; a++) {
      for (int b = 0; b < g; b++) {
        Arrays.fill(second, 0);
        generators.get(a).addLinear(1, orbit.xi, b * n, second, 0);
        double sum = 0;
        for (int i = 0; i < n; i++) {
          sum += second[i] * difference[i] + orbit.xi[a * n + i] * orbit.xi[b * n + i];
        }
        hessian[a * g + b] += 0.5 * sum;
        hessian[b * g + a] += 0.5 * sum;
      }
    }
    double[] values = new double[g];
    double[] vectors = new double[g * g];
    SymmetricEigen.decompose(g, hessian, values, vectors);
    double largest = Math.max(Math.abs(values[0]), Math.abs(values[g - 1]));
    double[] theta = new double[g];
    for (int k = 0; k < g; k++) {
      double along = 0;
      for (int a = 0; a < g; a++) {
        along += vectors[k * g + a] * gradient[a];
      }
      double curvature = Math.max(Math.abs(values[k]), 1e-9 * largest);
      for (int a = 0; a < g && curvature > 0; a++) {
        theta[a] -= along / curvature * vectors[k * g + a];
      }
    }
    return theta;
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    double[] aligned = new double[to];
    align(x, y, aligned, from, to);
    return Ranges.distance(aligned, y, from, to);
  }

  private void move(RandomKey element, double[] x, int from, boolean linear) {
    double[] theta = new double[g];
    for (int step = 0; step < steps; step++) {
      law.draw(element.child(step), theta);
      flow(theta, x, from, linear);
    }
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    require(from, to);
    Ranges.copy(x, out, from, to);
    move(element, out, from, false);
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    require(from, to);
    Ranges.copy(v, out, from, to);
    move(element, out, from, true);
  }
}
