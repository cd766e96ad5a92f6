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
/// Far edges have C = 0 and add nothing. The backward pass computes W f + b again, block by block.
/// Source: Thölke & De Fabritiis 2022 (neighbour embedding).
public final class NeighborMessages {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final Parameter embedding;
  private final RadialProjection projection;

  /// @param radial K
  /// @param kinds T; the weight has K + T - 1 columns
  /// @param embedding Emb, `[elements, H]`
  public NeighborMessages(
      ParameterSet parameters,
      int radial,
      int kinds,
      Parameter embedding,
      Parameter weight,
      Parameter bias) {
    this.embedding = embedding;
    int[] order = new int[weight.shape().rows()];
    for (int r = 0; r < order.length; r++) {
      order[r] = r;
    }
    this.projection =
        new RadialProjection(
            parameters,
            radial,
            kinds,
            new Parameter[] {weight},
            new Parameter[] {bias},
            new int[][] {order});
  }

  /// The sums m, `[N, H]`.
  ///
  /// @param elements atomic number of each atom; borrowed until the pass closes
  public Var apply(Tape tape, EdgeFeatures edges, int[] elements) {
    projection.prepare();
    int width = projection.outputs();
    Var y = tape.output(edges.graph().atoms(), width, true);
    try (Workspace.Scope _ = tape.workspace().open()) {
      EdgeBlocks blocks = edges.blocks();
      FloatTensor rows = tape.workspace().allocate(blocks.maxEdges(), width);
      for (int block = 0; block < blocks.count(); block++) {
        sumBlock(edges, elements, block, rows, y.value());
      }
    }
    if (y.needsGradient()) {
      tape.node(Neighbors.class, () -> new Neighbors(this, edges)).set(this, edges, elements, y);
    }
    return y;
  }

  private void sumBlock(
      EdgeFeatures edges, int[] elements, int block, FloatTensor rows, FloatTensor y) {
    EdgeList near = edges.graph().near();
    int from = edges.blocks().from(block);
    int to = edges.blocks().to(block);
    int first = near.start()[from];
    int width = projection.outputs();
    projection.project(
        edges.radial().value(), edges.kind(), first, near.start()[to], rows.data(), rows.offset());
    FloatTensor table = embedding.value();
    for (int i = from; i < to; i++) {
      int out = y.offset() + i * width;
      Arrays.fill(y.data(), out, out + width, 0f);
      for (int e = near.start()[i]; e < near.start()[i + 1]; e++) {
        int row = rows.offset() + (e - first) * width;
        float c = edges.cutoff().value().get(e);
        KERNELS.scale(c, rows.data(), row, rows.data(), row, width);
        int element = table.offset() + elements[near.source()[e]] * width;
        KERNELS.multiplyAdd(table.data(), element, rows.data(), row, y.data(), out, width);
      }
    }
  }

  private static final class Neighbors implements Node {
    private static final int[] NO_ELEMENTS = new int[0];

    private NeighborMessages owner;
    private EdgeFeatures edges;
    private int[] elements = NO_ELEMENTS;
    private Var y = Var.none();

    Neighbors(NeighborMessages owner, EdgeFeatures edges) {
      this.owner = owner;
      this.edges = edges;
    }

    void set(NeighborMessages newOwner, EdgeFeatures newEdges, int[] newElements, Var newY) {
      owner = newOwner;
      edges = newEdges;
      elements = newElements;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      RadialProjection projection = owner.projection;
      EdgeList near = edges.graph().near();
      Workspace workspace = tape.workspace();
      int width = projection.outputs();
      int most = edges.blocks().maxEdges();
      FloatTensor dFeatures = tape.gradient(edges.radial());
      try (Workspace.Scope _ = workspace.open()) {
        FloatTensor sums = workspace.allocate(1, projection.gradientSize());
        FloatTensor rows = workspace.allocate(most, width);
        FloatTensor gradient = workspace.allocate(most, width);
        FloatTensor packing = workspace.allocate(1, projection.scratchSize(most));
        projection.clear(sums.data(), sums.offset());
        for (int block = 0; block < edges.blocks().count(); block++) {
          int first = near.start()[edges.blocks().from(block)];
          int last = near.start()[edges.blocks().to(block)];
          projection.project(
              edges.radial().value(), edges.kind(), first, last, rows.data(), rows.offset());
          for (int e = first; e < last; e++) {
            edgeBackward(
                tape,
                e,
                rows,
                rows.offset() + (e - first) * width,
                gradient,
                gradient.offset() + (e - first) * width);
          }
          projection.addFeatureGradient(gradient.data(), gradient.offset(), first, last, dFeatures);
          projection.addWeightGradient(
              edges.radial().value(),
              edges.kind(),
              first,
              last,
              gradient.data(),
              gradient.offset(),
              sums.data(),
              sums.offset(),
              packing.data(),
              packing.offset());
        }
        projection.finish(tape, sums.data(), sums.offset());
      }
    }

    /// From p = W f + b of one edge to the gradients of p, of C and of the element's row.
    private void edgeBackward(
        Tape tape, int e, FloatTensor rows, int row, FloatTensor gradient, int out) {
      EdgeList near = edges.graph().near();
      int width = owner.projection.outputs();
      FloatTensor dy = tape.gradient(y);
      FloatTensor table = owner.embedding.value();
      FloatTensor dTable = tape.gradientOf(owner.embedding);
      int element = elements[near.source()[e]] * width;
      int target = dy.offset() + near.target()[e] * width;
      float c = edges.cutoff().value().get(e);
      KERNELS.multiply(
          dy.data(), target, table.data(), table.offset() + element, gradient.data(), out, width);
      if (edges.cutoff().needsGradient()) {
        FloatTensor dCutoff = tape.gradient(edges.cutoff());
        double sum = KERNELS.dot(gradient.data(), out, rows.data(), row, width);
        dCutoff.data()[dCutoff.offset() + e] += (float) sum;
      }
      KERNELS.scale(c, gradient.data(), out, gradient.data(), out, width);
      KERNELS.scale(c, rows.data(), row, rows.data(), row, width);
      KERNELS.multiplyAdd(
          dy.data(), target, rows.data(), row, dTable.data(), dTable.offset() + element, width);
    }
  }
}
