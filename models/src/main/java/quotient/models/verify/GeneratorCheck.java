package quotient.models.verify;

import java.util.List;
import quotient.geometry.QuotientSpace;
import quotient.models.sample.Step;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// The one-step generator test: an invariant function must move like under the Euclidean step.
///
///     noise: the 2m sigma points +-sqrt(m) e_k, which have the moments of a normal up to order 3
///     E(dt) = [ mean f(step(x)) - mean f(Euclidean step(x)) ] / dt / |rate|
///     statistic R = |2 E(dt/2) - E(dt)|, dt = 5e-4: 0 up to second order for a right step,
///     the relative error of the generator for a wrong one
///
/// Deterministic, and independent of the seed: a failure is never chance.
/// Source: theory.md 9.2.
final class GeneratorCheck {
  /// What is asked of the space's invariant.
  enum Invariant {
    /// The invariant itself, quadratic on most spaces: the error is then exactly linear in dt.
    SQUARE("one-step generator"),
    /// A square root of it.
    ROOT("one-step generator, root");

    private final String label;

    Invariant(String label) {
      this.label = label;
    }
  }

  /// Keeps the square root smooth where the invariant is as low as -3.
  private static final double SHIFT = 4;

  static final double THRESHOLD = 1e-3;

  /// On shapes of four points the faults must stand out by this factor, else x is badly drawn.
  static final double CONTRAST = 20;

  private static final double ETA = 0.7;
  private static final double GAMMA = 0.45;
  private static final double RATE_STEP = 1e-3;
  private static final double STEP = 5e-4;

  private final SpaceCase subject;
  private final double[] x;
  private final double[] velocity;
  private final double[] score;

  GeneratorCheck(SpaceCase subject) {
    this.subject = subject;
    RandomKey key = RandomKey.of(20260).child(subject.name());
    x = draw(key.child("x"));
    velocity = draw(key.child("v"));
    score = draw(key.child("s"));
    QuotientSpace space = subject.space();
    space.projectPoint(x, 0, x.length);
    space.projectVector(velocity, velocity, 0, x.length);
    space.projectVector(score, score, 0, x.length);
  }

  void run(List<Measurement> out) {
    for (Step step :
        List.of(new Step.ProjectedNoise(), new Step.FullNoise(), new Step.AlignedNoise())) {
      for (Invariant invariant : Invariant.values()) {
        add(out, invariant, "quotient-" + step.name(), step, THRESHOLD, false);
      }
    }
    if (subject.curved()) {
      double bar = subject.name().equals("shapes") ? CONTRAST * THRESHOLD : THRESHOLD;
      for (FaultyStep fault :
          List.of(
              FaultyStep.NO_CURVATURE,
              FaultyStep.WRONG_SIGN,
              FaultyStep.FULL_WITH_CURVATURE,
              FaultyStep.BY_ETA)) {
        add(out, Invariant.SQUARE, fault.name(), fault, bar, true);
        add(out, Invariant.ROOT, fault.name(), fault, THRESHOLD, true);
      }
    }
  }

  private void add(
      List<Measurement> out,
      Invariant invariant,
      String name,
      Step step,
      double threshold,
      boolean control) {
    double statistic =
        Math.abs(2 * error(invariant, step, 0.5 * STEP) - error(invariant, step, STEP));
    out.add(
        Measurement.fixed(subject.name(), name, invariant.label, statistic, 0, threshold, control));
  }

  /// E(dt).
  double error(Invariant invariant, Step step, double dt) {
    Step euclidean = new EuclideanStep();
    double rate = (average(invariant, euclidean, RATE_STEP) - value(invariant, x)) / RATE_STEP;
    double difference = average(invariant, step, dt) - average(invariant, euclidean, dt);
    return difference / dt / Math.abs(rate);
  }

  private double value(Invariant invariant, double[] point) {
    double f = subject.invariant().applyAsDouble(point);
    return switch (invariant) {
      case SQUARE -> f;
      case ROOT -> Math.sqrt(f + SHIFT);
    };
  }

  /// The mean of f after one step, over the sigma points.
  private double average(Invariant invariant, Step step, double dt) {
    int m = x.length;
    double sum = 0;
    for (int k = 0; k < m; k++) {
      for (int sign = -1; sign <= 1; sign += 2) {
        double[] noise = new double[m];
        noise[k] = sign * Math.sqrt(m);
        subject.space().noise(noise, noise, 0, m);
        double[] moved = x.clone();
        step.advance(
            subject.space(),
            moved,
            velocity.clone(),
            score,
            noise,
            new double[m],
            ETA,
            GAMMA,
            dt,
            0,
            m);
        sum += value(invariant, moved);
      }
    }
    return sum / (2 * m);
  }

  private double[] draw(RandomKey key) {
    double[] out = new double[subject.coordinates()];
    Normal.fill(key, out, 0, out.length);
    return out;
  }

  /// The step without any group: what the quotient steps must look like from Q.
  private record EuclideanStep() implements Step {
    @Override
    public String name() {
      return "euclidean";
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
      double amplitude = Math.sqrt(2 * gamma * eta * dt);
      for (int i = from; i < to; i++) {
        x[i] += dt * (velocity[i] + eta * score[i]) + amplitude * noise[i];
      }
    }
  }
}
