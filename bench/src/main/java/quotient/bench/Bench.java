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

  /// Of the largest number of all parts of a result: smaller differences are none.
  private static final double ZERO = 1e-6;

  /// Largest distance of the mean from 0 and of the variance from 1.
  private static final double MOMENTS = 0.05;

  /// What a peer's process calls our own code.
  public static final String OURS = "ours";

  /// Steps after which our memory does not grow any more.
  private static final int OUR_STEPS = 5;

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
    int all = 0;
    for (int threads : settings.threads()) {
      all += cases(cases, threads).size();
    }
    int done = 0;
    for (int threads : settings.threads()) {
      try (WorkerPool pool = WorkerPool.of(threads)) {
        listener.onCase(done, all, "peak");
        double peak = Peak.operationsPerSecond(pool, effort);
        peaks.add(peak * 1e-9);
        for (Case what : cases(cases, threads)) {
          listener.onCase(done, all, what.id());
          measure(what, pool, peak, rows);
          done++;
        }
      }
    }
    listener.onCase(done, all, "");
    return new Report(settings.threads(), peaks, rows);
  }

  /// Whole steps are measured with the largest number of threads only: that is how they are run.
  private List<Case> cases(List<Case> cases, int threads) {
    int most = settings.threads().stream().mapToInt(Integer::intValue).max().orElse(threads);
    return cases.stream()
        .filter(what -> threads == most || what.layer() != Case.Layer.STEP)
        .toList();
  }

  /// A prepared peer.
  private record Side(PeerProcess process, String title) {}

  private void measure(Case what, WorkerPool pool, double peak, List<Row> rows) throws IOException {
    try (Workload ours = OurWorks.prepare(what, pool)) {
      if (peers.isEmpty()) {
        List<Contender> alone = List.of(r -> SideServer.seconds(ours, r));
        Rounds.Series series = Rounds.measure(alone, effort, Rest.NONE).getFirst();
        rows.add(row(what, ours, pool.threads(), peak, series, Optional.empty(), Optional.empty()));
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
    List<Rounds.Series> series =
        Rounds.measure(contenders, effort, threads > 1 ? Rest.of(peers) : Rest.NONE);
    for (int i = 0; i < sides.size(); i++) {
      sides.get(i).process().release();
      rows.add(
          row(
              what,
              ours,
              threads,
              peak,
              series.getFirst(),
              Optional.of(series.get(i + 1)),
              Optional.of(sides.get(i).title())));
    }
    if (what.layer() == Case.Layer.STEP && !sides.isEmpty()) {
      rows.add(memory(what, library, threads));
    }
    if (sides.isEmpty()) {
      rows.add(
          row(what, ours, threads, peak, series.getFirst(), Optional.empty(), Optional.empty()));
    }
  }

  /// The most memory that a process takes which does this case and nothing else; ours in a process
  /// like the peer's, the peer in its last setting.
  private Row memory(Case what, String library, int threads) throws IOException {
    double ours = mebibytes(what, OURS, threads);
    double theirs = mebibytes(what, library, threads);
    return new Row(
        what.operation() + "-memory",
        what.shape(),
        threads,
        ours,
        OptionalDouble.of(theirs),
        Optional.of(peers.getLast().title(library)),
        "MiB",
        OptionalDouble.of(theirs / ours),
        OptionalDouble.empty(),
        0);
  }

  private double mebibytes(Case what, String library, int threads) throws IOException {
    try (PeerProcess alone =
        new PeerProcess(settings.peers().orElseThrow(), PeerVariant.all().getLast())) {
      alone.prepare(library, threads, what);
      alone.seconds(library.equals(OURS) ? OUR_STEPS : 1);
      return alone.peakResidentBytes() / (double) (1 << 20);
    }
  }

  private static Row row(
      Case what,
      Workload side,
      int threads,
      double peak,
      Rounds.Series ours,
      Optional<Rounds.Series> peer,
      Optional<String> title) {
    double seconds = ours.median();
    double operations =
        what.unit() == Case.Unit.GFLOPS
            ? what.work()
            : Math.max(what.operations(), side.operations());
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

  /// Random numbers are compared by their first two moments, everything else part by part: the largest
  /// difference against the largest number of the part. What is far below the largest number of all
  /// parts may be zero by algebra, and rounding alone.
  static void requireEqual(Case what, String peer, List<float[]> ours, List<float[]> theirs)
      throws IOException {
    if (ours.size() != theirs.size()) {
      throw new IOException(
          "bench: "
              + what.id()
              + ": we have "
              + ours.size()
              + " results, "
              + peer
              + " has "
              + theirs.size());
    }
    double largest = 0;
    for (float[] part : theirs) {
      largest = Math.max(largest, largest(part));
    }
    for (int p = 0; p < ours.size(); p++) {
      double difference;
      double scale;
      if (what.operation().equals("normal")) {
        difference = Math.max(offStandard(ours.get(p)), offStandard(theirs.get(p)));
        scale = MOMENTS / TOLERANCE;
      } else {
        difference = difference(ours.get(p), theirs.get(p));
        scale = Math.max(largest(theirs.get(p)), ZERO * largest / TOLERANCE);
      }
      if (!(difference <= TOLERANCE * scale)) {
        throw new IOException(
            "bench: "
                + what.id()
                + ": part "
                + p
                + " of our result and of that of "
                + peer
                + " differ by "
                + difference
                + ", largest number "
                + scale
                + "; nothing was timed");
      }
    }
  }

  private static double largest(float[] x) {
    double largest = 0;
    for (float value : x) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /// The largest one; infinite if the lengths differ, NaN if a number is.
  private static double difference(float[] x, float[] y) {
    if (x.length != y.length) {
      return Double.POSITIVE_INFINITY;
    }
    double difference = 0;
    for (int i = 0; i < x.length; i++) {
      difference = Math.max(difference, Math.abs((double) x[i] - y[i]));
    }
    return difference;
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
