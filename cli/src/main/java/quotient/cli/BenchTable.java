package quotient.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import quotient.bench.Bench;
import quotient.bench.Case;
import quotient.bench.Report;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;

/// What `quotient bench` measures, and how it is printed.
final class BenchTable {
  private final Bench.Settings settings;
  private final List<Case> cases;

  /// @param peers a folder, `none`, or empty for the usual one
  /// @param usual where peers are by default, if anywhere
  BenchTable(
      int threads, boolean quick, String only, Optional<String> peers, Optional<Path> usual) {
    Optional<Path> folder = peers.isPresent() ? wanted(peers.get()) : usual.filter(Bench::hasPeers);
    settings =
        UsageException.checked(() ->
            new Bench.Settings(Stream.of(1, threads).distinct().toList(), quick, only, folder));
    cases = UsageException.checked(settings::cases);
  }

  private static Optional<Path> wanted(String peers) {
    if (peers.equals("none")) {
      return Optional.empty();
    }
    Path folder = Path.of(peers);
    if (!Bench.hasPeers(folder)) {
      throw new UsageException(
          "--peers " + folder + ": no peers there; to get them: " + BenchCommand.GET_PEERS);
    }
    return Optional.of(folder.toAbsolutePath());
  }

  /// How many cases there are.
  int cases() {
    return cases.size();
  }

  /// Measures and prints.
  void measure(Session session) throws IOException {
    if (settings.peers().isEmpty()) {
      session.say("no peers; to compare with libtorch and OpenBLAS: " + BenchCommand.GET_PEERS);
    }
    Report report;
    try (Bench bench = new Bench(settings);
        Progress progress = session.progress("bench")) {
      report =
          bench.run((done, all, next) -> {
            session.checkInterrupted();
            progress.update(done, all, next);
          });
    }
    if (session.options().json()) {
      session.printJson(report.json());
    } else {
      session.out().print(report.table());
    }
    if (session.options().report().isPresent()) {
      page(report).write(session.options().report().get());
    }
  }

  private static HtmlReport page(Report report) {
    HtmlReport page =
        new HtmlReport("Bench", "Speed of this program on this machine, beside native libraries.");
    for (int i = 0; i < report.threads().size(); i++) {
      page.highlight(
          "peak, GFLOP/s, threads: " + report.threads().get(i),
          String.valueOf(Math.round(report.peaks().get(i))));
    }
    return page.add(
        new Section.Table(
            "Measurements",
            "",
            Report.HEADINGS,
            report.rows().stream()
                .<List<Object>>map(r ->
                    List.of(
                        r.name(),
                        r.shape(),
                        r.threads(),
                        r.ours(),
                        cell(r.peer()),
                        r.unit(),
                        cell(r.ratio()),
                        cell(r.percentOfPeak()),
                        r.peerName().orElse("-")))
                .toList()));
  }

  private static Object cell(OptionalDouble x) {
    return x.isPresent() ? (Object) x.getAsDouble() : "-";
  }
}
