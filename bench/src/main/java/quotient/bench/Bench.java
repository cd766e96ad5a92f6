package quotient.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import quotient.tensor.parallel.WorkerPool;

/// Measures the catalogue, ours beside peers, one case after another.
///
/// Peers run in processes of their own, one for each setting, started once; results are compared
/// before anything is timed, and sides take turns; see {@link Rounds}. *Confined.*
public final class Bench implements AutoCloseable {
  /// Largest difference between two sides' results, relative to the largest number: products of 20,000
  /// terms in another order differ by less.
  static final double TOLERANCE = 1e-4;

  /// What to measure.
  ///
  /// @param threads numbers of threads, each measured
  /// @param quick a short list and short times
  /// @param only cases whose operation and size begin with this; all if empty
  /// @param peers the folder of the peers' jars, if they are to be measured
  public record Settings(List<Integer> threads, boolean quick, String only, Optional<Path> peers) {
    /// Copies and checks.
    public Settings {
      threads = List.copyOf(threads);
      if (threads.isEmpty() || threads.stream().anyMatch(t -> t < 1)) {
        throw new IllegalArgumentException("bench: threads must be positive, found " + threads);
      }
    }

    /// The cases asked for.
    ///
    /// @throws IllegalArgumentException if there are none
    public List<Case> cases() {
      boolean all = !quick || !only.isEmpty();
      List<Case> cases =
          Catalogue.cases(!all).stream().filter(c -> c.id().startsWith(only)).toList();
      if (cases.isEmpty()) {
        throw new IllegalArgumentException("bench: no case begins with \"" + only + "\"");
      }
      return cases;
    }
  }

  /// Told of each case before it is measured.
  @FunctionalInterface
  public interface Listener {
    /// @param done cases so far, of all
    /// @param next what comes now; empty at the end
    void onCase(int done, int all, String next);
  }

  private final Settings settings;
  private final Rounds.Effort effort;
  private final List<PeerProcess> peers = new ArrayList<>();

  /// Starts the peers, if there are any.
  ///
  /// @throws IOException if they do not start
  public Bench(Settings settings) throws IOException {
    this.settings = settings;
    this.effort = settings.quick() ? Rounds.Effort.QUICK : Rounds.Effort.FULL;
    if (settings.peers().isPresent()) {
      try {
        for (PeerVariant variant : PeerVariant.all()) {
          peers.add(new PeerProcess(settings.peers().get(), variant));
        }
      } catch (IOException e) {
        close();
        throw e;
      }
    }
  }

  /// Whether a folder holds the peers' jars.
  public static boolean hasPeers(Path folder) {
    return Files.isRegularFile(folder.resolve("quotient-bench-peers.jar"));
  }

  /// Measures everything asked for.
  ///
  /// @throws IOException if a peer fails, or computes something else than we do
  public Report run(Listener listener) throws IOException {
    List<Case> cases = settings.cases();
    List<Row> rows = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    int all = cases.size() * settings.threads().size();
    int done = 0;
    for (int threads : settings.threads()) {
      try (WorkerPool pool = WorkerPool.of(threads)) {
        listener.onCase(done, all, "peak");
        double peak = Peak.operationsPerSecond(pool, effort);
        peaks.add(peak * 1e-9);
        for (Case what : cases) {
          listener.onCase(done, all, what.id());
          measure(what, pool, peak, rows);
          done++;
        }
      }
    }
    listener.onCase(done, all, "");
    return new Report(settings.threads(), peaks, rows);
  }

  /// A prepared peer.
  private record Side(PeerProcess process, String title) {}

  private void measure(Case what, WorkerPool pool, double peak, List<Row> rows) throws IOException {
    try (Workload ours = OurWorks.prepare(what, pool)) {
      if (peers.isEmpty()) {
        List<Contender> alone = List.of(r -> SideServer.seconds(ours, r));
        Rounds.Series series = Rounds.measure(alone, effort).getFirst();
        rows.add(row(what, pool.threads(), peak, series, Optional.empty(), Optional.empty()));
        return;
      }
      for (String library : peers.getFirst().libraries()) {
        compare(what, library, ours, pool.threads(), peak, rows);
      }
    }
  }

  private void compare(
      Case what, String library, Workload ours, int threads, double peak, List<Row> rows)
      throws IOException {
    List<Side> sides = new ArrayList<>();
    List<Contender> contenders = new ArrayList<>();
    contenders.add(r -> SideServer.seconds(ours, r));
    for (PeerProcess peer : peers) {
      if (peer.prepare(library, threads, what)) {
        requireEqual(what, peer.title(library), ours.result(), peer.result());
        sides.add(new Side(peer, peer.title(library)));
        contenders.add(peer::seconds);
      }
    }
    if (sides.isEmpty() && !library.equals(peers.getFirst().libraries().getFirst())) {
      return;
    }
    List<Rounds.Series> series = Rounds.measure(contenders, effort);
    for (int i = 0; i < sides.size(); i++) {
      sides.get(i).process().release();
      rows.add(
          row(
              what,
              threads,
              peak,
              series.getFirst(),
              Optional.of(series.get(i + 1)),
              Optional.of(sides.get(i).title())));
    }
    if (sides.isEmpty()) {
      rows.add(row(what, threads, peak, series.getFirst(), Optional.empty(), Optional.empty()));
    }
  }

  private static Row row(
      Case what,
      int threads,
      double peak,
      Rounds.Series ours,
      Optional<Rounds.Series> peer,
      Optional<String> title) {
    double seconds = ours.median();
    double operations = what.unit() == Case.Unit.GFLOPS ? what.work() : what.operations();
    return new Row(
        what.operation(),
        what.shape(),
        threads,
        what.unit().of(what.work(), seconds),
        peer.isPresent()
            ? OptionalDouble.of(what.unit().of(what.work(), peer.get().median()))
            : OptionalDouble.empty(),
        title,
        what.unit().text(),
        peer.isPresent()
            ? OptionalDouble.of(peer.get().median() / seconds)
            : OptionalDouble.empty(),
        operations > 0
            ? OptionalDouble.of(100 * operations / seconds / peak)
            : OptionalDouble.empty(),
        ours.spread());
  }

  /// Random numbers are compared by their first two moments, everything else number by number.
  static void requireEqual(Case what, String peer, float[] ours, float[] theirs)
      throws IOException {
    double difference;
    double scale;
    if (ours.length != theirs.length) {
      throw new IOException(
          "bench: "
              + what.id()
              + ": we have "
              + ours.length
              + " numbers, "
              + peer
              + " has "
              + theirs.length);
    }
    if (what.operation().equals("normal")) {
      difference = Math.max(offStandard(ours), offStandard(theirs));
      scale = 0.05 / TOLERANCE;
    } else {
      difference = 0;
      scale = 0;
      for (int i = 0; i < ours.length; i++) {
        difference = Math.max(difference, Math.abs((double) ours[i] - theirs[i]));
        scale = Math.max(scale, Math.abs(theirs[i]));
      }
    }
    if (!(difference <= TOLERANCE * scale)) {
      throw new IOException(
          "bench: "
              + what.id()
              + ": our result and that of "
              + peer
              + " differ by "
              + difference
              + ", largest number "
              + scale
              + "; nothing was timed");
    }
  }

  /// How far the mean and the variance are from 0 and 1.
  private static double offStandard(float[] x) {
    double sum = 0;
    double squares = 0;
    for (float value : x) {
      sum += value;
      squares += (double) value * value;
    }
    return Math.max(Math.abs(sum / x.length), Math.abs(squares / x.length - 1));
  }

  @Override
  public void close() {
    peers.forEach(PeerProcess::close);
  }
}
