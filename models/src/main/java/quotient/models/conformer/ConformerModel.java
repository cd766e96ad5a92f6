package quotient.models.conformer;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import quotient.autodiff.Parameter;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.models.data.ConformerDataset;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.PathSampler;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.io.Fingerprint;
import quotient.models.io.FormatException;
import quotient.models.io.PretrainedWeights;
import quotient.models.io.RecordJson;
import quotient.models.io.Safetensors;
import quotient.models.io.WeightsFile;
import quotient.models.net.Denoiser;
import quotient.models.net.EquivariantGraphTransformer;
import quotient.models.net.EtFlowConfig;
import quotient.models.net.EtFlowPlus;
import quotient.models.net.EtFlowPlusConfig;
import quotient.models.net.MoleculeCondition;
import quotient.models.net.MoleculeTransformer;
import quotient.models.prior.GaussianPrior;
import quotient.models.prior.HarmonicPrior;
import quotient.models.prior.Prior;
import quotient.models.sample.SampleSettings;
import quotient.models.train.Checkpoint;
import quotient.models.train.RunDirectory;
import quotient.tensor.random.RandomKey;

/// A conformer generator: a network, the path it was trained along, and what it has seen.
///
/// *Immutable* once read, and *thread-safe*: share one among threads, each with its own
/// {@link ConformerSampler}.
public final class ConformerModel {
  /// What model files of this kind say they are.
  public static final String KIND = "conformer";

  private static final QuotientSpace SPACE = ShapeSpace.INSTANCE;

  private final ConformerSettings settings;
  private final Denoiser<MoleculeCondition> network;
  private final Optional<Vocabulary> vocabulary;
  private final JsonObject description;
  private final Prior prior;

  private ConformerModel(
      ConformerSettings settings,
      Denoiser<MoleculeCondition> network,
      Optional<Vocabulary> vocabulary,
      JsonObject description) {
    this.settings = settings;
    this.network = network;
    this.vocabulary = vocabulary;
    this.description = description;
    this.prior = settings.prior().equals("harmonic") ? new HarmonicPrior() : GaussianPrior.unit();
  }

  /// A model with first weights drawn from the key, for training on the given data.
  public static ConformerModel create(
      ConformerSettings settings, RandomKey key, ConformerDataset dataset) {
    Vocabulary vocabulary = Vocabulary.of(dataset);
    JsonObject description = Checkpoint.newHeader(KIND);
    description.add("settings", RecordJson.toJson(settings));
    description.add("vocabulary", vocabulary.toJson());
    description.addProperty("data", dataset.hash());
    description.addProperty("molecules", dataset.size());
    description.addProperty("conformers", dataset.conformerCount());
    return new ConformerModel(
        settings, network(settings, key), Optional.of(vocabulary), description);
  }

  /// Reads a model file, the best model of a run directory, or released ET-Flow weights as PyTorch,
  /// Lightning or safetensors files hold them.
  ///
  /// @throws FormatException if the file is no conformer model by this program
  public static ConformerModel read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? new RunDirectory(path).best() : path;
    if (Files.isDirectory(path) && !Files.exists(file)) {
      throw new FormatException(
          path + ": no best.safetensors; this run has no validated model yet");
    }
    return of(WeightsFile.read(file), file.toString());
  }

  /// The model in the jar `quotient-pretrained`.
  ///
  /// @throws IllegalStateException if that jar is not there
  public static ConformerModel pretrained() throws IOException {
    try (InputStream stream = PretrainedWeights.require(KIND).open()) {
      return of(Safetensors.read(stream, PretrainedWeights.NAME), PretrainedWeights.NAME);
    }
  }

  /// The model in a file that was read; `name` stands in error messages.
  public static ConformerModel of(Safetensors file, String name) throws FormatException {
    Optional<String> released = ReleasedWeights.prefix(file);
    if (released.isPresent() && !Checkpoint.hasHeader(file)) {
      return released(file, released.get(), name);
    }
    JsonObject header = Checkpoint.header(file, name);
    if (!header.has("kind") || !header.get("kind").getAsString().equals(KIND)) {
      throw new FormatException(
          name + ": expected a model of kind " + KIND + ", found " + header.get("kind"));
    }
    ConformerSettings settings;
    try {
      settings =
          RecordJson.merge(
              ConformerSettings.preset("tiny"), header.getAsJsonObject("settings"), name);
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      throw new FormatException(name + ": unusable settings: " + e.getMessage(), e);
    }
    Denoiser<MoleculeCondition> network = network(settings, RandomKey.of(0));
    load(network, file, "", name);
    Optional<Vocabulary> vocabulary =
        header.has("vocabulary")
            ? Optional.of(Vocabulary.of(header.getAsJsonArray("vocabulary")))
            : Optional.empty();
    return new ConformerModel(settings, network, vocabulary, header);
  }

  private static ConformerModel released(Safetensors file, String prefix, String name)
      throws FormatException {
    ConformerSettings settings = ReleasedWeights.settings(file, prefix, name);
    Denoiser<MoleculeCondition> network = network(settings, RandomKey.of(0));
    load(network, file, prefix, name);
    JsonObject description = Checkpoint.newHeader(KIND);
    description.add("settings", RecordJson.toJson(settings));
    description.addProperty("source", "released ET-Flow weights");
    return new ConformerModel(settings, network, Optional.empty(), description);
  }

  private static void load(
      Denoiser<MoleculeCondition> network, Safetensors file, String prefix, String name)
      throws FormatException {
    float[] weights = Checkpoint.getAll(file, prefix, network.parameters(), Path.of(name));
    network.parameters().update(values -> System.arraycopy(weights, 0, values, 0, values.length));
  }

  private static Denoiser<MoleculeCondition> network(ConformerSettings s, RandomKey key) {
    if (s.network().equals("etflow-plus")) {
      return new EtFlowPlus(
          new EtFlowPlusConfig(
              s.width(), s.layers(), s.heads(), s.radial(), EtFlowPlusConfig.DEFAULT_CUTOFF),
          key);
    }
    if (s.network().equals("transformer")) {
      return new MoleculeTransformer(s.width(), s.layers(), s.heads(), s.radial(), key);
    }
    boolean norm = s.head().equals("norm");
    EtFlowConfig base =
        s.network().equals("etflow-o3")
            ? norm ? EtFlowConfig.QM9_O3 : EtFlowConfig.DRUGS_O3
            : norm ? EtFlowConfig.QM9_SO3 : EtFlowConfig.DRUGS_SO3;
    return new EquivariantGraphTransformer(
        base.sized(s.width(), s.layers(), s.heads(), s.radial()), key);
  }

  public ConformerSettings settings() {
    return settings;
  }

  public Denoiser<MoleculeCondition> network() {
    return network;
  }

  /// What the model has seen, if it says so.
  public Optional<Vocabulary> vocabulary() {
    return vocabulary;
  }

  /// What the model file says of itself; a copy.
  public JsonObject description() {
    return description.deepCopy();
  }

  /// How to sample from this model unless something else is asked for: its own defaults where the model
  /// file has any (`sampling`), else the built-in ones.
  ///
  /// @throws FormatException if the file's defaults are no settings
  public SampleSettings sampling() throws FormatException {
    JsonObject own = description.getAsJsonObject("sampling");
    try {
      return own == null
          ? SampleSettings.defaults()
          : RecordJson.merge(SampleSettings.defaults(), own, "sampling defaults of the model");
    } catch (IllegalArgumentException e) {
      throw new FormatException("sampling defaults of the model: " + e.getMessage(), e);
    }
  }

  /// The trainings that led to these weights, in order, each with its data's fingerprint and steps;
  /// empty for weights that do not say.
  public Optional<JsonArray> history() {
    if (!description.has("data")) {
      return Optional.empty();
    }
    JsonArray stages =
        description.has("history")
            ? description.getAsJsonArray("history").deepCopy()
            : new JsonArray();
    JsonObject stage = new JsonObject();
    for (String key : new String[] {"data", "molecules", "conformers", "trained"}) {
      if (description.has(key)) {
        stage.add(key, description.get(key).deepCopy());
      }
    }
    stages.add(stage);
    return Optional.of(stages);
  }

  /// The first 64 bits of the weights' SHA-256, for records of runs.
  public String fingerprint() {
    Fingerprint fingerprint = new Fingerprint();
    for (Parameter p : network.parameters().parameters()) {
      fingerprint.add(p.name());
      network
          .parameters()
          .read(values -> {
            for (int i = p.offset(); i < p.offset() + p.shape().size(); i++) {
              fingerprint.add(values[i]);
            }
          });
    }
    return fingerprint.hex();
  }

  /// The space whose points the model makes.
  public QuotientSpace space() {
    return SPACE;
  }

  /// The law of the starting clouds; one object, which remembers what it computed of each molecule.
  public Prior prior() {
    return prior;
  }

  /// The path between prior and data.
  public Interpolant interpolant() {
    return Interpolant.linear(settings.bridge());
  }

  /// How starting clouds met data clouds in training.
  public Coupling coupling() {
    return Coupling.parse(settings.coupling());
  }

  /// Draws the training examples.
  public PathSampler paths() {
    return new PathSampler(
        interpolant(), prior(), coupling(), TimeDistribution.Uniform.ET_FLOW, SPACE, true);
  }
}
