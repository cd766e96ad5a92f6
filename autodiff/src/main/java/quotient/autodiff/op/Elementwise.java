package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Functions of one or two values, element by element.
///
///     y_ij = f(x_ij)     z_ij = f(x_ij, y_ij)        all [rows, columns]
///
/// To add a function: its loop, its adjoint, one public method.
public final class Elementwise {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private Elementwise() {}

  // ---- two arguments ----

  /// x + y.
  public static Var add(Tape tape, Var x, Var y) {
    return binary(tape, "add", ADD, 1, x, y);
  }

  /// x - y.
  public static Var subtract(Tape tape, Var x, Var y) {
    return binary(tape, "subtract", ADD_SCALED, -1, x, y);
  }

  /// x + alpha y.
  public static Var addScaled(Tape tape, Var x, float alpha, Var y) {
    return binary(tape, "addScaled", ADD_SCALED, alpha, x, y);
  }

  /// x y.
  public static Var multiply(Tape tape, Var x, Var y) {
    return binary(tape, "multiply", MULTIPLY, 1, x, y);
  }

  /// x / y.
  public static Var divide(Tape tape, Var x, Var y) {
    return binary(tape, "divide", DIVIDE, 1, x, y);
  }

  // ---- one argument ----

  /// alpha x.
  public static Var scale(Tape tape, Var x, float alpha) {
    return unary(tape, SCALE, alpha, 0, x);
  }

  /// x + c.
  public static Var addConstant(Tape tape, Var x, float c) {
    return unary(tape, SHIFT, c, 0, x);
  }

  /// e^x.
  public static Var exp(Tape tape, Var x) {
    return unary(tape, EXP, 0, 0, x);
  }

  /// Natural logarithm.
  public static Var log(Tape tape, Var x) {
    return unary(tape, LOG, 0, 0, x);
  }

  /// sin x, in radians.
  public static Var sin(Tape tape, Var x) {
    Var y = output(tape, x);
    Elements.unary(tape, SINE, 0, 0, x.value(), y.value());
    if (y.needsGradient()) {
      tape.node(Wave.class, Wave::new).set(x, y, COSINE, 1);
    }
    return y;
  }

  /// cos x, in radians.
  public static Var cos(Tape tape, Var x) {
    Var y = output(tape, x);
    Elements.unary(tape, COSINE, 0, 0, x.value(), y.value());
    if (y.needsGradient()) {
      tape.node(Wave.class, Wave::new).set(x, y, SINE, -1);
    }
    return y;
  }

  /// tanh x.
  public static Var tanh(Tape tape, Var x) {
    return unary(tape, TANH, 0, 0, x);
  }

  /// 1 / (1 + e^-x).
  public static Var sigmoid(Tape tape, Var x) {
    return unary(tape, SIGMOID, 0, 0, x);
  }

  /// x / (1 + e^-x).
  public static Var silu(Tape tape, Var x) {
    return unary(tape, SILU, 0, 0, x);
  }

  /// log(1 + e^x).
  public static Var softplus(Tape tape, Var x) {
    return unary(tape, SOFTPLUS, 0, 0, x);
  }

  /// max(x, 0); the derivative at 0 is 0.
  public static Var relu(Tape tape, Var x) {
    return unary(tape, RELU, 0, 0, x);
  }

  /// x^2.
  public static Var square(Tape tape, Var x) {
    return unary(tape, SQUARE, 0, 0, x);
  }

  /// Square root of x >= 0; the derivative at 0 is taken as 0, so a vanishing norm adds nothing.
  public static Var sqrt(Tape tape, Var x) {
    return unary(tape, SQRT, 0, 0, x);
  }

  /// 1 / x.
  public static Var reciprocal(Tape tape, Var x) {
    return unary(tape, RECIPROCAL, 0, 0, x);
  }

  /// min(max(x, low), high); the derivative is 1 strictly between the bounds, elsewhere 0.
  ///
  /// @throws IllegalArgumentException unless low <= high
  public static Var clamp(Tape tape, Var x, float low, float high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException("clamp: need low <= high, found " + low + " and " + high);
    }
    return unary(tape, CLAMP, low, high, x);
  }

  // ---- rules: the loop and its adjoint ----

  private record UnaryRule(Elements.Unary f, Elements.UnaryAdjoint adjoint) {}

  /// `passes` says that the gradient of the left argument is that of the result.
  private record BinaryRule(
      boolean passes,
      Elements.Binary f,
      Elements.BinaryAdjoint left,
      Elements.BinaryAdjoint right) {}

  private static final BinaryRule ADD =
      new BinaryRule(
          true,
          (a, x, xo, y, yo, z, zo, n) -> KERNELS.add(x, xo, y, yo, z, zo, n),
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> KERNELS.add(d, o, dz, dzo, d, o, n),
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> KERNELS.add(d, o, dz, dzo, d, o, n));

  private static final BinaryRule ADD_SCALED =
      new BinaryRule(
          true,
          (a, x, xo, y, yo, z, zo, n) -> {
            System.arraycopy(x, xo, z, zo, n);
            KERNELS.axpy(a, y, yo, z, zo, n);
          },
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> KERNELS.add(d, o, dz, dzo, d, o, n),
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> KERNELS.axpy(a, dz, dzo, d, o, n));

  private static final BinaryRule MULTIPLY =
      new BinaryRule(
          false,
          (a, x, xo, y, yo, z, zo, n) -> KERNELS.multiply(x, xo, y, yo, z, zo, n),
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> KERNELS.multiplyAdd(y, yo, dz, dzo, d, o, n),
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> KERNELS.multiplyAdd(x, xo, dz, dzo, d, o, n));

  private static final BinaryRule DIVIDE =
      new BinaryRule(
          false,
          (a, x, xo, y, yo, z, zo, n) -> {
            for (int i = 0; i < n; i++) {
              z[zo + i] = x[xo + i] / y[yo + i];
            }
          },
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> {
            for (int i = 0; i < n; i++) {
              d[o + i] += dz[dzo + i] / y[yo + i];
            }
          },
          (a, x, xo, y, yo, dz, dzo, d, o, n) -> {
            for (int i = 0; i < n; i++) {
              d[o + i] -= dz[dzo + i] * (x[xo + i] / y[yo + i]) / y[yo + i];
            }
          });

  private static final UnaryRule SCALE =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> KERNELS.scale(a, x, xo, y, yo, n),
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> KERNELS.axpy(a, dy, dyo, dx, dxo, n));

  private static final UnaryRule SHIFT =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> {
            for (int i = 0; i < n; i++) {
              y[yo + i] = x[xo + i] + a;
            }
          },
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> KERNELS.add(dx, dxo, dy, dyo, dx, dxo, n));

  private static final UnaryRule EXP =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> KERNELS.exp(x, xo, y, yo, n),
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) ->
              KERNELS.multiplyAdd(y, yo, dy, dyo, dx, dxo, n));

  private static final UnaryRule LOG =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> KERNELS.log(x, xo, y, yo, n),
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
            for (int i = 0; i < n; i++) {
              dx[dxo + i] += dy[dyo + i] / x[xo + i];
            }
          });

  private static final Elements.Unary SINE =
      (a, b, x, xo, y, yo, n) -> KERNELS.sin(x, xo, y, yo, n);

  private static final Elements.Unary COSINE =
      (a, b, x, xo, y, yo, n) -> KERNELS.cos(x, xo, y, yo, n);

  private static final UnaryRule TANH =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> KERNELS.tanh(x, xo, y, yo, n),
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) ->
              KERNELS.tanhBackward(y, yo, dy, dyo, dx, dxo, n));

  private static final UnaryRule SIGMOID =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> KERNELS.sigmoid(x, xo, y, yo, n),
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) ->
              KERNELS.sigmoidBackward(y, yo, dy, dyo, dx, dxo, n));

  private static final UnaryRule SILU =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> KERNELS.silu(x, xo, y, yo, n),
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) ->
              KERNELS.siluBackward(x, xo, dy, dyo, dx, dxo, n));

  /// `max(x, 0) + log1p(e^-|x|)` in double: no overflow, no cancellation.
  private static final UnaryRule SOFTPLUS =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> {
            for (int i = 0; i < n; i++) {
              double v = x[xo + i];
              y[yo + i] = (float) (Math.max(v, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(v))));
            }
          },
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
            for (int i = 0; i < n; i++) {
              dx[dxo + i] += (float) (dy[dyo + i] / (1 + StrictMath.exp(-x[xo + i])));
            }
          });

  private static final UnaryRule RELU =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> {
            for (int i = 0; i < n; i++) {
              y[yo + i] = Math.max(x[xo + i], 0);
            }
          },
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
            for (int i = 0; i < n; i++) {
              dx[dxo + i] += x[xo + i] > 0 ? dy[dyo + i] : 0;
            }
          });

  private static final UnaryRule SQUARE =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> KERNELS.multiply(x, xo, x, xo, y, yo, n),
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
            for (int i = 0; i < n; i++) {
              dx[dxo + i] += 2 * x[xo + i] * dy[dyo + i];
            }
          });

  private static final UnaryRule SQRT =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> {
            for (int i = 0; i < n; i++) {
              y[yo + i] = (float) Math.sqrt(x[xo + i]);
            }
          },
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
            for (int i = 0; i < n; i++) {
              dx[dxo + i] += y[yo + i] == 0 ? 0 : dy[dyo + i] / (2 * y[yo + i]);
            }
          });

  private static final UnaryRule RECIPROCAL =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> {
            for (int i = 0; i < n; i++) {
              y[yo + i] = 1 / x[xo + i];
            }
          },
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
            for (int i = 0; i < n; i++) {
              dx[dxo + i] -= dy[dyo + i] * y[yo + i] * y[yo + i];
            }
          });

  private static final UnaryRule CLAMP =
      new UnaryRule(
          (a, b, x, xo, y, yo, n) -> {
            for (int i = 0; i < n; i++) {
              y[yo + i] = Math.min(Math.max(x[xo + i], a), b);
            }
          },
          (a, b, x, xo, y, yo, dy, dyo, dx, dxo, n) -> {
            for (int i = 0; i < n; i++) {
              dx[dxo + i] += x[xo + i] > a && x[xo + i] < b ? dy[dyo + i] : 0;
            }
          });

  // ---- recording ----

  private static Var output(Tape tape, Var x) {
    return tape.output(x.rows(), x.columns(), x.needsGradient());
  }

  private static Var unary(Tape tape, UnaryRule rule, float a, float b, Var x) {
    Var y = output(tape, x);
    Elements.unary(tape, rule.f, a, b, x.value(), y.value());
    if (y.needsGradient()) {
      tape.node(UnaryNode.class, UnaryNode::new).set(rule, a, b, x, y);
    }
    return y;
  }

  private static Var binary(Tape tape, String name, BinaryRule rule, float a, Var x, Var y) {
    Elements.requireSame(name, x, y);
    Var z = tape.output(x.rows(), x.columns(), x.needsGradient() || y.needsGradient());
    Elements.binary(tape, rule.f, a, x.value(), y.value(), z.value());
    if (z.needsGradient()) {
      tape.node(BinaryNode.class, BinaryNode::new).set(rule, a, x, y, z);
    }
    return z;
  }

  private static final class UnaryNode implements Node {
    private UnaryRule rule = SCALE;
    private float a;
    private float b;
    private Var x = Var.none();
    private Var y = Var.none();

    void set(UnaryRule newRule, float newA, float newB, Var newX, Var newY) {
      rule = newRule;
      a = newA;
      b = newB;
      x = newX;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      Elements.unaryAdjoint(tape, rule.adjoint, a, b, x.value(), y.value(), tape.gradient(y), x);
    }
  }

  private static final class BinaryNode implements Node {
    private BinaryRule rule = ADD;
    private float a;
    private Var x = Var.none();
    private Var y = Var.none();
    private Var z = Var.none();

    void set(BinaryRule newRule, float newA, Var newX, Var newY, Var newZ) {
      rule = newRule;
      a = newA;
      x = newX;
      y = newY;
      z = newZ;
    }

    @Override
    public void backward(Tape tape) {
      if (y.needsGradient()) {
        Elements.binaryAdjoint(tape, rule.right, a, x.value(), y.value(), tape.gradient(z), y);
      }
      if (x.needsGradient() && rule.passes) {
        tape.passGradient(z, x);
      } else if (x.needsGradient()) {
        Elements.binaryAdjoint(tape, rule.left, a, x.value(), y.value(), tape.gradient(z), x);
      }
    }
  }

  /// Sine and cosine: the derivative is the other function, up to sign.
  private static final class Wave implements Node {
    private Var x = Var.none();
    private Var y = Var.none();
    private Elements.Unary derivative = SINE;
    private float sign;

    void set(Var newX, Var newY, Elements.Unary newDerivative, float newSign) {
      x = newX;
      y = newY;
      derivative = newDerivative;
      sign = newSign;
    }

    @Override
    public void backward(Tape tape) {
      try (var _ = tape.workspace().open()) {
        FloatTensor slope = tape.workspace().allocate(x.rows(), x.columns());
        Elements.unary(tape, derivative, 0, 0, x.value(), slope);
        Elements.unary(tape, SCALE.f, sign, 0, slope, slope);
        Elements.binaryAdjoint(tape, MULTIPLY.left, 1, x.value(), slope, tape.gradient(y), x);
      }
    }
  }
}
