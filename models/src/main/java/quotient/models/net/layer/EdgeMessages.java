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
/// Nothing per edge is kept but the features: edges are worked on in blocks of consecutive targets,
/// and the backward pass computes a block's dk, dv and w again. Neither the attention weight nor the
/// cutoff reaches the vector message; so far edges, whose radial functions vanish, have one constant
/// dv and need no product. Forward runs on the pool's threads, backward on the caller's; the gradient
/// of the weights is summed block by block.
/// Source: Hassan et al. 2024 (ET-Flow), as released; Thölke & De Fabritiis 2022.
public final class EdgeMessages {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final MessageKernels MESSAGES = KernelProvider.messageKernels();

  private final HeadLayout layout;
  private final RadialProjection projection;
  private final int headStride;

  /// @param radial K
  /// @param kinds T; the weights have K + T - 1 columns
  /// @param keyWeight of dk, `[H, K + T - 1]`, rows as released
  /// @param valueWeight of dv, `[c H, K + T - 1]`, rows as released
  public EdgeMessages(
      ParameterSet parameters,
      HeadLayout layout,
      int radial,
      int kinds,
      Parameter keyWeight,
      Parameter keyBias,
      Parameter valueWeight,
      Parameter valueBias) {
    this.layout = layout;
    this.headStride = MESSAGES.headStride(layout.heads(), layout.channels());
    this.projection =
        new RadialProjection(
            parameters,
            radial,
            kinds,
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
    projection.prepare();
    int atoms = edges.graph().atoms();
    Var scalars = tape.output(atoms, layout.channels(), true);
    Var sums = tape.output(3 * atoms, layout.channels(), true);
    WorkerPool pool = tape.tensors().pool();
    EdgeBlocks blocks = edges.blocks();
    int rows = blocks.maxEdges();
    int size = rows * (projection.outputs() + 2 * headStride);
    try (Workspace.Scope _ = tape.workspace().open()) {
      FloatTensor far = farRow(tape);
      FloatTensor scratch = tape.workspace().allocate(pool.threads(), size);
      MessageBlock[] bags = edges.lanes(2 * pool.threads());
      pool.parallelFor(
          blocks.count(),
          1,
          (from, to, lane) -> {
            MessageBlock near = bags[2 * lane];
            MessageBlock wide = bags[2 * lane + 1];
            bind(near, edges.graph().near(), edges.direction(), query, key, value, vectors);
            bind(wide, edges.graph().far(), edges.farDirection(), query, key, value, vectors);
            wide.radial = far.data();
            wide.radialAt = far.offset() + layout.channels();
            int at = scratch.offset() + lane * size;
            for (int block = from; block < to; block++) {
              prepare(near, edges, block, scratch.data(), at);
              FloatTensor x = scalars.value();
              FloatTensor u = sums.value();
              MESSAGES.sumNear(near, x.data(), x.offset(), u.data(), u.offset());
              wide.fromTarget = near.fromTarget;
              wide.toTarget = near.toTarget;
              MESSAGES.addFar(wide, u.data(), u.offset());
            }
          });
    }
    if (scalars.needsGradient()) {
      tape.node(Messages.class, () -> new Messages(this, edges))
          .set(this, edges, query, key, value, vectors, scalars, sums);
    }
    return new Sums(scalars, sums);
  }

  /// dk and dv of an edge without radial functions and bond, `[1, outputs]`.
  private FloatTensor farRow(Tape tape) {
    FloatTensor row = tape.workspace().allocate(1, projection.outputs());
    projection.copyKindRow(0, row.data(), row.offset());
    KERNELS.silu(row.data(), row.offset(), row.data(), row.offset(), row.size());
    return row;
  }

  private void bind(
      MessageBlock bag, EdgeList edges, Var direction, Var query, Var key, Var value, Var vectors) {
    bag.channels = layout.channels();
    bag.heads = layout.heads();
    bag.parts = layout.parts();
    bag.start = edges.start();
    bag.source = edges.source();
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

  /// Computes dk, dv and w of a block's near edges: outputs, logits and weights one after another in
  /// the scratch.
  private void prepare(MessageBlock bag, EdgeFeatures edges, int block, float[] scratch, int at) {
    take(bag, edges, block);
    int rows = rows(bag);
    bag.radial = scratch;
    bag.radialAt = at;
    int length = rows * projection.outputs();
    project(bag, edges, rows);
    KERNELS.silu(scratch, at, scratch, at, length);
    weigh(bag, edges, rows, at + length, at + length + rows * headStride);
  }

  private static void take(MessageBlock bag, EdgeFeatures edges, int block) {
    bag.fromTarget = edges.blocks().from(block);
    bag.toTarget = edges.blocks().to(block);
    bag.firstEdge = bag.start[bag.fromTarget];
  }

  private static int rows(MessageBlock bag) {
    return bag.start[bag.toTarget] - bag.firstEdge;
  }

  private void project(MessageBlock bag, EdgeFeatures edges, int rows) {
    projection.project(
        edges.radial().value(),
        edges.kind(),
        bag.firstEdge,
        bag.firstEdge + rows,
        bag.radial,
        bag.radialAt);
  }

  /// w = silu(logit) C, logits and weights into the array of the radial scratch.
  private void weigh(MessageBlock bag, EdgeFeatures edges, int rows, int logitAt, int weightAt) {
    float[] scratch = bag.radial;
    MESSAGES.logits(bag, scratch, logitAt);
    KERNELS.silu(scratch, logitAt, scratch, weightAt, rows * headStride);
    scaleByCutoff(edges.cutoff().value(), bag.firstEdge, rows, scratch, weightAt);
    bag.weight = scratch;
    bag.weightAt = weightAt;
  }

  private void scaleByCutoff(FloatTensor cutoff, int firstEdge, int rows, float[] x, int at) {
    for (int r = 0; r < rows; r++) {
      float c = cutoff.data()[cutoff.offset() + firstEdge + r];
      for (int h = at + r * headStride; h < at + (r + 1) * headStride; h++) {
        x[h] *= c;
      }
    }
  }

  private static final class Messages implements Node {
    private EdgeMessages owner;
    private EdgeFeatures edges;
    private Var query = Var.none();
    private Var key = Var.none();
    private Var value = Var.none();
    private Var vectors = Var.none();
    private Var scalars = Var.none();
    private Var sums = Var.none();

    Messages(EdgeMessages owner, EdgeFeatures edges) {
      this.owner = owner;
      this.edges = edges;
    }

    void set(
        EdgeMessages newOwner,
        EdgeFeatures newEdges,
        Var newQuery,
        Var newKey,
        Var newValue,
        Var newVectors,
        Var newScalars,
        Var newSums) {
      owner = newOwner;
      edges = newEdges;
      query = newQuery;
      key = newKey;
      value = newValue;
      vectors = newVectors;
      scalars = newScalars;
      sums = newSums;
    }

    @Override
    public void backward(Tape tape) {
      RadialProjection projection = owner.projection;
      MessageBlock near = edges.lanes(2)[0];
      MessageBlock far = edges.lanes(2)[1];
      owner.bind(near, edges.graph().near(), edges.direction(), query, key, value, vectors);
      owner.bind(far, edges.graph().far(), edges.farDirection(), query, key, value, vectors);
      bindGradients(tape, near, edges.direction());
      bindGradients(tape, far, edges.farDirection());
      tape.gradient(query);
      tape.gradient(key);
      tape.gradient(edges.radial());
      try (Workspace.Scope _ = tape.workspace().open()) {
        FloatTensor weightSums = tape.workspace().allocate(1, projection.gradientSize());
        projection.clear(weightSums.data(), weightSums.offset());
        nearBackward(tape, near, weightSums);
        farBackward(tape, far, weightSums);
        projection.finish(tape, weightSums.data(), weightSums.offset());
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

    private void nearBackward(Tape tape, MessageBlock near, FloatTensor weightSums) {
      RadialProjection projection = owner.projection;
      Workspace workspace = tape.workspace();
      int most = edges.blocks().maxEdges();
      int heads = owner.headStride;
      int outputs = projection.outputs();
      FloatTensor active = workspace.allocate(most, outputs);
      FloatTensor gradient = workspace.allocate(most, outputs);
      FloatTensor perHead = workspace.allocate(4, most * heads);
      FloatTensor packing = workspace.allocate(1, projection.scratchSize(most));
      float[] attention = perHead.data();
      int logitAt = perHead.offset();
      int weightAt = logitAt + most * heads;
      int weightGradientAt = weightAt + most * heads;
      int logitGradientAt = weightGradientAt + most * heads;
      FloatTensor features = edges.radial().value();
      FloatTensor dFeatures = tape.gradient(edges.radial());
      FloatTensor dq = tape.gradient(query);
      FloatTensor dk = tape.gradient(key);
      near.radial = active.data();
      near.radialAt = active.offset();
      near.radialGradient = gradient.data();
      near.radialGradientAt = gradient.offset();
      near.weight = attention;
      near.weightAt = weightAt;
      for (int block = 0; block < edges.blocks().count(); block++) {
        take(near, edges, block);
        int rows = rows(near);
        int from = near.firstEdge;
        owner.project(near, edges, rows);
        MESSAGES.siluWithSlope(
            near.radial,
            near.radialAt,
            near.radial,
            near.radialAt,
            near.radialGradient,
            near.radialGradientAt,
            rows * outputs);
        MESSAGES.logits(near, attention, logitAt);
        KERNELS.silu(attention, logitAt, attention, weightAt, rows * heads);
        owner.scaleByCutoff(edges.cutoff().value(), from, rows, attention, weightAt);
        MESSAGES.sumNearBackward(near, attention, weightGradientAt);
        if (edges.cutoff().needsGradient()) {
          cutoffBackward(tape, from, rows, attention, logitAt, weightGradientAt);
        }
        owner.scaleByCutoff(edges.cutoff().value(), from, rows, attention, weightGradientAt);
        Arrays.fill(attention, logitGradientAt, logitGradientAt + rows * heads, 0f);
        KERNELS.siluBackward(
            attention,
            logitAt,
            attention,
            weightGradientAt,
            attention,
            logitGradientAt,
            rows * heads);
        MESSAGES.logitsBackward(
            near, attention, logitGradientAt, dq.data(), dq.offset(), dk.data(), dk.offset());
        projection.addFeatureGradient(
            gradient.data(), gradient.offset(), from, from + rows, dFeatures);
        projection.addWeightGradient(
            features,
            edges.kind(),
            from,
            from + rows,
            gradient.data(),
            gradient.offset(),
            weightSums.data(),
            weightSums.offset(),
            packing.data(),
            packing.offset());
      }
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

    private void farBackward(Tape tape, MessageBlock far, FloatTensor weightSums) {
      int channels = owner.layout.channels();
      int outputs = owner.projection.outputs();
      Workspace workspace = tape.workspace();
      FloatTensor row = workspace.allocate(1, outputs);
      FloatTensor slope = workspace.allocate(1, outputs);
      FloatTensor gradient = workspace.allocateZeros(1, outputs);
      owner.projection.copyKindRow(0, row.data(), row.offset());
      MESSAGES.siluWithSlope(
          row.data(),
          row.offset(),
          row.data(),
          row.offset(),
          slope.data(),
          slope.offset(),
          outputs);
      EdgeList edgeList = edges.graph().far();
      edgeList.groupBySource();
      far.target = edgeList.target();
      far.outgoingStart = edgeList.outgoingStart();
      far.outgoing = edgeList.outgoing();
      far.fromTarget = 0;
      far.toTarget = edges.graph().atoms();
      far.radial = row.data();
      far.radialAt = row.offset() + channels;
      far.radialGradient = gradient.data();
      far.radialGradientAt = gradient.offset() + channels;
      MESSAGES.addFarBackward(far);
      KERNELS.multiply(
          gradient.data(),
          gradient.offset(),
          slope.data(),
          slope.offset(),
          gradient.data(),
          gradient.offset(),
          outputs);
      owner.projection.addKindGradient(
          0, gradient.data(), gradient.offset(), weightSums.data(), weightSums.offset());
    }
  }
}
