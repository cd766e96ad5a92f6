package quotient.models.net.layer;

import quotient.models.graph.EdgeList;

/// Consecutive targets whose edges are worked on together, so that their scratch stays in cache.
///
/// *Confined*; planned anew for every graph, without allocation once large enough.
final class EdgeBlocks {
  /// Edges per block, unless a single target has more.
  private static final int EDGES = 64;

  private int[] targets = new int[64];
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
