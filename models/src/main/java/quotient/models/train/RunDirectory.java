package quotient.models.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import quotient.models.io.AtomicFile;
import quotient.models.io.FormatException;

/// The files of one training run; see cli.md for the layout.
///
///     config.json  metrics.jsonl  checkpoints/step-0001200.safetensors
///     last.safetensors  best.safetensors  report.html  run.lock (while somebody trains)
public final class RunDirectory {
  private static final Pattern STEP = Pattern.compile("step-(\\d{7,})\\.safetensors");
  private static final Gson PRETTY = new GsonBuilder().setPrettyPrinting().create();

  private final Path root;

  /// Names the files below that folder; nothing is created yet.
  public RunDirectory(Path root) {
    this.root = root;
  }

  public Path root() {
    return root;
  }

  public Path config() {
    return root.resolve("config.json");
  }

  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  public Path last() {
    return root.resolve("last.safetensors");
  }

  public Path best() {
    return root.resolve("best.safetensors");
  }

  public Path report() {
    return root.resolve("report.html");
  }

  public Path checkpoint(long step) {
    return root.resolve("checkpoints").resolve("step-%07d.safetensors".formatted(step));
  }

  /// Whether a run has left something here.
  public boolean exists() {
    return Files.exists(config());
  }

  /// Makes the folder.
  public void create() throws IOException {
    Files.createDirectories(root);
  }

  /// Makes the folder and keeps every other process and thread from training in it until closed.
  ///
  /// @throws IllegalStateException if somebody trains here already
  public Claim claim() throws IOException {
    create();
    Path file = root.resolve("run.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new Claim(channel, file);
      }
    } catch (OverlappingFileLockException e) {
      // another thread of this process holds it: said below
    }
    channel.close();
    throw new IllegalStateException(
        root + ": another process trains in this folder; wait for its end, or name another one");
  }

  /// The right to write into a run directory; see {@link RunDirectory#claim}.
  public static final class Claim implements Closeable {
    private final FileChannel channel;
    private final Path file;

    private Claim(FileChannel channel, Path file) {
      this.channel = channel;
      this.file = file;
    }

    /// Gives the folder back. The system does so too if the process is killed.
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(file);
      channel.close();
    }
  }

  /// Removes what an earlier run left: its checkpoints, models, metrics and settings.
  public void clear() throws IOException {
    for (long step : checkpointSteps()) {
      Files.deleteIfExists(checkpoint(step));
    }
    for (Path file : List.of(last(), best(), metrics(), report(), config())) {
      Files.deleteIfExists(file);
    }
  }

  // ---- configuration ----

  /// Writes the resolved settings.
  public void writeConfig(JsonObject config) throws IOException {
    AtomicFile.write(config(), (PRETTY.toJson(config) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// @throws FormatException if the file is missing or not a JSON object
  public JsonObject readConfig() throws IOException {
    try {
      return JsonParser.parseString(Files.readString(config())).getAsJsonObject();
    } catch (NoSuchFileException e) {
      throw new FormatException(root + ": no config.json; this is not a run directory", e);
    } catch (JsonParseException | IllegalStateException e) {
      throw new FormatException(config() + ": not a JSON object", e);
    }
  }

  // ---- checkpoints ----

  /// Steps of which a checkpoint is there, ascending.
  public List<Long> checkpointSteps() throws IOException {
    Path folder = root.resolve("checkpoints");
    List<Long> steps = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Matcher m = STEP.matcher(file.getFileName().toString());
          if (m.matches()) {
            steps.add(Long.parseLong(m.group(1)));
          }
        }
      }
    }
    steps.sort(Comparator.naturalOrder());
    return steps;
  }

  /// The newest checkpoint, if there is one.
  public Optional<Path> newestCheckpoint() throws IOException {
    List<Long> steps = checkpointSteps();
    return steps.isEmpty() ? Optional.empty() : Optional.of(checkpoint(steps.getLast()));
  }

  /// Removes all step checkpoints but the newest `keep`.
  public void prune(int keep) throws IOException {
    List<Long> steps = checkpointSteps();
    for (int i = 0; i < steps.size() - keep; i++) {
      Files.deleteIfExists(checkpoint(steps.get(i)));
    }
  }

  // ---- metrics ----

  /// Appends one line to the log of metrics.
  public void appendMetrics(JsonObject line) {
    try (FileOutputStream out = new FileOutputStream(metrics().toFile(), true)) {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All complete lines of the log; a last line that was cut off by a crash is left out.
  public List<JsonObject> readMetrics() throws IOException {
    List<JsonObject> lines = new ArrayList<>();
    if (!Files.exists(metrics())) {
      return lines;
    }
    for (String line : Files.readAllLines(metrics())) {
      try {
        lines.add(JsonParser.parseString(line).getAsJsonObject());
      } catch (JsonParseException | IllegalStateException e) {
        break;
      }
    }
    return lines;
  }

  /// Drops lines of steps at and after the given one: what a resumed run will write again.
  void rewindMetrics(long step) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (JsonObject line : readMetrics()) {
      if (line.get("step").getAsLong() < step) {
        kept.append(line).append('\n');
      }
    }
    AtomicFile.write(metrics(), kept.toString().getBytes(StandardCharsets.UTF_8));
  }
}
