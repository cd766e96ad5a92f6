package quotient.models.sample;

import quotient.geometry.QuotientSpace;

/// One stochastic step of one cloud. With eta = 0 all three are the ODE step, and on a trivial
/// quotient all three are the conventional step.
///
///     x <- x + P_x((v + eta s) dt + sqrt(2 gamma eta dt) eps) + gamma eta dt grad log vol(x)
///
/// The three have the same law on the quotient as dt -> 0. Implementations are immutable; they
/// allocate nothing. Source: Xu et al. 2026, Theorem 4 and Algorithm 3, with the sign of theory.md
/// section 3.
public interface Step {

  /// The name on the command line, after `quotient-`.
  String name();

  /// Moves one cloud, in place.
  ///
  ///     x, velocity, score, noise, work: values from..to of one cloud
  ///
  /// `velocity`, `noise` and `work` are overwritten.
  ///
  /// @param velocity v; its vertical part has no effect
  /// @param score the gradient of log p_t in the space's inner product
  /// @param noise a Gaussian tangent vector of the total space, see QuotientSpace.noise
  void advance(
      QuotientSpace space,
      double[] x,
      double[] velocity,
      double[] score,
      double[] noise,
      double[] work,
      double eta,
      double gamma,
      double dt,
      int from,
      int to);

  /// SDE-P, the paper's: projected noise and the curvature drift, on both the same factor.
  ///
  /// Near singular shapes the drift is stiff (and for three points its steps have infinite
  /// variance), so a step with `lambda_min(J) < switchFactor gamma eta dt` is made by
  /// {@link FullNoise}, which has the same law.
  ///
  /// @param switchFactor 20 by default; 0 never switches
  record ProjectedNoise(double switchFactor) implements Step {
    /// The factor of theory.md section 3.
    public static final double STANDARD_SWITCH = 20;

    public ProjectedNoise {
      if (!(switchFactor >= 0)) {
        throw new IllegalArgumentException(
            "quotient-sde: the switch factor must not be negative, found " + switchFactor);
      }
    }

    /// With the standard switch.
    public ProjectedNoise() {
      this(STANDARD_SWITCH);
    }

    @Override
    public String name() {
      return "sde";
    }

    @Override
    public void advance(
        QuotientSpace space,
        double[] x,
        double[] velocity,
        double[] score,
        double[] noise,
        double[] work,
        double eta,
        double gamma,
        double dt,
        int from,
        int to) {
      double spread = gamma * eta * dt;
      if (space.smallestOrbitEigenvalue(x, from, to) < switchFactor * spread) {
        fullNoise(space, x, velocity, score, noise, eta, spread, dt, from, to);
        return;
      }
      double amplitude = Math.sqrt(2 * spread);
      for (int i = from; i < to; i++) {
        velocity[i] = dt * (velocity[i] + eta * score[i]) + amplitude * noise[i];
      }
      space.horizontal(x, velocity, velocity, from, to);
      space.logOrbitVolumeGradient(x, work, from, to);
      for (int i = from; i < to; i++) {
        x[i] += velocity[i] + spread * work[i];
      }
    }
  }

  /// SDE-F: projected drift, full noise, no curvature. Has no singularity.
  record FullNoise() implements Step {
    @Override
    public String name() {
      return "sde-full";
    }

    @Override
    public void advance(
        QuotientSpace space,
        double[] x,
        double[] velocity,
        double[] score,
        double[] noise,
        double[] work,
        double eta,
        double gamma,
        double dt,
        int from,
        int to) {
      fullNoise(space, x, velocity, score, noise, eta, gamma * eta * dt, dt, from, to);
    }
  }

  /// SDE-A: SDE-F, then the new cloud is moved along its orbit onto the old one; every increment is
  /// horizontal, and the curvature comes out of the alignment.
  record AlignedNoise() implements Step {
    @Override
    public String name() {
      return "sde-aligned";
    }

    @Override
    public void advance(
        QuotientSpace space,
        double[] x,
        double[] velocity,
        double[] score,
        double[] noise,
        double[] work,
        double eta,
        double gamma,
        double dt,
        int from,
        int to) {
      System.arraycopy(x, from, work, from, to - from);
      fullNoise(space, x, velocity, score, noise, eta, gamma * eta * dt, dt, from, to);
      space.align(x, work, x, from, to);
    }
  }

  private static void fullNoise(
      QuotientSpace space,
      double[] x,
      double[] velocity,
      double[] score,
      double[] noise,
      double eta,
      double spread,
      double dt,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      velocity[i] = dt * (velocity[i] + eta * score[i]);
    }
    space.horizontal(x, velocity, velocity, from, to);
    double amplitude = Math.sqrt(2 * spread);
    for (int i = from; i < to; i++) {
      x[i] += velocity[i] + amplitude * noise[i];
    }
  }
}
