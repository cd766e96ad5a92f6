package quotient.models.molecule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// All label-preserving bijections between two graphs, by refinement and backtracking.
///
/// Colours refined on both graphs together leave few wrong turns for molecules; the search maps
/// vertex by vertex along edges. The number of results is bounded, and {@link Mappings#complete}
/// says whether the bound was hit. *Confined.*
public final class GraphMatch {
  private final LabelledGraph from;
  private final LabelledGraph to;
  private final int[] colourFrom;
  private final int[] colourTo;
  private final int[] order;
  private final int[] anchor;
  private final int[] image;
  private final boolean[] used;
  private final List<int[]> found = new ArrayList<>();
  private final int limit;
  private boolean complete = true;

  /// Bijections from one graph to another.
  ///
  /// @param maps each an `int[n]`: vertex i of the first graph is vertex `map[i]` of the second
  /// @param complete false if the search stopped at its limit
  public record Mappings(List<int[]> maps, boolean complete) {
    public Mappings {
      maps = List.copyOf(maps);
    }
  }

  private GraphMatch(
      LabelledGraph from, LabelledGraph to, int[] colourFrom, int[] colourTo, int limit) {
    this.from = from;
    this.to = to;
    this.colourFrom = colourFrom;
    this.colourTo = colourTo;
    this.limit = limit;
    int n = from.size();
    this.order = new int[n];
    this.anchor = new int[n];
    this.image = new int[n];
    this.used = new boolean[n];
    Arrays.fill(image, -1);
    plan();
  }

  /// All isomorphisms from one graph to another, at most `limit`; none if they are not isomorphic.
  public static Mappings isomorphisms(LabelledGraph from, LabelledGraph to, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("GraphMatch: limit must be positive, found " + limit);
    }
    if (from.size() != to.size()) {
      return new Mappings(List.of(), true);
    }
    int n = from.size();
    int[] colours = ColourRefinement.of(from, to);
    int[] colourFrom = Arrays.copyOfRange(colours, 0, n);
    int[] colourTo = Arrays.copyOfRange(colours, n, 2 * n);
    int[] left = colourFrom.clone();
    int[] right = colourTo.clone();
    Arrays.sort(left);
    Arrays.sort(right);
    if (!Arrays.equals(left, right)) {
      return new Mappings(List.of(), true);
    }
    GraphMatch search = new GraphMatch(from, to, colourFrom, colourTo, limit);
    search.extend(0);
    return new Mappings(search.found, search.complete);
  }

  /// The symmetry group of a graph, at most `limit` elements; the identity is among them.
  public static Mappings automorphisms(LabelledGraph graph, int limit) {
    return isomorphisms(graph, graph, limit);
  }

  /// Fixes the order of the search: along edges, each component begun at its rarest colour.
  private void plan() {
    int n = order.length;
    int[] frequency = new int[2 * n + 1];
    for (int colour : colourFrom) {
      frequency[colour]++;
    }
    boolean[] placed = new boolean[n];
    int count = 0;
    while (count < n) {
      int start = -1;
      for (int v = 0; v < n; v++) {
        if (!placed[v] && (start < 0 || frequency[colourFrom[v]] < frequency[colourFrom[start]])) {
          start = v;
        }
      }
      int head = count;
      order[count] = start;
      anchor[count++] = -1;
      placed[start] = true;
      while (head < count) {
        int v = order[head++];
        for (int k = 0; k < from.degree(v); k++) {
          int w = from.neighbour(v, k);
          if (!placed[w]) {
            placed[w] = true;
            order[count] = w;
            anchor[count++] = v;
          }
        }
      }
    }
  }

  private void extend(int depth) {
    if (depth == order.length) {
      if (found.size() == limit) {
        complete = false;
      } else {
        found.add(image.clone());
      }
      return;
    }
    int v = order[depth];
    int known = anchor[depth];
    int candidates = known < 0 ? to.size() : to.degree(image[known]);
    for (int k = 0; k < candidates && complete; k++) {
      int w = known < 0 ? k : to.neighbour(image[known], k);
      if (!used[w] && colourFrom[v] == colourTo[w] && edgesMatch(v, w)) {
        image[v] = w;
        used[w] = true;
        extend(depth + 1);
        used[w] = false;
        image[v] = -1;
      }
    }
  }

  /// True if every mapped neighbour of v is bound to w in the same way.
  private boolean edgesMatch(int v, int w) {
    for (int k = 0; k < from.degree(v); k++) {
      int mapped = image[from.neighbour(v, k)];
      if (mapped >= 0 && to.edgeBetween(w, mapped) != from.edgeLabel(v, k)) {
        return false;
      }
    }
    return true;
  }
}
