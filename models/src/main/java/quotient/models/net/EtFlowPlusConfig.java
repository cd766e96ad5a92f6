package quotient.models.net;

import quotient.models.graph.GraphLinks;
import quotient.models.graph.GraphRule;

/// The size of an `etflow-plus` network.
///
/// @param channels H, width
/// @param layers L
/// @param heads A, a divisor of H
/// @param radial K, number of radial functions
/// @param cutoff where atoms that are not linked stop to see each other, Å
public record EtFlowPlusConfig(int channels, int layers, int heads, int radial, double cutoff) {
  /// Å; with it a molecule has about as many numbers per edge to work on as in ET-Flow.
  public static final double DEFAULT_CUTOFF = 5;

  public EtFlowPlusConfig {
    if (channels < 1 || layers < 1 || heads < 1 || radial < 1 || channels % heads != 0) {
      throw new IllegalArgumentException(
          "etflow-plus: expected positive sizes and heads that divide the width, found "
              + channels
              + " channels, "
              + layers
              + " layers, "
              + heads
              + " heads, "
              + radial
              + " radial functions");
    }
    if (!(cutoff > 0)) {
      throw new IllegalArgumentException(
          "etflow-plus: the cutoff must be positive, found " + cutoff);
    }
  }

  /// Which edges the network works on: all pairs within the cutoff, and all linked ones.
  public GraphRule graphRule() {
    return new GraphRule(cutoff, Integer.MAX_VALUE, cutoff * cutoff, GraphLinks.KINDS, 3);
  }
}
