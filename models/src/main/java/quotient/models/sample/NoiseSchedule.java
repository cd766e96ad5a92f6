package quotient.models.sample;

import java.util.Locale;
import quotient.models.interpolant.TimeGrid;

/// How much noise the SDE sampler adds: eta(t) and the noise scale gamma.
///
///     drift v + eta s, noise variance 2 gamma eta dt, curvature gamma eta c
///
/// One function eta serves score, curvature and noise. gamma = 1 samples the target; gamma < 1 is
/// the quotient image of the Euclidean low-temperature sampler and keeps no stated law. Once a step
/// starts after `lastNoise`, it and all later ones are ODE steps, and so is the last step of every
/// grid. *Immutable.* Source: theory.md sections 0 and 3; proteina.md 6.2.
///
/// @param form the function of time
/// @param scale a factor on it
/// @param exponent f of the reshaping `y = ln eta - mean; y <- logit(sigmoid(y)^f)`; 1 for none
/// @param largest eta is clamped to it; infinite for none
/// @param lastNoise the last time at which noise is added
/// @param gamma the noise scale
public record NoiseSchedule(
    Form form, double scale, double exponent, double largest, double lastNoise, double gamma) {

  /// Shapes of eta(t); t is first clamped to 1 - 1e-5.
  public enum Form {
    /// 1 - t, which keeps the score term mild near the data.
    LINEAR,
    /// 1 / (t + 0.01), the one used by Proteína; 100 at t = 0, where a clamp is advisable.
    INVERSE_TIME,
    /// (1 - t) / (t + 0.01).
    RATIO,
    /// (pi/2) sin((1-t) pi/2) / (cos((1-t) pi/2) + 0.01).
    TANGENT
  }

  private static final double LATEST = 1 - 1e-5;
  private static final double SHIFT = 0.01;
  private static final double SMALLEST_SHARE = 1e-6;

  public NoiseSchedule {
    if (!(scale >= 0 && exponent > 0 && largest > 0 && gamma >= 0)
        || Double.isInfinite(scale)
        || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "noise schedule: need scale >= 0, exponent > 0, largest > 0, gamma >= 0, found "
              + scale
              + ", "
              + exponent
              + ", "
              + largest
              + ", "
              + gamma);
    }
  }

  /// `eta = kappa (1 - t)`, the sound default.
  public static NoiseSchedule linear(double kappa, double gamma) {
    return new NoiseSchedule(Form.LINEAR, kappa, 1, Double.POSITIVE_INFINITY, 1, gamma);
  }

  /// `eta = 1 / (t + 0.01)` until t = 0.99, as in Proteína.
  public static NoiseSchedule inverseTime(double largest, double gamma) {
    return new NoiseSchedule(Form.INVERSE_TIME, 1, 1, largest, 0.99, gamma);
  }

  /// The same schedule with another noise scale.
  public NoiseSchedule withGamma(double other) {
    return new NoiseSchedule(form, scale, exponent, largest, lastNoise, other);
  }

  /// eta of every step of a grid, 0 for ODE steps: `[n]`.
  public double[] table(TimeGrid grid) {
    double[] eta = values(grid);
    boolean ended = false;
    for (int i = 0; i < eta.length; i++) {
      ended |= grid.time(i) > lastNoise || i == eta.length - 1;
      if (ended) {
        eta[i] = 0;
      }
    }
    return eta;
  }

  /// eta at the first n times of a grid, before the last steps are made ODE steps: `[n]`.
  public double[] values(TimeGrid grid) {
    double[] eta = new double[grid.steps()];
    for (int i = 0; i < eta.length; i++) {
      eta[i] = scale * shape(Math.min(grid.time(i), LATEST));
    }
    if (exponent != 1) {
      reshape(eta);
    }
    for (int i = 0; i < eta.length; i++) {
      eta[i] = Math.min(eta[i], largest);
    }
    return eta;
  }

  /// eta at any time, for a schedule that is not reshaped.
  double at(double t) {
    return Math.min(scale * shape(Math.min(t, LATEST)), largest);
  }

  private double shape(double t) {
    double quarter = 0.5 * Math.PI;
    return switch (form) {
      case LINEAR -> 1 - t;
      case INVERSE_TIME -> 1 / (t + SHIFT);
      case RATIO -> (1 - t) / (t + SHIFT);
      case TANGENT ->
          quarter * StrictMath.sin((1 - t) * quarter) / (StrictMath.cos((1 - t) * quarter) + SHIFT);
    };
  }

  private void reshape(double[] eta) {
    double mean = 0;
    for (double value : eta) {
      mean += StrictMath.log(value);
    }
    mean /= eta.length;
    for (int i = 0; i < eta.length; i++) {
      double y = StrictMath.log(eta[i]) - mean;
      double share = StrictMath.pow(1 / (1 + StrictMath.exp(-y)), exponent);
      share = Math.max(SMALLEST_SHARE, Math.min(1 - SMALLEST_SHARE, share));
      eta[i] = StrictMath.exp(StrictMath.log(share / (1 - share)) + mean);
    }
  }

  /// Reads `linear:KAPPA`, `inverse-time`, `ratio` or `tangent`, with gamma = 1.
  ///
  /// @throws IllegalArgumentException for any other text
  public static NoiseSchedule parse(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    double none = Double.POSITIVE_INFINITY;
    if (wanted.startsWith("linear")) {
      try {
        return linear(wanted.equals("linear") ? 1 : Double.parseDouble(wanted.substring(7)), 1);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "noise schedule: expected a number after linear: in \"" + text + "\"", e);
      }
    }
    return switch (wanted) {
      case "inverse-time" -> inverseTime(none, 1);
      case "ratio" -> new NoiseSchedule(Form.RATIO, 1, 1, none, 0.99, 1);
      case "tangent" -> new NoiseSchedule(Form.TANGENT, 1, 1, none, 0.99, 1);
      default ->
          throw new IllegalArgumentException(
              "noise schedule: unknown name \""
                  + text
                  + "\"; use linear:KAPPA, inverse-time, ratio or tangent");
    };
  }
}
