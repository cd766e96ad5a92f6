package quotient.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Model.CommandSpec;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// One running verb: its streams, seed, threads and manners.
///
/// Data goes to {@link #out}, talk to {@link #say}. The seed is drawn, and the threads are started,
/// when first asked for. *Confined.*
final class Session implements AutoCloseable {
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeNulls()
          .serializeSpecialFloatingPointValues()
          .create();
  private static final Gson LINE =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

  private final RuntimeOptions options;
  private final CommandSpec spec;
  private final Terminal terminal;
  private final long started = System.nanoTime();
  private OptionalLong seed = OptionalLong.empty();
  private Optional<WorkerPool> pool = Optional.empty();

  Session(RuntimeOptions options, CommandSpec spec) {
    this.options = options;
    this.spec = spec;
    this.terminal = Main.terminalOf(spec);
  }

  /// The verb with its kind, for instance `sample conformer`.
  String verb() {
    return spec.qualifiedName(" ").replaceFirst("^quotient ", "");
  }

  CommandSpec spec() {
    return spec;
  }

  RuntimeOptions options() {
    return options;
  }

  InputStream in() {
    return terminal.in();
  }

  PrintStream out() {
    return terminal.out();
  }

  /// A line for the person at the terminal, unless asked to be quiet.
  void say(String line) {
    if (!options.quiet()) {
      terminal.err().println(line);
    }
  }

  /// A line that must not be missed: something was skipped, cut or ignored.
  void warn(String line) {
    say("warning: " + line);
  }

  /// Seconds since the verb began.
  double seconds() {
    return (System.nanoTime() - started) * 1e-9;
  }

  /// The seed asked for; else one is drawn, said, and kept.
  long seed() {
    if (seed.isEmpty()) {
      if (options.seed().isPresent()) {
        seed = OptionalLong.of(options.seed().get());
      } else {
        seed = OptionalLong.of(new SecureRandom().nextInt(1, Integer.MAX_VALUE));
        say("seed: " + seed.getAsLong() + " (drawn; repeat with --seed " + seed.getAsLong() + ")");
      }
    }
    return seed.getAsLong();
  }

  /// The worker threads of this verb; closed with the session.
  WorkerPool pool() {
    if (pool.isEmpty()) {
      requireKernels();
      pool = Optional.of(WorkerPool.of(options.threads()));
    }
    return pool.get();
  }

  void requireKernels() {
    boolean scalar = Tensors.kernelName().startsWith("scalar");
    RuntimeOptions.KernelChoice unwanted =
        scalar ? RuntimeOptions.KernelChoice.VECTOR : RuntimeOptions.KernelChoice.SCALAR;
    if (options.kernels() == unwanted) {
      throw new IllegalStateException(
          "--kernels "
              + options.kernels().property()
              + ": this process runs "
              + Tensors.kernelName()
              + " kernels already; start a new one");
    }
  }

  /// Shows progress on standard error in the way asked for.
  Progress progress(String what) {
    Progress.Mode mode = options.quiet() ? Progress.Mode.NONE : options.progress();
    if (mode == Progress.Mode.AUTO) {
      mode = terminal.interactive() ? Progress.Mode.BAR : Progress.Mode.LINES;
    }
    return new Progress(terminal.err(), mode, what, System::nanoTime);
  }

  /// One JSON document on standard output.
  void printJson(JsonElement json) {
    out().println(pretty(json));
    out().flush();
  }

  /// One JSON document in one line on standard output.
  void printJsonLine(JsonElement json) {
    out().println(LINE.toJson(json));
    out().flush();
  }

  static String pretty(JsonElement json) {
    return GSON.toJson(json);
  }

  /// Refuses to go on if a file of that name is there and may not be replaced.
  void requireWritable(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new UsageException(file + ": is a folder; give the name of a file");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException(file + ": the folder " + folder + " does not exist; create it");
    }
    if (Files.exists(file) && !options.overwrite()) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  /// Stops here if the process was asked to end.
  ///
  /// @throws CancellationException if so
  void checkInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted");
    }
  }

  @Override
  public void close() {
    pool.ifPresent(WorkerPool::close);
  }
}
