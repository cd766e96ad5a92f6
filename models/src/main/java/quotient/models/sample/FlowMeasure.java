package quotient.models.sample;

import java.util.Arrays;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.TimeGrid;

/// How far and how fast clouds travel, and how much of the network's output only turns them: the
/// paper's Corollary 3 as a measurement.
///
///     length = int |x'| dt,   energy = int |x'|^2 dt,   verticalShare = int |v - P v|^2 dt / int |v|^2 dt
///
/// in the space's inner product, along Euler's path. Sampled on the quotient and on its total space
/// the same field gives the two sides of the corollary. For an exact field with an isotropic prior
/// the vertical share is 0 and both sides are equal; for trained networks and harmonic priors it is
/// not. *Immutable.* Source: Xu et al. 2026, Corollary 3; theory.md section 0.
///
/// @param length of the path, Å
/// @param energy its kinetic energy, Å^2
/// @param verticalShare the share of the network's squared output that moves along the orbit
public record FlowMeasure(double length, double energy, double verticalShare) {

  /// The mean of each figure.
  public static FlowMeasure mean(FlowMeasure[] all) {
    double length = 0;
    double energy = 0;
    double share = 0;
    for (FlowMeasure one : all) {
      length += one.length / all.length;
      energy += one.energy / all.length;
      share += one.verticalShare / all.length;
    }
    return new FlowMeasure(length, energy, share);
  }

  /// Carries clouds along the ODE of the batch's space and measures each.
  ///
  /// @param group the space whose orbits say what is vertical; the batch's own, or the quotient that
  ///     its total space belongs to
  /// @param x starting clouds, moved in place
  public static FlowMeasure[] along(
      SamplingBatch batch, QuotientSpace group, VelocityField field, TimeGrid grid, double[] x) {
    int clouds = batch.clouds();
    QuotientSpace space = batch.space();
    SelfConditioning none = new SelfConditioning(SelfConditioning.Mode.OFF, 0);
    double[] raw = new double[x.length];
    double[] moved = new double[x.length];
    double[] time = new double[clouds];
    double[][] sums = new double[4][clouds];
    for (int k = 0; k < grid.steps(); k++) {
      double dt = grid.step(k);
      Arrays.fill(time, grid.time(k));
      field.velocity(x, time, none, raw);
      for (int b = 0; b < clouds; b++) {
        int from = batch.start()[b];
        int to = batch.start()[b + 1];
        space.projectVector(raw, raw, from, to);
        group.horizontal(x, raw, moved, from, to);
        double all = space.inner(raw, raw, from, to);
        sums[2][b] += dt * (all - space.inner(moved, moved, from, to));
        sums[3][b] += dt * all;
        space.horizontal(x, raw, moved, from, to);
        double square = space.inner(moved, moved, from, to);
        sums[0][b] += dt * Math.sqrt(square);
        sums[1][b] += dt * square;
        for (int i = from; i < to; i++) {
          x[i] += dt * moved[i];
        }
        space.projectPoint(x, from, to);
      }
    }
    FlowMeasure[] out = new FlowMeasure[clouds];
    for (int b = 0; b < clouds; b++) {
      double share = sums[3][b] == 0 ? 0 : sums[2][b] / sums[3][b];
      out[b] = new FlowMeasure(sums[0][b], sums[1][b], Math.max(0, share));
    }
    return out;
  }
}
