package quotient.models.metric;

import java.util.Arrays;
import quotient.geometry.shape.Kabsch;

/// The TM-score of two chains whose residues correspond one to one.
///
///     TM = max over R, a of (1/L) sum_i 1 / (1 + |R x_i + a - y_i|^2 / d0^2)
///     d0 = 1.24 (L - 15)^(1/3) - 1.8, at least 0.5        L: the length to normalise by
///
/// The maximum is looked for from the superposition of every run of n, n/2, n/4, ... down to 4
/// residues, each improved by superposing the pairs that lie close until these stay the same. As for
/// the original program, the result is a lower bound that is almost always the maximum.
/// Source: Zhang & Skolnick 2004. *Confined*: holds scratch.
public final class TmScore {
  private static final int SHORTEST_SEED = 4;
  private static final int SEED_LENGTHS = 6;
  private static final int MOST_ROUNDS = 20;
  private static final int FEW_ROUNDS = 2;
  private static final double[] IDENTITY = {1, 0, 0, 0, 1, 0, 0, 0, 1};

  private double[] first = new double[0];
  private double[] second = new double[0];
  private int[] chosen = new int[0];
  private int[] before = new int[0];
  private final double[] rotation = new double[9];
  private final double[] shift = new double[3];
  private final double[] bestRotation = new double[9];
  private final double[] bestShift = new double[3];

  /// A search with its own scratch.
  public TmScore() {}

  /// The distance scale d0 of chains of that length, Å.
  public static double scale(int length) {
    return length <= 21 ? 0.5 : Math.max(0.5, 1.24 * StrictMath.cbrt(length - 15) - 1.8);
  }

  /// The TM-score of n pairs of residues.
  ///
  /// @param x, y [3 n], Å
  /// @param length to normalise by
  public static double ofPairs(float[] x, float[] y, int length) {
    double[] a = new double[x.length];
    double[] b = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      a[i] = x[i];
      b[i] = y[i];
    }
    return new TmScore().search(a, b, x.length / 3, length, scale(length), 1);
  }

  /// The best superposition found; {@link #turn} and {@link #move} tell it afterwards.
  ///
  /// @param x, y the pairs, first 3 n values
  /// @param length to normalise by
  /// @param d0 distance scale, Å
  /// @param stride a seed starts at every stride-th residue; 0 starts from all pairs only, and takes
  ///     few rounds
  double search(double[] x, double[] y, int n, int length, double d0, int stride) {
    grow(n);
    System.arraycopy(IDENTITY, 0, bestRotation, 0, 9);
    Arrays.fill(bestShift, 0);
    double best = 0;
    if (stride == 0) {
      return improve(x, y, n, 0, n, length, d0, 0, FEW_ROUNDS);
    }
    int seed = n;
    for (int level = 0; level < SEED_LENGTHS && seed >= Math.min(n, SHORTEST_SEED); level++) {
      for (int start = 0; start + seed <= n; start = nextStart(start, seed, n, stride)) {
        best = Math.max(best, improve(x, y, n, start, seed, length, d0, best, MOST_ROUNDS));
      }
      if (seed <= SHORTEST_SEED) {
        break;
      }
      seed = level + 2 == SEED_LENGTHS ? SHORTEST_SEED : Math.max(SHORTEST_SEED, seed / 2);
    }
    return best;
  }

  private static int nextStart(int start, int seed, int n, int stride) {
    int next = start + stride;
    return start + seed < n && next + seed > n ? n - seed : next;
  }

  /// R of the best superposition, row-major [3, 3].
  double[] turn() {
    return bestRotation;
  }

  /// a of the best superposition.
  double[] move() {
    return bestShift;
  }

  private double improve(
      double[] x,
      double[] y,
      int n,
      int start,
      int seed,
      int length,
      double d0,
      double best,
      int rounds) {
    double near = Math.clamp(d0, 4.5, 8.0);
    int count = seed;
    for (int k = 0; k < seed; k++) {
      chosen[k] = start + k;
    }
    double top = best;
    for (int round = 0; round <= rounds; round++) {
      superpose(x, y, count);
      double score = score(x, y, n, length, d0);
      if (score > top) {
        top = score;
        System.arraycopy(rotation, 0, bestRotation, 0, 9);
        System.arraycopy(shift, 0, bestShift, 0, 3);
      }
      int previous = count;
      int[] swap = before;
      before = chosen;
      chosen = swap;
      count = choose(x, y, n, round == 0 ? near - 1 : near + 1);
      if (round > 0 && count == previous && Arrays.equals(chosen, 0, count, before, 0, previous)) {
        break;
      }
    }
    return top;
  }

  /// Superposes the chosen pairs.
  private void superpose(double[] x, double[] y, int count) {
    double[] mx = new double[3];
    double[] my = new double[3];
    for (int k = 0; k < count; k++) {
      for (int d = 0; d < 3; d++) {
        first[3 * k + d] = x[3 * chosen[k] + d];
        second[3 * k + d] = y[3 * chosen[k] + d];
        mx[d] += first[3 * k + d];
        my[d] += second[3 * k + d];
      }
    }
    Kabsch.rotation(first, second, 0, 3 * count, rotation);
    for (int d = 0; d < 3; d++) {
      shift[d] =
          (my[d]
                  - rotation[3 * d] * mx[0]
                  - rotation[3 * d + 1] * mx[1]
                  - rotation[3 * d + 2] * mx[2])
              / count;
    }
  }

  private double squared(double[] x, double[] y, int i) {
    int p = 3 * i;
    double dx = along(x, p, 0) - y[p];
    double dy = along(x, p, 1) - y[p + 1];
    double dz = along(x, p, 2) - y[p + 2];
    return dx * dx + dy * dy + dz * dz;
  }

  private double along(double[] x, int p, int axis) {
    return rotation[3 * axis] * x[p]
        + rotation[3 * axis + 1] * x[p + 1]
        + rotation[3 * axis + 2] * x[p + 2]
        + shift[axis];
  }

  private double score(double[] x, double[] y, int n, int length, double d0) {
    double sum = 0;
    double inverse = 1 / (d0 * d0);
    for (int i = 0; i < n; i++) {
      sum += 1 / (1 + squared(x, y, i) * inverse);
    }
    return sum / length;
  }

  /// The pairs closer than the limit, which grows until there are three.
  private int choose(double[] x, double[] y, int n, double limit) {
    for (double reach = limit; ; reach += 0.5) {
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (squared(x, y, i) < reach * reach) {
          chosen[count++] = i;
        }
      }
      if (count >= Math.min(3, n)) {
        return count;
      }
    }
  }

  private void grow(int n) {
    if (chosen.length < n) {
      chosen = new int[n];
      before = new int[n];
      first = new double[3 * n];
      second = new double[3 * n];
    }
  }
}
