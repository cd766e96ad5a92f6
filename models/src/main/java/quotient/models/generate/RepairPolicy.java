package quotient.models.generate;

import java.util.Locale;

/// What is done about a sample with wrong stereochemistry or a broken geometry.
public enum RepairPolicy {
  /// Draw it again; of wrong stereochemistry, mirror it instead if every centre is inverted.
  FIX,
  /// Say so in the record.
  CHECK,
  /// Nothing; samples are not looked at.
  OFF;

  /// Reads a name.
  ///
  /// @param setting what errors call it
  /// @throws IllegalArgumentException for any other text
  public static RepairPolicy parse(String setting, String text) {
    for (RepairPolicy policy : values()) {
      if (policy.label().equals(text)) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        setting + ": expected fix, check or off, found \"" + text + "\"");
  }

  /// The name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
