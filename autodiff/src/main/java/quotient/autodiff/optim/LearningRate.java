package quotient.autodiff.optim;

/// The learning rate as a function of the step, counted from 0. Implementations are *immutable*.
@FunctionalInterface
public interface LearningRate {
  /// The rate that this step uses.
  double rate(long step);

  /// Linear from 0 to the peak over the warm-up steps, then constant.
  static LearningRate constant(double peak, long warmup) {
    return step -> step < warmup ? peak * (step + 1) / (warmup + 1) : peak;
  }

  /// Linear from 0 to the peak over the warm-up steps, then linear to the minimum at the last step
  /// and constant from there.
  static LearningRate linear(double peak, double minimum, long steps, long warmup) {
    if (steps <= warmup || warmup < 0) {
      throw new IllegalArgumentException(
          "linear: expected 0 <= warmup < steps, found warmup " + warmup + ", steps " + steps);
    }
    return step -> {
      if (step < warmup) {
        return peak * (step + 1) / (warmup + 1);
      }
      double done = Math.min(1, (double) (step - warmup) / Math.max(1, steps - 1 - warmup));
      return peak + (minimum - peak) * done;
    };
  }

  /// Cosine from the peak to the minimum in each cycle after a linear warm-up; every cycle's peak is
  /// 5 % of the one before. Step 0 uses the minimum.
  ///
  ///     c = step mod cycle, n = floor(step / cycle)
  ///     rate = min + (peak 0.05^n - min) (1 + cos(pi (c - warmup) / (cycle - warmup))) / 2
  ///
  /// Source: the schedule of the released ET-Flow pipeline, etflow.md section 6, the minimum at step
  /// 0 included.
  static LearningRate cosine(double peak, double minimum, long cycle, long warmup) {
    if (cycle <= warmup || warmup < 0) {
      throw new IllegalArgumentException(
          "cosine: expected 0 <= warmup < cycle, found warmup " + warmup + ", cycle " + cycle);
    }
    return step -> {
      if (step == 0) {
        return minimum;
      }
      long c = step % cycle;
      long completed = step / cycle;
      double top = peak * StrictMath.pow(0.05, completed);
      if (c < warmup) {
        return minimum + (top - minimum) * c / warmup;
      }
      double phase = Math.PI * (c - warmup) / (cycle - warmup);
      return minimum + (top - minimum) * 0.5 * (1 + StrictMath.cos(phase));
    };
  }

  /// The peak until a step, after a linear warm-up, then half a cosine to the minimum at the last step.
  ///
  ///     rate = min + (peak - min) (1 + cos(pi (step - hold) / (steps - 1 - hold))) / 2     step > hold
  ///
  /// @param hold the last step at the peak
  static LearningRate plateau(double peak, double minimum, long hold, long steps, long warmup) {
    if (warmup < 0 || hold < warmup || steps <= hold) {
      throw new IllegalArgumentException(
          "plateau: expected 0 <= warmup <= hold < steps, found warmup "
              + warmup
              + ", hold "
              + hold
              + ", steps "
              + steps);
    }
    LearningRate before = constant(peak, warmup);
    return step -> {
      if (step <= hold) {
        return before.rate(step);
      }
      double phase = Math.PI * Math.min(1, (double) (step - hold) / (steps - 1 - hold));
      return minimum + (peak - minimum) * 0.5 * (1 + StrictMath.cos(phase));
    };
  }
}
