package quotient.models.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quotient.geometry.ShapeSpace;
import quotient.geometry.TrivialQuotient;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Covariance;
import quotient.models.prior.GaussianPrior;
import quotient.models.prior.HarmonicPrior;
import quotient.models.prior.Prior;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

final class PosteriorMeanTest {
  /// Five atoms; 3 and 4 are equivalent.
  private static final BondGraph GRAPH = BondGraph.of(5, new int[] {0, 1, 1, 2, 2, 3, 2, 4});

  private static final int[][] SWAP = {{0, 1, 2, 3, 4}, {0, 1, 2, 4, 3}};
  private static final int FROM = 3;
  private static final int TO = FROM + 15;

  private static double[] cloud(long key, double scale) {
    double[] x = new double[15];
    Normal.fill(RandomKey.of(key), x, 0, 15);
    ShapeSpace.INSTANCE.projectPoint(x, 0, 15);
    for (int i = 0; i < 15; i++) {
      x[i] *= scale;
    }
    return x;
  }

  private static double[] shifted(double[] x) {
    double[] out = new double[TO];
    System.arraycopy(x, 0, out, FROM, 15);
    return out;
  }

  record Case(Prior prior, Interpolant path, double time) {}

  private static List<Case> cases() {
    return List.of(
        new Case(GaussianPrior.unit(), Interpolant.linear(), 0.4),
        new Case(GaussianPrior.unit(), Interpolant.linear(0.3), 0.55),
        new Case(new HarmonicPrior(), Interpolant.linear(), 0.3),
        new Case(new HarmonicPrior(), Interpolant.linear(0.2), 0.5),
        new Case(new HarmonicPrior(), new Interpolant(Interpolant.Path.TRIGONOMETRIC, 0.2), 0.2));
  }

  /// Every rotation, conformer and relabelling with its likelihood of x_t, by brute force.
  private static double[] bruteForce(Case c, double[] xt, ConformerMixture known) {
    Covariance prior = c.prior().covariance(GRAPH);
    Parameterization conversion = new Parameterization(c.path());
    double[] sum = new double[15];
    double[] total = new double[1];
    double[] residual = new double[15];
    double[] image = new double[15];
    double beta = c.path().beta(c.time());
    for (int k = 0; k < known.conformers().length; k++) {
      for (int[] relabelling : known.relabellings()) {
        double[] x = new double[15];
        for (int i = 0; i < 5; i++) {
          System.arraycopy(known.conformers()[k], 3 * relabelling[i], x, 3 * i, 3);
        }
        double weight = known.weights()[k];
        RotationQuadrature.visit(
            40,
            4,
            (r, measure) -> {
              double[] turned = new double[15];
              for (int p = 0; p < 15; p += 3) {
                for (int a = 0; a < 3; a++) {
                  turned[p + a] =
                      r[3 * a] * x[p] + r[3 * a + 1] * x[p + 1] + r[3 * a + 2] * x[p + 2];
                }
              }
              for (int i = 0; i < 15; i++) {
                residual[i] = xt[i] - beta * turned[i];
              }
              conversion.whitened(prior, c.time(), residual, image, 0, 15);
              double square = 0;
              for (int i = 0; i < 15; i++) {
                square += residual[i] * image[i];
              }
              double density = weight * measure * Math.exp(-0.5 * square);
              total[0] += density;
              for (int i = 0; i < 15; i++) {
                sum[i] += density * turned[i];
              }
            });
      }
    }
    for (int i = 0; i < 15; i++) {
      sum[i] /= total[0];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSoftTargetAgreesWithBruteForceOverRotations(Case c) {
    double[] x1 = cloud(1, 0.8);
    double[] xt = cloud(2, 0.6);
    double[] expected =
        bruteForce(
            c,
            xt,
            new ConformerMixture(new double[][] {x1}, new double[] {1}, new int[][] {SWAP[0]}));
    double[] y = shifted(x1);
    new PosteriorMean(c.path())
        .overRotations(c.prior().covariance(GRAPH), c.time(), shifted(xt), y, FROM, TO);
    assertArrayEquals(shifted(expected), y, 1e-6);
  }

  /// Conformers of different size: the likelihood's quadratic term decides as much as c(F).
  @ParameterizedTest
  @MethodSource("cases")
  void theEnsembleTargetAgreesWithBruteForceOverEverything(Case c) {
    ConformerMixture known =
        new ConformerMixture(
            new double[][] {cloud(1, 0.8), cloud(3, 1.1), cloud(4, 0.4)},
            new double[] {1, 2, 0.5},
            SWAP);
    double[] xt = cloud(2, 0.6);
    double[] expected = bruteForce(c, xt, known);
    double[] y = new double[TO];
    PosteriorMean mean = new PosteriorMean(c.path());
    Covariance prior = c.prior().covariance(GRAPH);
    double left = mean.overEnsemble(prior, c.time(), shifted(xt), known, 256, y, FROM, TO);
    assertArrayEquals(shifted(expected), y, 1e-6);
    assertEquals(0, left, 1e-12);
  }

  @Test
  void theNeglectedMassBoundsTheErrorOfAShortSum() {
    Case c = cases().get(3);
    ConformerMixture known =
        new ConformerMixture(
            new double[][] {cloud(1, 0.8), cloud(3, 1.1), cloud(4, 0.4)},
            new double[] {1, 2, 0.5},
            SWAP);
    double[] xt = shifted(cloud(2, 0.6));
    Covariance prior = c.prior().covariance(GRAPH);
    PosteriorMean mean = new PosteriorMean(c.path());
    double[] all = new double[TO];
    mean.overEnsemble(prior, c.time(), xt, known, 256, all, FROM, TO);
    double before = 1;
    for (int count = 1; count < 6; count++) {
      double[] y = new double[TO];
      double left = mean.overEnsemble(prior, c.time(), xt, known, count, y, FROM, TO);
      assertTrue(left > 0 && left <= before, count + " terms leave at most " + left);
      before = left;
      double error = 0;
      for (int i = FROM; i < TO; i++) {
        error = Math.max(error, Math.abs(y[i] - all[i]));
      }
      // No conformer is longer than 4 from the mean.
      assertTrue(error <= 8 * left, count + " terms: error " + error + ", mass " + left);
    }
  }

  @Test
  void theSoftTargetIsHorizontalForAnIsotropicPriorAndInTheMetricOfTheNoiseOtherwise() {
    for (Case c : cases()) {
      double[] y = cloud(1, 0.8);
      double[] xt = cloud(2, 0.6);
      Covariance prior = c.prior().covariance(GRAPH);
      new PosteriorMean(c.path()).overRotations(prior, c.time(), xt, y, 0, 15);
      double[] weighted = new double[15];
      new Parameterization(c.path()).whitened(prior, c.time(), y, weighted, 0, 15);
      double[] momentum = new double[3];
      double scale = 0;
      for (int p = 0; p < 15; p += 3) {
        momentum[0] += xt[p + 1] * weighted[p + 2] - xt[p + 2] * weighted[p + 1];
        momentum[1] += xt[p + 2] * weighted[p] - xt[p] * weighted[p + 2];
        momentum[2] += xt[p] * weighted[p + 1] - xt[p + 1] * weighted[p];
        scale += Math.abs(weighted[p]);
      }
      assertArrayEquals(new double[3], momentum, 1e-12 * scale);
    }
  }

  /// At the end of the path the posterior is a point: the best rotation.
  @Test
  void nearTheDataTheSoftTargetIsTheAlignedCloud() {
    double[] x1 = cloud(1, 1);
    double[] turned = new double[15];
    ShapeSpace.INSTANCE.act(RandomKey.of(8), x1, turned, 0, 15);
    double[] y = x1.clone();
    Covariance prior = GaussianPrior.unit().covariance(GRAPH);
    double[] xt = turned.clone();
    double t = 0.9999;
    for (int i = 0; i < 15; i++) {
      xt[i] *= t;
    }
    new PosteriorMean(Interpolant.linear()).overRotations(prior, t, xt, y, 0, 15);
    assertArrayEquals(turned, y, 1e-7);
  }

  @Test
  void oneConformerWithoutSymmetryMakesTheEnsembleTheSoftTarget() {
    Case c = cases().get(3);
    double[] x1 = cloud(1, 0.8);
    double[] xt = cloud(2, 0.6);
    Covariance prior = c.prior().covariance(GRAPH);
    double[] soft = x1.clone();
    double[] ensemble = new double[15];
    PosteriorMean mean = new PosteriorMean(c.path());
    mean.overRotations(prior, c.time(), xt, soft, 0, 15);
    ConformerMixture known =
        new ConformerMixture(new double[][] {x1}, new double[] {1}, new int[][] {SWAP[0]});
    mean.overEnsemble(prior, c.time(), xt, known, 1, ensemble, 0, 15);
    assertArrayEquals(soft, ensemble, 1e-14);
  }

  @Test
  void averagedStrategiesRefuseWhatWouldMoveTheirOptimum() {
    for (String name : List.of("soft", "ensemble")) {
      TrainingStrategy strategy = TrainingStrategy.parse(name);
      String coupling =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      Objective.of(
                          strategy, VelocityLoss.meanSquare(), sampler(new Coupling.Aligned())))
              .getMessage();
      assertTrue(coupling.contains("--coupling independent"), coupling);
      String loss =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      Objective.of(
                          strategy, VelocityLoss.perAtom(), sampler(new Coupling.Independent())))
              .getMessage();
      assertTrue(loss.contains("--loss mse"), loss);
    }
    PathSampler sampler = sampler(new Coupling.Independent());
    PathSample path =
        sampler.sample(
            new BondGraph[] {GRAPH},
            new int[] {0, 15},
            new float[15],
            new RandomKey[] {RandomKey.of(1)});
    Objective ensemble =
        Objective.of(TrainingStrategy.parse("ensemble"), VelocityLoss.meanSquare(), sampler);
    assertThrows(IllegalArgumentException.class, () -> ensemble.target(path, new double[15]));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new TrainingStrategy.Soft()
                .clean(
                    path,
                    TrivialQuotient.FLAT,
                    new Parameterization(Interpolant.linear()),
                    new double[15],
                    new double[15]));
  }

  private static PathSampler sampler(Coupling coupling) {
    return new PathSampler(
        Interpolant.linear(0.1),
        new HarmonicPrior(),
        coupling,
        TimeDistribution.Uniform.ET_FLOW,
        ShapeSpace.INSTANCE,
        true);
  }
}
