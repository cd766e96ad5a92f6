package quotient.models.interpolant;

import quotient.geometry.QuotientSpace;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Covariance;
import quotient.models.prior.Prior;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Draws training examples: a time, a starting cloud and bridge noise for each data cloud.
///
/// What a cloud gets depends on its own key alone, not on its place in the batch (save under a
/// coupling that exchanges clouds). *Immutable.*
///
/// @param interpolant the path
/// @param prior the law of x_0
/// @param coupling how x_0 meets x_1
/// @param times the law of t
/// @param space whose total space the clouds are projected to
/// @param centredTarget whether the velocity is made of the centred clouds; the released ET-Flow
///     pipeline makes it of the un-centred ones, which matters for a Gaussian prior only
public record PathSampler(
    Interpolant interpolant,
    Prior prior,
    Coupling coupling,
    TimeDistribution times,
    QuotientSpace space,
    boolean centredTarget) {

  /// One example per data cloud.
  ///
  /// @param graphs the molecule of each cloud, `(B)`
  /// @param start where each cloud begins, (B + 1), in values
  /// @param data x_1, not changed, Å
  /// @param keys one per cloud, `(B)`
  public PathSample sample(BondGraph[] graphs, int[] start, float[] data, RandomKey[] keys) {
    int clouds = graphs.length;
    int values = start[clouds];
    double[] time = new double[clouds];
    double[] x0 = new double[values];
    double[] x1 = new double[values];
    double[] noise = new double[values];
    for (int i = 0; i < values; i++) {
      x1[i] = data[i];
    }
    for (int b = 0; b < clouds; b++) {
      time[b] = times.draw(keys[b].child("time"));
      prior.sample(graphs[b], keys[b].child("prior"), x0, start[b]);
      if (interpolant.bridge() != 0) {
        Normal.fill(keys[b].child("bridge"), noise, start[b], start[b + 1]);
      }
    }
    return join(graphs, start, time, x0, x1, noise);
  }

  /// The examples made of given draws.
  ///
  ///     x0, x1, noise: ragged batch, none of them centred; all three become part of the result
  public PathSample join(
      BondGraph[] graphs, int[] start, double[] time, double[] x0, double[] x1, double[] noise) {
    int clouds = graphs.length;
    Covariance[] covariances = new Covariance[clouds];
    double[] shift = new double[x0.length];
    for (int b = 0; b < clouds; b++) {
      covariances[b] = prior.covariance(graphs[b]);
      centre(time[b], x0, x1, noise, shift, start[b], start[b + 1]);
    }
    coupling.couple(space, graphs, start, x0, x1);
    double[] xt = new double[x0.length];
    double[] velocity = new double[x0.length];
    for (int b = 0; b < clouds; b++) {
      walk(time[b], x0, x1, noise, xt, velocity, start[b], start[b + 1]);
    }
    if (!centredTarget && coupling.isIndependent()) {
      for (int i = 0; i < velocity.length; i++) {
        velocity[i] += shift[i];
      }
    }
    return new PathSample(
        interpolant,
        coupling,
        covariances,
        start.clone(),
        time,
        x0,
        x1,
        xt,
        velocity,
        new ConformerMixture[0]);
  }

  /// Projects one cloud's draws to the total space; `shift` becomes what its velocity loses by it.
  private void centre(
      double t, double[] x0, double[] x1, double[] noise, double[] shift, int from, int to) {
    double rate0 = interpolant.alphaRate(t);
    double rate1 = interpolant.betaRate(t);
    for (int i = from; i < to; i++) {
      shift[i] = rate0 * x0[i] + rate1 * x1[i];
    }
    space.projectPoint(x0, from, to);
    space.projectPoint(x1, from, to);
    space.projectVector(noise, noise, from, to);
    for (int i = from; i < to; i++) {
      shift[i] -= rate0 * x0[i] + rate1 * x1[i];
    }
  }

  /// The point of one path at t and the path's derivative there.
  private void walk(
      double t,
      double[] x0,
      double[] x1,
      double[] noise,
      double[] xt,
      double[] velocity,
      int from,
      int to) {
    double alpha = interpolant.alpha(t);
    double beta = interpolant.beta(t);
    double gamma = interpolant.gamma(t);
    double alphaRate = interpolant.alphaRate(t);
    double betaRate = interpolant.betaRate(t);
    double gammaRate = gamma == 0 ? 0 : interpolant.gammaRate(t);
    for (int i = from; i < to; i++) {
      xt[i] = alpha * x0[i] + beta * x1[i] + gamma * noise[i];
      velocity[i] = alphaRate * x0[i] + betaRate * x1[i] + gammaRate * noise[i];
    }
  }
}
