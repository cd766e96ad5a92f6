package quotient.models.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import quotient.models.conformer.ConformerModel;
import quotient.models.conformer.ConformerSampler;
import quotient.models.metric.GeometryCheck;
import quotient.models.metric.Rmsd;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.molecule.Perception;
import quotient.models.sample.SampleSettings;
import quotient.models.train.Lanes;
import quotient.tensor.random.RandomKey;

/// Makes conformers of molecules with a model, and looks after their stereochemistry and geometry.
///
/// Sample j of a request depends on the model, the settings, the request's key and j alone. A sample
/// that is drawn again takes its numbers from a child key, so repairs do not move the others.
/// Mirroring is a repair of the output, outside the group of the sampler. *Confined.*
public final class ConformerGenerator {
  private final ConformerModel model;
  private final ConformerSampler sampler;
  private final SampleSettings sampling;
  private final GenerateSettings settings;

  /// @param lanes the threads to work on
  public ConformerGenerator(
      ConformerModel model, Lanes lanes, SampleSettings sampling, GenerateSettings settings) {
    this.model = model;
    this.sampler = new ConformerSampler(model, lanes);
    this.sampling = sampling;
    this.settings = settings;
  }

  /// How many conformers are wanted of each request.
  @FunctionalInterface
  public interface Count {
    int of(MoleculeRequest request);
  }

  /// Works on several requests at once; results are in their order.
  ///
  /// @throws CancellationException if the calling thread is interrupted; nothing is made then
  public List<Generated> generate(List<MoleculeRequest> requests, Count count) {
    return generate(requests, count, (request, sample, step, time, x) -> {});
  }

  /// As above, showing the states of every first draw (not those of repairs), request by request in
  /// the given order; the observer may be called by several threads.
  ///
  /// @throws CancellationException if the calling thread is interrupted; nothing is made then
  public List<Generated> generate(
      List<MoleculeRequest> requests, Count count, ConformerSampler.Observer observer) {
    List<Pending> pending = new ArrayList<>();
    for (MoleculeRequest request : requests) {
      pending.add(prepare(request, count.of(request), pending.size()));
    }
    List<Pending> ready = pending.stream().filter(p -> p.graph.isPresent()).toList();
    if (settings.timeLimit() > 0) {
      ready.forEach(p -> runWithinLimit(p, observer));
    } else {
      run(ready, new Watch(Double.POSITIVE_INFINITY), observer);
    }
    return pending.stream().map(this::finish).toList();
  }

  private void runWithinLimit(Pending pending, ConformerSampler.Observer observer) {
    try {
      run(List.of(pending), new Watch(settings.timeLimit()), observer);
    } catch (OutOfTimeException e) {
      pending.failure = Optional.of("not done within --time-limit " + settings.timeLimit() + " s");
      pending.graph = Optional.empty();
    }
  }

  private void run(List<Pending> ready, Watch watch, ConformerSampler.Observer observer) {
    draw(ready, watch, observer);
    for (int retry = 0; retry < settings.retries(); retry++) {
      redraw(ready, retry, watch);
    }
  }

  /// The time of one molecule is up.
  private static final class OutOfTimeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Looks at the clock and at the calling thread's interruption at every step of the sampler.
  private static final class Watch implements ConformerSampler.Observer {
    private final Thread caller = Thread.currentThread();
    private final long started = System.nanoTime();
    private final double seconds;

    Watch(double seconds) {
      this.seconds = seconds;
    }

    @Override
    public void see(int request, int sample, int step, double time, float[] x) {
      if (caller.isInterrupted()) {
        throw new CancellationException("sampling was interrupted");
      }
      if ((System.nanoTime() - started) * 1e-9 > seconds) {
        throw new OutOfTimeException();
      }
    }
  }

  /// A request on its way.
  private static final class Pending {
    private final MoleculeRequest request;
    private final int asked;
    private final int index;
    private Optional<MoleculeGraph> graph = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private Optional<String> note = Optional.empty();
    private Optional<Inspection> inspection = Optional.empty();
    private final List<Conformer> conformers = new ArrayList<>();

    Pending(MoleculeRequest request, int asked, int index) {
      this.request = request;
      this.asked = asked;
      this.index = index;
    }

    Molecule molecule() {
      return graph.orElseThrow().molecule();
    }
  }

  // ---- before sampling ----

  private Pending prepare(MoleculeRequest request, int asked, int index) {
    Pending pending = new Pending(request, asked, index);
    try {
      Molecule molecule = request.molecule();
      Fragments fragments = new Fragments(molecule);
      if (fragments.count() > 1) {
        if (settings.fragments().equals("refuse")) {
          throw new IllegalArgumentException(
              fragments.count() + " fragments; --fragments largest keeps the largest one");
        }
        molecule = fragments.largest();
        pending.note = Optional.of("largest of " + fragments.count() + " fragments");
      }
      requireKnown(molecule);
      pending.graph = Optional.of(MoleculeGraph.of(molecule));
      pending.inspection = Optional.of(new Inspection(Perception.of(molecule), settings));
    } catch (IllegalArgumentException e) {
      pending.failure = Optional.of(String.valueOf(e.getMessage()));
    }
    return pending;
  }

  private void requireKnown(Molecule molecule) {
    if (molecule.atomCount() == 0) {
      throw new IllegalArgumentException("no atoms");
    }
    if (settings.maxAtoms() > 0 && molecule.atomCount() > settings.maxAtoms()) {
      throw new IllegalArgumentException(
          molecule.atomCount() + " atoms, above --max-atoms " + settings.maxAtoms());
    }
    if (settings.allowUnknown()) {
      return;
    }
    List<String> unknown = model.vocabulary().map(v -> v.unknown(molecule)).orElse(List.of());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "the model has not seen "
              + String.join(", ", unknown)
              + "; --allow-unknown tries all"
              + " the same");
    }
  }

  // ---- sampling and repair ----

  private void draw(List<Pending> pending, Watch watch, ConformerSampler.Observer observer) {
    List<ConformerSampler.Request> wanted = new ArrayList<>();
    for (Pending p : pending) {
      wanted.add(new ConformerSampler.Request(p.graph.orElseThrow(), p.request.key(), 0, p.asked));
    }
    ConformerSampler.Observer both =
        (request, sample, step, time, x) -> {
          watch.see(request, sample, step, time, x);
          observer.see(pending.get(request).index, sample, step, time, x);
        };
    List<List<float[]>> samples = sampler.sample(wanted, sampling, Optional.of(both));
    for (int i = 0; i < pending.size(); i++) {
      Pending p = pending.get(i);
      for (float[] xyz : samples.get(i)) {
        p.conformers.add(p.inspection.orElseThrow().of(xyz));
      }
    }
  }

  /// Draws those again whose stereochemistry or geometry is not right, and keeps the better ones.
  private void redraw(List<Pending> pending, int retry, Watch watch) {
    List<Pending> owner = new ArrayList<>();
    List<Integer> place = new ArrayList<>();
    List<ConformerSampler.Request> wanted = new ArrayList<>();
    for (Pending p : pending) {
      RandomKey key = p.request.key().child("retry").child(retry);
      for (int j = 0; j < p.conformers.size(); j++) {
        if (p.inspection.orElseThrow().isToBeDrawnAgain(p.conformers.get(j))) {
          owner.add(p);
          place.add(j);
          wanted.add(new ConformerSampler.Request(p.graph.orElseThrow(), key, j, 1));
        }
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    List<List<float[]>> samples = sampler.sample(wanted, sampling, Optional.of(watch));
    for (int i = 0; i < owner.size(); i++) {
      Pending p = owner.get(i);
      float[] xyz = samples.get(i).getFirst();
      Conformer before = p.conformers.get(place.get(i));
      p.conformers.set(place.get(i), p.inspection.orElseThrow().better(before, xyz));
    }
  }

  // ---- after sampling ----

  private Generated finish(Pending p) {
    if (p.graph.isEmpty()) {
      return Generated.failed(p.request, p.asked, p.failure.orElse("unknown reason"));
    }
    List<Conformer> good = new ArrayList<>();
    int broken = 0;
    int wrong = 0;
    for (Conformer c : p.conformers) {
      if (!GeometryCheck.isUsable(c.xyz(), p.molecule().atomCount())) {
        broken++;
      } else if (c.stereo() == Conformer.Stereo.WRONG
          && settings.stereoPolicy() == RepairPolicy.FIX) {
        wrong++;
      } else {
        good.add(c);
      }
    }
    Optional<String> note = p.note;
    List<Conformer> kept = distinct(p.molecule(), good);
    if (kept.size() < good.size()) {
      String dropped =
          (good.size() - kept.size())
              + " of "
              + good.size()
              + " closer than "
              + settings.pruneRmsd()
              + " Å to another";
      note = Optional.of(note.map(text -> text + "; " + dropped).orElse(dropped));
    }
    List<String> reasons = new ArrayList<>();
    if (wrong > 0) {
      reasons.add(
          wrong
              + " of "
              + p.asked
              + " conformers have wrong stereochemistry after "
              + settings.retries()
              + " retries");
    }
    if (broken > 0) {
      reasons.add(
          broken
              + " of "
              + p.asked
              + " conformers have no usable coordinates: the sampler ran away");
    }
    MoleculeRequest made =
        new MoleculeRequest(
            p.request.name(),
            p.request.text(),
            p.molecule(),
            p.request.references(),
            p.request.key(),
            p.request.items());
    return new Generated(
        made,
        kept,
        p.asked,
        reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons)),
        note);
  }

  /// Those that are no nearer than the pruning distance to an earlier one, by heavy atoms.
  private List<Conformer> distinct(Molecule molecule, List<Conformer> conformers) {
    if (settings.pruneRmsd() == 0 || conformers.size() < 2) {
      return conformers;
    }
    return Rmsd.distinct(
            molecule, conformers.stream().map(Conformer::xyz).toList(), settings.pruneRmsd())
        .stream()
        .map(conformers::get)
        .toList();
  }
}
