package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.models.graph.EdgeList;
import quotient.tensor.FloatTensor;
import quotient.tensor.Workspace;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// What the neighbours' elements tell an atom, in one fused operation over the near edges.
///
///     m_i = sum over edges j -> i of Emb[z_j] (W f + b) C
///
/// W f + b depends on the edge's length and kind alone and is read from a {@link RadialTable}. Far
/// edges have C = 0 and add nothing.
/// Source: Thölke & De Fabritiis 2022 (neighbour embedding).
public final class NeighborMessages {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final Parameter embedding;
  private final RadialGrid grid;
  private final RadialTable table;

  /// @param kinds T; the weight has K + T - 1 columns
  /// @param embedding Emb, `[elements, H]`
  public NeighborMessages(
      ParameterSet parameters,
      RadialGrid grid,
      int kinds,
      Parameter embedding,
      Parameter weight,
      Parameter bias) {
    this.embedding = embedding;
    this.grid = grid;
    this.table =
        new RadialTable(
            parameters,
            grid,
            kinds,
            false,
            new Parameter[] {weight},
            new Parameter[] {bias},
            new int[][] {ReorderedLinear.inOrder(weight.shape().rows())});
  }

  /// The sums m, `[N, H]`.
  ///
  /// @param elements atomic number of each atom; borrowed until the pass closes
  public Var apply(Tape tape, EdgeFeatures edges, int[] elements) {
    RadialTable.Values values = table.values(tape);
    int width = table.outputs();
    Var y = tape.output(edges.graph().atoms(), width, true);
    try (Workspace.Scope _ = tape.workspace().open()) {
      FloatTensor rows = tape.workspace().allocate(edges.blocks().maxSlots(), width);
      FloatTensor message = tape.workspace().allocate(1, width);
      for (int block = 0; block < edges.blocks().count(); block++) {
        edges.read(block, values.numbers(), width, rows.data(), rows.offset());
        sumBlock(edges, elements, block, rows, message, y.value());
      }
    }
    if (y.needsGradient()) {
      tape.node(Neighbors.class, () -> new Neighbors(this, edges, values))
          .set(this, edges, values, elements, y);
    }
    return y;
  }

  private void sumBlock(
      EdgeFeatures edges,
      int[] elements,
      int block,
      FloatTensor rows,
      FloatTensor message,
      FloatTensor y) {
    EdgeList near = edges.near();
    int[] slot = edges.blocks().slot();
    int width = table.outputs();
    FloatTensor numbers = embedding.value();
    for (int i = edges.blocks().from(block); i < edges.blocks().to(block); i++) {
      int out = y.offset() + i * width;
      Arrays.fill(y.data(), out, out + width, 0f);
      for (int e = near.start()[i]; e < near.start()[i + 1]; e++) {
        int row = rows.offset() + slot[e] * width;
        float c = EdgeFeatures.of(edges.cutoff(), e);
        KERNELS.scale(c, rows.data(), row, message.data(), message.offset(), width);
        int element = numbers.offset() + elements[near.source()[e]] * width;
        KERNELS.multiplyAdd(
            numbers.data(), element, message.data(), message.offset(), y.data(), out, width);
      }
    }
  }

  private static final class Neighbors implements Node {
    private static final int[] NO_ELEMENTS = new int[0];

    private NeighborMessages owner;
    private EdgeFeatures edges;
    private RadialTable.Values values;
    private int[] elements = NO_ELEMENTS;
    private Var y = Var.none();

    Neighbors(NeighborMessages owner, EdgeFeatures edges, RadialTable.Values values) {
      this.owner = owner;
      this.edges = edges;
      this.values = values;
    }

    void set(
        NeighborMessages newOwner,
        EdgeFeatures newEdges,
        RadialTable.Values newValues,
        int[] newElements,
        Var newY) {
      owner = newOwner;
      edges = newEdges;
      values = newValues;
      elements = newElements;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      int width = owner.table.outputs();
      EdgeBlocks blocks = edges.blocks();
      try (Workspace.Scope _ = tape.workspace().open()) {
        FloatTensor tableGradient =
            tape.workspace().allocateZeros(1, owner.table.gradientSize(values));
        FloatTensor rows = tape.workspace().allocate(blocks.maxSlots(), width);
        FloatTensor gradient = tape.workspace().allocate(blocks.maxSlots(), width);
        FloatTensor message = tape.workspace().allocate(1, width);
        for (int block = 0; block < blocks.count(); block++) {
          edges.read(block, values.numbers(), width, rows.data(), rows.offset());
          int slots = blocks.lastPlace(block) - blocks.firstPlace(block);
          int end = gradient.offset() + slots * width;
          Arrays.fill(gradient.data(), gradient.offset(), end, 0f);
          for (int e = edges.firstEdge(block); e < edges.lastEdge(block); e++) {
            int at = blocks.slot()[e] * width;
            edgeBackward(
                tape, e, rows, rows.offset() + at, message, gradient, gradient.offset() + at);
          }
          if (edges.squared().needsGradient()) {
            squaredBackward(tape, block, gradient);
          }
          edges.readBackward(
              block,
              gradient.data(),
              gradient.offset(),
              width,
              tableGradient.data(),
              tableGradient.offset());
        }
        owner.table.backward(
            tape, values, tableGradient.data(), tableGradient.offset(), edges.grid());
      }
    }

    /// From p = W f + b of one edge to the gradients of p, of C and of the element's row.
    private void edgeBackward(
        Tape tape,
        int e,
        FloatTensor rows,
        int row,
        FloatTensor message,
        FloatTensor gradient,
        int out) {
      EdgeList near = edges.near();
      int width = owner.table.outputs();
      FloatTensor dy = tape.gradient(y);
      FloatTensor numbers = owner.embedding.value();
      FloatTensor dNumbers = tape.gradientOf(owner.embedding);
      int element = elements[near.source()[e]] * width;
      int target = dy.offset() + near.target()[e] * width;
      int own = message.offset();
      float c = EdgeFeatures.of(edges.cutoff(), e);
      KERNELS.multiply(
          dy.data(),
          target,
          numbers.data(),
          numbers.offset() + element,
          message.data(),
          own,
          width);
      if (edges.cutoff().needsGradient()) {
        FloatTensor dCutoff = tape.gradient(edges.cutoff());
        double sum = KERNELS.dot(message.data(), own, rows.data(), row, width);
        dCutoff.data()[dCutoff.offset() + e] += (float) sum;
      }
      KERNELS.axpy(c, message.data(), own, gradient.data(), out, width);
      KERNELS.scale(c, rows.data(), row, message.data(), own, width);
      KERNELS.multiplyAdd(
          dy.data(),
          target,
          message.data(),
          own,
          dNumbers.data(),
          dNumbers.offset() + element,
          width);
    }

    private void squaredBackward(Tape tape, int block, FloatTensor gradient) {
      EdgeBlocks blocks = edges.blocks();
      for (int place = blocks.firstPlace(block); place < blocks.lastPlace(block); place++) {
        int e = blocks.order()[place];
        int at = gradient.offset() + blocks.slot()[e] * owner.table.outputs();
        owner.table.squaredBackward(tape, edges, e, owner.grid, values, gradient.data(), at);
      }
    }
  }
}
