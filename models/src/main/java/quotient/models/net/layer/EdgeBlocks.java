package quotient.models.net.layer;

import java.util.Arrays;
import quotient.models.graph.EdgeList;

/// Consecutive targets whose edges are worked on together, so that their scratch stays in cache; the
/// slots that the edges of each block share, and the order in which they read tables.
///
/// Where both directions of a pair of atoms are edges of one block, they have one length and one kind,
/// and so one *slot*: what depends on length and kind alone is made once for both. An edge that goes
/// one way only has a slot of its own. So blocks end between molecules if they can.
///
/// *Confined*; planned anew for every graph, without allocation once large enough.
final class EdgeBlocks {
  /// A block with so many edges ends with the molecule.
  private static final int EDGES = 256;

  /// More edges than this are in a block only if a single target has more.
  private static final int MOST_EDGES = 768;

  private int[] targets = new int[64];
  private int[] slotStart = new int[64];
  private int[] slot = new int[64];
  private int[] order = new int[64];
  private int[] cursor = new int[64];
  private long[] keys = new long[EDGES];
  private int count;
  private int maxEdges;
  private int maxSlots;

  /// Cuts the targets into blocks and gives their edges slots.
  void plan(EdgeList edges, int atoms) {
    if (targets.length < atoms + 1) {
      targets = new int[Math.max(atoms + 1, 2 * targets.length)];
      slotStart = new int[targets.length];
      cursor = new int[targets.length];
    }
    if (slot.length < edges.count()) {
      slot = new int[Math.max(edges.count(), 2 * slot.length)];
      order = new int[slot.length];
    }
    cut(edges, atoms);
    maxSlots = 0;
    slotStart[0] = 0;
    for (int block = 0; block < count; block++) {
      int slots = share(edges, block);
      slotStart[block + 1] = slotStart[block] + slots;
      maxSlots = Math.max(maxSlots, slots);
    }
  }

  private void cut(EdgeList edges, int atoms) {
    int[] start = edges.start();
    count = 0;
    maxEdges = 0;
    targets[0] = 0;
    int reach = 0;
    for (int i = 0; i < atoms; i++) {
      int inside = start[i] - start[targets[count]];
      boolean between = reach <= i && inside >= EDGES;
      boolean tooMany = start[i + 1] - start[targets[count]] > MOST_EDGES;
      if (i > targets[count] && (between || tooMany)) {
        count++;
        targets[count] = i;
      }
      maxEdges = Math.max(maxEdges, start[i + 1] - start[targets[count]]);
      if (start[i + 1] > start[i]) {
        reach = Math.max(reach, edges.source()[start[i + 1] - 1] + 1);
      }
    }
    if (atoms > 0) {
      count++;
      targets[count] = atoms;
    }
  }

  /// Numbers the slots of a block; the first edge of each stands in `order`.
  ///
  /// @return how many slots
  private int share(EdgeList edges, int block) {
    int[] start = edges.start();
    int[] source = edges.source();
    int slots = 0;
    for (int i = from(block); i < to(block); i++) {
      cursor[i] = start[i];
      for (int e = start[i]; e < start[i + 1]; e++) {
        int j = source[e];
        int back = j >= from(block) && j < i ? find(i, j, start[j + 1], source) : -1;
        if (back >= 0) {
          slot[e] = slot[back];
        } else {
          slot[e] = slots;
          order[slotStart[block] + slots] = e;
          slots++;
        }
      }
    }
    return slots;
  }

  /// The edge from i into j, or -1; for each j, i ascends from call to call.
  private int find(int i, int j, int end, int[] source) {
    int e = cursor[j];
    while (e < end && source[e] < i) {
      e++;
    }
    cursor[j] = e;
    return e < end && source[e] == i ? e : -1;
  }

  /// Sorts the slots of each block by the row of the table that they read: neighbours in this order
  /// find their rows in cache.
  ///
  /// @param row of each edge
  void sort(int[] row) {
    if (keys.length < maxSlots) {
      keys = new long[maxSlots];
    }
    for (int block = 0; block < count; block++) {
      int first = firstPlace(block);
      int slots = lastPlace(block) - first;
      for (int s = 0; s < slots; s++) {
        int e = order[first + s];
        keys[s] = (long) row[e] << 32 | e;
      }
      Arrays.sort(keys, 0, slots);
      for (int s = 0; s < slots; s++) {
        order[first + s] = (int) keys[s];
      }
    }
  }

  /// One edge of each slot, block by block, rows of the table ascending within a block.
  int[] order() {
    return order;
  }

  /// Slot of each edge, counted from 0 in each block.
  int[] slot() {
    return slot;
  }

  /// First place of a block in {@link #order}.
  int firstPlace(int block) {
    return slotStart[block];
  }

  /// One past the last place of a block in {@link #order}.
  int lastPlace(int block) {
    return slotStart[block + 1];
  }

  int count() {
    return count;
  }

  /// First target of a block.
  int from(int block) {
    return targets[block];
  }

  /// One past the last target of a block.
  int to(int block) {
    return targets[block + 1];
  }

  /// Most edges in a block.
  int maxEdges() {
    return maxEdges;
  }

  /// Most slots in a block.
  int maxSlots() {
    return maxSlots;
  }
}
