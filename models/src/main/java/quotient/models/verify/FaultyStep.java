package quotient.models.verify;

import quotient.geometry.QuotientSpace;
import quotient.models.sample.Step;

/// A step with a fault, as a negative control: a verification that lets it pass proves nothing.
///
/// @param name what is wrong
/// @param curvature the factor of the curvature drift in units of gamma eta dt: +1 where noise is
///     projected and 0 where it is full would be right
/// @param curvatureByEta whether the curvature forgets gamma
/// @param projectsNoise whether the noise is projected
record FaultyStep(String name, double curvature, boolean curvatureByEta, boolean projectsNoise)
    implements Step {
  static final FaultyStep NO_CURVATURE = new FaultyStep("no curvature", 0, false, true);
  static final FaultyStep WRONG_SIGN = new FaultyStep("curvature of wrong sign", -1, false, true);
  static final FaultyStep FULL_WITH_CURVATURE =
      new FaultyStep("full noise with curvature", 1, false, false);
  static final FaultyStep BY_ETA = new FaultyStep("curvature eta, not gamma eta", 1, true, true);

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
    for (int i = from; i < to; i++) {
      velocity[i] = dt * (velocity[i] + eta * score[i]);
    }
    space.horizontal(x, velocity, velocity, from, to);
    space.logOrbitVolumeGradient(x, work, from, to);
    if (projectsNoise) {
      space.horizontal(x, noise, noise, from, to);
    }
    double amplitude = Math.sqrt(2 * gamma * eta * dt);
    double bend = curvature * (curvatureByEta ? eta : gamma * eta) * dt;
    for (int i = from; i < to; i++) {
      x[i] += velocity[i] + amplitude * noise[i] + bend * work[i];
    }
  }
}
