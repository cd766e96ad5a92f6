package quotient.models.verify;

import java.util.ArrayList;
import java.util.List;
import quotient.geometry.Generators;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.PointsModSOd;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.SpinorsModSU2;
import quotient.geometry.SpinorsModU2;
import quotient.geometry.VectorModSOd;
import quotient.models.sample.Step;
import quotient.tensor.linalg.SymmetricEigen;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Langevin dynamics in a normal law: a right step stays there, a wrong one leaves.
///
///     dx = P(-x) dt + S c dt + sqrt(2) (P or I) dw from N(0, I), T = 3, dt = 0.01
///     E|x|^2 = n + g'(S - 1) for projected noise, n + g' S for full noise
///
/// with n the dimension of the total space and g' that of the orbits. All steps see the same noise.
/// Where the singular set has codimension up to 3, projected noise has heavy tails: there the switch
/// rule and full noise are tested, and the largest |x|^2 as well. Source: theory.md 9.3.
final class EquilibriumCheck {
  private static final double DT = 0.01;
  private static final int STEPS = 300;
  private static final int BLOCK = 32;

  /// With fewer chains the controls could be missed: their means are off by g' (or 2 g').
  private static final int LEAST_CHAINS = 400;

  private static final int LEAST_CHAINS_ONE = 2000;

  /// Time stepping widens the law by about n dt / 2 in |x|^2, which moves a distribution function by
  /// at most this on the spaces below (measured up to 0.006).
  private static final double DISTANCE_BIAS = 0.01;

  /// @param name in the table
  /// @param space the space
  /// @param coordinates of one configuration
  /// @param orbit g'
  /// @param smooth whether the singular set is far enough for projected noise without the switch
  /// @param chains how many, before scaling
  private record Subject(
      String name, QuotientSpace space, int coordinates, int orbit, boolean smooth, int chains) {
    int dimension() {
      return space.dimension(coordinates);
    }
  }

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("shapes-5", ShapeSpace.INSTANCE, 15, 3, true, 3000),
          new Subject("shapes", ShapeSpace.INSTANCE, 12, 3, true, 1500),
          new Subject("shapes-8", ShapeSpace.INSTANCE, 24, 3, true, 1500),
          new Subject("plane-points", PlaneModSO2.POINTS, 8, 1, true, 3000),
          new Subject("phase", PlaneModSO2.COMPLEX, 8, 1, true, 3000),
          new Subject("spinors-su2", SpinorsModSU2.INSTANCE, 12, 3, true, 1500),
          new Subject("spinors-u2", SpinorsModU2.INSTANCE, 12, 4, true, 1500),
          new Subject("shapes-3", ShapeSpace.INSTANCE, 9, 3, false, 3000),
          new Subject("plane", PlaneModSO2.POINTS, 2, 1, false, 3000),
          new Subject("diatomic", VectorModSOd.INSTANCE, 3, 2, false, 3000),
          new Subject("irreps-2", Generators.irrepsModSO3(2), 5, 3, false, 500),
          new Subject("points-4", PointsModSOd.of(4), 12, 6, false, 500));

  private final WorkerPool pool;
  private final RandomKey key;
  private final double scale;

  EquilibriumCheck(WorkerPool pool, RandomKey key, double scale) {
    this.pool = pool;
    this.key = key;
    this.scale = scale;
  }

  static List<String> names() {
    return SUBJECTS.stream().map(Subject::name).toList();
  }

  void run(String name, List<Measurement> out) {
    for (Subject subject : SUBJECTS) {
      if (subject.name().equals(name)) {
        run(subject, out);
      }
    }
  }

  private void run(Subject subject, List<Measurement> out) {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.ProjectedNoise());
    steps.add(new Step.FullNoise());
    if (subject.space() instanceof ShapeSpace || subject.coordinates() <= 3) {
      steps.add(new Step.AlignedNoise());
    }
    int right = steps.size();
    if (subject.smooth()) {
      steps.add(FaultyStep.NO_CURVATURE);
      steps.add(FaultyStep.WRONG_SIGN);
      steps.add(FaultyStep.FULL_WITH_CURVATURE);
    }
    int least = subject.orbit() == 1 ? LEAST_CHAINS_ONE : LEAST_CHAINS;
    int chains = (int) Math.max(least, subject.chains() * scale);
    double[][] ends = simulate(subject, steps, chains);
    double[] exact = exact(subject, 4 * chains);
    for (int s = 0; s < steps.size(); s++) {
      boolean control = s >= right;
      String sampler = control ? steps.get(s).name() : "quotient-" + steps.get(s).name();
      report(subject, sampler, control, ends[s], exact, out);
    }
  }

  private void report(
      Subject subject,
      String sampler,
      boolean control,
      double[] end,
      double[] exact,
      List<Measurement> out) {
    int n = subject.dimension();
    String name = subject.name();
    double[] squares = Simulation.squares(end, subject.coordinates());
    // The linear dynamics of Euler-Maruyama has E|x|^2 = n / (1 - dt/2).
    double bias = 0.5 * n * DT * 1.1;
    out.add(Measurement.mean(name, sampler, "equilibrium, mean |x|^2", squares, n, bias, control));
    if (subject.smooth() && !control) {
      distances(subject, sampler, end, exact, out);
    }
    if (!subject.smooth()) {
      double largest = 0;
      for (double square : squares) {
        largest = Math.max(largest, square);
      }
      // For |x|^2 of n <= 12 normals, P(> 60 + 2n) < 1e-8 per chain.
      out.add(
          Measurement.fixed(
              name, sampler, "equilibrium, largest |x|^2", largest, 0, 60 + 2.0 * n, control));
    }
  }

  private void distances(
      Subject subject, String sampler, double[] end, double[] exact, List<Measurement> out) {
    int width = subject.coordinates();
    out.add(
        Measurement.distance(
            subject.name(),
            sampler,
            "equilibrium, law of |x|^2",
            Simulation.squares(end, width),
            Simulation.squares(exact, width),
            DISTANCE_BIAS,
            false));
    if (!subject.name().equals("shapes-5")) {
      return;
    }
    String[] labels = {
      "mean distance", "smallest Gram value", "middle Gram value", "largest Gram value", "det J"
    };
    double[][] found = invariants(end, width);
    double[][] wanted = invariants(exact, width);
    for (int k = 0; k < labels.length; k++) {
      out.add(
          Measurement.distance(
              subject.name(),
              sampler,
              "equilibrium, law of " + labels[k],
              found[k],
              wanted[k],
              DISTANCE_BIAS,
              false));
    }
  }

  /// Mean distance, the three eigenvalues of X^T X, and det J of each cloud.
  private static double[][] invariants(double[] x, int width) {
    int count = x.length / width;
    double[][] out = new double[5][count];
    for (int b = 0; b < count; b++) {
      int from = b * width;
      double[] gram = new double[6];
      double sum = 0;
      int pairs = 0;
      for (int p = from; p < from + width; p += 3) {
        gram[0] += x[p] * x[p];
        gram[1] += x[p] * x[p + 1];
        gram[2] += x[p] * x[p + 2];
        gram[3] += x[p + 1] * x[p + 1];
        gram[4] += x[p + 1] * x[p + 2];
        gram[5] += x[p + 2] * x[p + 2];
        for (int q = from; q < p; q += 3) {
          double dx = x[p] - x[q];
          double dy = x[p + 1] - x[q + 1];
          double dz = x[p + 2] - x[q + 2];
          sum += Math.sqrt(dx * dx + dy * dy + dz * dz);
          pairs++;
        }
      }
      out[0][b] = sum / pairs;
      for (int k = 0; k < 3; k++) {
        out[1 + k][b] =
            SymmetricEigen.value3(k, gram[0], gram[1], gram[2], gram[3], gram[4], gram[5]);
      }
      double a = out[1][b];
      double c = out[2][b];
      double e = out[3][b];
      out[4][b] = (a + c) * (a + e) * (c + e);
    }
    return out;
  }

  private double[][] simulate(Subject subject, List<Step> steps, int chains) {
    int width = subject.coordinates();
    double[][] ends = new double[steps.size()][chains * width];
    RandomKey root = key.child(subject.name());
    pool.parallelFor(
        chains,
        BLOCK,
        (from, to, lane) -> {
          for (int chain = from; chain < to; chain++) {
            walk(subject, steps, root.child(chain), ends, chain * width);
          }
        });
    return ends;
  }

  /// One chain under every step, on the same noise.
  private static void walk(
      Subject subject, List<Step> steps, RandomKey chain, double[][] ends, int at) {
    int width = subject.coordinates();
    QuotientSpace space = subject.space();
    double[][] states = new double[steps.size()][];
    double[] start = new double[width];
    Normal.fill(chain.child("start"), start, 0, width);
    space.noise(start, start, 0, width);
    for (int s = 0; s < states.length; s++) {
      states[s] = start.clone();
    }
    RandomKey noise = chain.child("noise");
    double[] normals = new double[width];
    double[] used = new double[width];
    double[] velocity = new double[width];
    double[] score = new double[width];
    double[] work = new double[width];
    for (int k = 0; k < STEPS; k++) {
      Normal.fill(noise.child(k), normals, 0, width);
      space.noise(normals, normals, 0, width);
      for (int s = 0; s < states.length; s++) {
        double[] x = states[s];
        for (int i = 0; i < width; i++) {
          velocity[i] = 0;
          score[i] = -x[i];
          used[i] = normals[i];
        }
        steps.get(s).advance(space, x, velocity, score, used, work, 1, 1, DT, 0, width);
      }
    }
    for (int s = 0; s < states.length; s++) {
      System.arraycopy(states[s], 0, ends[s], at, width);
    }
  }

  private double[] exact(Subject subject, int count) {
    int width = subject.coordinates();
    double[] out = new double[count * width];
    Normal.fill(key.child(subject.name()).child("exact"), out, 0, out.length);
    for (int b = 0; b < count; b++) {
      subject.space().noise(out, out, b * width, (b + 1) * width);
    }
    return out;
  }
}
