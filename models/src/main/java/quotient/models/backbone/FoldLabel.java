package quotient.models.backbone;

import java.util.Locale;
import quotient.models.data.FoldClass;
import quotient.models.graph.ChainInput;

/// A fold class as it is asked for: rows of the network's three tables, or unknown. *Immutable.*
///
/// @param fold the first level
/// @param architecture row of the second level, or {@link ChainInput#UNKNOWN}
/// @param topology row of the third level, or {@link ChainInput#UNKNOWN}
public record FoldLabel(int fold, int architecture, int topology) {
  /// No label: what unconditional sampling uses.
  public static final FoldLabel NONE =
      new FoldLabel(ChainInput.UNKNOWN, ChainInput.UNKNOWN, ChainInput.UNKNOWN);

  /// The label of a class.
  public static FoldLabel of(FoldClass fold) {
    return new FoldLabel(fold.row(), ChainInput.UNKNOWN, ChainInput.UNKNOWN);
  }

  /// Reads `C`, `C.x.x` or the name of a class: alpha, beta, alpha/beta, other.
  ///
  /// Models of this program are trained on the first level alone, so deeper levels are refused.
  ///
  /// @throws IllegalArgumentException for any other text
  public static FoldLabel parse(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    String first = wanted.contains(".") ? wanted.substring(0, wanted.indexOf('.')) : wanted;
    String rest = wanted.substring(first.length());
    for (FoldClass fold : FoldClass.values()) {
      if (first.equals(fold.label()) || first.equals(String.valueOf(fold.number()))) {
        if (!rest.matches("(\\.x)*")) {
          throw new IllegalArgumentException(
              "label \""
                  + text
                  + "\": models know the first level only; use "
                  + fold.number()
                  + " or "
                  + fold.number()
                  + ".x.x");
        }
        return of(fold);
      }
    }
    throw new IllegalArgumentException(
        "label: expected 1 (alpha), 2 (beta), 3 (alpha/beta) or 4 (other), found \"" + text + "\"");
  }

  /// Whether nothing is told.
  public boolean isNone() {
    return fold == ChainInput.UNKNOWN;
  }
}
