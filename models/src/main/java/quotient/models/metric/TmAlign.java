package quotient.models.metric;

import java.util.Arrays;

/// The TM-score of two chains whose residues do not correspond: finds the correspondence too.
///
/// First correspondences come from sliding the chains past one another, from secondary structure,
/// from superposing fragments, and from both together; each is improved by superposing, scoring every
/// pair of residues by `1 / (1 + d^2 / d0^2)` and aligning by dynamic programming (a gap costs 0.6
/// whatever its length), until the TM-score no longer grows. The order along the chain is kept.
/// Source: Zhang & Skolnick 2005. *Confined*: holds scratch.
public final class TmAlign {
  private static final double GAP = -0.6;
  private static final double[] GAPS = {GAP, 0};
  private static final double[] QUICK_GAPS = {GAP};
  private static final int MOST_ROUNDS = 30;
  private static final int FEW_ROUNDS = 3;
  private static final int COARSE = 40;
  private static final int WHOLE = 0;
  private static final int[] FRAGMENTS = {20, 100};
  private static final int KEPT_SHIFTS = 3;

  private final TmScore pairs = new TmScore();
  private double[] first = new double[0];
  private double[] second = new double[0];
  private double[] score = new double[0];
  private double[] value = new double[0];
  private boolean[] diagonal = new boolean[0];
  private double[] moved = new double[0];

  /// An aligner with its own scratch.
  public TmAlign() {}

  /// A chain made ready to be compared. *Immutable*; the arrays are not to be written.
  ///
  /// @param xyz alpha carbons, [3 n], Å
  /// @param marks of {@link SecondaryStructure}
  public record Fold(double[] xyz, byte[] marks) {
    /// @param alpha [3 n], Å
    public static Fold of(float[] alpha) {
      double[] xyz = new double[alpha.length];
      for (int i = 0; i < xyz.length; i++) {
        xyz[i] = alpha[i];
      }
      return new Fold(xyz, SecondaryStructure.assign(alpha));
    }

    /// The number of residues.
    public int length() {
      return marks.length;
    }
  }

  /// How hard to look.
  public enum Effort {
    /// Few starts and a coarse superposition: a lower bound, to choose what deserves the full search.
    QUICK,
    /// All starts.
    FULL
  }

  /// What was found.
  ///
  /// @param byFirst TM-score normalised by the length of the first chain
  /// @param bySecond normalised by the length of the second chain
  /// @param partner of each residue of the second chain, the residue of the first, or -1
  public record Alignment(double byFirst, double bySecond, int[] partner) {
    /// The number of residues that have a partner.
    public int matched() {
      int count = 0;
      for (int i : partner) {
        count += i >= 0 ? 1 : 0;
      }
      return count;
    }
  }

  /// Aligns two chains of at least five residues.
  public Alignment align(Fold x, Fold y, Effort effort) {
    int shorter = Math.min(x.length(), y.length());
    if (shorter < 5) {
      throw new IllegalArgumentException(
          "tm-align: chains of at least five residues are needed, found " + shorter);
    }
    grow(x.length(), y.length());
    Search search = new Search(x, y, shorter, TmScore.scale(shorter), effort);
    search.sliding();
    search.secondary(0);
    if (effort == Effort.FULL) {
      search.fragments();
      search.secondary(0.5);
    }
    int stride = effort == Effort.FULL ? 1 : COARSE;
    return new Alignment(
        search.finish(x.length(), stride), search.finish(y.length(), stride), search.best);
  }

  /// One pair of chains being aligned.
  private final class Search {
    private final Fold x;
    private final Fold y;
    private final int length;
    private final double d0;
    private final boolean full;
    private double bestScore;
    private int[] best;

    Search(Fold x, Fold y, int length, double d0, Effort effort) {
      this.x = x;
      this.y = y;
      this.length = length;
      this.d0 = d0;
      this.full = effort == Effort.FULL;
      this.best = new int[y.length()];
      Arrays.fill(best, -1);
    }

    /// Gapless matches: the shifts with the best scores.
    void sliding() {
      int least = Math.max(5, length / 2);
      int[] shifts = new int[full ? KEPT_SHIFTS : 1];
      double[] scores = new double[shifts.length];
      int[] partner = new int[y.length()];
      for (int shift = least - y.length(); shift <= x.length() - least; shift += full ? 1 : 2) {
        double s = superposed(shifted(partner, shift), WHOLE);
        for (int k = 0; k < shifts.length; k++) {
          if (s > scores[k]) {
            System.arraycopy(scores, k, scores, k + 1, scores.length - k - 1);
            System.arraycopy(shifts, k, shifts, k + 1, scores.length - k - 1);
            scores[k] = s;
            shifts[k] = shift;
            break;
          }
        }
      }
      for (int k = 0; k < shifts.length; k++) {
        if (scores[k] > 0) {
          improve(shifted(partner, shifts[k]));
        }
      }
    }

    private int[] shifted(int[] partner, int shift) {
      for (int j = 0; j < partner.length; j++) {
        int i = j + shift;
        partner[j] = i >= 0 && i < x.length() ? i : -1;
      }
      return partner;
    }

    /// Secondary structure, with that share of the distances of the best superposition so far.
    void secondary(double share) {
      if (share > 0) {
        superposed(best, COARSE);
        distances();
      }
      int m = y.length();
      for (int i = 0; i < x.length(); i++) {
        for (int j = 0; j < m; j++) {
          double same = x.marks()[i] == y.marks()[j] ? 1 : 0;
          int cell = i * m + j;
          score[cell] = share > 0 ? score[cell] + share * same : same;
        }
      }
      improve(dynamic(share > 0 ? GAP : -1));
    }

    /// Superpositions of fragments.
    void fragments() {
      int[] partner = new int[y.length()];
      double top = 0;
      int[] kept = new int[0];
      for (int wanted : FRAGMENTS) {
        int fragment = Math.min(wanted, length / (wanted == FRAGMENTS[0] ? 3 : 2));
        if (fragment < 5) {
          continue;
        }
        int hopX = hop(x.length());
        int hopY = hop(y.length());
        for (int i = 0; i + fragment <= x.length(); i += hopX) {
          for (int j = 0; j + fragment <= y.length(); j += hopY) {
            Arrays.fill(partner, -1);
            for (int k = 0; k < fragment; k++) {
              partner[j + k] = i + k;
            }
            superposed(partner, WHOLE);
            distances();
            int[] found = dynamic(0);
            double s = superposed(found, COARSE);
            if (s > top) {
              top = s;
              kept = found;
            }
          }
        }
      }
      if (kept.length > 0) {
        improve(kept);
      }
    }

    private int hop(int n) {
      int hop = n > 250 ? 45 : n > 200 ? 35 : n > 150 ? 25 : 15;
      return Math.min(hop, Math.max(1, n / 3));
    }

    /// Superposes, scores and aligns in turn, with and without a price of gaps.
    private void improve(int[] start) {
      for (double gap : full ? GAPS : QUICK_GAPS) {
        int[] partner = start.clone();
        double last = 0;
        for (int round = 0; round < (full ? MOST_ROUNDS : FEW_ROUNDS); round++) {
          double s = superposed(partner, full ? COARSE : WHOLE);
          if (s > bestScore) {
            bestScore = s;
            best = partner;
          }
          if (round > 0 && Math.abs(s - last) < 1e-6) {
            break;
          }
          last = s;
          distances();
          partner = dynamic(gap);
        }
      }
    }

    /// The TM-score of the pairs of a correspondence.
    private double superposed(int[] partner, int stride) {
      return pairs.search(first, second, gather(partner), length, d0, stride);
    }

    private int gather(int[] partner) {
      int n = 0;
      for (int j = 0; j < partner.length; j++) {
        if (partner[j] >= 0) {
          System.arraycopy(x.xyz(), 3 * partner[j], first, 3 * n, 3);
          System.arraycopy(y.xyz(), 3 * j, second, 3 * n, 3);
          n++;
        }
      }
      return n;
    }

    double finish(int normalise, int stride) {
      double scale = TmScore.scale(normalise);
      return pairs.search(first, second, gather(best), normalise, scale, stride);
    }

    /// The score of every pair of residues under the last superposition.
    private void distances() {
      double[] r = pairs.turn();
      double[] a = pairs.move();
      int n = x.length();
      int m = y.length();
      for (int i = 0; i < n; i++) {
        for (int d = 0; d < 3; d++) {
          moved[3 * i + d] =
              r[3 * d] * x.xyz()[3 * i]
                  + r[3 * d + 1] * x.xyz()[3 * i + 1]
                  + r[3 * d + 2] * x.xyz()[3 * i + 2]
                  + a[d];
        }
      }
      double inverse = 1 / (d0 * d0);
      for (int i = 0; i < n; i++) {
        double px = moved[3 * i];
        double py = moved[3 * i + 1];
        double pz = moved[3 * i + 2];
        for (int j = 0; j < m; j++) {
          double dx = px - y.xyz()[3 * j];
          double dy = py - y.xyz()[3 * j + 1];
          double dz = pz - y.xyz()[3 * j + 2];
          score[i * m + j] = 1 / (1 + (dx * dx + dy * dy + dz * dz) * inverse);
        }
      }
    }

    /// The correspondence with the largest sum of scores; opening a gap costs `gap`, ends are free.
    private int[] dynamic(double gap) {
      int n = x.length();
      int m = y.length();
      int row = m + 1;
      for (int j = 0; j <= m; j++) {
        value[j] = 0;
        diagonal[j] = false;
      }
      for (int i = 1; i <= n; i++) {
        value[i * row] = 0;
        diagonal[i * row] = false;
        for (int j = 1; j <= m; j++) {
          int cell = i * row + j;
          double match = value[cell - row - 1] + score[(i - 1) * m + j - 1];
          double up = value[cell - row] + (diagonal[cell - row] ? gap : 0);
          double left = value[cell - 1] + (diagonal[cell - 1] ? gap : 0);
          boolean matched = match >= up && match >= left;
          diagonal[cell] = matched;
          value[cell] = matched ? match : Math.max(up, left);
        }
      }
      int[] partner = new int[m];
      Arrays.fill(partner, -1);
      for (int i = n, j = m; i > 0 && j > 0; ) {
        int cell = i * row + j;
        if (diagonal[cell]) {
          partner[--j] = --i;
        } else {
          double up = value[cell - row] + (diagonal[cell - row] ? gap : 0);
          double left = value[cell - 1] + (diagonal[cell - 1] ? gap : 0);
          if (left >= up) {
            j--;
          } else {
            i--;
          }
        }
      }
      return partner;
    }
  }

  private void grow(int n, int m) {
    int longest = 3 * Math.max(n, m);
    if (first.length < longest) {
      first = new double[longest];
      second = new double[longest];
    }
    if (moved.length < 3 * n) {
      moved = new double[3 * n];
    }
    if (score.length < n * m) {
      score = new double[n * m];
    }
    int cells = (n + 1) * (m + 1);
    if (value.length < cells) {
      value = new double[cells];
      diagonal = new boolean[cells];
    }
  }
}
