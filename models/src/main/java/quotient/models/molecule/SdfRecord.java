package quotient.models.molecule;

/// One record of an SDF file: a molecule and one conformer of it.
///
/// @param molecule graph, title and data items; stereo marks are not perceived
/// @param coordinates `float[3 n]`, Å, in atom order
/// @param number of the record in its file, from 1
/// @param line where the record begins, from 1
public record SdfRecord(Molecule molecule, float[] coordinates, long number, long line) {
  /// A conformer that does not come from a file.
  public static SdfRecord of(Molecule molecule, float[] coordinates) {
    return new SdfRecord(molecule, coordinates, 0, 0);
  }
}
