package quotient.models.interpolant;

import java.util.Locale;
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

  /// Reads `independent` or `aligned`.
  ///
  /// @throws IllegalArgumentException for any other text
  static Coupling parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "independent" -> new Independent();
      case "aligned" -> new Aligned();
      default ->
          throw new IllegalArgumentException(
              "coupling: unknown name \"" + text + "\"; use independent or aligned");
    };
  }
}
