package quotient.models.interpolant;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/// The strictly increasing times of a sampler, from 0 to 1: n steps, n + 1 points.
///
/// *Immutable.* Source of the shapes: proteina.md 6.1 (reference implementation of Proteína).
public final class TimeGrid {
  private final String name;
  private final double[] times;

  private TimeGrid(String name, double[] times) {
    this.name = name;
    this.times = times;
    for (int i = 0; i + 1 < times.length; i++) {
      if (!(times[i] < times[i + 1])) {
        throw new IllegalArgumentException(
            "time grid "
                + name
                + ": not increasing at step "
                + i
                + " ("
                + times[i]
                + ", "
                + times[i + 1]
                + "); use fewer steps or another grid");
      }
    }
  }

  /// A grid of given times.
  ///
  /// @throws IllegalArgumentException unless they increase strictly from 0 to 1
  public static TimeGrid of(double... times) {
    if (times.length < 2 || times[0] != 0 || times[times.length - 1] != 1) {
      throw new IllegalArgumentException(
          "time grid: need at least the times 0 and 1, found " + Arrays.toString(times));
    }
    return new TimeGrid("given", times.clone());
  }

  /// `t_i = i / n`.
  public static TimeGrid uniform(int steps) {
    return power(steps, 1);
  }

  /// `t_i = (i / n)^p`.
  public static TimeGrid power(int steps, double p) {
    requirePositive("power", p);
    return build("power", steps, u -> p == 1 ? u : StrictMath.pow(u, p));
  }

  /// `t_i = (1 - 10^(-p i / n)) / (1 - 10^-p)`: fine near the data.
  public static TimeGrid log(int steps, double p) {
    requirePositive("log", p);
    double last = StrictMath.pow(10, -p);
    return build("log", steps, u -> (1 - StrictMath.pow(10, -p * u)) / (1 - last));
  }

  /// Noise levels of Karras et al. 2022 between 80 and 0.002, read as `t = 1 / (1 + sigma)`.
  public static TimeGrid edm(int steps, double rho) {
    requirePositive("edm", rho);
    double high = StrictMath.pow(80, 1 / rho);
    double low = StrictMath.pow(0.002, 1 / rho);
    return stretched(
        "edm",
        steps,
        u -> {
          double sigma = StrictMath.pow(high + u * (low - high), rho);
          return StrictMath.pow(sigma, -2);
        });
  }

  /// Signal-to-noise ratios from 10^-6 to 10^6, evenly in the logarithm.
  public static TimeGrid logLinear(int steps) {
    return stretched("loglinear", steps, u -> StrictMath.pow(10, -6 + 12 * u));
  }

  /// Signal-to-noise ratio `(cos(pi (1-t)/2) / sin(pi (1-t)/2))^p`, each shifted by 1e-5.
  public static TimeGrid cosine(int steps, double p) {
    requirePositive("cos", p);
    return stretched(
        "cos",
        steps,
        u -> {
          double angle = 0.5 * Math.PI * (1 - u);
          return StrictMath.pow(StrictMath.cos(angle) + 1e-5, p)
              / StrictMath.pow(StrictMath.sin(angle) + 1e-5, p);
        });
  }

  /// Reads a name with an optional parameter: `uniform`, `power:2`, `log`, `log:2`, `edm:7`,
  /// `loglinear`, `cos:1.5`.
  ///
  /// @throws IllegalArgumentException for any other text
  public static TimeGrid parse(String text, int steps) {
    int colon = text.indexOf(':');
    String kind = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
    return switch (kind) {
      case "uniform" -> uniform(steps);
      case "power" -> power(steps, parameter(text, colon, 2));
      case "log" -> log(steps, parameter(text, colon, 2));
      case "edm" -> edm(steps, parameter(text, colon, 7));
      case "loglinear" -> logLinear(steps);
      case "cos" -> cosine(steps, parameter(text, colon, 1.5));
      default ->
          throw new IllegalArgumentException(
              "time grid: unknown name \""
                  + text
                  + "\"; use uniform, power:P, log:P, edm:RHO, loglinear or cos:P");
    };
  }

  /// The name of the shape.
  public String name() {
    return name;
  }

  /// The number of steps n.
  public int steps() {
    return times.length - 1;
  }

  /// The i-th time, 0 <= i <= n.
  public double time(int i) {
    return times[i];
  }

  /// The length of the step from the i-th time.
  public double step(int i) {
    return times[i + 1] - times[i];
  }

  /// A copy of the n + 1 times.
  public double[] toArray() {
    return times.clone();
  }

  private static TimeGrid build(String name, int steps, DoubleUnaryOperator shape) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "time grid " + name + ": need at least one step, found " + steps);
    }
    double[] times = new double[steps + 1];
    for (int i = 1; i < steps; i++) {
      times[i] = shape.applyAsDouble((double) i / steps);
    }
    times[steps] = 1;
    return new TimeGrid(name, times);
  }

  /// From a signal-to-noise ratio to times, then shifted and scaled onto [0, 1].
  private static TimeGrid stretched(String name, int steps, DoubleUnaryOperator ratio) {
    double first = timeAt(ratio.applyAsDouble(0));
    double last = timeAt(ratio.applyAsDouble(1));
    return build(name, steps, u -> (timeAt(ratio.applyAsDouble(u)) - first) / (last - first));
  }

  private static double timeAt(double signalToNoise) {
    double root = Math.sqrt(Math.min(1e10, Math.max(1e-10, signalToNoise)));
    return root / (1 + root);
  }

  private static double parameter(String text, int colon, double standard) {
    if (colon < 0) {
      return standard;
    }
    try {
      return Double.parseDouble(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "time grid: expected a number after the colon in \"" + text + "\"", e);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "time grid " + name + ": the parameter must be positive, found " + value);
    }
  }
}
