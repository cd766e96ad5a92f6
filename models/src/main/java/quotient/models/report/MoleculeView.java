package quotient.models.report;

import java.util.List;
import java.util.Map;

/// A molecule with its conformers, ready to be drawn: all superposed on one another.
///
/// @param name what the card is called
/// @param facts short figures below the name, in the order shown
/// @param symbols element of each atom; for a backbone trace, the residue of each point
/// @param bonds pairs of atoms and an order, three integers per bond
/// @param trace whether the points are a chain to be drawn as a tube
/// @param conformers at least one; coordinates in Å
/// @param trajectory one conformer's way from the prior to the end; may be empty
public record MoleculeView(
    String name,
    Map<String, String> facts,
    List<String> symbols,
    int[] bonds,
    boolean trace,
    List<Shape> conformers,
    List<Frame> trajectory) {

  /// One set of coordinates.
  ///
  /// @param label for instance `generated 3`
  /// @param reference whether it is a reference, drawn differently
  /// @param xyz float[3 n], Å
  public record Shape(String label, boolean reference, float[] xyz) {}

  /// One moment of a trajectory.
  ///
  /// @param time from 0 (prior) to 1 (data)
  /// @param xyz float[3 n], Å
  public record Frame(double time, float[] xyz) {}
}
