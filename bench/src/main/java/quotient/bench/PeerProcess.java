package quotient.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A process with native libraries in one setting; see {@link SideServer} for what it understands.
///
/// Its threads are given time to fall asleep before another side is measured, see {@link Rest}. *Confined.*
final class PeerProcess implements AutoCloseable {
  private static final String MAIN = "quotient.bench.peers.PeerMain";

  private final PeerVariant variant;
  private final Process process;
  private final Writer to;
  private final BufferedReader from;
  private final Path exchange;
  private final Map<String, String> libraries = new LinkedHashMap<>();

  /// Starts the process.
  ///
  /// @param jars the folder that the Maven profile `peers` fills
  PeerProcess(Path jars, PeerVariant variant) throws IOException {
    this.variant = variant;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx4g");
    command.add("-XX:MaxNewSize=64m"); // as the launcher, like the next
    command.add("-XX:GCTimeRatio=1");
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + jars.resolve("unpacked"));
    command.add("-cp");
    command.add(jars.resolve("*").toString());
    command.add(MAIN);
    File log = jars.resolve("errors-" + variant.name().replace(' ', '-') + ".log").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log);
    builder.environment().putAll(variant.environment());
    process = builder.start();
    to = process.outputWriter(StandardCharsets.UTF_8);
    from = process.inputReader(StandardCharsets.UTF_8);
    exchange = Files.createTempFile("quotient-bench", ".floats");
    String hello = from.readLine();
    if (hello == null || !hello.startsWith("hello ")) {
      close();
      throw new IOException("bench: the peer process did not start; see " + log);
    }
    for (String library : hello.substring("hello ".length()).split(" ", -1)) {
      String[] parts = library.split("=", 2);
      libraries.put(parts[0], parts[1]);
    }
  }

  /// The native libraries that this process has.
  List<String> libraries() {
    return List.copyOf(libraries.keySet());
  }

  /// For instance `libtorch 2.10.0, as installed`.
  String title(String library) {
    return library + " " + libraries.get(library) + ", " + variant.name();
  }

  /// Makes a case ready; false if the library has nothing to compare.
  boolean prepare(String library, int threads, Case what) throws IOException {
    return ask("prepare " + library + " " + threads + " " + what.id()).equals("ready");
  }

  /// What the prepared case computes.
  List<float[]> result() throws IOException {
    ask("result " + exchange);
    return SideServer.read(exchange);
  }

  /// Seconds that so many repetitions of the prepared case take.
  double seconds(int repetitions) throws IOException {
    return Double.parseDouble(ask("run " + repetitions).substring("time ".length()));
  }

  /// What all its threads have computed so far; nothing where the system does not say.
  Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// The most bytes that the process ever had resident.
  long peakResidentBytes() throws IOException {
    return Long.parseLong(ask("memory").substring("memory ".length()));
  }

  /// Forgets the prepared case.
  void release() throws IOException {
    ask("release");
  }

  private String ask(String request) throws IOException {
    to.write(request + "\n");
    to.flush();
    String answer = from.readLine();
    if (answer == null) {
      throw new IOException("bench: " + variant.name() + " ended at \"" + request + "\"");
    }
    if (answer.startsWith("failed")) {
      throw new IOException("bench: " + variant.name() + ", " + request + ": " + answer);
    }
    return answer;
  }

  @Override
  public void close() {
    process.destroyForcibly(); // native threads may block an orderly end for ever
    try {
      Files.deleteIfExists(exchange);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
