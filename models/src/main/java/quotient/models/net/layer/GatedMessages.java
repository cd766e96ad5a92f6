package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.Workspace;
import quotient.tensor.kernel.GatedMessageKernels;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.kernel.MessageBlock;
import quotient.tensor.kernel.MessageKernels;
import quotient.tensor.parallel.WorkerPool;

/// Attention and messages over all edges of one layer of `etflow-plus`, in one fused operation.
///
///     dk, dv = silu(W f + b)                                      per edge j -> i
///     w_h = silu(sum over head h of q_i k_j dk) C
///     u_b = v_jb dv_b w
///     X_i = sum u_0        U_i = sum u_1 V_j + u_2 n
///
/// As {@link EdgeMessages}, with two differences: the weight, and with it the cutoff, reaches the
/// vector message too, so that messages vanish smoothly with distance; and there is no cross product,
/// so that reflected positions give reflected messages. Channel p belongs to head `p mod A`
/// everywhere. Forward runs on the pool's threads, backward on the caller's, block after block.
public final class GatedMessages {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final MessageKernels MESSAGES = KernelProvider.messageKernels();
  private static final GatedMessageKernels GATED = KernelProvider.gatedMessageKernels();
  private static final int PARTS = 3;

  private final int channels;
  private final int heads;
  private final int headStride;
  private final RadialGrid grid;
  private final RadialTable table;

  /// @param kinds T; the weights have K + T - 1 columns
  /// @param keyWeight of dk, `[H, K + T - 1]`
  /// @param valueWeight of dv, `[3 H, K + T - 1]`
  public GatedMessages(
      ParameterSet parameters,
      int heads,
      RadialGrid grid,
      int kinds,
      Parameter keyWeight,
      Parameter keyBias,
      Parameter valueWeight,
      Parameter valueBias) {
    this.channels = keyWeight.shape().rows();
    this.heads = heads;
    this.grid = grid;
    this.headStride = MESSAGES.headStride(heads, channels);
    this.table =
        new RadialTable(
            parameters,
            grid,
            kinds,
            true,
            new Parameter[] {keyWeight, valueWeight},
            new Parameter[] {keyBias, valueBias},
            new int[][] {
              ReorderedLinear.inOrder(channels), ReorderedLinear.inOrder(PARTS * channels)
            });
  }

  /// The sums over incoming edges.
  ///
  /// @param scalars X, `[N, H]`
  /// @param vectors U, `[3 N, H]`
  public record Sums(Var scalars, Var vectors) {}

  /// Sums the messages into every atom.
  ///
  /// @param query `[N, H]`
  /// @param key `[N, H]`
  /// @param value `[N, 3 H]`, part by part
  /// @param vectors V, `[3 N, H]`
  public Sums apply(Tape tape, EdgeFeatures edges, Var query, Var key, Var value, Var vectors) {
    RadialTable.Values values = table.values(tape);
    int atoms = edges.graph().atoms();
    Var scalars = tape.output(atoms, channels, true);
    Var sums = tape.output(3 * atoms, channels, true);
    WorkerPool pool = tape.tensors().pool();
    int size = scratchSize(edges);
    try (Workspace.Scope _ = tape.workspace().open()) {
      FloatTensor scratch = tape.workspace().allocate(pool.threads(), size);
      MessageBlock[] bags = edges.lanes(pool.threads());
      pool.parallelFor(
          edges.blocks().count(),
          1,
          (from, to, lane) -> {
            MessageBlock bag = bags[lane];
            bind(bag, edges, query, key, value, vectors);
            bag.radial = scratch.data();
            bag.radialAt = scratch.offset() + lane * size;
            for (int block = from; block < to; block++) {
              sumBlock(edges, values, block, bag, scalars.value(), sums.value());
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
      MessageBlock bag,
      FloatTensor scalars,
      FloatTensor sums) {
    take(bag, edges, block);
    int rows = rows(bag);
    edges.read(block, values.numbers(), table.outputs(), bag.radial, bag.radialAt);
    int logitAt = bag.radialAt + edges.blocks().maxSlots() * table.outputs();
    bag.weight = bag.radial;
    bag.weightAt = logitAt + rows * headStride;
    weigh(bag, edges, rows, bag.radial, logitAt);
    GATED.sum(bag, scalars.data(), scalars.offset(), sums.data(), sums.offset());
  }

  private int scratchSize(EdgeFeatures edges) {
    EdgeBlocks blocks = edges.blocks();
    return blocks.maxSlots() * table.outputs() + 2 * blocks.maxEdges() * headStride;
  }

  private void bind(
      MessageBlock bag, EdgeFeatures edges, Var query, Var key, Var value, Var vectors) {
    bag.channels = channels;
    bag.heads = heads;
    bag.parts = PARTS;
    bag.start = edges.near().start();
    bag.source = edges.near().source();
    bag.slot = edges.blocks().slot();
    bag.direction = edges.direction().value().data();
    bag.directionAt = edges.direction().value().offset();
    bag.query = query.value().data();
    bag.queryAt = query.value().offset();
    bag.key = key.value().data();
    bag.keyAt = key.value().offset();
    bag.value = value.value().data();
    bag.valueAt = value.value().offset();
    bag.vectors = vectors.value().data();
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
    private GatedMessages owner;
    private EdgeFeatures edges;
    private RadialTable.Values values;
    private Var query = Var.none();
    private Var key = Var.none();
    private Var value = Var.none();
    private Var vectors = Var.none();
    private Var scalars = Var.none();
    private Var sums = Var.none();

    Messages(GatedMessages owner, EdgeFeatures edges, RadialTable.Values values) {
      this.owner = owner;
      this.edges = edges;
      this.values = values;
    }

    void set(
        GatedMessages newOwner,
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
      MessageBlock bag = edges.lanes(1)[0];
      owner.bind(bag, edges, query, key, value, vectors);
      bindGradients(tape, bag);
      tape.gradient(edges.grid());
      int outputs = owner.table.outputs();
      int most = edges.blocks().maxEdges();
      int heads = most * owner.headStride;
      try (Workspace.Scope _ = tape.workspace().open()) {
        FloatTensor tableGradient =
            tape.workspace().allocateZeros(1, owner.table.gradientSize(values));
        FloatTensor radial = tape.workspace().allocate(edges.blocks().maxSlots(), outputs);
        FloatTensor gradient = tape.workspace().allocate(edges.blocks().maxSlots(), outputs);
        FloatTensor perHead = tape.workspace().allocate(4, heads);
        bag.radial = radial.data();
        bag.radialAt = radial.offset();
        bag.radialGradient = gradient.data();
        bag.radialGradientAt = gradient.offset();
        bag.weight = perHead.data();
        bag.weightAt = perHead.offset() + heads;
        for (int block = 0; block < edges.blocks().count(); block++) {
          take(bag, edges, block);
          edges.read(block, values.numbers(), outputs, radial.data(), radial.offset());
          clear(block, gradient);
          blockBackward(tape, bag, perHead, heads);
          if (edges.squared().needsGradient()) {
            distanceBackward(tape, block, gradient);
          }
          edges.readBackward(
              block,
              gradient.data(),
              gradient.offset(),
              outputs,
              tableGradient.data(),
              tableGradient.offset());
        }
        owner.table.backward(
            tape, values, tableGradient.data(), tableGradient.offset(), edges.grid());
      }
    }

    private void bindGradients(Tape tape, MessageBlock bag) {
      FloatTensor dx = tape.gradient(scalars);
      FloatTensor du = tape.gradient(sums);
      FloatTensor dv = tape.gradient(value);
      FloatTensor dVectors = tape.gradient(vectors);
      tape.gradient(query);
      tape.gradient(key);
      bag.scalarGradient = dx.data();
      bag.scalarGradientAt = dx.offset();
      bag.vectorGradient = du.data();
      bag.vectorGradientAt = du.offset();
      bag.valueGradient = dv.data();
      bag.valueGradientAt = dv.offset();
      bag.vectorsGradient = dVectors.data();
      bag.vectorsGradientAt = dVectors.offset();
      if (edges.direction().needsGradient()) {
        FloatTensor place = tape.gradient(edges.direction());
        bag.directionGradient = place.data();
        bag.directionGradientAt = place.offset();
      }
    }

    /// All of a block but the reading of the table. `perHead` holds logits, weights, the gradients
    /// of the weights and of the logits, one after another.
    private void blockBackward(Tape tape, MessageBlock bag, FloatTensor perHead, int heads) {
      int rows = rows(bag);
      int length = rows * owner.headStride;
      float[] attention = perHead.data();
      int logitAt = perHead.offset();
      int weightGradientAt = logitAt + 2 * heads;
      int logitGradientAt = logitAt + 3 * heads;
      owner.weigh(bag, edges, rows, attention, logitAt);
      GATED.sumBackward(bag, attention, weightGradientAt);
      if (edges.cutoff().needsGradient()) {
        cutoffBackward(tape, bag.firstEdge, rows, attention, logitAt, weightGradientAt);
      }
      owner.scaleByCutoff(edges, bag.firstEdge, rows, attention, weightGradientAt);
      Arrays.fill(attention, logitGradientAt, logitGradientAt + length, 0f);
      KERNELS.siluBackward(
          attention, logitAt, attention, weightGradientAt, attention, logitGradientAt, length);
      FloatTensor dq = tape.gradient(query);
      FloatTensor dk = tape.gradient(key);
      MESSAGES.logitsBackward(
          bag, attention, logitGradientAt, dq.data(), dq.offset(), dk.data(), dk.offset());
    }

    /// dC_e += sum over heads of dw silu(logit).
    private void cutoffBackward(
        Tape tape, int from, int rows, float[] attention, int logitAt, int weightGradientAt) {
      int stride = owner.headStride;
      FloatTensor dCutoff = tape.gradient(edges.cutoff());
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        for (int h = 0; h < owner.heads; h++) {
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

    private void distanceBackward(Tape tape, int block, FloatTensor gradient) {
      EdgeBlocks blocks = edges.blocks();
      for (int place = blocks.firstPlace(block); place < blocks.lastPlace(block); place++) {
        int e = blocks.order()[place];
        int at = gradient.offset() + blocks.slot()[e] * owner.table.outputs();
        owner.table.squaredBackward(tape, edges, e, owner.grid, values, gradient.data(), at);
      }
    }
  }
}
