package quotient.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `quotient bench`. The harness is a module of its own, which an installation may lack; only
/// {@link BenchTable} knows its classes.
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
  private static final String HARNESS = "quotient.bench";

  /// Set by the launcher.
  private static final String PEERS_PROPERTY = "quotient.peers";

  static final String GET_PEERS = "./mvnw -Ppeers -Dquick -DskipTests -pl bench/peers -am package";

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--quick",
      order = 0,
      description = "A short list, measured in about two minutes.")
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
    if (!isInstalled()) {
      throw new UsageException("bench: the module " + HARNESS + " is not installed here");
    }
    try (Session session = runtime.open()) {
      BenchTable table = new BenchTable(runtime.threads(), quick, only, peers, launcherPeers());
      if (runtime.report().isPresent()) {
        session.requireWritable(runtime.report().get());
      }
      if (runtime.dryRun()) {
        session.say("would measure " + table.cases() + " cases");
        return ExitCode.OK.code();
      }
      session.requireKernels();
      table.measure(session);
      return ExitCode.OK.code();
    }
  }

  private static boolean isInstalled() {
    Module own = BenchCommand.class.getModule();
    return !own.isNamed() || ModuleLayer.boot().findModule(HARNESS).isPresent();
  }

  private static Optional<Path> launcherPeers() {
    return Optional.ofNullable(System.getProperty(PEERS_PROPERTY)).map(Path::of);
  }
}
