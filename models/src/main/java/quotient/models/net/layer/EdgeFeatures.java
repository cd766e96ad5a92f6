package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Var;
import quotient.models.graph.EdgeList;
import quotient.models.graph.MolecularGraph;
import quotient.tensor.kernel.MessageBlock;

/// What a network knows about the edges of one call: the graph, the features of its edges, and how
/// they are cut into blocks.
///
/// The handles are valid until the tape's pass closes; the object itself is kept and filled again by
/// the next call. *Confined.*
public final class EdgeFeatures {
  private final MolecularGraph graph;
  private final int kinds;
  private final EdgeBlocks blocks = new EdgeBlocks();
  private int[] kind = new int[64];
  private MessageBlock[] lanes = new MessageBlock[0];
  private Var radial = Var.none();
  private Var cutoff = Var.none();
  private Var direction = Var.none();
  private Var farDirection = Var.none();

  /// @param kinds how many kinds of near edges the network tells apart: 2 for bonded or not, 5 for
  ///     none, single, double, triple, aromatic
  public EdgeFeatures(MolecularGraph graph, int kinds) {
    this.graph = graph;
    this.kinds = kinds;
  }

  /// Takes over the graph's present edges; their features follow with {@link #set}.
  void begin() {
    EdgeList near = graph.near();
    if (kind.length < near.count()) {
      kind = new int[Math.max(near.count(), 2 * kind.length)];
    }
    for (int e = 0; e < near.count(); e++) {
      kind[e] = Math.min(near.bond()[e], kinds - 1);
    }
    blocks.plan(near, graph.atoms());
  }

  void set(Var newRadial, Var newCutoff, Var newDirection, Var newFarDirection) {
    radial = newRadial;
    cutoff = newCutoff;
    direction = newDirection;
    farDirection = newFarDirection;
  }

  public MolecularGraph graph() {
    return graph;
  }

  /// T: kinds of near edges.
  public int kinds() {
    return kinds;
  }

  /// The kind of each near edge; borrowed.
  public int[] kind() {
    return kind;
  }

  /// Radial functions of the near edges, `[near, K]`.
  public Var radial() {
    return radial;
  }

  /// Cutoff function of the near edges, `[near, 1]`.
  public Var cutoff() {
    return cutoff;
  }

  /// Direction of the near edges, `[near, 3]`.
  public Var direction() {
    return direction;
  }

  /// Direction of the far edges, `[far, 3]`.
  public Var farDirection() {
    return farDirection;
  }

  EdgeBlocks blocks() {
    return blocks;
  }

  /// Argument bags for kernels, one per thread.
  MessageBlock[] lanes(int threads) {
    if (lanes.length < threads) {
      int old = lanes.length;
      lanes = Arrays.copyOf(lanes, threads);
      for (int l = old; l < threads; l++) {
        lanes[l] = new MessageBlock();
      }
    }
    return lanes;
  }
}
