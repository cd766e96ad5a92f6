package quotient.models.protein;

import java.util.Locale;

/// What a reader accepts as a chain. *Immutable.*
///
/// @param gaps what happens where neighbours are not bonded
/// @param shortestStep two consecutive alpha carbons nearer than that are no neighbours, Å
/// @param longestStep two consecutive alpha carbons further apart than that are no neighbours, Å
/// @param shortest chains of fewer residues are left out
/// @param longest chains of more residues are left out
public record ChainRules(
    Gaps gaps, double shortestStep, double longestStep, int shortest, int longest) {

  /// What happens to a chain with a gap.
  public enum Gaps {
    /// It is left out.
    REFUSE,
    /// Its unbroken parts become chains of their own.
    SPLIT,
    /// It is taken as it stands, as generated structures must be to be judged.
    KEEP;

    /// Reads `refuse`, `split` or `keep`.
    ///
    /// @throws IllegalArgumentException for any other text
    public static Gaps parse(String text) {
      for (Gaps gaps : values()) {
        if (gaps.label().equals(text)) {
          return gaps;
        }
      }
      throw new IllegalArgumentException(
          "gaps: expected refuse, split or keep, found \"" + text + "\"");
    }

    /// The name on the command line.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Checks every rule.
  ///
  /// @throws IllegalArgumentException naming the rule, the expectation and the finding
  public ChainRules {
    if (!(shortestStep >= 0 && longestStep > shortestStep)) {
      throw new IllegalArgumentException(
          "chain rules: need 0 <= shortest step < longest step, found "
              + shortestStep
              + " and "
              + longestStep);
    }
    if (shortest < 1 || longest < shortest) {
      throw new IllegalArgumentException(
          "chain rules: need 1 <= shortest <= longest, found " + shortest + " and " + longest);
    }
  }

  /// Chains to learn from: neighbours 2.7 to 4.2 Å apart (a cis peptide has 2.9, a trans one 3.8),
  /// whatever their length.
  public static ChainRules strict(Gaps gaps) {
    return new ChainRules(gaps, 2.7, 4.2, 3, Integer.MAX_VALUE);
  }

  /// Everything that has alpha carbons, as it stands.
  public static ChainRules lenient() {
    return new ChainRules(Gaps.KEEP, 0, Double.MAX_VALUE, 1, Integer.MAX_VALUE);
  }

  /// The same with other limits of the length.
  public ChainRules withLengths(int least, int most) {
    return new ChainRules(gaps, shortestStep, longestStep, least, most);
  }
}
