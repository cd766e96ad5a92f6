package quotient.models.graph;

import java.util.Arrays;

/// The pairs of atoms that a molecular graph joins, each with its kind, grouped by target.
///
/// With one hop these are the bonds; with more, also the ends of shortest paths of two or three bonds
/// and the substituents of double bonds of known geometry. Sources ascend within a target. *Confined.*
public final class GraphLinks {
  /// Kind of the ends of a shortest path of two bonds.
  public static final int TWO_BONDS = 5;

  /// Kind of the ends of a shortest path of three bonds.
  public static final int THREE_BONDS = 6;

  /// Kind of substituents on the same side of a double bond.
  public static final int CIS = 7;

  /// Kind of substituents on opposite sides of a double bond.
  public static final int TRANS = 8;

  /// Kinds in all, with 0 for no link and 1 to 4 for the bond orders and aromatic bonds.
  public static final int KINDS = 9;

  private static final int MAX_HOPS = 3;

  private final int hops;
  private int[] bondStart = new int[1];
  private int[] bondEnd = new int[1];
  private int[] bondSource = new int[64];
  private int[] bondOrder = new int[64];
  private int[] start = new int[1];
  private int[] source = new int[64];
  private int[] kind = new int[64];
  private int count;
  private int[] seen = new int[0];
  private int[] found = new int[0];

  /// @param hops most bonds between linked atoms, 1 to 3
  GraphLinks(int hops) {
    if (hops < 1 || hops > MAX_HOPS) {
      throw new IllegalArgumentException("graph: hops must be 1 to 3, found " + hops);
    }
    this.hops = hops;
  }

  /// Links of other molecules.
  void fill(MoleculeInput input) {
    int atoms = input.atoms();
    takeBonds(input);
    if (start.length < atoms + 1) {
      start = new int[Math.max(atoms + 1, 2 * start.length)];
      seen = new int[start.length];
      found = new int[start.length];
    }
    count = 0;
    start[0] = 0;
    for (int i = 0; i < atoms; i++) {
      if (hops == 1) {
        for (int b = bondStart[i]; b < bondEnd[i]; b++) {
          append(bondSource[b], bondOrder[b]);
        }
      } else {
        walk(i);
      }
      start[i + 1] = count;
    }
    if (hops > 1) {
      for (int r = 0; r < input.relations(); r++) {
        int mark = input.relationIsCis(r) ? CIS : TRANS;
        mark(input.relationFirst(r), input.relationSecond(r), mark);
        mark(input.relationSecond(r), input.relationFirst(r), mark);
      }
    }
  }

  private void takeBonds(MoleculeInput input) {
    int atoms = input.atoms();
    int bonds = input.directedBonds();
    if (bondStart.length < atoms + 1) {
      bondStart = new int[Math.max(atoms + 1, 2 * bondStart.length)];
      bondEnd = new int[bondStart.length];
    }
    if (bondSource.length < bonds) {
      bondSource = new int[Math.max(bonds, 2 * bondSource.length)];
      bondOrder = new int[bondSource.length];
    }
    Arrays.fill(bondStart, 0, atoms + 1, 0);
    for (int b = 0; b < bonds; b++) {
      bondStart[input.bondTarget(b) + 1]++;
    }
    for (int i = 0; i < atoms; i++) {
      bondStart[i + 1] += bondStart[i];
    }
    System.arraycopy(bondStart, 0, bondEnd, 0, atoms);
    for (int b = 0; b < bonds; b++) {
      insertBond(input.bondTarget(b), input.bondSource(b), input.bondOrder(b));
    }
  }

  /// Puts a bond into its target's row, sources ascending.
  private void insertBond(int target, int from, int order) {
    int first = bondStart[target];
    int at = bondEnd[target]++;
    while (at > first && bondSource[at - 1] > from) {
      bondSource[at] = bondSource[at - 1];
      bondOrder[at] = bondOrder[at - 1];
      at--;
    }
    if (at > first && bondSource[at - 1] == from) {
      throw new IllegalArgumentException(
          "graph: two bonds between atoms " + from + " and " + target);
    }
    bondSource[at] = from;
    bondOrder[at] = order;
  }

  /// Appends the atoms within reach of one, by breadth-first search.
  private void walk(int target) {
    int reached = 0;
    seen[target] = -1;
    for (int b = bondStart[target]; b < bondEnd[target]; b++) {
      found[reached++] = bondSource[b];
      seen[bondSource[b]] = bondOrder[b];
    }
    int from = 0;
    for (int hop = 2; hop <= hops; hop++) {
      int to = reached;
      for (int f = from; f < to; f++) {
        for (int b = bondStart[found[f]]; b < bondEnd[found[f]]; b++) {
          int next = bondSource[b];
          if (seen[next] == 0) {
            seen[next] = hop == 2 ? TWO_BONDS : THREE_BONDS;
            found[reached++] = next;
          }
        }
      }
      from = to;
    }
    Arrays.sort(found, 0, reached);
    seen[target] = 0;
    for (int f = 0; f < reached; f++) {
      append(found[f], seen[found[f]]);
      seen[found[f]] = 0;
    }
  }

  private void append(int from, int newKind) {
    if (count == source.length) {
      source = Arrays.copyOf(source, 2 * count);
      kind = Arrays.copyOf(kind, 2 * count);
    }
    source[count] = from;
    kind[count] = newKind;
    count++;
  }

  /// Gives a link of three bonds its geometry; pairs that are closer in the graph keep their kind.
  private void mark(int target, int from, int newKind) {
    int at = Arrays.binarySearch(source, start[target], start[target + 1], from);
    if (at >= 0 && kind[at] == THREE_BONDS) {
      kind[at] = newKind;
    }
  }

  /// First link of each target, and the end.
  int[] start() {
    return start;
  }

  /// The other atom of each link.
  int[] source() {
    return source;
  }

  /// 1 to 8: bond order (4 aromatic), or one of the constants above.
  int[] kind() {
    return kind;
  }
}
