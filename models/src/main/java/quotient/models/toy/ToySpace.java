package quotient.models.toy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.VectorModSOd;

/// The spaces of the toys; names are those of `quotient verify`.
public enum ToySpace {
  /// One point of the plane modulo turns: the paper's Figure 1.
  PLANE("plane", 2, 2),
  /// The bond vector of two atoms modulo rotations: the paper's Figure 3.
  DIATOMIC("diatomic", 3, 3),
  /// Three points of the plane modulo turns.
  PHASE_3("phase-3", 6, 2),
  /// Four points in space modulo motions.
  SHAPES("shapes", 12, 3);

  private final String label;
  private final int coordinates;
  private final int axes;

  ToySpace(String label, int coordinates, int axes) {
    this.label = label;
    this.coordinates = coordinates;
    this.axes = axes;
  }

  /// Reads a name.
  ///
  /// @throws IllegalArgumentException for any other text
  public static ToySpace parse(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    for (ToySpace space : values()) {
      if (space.label.equals(wanted)) {
        return space;
      }
    }
    throw new IllegalArgumentException(
        "space: unknown name \"" + text + "\"; use " + String.join(", ", labels()));
  }

  /// All names.
  public static List<String> labels() {
    return Arrays.stream(values()).map(ToySpace::label).toList();
  }

  /// The name on the command line.
  public String label() {
    return label;
  }

  /// The total space and its group.
  public QuotientSpace quotient() {
    return switch (this) {
      case PLANE -> PlaneModSO2.POINTS;
      case DIATOMIC -> VectorModSOd.INSTANCE;
      case PHASE_3 -> PlaneModSO2.COMPLEX;
      case SHAPES -> ShapeSpace.INSTANCE;
    };
  }

  /// The length of one configuration.
  public int coordinates() {
    return coordinates;
  }

  /// The number of coordinates of a point.
  public int axes() {
    return axes;
  }
}
