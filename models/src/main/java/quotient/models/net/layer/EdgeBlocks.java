package quotient.models.net.layer;

import java.util.Arrays;
import quotient.models.graph.EdgeList;

/// Consecutive targets whose edges are worked on together, so that their scratch stays in cache; and
/// the edges of each block in the order in which they read tables.
///
/// *Confined*; planned anew for every graph, without allocation once large enough.
final class EdgeBlocks {
  /// Edges per block, unless a single target has more.
  private static final int EDGES = 256;

  private int[] targets = new int[64];
  private int[] order = new int[64];
  private long[] keys = new long[EDGES];
  private int count;
  private int maxEdges;

  /// Cuts the targets into blocks.
  void plan(EdgeList edges, int atoms) {
    if (targets.length < atoms + 1) {
      targets = new int[Math.max(atoms + 1, 2 * targets.length)];
    }
    int[] start = edges.start();
    count = 0;
    maxEdges = 0;
    targets[0] = 0;
    for (int i = 0; i < atoms; i++) {
      int first = start[targets[count]];
      if (start[i + 1] - first > EDGES && i > targets[count]) {
        count++;
        targets[count] = i;
        first = start[i];
      }
      maxEdges = Math.max(maxEdges, start[i + 1] - first);
    }
    if (atoms > 0) {
      count++;
      targets[count] = atoms;
    }
  }

  /// Sorts the edges of each block by the row of the table that they read: neighbours in this order
  /// find their rows in cache.
  void sort(EdgeList edges, int[] row) {
    if (order.length < edges.count()) {
      order = new int[Math.max(edges.count(), 2 * order.length)];
    }
    if (keys.length < maxEdges) {
      keys = new long[maxEdges];
    }
    for (int block = 0; block < count; block++) {
      int first = edges.start()[from(block)];
      int last = edges.start()[to(block)];
      for (int e = first; e < last; e++) {
        keys[e - first] = (long) row[e] << 32 | e;
      }
      Arrays.sort(keys, 0, last - first);
      for (int e = first; e < last; e++) {
        order[e] = (int) keys[e - first];
      }
    }
  }

  /// The edges, block by block, rows of the table ascending within a block.
  int[] order() {
    return order;
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
}
