package quotient.models.molecule;

/// The configuration of a double bond `begin = end`, said of one substituent on each side.
///
/// @param beginNeighbour a neighbour of `begin` other than `end`
/// @param endNeighbour a neighbour of `end` other than `begin`
/// @param cis true if the two substituents lie on the same side of the bond
public record DoubleBondStereo(
    int begin, int end, int beginNeighbour, int endNeighbour, boolean cis) {
  public DoubleBondStereo {
    if (begin == end || beginNeighbour == end || endNeighbour == begin) {
      throw new IllegalArgumentException(
          "DoubleBondStereo: the substituents of bond " + begin + "=" + end + " are its own atoms");
    }
  }

  /// The same bond with atom i renamed to `newIndex[i]`.
  DoubleBondStereo renumbered(int[] newIndex) {
    return new DoubleBondStereo(
        newIndex[begin], newIndex[end], newIndex[beginNeighbour], newIndex[endNeighbour], cis);
  }
}
