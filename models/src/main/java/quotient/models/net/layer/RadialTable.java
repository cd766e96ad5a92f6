package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.CacheLine;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.ShapeException;
import quotient.tensor.Workspace;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.kernel.MessageKernels;

/// Linear layers of the edge features, stacked, reordered and perhaps activated, at the nodes of a
/// {@link RadialGrid}.
///
///     T[kind, node] = silu(W e(node) + w_kind + b)        or without silu
///     weights: [outputs, K + T - 1]: K radial functions, then a column per kind of edge but kind 0
///
/// For each kind the first row stands for vanishing radial functions, the others for the nodes. An
/// edge reads six rows; nothing but this reading is left to do per edge, in the backward pass too:
/// the gradient of the table is collected, and turned into those of the weights once per pass.
/// The table follows the parameters. *Thread-safe* as long as nobody updates them.
final class RadialTable {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final FloatTensor NONE = FloatTensor.zeros(0);
  private static final float[] NO_NUMBERS = new float[0];
  private static final MessageKernels MESSAGES = KernelProvider.messageKernels();

  private final ParameterSet parameters;
  private final RadialGrid grid;
  private final int kinds;
  private final boolean activated;
  private final Parameter[] weights;
  private final Parameter[] biases;
  private final int[][] orders;
  private final int outputs;

  /// Memory of the present values, used again after an update.
  private float[] storage = new float[0];

  private volatile Values values = new Values(-1, false, 0, NONE, NONE, NO_NUMBERS);

  /// The table at one version of the parameters.
  ///
  /// @param trainable whether slopes and packed weights are there, which only gradients need
  /// @param rows rows per kind
  /// @param numbers `[kinds rows, outputs]`
  /// @param slopes derivative of the activation, likewise; empty without activation
  /// @param packed the stacked weights, packed for `dy W`
  record Values(
      long version,
      boolean trainable,
      int rows,
      FloatTensor numbers,
      FloatTensor slopes,
      float[] packed) {
    boolean serve(long present, boolean training) {
      return version == present && (trainable || !training);
    }
  }

  /// @param kinds T
  /// @param orders for each layer of the stack, its row for each of ours
  RadialTable(
      ParameterSet parameters,
      RadialGrid grid,
      int kinds,
      boolean activated,
      Parameter[] weights,
      Parameter[] biases,
      int[][] orders) {
    this.parameters = parameters;
    this.grid = grid;
    this.kinds = kinds;
    this.activated = activated;
    this.weights = weights.clone();
    this.biases = biases.clone();
    this.orders = orders.clone();
    int columns = grid.functions() + kinds - 1;
    int total = 0;
    for (int l = 0; l < weights.length; l++) {
      if (!weights[l].shape().isMatrix(orders[l].length, columns)) {
        throw new ShapeException(
            "radial table: expected a weight ["
                + orders[l].length
                + ", "
                + columns
                + "], found "
                + weights[l]);
      }
      total += orders[l].length;
    }
    this.outputs = total;
  }

  /// Numbers per edge.
  int outputs() {
    return outputs;
  }

  /// The table for the present parameters; with what gradients need if the pass records.
  Values values(Tape tape) {
    boolean training = tape.isRecording();
    Values known = values;
    if (known.serve(parameters.version(), training)) {
      return known;
    }
    synchronized (this) {
      if (!values.serve(parameters.version(), training)) {
        values = compute(training);
      }
      return values;
    }
  }

  private Values compute(boolean training) {
    RadialGrid.Nodes nodes = grid.nodes();
    int radial = grid.functions();
    int columns = radial + kinds - 1;
    float[] stacked = new float[outputs * radial];
    float[] perKind = new float[kinds * outputs];
    int row = 0;
    for (int l = 0; l < weights.length; l++) {
      FloatTensor w = weights[l].value();
      FloatTensor b = biases[l].value();
      for (int r : orders[l]) {
        System.arraycopy(w.data(), w.offset() + r * columns, stacked, row * radial, radial);
        for (int t = 0; t < kinds; t++) {
          float column = t == 0 ? 0 : w.get(r * columns + radial + t - 1);
          perKind[t * outputs + row] = b.get(r) + column;
        }
        row++;
      }
    }
    float[] forward = new float[KERNELS.packedSize(radial, outputs)];
    KERNELS.packB(stacked, 0, radial, true, radial, outputs, forward, 0);
    float[] backward = training ? new float[KERNELS.packedSize(outputs, radial)] : NO_NUMBERS;
    if (training) {
      KERNELS.packB(stacked, 0, radial, false, outputs, radial, backward, 0);
    }
    int size = nodes.rows() * outputs;
    int length = kinds * size;
    boolean sloped = training && activated;
    FloatTensor numbers = stored(0, length, sloped);
    KERNELS.gemm(
        nodes.count(),
        outputs,
        radial,
        nodes.features(),
        0,
        radial,
        forward,
        0,
        numbers.data(),
        numbers.offset() + outputs,
        outputs,
        false,
        new float[KERNELS.scratchSize()],
        0);
    float[] data = numbers.data();
    int at = numbers.offset();
    Arrays.fill(data, at, at + outputs, 0f);
    for (int t = kinds - 1; t >= 0; t--) {
      KERNELS.addRow(data, at, perKind, t * outputs, data, at + t * size, nodes.rows(), outputs);
    }
    FloatTensor slopes = NONE;
    if (sloped) {
      slopes = stored(CacheLine.roundUp(length), length, true);
      MESSAGES.siluWithSlope(data, at, data, at, slopes.data(), slopes.offset(), length);
    } else if (activated) {
      KERNELS.silu(data, at, data, at, length);
    }
    return new Values(nodes.version(), training, nodes.rows(), numbers, slopes, backward);
  }

  private FloatTensor stored(int from, int length, boolean sloped) {
    int needed = CacheLine.FIRST + CacheLine.roundUp(length) * (sloped ? 2 : 1);
    if (storage.length < needed) {
      storage = new float[needed];
    }
    return FloatTensor.view(storage, CacheLine.FIRST + from, Shape.of(length));
  }

  /// Floats of the gradient of a table.
  int gradientSize(Values at) {
    return at.numbers.size();
  }

  /// Adds the gradient of one edge's squared length, given that of its row of numbers.
  void squaredBackward(
      Tape tape,
      EdgeFeatures edges,
      int edge,
      RadialGrid radial,
      Values at,
      float[] gradient,
      int gradientAt) {
    double[] slopes = new double[RadialGrid.TAPS];
    radial.tapSlopes(radial.nodes(), EdgeFeatures.of(edges.squared(), edge), slopes);
    double sum = 0;
    for (int k = 0; k < RadialGrid.TAPS; k++) {
      int row = at.numbers.offset() + (edges.row(edge) + k) * outputs;
      sum += slopes[k] * KERNELS.dot(gradient, gradientAt, at.numbers.data(), row, outputs);
    }
    FloatTensor ds = tape.gradient(edges.squared());
    ds.data()[ds.offset() + edge] += (float) sum;
  }

  /// Turns the gradient of the table into those of weights, biases and of the nodes' features.
  ///
  /// @param gradient of the table; overwritten
  /// @param features of the grid's nodes
  void backward(Tape tape, Values at, float[] gradient, int gradientAt, Var features) {
    int length = at.numbers.size();
    if (activated) {
      KERNELS.multiply(
          gradient, gradientAt, at.slopes.data(), at.slopes.offset(), gradient, gradientAt, length);
    }
    int radial = grid.functions();
    int nodes = at.rows - 1;
    int size = at.rows * outputs;
    try (Workspace.Scope _ = tape.workspace().open()) {
      FloatTensor perKind = tape.workspace().allocateZeros(kinds, outputs);
      for (int t = 0; t < kinds; t++) {
        KERNELS.addColumnSums(
            gradient,
            gradientAt + t * size,
            at.rows,
            outputs,
            perKind.data(),
            perKind.offset() + t * outputs);
      }
      int first = gradientAt + outputs;
      for (int t = 1; t < kinds; t++) {
        KERNELS.add(gradient, first, gradient, first + t * size, gradient, first, nodes * outputs);
      }
      FloatTensor df = tape.gradient(features);
      FloatTensor scratch = tape.workspace().allocate(1, KERNELS.scratchSize());
      KERNELS.gemm(
          nodes,
          radial,
          outputs,
          gradient,
          first,
          outputs,
          at.packed,
          0,
          df.data(),
          df.offset(),
          radial,
          true,
          scratch.data(),
          scratch.offset());
      FloatTensor dw = tape.workspace().allocate(outputs, radial);
      FloatTensor f = features.value();
      KERNELS.gemmTransposed(
          outputs,
          radial,
          nodes,
          gradient,
          first,
          outputs,
          f.data(),
          f.offset(),
          radial,
          dw.data(),
          dw.offset(),
          radial,
          false,
          scratch.data(),
          scratch.offset());
      addToParameters(tape, dw, perKind);
    }
  }

  private void addToParameters(Tape tape, FloatTensor stacked, FloatTensor perKind) {
    int radial = grid.functions();
    int columns = radial + kinds - 1;
    int row = 0;
    for (int l = 0; l < weights.length; l++) {
      FloatTensor dw = tape.gradientOf(weights[l]);
      FloatTensor db = tape.gradientOf(biases[l]);
      for (int r : orders[l]) {
        int to = dw.offset() + r * columns;
        KERNELS.axpy(1, stacked.data(), stacked.offset() + row * radial, dw.data(), to, radial);
        for (int t = 0; t < kinds; t++) {
          float d = perKind.data()[perKind.offset() + t * outputs + row];
          db.data()[db.offset() + r] += d;
          if (t > 0) {
            dw.data()[to + radial + t - 1] += d;
          }
        }
        row++;
      }
    }
  }
}
