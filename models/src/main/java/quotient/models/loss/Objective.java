package quotient.models.loss;

import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;

/// A strategy, a loss and a space put together: from a network's velocity to a loss and its gradient.
///
///     T = u + (beta' - beta A_t)(y - x_1)
///
/// with y the strategy's clean target and u the path's own velocity, or the mean of that velocity
/// given x_t and x_1 (the starting cloud and the bridge noise integrated out; the same optimum with
/// less variance, for the squared loss and independent x_0). Without bridge noise the two are equal.
/// *Confined*: holds scratch. Source: theory.md 8.1.
public final class Objective {
  private final TrainingStrategy strategy;
  private final VelocityLoss loss;
  private final QuotientSpace space;
  private final QuotientSpace map;
  private final boolean integrated;
  private final Parameterization conversion;

  private Objective(
      TrainingStrategy strategy, VelocityLoss loss, PathSampler paths, boolean integrated) {
    this.strategy = strategy;
    this.loss = loss;
    this.space = paths.space();
    this.map = strategy.isHorizontal() ? space : new TotalSpace(space);
    this.integrated = integrated;
    this.conversion = new Parameterization(paths.interpolant());
  }

  /// The objective of a strategy on the examples of a path sampler, with the variance that can be
  /// integrated out removed.
  ///
  /// @throws IllegalArgumentException if the strategy's optimum would be lost with this loss or
  ///     coupling
  public static Objective of(TrainingStrategy strategy, VelocityLoss loss, PathSampler paths) {
    requireCompatible(strategy, loss, paths);
    boolean integrated =
        strategy.isAveraged()
            || (paths.interpolant().bridge() > 0
                && paths.centredTarget()
                && paths.coupling().isIndependent()
                && loss.norm() == VelocityLoss.Norm.SQUARED);
    return new Objective(strategy, loss, paths, integrated);
  }

  /// The objective on the path's own velocity, as the released pipelines have it.
  ///
  /// @throws IllegalArgumentException as for {@link #of}, and for averaged strategies
  public static Objective pathwise(
      TrainingStrategy strategy, VelocityLoss loss, PathSampler paths) {
    requireCompatible(strategy, loss, paths);
    if (strategy.isAveraged()) {
      throw new IllegalArgumentException(
          strategy.name() + ": has no path-wise form; use Objective.of");
    }
    return new Objective(strategy, loss, paths, false);
  }

  /// The strategy.
  public TrainingStrategy strategy() {
    return strategy;
  }

  /// The loss of a network's velocity and its gradient with respect to that velocity.
  ///
  ///     velocity, gradient: ragged batch as in path; perCloud: [B]
  ///
  /// Sums in double; only the velocity and its gradient are float.
  ///
  /// @return the mean over the clouds
  public double evaluate(PathSample path, float[] velocity, float[] gradient, double[] perCloud) {
    double[] wide = new double[velocity.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = velocity[i];
    }
    double[] slope = new double[wide.length];
    double value = evaluate(path, wide, slope, perCloud);
    for (int i = 0; i < slope.length; i++) {
      gradient[i] = (float) slope[i];
    }
    return value;
  }

  /// The same in double throughout.
  public double evaluate(PathSample path, double[] velocity, double[] gradient, double[] perCloud) {
    return loss.evaluate(path, map, velocity, target(path, velocity), gradient, perCloud);
  }

  /// The velocity target T of a batch.
  ///
  /// @param velocity the network's output, read by targets that depend on it
  public double[] target(PathSample path, double[] velocity) {
    int[] start = path.start();
    double[] y = path.x1().clone();
    boolean changed = strategy.clean(path, space, conversion, velocity, y);
    double[] target = path.velocity().clone();
    for (int b = 0; b < path.clouds(); b++) {
      int from = start[b];
      int to = start[b + 1];
      double t = path.time()[b];
      if (integrated) {
        conversion.velocity(path.covariances()[b], t, path.xt(), y, target, from, to);
      } else if (changed) {
        addChange(path, b, y, target);
      }
    }
    return target;
  }

  /// `target += (beta' - beta A_t)(y - x_1)` for one cloud; y is overwritten.
  private void addChange(PathSample path, int b, double[] y, double[] target) {
    int from = path.start()[b];
    int to = path.start()[b + 1];
    for (int i = from; i < to; i++) {
      y[i] -= path.x1()[i];
    }
    conversion.velocityChange(path.covariances()[b], path.time()[b], y, y, from, to);
    for (int i = from; i < to; i++) {
      target[i] += y[i];
    }
  }

  private static void requireCompatible(
      TrainingStrategy strategy, VelocityLoss loss, PathSampler paths) {
    if (!strategy.isAveraged()) {
      return;
    }
    if (!paths.coupling().isIndependent()) {
      throw new IllegalArgumentException(
          strategy.name()
              + ": needs a starting cloud that is independent of the data, found coupling "
              + paths.coupling().name()
              + "; use --coupling independent");
    }
    if (loss.norm() != VelocityLoss.Norm.SQUARED) {
      throw new IllegalArgumentException(
          strategy.name()
              + ": an averaged target moves the optimum of "
              + loss.norm().label()
              + "; use --loss mse");
    }
  }
}
