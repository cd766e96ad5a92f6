package quotient.models.net.layer;

import java.util.Optional;
import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.ShapeException;
import quotient.tensor.Workspace;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// A linear layer whose inputs or outputs stand in another order than in its weight.
///
///     y_r = sum_c W[rowOrder[r], columnOrder[c]] x_c + b[rowOrder[r]]
///
/// The reordering is done once per update of the weights, while packing; gradients go back to the
/// places of the weight. *Thread-safe* as long as nobody updates the parameters.
public final class ReorderedLinear {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final ParameterSet parameters;
  private final Parameter weight;
  private final Optional<Parameter> bias;
  private final int[] rowOrder;
  private final int[] columnOrder;
  private final PackedMatrix forward;
  private final PackedMatrix backward;
  private float[] biasRow = new float[0];
  private volatile long version = -1;

  /// That of the form for gradients, which sampling does without.
  private volatile long backwardVersion = -1;

  /// @param weight `[rows, columns]`
  /// @param rowOrder for each output the row of the weight
  /// @param columnOrder for each input the column of the weight
  public ReorderedLinear(
      ParameterSet parameters,
      Parameter weight,
      Optional<Parameter> bias,
      int[] rowOrder,
      int[] columnOrder) {
    if (!weight.shape().isMatrix(rowOrder.length, columnOrder.length)) {
      throw new ShapeException(
          "reordered linear: weight "
              + weight
              + " does not fit orders of "
              + rowOrder.length
              + " rows and "
              + columnOrder.length
              + " columns");
    }
    this.parameters = parameters;
    this.weight = weight;
    this.bias = bias;
    this.rowOrder = rowOrder.clone();
    this.columnOrder = columnOrder.clone();
    this.forward = new PackedMatrix(parameters.forwardStore());
    this.backward = new PackedMatrix(parameters.forwardStore());
  }

  /// The order that changes nothing.
  public static int[] inOrder(int length) {
    int[] order = new int[length];
    for (int i = 0; i < length; i++) {
      order[i] = i;
    }
    return order;
  }

  /// @param x `[n, columns]` in our order
  public Var apply(Tape tape, Var x) {
    prepare(tape.isRecording());
    Var y = tape.output(x.rows(), rowOrder.length, true);
    tape.tensors().matmul(x.value(), forward, y.value(), false);
    if (bias.isPresent()) {
      FloatTensor v = y.value();
      KERNELS.addRow(v.data(), v.offset(), biasRow, 0, v.data(), v.offset(), v.rows(), v.columns());
    }
    if (y.needsGradient()) {
      tape.node(Linear.class, () -> new Linear(this)).set(this, x, y);
    }
    return y;
  }

  private void prepare(boolean training) {
    if (!isReady(training)) {
      synchronized (this) {
        if (!isReady(training)) {
          FloatTensor ordered = FloatTensor.zeros(rowOrder.length, columnOrder.length);
          reorder(weight.value(), ordered);
          if (training) {
            backward.pack(ordered);
            backwardVersion = parameters.version();
          }
          if (version != parameters.version()) {
            forward.packTransposed(ordered);
            bias.ifPresent(b -> biasRow = reorder(b.value(), rowOrder));
            version = parameters.version();
          }
        }
      }
    }
  }

  private boolean isReady(boolean training) {
    long present = parameters.version();
    return version == present && (backwardVersion == present || !training);
  }

  private void reorder(FloatTensor from, FloatTensor to) {
    int columns = columnOrder.length;
    for (int r = 0; r < rowOrder.length; r++) {
      for (int c = 0; c < columns; c++) {
        to.data()[to.offset() + r * columns + c] =
            from.data()[from.offset() + rowOrder[r] * columns + columnOrder[c]];
      }
    }
  }

  private static float[] reorder(FloatTensor from, int[] order) {
    float[] to = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      to[i] = from.get(order[i]);
    }
    return to;
  }

  /// A parameter row in our order, for a layer norm between reordered layers.
  public static Var reordered(Tape tape, Parameter row, int[] order) {
    Var y = tape.output(1, order.length, true);
    for (int i = 0; i < order.length; i++) {
      y.value().set(i, row.value().get(order[i]));
    }
    if (y.needsGradient()) {
      tape.node(Reorder.class, () -> new Reorder(row, order)).set(row, order, y);
    }
    return y;
  }

  private static final class Linear implements Node {
    private ReorderedLinear owner;
    private Var x = Var.none();
    private Var y = Var.none();

    Linear(ReorderedLinear owner) {
      this.owner = owner;
    }

    void set(ReorderedLinear newOwner, Var newX, Var newY) {
      owner = newOwner;
      x = newX;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      int rows = owner.rowOrder.length;
      int columns = owner.columnOrder.length;
      try (Workspace.Scope _ = tape.workspace().open()) {
        FloatTensor dw = tape.workspace().allocate(rows, columns);
        tape.tensors().matmulTransposed(dy, x.value(), dw, false);
        addBack(dw, tape.gradientOf(owner.weight));
        if (owner.bias.isPresent()) {
          FloatTensor db = tape.workspace().allocateZeros(1, rows);
          KERNELS.addColumnSums(dy.data(), dy.offset(), dy.rows(), rows, db.data(), db.offset());
          scatterAdd(db, owner.rowOrder, tape.gradientOf(owner.bias.get()));
        }
      }
      if (x.needsGradient()) {
        boolean add = tape.hasGradient(x);
        FloatTensor dx = add ? tape.gradient(x) : tape.gradientToOverwrite(x);
        tape.tensors().matmul(dy, owner.backward, dx, add);
      }
    }

    private void addBack(FloatTensor from, FloatTensor to) {
      int columns = owner.columnOrder.length;
      for (int r = 0; r < owner.rowOrder.length; r++) {
        int at = to.offset() + owner.rowOrder[r] * columns;
        for (int c = 0; c < columns; c++) {
          to.data()[at + owner.columnOrder[c]] += from.data()[from.offset() + r * columns + c];
        }
      }
    }
  }

  private static void scatterAdd(FloatTensor from, int[] order, FloatTensor to) {
    for (int i = 0; i < order.length; i++) {
      to.data()[to.offset() + order[i]] += from.get(i);
    }
  }

  private static final class Reorder implements Node {
    private Parameter row;
    private int[] order;
    private Var y = Var.none();

    Reorder(Parameter row, int[] order) {
      this.row = row;
      this.order = order;
    }

    void set(Parameter newRow, int[] newOrder, Var newY) {
      row = newRow;
      order = newOrder;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      scatterAdd(tape.gradient(y), order, tape.gradientOf(row));
    }
  }
}
