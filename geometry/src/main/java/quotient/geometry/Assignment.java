package quotient.geometry;

import java.util.Arrays;

/// The cheapest one-to-one assignment of rows to columns, by shortest augmenting paths.
///
///     argmin over permutations p of sum_i cost[i, p(i)]
///
/// O(n^3) time, O(n) scratch. Source: Kuhn 1955; the form with dual prices after
/// Jonker & Volgenant 1987. *Thread-safe.*
public final class Assignment {
  private Assignment() {}

  /// Solves the assignment problem.
  ///
  ///     cost: [n, n] row-major, finite;   result: [n], the column of each row
  ///
  /// @throws IllegalArgumentException if the array is too short or a cost is not finite
  public static int[] solve(int n, double[] cost) {
    if (cost.length < n * n) {
      throw new IllegalArgumentException(
          "assignment: " + n + " rows need " + n * n + " costs, found " + cost.length);
    }
    for (int i = 0; i < n * n; i++) {
      if (!Double.isFinite(cost[i])) {
        throw new IllegalArgumentException(
            "assignment: cost (" + i / n + ", " + i % n + ") is " + cost[i]);
      }
    }
    int[] rowOf = new int[n + 1];
    Arrays.fill(rowOf, -1);
    double[] rowPrice = new double[n];
    double[] columnPrice = new double[n + 1];
    double[] slack = new double[n];
    int[] before = new int[n];
    boolean[] visited = new boolean[n + 1];
    for (int row = 0; row < n; row++) {
      // Column n stands for "no column yet": the path starts there, at the new row.
      rowOf[n] = row;
      Arrays.fill(slack, Double.POSITIVE_INFINITY);
      Arrays.fill(visited, false);
      int column = n;
      while (rowOf[column] >= 0) {
        visited[column] = true;
        int current = rowOf[column];
        int next = -1;
        double step = Double.POSITIVE_INFINITY;
        for (int j = 0; j < n; j++) {
          if (!visited[j]) {
            double reduced = cost[current * n + j] - rowPrice[current] - columnPrice[j];
            if (reduced < slack[j]) {
              slack[j] = reduced;
              before[j] = column;
            }
            if (slack[j] < step) {
              step = slack[j];
              next = j;
            }
          }
        }
        for (int j = 0; j <= n; j++) {
          if (visited[j]) {
            rowPrice[rowOf[j]] += step;
            columnPrice[j] -= step;
          } else if (j < n) {
            slack[j] -= step;
          }
        }
        column = next;
      }
      while (column != n) {
        int previous = before[column];
        rowOf[column] = rowOf[previous];
        column = previous;
      }
      rowOf[n] = -1;
    }
    int[] columnOf = new int[n];
    for (int j = 0; j < n; j++) {
      columnOf[rowOf[j]] = j;
    }
    return columnOf;
  }
}
