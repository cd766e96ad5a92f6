package quotient.models.graph;

import java.util.Arrays;

/// Directed edges grouped by target: those into atom i are `start[i] <= e < start[i + 1]`, with
/// sources ascending.
///
/// The arrays are borrowed and may be longer than needed; they grow on demand. *Confined.*
public final class EdgeList {
  /// No edges, between no atoms.
  public static final EdgeList NONE = new EdgeList();

  private int count;
  private int[] start = new int[1];
  private int[] source = new int[64];
  private int[] target = new int[64];
  private int[] bond = new int[64];
  private int atoms;
  private int[] outgoingStart = new int[1];
  private int[] outgoing = new int[64];
  private boolean grouped = true;

  EdgeList() {}

  void begin(int newAtoms) {
    atoms = newAtoms;
    grouped = false;
    if (start.length < atoms + 1) {
      start = new int[Math.max(atoms + 1, 2 * start.length)];
    }
    start[0] = 0;
    count = 0;
  }

  void add(int from, int to, int order) {
    if (count == source.length) {
      source = Arrays.copyOf(source, 2 * count);
      target = Arrays.copyOf(target, 2 * count);
      bond = Arrays.copyOf(bond, 2 * count);
    }
    source[count] = from;
    target[count] = to;
    bond[count] = order;
    count++;
  }

  void endTarget(int atom) {
    start[atom + 1] = count;
  }

  /// Number of edges.
  public int count() {
    return count;
  }

  /// First edge of each target, and the end after the last.
  public int[] start() {
    return start;
  }

  /// Where each edge comes from.
  public int[] source() {
    return source;
  }

  /// Where each edge goes to.
  public int[] target() {
    return target;
  }

  /// Makes {@link #outgoingStart} and {@link #outgoing} fit these edges, if they do not yet.
  public void groupBySource() {
    if (grouped) {
      return;
    }
    if (outgoingStart.length < atoms + 1) {
      outgoingStart = new int[Math.max(atoms + 1, 2 * outgoingStart.length)];
    }
    if (outgoing.length < count) {
      outgoing = new int[source.length];
    }
    Arrays.fill(outgoingStart, 0, atoms + 1, 0);
    for (int e = 0; e < count; e++) {
      outgoingStart[source[e]]++;
    }
    int end = 0;
    for (int j = 0; j <= atoms; j++) {
      end += outgoingStart[j];
      outgoingStart[j] = end;
    }
    for (int e = count - 1; e >= 0; e--) {
      outgoingStart[source[e]]--;
      outgoing[outgoingStart[source[e]]] = e;
    }
    grouped = true;
  }

  /// First place of each source in {@link #outgoing}, and the end; see {@link #groupBySource}.
  public int[] outgoingStart() {
    return outgoingStart;
  }

  /// All edges by source, targets ascending; see {@link #groupBySource}.
  public int[] outgoing() {
    return outgoing;
  }

  /// Kind of the link under each edge ({@link GraphLinks}; bond order 1, 2, 3, 4 aromatic for bonds),
  /// 0 where there is none.
  public int[] bond() {
    return bond;
  }
}
