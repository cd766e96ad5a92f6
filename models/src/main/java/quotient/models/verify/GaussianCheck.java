package quotient.models.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.TotalSpace;
import quotient.geometry.WeightedShapeSpace;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Covariance;
import quotient.models.prior.HarmonicPrior;
import quotient.models.sample.MultistepSdeSampler;
import quotient.models.sample.NoiseSchedule;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.Sampler;
import quotient.models.sample.SdeSampler;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.Step;
import quotient.models.sample.VelocityField;
import quotient.tensor.linalg.SymmetricEigen;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Whole samplers on Gaussian targets, where every moment is known.
///
/// Isotropic: target N(0, 0.25 I), five points, eta = 2(1-t); the second moment at t = 1 follows from
///
///     m' = 2 a m + 2 gamma eta (n - 3 + 3S),   a = V'/2V - eta/V,   V = (1-t)^2 + t^2/4
///
/// (full noise: n + 3S). Harmonic: prior N(0, pinv L), target with another covariance on the same
/// tree, exact linear denoiser; the squared distances and their laws are known.
/// Source: theory.md 9.4.
final class GaussianCheck {
  private static final int POINTS = 5;
  private static final int WIDTH = 15;
  private static final double TARGET = 0.25;

  /// Euler-Maruyama at these grids adds less than this (measured at four times the samples: 0.01 and
  /// 0.1).
  private static final double MOMENT_BIAS = 0.03;

  private static final double SUM_BIAS = 0.2;
  private static final double DISTANCE_BIAS = 0.02;

  private final WorkerPool pool;
  private final RandomKey key;
  private final double scale;

  GaussianCheck(WorkerPool pool, RandomKey key, double scale) {
    this.pool = pool;
    this.key = key;
    this.scale = scale;
  }

  /// The second moment at t = 1 of the isotropic case with factor S in front of c.
  static double secondMoment(double gamma, double curvature, boolean fullNoise) {
    int steps = 20_000;
    double h = 1.0 / steps;
    double n = WIDTH - 3;
    double m = n;
    double input = (fullNoise ? n : n - 3) + 3 * curvature;
    for (int k = 0; k < steps; k++) {
      double t = k * h;
      double k1 = rate(t, m, gamma, input);
      double k2 = rate(t + 0.5 * h, m + 0.5 * h * k1, gamma, input);
      double k3 = rate(t + 0.5 * h, m + 0.5 * h * k2, gamma, input);
      double k4 = rate(t + h, m + h * k3, gamma, input);
      m += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    return m;
  }

  private static double rate(double t, double m, double gamma, double input) {
    double v = (1 - t) * (1 - t) + TARGET * t * t;
    double slope = -2 * (1 - t) + 2 * TARGET * t;
    double eta = 2 * (1 - t);
    return 2 * (0.5 * slope / v - eta / v) * m + 2 * gamma * eta * input;
  }

  void isotropic(List<Measurement> out) {
    int clouds = (int) Math.max(600, 2000 * scale);
    TimeGrid grid = TimeGrid.uniform(200);
    for (double gamma : new double[] {1, 0.45}) {
      List<Step> steps =
          new ArrayList<>(
              List.of(
                  new Step.ProjectedNoise(),
                  new Step.FullNoise(),
                  new Step.AlignedNoise(),
                  FaultyStep.NO_CURVATURE,
                  FaultyStep.WRONG_SIGN,
                  FaultyStep.FULL_WITH_CURVATURE));
      if (gamma != 1) {
        steps.add(FaultyStep.BY_ETA);
      }
      NoiseSchedule schedule = NoiseSchedule.linear(2, gamma);
      List<Sampler> samplers = new ArrayList<>();
      steps.forEach(step -> samplers.add(sde(step, grid, schedule)));
      samplers.add(multistep("sde-full, multistep", false, grid, schedule));
      samplers.add(multistep("sde-aligned, multistep", true, grid, schedule));
      List<Simulation.Variant> variants = new ArrayList<>();
      for (Sampler sampler : samplers) {
        variants.add(
            new Simulation.Variant(
                ShapeSpace.INSTANCE,
                new Covariance.Isotropic(1),
                sampler,
                () -> GaussianCheck::isotropicVelocity));
      }
      Simulation simulation =
          new Simulation(pool, clouds, WIDTH, grid.steps(), key.child("isotropic-" + gamma));
      double[][] ends = simulation.run(variants, Simulation.normal(ShapeSpace.INSTANCE, WIDTH));
      double exact = secondMoment(gamma, 1, false);
      for (int s = 0; s < samplers.size(); s++) {
        boolean control = s < steps.size() && steps.get(s) instanceof FaultyStep;
        out.add(
            Measurement.mean(
                "shapes-5",
                control ? samplers.get(s).name() : "quotient-" + samplers.get(s).name(),
                "Gaussian target, noise scale " + gamma + ", mean |x|^2",
                Simulation.squares(ends[s], WIDTH),
                exact,
                gamma * MOMENT_BIAS,
                control));
      }
    }
  }

  private static void isotropicVelocity(
      double[] x, double[] time, SelfConditioning previous, double[] out) {
    int width = x.length / time.length;
    for (int i = 0; i < x.length; i++) {
      double t = time[i / width];
      double v = (1 - t) * (1 - t) + TARGET * t * t;
      out[i] = x[i] * (TARGET * t - (1 - t)) / v;
    }
  }

  void harmonic(List<Measurement> out) {
    int clouds = (int) Math.max(600, 3000 * scale);
    TimeGrid grid = TimeGrid.uniform(150);
    BondGraph tree = BondGraph.of(POINTS, ReferenceTargets.TREE);
    Covariance prior = new HarmonicPrior().covariance(tree);
    Covariance isotropic = new Covariance.Isotropic(1);
    QuotientSpace shapes = ShapeSpace.INSTANCE;
    QuotientSpace byGraph = WeightedShapeSpace.ofMetric(POINTS, tree.laplacian());
    NoiseSchedule schedule = NoiseSchedule.linear(2, 1);
    Sampler ode =
        new OdeSampler("ode", new OdeSampler.Solver.Heun(), grid, SelfConditioning.Mode.OFF);
    Sampler projected = sde(new Step.ProjectedNoise(), grid, schedule);
    Supplier<VelocityField> field = HarmonicField::new;
    String[] names = {
      "ode",
      "quotient-ode",
      "quotient-sde",
      "quotient-sde, noise of the prior",
      "quotient-sde-full",
      "quotient-sde-full, multistep",
      "quotient-sde-aligned, multistep",
      "no curvature",
      "curvature of wrong sign",
      "score of an isotropic prior"
    };
    List<Simulation.Variant> variants =
        List.of(
            new Simulation.Variant(new TotalSpace(shapes), prior, ode, field),
            new Simulation.Variant(shapes, prior, ode, field),
            new Simulation.Variant(shapes, prior, projected, field),
            new Simulation.Variant(byGraph, prior, projected, field),
            new Simulation.Variant(shapes, prior, sde(new Step.FullNoise(), grid, schedule), field),
            new Simulation.Variant(shapes, prior, multistep("full", false, grid, schedule), field),
            new Simulation.Variant(
                shapes, prior, multistep("aligned", true, grid, schedule), field),
            new Simulation.Variant(
                shapes, prior, sde(FaultyStep.NO_CURVATURE, grid, schedule), field),
            new Simulation.Variant(
                shapes, prior, sde(FaultyStep.WRONG_SIGN, grid, schedule), field),
            new Simulation.Variant(shapes, isotropic, projected, field));
    HarmonicPrior starts = new HarmonicPrior();
    Simulation simulation =
        new Simulation(pool, clouds, WIDTH, grid.steps(), key.child("harmonic"));
    double[][] ends = simulation.run(variants, (k, x, from) -> starts.sample(tree, k, x, from));
    double[][] exact = distances(exactHarmonic(4 * clouds));
    for (int v = 0; v < names.length; v++) {
      report(names[v], v >= 7, ends[v], exact, out);
    }
  }

  private static void report(
      String sampler, boolean control, double[] end, double[][] exact, List<Measurement> out) {
    double[] sums = Simulation.squares(end, WIDTH);
    double expected = 0;
    for (int i = 0; i < POINTS; i++) {
      expected += 3 * POINTS * ReferenceTargets.TREE_COVARIANCE[i * POINTS + i];
    }
    for (int b = 0; b < sums.length; b++) {
      sums[b] *= POINTS;
    }
    out.add(
        Measurement.mean(
            "shapes-5",
            sampler,
            "harmonic prior, sum of squared distances",
            sums,
            expected,
            SUM_BIAS,
            control));
    double largest = 0;
    double[][] found = distances(end);
    for (int p = 0; p < found.length; p++) {
      largest = Math.max(largest, Statistics.distance(found[p], exact[p]));
    }
    double n = found[0].length;
    double m = exact[0].length;
    out.add(
        new Measurement(
            "shapes-5",
            sampler,
            "harmonic prior, laws of ten distances",
            largest,
            0,
            Measurement.Kind.DISTANCE,
            n * m / (n + m),
            DISTANCE_BIAS,
            found.length,
            control));
  }

  /// The distance of every pair, `[pair][cloud]`.
  private static double[][] distances(double[] x) {
    int clouds = x.length / WIDTH;
    double[][] out = new double[POINTS * (POINTS - 1) / 2][clouds];
    for (int b = 0; b < clouds; b++) {
      int pair = 0;
      for (int i = 0; i < POINTS; i++) {
        for (int j = 0; j < i; j++) {
          double sum = 0;
          for (int a = 0; a < 3; a++) {
            double d = x[b * WIDTH + 3 * i + a] - x[b * WIDTH + 3 * j + a];
            sum += d * d;
          }
          out[pair++][b] = Math.sqrt(sum);
        }
      }
    }
    return out;
  }

  private double[] exactHarmonic(int count) {
    double[] values = new double[POINTS];
    double[] vectors = new double[POINTS * POINTS];
    SymmetricEigen.decompose(POINTS, ReferenceTargets.TREE_COVARIANCE.clone(), values, vectors);
    double[] noise = new double[WIDTH];
    double[] out = new double[count * WIDTH];
    for (int b = 0; b < count; b++) {
      Normal.fill(key.child("exact").child(b), noise, 0, WIDTH);
      for (int k = 0; k < POINTS; k++) {
        double spread = Math.sqrt(Math.max(0, values[k]));
        for (int i = 0; i < POINTS; i++) {
          for (int a = 0; a < 3; a++) {
            out[b * WIDTH + 3 * i + a] += spread * vectors[k * POINTS + i] * noise[3 * k + a];
          }
        }
      }
    }
    return out;
  }

  private static Sampler sde(Step step, TimeGrid grid, NoiseSchedule schedule) {
    return new SdeSampler(step.name(), step, grid, schedule, SelfConditioning.Mode.OFF);
  }

  private static Sampler multistep(
      String name, boolean aligned, TimeGrid grid, NoiseSchedule schedule) {
    return new MultistepSdeSampler(name, aligned, grid, schedule, SelfConditioning.Mode.OFF);
  }

  /// `v = A x + (I - t A) D` with `D = t S1 (a^2 C + t^2 S1)^+ x` and A = -1/(1-t): (D - x)/(1-t).
  private static final class HarmonicField implements VelocityField {
    private final double[] prior = new double[POINTS * POINTS];
    private final double[] matrix = new double[POINTS * POINTS];
    private final double[] inverse = new double[POINTS * POINTS];
    private final double[] values = new double[POINTS];
    private final double[] vectors = new double[POINTS * POINTS];

    HarmonicField() {
      double[] laplacian = BondGraph.of(POINTS, ReferenceTargets.TREE).laplacian();
      SymmetricEigen.decompose(POINTS, laplacian, values, vectors);
      invert(prior);
    }

    @Override
    public void velocity(double[] x, double[] time, SelfConditioning previous, double[] out) {
      double t = time[0];
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = (1 - t) * (1 - t) * prior[i] + t * t * ReferenceTargets.TREE_COVARIANCE[i];
      }
      SymmetricEigen.decompose(POINTS, matrix, values, vectors);
      invert(inverse);
      for (int i = 0; i < POINTS; i++) {
        for (int j = 0; j < POINTS; j++) {
          double sum = 0;
          for (int k = 0; k < POINTS; k++) {
            sum += ReferenceTargets.TREE_COVARIANCE[i * POINTS + k] * inverse[k * POINTS + j];
          }
          matrix[i * POINTS + j] = (t * sum - (i == j ? 1 : 0)) / (1 - t);
        }
      }
      for (int from = 0; from < x.length; from += WIDTH) {
        for (int i = 0; i < POINTS; i++) {
          for (int a = 0; a < 3; a++) {
            double sum = 0;
            for (int j = 0; j < POINTS; j++) {
              sum += matrix[i * POINTS + j] * x[from + 3 * j + a];
            }
            out[from + 3 * i + a] = sum;
          }
        }
      }
    }

    /// The pseudo-inverse from the last decomposition; its zero mode is the first.
    private void invert(double[] target) {
      Arrays.fill(target, 0);
      for (int k = 1; k < POINTS; k++) {
        for (int i = 0; i < POINTS; i++) {
          for (int j = 0; j < POINTS; j++) {
            target[i * POINTS + j] += vectors[k * POINTS + i] * vectors[k * POINTS + j] / values[k];
          }
        }
      }
    }
  }
}
