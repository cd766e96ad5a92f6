package quotient.models.backbone;

import com.google.gson.JsonObject;
import java.util.Optional;
import quotient.models.data.FoldClass;
import quotient.tensor.random.RandomKey;

/// Which fold class each structure is asked for: always the same one or none, or one drawn as often as
/// the training chains have it. *Immutable.*
public final class FoldChoice {
  /// No label: what unconditional sampling uses.
  public static final String NONE = "none";

  /// A class drawn for each structure by its own key.
  public static final String NATURAL = "natural";

  private final FoldLabel fixed;
  private final double[] shares;

  private FoldChoice(FoldLabel fixed, double[] shares) {
    this.fixed = fixed;
    this.shares = shares;
  }

  /// Reads `none`, `natural` or a class, see {@link FoldLabel#parse}.
  ///
  /// @param folds how many training chains there are of each class, as a model file says it
  /// @throws IllegalArgumentException for any other text, or if `natural` finds no counts
  public static FoldChoice parse(String text, Optional<JsonObject> folds) {
    if (!text.equals(NATURAL)) {
      return new FoldChoice(
          text.equals(NONE) ? FoldLabel.NONE : FoldLabel.parse(text), new double[0]);
    }
    FoldClass[] classes = FoldClass.values();
    double[] shares = new double[classes.length];
    double sum = 0;
    for (int c = 0; c < shares.length; c++) {
      String name = classes[c].label();
      shares[c] = folds.isPresent() && folds.get().has(name) ? folds.get().get(name).getAsInt() : 0;
      sum += shares[c];
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException(
          "label natural: the model does not say which fold classes it was trained on; name one");
    }
    for (int c = 0; c < shares.length; c++) {
      shares[c] /= sum;
    }
    return new FoldChoice(FoldLabel.NONE, shares);
  }

  /// Refuses a text that is no choice of any model.
  ///
  /// @throws IllegalArgumentException saying what is one
  static void check(String text) {
    if (!text.equals(NATURAL)) {
      parse(text, Optional.empty());
    }
  }

  /// The label of the structure with that key.
  public FoldLabel label(RandomKey key) {
    if (shares.length == 0) {
      return fixed;
    }
    double rest = key.child("label").uniform(0);
    FoldClass[] classes = FoldClass.values();
    int last = 0;
    for (int c = 0; c < shares.length; c++) {
      if (shares[c] > 0) {
        last = c;
        rest -= shares[c];
        if (rest < 0) {
          break;
        }
      }
    }
    return FoldLabel.of(classes[last]);
  }

  /// Whether some structures may be asked for without a label.
  public boolean isNone() {
    return shares.length == 0 && fixed.isNone();
  }
}
