package quotient.models.toy;

import quotient.models.interpolant.Coupling;
import quotient.models.loss.TrainingStrategy;
import quotient.models.train.TrainSettings;

/// What a toy is and how its examples are made. *Immutable.*
///
/// @param space a {@link ToySpace} by its label
/// @param target a {@link ToyTarget} by its name
/// @param strategy what the network is trained towards
/// @param coupling independent or aligned
/// @param jitter standard deviation of the target's coordinates; 0 for shapes alone
/// @param width of the hidden layers
/// @param layers hidden layers
/// @param batch configurations per step
public record ToySettings(
    String space,
    String target,
    String strategy,
    String coupling,
    double jitter,
    int width,
    int layers,
    int batch) {

  /// Checks every setting.
  ///
  /// @throws IllegalArgumentException naming the setting, the expectation and the finding
  public ToySettings {
    ToySpace.parse(space);
    if (!ToyTarget.names().contains(target)) {
      throw new IllegalArgumentException(
          "target: expected one of "
              + String.join(", ", ToyTarget.names())
              + ", found \""
              + target
              + "\"");
    }
    TrainingStrategy chosen = TrainingStrategy.parse(strategy);
    Coupling pairing = Coupling.parse(coupling);
    requirePositive("width", width);
    requirePositive("layers", layers);
    requirePositive("batch", batch);
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter: expected 0 to 1, found " + jitter);
    }
    if (chosen.isAveraged() && !pairing.isIndependent()) {
      throw new IllegalArgumentException(
          "strategy " + strategy + ": holds for --coupling independent only, found " + coupling);
    }
    if (chosen instanceof TrainingStrategy.Ensemble && jitter > 0) {
      throw new IllegalArgumentException(
          "strategy ensemble: needs a finite list of shapes, found --jitter "
              + jitter
              + "; use --jitter 0");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": expected a positive number, found " + value);
    }
  }

  /// Two rings in the plane, the quotient strategy.
  public static ToySettings defaults() {
    return new ToySettings("plane", "two", "quotient", "independent", 0.05, 128, 3, 256);
  }

  /// The training loop's settings for that many steps; 0 means 3000.
  public static TrainSettings training(long steps) {
    TrainSettings base = TrainSettings.defaults(steps == 0 ? 3_000 : steps);
    return new TrainSettings(
        base.steps(),
        base.maxMinutes(),
        3e-3,
        base.schedule(),
        base.warmup(),
        base.cycle(),
        base.beta1(),
        base.beta2(),
        base.weightDecay(),
        base.clip(),
        base.clipNorm(),
        0.99,
        base.validateEvery(),
        base.checkpointEvery(),
        base.keep(),
        base.seed());
  }

  /// The target with its jitter.
  public ToyTarget law() {
    return ToyTarget.of(ToySpace.parse(space), target, jitter);
  }
}
