package quotient.models.sample;

import java.util.Arrays;
import quotient.models.interpolant.TimeGrid;

/// The probability-flow ODE on the quotient, `x' = P_x v(x, t)`, on a fixed grid.
///
/// Euler and the multistep solver call the network at the beginning of each step, Heun also at its end
/// (order 2). The
/// network is never called at t = 1, so the last step is always Euler's. *Immutable.*
/// Source: Xu et al. 2026, section 3.3; theory.md section 4.
///
/// @param label the name on the command line
/// @param solver Euler, Heun, multistep or adaptive
/// @param grid the times; an adaptive solver takes its own
/// @param selfConditioning what the network sees of its last output
public record OdeSampler(
    String label, Solver solver, TimeGrid grid, SelfConditioning.Mode selfConditioning)
    implements Sampler {

  /// How one step is made.
  public sealed interface Solver {
    /// Order 1, one call per step.
    record Euler() implements Solver {}

    /// Order 2, two calls per step.
    record Heun() implements Solver {}

    /// Order 2, one call per step, exact in the linear part; see {@link MultistepRun}.
    record Multistep() implements Solver {}

    /// Order 3 with an error estimate, see {@link AdaptiveRun}.
    ///
    /// @param tolerance of one step, Å, root mean square over the coordinates
    /// @param lastStep length of the final Euler step up to t = 1
    record Adaptive(double tolerance, double lastStep) implements Solver {
      /// The tolerance and last step used when nothing else is asked for.
      public static final Adaptive STANDARD = new Adaptive(1e-3, 1e-3);

      public Adaptive {
        if (!(tolerance > 0 && lastStep > 0 && lastStep < 1)) {
          throw new IllegalArgumentException(
              "adaptive solver: need tolerance > 0 and 0 < last step < 1, found "
                  + tolerance
                  + " and "
                  + lastStep);
        }
      }
    }
  }

  public OdeSampler {
    if (solver instanceof Solver.Adaptive && selfConditioning != SelfConditioning.Mode.OFF) {
      throw new IllegalArgumentException(
          "adaptive solver: with self-conditioning the velocity depends on rejected steps; "
              + "use euler or heun, or switch self-conditioning off");
    }
  }

  @Override
  public String name() {
    return label;
  }

  @Override
  public int noiseSteps() {
    return 0;
  }

  @Override
  public void run(
      SamplingBatch batch, VelocityField field, NoiseSource noise, double[] x, Observer observer) {
    FieldEvaluation evaluation = new FieldEvaluation(batch, field, selfConditioning);
    switch (solver) {
      case Solver.Euler euler -> euler(batch, evaluation, x, observer);
      case Solver.Heun heun -> heun(batch, evaluation, x, observer);
      case Solver.Multistep _ -> new MultistepRun(grid, batch, evaluation, x).run(observer);
      case Solver.Adaptive adaptive ->
          new AdaptiveRun(adaptive, batch, evaluation, x).run(observer);
    }
  }

  private void euler(
      SamplingBatch batch, FieldEvaluation evaluation, double[] x, Observer observer) {
    double[] time = new double[batch.clouds()];
    double[] v = new double[x.length];
    observer.see(0, time, x);
    for (int k = 0; k < grid.steps(); k++) {
      Arrays.fill(time, grid.time(k));
      evaluation.velocity(x, time, v);
      add(batch, grid.step(k), v, x);
      Arrays.fill(time, grid.time(k + 1));
      observer.see(k + 1, time, x);
    }
  }

  private void heun(
      SamplingBatch batch, FieldEvaluation evaluation, double[] x, Observer observer) {
    double[] time = new double[batch.clouds()];
    double[] v = new double[x.length];
    double[] ahead = new double[x.length];
    double[] there = new double[x.length];
    observer.see(0, time, x);
    for (int k = 0; k < grid.steps(); k++) {
      double dt = grid.step(k);
      Arrays.fill(time, grid.time(k));
      evaluation.velocity(x, time, v);
      Arrays.fill(time, grid.time(k + 1));
      if (k + 1 < grid.steps()) {
        System.arraycopy(x, 0, ahead, 0, x.length);
        add(batch, dt, v, ahead);
        evaluation.velocity(ahead, time, there);
        for (int i = 0; i < v.length; i++) {
          v[i] = 0.5 * (v[i] + there[i]);
        }
      }
      add(batch, dt, v, x);
      observer.see(k + 1, time, x);
    }
  }

  /// `x += dt v`, back onto the total space.
  private static void add(SamplingBatch batch, double dt, double[] v, double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] += dt * v[i];
    }
    for (int b = 0; b < batch.clouds(); b++) {
      batch.space().projectPoint(x, batch.start()[b], batch.start()[b + 1]);
    }
  }
}
