package quotient.models.conformer;

import java.util.List;
import quotient.models.interpolant.Coupling;
import quotient.models.loss.TrainingStrategy;
import quotient.models.loss.VelocityLoss;
import quotient.models.train.TrainSettings;

/// What a conformer model is and how its examples are made. *Immutable.*
///
/// @param network the architecture: etflow-so3, etflow-o3, etflow-plus or transformer
/// @param width H, channels per atom
/// @param layers L, attention layers
/// @param heads A, attention heads
/// @param radial K, radial functions
/// @param strategy what the network is trained towards
/// @param prior gaussian or harmonic
/// @param coupling independent, or aligned as in the released ET-Flow pipeline
/// @param loss mse, or l2-atom as in the released ET-Flow pipeline
/// @param conformerWeights how a molecule's conformer is drawn: uniform or boltzmann
/// @param bridge scale of the noise in the middle of the path, Å
/// @param batch molecules per gradient
/// @param accumulate gradients of that many batches make one step
/// @param sliceAtoms a batch is worked through in slices of about that many atoms
/// @param head of etflow-so3 and etflow-o3: norm with layer norms inside, as released for QM9, or
///     plain, as released for drugs
public record ConformerSettings(
    String network,
    int width,
    int layers,
    int heads,
    int radial,
    String strategy,
    String prior,
    String coupling,
    String loss,
    String conformerWeights,
    double bridge,
    int batch,
    int accumulate,
    int sliceAtoms,
    String head) {
  /// The architectures.
  public static final List<String> NETWORKS =
      List.of("etflow-so3", "etflow-o3", "etflow-plus", "transformer");

  /// The presets, see {@link #preset} and {@link #presetTraining}.
  public static final List<String> PRESETS = List.of("tiny", "small", "qm9", "drugs");

  private static final List<String> PRIORS = List.of("gaussian", "harmonic");
  private static final List<String> WEIGHTS = List.of("uniform", "boltzmann");
  private static final List<String> HEADS = List.of("norm", "plain");

  /// Checks every setting.
  ///
  /// @throws IllegalArgumentException naming the setting, the expectation and the finding
  public ConformerSettings {
    requireOneOf("network", network, NETWORKS);
    requireOneOf("prior", prior, PRIORS);
    requireOneOf("conformer-weights", conformerWeights, WEIGHTS);
    requireOneOf("head", head, HEADS);
    TrainingStrategy chosen = TrainingStrategy.parse(strategy);
    Coupling.parse(coupling);
    VelocityLoss.parse(loss);
    requirePositive("width", width);
    requirePositive("layers", layers);
    requirePositive("heads", heads);
    requirePositive("radial", radial);
    requirePositive("batch", batch);
    requirePositive("accumulate", accumulate);
    requirePositive("slice-atoms", sliceAtoms);
    if (width % heads != 0 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "width: expected an even multiple of heads = " + heads + ", found " + width);
    }
    if (!(bridge >= 0 && bridge < 10)) {
      throw new IllegalArgumentException("bridge: expected 0 to 10 Å, found " + bridge);
    }
    if (chosen.isAveraged() && (!coupling.equals("independent") || !loss.equals("mse"))) {
      throw new IllegalArgumentException(
          "strategy "
              + strategy
              + ": holds for --coupling independent and --loss mse only, found "
              + coupling
              + " and "
              + loss);
    }
  }

  /// Whether the network itself is equivariant; if not, its examples are turned at random.
  boolean isEquivariant() {
    return !network.equals("transformer");
  }

  /// Whether the network is told bond orders and stereo marks.
  boolean isTold() {
    return network.equals("etflow-plus") || network.equals("transformer");
  }

  private static void requireOneOf(String name, String value, List<String> known) {
    if (!known.contains(value)) {
      throw new IllegalArgumentException(
          name + ": expected one of " + String.join(", ", known) + ", found \"" + value + "\"");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": expected a positive number, found " + value);
    }
  }

  /// The model and its examples in a preset.
  ///
  /// `qm9` and `drugs` have the size and prior of the quotient-space paper's runs, with independent
  /// coupling and squared loss; the released pipeline's choices are `aligned` and `l2-atom`.
  ///
  /// @throws IllegalArgumentException for another name
  public static ConformerSettings preset(String name) {
    return switch (name) {
      case "tiny" -> base(64, 4, 4, 32, "gaussian", 32, "norm");
      case "small" -> base(96, 8, 8, 32, "gaussian", 48, "norm");
      case "qm9" -> base(160, 20, 8, 64, "gaussian", 128, "norm");
      case "drugs" -> base(160, 20, 8, 64, "harmonic", 48, "plain");
      default ->
          throw new IllegalArgumentException(
              "preset: expected one of " + String.join(", ", PRESETS) + ", found \"" + name + "\"");
    };
  }

  private static ConformerSettings base(
      int width, int layers, int heads, int radial, String prior, int batch, String head) {
    return new ConformerSettings(
        "etflow-so3",
        width,
        layers,
        heads,
        radial,
        "quotient",
        prior,
        "independent",
        "mse",
        "uniform",
        0.1,
        batch,
        1,
        320,
        head);
  }

  /// The training loop's settings in a preset.
  ///
  /// @throws IllegalArgumentException for another name
  public static TrainSettings presetTraining(String name) {
    return presetTraining(name, 0);
  }

  /// The same for another number of steps, with all that follows from it; 0 means the preset's own.
  ///
  /// @throws IllegalArgumentException for another name, or a negative number of steps
  public static TrainSettings presetTraining(String name, long steps) {
    return switch (name) {
      case "tiny" -> TrainSettings.defaults(steps == 0 ? 2_000 : steps);
      case "small" -> TrainSettings.defaults(steps == 0 ? 20_000 : steps);
      case "qm9" -> released(steps == 0 ? 416_500 : steps, 7e-4);
      case "drugs" -> released(steps == 0 ? 500_000 : steps, 5e-4);
      default ->
          throw new IllegalArgumentException(
              "preset: expected one of " + String.join(", ", PRESETS) + ", found \"" + name + "\"");
    };
  }

  private static TrainSettings released(long steps, double lr) {
    return new TrainSettings(
        steps,
        0,
        lr,
        TrainSettings.Schedule.COSINE,
        0,
        steps,
        0.95,
        0.999,
        1e-8,
        TrainSettings.Clip.DYNAMIC,
        1,
        0.999,
        5_000,
        5_000,
        3,
        0);
  }
}
