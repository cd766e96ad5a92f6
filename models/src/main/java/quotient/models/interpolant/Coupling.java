package quotient.models.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import quotient.geometry.Assignment;
import quotient.geometry.QuotientSpace;
import quotient.models.prior.BondGraph;

/// How a starting cloud x_0 meets the data cloud x_1 it will be joined to.
///
/// Strategies and samplers ask {@link #isIndependent()}: the closed-form score, the soft and the
/// ensemble target hold only for an x_0 that knows nothing of x_1. Implementations are immutable.
public sealed interface Coupling {

  /// The name on the command line.
  String name();

  /// Whether x_0 is independent of x_1.
  boolean isIndependent();

  /// Moves or exchanges the starting clouds of a batch to fit the data clouds; both are centred.
  ///
  ///     x0, x1: ragged batch; graphs: [B]; x0 is changed in place
  void couple(QuotientSpace space, BondGraph[] graphs, int[] start, double[] x0, double[] x1);

  /// Leaves x_0 as drawn.
  record Independent() implements Coupling {
    @Override
    public String name() {
      return "independent";
    }

    @Override
    public boolean isIndependent() {
      return true;
    }

    @Override
    public void couple(
        QuotientSpace space, BondGraph[] graphs, int[] start, double[] x0, double[] x1) {}
  }

  /// Turns x_0 onto x_1, as ET-Flow does for its harmonic prior.
  ///
  /// A coupling, not an alignment of the target: the law of x_0 stays the prior if x_1 is turned at
  /// random or the network is equivariant. Source: theory.md section 6; etflow.md section 5.
  record Aligned() implements Coupling {
    @Override
    public String name() {
      return "aligned";
    }

    @Override
    public boolean isIndependent() {
      return false;
    }

    @Override
    public void couple(
        QuotientSpace space, BondGraph[] graphs, int[] start, double[] x0, double[] x1) {
      for (int b = 0; b + 1 < start.length; b++) {
        space.align(x0, x1, x0, start[b], start[b + 1]);
      }
    }
  }

  /// Minibatch optimal transport on the quotient: clouds of the same molecule exchange their starting
  /// clouds so that the sum of squared orbit distances is least, then each is turned onto its partner.
  ///
  /// Targets become exactly horizontal and paths geodesics of the quotient. The law of x_0 is kept
  /// over the batch, not given one x_1; the closed-form score is lost, and with it the SDE samplers.
  /// A cloud's example then depends on its batch. Source: theory.md section 8; Tong et al. 2024.
  record OptimalTransport() implements Coupling {
    @Override
    public String name() {
      return "optimal-transport";
    }

    @Override
    public boolean isIndependent() {
      return false;
    }

    @Override
    public void couple(
        QuotientSpace space, BondGraph[] graphs, int[] start, double[] x0, double[] x1) {
      Map<BondGraph, List<Integer>> groups = new LinkedHashMap<>();
      for (int b = 0; b < graphs.length; b++) {
        groups.computeIfAbsent(graphs[b], graph -> new ArrayList<>()).add(b);
      }
      for (List<Integer> group : groups.values()) {
        exchange(space, group, start, x0, x1);
      }
      new Aligned().couple(space, graphs, start, x0, x1);
    }

    private static void exchange(
        QuotientSpace space, List<Integer> group, int[] start, double[] x0, double[] x1) {
      int n = group.size();
      int first = start[group.getFirst()];
      int width = start[group.getFirst() + 1] - first;
      double[][] starts = new double[n][];
      double[] data = new double[width];
      double[] cost = new double[n * n];
      for (int i = 0; i < n; i++) {
        int from = start[group.get(i)];
        starts[i] = Arrays.copyOfRange(x0, from, from + width);
      }
      for (int j = 0; j < n; j++) {
        System.arraycopy(x1, start[group.get(j)], data, 0, width);
        for (int i = 0; i < n; i++) {
          double distance = space.distance(starts[i], data, 0, width);
          cost[i * n + j] = distance * distance;
        }
      }
      int[] partner = Assignment.solve(n, cost);
      for (int i = 0; i < n; i++) {
        System.arraycopy(starts[i], 0, x0, start[group.get(partner[i])], width);
      }
    }
  }

  /// Reads `independent`, `aligned` or `optimal-transport`.
  ///
  /// @throws IllegalArgumentException for any other text
  static Coupling parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "independent" -> new Independent();
      case "aligned" -> new Aligned();
      case "optimal-transport" -> new OptimalTransport();
      default ->
          throw new IllegalArgumentException(
              "coupling: unknown name \""
                  + text
                  + "\"; use independent, aligned or optimal-transport");
    };
  }
}
