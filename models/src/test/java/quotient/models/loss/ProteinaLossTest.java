package quotient.models.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

/// The flow-matching, quotient and alignment losses of proteina.md sections 5 and 7.
final class ProteinaLossTest {
  private static final int PADDED = 19;

  private Safetensors reference;
  private int[] length;
  private int[] start;

  @BeforeEach
  void read() throws IOException {
    reference = SharedFiles.tensors("proteina/model_small_f64");
    length = new int[] {19, 13};
    start = new int[] {0, 57, 96};
  }

  @ParameterizedTest
  @CsvSource({
    "conventional, out.loss_fm, grad.v",
    "quotient, out.loss_quotient, grad.v_loss_quotient",
    "geodiff, out.loss_geodiff, grad.v_loss_geodiff",
    "af3, out.loss_af3, grad.v_loss_af3"
  })
  void lossAndGradientAgreeWithTheReference(String name, String lossKey, String gradientKey)
      throws IOException {
    PathSampler sampler =
        new PathSampler(
            Interpolant.linear(),
            GaussianPrior.unit(),
            new Coupling.Independent(),
            TimeDistribution.BetaUniform.PROTEINA,
            ShapeSpace.INSTANCE,
            true);
    BondGraph[] graphs = {BondGraph.unbonded(length[0]), BondGraph.unbonded(length[1])};
    PathSample path =
        sampler.join(
            graphs,
            start,
            reference.doubles("in.t"),
            ragged("in.x0"),
            ragged("in.x1"),
            new double[start[2]]);
    double[] velocity = ragged("out.v");
    double[] gradient = new double[velocity.length];
    double[] perCloud = new double[2];
    Objective.of(TrainingStrategy.parse(name), VelocityLoss.proteina(), sampler)
        .evaluate(path, velocity, gradient, perCloud);
    double[] expected = reference.doubles(lossKey);
    double[] expectedGradient = ragged(gradientKey);
    double largest = 0;
    for (double g : expectedGradient) {
      largest = Math.max(largest, Math.abs(g));
    }
    for (int b = 0; b < 2; b++) {
      assertEquals(expected[b], perCloud[b], 1e-10 * expected[b]);
    }
    for (int i = 0; i < gradient.length; i++) {
      assertEquals(expectedGradient[i], gradient[i], 1e-9 * largest);
    }
  }

  private double[] ragged(String key) throws IOException {
    double[] padded = reference.doubles(key);
    double[] out = new double[start[2]];
    for (int b = 0; b < 2; b++) {
      System.arraycopy(padded, b * PADDED * 3, out, start[b], 3 * length[b]);
    }
    return out;
  }
}
