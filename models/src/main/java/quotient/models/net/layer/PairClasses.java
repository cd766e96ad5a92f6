package quotient.models.net.layer;

import java.util.Arrays;
import quotient.models.graph.ChainInput;
import quotient.tensor.parallel.WorkerPool;

/// The three classes of every pair of residues: separation along the chain, distance in the
/// self-conditioning cloud, distance in x_t.
///
/// Classes are rows of one table: separations, then own distances, then distances, then three rows
/// more (see {@link PairTables}). A distance class is the number of thresholds strictly below the
/// distance; thresholds lie evenly on [0.1, 3] nm. Without a self-conditioning cloud the second class
/// is the row of zeros. Source: Geffner et al. 2025 (Proteína), as released.
public final class PairClasses {
  private static final double FIRST_NM = 0.1;
  private static final double LAST_NM = 3.0;
  private static final int ROWS = 16;

  private final int separations;
  private final int ownDistances;
  private final int distances;
  private final double[] ownThresholds;
  private final double[] thresholds;
  private int[] separation = new int[0];
  private int[] own = new int[0];
  private int[] distance = new int[0];

  /// @param separations number of classes, odd
  /// @param ownDistances number of classes
  /// @param distances number of classes
  public PairClasses(int separations, int ownDistances, int distances) {
    this.separations = separations;
    this.ownDistances = ownDistances;
    this.distances = distances;
    this.ownThresholds = thresholds(ownDistances);
    this.thresholds = thresholds(distances);
  }

  private static double[] thresholds(int classes) {
    double[] squared = new double[classes - 1];
    for (int k = 0; k < squared.length; k++) {
      double part = squared.length == 1 ? 0 : (double) k / (squared.length - 1);
      double edge = FIRST_NM + part * (LAST_NM - FIRST_NM);
      squared[k] = edge * edge;
    }
    return squared;
  }

  /// Rows of the table that are classes, K.
  int count() {
    return separations + ownDistances + distances;
  }

  /// Sets the separations; depends on the residue numbers alone.
  public void setSeparations(ChainInput input, TokenLayout tokens) {
    int pairs = tokens.pairs();
    if (separation.length < pairs) {
      separation = new int[pairs];
      own = new int[pairs];
      distance = new int[pairs];
    }
    int middle = (separations - 1) / 2;
    for (int b = 0; b < tokens.chains(); b++) {
      int from = tokens.residueStart(b);
      int n = tokens.residues(b);
      int at = tokens.pairStart(b);
      for (int i = 0; i < n; i++) {
        int own = input.number(from + i);
        for (int j = 0; j < n; j++) {
          int s = own - input.number(from + j) + middle;
          separation[at + i * n + j] = Math.clamp(s, 0, separations - 1);
        }
      }
    }
  }

  /// Sets the distances in x_t.
  ///
  /// @param x nm, `[N, 3]`
  public void setDistances(TokenLayout tokens, float[] x, int xo, WorkerPool pool) {
    fill(tokens, x, xo, thresholds, separations + ownDistances, distance, pool);
  }

  /// Sets the distances in the self-conditioning cloud.
  ///
  /// @param x nm, `[N, 3]`
  public void setOwnDistances(TokenLayout tokens, float[] x, int xo, WorkerPool pool) {
    fill(tokens, x, xo, ownThresholds, separations, own, pool);
  }

  /// Says that there is no self-conditioning cloud.
  public void clearOwnDistances(TokenLayout tokens) {
    Arrays.fill(own, 0, tokens.pairs(), PairTables.nothingRow(count()));
  }

  private static void fill(
      TokenLayout tokens,
      float[] x,
      int xo,
      double[] squaredThresholds,
      int firstClass,
      int[] classes,
      WorkerPool pool) {
    for (int b = 0; b < tokens.chains(); b++) {
      int n = tokens.residues(b);
      int from = xo + 3 * tokens.residueStart(b);
      int at = tokens.pairStart(b);
      pool.parallelFor(
          n,
          ROWS,
          (first, end, lane) ->
              fillRows(n, first, end, x, from, squaredThresholds, firstClass, classes, at));
    }
  }

  /// The lower triangle of a block of rows is made again rather than mirrored, so rows are disjoint.
  private static void fillRows(
      int n,
      int first,
      int end,
      float[] x,
      int xo,
      double[] squaredThresholds,
      int firstClass,
      int[] classes,
      int at) {
    double step = (LAST_NM - FIRST_NM) / Math.max(1, squaredThresholds.length - 1);
    for (int i = first; i < end; i++) {
      double px = x[xo + 3 * i];
      double py = x[xo + 3 * i + 1];
      double pz = x[xo + 3 * i + 2];
      for (int j = 0; j < n; j++) {
        double dx = px - x[xo + 3 * j];
        double dy = py - x[xo + 3 * j + 1];
        double dz = pz - x[xo + 3 * j + 2];
        double squared = dx * dx + dy * dy + dz * dz;
        classes[at + i * n + j] = firstClass + below(squared, step, squaredThresholds);
      }
    }
  }

  /// The number of thresholds strictly below a distance: a guess, corrected on the exact squares.
  private static int below(double squared, double step, double[] squaredThresholds) {
    int last = squaredThresholds.length;
    int k = (int) Math.clamp((Math.sqrt(squared) - FIRST_NM) / step + 1, 0.0, (double) last);
    while (k > 0 && squaredThresholds[k - 1] >= squared) {
      k--;
    }
    while (k < last && squaredThresholds[k] < squared) {
      k++;
    }
    return k;
  }

  int[] separation() {
    return separation;
  }

  int[] own() {
    return own;
  }

  int[] distance() {
    return distance;
  }
}
