package quotient.models.prior;

import java.util.LinkedHashMap;
import java.util.Map;
import quotient.tensor.linalg.SymmetricEigen;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Bonds as springs: Gaussian with the pseudo-inverse of the bond graph's Laplacian as covariance.
///
///     L = stiffness (D - A) = U diag(lambda) U^T,   x_0 = U diag(s) xi,   s_1 = 0, s_k = lambda_k^-1/2
///
/// Bonded atoms start near each other; the centre of mass is at the origin by construction. The
/// eigenvectors are kept for the molecules used last. *Thread-safe.*
/// Source: Jing et al. 2023 (EigenFold); ET-Flow, see etflow.md section 5.
public final class HarmonicPrior implements Prior {
  /// How many matrix entries are kept at most, over all molecules: 64 MiB.
  private static final long CACHE_ENTRIES = 8L << 20;

  private final double stiffness;
  private final Map<BondGraph, Covariance.Spectral> cache = new LinkedHashMap<>(16, 0.75f, true);
  private long cached;

  /// The prior of unit stiffness, as in ET-Flow.
  public HarmonicPrior() {
    this(1);
  }

  /// @param stiffness of every bond, Å^-2
  public HarmonicPrior(double stiffness) {
    if (!(stiffness > 0) || Double.isInfinite(stiffness)) {
      throw new IllegalArgumentException(
          "harmonic prior: the stiffness must be positive, found " + stiffness);
    }
    this.stiffness = stiffness;
  }

  @Override
  public String name() {
    return "harmonic";
  }

  @Override
  public Covariance covariance(BondGraph graph) {
    return spectral(graph);
  }

  @Override
  public void sample(BondGraph graph, RandomKey key, double[] out, int from) {
    double[] noise = new double[AXES * graph.points()];
    Normal.fill(key, noise, 0, noise.length);
    fromNoise(graph, noise, out, from);
  }

  /// The starting cloud made of given standard normal numbers.
  ///
  ///     out = U diag(s) xi        xi: [n, 3], left scaled by s
  void fromNoise(BondGraph graph, double[] noise, double[] out, int from) {
    Covariance.Spectral covariance = spectral(graph);
    for (int k = 0; k < covariance.modes(); k++) {
      double s = Math.sqrt(covariance.variance(k));
      for (int a = 0; a < AXES; a++) {
        noise[AXES * k + a] *= s;
      }
    }
    covariance.fromModes(noise, out, from);
  }

  private Covariance.Spectral spectral(BondGraph graph) {
    synchronized (cache) {
      Covariance.Spectral known = cache.get(graph);
      if (known != null) {
        return known;
      }
    }
    Covariance.Spectral made = decompose(graph);
    synchronized (cache) {
      if (cache.putIfAbsent(graph, made) == null) {
        cached += (long) graph.points() * graph.points();
        var eldest = cache.entrySet().iterator();
        while (cached > CACHE_ENTRIES && cache.size() > 1) {
          long points = eldest.next().getKey().points();
          eldest.remove();
          cached -= points * points;
        }
      }
    }
    return made;
  }

  private Covariance.Spectral decompose(BondGraph graph) {
    int n = graph.points();
    int components = graph.components();
    if (components > 1) {
      throw new IllegalArgumentException(
          "harmonic prior: the bond graph of "
              + n
              + " atoms has "
              + components
              + " connected parts, so their distance has no law; "
              + "keep one part or use the gaussian prior");
    }
    double[] values = new double[n];
    double[] vectors = new double[n * n];
    SymmetricEigen.decompose(n, graph.laplacian(), values, vectors);
    for (int k = 1; k < n; k++) {
      values[k] = 1 / (stiffness * values[k]);
    }
    if (n > 0) {
      values[0] = 0;
    }
    return new Covariance.Spectral(values, vectors);
  }
}
