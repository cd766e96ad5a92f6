package quotient.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options that every verb takes.
final class RuntimeOptions {
  /// Kernel sets that can be asked for.
  enum KernelChoice {
    /// The fastest that this machine runs.
    AUTO,
    /// SIMD, or an error.
    VECTOR,
    /// Plain loops.
    SCALAR;

    String property() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HelpOptions help = new HelpOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Root of all random numbers; the same seed gives the same bits on any number of"
              + " threads. Without it one is drawn, printed and stored.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Worker threads. Default: all processors.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--kernels",
      paramLabel = "SET",
      description = "auto, vector or scalar. Default: auto.")
  private KernelChoice kernels = KernelChoice.AUTO;

  @Option(
      names = "--config",
      paramLabel = "FILE.json",
      description =
          "Options from a JSON file (same names without dashes); the command line wins. Accepts"
              + " a config.json or *.run.json that an earlier run wrote.")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--json", description = "Print the result as JSON on standard output.")
  private boolean json;

  @Option(names = "--quiet", description = "Say nothing but errors.")
  private boolean quiet;

  @Option(names = "--verbose", description = "Say more; show stack traces of errors.")
  private boolean verbose;

  @Option(names = "--no-color", description = "No colour; the variable NO_COLOR does the same.")
  private boolean noColor;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "auto, bar, lines or none. Default: auto (a bar on a terminal).")
  private Progress.Mode progress = Progress.Mode.AUTO;

  @Option(names = "--overwrite", description = "Allow replacing files that exist.")
  private boolean overwrite;

  @Option(names = "--dry-run", description = "Check everything, say what would be done, stop.")
  private boolean dryRun;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Also write an HTML page that opens without a network.")
  private Optional<Path> report = Optional.empty();

  /// Everything the verb needs while it runs; to be closed by the verb.
  Session open() {
    return new Session(this, spec);
  }

  Optional<Long> seed() {
    return seed;
  }

  int threads() {
    int wanted = threads.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    if (wanted < 1 || wanted > 1024) {
      throw new UsageException("--threads: expected 1 to 1024, found " + wanted);
    }
    return wanted;
  }

  KernelChoice kernels() {
    return kernels;
  }

  Optional<Path> config() {
    return config;
  }

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }

  boolean verbose() {
    return verbose;
  }

  boolean noColor() {
    return noColor;
  }

  Progress.Mode progress() {
    return progress;
  }

  boolean overwrite() {
    return overwrite;
  }

  boolean dryRun() {
    return dryRun;
  }

  Optional<Path> report() {
    return report;
  }
}
