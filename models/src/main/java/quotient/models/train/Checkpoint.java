package quotient.models.train;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.models.io.FormatException;
import quotient.models.io.Safetensors;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// Everything that a run needs to go on with the same bits. Version 1 of the format.
///
/// A safetensors file: `weights.NAME`, `average.NAME` (absent without averages), `moment1.NAME`,
/// `moment2.NAME`, `clip.history`, and in its metadata one JSON value `quotient` with `schema`,
/// `step` (of the next step: the data cursor, since batches are functions of seed and step), `seed`,
/// `best-loss` and the model's own description.
///
/// @param step the step to go on with
/// @param seed the root of the run's random keys
/// @param bestLoss the smallest validation loss so far; infinite before the first
/// @param weights flat vector of the parameter set
/// @param average flat vector; empty if the run keeps none
/// @param moment1 Adam's first moment, flat
/// @param moment2 Adam's second moment, flat
/// @param clipHistory the state of the clipping rule
/// @param model what the model is, as written into exported models
public record Checkpoint(
    long step,
    long seed,
    double bestLoss,
    float[] weights,
    float[] average,
    float[] moment1,
    float[] moment2,
    double[] clipHistory,
    JsonObject model) {
  private static final int SCHEMA = 1;
  private static final String KEY = "quotient";

  /// Writes through a side file that is forced to disk and renamed.
  public void write(Path path, ParameterSet parameters) throws IOException {
    Safetensors file = new Safetensors();
    putAll(file, "weights.", parameters, weights);
    if (average.length > 0) {
      putAll(file, "average.", parameters, average);
    }
    putAll(file, "moment1.", parameters, moment1);
    putAll(file, "moment2.", parameters, moment2);
    file.put("clip.history", Shape.of(clipHistory.length), clipHistory);
    JsonObject header = new JsonObject();
    header.addProperty("schema", SCHEMA);
    header.addProperty("kind", "checkpoint");
    header.addProperty("step", step);
    header.addProperty("seed", seed);
    header.addProperty("best-loss", Double.toString(bestLoss));
    header.add("model", model);
    file.metadata().put(KEY, header.toString());
    file.write(path);
  }

  /// Reads a checkpoint of a model with these parameters.
  ///
  /// @throws FormatException if names, shapes or the schema do not fit
  public static Checkpoint read(Path path, ParameterSet parameters) throws IOException {
    Safetensors file = Safetensors.read(path);
    JsonObject header = header(file, path.toString());
    requireKind(header, "checkpoint", path.toString());
    try {
      boolean averaged = file.names().stream().anyMatch(n -> n.startsWith("average."));
      return new Checkpoint(
          header.get("step").getAsLong(),
          header.get("seed").getAsLong(),
          Double.parseDouble(header.get("best-loss").getAsString()),
          getAll(file, "weights.", parameters, path),
          averaged ? getAll(file, "average.", parameters, path) : new float[0],
          getAll(file, "moment1.", parameters, path),
          getAll(file, "moment2.", parameters, path),
          file.doubles("clip.history"),
          header.getAsJsonObject("model"));
    } catch (NullPointerException | NumberFormatException | IllegalStateException e) {
      throw new FormatException(path + ": incomplete checkpoint metadata", e);
    }
  }

  // ---- models: weights alone, under their own names ----

  /// Writes a model file: the weights under their own names, and what the model is.
  public static void writeModel(
      Path path, ParameterSet parameters, float[] weights, JsonObject model) throws IOException {
    Safetensors file = new Safetensors();
    putAll(file, "", parameters, weights);
    describe(file, model);
    file.write(path);
  }

  /// Makes the file say what it is.
  static void describe(Safetensors file, JsonObject model) {
    file.metadata().put(KEY, model.toString());
  }

  /// Whether the file carries a description by this program.
  public static boolean hasHeader(Safetensors file) {
    return file.metadata().containsKey(KEY);
  }

  /// What the model in this file is; see {@link #writeModel}.
  ///
  /// @throws FormatException if the file carries no description by this program
  public static JsonObject header(Safetensors file, String name) throws FormatException {
    String text = file.metadata().get(KEY);
    if (text == null) {
      throw new FormatException(
          name + ": holds tensors but no description of a model (metadata \"" + KEY + "\")");
    }
    try {
      JsonObject header = JsonParser.parseString(text).getAsJsonObject();
      int schema = header.get("schema").getAsInt();
      if (schema != SCHEMA) {
        throw new FormatException(
            name + ": schema " + schema + "; this version reads schema " + SCHEMA);
      }
      return header;
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new FormatException(name + ": metadata \"" + KEY + "\" is not a model description", e);
    }
  }

  /// Starts the description of a model.
  public static JsonObject newHeader(String kind) {
    JsonObject header = new JsonObject();
    header.addProperty("schema", SCHEMA);
    header.addProperty("kind", kind);
    return header;
  }

  private static void requireKind(JsonObject header, String kind, String name)
      throws FormatException {
    if (!header.has("kind") || !header.get("kind").getAsString().equals(kind)) {
      throw new FormatException(
          name + ": expected a " + kind + ", found kind " + header.get("kind"));
    }
  }

  /// Fills a flat vector of the set from tensors called prefix + name.
  public static float[] getAll(Safetensors file, String prefix, ParameterSet parameters, Path path)
      throws FormatException {
    float[] flat = parameters.newVector();
    for (Parameter p : parameters.parameters()) {
      get(file, prefix + p.name(), FloatTensor.view(flat, p.offset(), p.shape()), path);
    }
    return flat;
  }

  /// The numbers of one tensor, into one of the shape that is expected.
  public static void get(Safetensors file, String name, FloatTensor out, Path path)
      throws FormatException {
    if (!file.contains(name)) {
      throw new FormatException(path + ": has no tensor " + name + " " + out.shape());
    }
    if (!file.shape(name).equals(out.shape())) {
      throw new FormatException(
          path + ": " + name + " has shape " + file.shape(name) + ", expected " + out.shape());
    }
    float[] numbers = file.floats(name);
    System.arraycopy(numbers, 0, out.data(), out.offset(), numbers.length);
  }

  private static void putAll(
      Safetensors file, String prefix, ParameterSet parameters, float[] flat) {
    for (Parameter p : parameters.parameters()) {
      file.putView(prefix + p.name(), FloatTensor.view(flat, p.offset(), p.shape()));
    }
  }

  /// Compares contents, not array identities.
  @Override
  public boolean equals(Object other) {
    return other instanceof Checkpoint that
        && step == that.step
        && seed == that.seed
        && Double.compare(bestLoss, that.bestLoss) == 0
        && Arrays.equals(weights, that.weights)
        && Arrays.equals(average, that.average)
        && Arrays.equals(moment1, that.moment1)
        && Arrays.equals(moment2, that.moment2)
        && Arrays.equals(clipHistory, that.clipHistory)
        && model.equals(that.model);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(step) * 31 + Arrays.hashCode(weights);
  }
}
