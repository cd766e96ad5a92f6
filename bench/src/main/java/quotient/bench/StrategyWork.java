package quotient.bench;

import java.util.ArrayList;
import java.util.List;
import quotient.models.conformer.TrainingMixture;
import quotient.models.data.ConformerSet;
import quotient.models.interpolant.ConformerMixture;
import quotient.models.interpolant.PathSample;
import quotient.models.interpolant.PathSampler;
import quotient.models.loss.Objective;
import quotient.models.loss.TrainingStrategy;
import quotient.models.loss.VelocityLoss;
import quotient.tensor.parallel.WorkerPool;

/// What a training strategy costs in a step: from velocities to a loss and its gradient, for all
/// slices of a batch. The size is molecules, atoms of each.
final class StrategyWork implements Workload {
  private static final int SLICE_ATOMS = 320;

  private final WorkerPool pool;
  private final TrainingStrategy strategy;
  private final PathSampler paths = EtFlowBatch.paths();
  private final List<Slice> slices = new ArrayList<>();

  /// Molecules that go through the network together.
  private record Slice(
      PathSample path,
      List<ConformerSet> sets,
      float[] velocity,
      float[] gradient,
      double[] perCloud) {}

  StrategyWork(Case what, WorkerPool pool) {
    this.pool = pool;
    strategy = TrainingStrategy.parse(what.operation().substring("strategy-".length()));
    EtFlowBatch batch = EtFlowBatch.of(what.size(0), what.size(1));
    int each = Math.max(1, SLICE_ATOMS / batch.atoms());
    for (int from = 0; from < batch.molecules(); from += each) {
      int to = Math.min(batch.molecules(), from + each);
      float[] velocity = batch.target(from, to);
      float[] error = Inputs.uniform("error", velocity.length);
      for (int i = 0; i < velocity.length; i++) {
        velocity[i] += error[i];
      }
      slices.add(
          new Slice(
              batch.path(from, to),
              batch.sets(from, to),
              velocity,
              new float[velocity.length],
              new double[to - from]));
    }
  }

  @Override
  public void run() {
    pool.parallelFor(
        slices.size(),
        1,
        (from, to, _) -> {
          for (int i = from; i < to; i++) {
            evaluate(slices.get(i));
          }
        });
  }

  private void evaluate(Slice slice) {
    PathSample path = slice.path();
    if (strategy instanceof TrainingStrategy.Ensemble) {
      ConformerMixture[] mixtures = new ConformerMixture[slice.sets().size()];
      for (int b = 0; b < mixtures.length; b++) {
        mixtures[b] = TrainingMixture.of(slice.sets().get(b), false, false);
      }
      path = path.knowing(mixtures);
    }
    Objective.of(strategy, VelocityLoss.meanSquare(), paths)
        .evaluate(path, slice.velocity(), slice.gradient(), slice.perCloud());
  }

  @Override
  public List<float[]> result() {
    run();
    return slices.stream().map(slice -> slice.gradient().clone()).toList();
  }
}
