package quotient.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import quotient.bench.Bench;
import quotient.bench.Case;
import quotient.bench.Report;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;

/// `quotient bench`.
@Command(
    name = "bench",
    header = "the comparable-numbers table",
    description = {
      "Measures kernels, blocks and whole steps, with one thread and with --threads, against the",
      "multiply-add peak of this machine and, where they are installed, against native libraries in",
      "the same run: sides take turns, results are compared first. A ratio above 1 means we are faster.",
    },
    footer = {
      "quotient bench --quick",
      "quotient bench --only \"gemm-nt 2304\" --threads 1",
      "quotient bench --json > bench.json",
    })
final class BenchCommand implements Callable<Integer> {
  /// Set by the launcher.
  private static final String PEERS_PROPERTY = "quotient.peers";

  private static final String GET_PEERS =
      "./mvnw -Ppeers -Dquick -DskipTests -pl bench/peers -am package";

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--quick",
      order = 0,
      description = "A short list, measured in under two minutes.")
  private boolean quick;

  @Option(
      names = "--only",
      order = 0,
      paramLabel = "TEXT",
      description = "Only what begins so: an operation, or an operation and its size.")
  private String only = "";

  @Option(
      names = "--peers",
      paramLabel = "DIR|none",
      description =
          "Where the peers' jars are. Default: where the Maven profile 'peers' puts them.")
  private Optional<String> peers = Optional.empty();

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      Optional<Path> folder = peers();
      Bench.Settings settings =
          UsageException.checked(() -> new Bench.Settings(threads(), quick, only, folder));
      List<Case> cases = UsageException.checked(settings::cases);
      if (runtime.report().isPresent()) {
        session.requireWritable(runtime.report().get());
      }
      if (runtime.dryRun()) {
        session.say("would measure " + cases.size() + " cases");
        return ExitCode.OK.code();
      }
      session.requireKernels();
      if (folder.isEmpty()) {
        session.say("no peers; to compare with libtorch and OpenBLAS: " + GET_PEERS);
      }
      Report report = measure(session, settings);
      if (runtime.json()) {
        session.printJson(report.json());
      } else {
        session.out().print(report.table());
      }
      if (runtime.report().isPresent()) {
        page(report).write(runtime.report().get());
      }
      return ExitCode.OK.code();
    }
  }

  private static Report measure(Session session, Bench.Settings settings) throws IOException {
    try (Bench bench = new Bench(settings);
        Progress progress = session.progress("bench")) {
      return bench.run((done, all, next) -> {
        session.checkInterrupted();
        progress.update(done, all, next);
      });
    }
  }

  private List<Integer> threads() {
    return Stream.of(1, runtime.threads()).distinct().toList();
  }

  private Optional<Path> peers() {
    if (peers.isPresent()) {
      if (peers.get().equals("none")) {
        return Optional.empty();
      }
      Path folder = Path.of(peers.get());
      if (!Bench.hasPeers(folder)) {
        throw new UsageException(
            "--peers " + folder + ": no peers there; to get them: " + GET_PEERS);
      }
      return Optional.of(folder.toAbsolutePath());
    }
    return Optional.ofNullable(System.getProperty(PEERS_PROPERTY))
        .map(Path::of)
        .filter(Bench::hasPeers);
  }

  private static HtmlReport page(Report report) {
    HtmlReport page =
        new HtmlReport("Bench", "Speed of this program on this machine, beside native libraries.");
    report.threads().forEach(t -> page.highlight("threads measured", String.valueOf(t)));
    page.add(
        new Section.Table(
            "Measurements",
            "",
            List.of(
                "name",
                "shape",
                "threads",
                "ours",
                "peer",
                "unit",
                "ratio",
                "% of peak",
                "peer name"),
            report.rows().stream()
                .<List<Object>>map(r ->
                    List.of(
                        r.name(),
                        r.shape(),
                        r.threads(),
                        r.ours(),
                        text(r.peer()),
                        r.unit(),
                        text(r.ratio()),
                        text(r.percentOfPeak()),
                        r.peerName().orElse("-")))
                .toList()));
    return page;
  }

  private static Object text(java.util.OptionalDouble x) {
    return x.isPresent() ? (Object) x.getAsDouble() : "-";
  }
}
