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
import quotient.tensor.kernel.MessageBlock;
import quotient.tensor.kernel.MessageKernels;
import quotient.tensor.parallel.WorkerPool;

/// Attention and messages over all edges of one layer, in one fused operation.
///
///     dk, dv = silu(W f + b)                                      per edge j -> i
///     w_h = silu(sum over head h of q_i k_j dk) C
///     u_b = v_jb dv_b
///     X_i = sum u_0 w        U_i = sum u_1 V_j + u_2 n + u_3 n × V_j
///
/// Nothing per edge is kept: edges are worked on in blocks of consecutive targets, and the backward
/// pass makes a block's dk, dv and w again. dk and dv depend on the edge's length and kind alone and
/// are read from a {@link RadialTable}. Neither the attention weight nor the cutoff reaches the vector
/// message; so far edges, whose radial functions vanish, have one constant dv. Forward runs on the
/// pool's threads, backward on the caller's, block after block.
/// Source: Hassan et al. 2024 (ET-Flow), as released; Thölke & De Fabritiis 2022.
public final class EdgeMessages {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final MessageKernels MESSAGES = KernelProvider.messageKernels();

  private final HeadLayout layout;
  private final RadialGrid grid;
  private final RadialTable table;
  private final int headStride;

  /// @param kinds T; the weights have K + T - 1 columns
  /// @param keyWeight of dk, `[H, K + T - 1]`, rows as released
  /// @param valueWeight of dv, `[c H, K + T - 1]`, rows as released
  public EdgeMessages(
      ParameterSet parameters,
      HeadLayout layout,
      RadialGrid grid,
      int kinds,
      Parameter keyWeight,
      Parameter keyBias,
      Parameter valueWeight,
      Parameter valueBias) {
    this.layout = layout;
    this.grid = grid;
    this.headStride = MESSAGES.headStride(layout.heads(), layout.channels());
    this.table =
        new RadialTable(
            parameters,
            grid,
            kinds,
            true,
            new Parameter[] {keyWeight, valueWeight},
            new Parameter[] {keyBias, valueBias},
            new int[][] {layout.interleaved(), layout.values()});
  }

  /// The sums over incoming edges.
  ///
  /// @param scalars X, `[N, H]`, channels interleaved
  /// @param vectors U, `[3 N, H]`
  public record Sums(Var scalars, Var vectors) {}

  /// Sums the messages into every atom.
  ///
  /// @param query `[N, H]`, channels interleaved as {@link HeadLayout#interleaved} says
  /// @param key `[N, H]`, likewise
  /// @param value `[N, c H]`, channels as {@link HeadLayout#values} says
  /// @param vectors V, `[3 N, H]`, or `Var.none()` where V is zero
  public Sums apply(Tape tape, EdgeFeatures edges, Var query, Var key, Var value, Var vectors) {
    RadialTable.Values values = table.values(tape);
    int atoms = edges.graph().atoms();
    Var scalars = tape.output(atoms, layout.channels(), true);
    Var sums = tape.output(3 * atoms, layout.channels(), true);
    WorkerPool pool = tape.tensors().pool();
    int size = scratchSize(edges);
    try (Workspace.Scope _ = tape.workspace().open()) {
      FloatTensor scratch = tape.workspace().allocate(pool.threads(), size);
      MessageBlock[] bags = edges.lanes(2 * pool.threads());
      pool.parallelFor(
          edges.blocks().count(),
          1,
          (from, to, lane) -> {
            MessageBlock near = bags[2 * lane];
            MessageBlock far = bags[2 * lane + 1];
            bind(near, edges, edges.graph().near(), edges.direction(), query, key, value, vectors);
            bind(far, edges, edges.graph().far(), edges.farDirection(), query, key, value, vectors);
            far.radial = values.numbers().data();
            far.radialAt = values.numbers().offset() + layout.channels();
            near.radial = scratch.data();
            near.radialAt = scratch.offset() + lane * size;
            for (int block = from; block < to; block++) {
              sumBlock(edges, values, block, near, far, scalars.value(), sums.value());
            }
          });
    }
    if (scalars.needsGradient()) {
      tape.node(Messages.class, () -> new Messages(this, edges, values))
          .set(this, edges, values, query, key, value, vectors, scalars, sums);
    }
    return new Sums(scalars, sums);
  }

  /// The sums of one block; radial numbers, logits and weights one after another in the scratch.
  private void sumBlock(
      EdgeFeatures edges,
      RadialTable.Values values,
      int block,
      MessageBlock near,
      MessageBlock far,
      FloatTensor scalars,
      FloatTensor sums) {
    take(near, edges, block);
    int rows = rows(near);
    float[] scratch = near.radial;
    edges.read(block, values.numbers(), table.outputs(), scratch, near.radialAt);
    int logitAt = near.radialAt + edges.blocks().maxSlots() * table.outputs();
    int weightAt = logitAt + rows * headStride;
    near.weight = scratch;
    near.weightAt = weightAt;
    weigh(near, edges, rows, scratch, logitAt);
    MESSAGES.sumNear(near, scalars.data(), scalars.offset(), sums.data(), sums.offset());
    far.fromTarget = near.fromTarget;
    far.toTarget = near.toTarget;
    MESSAGES.addFar(far, sums.data(), sums.offset());
  }

  private int scratchSize(EdgeFeatures edges) {
    EdgeBlocks blocks = edges.blocks();
    return blocks.maxSlots() * table.outputs() + 2 * blocks.maxEdges() * headStride;
  }

  private void bind(
      MessageBlock bag,
      EdgeFeatures edges,
      EdgeList list,
      Var direction,
      Var query,
      Var key,
      Var value,
      Var vectors) {
    bag.channels = layout.channels();
    bag.heads = layout.heads();
    bag.parts = layout.parts();
    bag.start = list.start();
    bag.source = list.source();
    bag.slot = edges.blocks().slot();
    bag.direction = direction.value().data();
    bag.directionAt = direction.value().offset();
    bag.query = query.value().data();
    bag.queryAt = query.value().offset();
    bag.key = key.value().data();
    bag.keyAt = key.value().offset();
    bag.value = value.value().data();
    bag.valueAt = value.value().offset();
    bag.vectors = vectors.value().size() == 0 ? MessageBlock.ABSENT : vectors.value().data();
    bag.vectorsAt = vectors.value().offset();
    bag.directionGradient = MessageBlock.ABSENT;
  }

  private static void take(MessageBlock bag, EdgeFeatures edges, int block) {
    bag.fromTarget = edges.blocks().from(block);
    bag.toTarget = edges.blocks().to(block);
    bag.firstEdge = edges.firstEdge(block);
  }

  private static int rows(MessageBlock bag) {
    return bag.start[bag.toTarget] - bag.firstEdge;
  }

  /// w = silu(logit) C, into the block's place for weights.
  private void weigh(MessageBlock bag, EdgeFeatures edges, int rows, float[] logit, int logitAt) {
    MESSAGES.logits(bag, logit, logitAt);
    KERNELS.silu(logit, logitAt, bag.weight, bag.weightAt, rows * headStride);
    scaleByCutoff(edges, bag.firstEdge, rows, bag.weight, bag.weightAt);
  }

  private void scaleByCutoff(EdgeFeatures edges, int firstEdge, int rows, float[] x, int at) {
    for (int r = 0; r < rows; r++) {
      float c = EdgeFeatures.of(edges.cutoff(), firstEdge + r);
      for (int h = at + r * headStride; h < at + (r + 1) * headStride; h++) {
        x[h] *= c;
      }
    }
  }

  private static final class Messages implements Node {
    private EdgeMessages owner;
    private EdgeFeatures edges;
    private RadialTable.Values values;
    private Var query = Var.none();
    private Var key = Var.none();
    private Var value = Var.none();
    private Var vectors = Var.none();
    private Var scalars = Var.none();
    private Var sums = Var.none();

    Messages(EdgeMessages owner, EdgeFeatures edges, RadialTable.Values values) {
      this.owner = owner;
      this.edges = edges;
      this.values = values;
    }

    void set(
        EdgeMessages newOwner,
        EdgeFeatures newEdges,
        RadialTable.Values newValues,
        Var newQuery,
        Var newKey,
        Var newValue,
        Var newVectors,
        Var newScalars,
        Var newSums) {
      owner = newOwner;
      edges = newEdges;
      values = newValues;
      query = newQuery;
      key = newKey;
      value = newValue;
      vectors = newVectors;
      scalars = newScalars;
      sums = newSums;
    }

    @Override
    public void backward(Tape tape) {
      MessageBlock near = edges.lanes(2)[0];
      MessageBlock far = edges.lanes(2)[1];
      owner.bind(near, edges, edges.graph().near(), edges.direction(), query, key, value, vectors);
      owner.bind(far, edges, edges.graph().far(), edges.farDirection(), query, key, value, vectors);
      bindGradients(tape, near, edges.direction());
      bindGradients(tape, far, edges.farDirection());
      tape.gradient(query);
      tape.gradient(key);
      tape.gradient(edges.grid());
      try (Workspace.Scope _ = tape.workspace().open()) {
        FloatTensor tableGradient =
            tape.workspace().allocateZeros(1, owner.table.gradientSize(values));
        nearBackward(tape, near, tableGradient);
        farBackward(far, tableGradient);
        owner.table.backward(
            tape, values, tableGradient.data(), tableGradient.offset(), edges.grid());
      }
    }

    private void bindGradients(Tape tape, MessageBlock bag, Var direction) {
      FloatTensor dx = tape.gradient(scalars);
      FloatTensor du = tape.gradient(sums);
      FloatTensor dv = tape.gradient(value);
      bag.scalarGradient = dx.data();
      bag.scalarGradientAt = dx.offset();
      bag.vectorGradient = du.data();
      bag.vectorGradientAt = du.offset();
      bag.valueGradient = dv.data();
      bag.valueGradientAt = dv.offset();
      if (bag.vectors.length > 0) {
        FloatTensor place = tape.gradient(vectors);
        bag.vectorsGradient = place.data();
        bag.vectorsGradientAt = place.offset();
      }
      if (direction.needsGradient()) {
        FloatTensor place = tape.gradient(direction);
        bag.directionGradient = place.data();
        bag.directionGradientAt = place.offset();
      }
    }

    private void nearBackward(Tape tape, MessageBlock near, FloatTensor tableGradient) {
      int outputs = owner.table.outputs();
      int most = edges.blocks().maxEdges();
      int heads = most * owner.headStride;
      FloatTensor radial = tape.workspace().allocate(edges.blocks().maxSlots(), outputs);
      FloatTensor gradient = tape.workspace().allocate(edges.blocks().maxSlots(), outputs);
      FloatTensor perHead = tape.workspace().allocate(4, heads);
      near.radial = radial.data();
      near.radialAt = radial.offset();
      near.radialGradient = gradient.data();
      near.radialGradientAt = gradient.offset();
      near.weight = perHead.data();
      near.weightAt = perHead.offset() + heads;
      for (int block = 0; block < edges.blocks().count(); block++) {
        take(near, edges, block);
        edges.read(block, values.numbers(), outputs, radial.data(), radial.offset());
        clear(block, gradient);
        attentionBackward(tape, near, perHead, heads);
        if (edges.squared().needsGradient()) {
          squaredBackward(tape, block, gradient);
        }
        edges.readBackward(
            block,
            gradient.data(),
            gradient.offset(),
            outputs,
            tableGradient.data(),
            tableGradient.offset());
      }
    }

    /// All of a block but the reading of the table. `perHead` holds logits, weights, the gradients
    /// of the weights and of the logits, one after another.
    private void attentionBackward(Tape tape, MessageBlock near, FloatTensor perHead, int heads) {
      int rows = rows(near);
      int length = rows * owner.headStride;
      float[] attention = perHead.data();
      int logitAt = perHead.offset();
      int weightGradientAt = logitAt + 2 * heads;
      int logitGradientAt = logitAt + 3 * heads;
      owner.weigh(near, edges, rows, attention, logitAt);
      MESSAGES.sumNearBackward(near, attention, weightGradientAt);
      if (edges.cutoff().needsGradient()) {
        cutoffBackward(tape, near.firstEdge, rows, attention, logitAt, weightGradientAt);
      }
      owner.scaleByCutoff(edges, near.firstEdge, rows, attention, weightGradientAt);
      Arrays.fill(attention, logitGradientAt, logitGradientAt + length, 0f);
      KERNELS.siluBackward(
          attention, logitAt, attention, weightGradientAt, attention, logitGradientAt, length);
      FloatTensor dq = tape.gradient(query);
      FloatTensor dk = tape.gradient(key);
      MESSAGES.logitsBackward(
          near, attention, logitGradientAt, dq.data(), dq.offset(), dk.data(), dk.offset());
    }

    /// dC_e += sum over heads of dw silu(logit).
    private void cutoffBackward(
        Tape tape, int from, int rows, float[] attention, int logitAt, int weightGradientAt) {
      int heads = owner.layout.heads();
      int stride = owner.headStride;
      FloatTensor dCutoff = tape.gradient(edges.cutoff());
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        for (int h = 0; h < heads; h++) {
          double logit = attention[logitAt + r * stride + h];
          double active = logit / (1 + StrictMath.exp(-logit));
          sum += attention[weightGradientAt + r * stride + h] * active;
        }
        dCutoff.data()[dCutoff.offset() + from + r] += (float) sum;
      }
    }

    private void clear(int block, FloatTensor gradient) {
      int slots = edges.blocks().lastPlace(block) - edges.blocks().firstPlace(block);
      int end = gradient.offset() + slots * owner.table.outputs();
      Arrays.fill(gradient.data(), gradient.offset(), end, 0f);
    }

    private void squaredBackward(Tape tape, int block, FloatTensor gradient) {
      EdgeBlocks blocks = edges.blocks();
      for (int place = blocks.firstPlace(block); place < blocks.lastPlace(block); place++) {
        int e = blocks.order()[place];
        int at = gradient.offset() + blocks.slot()[e] * owner.table.outputs();
        owner.table.squaredBackward(tape, edges, e, owner.grid, values, gradient.data(), at);
      }
    }

    private void farBackward(MessageBlock far, FloatTensor tableGradient) {
      EdgeList list = edges.graph().far();
      list.groupBySource();
      far.target = list.target();
      far.outgoingStart = list.outgoingStart();
      far.outgoing = list.outgoing();
      far.fromTarget = 0;
      far.toTarget = edges.graph().atoms();
      far.radial = values.numbers().data();
      far.radialAt = values.numbers().offset() + owner.layout.channels();
      far.radialGradient = tableGradient.data();
      far.radialGradientAt = tableGradient.offset() + owner.layout.channels();
      MESSAGES.addFarBackward(far);
    }
  }
}
