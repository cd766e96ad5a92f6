package quotient.models.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quotient.autodiff.Tape;
import quotient.models.graph.ChainInput;
import quotient.models.net.ProteinCondition;
import quotient.models.net.Proteina;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Prior;
import quotient.models.sample.Guidance;
import quotient.models.sample.NoiseSource;
import quotient.models.sample.Sampler;
import quotient.models.sample.SamplerKind;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.VelocityField;
import quotient.models.train.Lanes;
import quotient.tensor.random.RandomKey;

/// Draws backbones from a model, many at a time, on all threads of its lanes.
///
/// A structure depends on the model, the settings, its length, label and key alone: not on the others
/// it was drawn with, or the number of threads. *Confined.*
public final class BackboneSampler {
  private static final double ANGSTROM_PER_NM = 10;

  private final BackboneModel model;
  private final Optional<BackboneModel> weak;
  private final Lanes lanes;

  /// A sampler that runs the model on the given lanes.
  ///
  /// @param weak the weaker model of autoguidance, if there is one
  public BackboneSampler(BackboneModel model, Optional<BackboneModel> weak, Lanes lanes) {
    this.model = model;
    this.weak = weak;
    this.lanes = lanes;
  }

  /// One structure that is wanted.
  ///
  /// @param length number of residues
  /// @param label its fold class
  /// @param key of all its randomness
  public record Request(int length, FoldLabel label, RandomKey key) {
    /// Structure j of that length under a seed.
    public static Request of(long seed, int length, int index, FoldLabel label) {
      return new Request(
          length, label, RandomKey.of(seed).child("backbone").child(length).child(index));
    }

    /// The same with a label that its own key decides on.
    public static Request of(long seed, int length, int index, FoldChoice folds) {
      Request bare = of(seed, length, index, FoldLabel.NONE);
      return new Request(length, folds.label(bare.key()), bare.key());
    }
  }

  /// Is shown the states of one structure on its way.
  @FunctionalInterface
  public interface Observer {
    /// @param request index of the request
    /// @param x alpha carbons, [3 n], Å; a copy
    void see(int request, int step, double time, float[] x);
  }

  /// The structures, in the order of the requests: alpha carbons [3 n], Å, centred.
  ///
  /// @throws IllegalArgumentException if guidance needs a weaker model or a label and there is none
  public List<float[]> sample(
      List<Request> requests, BackboneSampleSettings settings, Optional<Observer> observer) {
    Guidance guidance = settings.guided();
    if (guidance.needsWeak() && weak.isEmpty()) {
      throw new IllegalArgumentException(
          "guidance: autoguidance "
              + settings.autoguidance()
              + " needs a weaker model; give --weak-model");
    }
    if (guidance.needsUnlabelled() && requests.stream().anyMatch(r -> r.label().isNone())) {
      throw new IllegalArgumentException(
          "guidance: weight "
              + settings.guidance()
              + " strengthens a label; give --label, or --weak-model with --autoguidance 1");
    }
    List<List<Integer>> slices = slices(requests, settings.sliceResidues());
    float[][] results = new float[requests.size()][];
    lanes.forEach(
        slices.size(),
        (index, tape, _) ->
            runSlice(requests, slices.get(index), settings, tape, results, observer));
    return List.of(results);
  }

  private static List<List<Integer>> slices(List<Request> requests, int residues) {
    List<List<Integer>> slices = new ArrayList<>();
    List<Integer> current = new ArrayList<>();
    int filled = 0;
    for (int r = 0; r < requests.size(); r++) {
      int own = requests.get(r).length();
      if (!current.isEmpty() && filled + own > residues) {
        slices.add(current);
        current = new ArrayList<>();
        filled = 0;
      }
      current.add(r);
      filled += own;
    }
    if (!current.isEmpty()) {
      slices.add(current);
    }
    return slices;
  }

  private void runSlice(
      List<Request> requests,
      List<Integer> items,
      BackboneSampleSettings settings,
      Tape tape,
      float[][] results,
      Optional<Observer> observer) {
    List<Request> own = items.stream().map(requests::get).toList();
    int clouds = own.size();
    BondGraph[] graphs = new BondGraph[clouds];
    RandomKey[] keys = new RandomKey[clouds];
    for (int b = 0; b < clouds; b++) {
      graphs[b] = BondGraph.unbonded(own.get(b).length());
      keys[b] = own.get(b).key();
    }
    SamplerKind kind = settings.kind();
    Prior prior = model.prior();
    SamplingBatch batch =
        SamplingBatch.of(
            kind.space(model.space()), model.interpolant(), model.coupling(), prior, graphs);
    VelocityField field = kind.field(model.space(), batch, guided(own, settings, tape));
    if (settings.restrainFrom() < 1) {
      field = new ChainRestraint(batch, field, settings.restrainFrom());
    }
    Sampler sampler = settings.create(model.settings().ownEstimateMode());
    double[] x = batch.draw(prior, graphs, keys);
    sampler.run(
        batch,
        field,
        new NoiseSource.Keyed(keys, sampler.noiseSteps()),
        x,
        (step, time, state) -> observer.ifPresent(o -> show(o, items, batch, step, time, state)));
    for (int b = 0; b < clouds; b++) {
      results[items.get(b)] = angstrom(x, batch.start()[b], batch.start()[b + 1]);
    }
  }

  private static void show(
      Observer observer,
      List<Integer> items,
      SamplingBatch batch,
      int step,
      double[] time,
      double[] state) {
    for (int b = 0; b < items.size(); b++) {
      observer.see(
          items.get(b), step, time[b], angstrom(state, batch.start()[b], batch.start()[b + 1]));
    }
  }

  private static float[] angstrom(double[] x, int from, int to) {
    float[] out = new float[to - from];
    for (int i = from; i < to; i++) {
      out[i - from] = (float) (ANGSTROM_PER_NM * x[i]);
    }
    return out;
  }

  private VelocityField guided(List<Request> own, BackboneSampleSettings settings, Tape tape) {
    Guidance guidance = settings.guided();
    VelocityField labelled = field(model.network(), own, true, tape);
    VelocityField bare =
        guidance.needsUnlabelled() ? field(model.network(), own, false, tape) : labelled;
    VelocityField weaker =
        guidance.needsWeak() ? field(weak.orElseThrow().network(), own, true, tape) : labelled;
    return guidance.field(labelled, bare, weaker);
  }

  /// A network as a field, told the labels or not.
  private static VelocityField field(
      Proteina network, List<Request> own, boolean labelled, Tape tape) {
    ProteinCondition condition = new ProteinCondition();
    ChainInput input = condition.input();
    for (int b = 0; b < own.size(); b++) {
      input.addChain(own.get(b).length());
      FoldLabel label = labelled ? own.get(b).label() : FoldLabel.NONE;
      input.setFold(b, label.fold(), label.architecture(), label.topology());
    }
    return new NetworkField(network, tape, condition);
  }
}
