package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;

/// Matrix products: linear layers with packed weights, and products of two values.
///
///     linear: y = x W^T + b        x: [rows, in], W: [out, in], b: [out], y: [rows, out]
///       dx = dy W    dW += dy^T x    db += sum over rows of dy
///
/// A row of y depends on the same row of x and on W alone, whatever the other rows are.
public final class MatMul {
  private MatMul() {}

  /// x W^T.
  public static Var linear(Tape tape, Var x, Parameter weight) {
    Var y = product(tape, x, weight);
    if (y.needsGradient()) {
      tape.node(Linear.class, Linear::new).set(x, weight, y);
    }
    return y;
  }

  /// x W^T + b.
  public static Var linear(Tape tape, Var x, Parameter weight, Parameter bias) {
    if (bias.shape().size() != weight.shape().rows()) {
      throw new ShapeException("linear: bias " + bias + " does not fit weight " + weight);
    }
    tape.use(bias);
    Var y = product(tape, x, weight);
    Broadcast.addRow(tape, y.value(), bias.value(), y.value());
    if (y.needsGradient()) {
      tape.node(BiasedLinear.class, BiasedLinear::new).set(x, weight, bias, y);
    }
    return y;
  }

  private static Var product(Tape tape, Var x, Parameter weight) {
    if (x.columns() != weight.shape().columns()) {
      throw new ShapeException(
          "linear: input "
              + x.shape()
              + " does not fit weight "
              + weight
              + "; need input columns == weight columns");
    }
    tape.use(weight);
    Var y = tape.output(x.rows(), weight.shape().rows(), true);
    tape.multiplyForward(x.value(), weight, y.value(), false);
    return y;
  }

  private static void linearBackward(Tape tape, Var x, Parameter weight, FloatTensor dy) {
    boolean more = tape.hasGradientOf(weight);
    FloatTensor dw = more ? tape.gradientOf(weight) : tape.gradientToOverwriteOf(weight);
    tape.tensors().matmulTransposed(dy, x.value(), dw, more);
    if (x.needsGradient()) {
      boolean add = tape.hasGradient(x);
      tape.multiplyBackward(dy, weight, Elements.place(tape, x), add);
    }
  }

  /// A B.
  ///
  ///     a: [m, k]   b: [k, n]   result: [m, n]
  ///     dA = dC B^T    dB = A^T dC
  public static Var matmul(Tape tape, Var a, Var b) {
    if (a.columns() != b.rows()) {
      throw new ShapeException(
          "matmul: inner dimensions differ: a " + a.shape() + ", b " + b.shape());
    }
    Var c = tape.output(a.rows(), b.columns(), a.needsGradient() || b.needsGradient());
    tape.tensors().matmul(a.value(), tape.packing().pack(b.value()), c.value(), false);
    if (c.needsGradient()) {
      tape.node(Multiply.class, Multiply::new).set(a, b, c);
    }
    return c;
  }

  /// A B^T: all inner products of rows.
  ///
  ///     a: [m, k]   b: [n, k]   result: [m, n]
  ///     dA = dC B    dB = dC^T A
  public static Var matmulTransposed(Tape tape, Var a, Var b) {
    if (a.columns() != b.columns()) {
      throw new ShapeException(
          "matmulTransposed: inner dimensions differ: a " + a.shape() + ", b " + b.shape());
    }
    Var c = tape.output(a.rows(), b.rows(), a.needsGradient() || b.needsGradient());
    tape.tensors().matmul(a.value(), tape.packing().packTransposed(b.value()), c.value(), false);
    if (c.needsGradient()) {
      tape.node(MultiplyTransposed.class, MultiplyTransposed::new).set(a, b, c);
    }
    return c;
  }

  private static final class Linear implements Node {
    private Var x = Var.none();
    private Parameter weight = Parameter.none();
    private Var y = Var.none();

    void set(Var newX, Parameter newWeight, Var newY) {
      x = newX;
      weight = newWeight;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      linearBackward(tape, x, weight, tape.gradient(y));
    }
  }

  private static final class BiasedLinear implements Node {
    private final Broadcast.Rows rows = new Broadcast.Rows();
    private Var x = Var.none();
    private Parameter weight = Parameter.none();
    private Parameter bias = Parameter.none();
    private Var y = Var.none();

    void set(Var newX, Parameter newWeight, Parameter newBias, Var newY) {
      x = newX;
      weight = newWeight;
      bias = newBias;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      Broadcast.addSumOverRows(tape, dy.rows(), rows.of(dy), tape.gradientOf(bias));
      linearBackward(tape, x, weight, dy);
    }
  }

  private static final class Multiply implements Node {
    private Var a = Var.none();
    private Var b = Var.none();
    private Var c = Var.none();

    void set(Var newA, Var newB, Var newC) {
      a = newA;
      b = newB;
      c = newC;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dc = tape.gradient(c);
      if (a.needsGradient()) {
        boolean add = tape.hasGradient(a);
        FloatTensor da = Elements.place(tape, a);
        tape.tensors().matmul(dc, tape.packing().packTransposed(b.value()), da, add);
      }
      if (b.needsGradient()) {
        boolean add = tape.hasGradient(b);
        tape.tensors().matmulTransposed(a.value(), dc, Elements.place(tape, b), add);
      }
    }
  }

  private static final class MultiplyTransposed implements Node {
    private Var a = Var.none();
    private Var b = Var.none();
    private Var c = Var.none();

    void set(Var newA, Var newB, Var newC) {
      a = newA;
      b = newB;
      c = newC;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dc = tape.gradient(c);
      if (a.needsGradient()) {
        boolean add = tape.hasGradient(a);
        FloatTensor da = Elements.place(tape, a);
        tape.tensors().matmul(dc, tape.packing().pack(b.value()), da, add);
      }
      if (b.needsGradient()) {
        boolean add = tape.hasGradient(b);
        tape.tensors().matmulTransposed(dc, a.value(), Elements.place(tape, b), add);
      }
    }
  }
}
