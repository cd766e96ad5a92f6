package quotient.models.graph;

/// Which edges a network works on.
///
/// @param radius Å: atoms closer than this are joined
/// @param maxNeighbours most radius edges into one atom, those of lowest index
/// @param nearSquared Å²: edges shorter than this (squared), and bonded ones, are near
/// @param kinds how many kinds of near edges the network tells apart: 2 for linked or not, 5 for
///     none, single, double, triple, aromatic, 9 for all of {@link GraphLinks}
/// @param hops atoms at most that many bonds apart are joined at any distance, 1 to 3
public record GraphRule(double radius, int maxNeighbours, double nearSquared, int kinds, int hops) {
  public GraphRule {
    if (!(radius > 0)
        || maxNeighbours < 1
        || !(nearSquared >= 0)
        || kinds < 1
        || hops < 1
        || hops > 3) {
      throw new IllegalArgumentException(
          "graph: expected a positive radius, at least one neighbour, a near distance, a kind of"
              + " edge and 1 to 3 hops, found "
              + radius
              + ", "
              + maxNeighbours
              + ", "
              + nearSquared
              + ", "
              + kinds
              + ", "
              + hops);
    }
  }
}
