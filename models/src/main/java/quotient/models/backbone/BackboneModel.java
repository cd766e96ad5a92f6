package quotient.models.backbone;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.models.data.BackboneDataset;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.io.FormatException;
import quotient.models.io.PretrainedWeights;
import quotient.models.io.RecordJson;
import quotient.models.io.Safetensors;
import quotient.models.net.Proteina;
import quotient.models.prior.GaussianPrior;
import quotient.models.prior.Prior;
import quotient.models.train.Checkpoint;
import quotient.models.train.RunDirectory;
import quotient.tensor.FloatTensor;
import quotient.tensor.random.RandomKey;

/// A generator of protein backbones: a network and the path it was trained along.
///
/// *Immutable* once read, and *thread-safe*: share one among threads, each with its own
/// {@link BackboneSampler}.
public final class BackboneModel {
  /// What model files of this kind say they are.
  public static final String KIND = "backbone";

  private static final QuotientSpace SPACE = ShapeSpace.INSTANCE;

  private final BackboneSettings settings;
  private final Proteina network;
  private final JsonObject description;

  private BackboneModel(BackboneSettings settings, Proteina network, JsonObject description) {
    this.settings = settings;
    this.network = network;
    this.description = description;
  }

  /// A model with first weights drawn from the key, for training on the given data.
  public static BackboneModel create(
      BackboneSettings settings, RandomKey key, BackboneDataset dataset) {
    JsonObject description = Checkpoint.newHeader(KIND);
    description.add("settings", RecordJson.toJson(settings));
    description.addProperty("data", dataset.hash());
    description.addProperty("chains", dataset.size());
    description.addProperty("residues", dataset.residueCount());
    JsonObject folds = new JsonObject();
    dataset.folds().forEach((fold, count) -> folds.addProperty(fold.label(), count));
    description.add("folds", folds);
    return new BackboneModel(settings, new Proteina(settings.config(), key), description);
  }

  /// Reads a model file, or the best model of a run directory.
  ///
  /// @throws FormatException if the file is no backbone model by this program
  public static BackboneModel read(Path path) throws IOException {
    return read(path, false);
  }

  /// The same to sample with: most weights are kept in packed form alone.
  ///
  /// @throws FormatException if the file is no backbone model by this program
  public static BackboneModel readForSampling(Path path) throws IOException {
    return read(path, true);
  }

  private static BackboneModel read(Path path, boolean sampling) throws IOException {
    Path file = Files.isDirectory(path) ? new RunDirectory(path).best() : path;
    if (Files.isDirectory(path) && !Files.exists(file)) {
      throw new FormatException(
          path + ": no best.safetensors; this run has no validated model yet");
    }
    return of(Safetensors.read(file), file.toString(), sampling);
  }

  /// The model in the jar `quotient-pretrained`, to sample with.
  ///
  /// @throws IllegalStateException if that jar is not there
  public static BackboneModel pretrained() throws IOException {
    try (InputStream stream = PretrainedWeights.require(KIND).open()) {
      return of(Safetensors.read(stream, PretrainedWeights.NAME), PretrainedWeights.NAME, true);
    }
  }

  /// The model in a file that was read; `name` stands in error messages.
  public static BackboneModel of(Safetensors file, String name) throws FormatException {
    return of(file, name, false);
  }

  private static BackboneModel of(Safetensors file, String name, boolean sampling)
      throws FormatException {
    JsonObject header = Checkpoint.header(file, name);
    if (!header.has("kind") || !header.get("kind").getAsString().equals(KIND)) {
      throw new FormatException(
          name + ": expected a model of kind " + KIND + ", found " + header.get("kind"));
    }
    BackboneSettings settings;
    try {
      settings =
          RecordJson.merge(
              BackboneSettings.preset("tiny"), header.getAsJsonObject("settings"), name);
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      throw new FormatException(name + ": unusable settings: " + e.getMessage(), e);
    }
    return new BackboneModel(settings, network(settings, file, name, sampling), header);
  }

  private static Proteina network(
      BackboneSettings settings, Safetensors file, String name, boolean sampling)
      throws FormatException {
    if (sampling) {
      try {
        return Proteina.forInference(
            settings.config(), (weight, out) -> read(file, weight, out, Path.of(name)));
      } catch (UncheckedIOException e) {
        throw new FormatException(String.valueOf(e.getMessage()), e);
      }
    }
    Proteina network = new Proteina(settings.config(), RandomKey.of(0));
    float[] weights = Checkpoint.getAll(file, "", network.parameters(), Path.of(name));
    network.parameters().update(values -> System.arraycopy(weights, 0, values, 0, values.length));
    return network;
  }

  private static void read(Safetensors file, String weight, FloatTensor out, Path path) {
    try {
      Checkpoint.get(file, weight, out, path);
    } catch (FormatException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  public BackboneSettings settings() {
    return settings;
  }

  public Proteina network() {
    return network;
  }

  /// How to sample from this model unless something else is asked for: its own defaults where the model
  /// file has any (`sampling`), else the built-in ones.
  ///
  /// @throws FormatException if the file's defaults are no settings
  public BackboneSampleSettings sampling() throws FormatException {
    JsonObject own = description.getAsJsonObject("sampling");
    try {
      return own == null
          ? BackboneSampleSettings.defaults()
          : RecordJson.merge(
              BackboneSampleSettings.defaults(), own, "sampling defaults of the model");
    } catch (IllegalArgumentException e) {
      throw new FormatException("sampling defaults of the model: " + e.getMessage(), e);
    }
  }

  /// Which fold class each structure is asked for, see {@link FoldChoice#parse}.
  ///
  /// @throws IllegalArgumentException if the text is no choice of this model
  public FoldChoice folds(String text) {
    return FoldChoice.parse(text, Optional.ofNullable(description.getAsJsonObject("folds")));
  }

  /// What the model file says of itself; a copy.
  public JsonObject description() {
    return description.deepCopy();
  }

  /// The space whose points the model makes.
  public QuotientSpace space() {
    return SPACE;
  }

  /// The law of the starting clouds: independent normal coordinates, 1 nm.
  public Prior prior() {
    return GaussianPrior.unit();
  }

  /// The path between prior and data: straight, without bridge noise.
  public Interpolant interpolant() {
    return Interpolant.linear();
  }

  /// Starting clouds are independent of the data.
  public Coupling coupling() {
    return new Coupling.Independent();
  }

  /// Draws the training examples, in nanometres.
  public PathSampler paths() {
    return paths(settings.times());
  }

  /// Draws examples at times of another law, in nanometres.
  public PathSampler paths(TimeDistribution times) {
    return new PathSampler(interpolant(), prior(), coupling(), times, SPACE, true);
  }
}
