package quotient.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Measures several sides of a case in alternating rounds.
///
/// Each side is first warmed up until its times are steady and no compiler has been at work for a
/// while: a loop that is still interpreted is steady too, while its compiled form is being made. Then
/// every round takes one sample of each side, in forward and backward order by turns, so that a slow
/// spell of the machine hits all alike. A side's time is the median of its samples.
final class Rounds {
  /// How long to measure.
  ///
  /// @param leastWarmUp seconds of warming up at least
  /// @param mostWarmUp seconds after which a side counts as warm, steady or not, if nothing is
  ///     being compiled
  /// @param rest seconds in which nothing was compiled, at the end of warming up
  /// @param sample seconds that a sample takes at least; one repetition if that takes longer
  /// @param rounds samples of each side
  /// @param leastRounds samples of each side, however long they take
  /// @param most seconds for the rounds of one side beyond those
  record Effort(
      double leastWarmUp,
      double mostWarmUp,
      double rest,
      double sample,
      int rounds,
      int leastRounds,
      double most) {
    Effort {
      if (!(leastWarmUp >= 0
          && mostWarmUp >= leastWarmUp
          && rest >= 0
          && sample > 0
          && rounds >= 1
          && leastRounds >= 1)) {
        throw new IllegalArgumentException(
            "effort: times must not be negative and rounds at least 1, found "
                + leastWarmUp
                + ", "
                + mostWarmUp
                + ", "
                + rest
                + ", "
                + sample
                + ", "
                + rounds);
      }
    }

    /// For tables that are kept.
    static final Effort FULL = new Effort(0.6, 4, 0.2, 0.02, 15, 3, 12);

    /// For a look.
    static final Effort QUICK = new Effort(0.3, 1.5, 0.15, 0.01, 5, 1, 3);
  }

  /// The samples of one side: seconds per repetition.
  ///
  /// @param seconds in the order in which they were taken
  record Series(double[] seconds) {
    double median() {
      return Rounds.median(seconds);
    }

    double least() {
      return Arrays.stream(seconds).min().orElse(Double.NaN);
    }

    /// Half the distance between the quartiles, relative to the median.
    double spread() {
      return (quantile(seconds, 0.75) - quantile(seconds, 0.25)) / 2 / median();
    }
  }

  /// Samples that agree to this are steady.
  private static final double STEADY = 0.03;

  /// Times the longest warm-up after which even a side whose compilers never rest is measured.
  private static final double PATIENCE = 8;

  /// One in so many of a sample's repetitions is run before it to wake threads.
  private static final int WAKING = 8;

  /// Seconds of a repetition in which waking threads takes no part that counts.
  private static final double LONG = 0.5;

  private Rounds() {}

  /// Warms up and measures every side.
  ///
  /// @param rest comes before each sample; unless a repetition is long, the side then runs a little
  ///     unmeasured, to wake its own threads
  static List<Series> measure(List<? extends Contender> sides, Effort effort, Rest rest)
      throws IOException {
    return measure(sides, effort, rest, Compilers.ofThisProcess());
  }

  static List<Series> measure(
      List<? extends Contender> sides, Effort effort, Rest rest, Compilers compilers)
      throws IOException {
    int count = sides.size();
    int[] repetitions = new int[count];
    boolean[] isLong = new boolean[count];
    double longest = 0;
    for (int i = 0; i < count; i++) {
      double once = warmUp(sides.get(i), effort, compilers);
      repetitions[i] = (int) Math.clamp(Math.ceil(effort.sample() / once), 1, 1_000_000);
      isLong[i] = once > LONG;
      longest = Math.max(longest, once * repetitions[i]);
    }
    int rounds = effort.rounds();
    if (rounds > effort.leastRounds()) {
      rounds = (int) Math.clamp(effort.most() / longest, effort.leastRounds(), rounds);
    }
    double[][] seconds = new double[count][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < count; i++) {
        int side = round % 2 == 0 ? i : count - 1 - i;
        if (rest.await() && !isLong[side]) {
          sides.get(side).seconds(Math.ceilDiv(repetitions[side], WAKING));
        }
        seconds[side][round] = sides.get(side).seconds(repetitions[side]) / repetitions[side];
      }
    }
    List<Series> series = new ArrayList<>();
    for (double[] samples : seconds) {
      series.add(new Series(samples));
    }
    return series;
  }

  /// Runs until three samples in a row agree and compilers rest; returns the seconds of a repetition.
  private static double warmUp(Contender side, Effort effort, Compilers compilers)
      throws IOException {
    double spent = 0;
    double resting = 0;
    int repetitions = 1;
    double[] last = {0, Double.MAX_VALUE, Double.MAX_VALUE};
    compilers.haveWorked(0);
    while (true) {
      double seconds = Math.max(side.seconds(repetitions), 1e-9);
      spent += seconds;
      resting = compilers.haveWorked(seconds) ? 0 : resting + seconds;
      last[0] = last[1];
      last[1] = last[2];
      last[2] = seconds / repetitions;
      boolean steady = median(last) > 0 && (max(last) - min(last)) / median(last) < STEADY;
      boolean enough = spent >= effort.mostWarmUp() || (spent >= effort.leastWarmUp() && steady);
      if (enough && (resting >= effort.rest() || spent >= PATIENCE * effort.mostWarmUp())) {
        return last[2];
      }
      repetitions = (int) Math.clamp(effort.sample() / last[2], 1, 1_000_000);
    }
  }

  private static double max(double[] x) {
    return Arrays.stream(x).max().orElse(Double.NaN);
  }

  private static double min(double[] x) {
    return Arrays.stream(x).min().orElse(Double.NaN);
  }

  /// The middle one, or the mean of the middle two.
  static double median(double[] x) {
    return quantile(x, 0.5);
  }

  /// Linear between the order statistics; `x` is left as it is.
  static double quantile(double[] x, double share) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /// exp(mean log x).
  static double geometricMean(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += Math.log(value);
    }
    return Math.exp(sum / x.length);
  }
}
