package quotient.models.toy;

import java.util.ArrayList;
import java.util.List;
import quotient.autodiff.Tape;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.TimeGrid;
import quotient.models.net.NetworkField;
import quotient.models.net.PlaneMlp;
import quotient.models.sample.FlowMeasure;
import quotient.models.sample.Likelihood;
import quotient.models.sample.SampleSettings;
import quotient.models.sample.SamplerKind;
import quotient.models.sample.SamplingBatch;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// Draws from a trained toy and measures it against the exact law. *Confined.*
public final class ToySampler {
  private static final int RECORDED = 24;
  private static final int MEASURED = 256;
  private static final int MEASURE_STEPS = 100;

  /// The density of trained networks is compared here: later, that of a target with little jitter is
  /// too narrow for them.
  private static final double LIKELIHOOD_END = 0.9;

  private static final int LIKELIHOOD_STEPS = 40;

  private final ToyModel model;
  private final ToyTarget target;
  private final Tape tape = new Tape(Tensors.singleThreaded());

  /// For one model.
  public ToySampler(ToyModel model) {
    this.model = model;
    this.target = model.settings().law();
  }

  /// The law it was trained towards.
  public ToyTarget target() {
    return target;
  }

  /// Carries configurations to the data; number j depends on `key.child(j)` alone.
  public ToyFlow sample(String name, SampleSettings settings, int count, RandomKey key) {
    SamplerKind kind = settings.kind();
    QuotientSpace space = model.space().quotient();
    return ToyFlow.run(
        name,
        model.space(),
        kind.space(space),
        model.coupling(),
        batch -> kind.field(space, batch, field(batch.clouds())),
        settings.create(),
        RECORDED,
        count,
        key);
  }

  private NetworkField<PlaneMlp.Times> field(int count) {
    return new NetworkField<>(
        model.network(), tape, new PlaneMlp.Times(), count, model.space().coordinates());
  }

  /// Means of the paper's Corollary 3 over 256 paths of the ODE.
  ///
  /// @param conventional whether to follow the network's whole output, or its horizontal part
  public FlowMeasure flow(boolean conventional, RandomKey key) {
    QuotientSpace space = model.space().quotient();
    SamplingBatch batch =
        ToyFlow.batch(
            model.space(),
            conventional ? new TotalSpace(space) : space,
            model.coupling(),
            MEASURED);
    return FlowMeasure.mean(
        FlowMeasure.along(
            batch,
            space,
            field(MEASURED),
            TimeGrid.uniform(MEASURE_STEPS),
            ToyFlow.starts(model.space(), key, 0, MEASURED)));
  }

  /// The density that a network's flow has at time 0.9, against the exact one, at points of the
  /// flow.
  ///
  /// @param difference mean of log p(network) - log p(exact): the Kullback-Leibler divergence of the
  ///     flow's law from the exact one at that time, 0 for a perfect network
  /// @param deviation of that difference from point to point
  /// @param standardError of the mean
  public record Density(double difference, double deviation, double standardError) {}

  /// Compares densities at that many points of the flow.
  ///
  /// @param exact whether the trace of the Jacobian is exact, or Hutchinson's estimate
  public Density density(boolean exact, int count, RandomKey key) {
    SamplingBatch batch =
        ToyFlow.batch(model.space(), model.space().quotient(), model.coupling(), count);
    List<RandomKey> keys = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      keys.add(key.child(b));
    }
    Likelihood.Trace trace =
        exact
            ? new Likelihood.Trace.Exact()
            : new Likelihood.Trace.Hutchinson(keys.toArray(new RandomKey[0]));
    NetworkField<PlaneMlp.Times> field = field(count);
    Likelihood likelihood = new Likelihood(batch, field, field, trace);
    double[] x = ToyFlow.starts(model.space(), key, 0, count);
    double[] found = likelihood.forward(TimeGrid.uniform(LIKELIHOOD_STEPS), LIKELIHOOD_END, x);
    double[] right = target.logDensity(LIKELIHOOD_END, x);
    double mean = 0;
    double square = 0;
    for (int b = 0; b < count; b++) {
      double d = found[b] - right[b];
      mean += d / count;
      square += d * d / count;
    }
    double deviation = Math.sqrt(Math.max(0, square - mean * mean));
    return new Density(mean, deviation, deviation / Math.sqrt(count));
  }
}
