package quotient.models.molecule;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A set of stereo marks on a graph, and how automorphisms of the graph move it. *Immutable.*
final class StereoVector {
  private final int centreCount;

  /// Per mark: the vertices that its sign speaks of. Plain hydrogens are no vertices of the graph;
  /// the one at vertex v is named -2 - v.
  private final int[][] neighbours;

  private final int[] signs;

  /// Marks by their vertex (centres) or sorted pair of vertices (double bonds).
  private final Map<List<Integer>, Integer> markAt = new HashMap<>();

  /// Per mark: its vertex, or begin and end.
  private final int[][] places;

  /// The marks of a molecule.
  static StereoVector of(Molecule molecule, LabelledGraph graph) {
    return new StereoVector(
        molecule, graph, molecule.tetrahedralCentres(), molecule.doubleBondStereo());
  }

  /// Any marks on the atoms of a molecule.
  StereoVector(
      Molecule molecule,
      LabelledGraph graph,
      List<TetrahedralCentre> centres,
      List<DoubleBondStereo> doubleBonds) {
    int[] names = names(molecule, graph);
    centreCount = centres.size();
    int count = centreCount + doubleBonds.size();
    neighbours = new int[count][];
    signs = new int[count];
    places = new int[count][];
    for (int i = 0; i < centreCount; i++) {
      TetrahedralCentre c = centres.get(i);
      neighbours[i] = new int[4];
      for (int k = 0; k < 4; k++) {
        neighbours[i][k] = names[c.neighbour(k)];
      }
      signs[i] = c.tag();
      places[i] = new int[] {names[c.centre()]};
    }
    for (int i = centreCount; i < count; i++) {
      DoubleBondStereo d = doubleBonds.get(i - centreCount);
      neighbours[i] = new int[] {names[d.beginNeighbour()], names[d.endNeighbour()]};
      signs[i] = d.cis() ? 1 : -1;
      places[i] = new int[] {names[d.begin()], names[d.end()]};
    }
    for (int i = 0; i < count; i++) {
      markAt.put(key(places[i]), i);
    }
  }

  /// The marks of another configuration that this one, moved by an isomorphism, does not fit: their
  /// numbers, or empty if a mark moves to where there is none.
  ///
  /// @param map vertex i of this graph is vertex `map[i]` of the other
  Optional<BitSet> differences(int[] map, StereoVector other) {
    BitSet out = new BitSet();
    for (int i = 0; i < signs.length; i++) {
      int[] place = moved(places[i], map);
      Integer target = other.markAt.get(key(place));
      if (target == null) {
        return Optional.empty();
      }
      int sign = signs[i] * relation(i, place, other, target, map);
      if (sign != other.signs[target]) {
        out.set(target);
      }
    }
    return Optional.of(out);
  }

  /// Number of marks.
  int size() {
    return signs.length;
  }

  /// +1 if the moved neighbours of mark i state the sign as mark `target` does, -1 if inversely.
  private int relation(int i, int[] place, StereoVector other, int target, int[] map) {
    int[] there = moved(neighbours[i], map);
    int[] here = other.neighbours[target];
    if (i < centreCount) {
      return parity(there, here);
    }
    boolean swapped = place[0] != other.places[target][0];
    int first = there[swapped ? 1 : 0] == here[0] ? 1 : -1;
    int second = there[swapped ? 0 : 1] == here[1] ? 1 : -1;
    return first * second;
  }

  private static int[] moved(int[] names, int[] map) {
    int[] out = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      out[i] = names[i] >= 0 ? map[names[i]] : -2 - map[-2 - names[i]];
    }
    return out;
  }

  /// Sign of the permutation that takes one list of four to the other.
  private static int parity(int[] from, int[] to) {
    int[] list = from.clone();
    int sign = 1;
    for (int i = 0; i < list.length; i++) {
      int j = i;
      while (list[j] != to[i]) {
        j++;
      }
      if (j != i) {
        list[j] = list[i];
        list[i] = to[i];
        sign = -sign;
      }
    }
    return sign;
  }

  private static List<Integer> key(int[] place) {
    return place.length == 1
        ? List.of(place[0])
        : List.of(Math.min(place[0], place[1]), Math.max(place[0], place[1]));
  }

  private static int[] names(Molecule molecule, LabelledGraph graph) {
    int[] names = new int[molecule.atomCount()];
    Arrays.fill(names, -1);
    for (int v = 0; v < graph.size(); v++) {
      names[graph.atom(v)] = v;
    }
    for (int i = 0; i < names.length; i++) {
      if (names[i] < 0) {
        names[i] = -2 - names[molecule.neighbour(i, 0)];
      }
    }
    return names;
  }
}
