package quotient.models.loss;

import quotient.models.interpolant.PathSample;

/// An extra weight on the part of a velocity error that changes the steps of a chain in length.
///
///     L += lambda w(t) c(t) 1/(3n) sum_s (u_s . (e_{s+1} - e_s))^2,   e = v - T
///     c(t) = t^2 d^2 / (t^2 d^2 + 2 (1-t)^2)
///
/// with u_s the unit vector along step s of x_t, and d the length of a step of the data: c is about
/// the share of u_s that is data and not noise, so that the weight comes in where lengths are
/// decided. The form is positive semidefinite and depends on x_t alone, so added to the squared loss it
/// leaves the optimum E[T | x_t] where it was; it only says what is to be learned first.
/// Turning or moving the cloud changes no length: the gradient is horizontal already, and a vertical
/// part of the error has no effect. For clouds of points in space in the order of their chain.
/// *Immutable.*
///
/// @param factor lambda; 0 for none
/// @param length d, in the unit of the clouds
/// @param weight w(t)
public record StepEmphasis(double factor, double length, TimeWeight weight) {
  private static final double SMALLEST = 1e-12;

  public StepEmphasis {
    if (!(factor >= 0 && length > 0) || Double.isInfinite(factor) || Double.isInfinite(length)) {
      throw new IllegalArgumentException(
          "step emphasis: need a factor of 0 or more and a positive length, found "
              + factor
              + ", "
              + length);
    }
  }

  /// The extra loss of a batch; adds its gradient with respect to v.
  ///
  ///     velocity, target, gradient: ragged batch of three coordinates per point, as in path
  ///
  /// @param perCloud each cloud's extra loss is added to it
  /// @return the mean over the clouds
  public double add(
      PathSample path, double[] velocity, double[] target, double[] gradient, double[] perCloud) {
    double sum = 0;
    for (int b = 0; b < path.clouds(); b++) {
      int from = path.start()[b];
      int to = path.start()[b + 1];
      double share = to == from ? 0 : factor * at(path.time()[b]) / (to - from);
      double value = 0;
      for (int i = from; i + 3 < to; i += 3) {
        value += step(path.xt(), velocity, target, gradient, i, 2 * share / path.clouds());
      }
      perCloud[b] += share * value;
      sum += share * value;
    }
    return path.clouds() == 0 ? 0 : sum / path.clouds();
  }

  /// w(t) c(t).
  private double at(double t) {
    double data = t * t * length * length;
    return weight.at(t) * data / (data + 2 * (1 - t) * (1 - t));
  }

  /// The square of one step's error along itself; adds `scale` times half its derivative.
  private static double step(
      double[] x, double[] velocity, double[] target, double[] gradient, int i, double scale) {
    double dx = x[i + 3] - x[i];
    double dy = x[i + 4] - x[i + 1];
    double dz = x[i + 5] - x[i + 2];
    double d = Math.max(SMALLEST, Math.sqrt(dx * dx + dy * dy + dz * dz));
    double along =
        (dx * change(velocity, target, i)
                + dy * change(velocity, target, i + 1)
                + dz * change(velocity, target, i + 2))
            / d;
    double slope = scale * along / d;
    gradient[i] -= slope * dx;
    gradient[i + 1] -= slope * dy;
    gradient[i + 2] -= slope * dz;
    gradient[i + 3] += slope * dx;
    gradient[i + 4] += slope * dy;
    gradient[i + 5] += slope * dz;
    return along * along;
  }

  /// A coordinate of e_{s+1} - e_s.
  private static double change(double[] velocity, double[] target, int i) {
    return velocity[i + 3] - target[i + 3] - (velocity[i] - target[i]);
  }
}
