package quotient.models.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import quotient.geometry.ShapeSpace;
import quotient.models.SharedFiles;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.io.Safetensors;
import quotient.models.prior.BondGraph;
import quotient.models.prior.GaussianPrior;
import quotient.models.prior.HarmonicPrior;
import quotient.models.prior.Prior;

/// The released ET-Flow pipeline, number by number: interpolant, targets, losses.
final class ReleasedPipelineTest {
  private static final double DIGITS = 1e-12;

  private Safetensors reference;
  private BondGraph[] graphs;
  private int[] start;

  @BeforeEach
  void read() throws IOException {
    reference = SharedFiles.tensors("etflow/pipeline_so3_f64");
    int[] batch = reference.ints("in.batch");
    int[] bonds = reference.ints("in.bond_index");
    graphs = new BondGraph[3];
    start = new int[4];
    int first = 0;
    for (int b = 0; b < 3; b++) {
      int n = 0;
      while (first + n < batch.length && batch[first + n] == b) {
        n++;
      }
      List<Integer> pairs = new ArrayList<>();
      for (int k = 0; k < bonds.length / 2; k++) {
        int i = bonds[k] - first;
        int j = bonds[bonds.length / 2 + k] - first;
        if (i >= 0 && i < n && i < j) {
          pairs.add(i);
          pairs.add(j);
        }
      }
      graphs[b] = BondGraph.of(n, pairs.stream().mapToInt(Integer::intValue).toArray());
      start[b + 1] = start[b] + 3 * n;
      first += n;
    }
  }

  private PathSampler sampler(Prior prior, Coupling coupling, boolean centred) {
    return new PathSampler(
        Interpolant.linear(0.1),
        prior,
        coupling,
        TimeDistribution.Uniform.ET_FLOW,
        ShapeSpace.INSTANCE,
        centred);
  }

  private PathSample harmonic(boolean centred) throws IOException {
    return sampler(new HarmonicPrior(), new Coupling.Aligned(), centred)
        .join(
            graphs,
            start,
            reference.doubles("in.t"),
            reference.doubles("in.x0"),
            reference.doubles("in.x1"),
            reference.doubles("in.eps"));
  }

  private PathSample gaussian(boolean centred) throws IOException {
    return sampler(GaussianPrior.unit(), new Coupling.Independent(), centred)
        .join(
            graphs,
            start,
            reference.doubles("in.t"),
            reference.doubles("in.noise"),
            reference.doubles("in.x1"),
            reference.doubles("in.eps"));
  }

  @Test
  void theHarmonicPathIsTheReleasedOne() throws IOException {
    PathSample path = harmonic(false);
    double[] aligned = reference.doubles("out.x0_aligned");
    for (int b = 0; b < 3; b++) {
      ShapeSpace.INSTANCE.projectPoint(aligned, start[b], start[b + 1]);
    }
    assertArrayEquals(aligned, path.x0(), DIGITS);
    assertArrayEquals(reference.doubles("out.xt_harmonic"), path.xt(), DIGITS);
    assertArrayEquals(reference.doubles("out.ut_harmonic"), path.velocity(), DIGITS);
  }

  @Test
  void theGaussianPathIsTheReleasedOneWithItsUncentredTarget() throws IOException {
    PathSample path = gaussian(false);
    assertArrayEquals(reference.doubles("out.xt_gaussian"), path.xt(), DIGITS);
    assertArrayEquals(reference.doubles("out.ut_gaussian"), path.velocity(), DIGITS);
  }

  @Test
  void theReleasedLossesAreReproduced() throws IOException {
    VelocityLoss released =
        new VelocityLoss(
            VelocityLoss.Norm.PER_ATOM,
            VelocityLoss.Average.POINT,
            new TimeWeight.Constant(),
            3,
            true);
    TrainingStrategy conventional = new TrainingStrategy.Conventional();
    PathSampler plain = sampler(GaussianPrior.unit(), new Coupling.Independent(), false);
    assertLoss(
        "out.loss_released_harmonic", "harmonic", conventional, released, plain, harmonic(false));
    assertLoss(
        "out.loss_released_gaussian", "gaussian", conventional, released, plain, gaussian(false));
    assertLoss(
        "out.loss_centred_gaussian",
        "gaussian",
        conventional,
        VelocityLoss.perAtom(),
        plain,
        gaussian(false));
  }

  @Test
  void theHorizontalLossesAreReproduced() throws IOException {
    TrainingStrategy quotient = new TrainingStrategy.Quotient();
    PathSampler plain = sampler(GaussianPrior.unit(), new Coupling.Independent(), true);
    for (String prior : new String[] {"harmonic", "gaussian"}) {
      PathSample path = prior.equals("harmonic") ? harmonic(true) : gaussian(true);
      assertLoss(
          "out.loss_horizontal_l2_" + prior, prior, quotient, VelocityLoss.perAtom(), plain, path);
      assertLoss(
          "out.loss_horizontal_mse_" + prior,
          prior,
          quotient,
          VelocityLoss.meanSquare(),
          plain,
          path);
    }
  }

  private void assertLoss(
      String key,
      String prior,
      TrainingStrategy strategy,
      VelocityLoss loss,
      PathSampler sampler,
      PathSample path)
      throws IOException {
    double[] velocity = reference.doubles("out.v_" + prior);
    double[] gradient = new double[velocity.length];
    double[] perCloud = new double[3];
    double value =
        Objective.pathwise(strategy, loss, sampler).evaluate(path, velocity, gradient, perCloud);
    double expected = reference.doubles(key)[0];
    assertEquals(expected, value, 1e-12 * expected, key);
    assertEquals(value, Arrays.stream(perCloud).sum() / 3, 1e-12 * expected);
  }

  @Test
  void theHorizontalResidualIsTheGradientOfTheSquaredLoss() throws IOException {
    PathSampler plain = sampler(GaussianPrior.unit(), new Coupling.Independent(), true);
    for (String prior : new String[] {"harmonic", "gaussian"}) {
      PathSample path = prior.equals("harmonic") ? harmonic(true) : gaussian(true);
      double[] velocity = reference.doubles("out.v_" + prior);
      double[] gradient = new double[velocity.length];
      Objective.pathwise(new TrainingStrategy.Quotient(), VelocityLoss.meanSquare(), plain)
          .evaluate(path, velocity, gradient, new double[3]);
      double[] residual = reference.doubles("out.horizontal_residual_" + prior);
      for (int b = 0; b < 3; b++) {
        double scale = 2.0 / (3 * graphs[b].points());
        for (int i = start[b]; i < start[b + 1]; i++) {
          assertEquals(scale * residual[i], gradient[i], 1e-12);
        }
      }
    }
  }
}
