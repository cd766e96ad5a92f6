package quotient.models.train;

/// What the training loop itself needs to know, whatever is trained. *Immutable.*
///
/// @param steps optimizer steps in all
/// @param maxMinutes stops after that many minutes with a checkpoint; 0 means no limit
/// @param lr peak learning rate
/// @param schedule how the rate depends on the step
/// @param warmup steps of linear increase at the start
/// @param cycle steps of one cosine cycle; 0 means `steps`
/// @param beta1 decay of Adam's first moment
/// @param beta2 decay of Adam's second moment
/// @param weightDecay decoupled decay per step, times the rate
/// @param clip how gradients are limited
/// @param clipNorm the limit of `clip = norm`
/// @param ema decay of the average of the weights per step; 0 keeps none
/// @param validateEvery steps between validations
/// @param checkpointEvery steps between checkpoints
/// @param keep how many step checkpoints stay on disk
/// @param seed the root of all randomness of the run
public record TrainSettings(
    long steps,
    double maxMinutes,
    double lr,
    Schedule schedule,
    long warmup,
    long cycle,
    double beta1,
    double beta2,
    double weightDecay,
    Clip clip,
    double clipNorm,
    double ema,
    long validateEvery,
    long checkpointEvery,
    int keep,
    long seed) {

  /// How the rate depends on the step.
  public enum Schedule {
    /// The peak rate after warm-up.
    CONSTANT,
    /// Half a cosine from the peak to almost zero; restarts lower after each cycle.
    COSINE,
    /// The peak rate for two thirds of the steps, then half a cosine to almost zero.
    PLATEAU
  }

  /// How gradients are limited.
  public enum Clip {
    /// Not at all.
    NONE,
    /// To a fixed global norm.
    NORM,
    /// To a limit from the last norms (etflow.md, section 6).
    DYNAMIC
  }

  /// Checks every setting.
  ///
  /// @throws IllegalArgumentException naming the setting, the expectation and the finding
  public TrainSettings {
    require(steps > 0, "steps: expected a positive number, found " + steps);
    require(maxMinutes >= 0, "max-minutes: expected 0 or more, found " + maxMinutes);
    require(lr > 0 && lr < 1, "lr: expected a rate between 0 and 1, found " + lr);
    require(warmup >= 0, "warmup: expected 0 or more, found " + warmup);
    require(
        schedule != Schedule.COSINE || warmup < (cycle > 0 ? cycle : steps),
        "warmup: expected fewer steps than one cycle of the schedule, found " + warmup);
    require(
        schedule != Schedule.PLATEAU || warmup <= plateau(steps),
        "warmup: expected no more steps than two thirds of all, found " + warmup);
    require(cycle >= 0, "cycle: expected 0 or more, found " + cycle);
    require(beta1 >= 0 && beta1 < 1, "beta1: expected a number in [0, 1), found " + beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2: expected a number in [0, 1), found " + beta2);
    require(weightDecay >= 0, "weight-decay: expected 0 or more, found " + weightDecay);
    require(clipNorm > 0, "clip-norm: expected a positive number, found " + clipNorm);
    require(ema >= 0 && ema < 1, "ema: expected a number in [0, 1), found " + ema);
    require(
        validateEvery > 0,
        "validate-every: expected a positive number of steps, found " + validateEvery);
    require(
        checkpointEvery > 0,
        "checkpoint-every: expected a positive number of steps, found " + checkpointEvery);
    require(keep > 0, "keep: expected at least 1 checkpoint, found " + keep);
  }

  /// Steps before the rate of {@link Schedule#PLATEAU} falls.
  static long plateau(long steps) {
    return 2 * steps / 3;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /// The same with another seed.
  public TrainSettings withSeed(long other) {
    return new TrainSettings(
        steps,
        maxMinutes,
        lr,
        schedule,
        warmup,
        cycle,
        beta1,
        beta2,
        weightDecay,
        clip,
        clipNorm,
        ema,
        validateEvery,
        checkpointEvery,
        keep,
        other);
  }

  /// The same with another limit of time; 0 means none.
  public TrainSettings withMaxMinutes(double other) {
    return new TrainSettings(
        steps,
        other,
        lr,
        schedule,
        warmup,
        cycle,
        beta1,
        beta2,
        weightDecay,
        clip,
        clipNorm,
        ema,
        validateEvery,
        checkpointEvery,
        keep,
        seed);
  }

  /// Common defaults for that many steps.
  public static TrainSettings defaults(long steps) {
    return new TrainSettings(
        steps,
        0,
        1e-3,
        Schedule.COSINE,
        Math.min(100, steps / 10),
        0,
        0.9,
        0.999,
        1e-8,
        Clip.DYNAMIC,
        1,
        0.999,
        Math.max(1, steps / 10),
        Math.max(1, steps / 5),
        3,
        0);
  }
}
