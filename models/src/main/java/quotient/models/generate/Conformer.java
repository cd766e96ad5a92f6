package quotient.models.generate;

import java.util.Locale;
import java.util.Optional;
import quotient.models.metric.ConformerQuality;

/// One conformer that was made.
///
/// @param xyz coordinates in atom order, Å, centred
/// @param stereo what its stereochemistry came to
/// @param geometry what its bonds and contacts came to
/// @param quality bond lengths, contacts and angles; empty if nobody looked
public record Conformer(
    float[] xyz, Stereo stereo, Geometry geometry, Optional<ConformerQuality> quality) {

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

  /// Whether a sample has the graph of its molecule: bonds of the right length and no clash.
  public enum Geometry {
    /// It has, at once.
    OK,
    /// It has, after drawing again.
    REDRAWN,
    /// It has not.
    FAILED,
    /// Not looked at.
    UNCHECKED;

    /// The word in the output's data item.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
