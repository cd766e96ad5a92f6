package quotient.models.generate;

import java.util.Locale;

/// What is done about a sample whose stereochemistry is not the one asked for.
public enum StereoPolicy {
  /// Mirror it if every centre is inverted, else sample again, else give it up.
  FIX,
  /// Say so in the record.
  CHECK,
  /// Nothing; samples are not looked at.
  OFF;

  /// Reads a name.
  ///
  /// @throws IllegalArgumentException for any other text
  public static StereoPolicy parse(String text) {
    for (StereoPolicy policy : values()) {
      if (policy.label().equals(text)) {
        return policy;
      }
    }
    throw new IllegalArgumentException(
        "stereo: expected fix, check or off, found \"" + text + "\"");
  }

  /// The name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
