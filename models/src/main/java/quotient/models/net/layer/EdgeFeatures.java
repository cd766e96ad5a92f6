package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Var;
import quotient.models.graph.EdgeList;
import quotient.models.graph.MolecularGraph;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.MessageBlock;
import quotient.tensor.kernel.MessageKernels;

/// What a network knows about the edges of one call: the graph, where its edges read radial tables,
/// their cutoffs and directions, and how they are cut into blocks.
///
/// The handles are valid until the tape's pass closes; the object itself is kept and filled again by
/// the next call. *Confined.*
public final class EdgeFeatures {
  private static final MessageKernels MESSAGES = KernelProvider.messageKernels();

  private final MolecularGraph graph;
  private final int kinds;
  private final EdgeBlocks blocks = new EdgeBlocks();
  private int[] row = new int[64];
  private float[] taps = new float[64 * RadialGrid.TAPS];
  private MessageBlock[] lanes = new MessageBlock[0];
  private Var grid = Var.none();
  private Var squared = Var.none();
  private Var cutoff = Var.none();
  private Var direction = Var.none();
  private Var farDirection = Var.none();

  /// @param kinds how many kinds of near edges the network tells apart: 2 for bonded or not, 5 for
  ///     none, single, double, triple, aromatic
  public EdgeFeatures(MolecularGraph graph, int kinds) {
    this.graph = graph;
    this.kinds = kinds;
  }

  /// Makes room for the graph's present edges.
  void begin() {
    int count = graph.near().count();
    if (row.length < count) {
      row = new int[Math.max(count, 2 * row.length)];
      taps = new float[row.length * RadialGrid.TAPS];
    }
  }

  /// Says where a near edge reads tables of that many rows per kind.
  void locate(int edge, RadialGrid radial, RadialGrid.Nodes nodes, double squaredDistance) {
    int kind = Math.min(graph.near().bond()[edge], kinds - 1);
    int within = radial.locate(nodes, squaredDistance, taps, edge * RadialGrid.TAPS);
    row[edge] = kind * nodes.rows() + within;
  }

  /// Takes the features, once all edges are located.
  void set(Var newGrid, Var newSquared, Var newCutoff, Var newDirection, Var newFarDirection) {
    grid = newGrid;
    squared = newSquared;
    cutoff = newCutoff;
    direction = newDirection;
    farDirection = newFarDirection;
    blocks.plan(graph.near(), graph.atoms());
    blocks.sort(row);
  }

  public MolecularGraph graph() {
    return graph;
  }

  /// T: kinds of near edges.
  public int kinds() {
    return kinds;
  }

  /// Radial functions at the nodes of the grid, `[nodes, K]`.
  Var grid() {
    return grid;
  }

  /// Squared lengths of the near edges, `[near, 1]`; the value is only for its gradient.
  Var squared() {
    return squared;
  }

  /// Cutoff function of the near edges, `[near, 1]`.
  Var cutoff() {
    return cutoff;
  }

  /// Direction of the near edges, `[near, 3]`.
  Var direction() {
    return direction;
  }

  /// Direction of the far edges, `[far, 3]`.
  Var farDirection() {
    return farDirection;
  }

  EdgeBlocks blocks() {
    return blocks;
  }

  /// First near edge of a block.
  int firstEdge(int block) {
    return graph.near().start()[blocks.from(block)];
  }

  /// One past the last near edge of a block.
  int lastEdge(int block) {
    return graph.near().start()[blocks.to(block)];
  }

  /// Reads the table for the slots of a block.
  ///
  /// @param out `[slots of the block, columns]`
  void read(int block, FloatTensor table, int columns, float[] out, int at) {
    MESSAGES.interpolate(
        table.data(),
        table.offset(),
        columns,
        row,
        taps,
        blocks.slot(),
        blocks.order(),
        blocks.firstPlace(block),
        blocks.lastPlace(block),
        out,
        at);
  }

  /// Adjoint of {@link #read}: adds to the gradient of the table.
  ///
  /// @param gradient `[slots of the block, columns]`
  void readBackward(
      int block, float[] gradient, int at, int columns, float[] tableGradient, int tableAt) {
    MESSAGES.interpolateBackward(
        gradient,
        at,
        columns,
        row,
        taps,
        blocks.slot(),
        blocks.order(),
        blocks.firstPlace(block),
        blocks.lastPlace(block),
        tableGradient,
        tableAt);
  }

  /// Row of the table that an edge reads first.
  int row(int edge) {
    return row[edge];
  }

  /// Argument bags for kernels, two per thread.
  MessageBlock[] lanes(int count) {
    if (lanes.length < count) {
      int old = lanes.length;
      lanes = Arrays.copyOf(lanes, count);
      for (int l = old; l < count; l++) {
        lanes[l] = new MessageBlock();
      }
    }
    return lanes;
  }

  /// The number of an edge in a column of numbers.
  static float of(Var column, int edge) {
    FloatTensor v = column.value();
    return v.data()[v.offset() + edge];
  }

  /// Near edges.
  EdgeList near() {
    return graph.near();
  }
}
