package quotient.models.backbone;

import java.util.List;
import java.util.Locale;
import quotient.models.interpolant.TimeDistribution;
import quotient.models.loss.TrainingStrategy;
import quotient.models.net.ProteinaConfig;
import quotient.models.sample.SelfConditioning;
import quotient.models.train.TrainSettings;

/// What a backbone model is and how its examples are made. *Immutable.*
///
/// @param width d, channels per token
/// @param layers blocks
/// @param heads attention heads
/// @param conditionWidth channels of the conditioning
/// @param timeWidth channels of the embedding of t
/// @param indexWidth channels of the embedding of residue numbers
/// @param foldWidth channels of the embedding of each level of a fold class
/// @param pairWidth channels per pair of residues
/// @param registers learned tokens in front of each chain
/// @param distances classes of distance in x_t
/// @param ownDistances classes of distance in the network's own estimate
/// @param strategy what the network is trained towards
/// @param selfConditioning the share of steps in which the network sees its own estimate
/// @param ownEstimate what part of it: projected, or raw as in the reference implementation
/// @param labelShare the share of examples whose fold class the network is told
/// @param timeExponent a of the Beta(a, 1) that times are drawn from; larger is nearer to the data
/// @param stepEmphasis extra weight of errors that change the lengths of steps; 0 for none
/// @param shortest residues of the shortest windows; 0 takes windows of `longest` residues only
/// @param longest residues; of longer chains a window is taken
/// @param compactness limit of a window's relative radius of gyration; 0 takes any window
/// @param batch chains per gradient
/// @param accumulate gradients of that many batches make one step
/// @param slicePairs a batch is worked through in slices of about that many pairs of residues
public record BackboneSettings(
    int width,
    int layers,
    int heads,
    int conditionWidth,
    int timeWidth,
    int indexWidth,
    int foldWidth,
    int pairWidth,
    int registers,
    int distances,
    int ownDistances,
    String strategy,
    double selfConditioning,
    String ownEstimate,
    double labelShare,
    double timeExponent,
    double stepEmphasis,
    int shortest,
    int longest,
    double compactness,
    int batch,
    int accumulate,
    int slicePairs) {
  /// The presets, see {@link #preset} and {@link #presetTraining}.
  public static final List<String> PRESETS = List.of("tiny", "small", "60m");

  private static final List<String> ESTIMATES = List.of("projected", "raw");

  /// Checks every setting.
  ///
  /// @throws IllegalArgumentException naming the setting, the expectation and the finding
  public BackboneSettings {
    requirePositive("width", width);
    requirePositive("layers", layers);
    requirePositive("heads", heads);
    requirePositive("batch", batch);
    requirePositive("accumulate", accumulate);
    requirePositive("slice-pairs", slicePairs);
    requireShare("self-conditioning", selfConditioning);
    requireShare("label-share", labelShare);
    if (longest < 4) {
      throw new IllegalArgumentException("longest: expected 4 residues or more, found " + longest);
    }
    if (shortest != 0 && (shortest < 4 || shortest > longest)) {
      throw new IllegalArgumentException(
          "shortest: expected 0, or 4 to " + longest + " residues, found " + shortest);
    }
    if (!(timeExponent >= 0.1 && timeExponent <= 100)) {
      throw new IllegalArgumentException(
          "time-exponent: expected a number from 0.1 to 100, found " + timeExponent);
    }
    if (!(stepEmphasis >= 0 && stepEmphasis <= 1000)) {
      throw new IllegalArgumentException(
          "step-emphasis: expected a number from 0 to 1000, found " + stepEmphasis);
    }
    if (!(compactness >= 0) || Double.isInfinite(compactness)) {
      throw new IllegalArgumentException(
          "compactness: expected a number of 0 or more, found " + compactness);
    }
    if (!ESTIMATES.contains(ownEstimate)) {
      throw new IllegalArgumentException(
          "own-estimate: expected one of "
              + String.join(", ", ESTIMATES)
              + ", found \""
              + ownEstimate
              + "\"");
    }
    if (TrainingStrategy.parse(strategy) instanceof TrainingStrategy.Ensemble) {
      throw new IllegalArgumentException(
          "strategy ensemble: a chain has one known structure, over which soft averages already;"
              + " use --strategy soft");
    }
    config(
        width,
        layers,
        heads,
        conditionWidth,
        timeWidth,
        indexWidth,
        foldWidth,
        pairWidth,
        registers,
        distances,
        ownDistances);
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": expected a positive number, found " + value);
    }
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": expected a share from 0 to 1, found " + value);
    }
  }

  /// The size of the network; fold classes are numbered as in CATH.
  public ProteinaConfig config() {
    return config(
        width,
        layers,
        heads,
        conditionWidth,
        timeWidth,
        indexWidth,
        foldWidth,
        pairWidth,
        registers,
        distances,
        ownDistances);
  }

  private static ProteinaConfig config(
      int width,
      int layers,
      int heads,
      int conditionWidth,
      int timeWidth,
      int indexWidth,
      int foldWidth,
      int pairWidth,
      int registers,
      int distances,
      int ownDistances) {
    ProteinaConfig full = ProteinaConfig.SIXTY_MILLION;
    return new ProteinaConfig(
        width,
        layers,
        heads,
        conditionWidth,
        timeWidth,
        indexWidth,
        foldWidth,
        pairWidth,
        registers,
        full.separations(),
        distances,
        ownDistances,
        full.folds());
  }

  /// Where the times of training examples are drawn.
  public TimeDistribution times() {
    return new TimeDistribution.BetaUniform(
        timeExponent, TimeDistribution.BetaUniform.PROTEINA.uniformShare());
  }

  /// What the network sees of its own last estimate.
  public SelfConditioning.Mode ownEstimateMode() {
    return SelfConditioning.Mode.valueOf(ownEstimate.toUpperCase(Locale.ROOT));
  }

  /// The model and its examples in a preset.
  ///
  /// `60m` is the size of the quotient-space paper's runs (Table 4): 58,899,988 weights.
  ///
  /// @throws IllegalArgumentException for another name
  public static BackboneSettings preset(String name) {
    return switch (name) {
      case "tiny" -> of(ProteinaConfig.TINY, 128, 8);
      case "small" -> of(ProteinaConfig.SMALL, 192, 16);
      case "60m" -> of(ProteinaConfig.SIXTY_MILLION, 256, 80);
      default -> throw unknown(name);
    };
  }

  private static BackboneSettings of(ProteinaConfig c, int longest, int batch) {
    return new BackboneSettings(
        c.width(),
        c.layers(),
        c.heads(),
        c.conditionWidth(),
        c.timeWidth(),
        c.indexWidth(),
        c.foldWidth(),
        c.pairWidth(),
        c.registers(),
        c.distances(),
        c.ownDistances(),
        "quotient",
        0.5,
        "projected",
        0.5,
        TimeDistribution.BetaUniform.PROTEINA.exponent(),
        0,
        0,
        longest,
        1.2,
        batch,
        1,
        40_000);
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
      case "tiny" -> training(steps == 0 ? 40_000 : steps, 5e-4, 200);
      case "small" -> training(steps == 0 ? 60_000 : steps, 3e-4, 500);
      case "60m" -> training(steps == 0 ? 150_000 : steps, 1e-4, 0);
      default -> throw unknown(name);
    };
  }

  /// Constant rate, Adam without decay, clipping at norm 1, average with 0.999: proteina.md 5.5.
  private static TrainSettings training(long steps, double lr, long warmup) {
    return new TrainSettings(
        steps,
        0,
        lr,
        TrainSettings.Schedule.CONSTANT,
        Math.min(warmup, steps / 10),
        0,
        0.9,
        0.999,
        0,
        TrainSettings.Clip.NORM,
        1,
        0.999,
        Math.clamp(steps / 20, 1, 1_000),
        Math.clamp(steps / 20, 1, 500),
        3,
        0);
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException(
        "preset: expected one of " + String.join(", ", PRESETS) + ", found \"" + name + "\"");
  }
}
