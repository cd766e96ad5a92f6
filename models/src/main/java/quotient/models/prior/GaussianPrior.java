package quotient.models.prior;

import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Independent normal coordinates. *Immutable.*
///
/// @param scale standard deviation of every coordinate, Å
public record GaussianPrior(double scale) implements Prior {
  public GaussianPrior {
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "gaussian prior: the scale must be positive, found " + scale);
    }
  }

  /// The prior of unit scale, as in ET-Flow's QM9 model.
  public static GaussianPrior unit() {
    return new GaussianPrior(1);
  }

  @Override
  public String name() {
    return "gaussian";
  }

  @Override
  public Covariance covariance(BondGraph graph) {
    return new Covariance.Isotropic(scale * scale);
  }

  @Override
  public void sample(BondGraph graph, RandomKey key, double[] out, int from) {
    int to = from + AXES * graph.points();
    Normal.fill(key, out, from, to);
    if (scale != 1) {
      for (int i = from; i < to; i++) {
        out[i] *= scale;
      }
    }
  }
}
