package quotient.models.backbone;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.autodiff.Tape;
import quotient.geometry.ShapeSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.TimeGrid;
import quotient.models.net.ProteinCondition;
import quotient.models.net.Proteina;
import quotient.models.net.ProteinaConfig;
import quotient.models.prior.BondGraph;
import quotient.models.prior.GaussianPrior;
import quotient.models.sample.NoiseSchedule;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.SamplerKind;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.SelfConditioning;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// The network under the samplers: what it is told of itself, and what samples depend on.
final class NetworkFieldTest {
  private static final ProteinaConfig CONFIG =
      new ProteinaConfig(24, 2, 2, 8, 8, 8, 4, 8, 2, 15, 8, 12, new ProteinaConfig.Folds(2, 3, 4));

  private static final Proteina NETWORK = new Proteina(CONFIG, RandomKey.of(5));
  private static final int STEPS = 6;

  private static double[] sample(SamplerKind kind, SelfConditioning.Mode mode, int... lengths) {
    ProteinCondition condition = new ProteinCondition();
    BondGraph[] graphs = new BondGraph[lengths.length];
    RandomKey[] keys = new RandomKey[lengths.length];
    for (int b = 0; b < lengths.length; b++) {
      condition.input().addChain(lengths[b]);
      graphs[b] = BondGraph.unbonded(lengths[b]);
      keys[b] = RandomKey.of(8).child(lengths[b]);
    }
    SamplingBatch batch =
        SamplingBatch.of(
            kind.space(ShapeSpace.INSTANCE),
            Interpolant.linear(),
            new Coupling.Independent(),
            GaussianPrior.unit(),
            graphs);
    double[] x = batch.draw(GaussianPrior.unit(), graphs, keys);
    Tape tape = new Tape(Tensors.singleThreaded());
    var sampler =
        kind.create(
            new OdeSampler.Solver.Euler(),
            TimeGrid.log(STEPS, 2),
            NoiseSchedule.inverseTime(5, 0.45),
            mode);
    NoiseSource noise = new NoiseSource.Keyed(keys, sampler.noiseSteps());
    sampler.run(
        batch, new NetworkField(NETWORK, tape, condition), noise, x, (step, time, state) -> {});
    return x;
  }

  @Test
  void samplersMoveChainsToFinitePlacesWhateverTheMode() {
    List<double[]> results = new ArrayList<>();
    for (SamplerKind kind : List.of(SamplerKind.QUOTIENT_ODE, SamplerKind.QUOTIENT_SDE)) {
      for (SelfConditioning.Mode mode : SelfConditioning.Mode.values()) {
        double[] x = sample(kind, mode, 17, 30);
        for (double value : x) {
          assertTrue(Double.isFinite(value));
        }
        for (double[] other : results) {
          assertFalse(Arrays.equals(other, x), kind + " " + mode);
        }
        results.add(x);
      }
    }
    assertEquals(6, results.size());
  }

  @Test
  void aSampleDependsOnItsOwnKeyAloneNotOnCompany() {
    SelfConditioning.Mode mode = SelfConditioning.Mode.PROJECTED;
    double[] together = sample(SamplerKind.QUOTIENT_SDE, mode, 17, 30);
    double[] alone = sample(SamplerKind.QUOTIENT_SDE, mode, 30);
    assertArrayEquals(Arrays.copyOfRange(together, 51, 141), alone);
  }
}
