package quotient.models.train;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import quotient.models.backbone.BackboneModel;
import quotient.models.backbone.BackboneSampleSettings;
import quotient.models.io.FormatException;
import quotient.models.io.RecordJson;
import quotient.models.io.Safetensors;
import quotient.models.sample.SampleSettings;

/// Writes a model to be handed out: its weights, what it is, and a card that says how it was made.
///
/// Of a run directory the best model is taken. The settings of the training are added to the
/// description as `training`, with files named without their folders.
public final class ModelExport {
  private static final List<String> FILES = List.of("data", "valid", "init", "exclude");

  private final Safetensors source;
  private final JsonObject description;
  private final String name;

  private ModelExport(Safetensors source, JsonObject description, String name) {
    this.source = source;
    this.description = description;
    this.name = name;
  }

  /// Reads a run directory, a model file in one, or a model file.
  ///
  /// @throws FormatException if it is no model by this program
  public static ModelExport read(Path path) throws IOException {
    boolean folder = Files.isDirectory(path);
    RunDirectory run = new RunDirectory(folder ? path : path.resolveSibling(""));
    Path file = folder ? run.best() : path;
    Safetensors source = Safetensors.read(file);
    JsonObject description = Checkpoint.header(source, file.toString());
    if (description.get("kind").getAsString().equals("checkpoint")) {
      throw new FormatException(
          file + ": a checkpoint to go on from; give the run directory, or its last.safetensors");
    }
    if (folder || run.exists()) {
      description.add("training", training(run, description));
    }
    return new ModelExport(source, description, file.toString());
  }

  /// What the description does not say already.
  private static JsonObject training(RunDirectory run, JsonObject description) throws IOException {
    JsonElement settings = run.readConfig().get("settings");
    if (settings == null || !settings.isJsonObject()) {
      throw new FormatException(run.config() + ": has no settings");
    }
    JsonObject training = settings.getAsJsonObject();
    description.getAsJsonObject("settings").keySet().forEach(training::remove);
    for (String file : FILES) {
      if (training.has(file)) {
        Path full = Path.of(training.get(file).getAsString());
        training.addProperty(file, String.valueOf(full.getFileName()));
      }
    }
    return training;
  }

  /// Adds lines to the card; `licence` is also put where programs look for it.
  public ModelExport withCard(Map<String, String> lines) {
    if (lines.isEmpty()) {
      return this;
    }
    JsonObject changed = description.deepCopy();
    JsonObject card =
        changed.has("card") ? changed.getAsJsonObject("card").deepCopy() : new JsonObject();
    lines.forEach(card::addProperty);
    changed.add("card", card);
    if (card.has("licence")) {
      changed.add("licence", card.get("licence"));
    }
    return new ModelExport(source, changed, name);
  }

  /// Adds settings that the model is sampled with unless others are asked for.
  ///
  /// @throws FormatException if they are no settings of a sampler
  public ModelExport withSampling(Map<String, String> settings) throws FormatException {
    if (settings.isEmpty()) {
      return this;
    }
    JsonObject sampling = new JsonObject();
    settings.forEach(sampling::addProperty);
    boolean backbone = description.get("kind").getAsString().equals(BackboneModel.KIND);
    Record defaults = backbone ? BackboneSampleSettings.defaults() : SampleSettings.defaults();
    try {
      RecordJson.merge(defaults, sampling, "sampling");
    } catch (IllegalArgumentException e) {
      throw new FormatException("sampling: " + e.getMessage(), e);
    }
    JsonObject changed = description.deepCopy();
    changed.add("sampling", sampling);
    return new ModelExport(source, changed, name);
  }

  /// Writes the model, with 16 bits per weight if asked for.
  ///
  /// @throws FormatException if a weight is not finite, or too large for 16 bits
  public void write(Path out, boolean half) throws IOException {
    Safetensors file = new Safetensors();
    for (String tensor : source.names()) {
      requireFinite(tensor);
      if (half) {
        putHalf(file, tensor);
      } else {
        file.put(tensor, source.tensor(tensor));
      }
    }
    Checkpoint.describe(file, description);
    file.write(out);
  }

  private void requireFinite(String tensor) throws FormatException {
    for (float value : source.floats(tensor)) {
      if (!Float.isFinite(value)) {
        throw new FormatException(name + ": " + tensor + " holds " + value);
      }
    }
  }

  private void putHalf(Safetensors file, String tensor) throws FormatException {
    try {
      file.putHalf(tensor, source.tensor(tensor));
    } catch (IllegalArgumentException e) {
      throw new FormatException(name + ": " + e.getMessage(), e);
    }
  }

  /// Number of tensors.
  public int size() {
    return source.names().size();
  }
}
