package quotient.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// `OUTPUT.journal.jsonl`: a line per finished molecule, so that an interrupted run can go on.
///
/// The first line holds the settings; the others hold what was written for a molecule. The file is
/// removed when the run is done.
final class Journal implements Closeable {
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final Path file;
  private final List<JsonObject> finished;
  private final OutputStream out;

  private Journal(Path file, List<JsonObject> finished, OutputStream out) {
    this.file = file;
    this.finished = finished;
    this.out = out;
  }

  /// Opens the journal of an output file.
  ///
  /// @param settings must equal those of the run that is resumed
  /// @throws UsageException if they do not
  static Journal open(Path output, JsonObject settings, boolean resume) throws IOException {
    Path file = output.resolveSibling(output.getFileName() + ".journal.jsonl");
    List<JsonObject> lines = resume && Files.exists(file) ? read(file) : List.of();
    if (!lines.isEmpty() && !lines.getFirst().equals(settings)) {
      throw new UsageException(
          file
              + ": the run to be resumed had other settings: "
              + lines.getFirst()
              + "; leave --resume out to start anew");
    }
    OutputStream out =
        Files.newOutputStream(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    List<JsonObject> finished = lines.isEmpty() ? List.of() : lines.subList(1, lines.size());
    Journal journal = new Journal(file, finished, out);
    journal.write(settings);
    for (JsonObject line : finished) {
      journal.write(line);
    }
    return journal;
  }

  /// All whole lines; a last one that was cut off is left out.
  private static List<JsonObject> read(Path file) throws IOException {
    List<JsonObject> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      try {
        lines.add(JsonParser.parseString(line).getAsJsonObject());
      } catch (JsonParseException | IllegalStateException e) {
        break;
      }
    }
    return lines;
  }

  /// What an earlier run finished, in order.
  List<JsonObject> finished() {
    return finished;
  }

  /// Notes that a molecule is finished; on disk when this returns.
  void write(JsonObject line) throws IOException {
    out.write((GSON.toJson(line) + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /// Removes the file: there is nothing left to resume.
  void remove() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
