package quotient.models.graph;

import java.util.Arrays;

/// Protein chains as a backbone network sees them, besides positions: a ragged batch.
///
/// Refill it for other chains; arrays are kept by capacity. *Confined.*
public final class ChainInput {
  /// Stands for a fold class that is not known or not told.
  public static final int UNKNOWN = -1;

  /// Levels of a fold class.
  public static final int LEVELS = 3;

  private int[] start = new int[8];
  private int[] fold = new int[LEVELS * 8];
  private int[] number = new int[256];
  private boolean[] broken = new boolean[256];
  private int chains;
  private long version;

  /// No chains yet.
  public ChainInput() {}

  /// Forgets all chains.
  public void clear() {
    chains = 0;
    version++;
  }

  /// Adds a chain of that many residues, numbered from 1, without breaks, its fold unknown.
  public void addChain(int residues) {
    if (residues < 1) {
      throw new IllegalArgumentException("chains: a chain of " + residues + " residues");
    }
    int from = residues();
    int to = Math.addExact(from, residues);
    if (chains + 2 > start.length) {
      start = Arrays.copyOf(start, 2 * start.length);
      fold = Arrays.copyOf(fold, 2 * fold.length);
    }
    if (to > number.length) {
      number = Arrays.copyOf(number, Math.max(to, 2 * number.length));
      broken = Arrays.copyOf(broken, number.length);
    }
    Arrays.fill(fold, LEVELS * chains, LEVELS * (chains + 1), UNKNOWN);
    for (int i = from; i < to; i++) {
      number[i] = i - from + 1;
      broken[i] = false;
    }
    chains++;
    start[chains] = to;
    version++;
  }

  /// The number of residue i as in its file; gaps are kept.
  public void setNumber(int residue, int newNumber) {
    number[checked(residue)] = newNumber;
    version++;
  }

  /// Whether the chain is broken after residue i: the next C-alpha is more than 4 Å away.
  public void setBreak(int residue, boolean isBroken) {
    broken[checked(residue)] = isBroken;
    version++;
  }

  /// The fold class of a chain: rows of the three tables, or {@link #UNKNOWN}.
  public void setFold(int chain, int c, int a, int t) {
    if (chain < 0 || chain >= chains || c < UNKNOWN || a < UNKNOWN || t < UNKNOWN) {
      throw new IllegalArgumentException(
          "chains: fold " + c + ", " + a + ", " + t + " for chain " + chain + " of " + chains);
    }
    fold[LEVELS * chain] = c;
    fold[LEVELS * chain + 1] = a;
    fold[LEVELS * chain + 2] = t;
    version++;
  }

  private int checked(int residue) {
    if (residue < 0 || residue >= residues()) {
      throw new IndexOutOfBoundsException("residue " + residue + " of " + residues());
    }
    return residue;
  }

  /// Number of chains B.
  public int chains() {
    return chains;
  }

  /// Number of residues N of all chains.
  public int residues() {
    return start[chains];
  }

  /// First residue of a chain; with B, the end of the last.
  public int start(int chain) {
    return start[chain];
  }

  /// Number of residue i as in its file.
  public int number(int residue) {
    return number[residue];
  }

  public boolean isBroken(int residue) {
    return broken[residue];
  }

  /// A level of a chain's fold class, 0 to 2: its row, or {@link #UNKNOWN}.
  public int fold(int chain, int level) {
    return fold[LEVELS * chain + level];
  }

  /// Grows with every change.
  public long version() {
    return version;
  }
}
