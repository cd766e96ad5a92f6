package quotient.models.toy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.io.FormatException;
import quotient.models.io.RecordJson;
import quotient.models.io.Safetensors;
import quotient.models.loss.TrainingStrategy;
import quotient.models.net.PlaneMlp;
import quotient.models.prior.GaussianPrior;
import quotient.models.sample.SamplerKind;
import quotient.models.train.Checkpoint;
import quotient.models.train.RunDirectory;
import quotient.tensor.random.RandomKey;

/// A trained toy: its settings and its network. *Immutable* but for the weights.
///
/// @param settings what it is
/// @param network what it has learned
/// @param description what its file says of it
public record ToyModel(ToySettings settings, PlaneMlp network, JsonObject description) {
  private static final String KIND = "toy";

  /// A model with first weights drawn from the key.
  public static ToyModel create(ToySettings settings, RandomKey key) {
    JsonObject description = Checkpoint.newHeader(KIND);
    description.add("settings", RecordJson.toJson(settings));
    return new ToyModel(settings, network(settings, key), description);
  }

  /// Reads a model file, or the best model of a run directory.
  ///
  /// @throws FormatException if the file is no toy by this program
  public static ToyModel read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? new RunDirectory(path).best() : path;
    if (Files.isDirectory(path) && !Files.exists(file)) {
      throw new FormatException(
          path + ": no best.safetensors; this run has no validated model yet");
    }
    Safetensors tensors = Safetensors.read(file);
    JsonObject header = Checkpoint.header(tensors, file.toString());
    if (!header.has("kind") || !header.get("kind").getAsString().equals(KIND)) {
      throw new FormatException(
          file + ": expected a model of kind " + KIND + ", found " + header.get("kind"));
    }
    ToySettings settings;
    try {
      settings =
          RecordJson.merge(
              ToySettings.defaults(), header.getAsJsonObject("settings"), file.toString());
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      throw new FormatException(file + ": unusable settings: " + e.getMessage(), e);
    }
    PlaneMlp network = network(settings, RandomKey.of(0));
    float[] weights = Checkpoint.getAll(tensors, "", network.parameters(), file);
    network.parameters().update(values -> System.arraycopy(weights, 0, values, 0, values.length));
    return new ToyModel(settings, network, header);
  }

  private static PlaneMlp network(ToySettings s, RandomKey key) {
    int coordinates = ToySpace.parse(s.space()).coordinates();
    return new PlaneMlp(coordinates, s.width(), s.layers(), key);
  }

  /// The space it was trained on.
  public ToySpace space() {
    return ToySpace.parse(settings.space());
  }

  /// How starting configurations met data in training.
  public Coupling coupling() {
    return Coupling.parse(settings.coupling());
  }

  /// Draws the training examples.
  public PathSampler paths() {
    return new PathSampler(
        Interpolant.linear(),
        GaussianPrior.unit(),
        coupling(),
        TimeDistribution.Uniform.ET_FLOW,
        space().quotient(),
        true);
  }

  /// The sampler that belongs to the strategy: conventional ones for what was trained in full.
  public SamplerKind sampler() {
    TrainingStrategy strategy = TrainingStrategy.parse(settings.strategy());
    if (strategy instanceof TrainingStrategy.Af3) {
      return SamplerKind.REALIGNED;
    }
    return strategy.isHorizontal() ? SamplerKind.QUOTIENT_ODE : SamplerKind.ODE;
  }
}
