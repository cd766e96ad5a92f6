package quotient.models.conformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quotient.autodiff.Tape;
import quotient.models.data.ConformerSet;
import quotient.models.graph.MoleculeInput;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.net.Denoiser;
import quotient.models.net.MoleculeCondition;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Prior;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.SampleSettings;
import quotient.models.sample.Sampler;
import quotient.models.sample.SamplerKind;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.VelocityField;
import quotient.models.train.Lanes;
import quotient.tensor.FloatTensor;
import quotient.tensor.random.RandomKey;

/// Draws conformers from a model, many molecules at a time, on all threads of its lanes.
///
/// Sample j of a request depends on the model, the settings and `request.key().child(j)` alone: not
/// on the other requests, their order, or the number of threads. *Confined.*
public final class ConformerSampler {
  private final ConformerModel model;
  private final Lanes lanes;
  private final MoleculeCondition[] conditions;

  /// A sampler that runs the model on the given lanes.
  public ConformerSampler(ConformerModel model, Lanes lanes) {
    this.model = model;
    this.lanes = lanes;
    this.conditions = new MoleculeCondition[lanes.count()];
    for (int lane = 0; lane < conditions.length; lane++) {
      conditions[lane] = new MoleculeCondition();
    }
  }

  /// Conformers wanted of one molecule.
  ///
  /// @param graph the molecule
  /// @param key of all its randomness
  /// @param first index of the first sample
  /// @param count number of samples
  public record Request(MoleculeGraph graph, RandomKey key, int first, int count) {}

  /// Is shown the states of one cloud on its way.
  @FunctionalInterface
  public interface Observer {
    /// @param request index of the request
    /// @param sample index within the request
    /// @param x coordinates of that cloud, [3 n], Å; a copy
    void see(int request, int sample, int step, double time, float[] x);
  }

  private record Item(int request, int sample) {}

  /// The samples of each request, in order: coordinates [3 n], Å, centred.
  ///
  /// @throws IllegalArgumentException if the model does not allow this sampler
  public List<List<float[]>> sample(List<Request> requests, SampleSettings settings) {
    return sample(requests, settings, Optional.empty());
  }

  /// As above, showing every state of every cloud; the observer may be called by several threads.
  public List<List<float[]>> sample(
      List<Request> requests, SampleSettings settings, Optional<Observer> observer) {
    List<List<Item>> slices = slices(requests, settings.sliceAtoms());
    float[][][] results = new float[requests.size()][][];
    for (int r = 0; r < results.length; r++) {
      results[r] = new float[requests.get(r).count()][];
    }
    lanes.forEach(
        slices.size(),
        (index, tape, lane) ->
            runSlice(
                requests, slices.get(index), settings, tape, conditions[lane], results, observer));
    return Arrays.stream(results).map(List::of).toList();
  }

  private static List<List<Item>> slices(List<Request> requests, int atoms) {
    List<List<Item>> slices = new ArrayList<>();
    List<Item> current = new ArrayList<>();
    int filled = 0;
    for (int r = 0; r < requests.size(); r++) {
      int own = requests.get(r).graph().atomCount();
      for (int j = 0; j < requests.get(r).count(); j++) {
        if (!current.isEmpty() && filled + own > atoms) {
          slices.add(current);
          current = new ArrayList<>();
          filled = 0;
        }
        current.add(new Item(r, j));
        filled += own;
      }
    }
    if (!current.isEmpty()) {
      slices.add(current);
    }
    return slices;
  }

  private void runSlice(
      List<Request> requests,
      List<Item> items,
      SampleSettings settings,
      Tape tape,
      MoleculeCondition condition,
      float[][][] results,
      Optional<Observer> observer) {
    int clouds = items.size();
    BondGraph[] graphs = new BondGraph[clouds];
    RandomKey[] keys = new RandomKey[clouds];
    MoleculeInput input = condition.input();
    input.clear();
    for (int b = 0; b < clouds; b++) {
      Request request = requests.get(items.get(b).request());
      graphs[b] = ConformerSet.bonds(request.graph().molecule());
      keys[b] = request.key().child(request.first() + items.get(b).sample());
      NetworkInputs.add(input, request.graph());
    }
    SamplerKind kind = settings.kind();
    Prior prior = model.prior();
    SamplingBatch batch =
        SamplingBatch.of(
            kind.space(model.space()), model.interpolant(), model.coupling(), prior, graphs);
    VelocityField field = kind.field(model.space(), batch, networkField(tape, condition));
    Sampler sampler = settings.create();
    double[] x = batch.draw(prior, graphs, keys);
    NoiseSource noise = new NoiseSource.Keyed(keys, sampler.noiseSteps());
    sampler.run(
        batch,
        field,
        noise,
        x,
        (step, time, state) -> observer.ifPresent(o -> show(o, items, batch, step, time, state)));
    for (int b = 0; b < clouds; b++) {
      Item item = items.get(b);
      results[item.request()][item.sample()] = floats(x, batch.start()[b], batch.start()[b + 1]);
    }
  }

  private static void show(
      Observer observer,
      List<Item> items,
      SamplingBatch batch,
      int step,
      double[] time,
      double[] state) {
    for (int b = 0; b < items.size(); b++) {
      Item item = items.get(b);
      observer.see(
          item.request(),
          item.sample(),
          step,
          time[b],
          floats(state, batch.start()[b], batch.start()[b + 1]));
    }
  }

  private static float[] floats(double[] x, int from, int to) {
    float[] out = new float[to - from];
    for (int i = from; i < to; i++) {
      out[i - from] = (float) x[i];
    }
    return out;
  }

  /// The network as a field: float inside, double outside.
  private VelocityField networkField(Tape tape, MoleculeCondition condition) {
    Denoiser<MoleculeCondition> network = model.network();
    FloatTensor positions = FloatTensor.zeros(condition.input().atoms(), 3);
    float[] times = new float[condition.input().molecules()];
    return (x, time, previous, out) -> {
      for (int i = 0; i < x.length; i++) {
        positions.data()[i] = (float) x[i];
      }
      for (int b = 0; b < times.length; b++) {
        times[b] = (float) time[b];
      }
      try (Tape.Pass _ = tape.inference()) {
        FloatTensor v = network.forward(tape, tape.constant(positions), times, condition).value();
        for (int i = 0; i < out.length; i++) {
          out[i] = v.data()[v.offset() + i];
        }
      }
    };
  }
}
