package quotient.models.molecule;

/// A stereocentre: an atom and its four neighbours, whose order fixes the handedness.
///
/// Seen from the first neighbour, the other three run counterclockwise (`tag` +1) or clockwise (-1).
/// In coordinates p of the neighbours, `tag = sign((p0 - p3) . [(p1 - p3) × (p2 - p3)])`; see {@link
/// Chirality}. Where a lone pair takes a place (sulfoxides, for instance), the centre itself stands
/// for it. For an allene the centre is its middle atom and the neighbours are the two pairs of
/// substituents. Source of the sign: the ±1 tags of ET-Flow's data (CW = -1, CCW = +1).
///
/// @param tag +1 or -1
public record TetrahedralCentre(int centre, int first, int second, int third, int fourth, int tag) {
  public TetrahedralCentre {
    if (tag != 1 && tag != -1) {
      throw new IllegalArgumentException("TetrahedralCentre: tag must be +1 or -1, found " + tag);
    }
    if (first == second
        || first == third
        || first == fourth
        || second == third
        || second == fourth
        || third == fourth) {
      throw new IllegalArgumentException(
          "TetrahedralCentre: centre " + centre + " names a neighbour twice");
    }
  }

  /// The i-th neighbour, 0 to 3.
  public int neighbour(int i) {
    return switch (i) {
      case 0 -> first;
      case 1 -> second;
      case 2 -> third;
      case 3 -> fourth;
      default -> throw new IndexOutOfBoundsException(i);
    };
  }

  /// True if a lone pair is one of the four.
  public boolean hasLonePair() {
    return first == centre || second == centre || third == centre || fourth == centre;
  }

  /// The same centre with an atom in the place of the lone pair (a hydrogen that was implicit).
  public TetrahedralCentre withHydrogen(int atom) {
    return new TetrahedralCentre(
        centre,
        first == centre ? atom : first,
        second == centre ? atom : second,
        third == centre ? atom : third,
        fourth == centre ? atom : fourth,
        tag);
  }

  /// The other handedness.
  public TetrahedralCentre mirrored() {
    return new TetrahedralCentre(centre, first, second, third, fourth, -tag);
  }

  /// The same centre with atom i renamed to `newIndex[i]`.
  TetrahedralCentre renumbered(int[] newIndex) {
    return new TetrahedralCentre(
        newIndex[centre],
        newIndex[first],
        newIndex[second],
        newIndex[third],
        newIndex[fourth],
        tag);
  }
}
