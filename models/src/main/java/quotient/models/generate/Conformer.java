package quotient.models.generate;

import java.util.Locale;

/// One conformer that was made.
///
/// @param xyz coordinates in atom order, Å, centred
/// @param stereo what its stereochemistry came to
public record Conformer(float[] xyz, Stereo stereo) {

  /// What the stereochemistry of a sample came to.
  public enum Stereo {
    /// As asked for at once.
    OK,
    /// As asked for after mirroring: every centre had been inverted.
    MIRRORED,
    /// As asked for after drawing again.
    RESAMPLED,
    /// Not as asked for.
    WRONG,
    /// Not looked at, or nothing to look at.
    UNCHECKED;

    /// The word in the output's data item.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
