package quotient.models.molecule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Splits the vertices of graphs into classes that no isomorphism mixes.
///
/// A vertex's next colour says its colour and the sorted colours of its neighbours, until no class
/// splits any more. Colours are numbered in an order that depends on the graphs' structure alone,
/// never on the order of their vertices. Source: Weisfeiler & Leman 1968.
final class ColourRefinement {
  private ColourRefinement() {}

  /// Stable colours of several graphs, numbered in common and listed one graph after the other.
  static int[] of(LabelledGraph... graphs) {
    int total = 0;
    for (LabelledGraph graph : graphs) {
      total += graph.size();
    }
    long[][] signatures = new long[total][];
    int i = 0;
    for (LabelledGraph graph : graphs) {
      for (int v = 0; v < graph.size(); v++) {
        signatures[i] = new long[] {graph.degree(v), graph.label(v), i};
        i++;
      }
    }
    int[] colours = new int[total];
    number(signatures, colours);
    refine(colours, graphs);
    return colours;
  }

  /// Every way to number a graph's vertices that its structure alone leads to: position of each
  /// vertex, from 0. Equal graphs give equal sets of numbered graphs.
  ///
  /// Where colours leave a choice, each vertex of the first class in question is tried first; so
  /// there are as many results as symmetries, of which at most `limit` are listed.
  static List<int[]> canonicalOrders(LabelledGraph graph, int limit) {
    List<int[]> out = new ArrayList<>();
    individualize(graph, of(graph), limit, out);
    return out;
  }

  private static void individualize(
      LabelledGraph graph, int[] colours, int limit, List<int[]> out) {
    int n = graph.size();
    int[] members = new int[n];
    for (int colour : colours) {
      members[colour]++;
    }
    int shared = 0;
    while (shared < n && members[shared] < 2) {
      shared++;
    }
    if (shared == n) {
      out.add(colours);
      return;
    }
    for (int v = 0; v < n && out.size() < limit; v++) {
      if (colours[v] == shared) {
        int[] split = new int[n];
        for (int w = 0; w < n; w++) {
          boolean after = colours[w] > shared || (colours[w] == shared && w != v);
          split[w] = colours[w] + (after ? 1 : 0);
        }
        refine(split, graph);
        individualize(graph, split, limit, out);
      }
    }
  }

  /// Refines in place until stable.
  private static void refine(int[] colours, LabelledGraph... graphs) {
    long[][] signatures = new long[colours.length][];
    int count = -1;
    while (true) {
      int offset = 0;
      for (LabelledGraph graph : graphs) {
        for (int v = 0; v < graph.size(); v++) {
          signatures[offset + v] = signature(graph, v, colours, offset);
        }
        offset += graph.size();
      }
      int finer = number(signatures, colours);
      if (finer == count) {
        return;
      }
      count = finer;
    }
  }

  /// Own colour, degree, sorted colours of the neighbours with their edges; last the vertex itself.
  private static long[] signature(LabelledGraph graph, int vertex, int[] colours, int offset) {
    int degree = graph.degree(vertex);
    long[] out = new long[degree + 3];
    out[0] = colours[offset + vertex];
    out[1] = degree;
    for (int k = 0; k < degree; k++) {
      long colour = colours[offset + graph.neighbour(vertex, k)];
      out[k + 2] = colour << 8 | graph.edgeLabel(vertex, k);
    }
    Arrays.sort(out, 2, degree + 2);
    out[degree + 2] = (long) offset + vertex;
    return out;
  }

  /// Numbers vertices with equal signatures alike, in sorted order; returns how many there are.
  private static int number(long[][] signatures, int[] colours) {
    Arrays.sort(signatures, Arrays::compare);
    int count = 0;
    for (int i = 0; i < signatures.length; i++) {
      long[] now = signatures[i];
      int last = now.length - 1;
      if (i > 0) {
        long[] before = signatures[i - 1];
        boolean same = before.length == now.length && Arrays.equals(before, 0, last, now, 0, last);
        count += same ? 0 : 1;
      }
      colours[(int) now[last]] = count;
    }
    return count + 1;
  }
}
