package quotient.models.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import quotient.models.conformer.ConformerModel;
import quotient.models.data.ConformerSet;
import quotient.models.generate.Conformer;
import quotient.models.generate.ConformerGenerator;
import quotient.models.generate.GenerateSettings;
import quotient.models.generate.Generated;
import quotient.models.generate.MoleculeRequest;
import quotient.models.molecule.SdfRecord;
import quotient.models.molecule.StereoPerception;
import quotient.models.report.MoleculeView;
import quotient.models.sample.SampleSettings;
import quotient.models.train.Lanes;
import quotient.tensor.random.RandomKey;

/// Samples of held-out molecules by one model, with the clouds they started from and the way of the
/// first sample of each.
final class SampledSet {
  /// States of a way that are kept, the start included.
  private static final int FRAMES = 40;

  private final List<Generated> generated;
  private final Map<Integer, Map<Integer, float[]>> starts;
  private final Map<Integer, Map<Integer, MoleculeView.Frame>> ways;

  private SampledSet(
      List<Generated> generated,
      Map<Integer, Map<Integer, float[]>> starts,
      Map<Integer, Map<Integer, MoleculeView.Frame>> ways) {
    this.generated = generated;
    this.starts = starts;
    this.ways = ways;
  }

  /// What is asked for of each molecule.
  static List<MoleculeRequest> requests(List<ConformerSet> molecules, long seed) {
    RandomKey root = RandomKey.of(seed).child("demo");
    List<MoleculeRequest> requests = new ArrayList<>();
    for (int m = 0; m < molecules.size(); m++) {
      ConformerSet set = molecules.get(m);
      requests.add(
          new MoleculeRequest(
              set.name(),
              set.molecule().smiles().orElse(set.name()),
              StereoPerception.of(set.molecule(), set.conformers().getFirst()),
              set.conformers().size(),
              root.child(m),
              set.molecule().items()));
    }
    return requests;
  }

  static SampledSet draw(
      ConformerModel model,
      Lanes lanes,
      SampleSettings sampling,
      List<MoleculeRequest> requests,
      int perReference) {
    Map<Integer, Map<Integer, float[]>> starts = new ConcurrentHashMap<>();
    Map<Integer, Map<Integer, MoleculeView.Frame>> ways = new ConcurrentHashMap<>();
    int stride = Math.max(1, sampling.steps() / FRAMES);
    ConformerGenerator generator =
        new ConformerGenerator(
            model, lanes, sampling, GenerateSettings.defaults().withGeometry("off"));
    List<Generated> generated =
        generator.generate(
            requests,
            request -> perReference * request.references(),
            (request, sample, step, time, x) -> {
              if (step == 0) {
                starts.computeIfAbsent(request, _ -> new ConcurrentSkipListMap<>()).put(sample, x);
              }
              if (sample == 0 && (step % stride == 0 || step == sampling.steps())) {
                ways.computeIfAbsent(request, _ -> new ConcurrentSkipListMap<>())
                    .put(step, new MoleculeView.Frame(time, x));
              }
            });
    return new SampledSet(generated, starts, ways);
  }

  List<Generated> generated() {
    return generated;
  }

  /// The conformers as records of a structure file.
  List<SdfRecord> records() {
    List<SdfRecord> records = new ArrayList<>();
    for (Generated made : generated) {
      for (Conformer conformer : made.conformers()) {
        records.add(SdfRecord.of(made.request().molecule(), conformer.xyz()));
      }
    }
    return records;
  }

  /// The starting clouds, as if they were conformers.
  List<SdfRecord> startRecords() {
    List<SdfRecord> records = new ArrayList<>();
    for (int r = 0; r < generated.size(); r++) {
      for (float[] x : starts.getOrDefault(r, Map.of()).values()) {
        records.add(SdfRecord.of(generated.get(r).request().molecule(), x));
      }
    }
    return records;
  }

  /// The way of a molecule's first sample; empty if that sample was drawn again.
  Optional<List<MoleculeView.Frame>> way(int request) {
    List<Conformer> made = generated.get(request).conformers();
    Map<Integer, MoleculeView.Frame> frames = ways.getOrDefault(request, Map.of());
    if (made.isEmpty() || frames.isEmpty()) {
      return Optional.empty();
    }
    return switch (made.getFirst().stereo()) {
      case RESAMPLED, WRONG -> Optional.empty();
      case MIRRORED -> Optional.of(frames.values().stream().map(SampledSet::mirrored).toList());
      case OK, UNCHECKED -> Optional.of(List.copyOf(frames.values()));
    };
  }

  private static MoleculeView.Frame mirrored(MoleculeView.Frame frame) {
    float[] x = frame.xyz().clone();
    for (int i = 0; i < x.length; i += 3) {
      x[i] = -x[i];
    }
    return new MoleculeView.Frame(frame.time(), x);
  }
}
