package quotient.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The inside of a process that runs one side of comparisons: answers each line with a line.
///
///     prepare LIBRARY THREADS CASE   -> ready, or unsupported
///     result FILE                    -> done; the file holds the parts of the result, each a
///                                       length and floats, little-endian
///     run REPETITIONS                -> time SECONDS
///     memory                         -> memory BYTES, the most that was resident so far
///     release                        -> done
///
/// Whatever goes wrong is answered with `failed` and the reason. The end of the input is the end.
public final class SideServer {
  private static final Path STATUS = Path.of("/proc/self/status");

  /// Makes workloads for this process.
  @FunctionalInterface
  public interface Factory {
    /// The case made ready, or nothing if this side cannot do it.
    ///
    /// @param library which of the process's libraries is to do it
    Optional<Workload> prepare(String library, int threads, Case what);
  }

  private final Factory factory;
  private Optional<Workload> workload = Optional.empty();

  private SideServer(Factory factory) {
    this.factory = factory;
  }

  /// Greets and answers until the input ends.
  ///
  /// @param greeting the libraries of this process, `name=version` each
  public static void serve(
      List<String> greeting, Factory factory, BufferedReader in, PrintStream out)
      throws IOException {
    SideServer server = new SideServer(factory);
    out.println("hello " + String.join(" ", greeting));
    out.flush();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(server.answer(line));
      out.flush();
    }
    server.release();
  }

  private String answer(String line) {
    try {
      String[] words = line.split(" ", 4);
      return switch (words[0]) {
        case "prepare" -> {
          release();
          Case what = Catalogue.of(words[3]);
          workload = factory.prepare(words[1], Integer.parseInt(words[2]), what);
          yield workload.isPresent() ? "ready" : "unsupported";
        }
        case "result" -> {
          write(workload.orElseThrow().result(), Path.of(line.substring("result ".length())));
          yield "done";
        }
        case "run" -> "time " + seconds(workload.orElseThrow(), Integer.parseInt(words[1]));
        case "memory" -> "memory " + peakResidentBytes();
        case "release" -> {
          release();
          yield "done";
        }
        default -> "failed unknown request " + words[0];
      };
    } catch (IOException | RuntimeException | LinkageError e) {
      return "failed " + e.toString().replaceAll("\\s+", " ");
    }
  }

  private void release() {
    workload.ifPresent(Workload::close);
    workload = Optional.empty();
  }

  /// Seconds that so many repetitions take.
  static double seconds(Workload workload, int repetitions) {
    long started = System.nanoTime();
    for (int i = 0; i < repetitions; i++) {
      workload.run();
    }
    return (System.nanoTime() - started) * 1e-9;
  }

  private static void write(List<float[]> parts, Path file) throws IOException {
    int size = parts.stream().mapToInt(part -> 4 + 4 * part.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] part : parts) {
      bytes.putInt(part.length);
      bytes.asFloatBuffer().put(part);
      bytes.position(bytes.position() + 4 * part.length);
    }
    Files.write(file, bytes.array());
  }

  /// Reads what {@link #write} wrote.
  static List<float[]> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<float[]> parts = new ArrayList<>();
    while (bytes.hasRemaining()) {
      float[] part = new float[bytes.getInt()];
      bytes.asFloatBuffer().get(part);
      bytes.position(bytes.position() + 4 * part.length);
      parts.add(part);
    }
    return parts;
  }

  /// The most memory that this process ever had resident; 0 where the system does not say.
  static long peakResidentBytes() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    }
  }
}
