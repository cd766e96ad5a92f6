package quotient.models.data;

import java.util.Locale;
import quotient.models.metric.SecondaryStructure;

/// A coarse fold class, told by the content of helices and strands; the first level of CATH.
public enum FoldClass {
  /// Helices and hardly a strand: class 1.
  ALPHA(1),
  /// Strands and hardly a helix: class 2.
  BETA(2),
  /// Both: class 3.
  ALPHA_BETA(3),
  /// Little of either: class 4.
  OTHER(4);

  private static final double SOME_HELIX = 0.12;
  private static final double SOME_STRAND = 0.08;

  private final int number;

  FoldClass(int number) {
    this.number = number;
  }

  /// The class of a chain.
  ///
  /// @param alpha [3 n], Å
  public static FoldClass of(float[] alpha) {
    byte[] marks = SecondaryStructure.assign(alpha);
    boolean helix = SecondaryStructure.fraction(marks, SecondaryStructure.HELIX) >= SOME_HELIX;
    boolean strand = SecondaryStructure.fraction(marks, SecondaryStructure.STRAND) >= SOME_STRAND;
    return helix ? (strand ? ALPHA_BETA : ALPHA) : strand ? BETA : OTHER;
  }

  /// The number of the class in CATH, from 1: what stands before the first dot of a label.
  public int number() {
    return number;
  }

  /// Its row in the network's table of first levels.
  public int row() {
    return number - 1;
  }

  /// The name in reports.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '/');
  }
}
