package quotient.models.toy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.loss.OrbitMean;
import quotient.models.sample.VelocityField;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// A law on the quotient that is known exactly: a few shapes, each at a Haar-random place of its
/// orbit, with Gaussian jitter.
///
///     x_1 = g X_k + tau z,   x_t = (1-t) x_0 + t x_1,   V = (1-t)^2 + t^2 tau^2
///     p_k(x) ~ w_k exp(-t^2 |X_k|^2 / 2V) c((t/V) x, X_k)
///     D = ((1-t)^2 m + t tau^2 x) / V,   m = sum_k p_k E[g X_k]
///
/// So the field that a perfect network would have, its density, and the field of a perfect network
/// trained towards an aligned target are there to compare with. *Immutable*; fields are confined.
/// Source: theory.md sections 7 and 9.5.
public final class ToyTarget {
  private static final double[] WEIGHTS = {0.3, 0.7};

  private final ToySpace space;
  private final String name;
  private final double[][] shapes;
  private final double[] weights;
  private final double jitter;

  private ToyTarget(
      ToySpace space, String name, double[][] shapes, double[] weights, double jitter) {
    this.space = space;
    this.name = name;
    this.shapes = shapes;
    this.weights = weights;
    this.jitter = jitter;
    for (double[] shape : shapes) {
      space.quotient().projectPoint(shape, 0, shape.length);
    }
  }

  /// The named target of a space: `two` shapes with probabilities 0.3 and 0.7, or `one`.
  ///
  /// @throws IllegalArgumentException for any other name
  public static ToyTarget of(ToySpace space, String name, double jitter) {
    double[][] shapes =
        switch (space) {
          case PLANE -> new double[][] {{1, 0}, {2, 0}};
          case DIATOMIC -> new double[][] {{1, 0, 0}, {2, 0, 0}};
          case PHASE_3 ->
              new double[][] {{1.2, 0, -0.3, 0.7, -0.5, -0.4}, {1.1, 0.9, -1.3, 0.2, 0.4, -1.2}};
          case SHAPES ->
              new double[][] {
                {0.6, 0.6, 0.6, 0.6, -0.6, -0.6, -0.6, 0.6, -0.6, -0.6, -0.6, 0.6},
                {-1.5, 0.3, 0, -0.5, -0.4, 0.2, 0.5, 0.4, -0.2, 1.5, -0.3, 0.6}
              };
        };
    return switch (name) {
      case "two" -> new ToyTarget(space, name, shapes, WEIGHTS.clone(), jitter);
      case "one" ->
          new ToyTarget(space, name, new double[][] {shapes[1]}, new double[] {1}, jitter);
      default ->
          throw new IllegalArgumentException(
              "target: unknown name \"" + name + "\"; use " + String.join(", ", names()));
    };
  }

  /// The names of targets, on every space.
  public static List<String> names() {
    return List.of("two", "one");
  }

  /// The space it lives on.
  public ToySpace space() {
    return space;
  }

  /// The number of shapes.
  public int count() {
    return shapes.length;
  }

  /// The probability of a shape.
  public double weight(int shape) {
    return weights[shape];
  }

  /// The size |X_k| of a shape.
  public double size(int shape) {
    return Math.sqrt(square(shapes[shape], 0, shapes[shape].length));
  }

  /// The standard deviation of the jitter of every coordinate.
  public double jitter() {
    return jitter;
  }

  /// Writes one sample.
  public void sample(RandomKey key, double[] out, int from) {
    double u = key.uniform(0);
    int k = 0;
    while (k + 1 < weights.length && u >= weights[k]) {
      u -= weights[k];
      k++;
    }
    int n = space.coordinates();
    QuotientSpace quotient = space.quotient();
    double[] x = shapes[k].clone();
    quotient.act(key.child("turn"), x, x, 0, n);
    if (jitter > 0) {
      double[] z = new double[n];
      Normal.fill(key.child("jitter"), z, 0, n);
      quotient.projectVector(z, z, 0, n);
      for (int i = 0; i < n; i++) {
        x[i] += jitter * z[i];
      }
    }
    System.arraycopy(x, 0, out, from, n);
  }

  /// The shape whose orbit is nearest to a configuration.
  public int nearest(double[] x, int from) {
    int n = space.coordinates();
    double[] own = Arrays.copyOfRange(x, from, from + n);
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < shapes.length; k++) {
      double distance = space.quotient().distance(shapes[k], own, 0, n);
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    return best;
  }

  /// What the strategy `ensemble` is told, if the target has no jitter.
  public Optional<ConformerMixture> mixture() {
    if (jitter > 0) {
      return Optional.empty();
    }
    int[] identity = IntStream.range(0, space.coordinates() / space.axes()).toArray();
    return Optional.of(new ConformerMixture(shapes, weights, new int[][] {identity}));
  }

  // ---- exact fields ----

  /// The velocity of a perfect network.
  public VelocityField exact() {
    Posterior posterior = new Posterior(false);
    return (x, time, previous, out) -> posterior.velocity(x, time, out);
  }

  /// The velocity of a perfect network trained towards x_1 aligned to x_t (GeoDiff), without jitter
  /// in its target.
  public VelocityField aligned() {
    Posterior posterior = new Posterior(true);
    return (x, time, previous, out) -> posterior.velocity(x, time, out);
  }

  /// `log p_t` of every configuration, against the volume of the total space.
  public double[] logDensity(double t, double[] x) {
    Posterior posterior = new Posterior(false);
    int n = space.coordinates();
    int dimension = space.quotient().dimension(n);
    double variance = variance(t);
    double scale = 0.5 * dimension * StrictMath.log(2 * Math.PI * variance);
    double[] out = new double[x.length / n];
    for (int b = 0; b < out.length; b++) {
      double evidence = posterior.clean(t, variance, x, b * n);
      out[b] = evidence - square(x, b * n, (b + 1) * n) / (2 * variance) - scale;
    }
    return out;
  }

  private double variance(double t) {
    return (1 - t) * (1 - t) + t * t * jitter * jitter;
  }

  private static double square(double[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += x[i] * x[i];
    }
    return sum;
  }

  /// The posterior over shapes and places of one configuration. *Confined.*
  private final class Posterior {
    private final boolean best;
    private final OrbitMean orbit = OrbitMean.of(space.quotient()).orElseThrow();
    private final int n = space.coordinates();
    private final double[] point = new double[n];
    private final double[] pull = new double[n];
    private final double[][] places = new double[shapes.length][n];
    private final double[] exponent = new double[shapes.length];
    private final double[] mean = new double[n];

    Posterior(boolean best) {
      this.best = best;
    }

    void velocity(double[] x, double[] time, double[] out) {
      for (int b = 0; b < time.length; b++) {
        double t = time[b];
        double rest = (1 - t) * (1 - t);
        double variance = variance(t);
        clean(t, variance, x, b * n);
        for (int i = 0; i < n; i++) {
          double own = x[b * n + i];
          double denoised = (rest * mean[i] + t * jitter * jitter * own) / variance;
          out[b * n + i] = (denoised - own) / (1 - t);
        }
      }
    }

    /// The mean clean configuration into `mean`; returns the logarithm of the sum of the weights.
    double clean(double t, double variance, double[] x, int from) {
      System.arraycopy(x, from, point, 0, n);
      for (int i = 0; i < n; i++) {
        pull[i] = t / variance * point[i];
      }
      double top = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < shapes.length; k++) {
        double evidence = orbit.average(pull, shapes[k], places[k], 0, n);
        double norm = t * t * square(shapes[k], 0, n) / (2 * variance);
        exponent[k] = StrictMath.log(weights[k]) - norm + evidence;
        top = Math.max(top, exponent[k]);
        if (best) {
          space.quotient().align(shapes[k], point, places[k], 0, n);
        }
      }
      Arrays.fill(mean, 0);
      double total = 0;
      for (int k = 0; k < shapes.length; k++) {
        double weight = StrictMath.exp(exponent[k] - top);
        total += weight;
        for (int i = 0; i < n; i++) {
          mean[i] += weight * places[k][i];
        }
      }
      for (int i = 0; i < n; i++) {
        mean[i] /= total;
      }
      return top + StrictMath.log(total);
    }
  }

  @Override
  public String toString() {
    return space.label() + " " + name;
  }
}
