package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Layer normalisation of each row, with biased variance.
///
///     n_ij = (x_ij - mean_i) / sqrt(variance_i + epsilon)        y_ij = n_ij gain_j + bias_j
///
/// x: [rows, columns]; gain and bias: [1, columns] or parameters of shape `[columns]`.
/// Source: Ba, Kiros & Hinton 2016.
public final class LayerNorm {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final float[] ABSENT = new float[0];

  private LayerNorm() {}

  /// Without gain and bias.
  public static Var normalize(Tape tape, Var x, float epsilon) {
    return record(tape, x, Var.none(), Var.none(), false, epsilon);
  }

  /// With gain and bias, as a rule `tape.parameter(gain)` and `tape.parameter(bias)`.
  public static Var layerNorm(Tape tape, Var x, Var gain, Var bias, float epsilon) {
    Elements.requireSize("layerNorm", "gain", gain, 1, x.columns());
    Elements.requireSize("layerNorm", "bias", bias, 1, x.columns());
    return record(tape, x, gain, bias, true, epsilon);
  }

  private static Var record(Tape tape, Var x, Var gain, Var bias, boolean affine, float epsilon) {
    boolean needs = x.needsGradient() || gain.needsGradient() || bias.needsGradient();
    FloatTensor mean = tape.workspace().allocate(x.rows(), 1);
    FloatTensor rstd = tape.workspace().allocate(x.rows(), 1);
    Var y = tape.output(x.rows(), x.columns(), needs);
    FloatTensor g = gain.value();
    FloatTensor b = bias.value();
    FloatTensor vx = x.value();
    FloatTensor vy = y.value();
    if (Elements.isInline(tape, vx.size())) {
      forward(vx, g, b, affine, epsilon, vy, mean, rstd, 0, x.rows());
    } else {
      tape.tensors()
          .pool()
          .parallelFor(
              x.rows(),
              Elements.rowGrain(x.columns()),
              (from, to, lane) -> forward(vx, g, b, affine, epsilon, vy, mean, rstd, from, to));
    }
    if (y.needsGradient()) {
      tape.node(Normalize.class, Normalize::new).set(x, gain, bias, affine, mean, rstd, y);
    }
    return y;
  }

  private static void forward(
      FloatTensor x,
      FloatTensor gain,
      FloatTensor bias,
      boolean affine,
      float epsilon,
      FloatTensor y,
      FloatTensor mean,
      FloatTensor rstd,
      int from,
      int to) {
    int c = x.columns();
    KERNELS.layerNorm(
        x.data(),
        x.offset() + from * c,
        affine ? gain.data() : ABSENT,
        gain.offset(),
        affine ? bias.data() : ABSENT,
        bias.offset(),
        epsilon,
        y.data(),
        y.offset() + from * c,
        mean.data(),
        mean.offset() + from,
        rstd.data(),
        rstd.offset() + from,
        to - from,
        c);
  }

  private static final class Normalize implements Node, Broadcast.RowSum {
    private Var x = Var.none();
    private Var gain = Var.none();
    private Var bias = Var.none();
    private Var y = Var.none();
    private boolean affine;
    private FloatTensor mean = FloatTensor.zeros(0);
    private FloatTensor rstd = FloatTensor.zeros(0);
    private FloatTensor dy = FloatTensor.zeros(0);
    private FloatTensor dx = FloatTensor.zeros(0);
    private boolean first;

    void set(
        Var newX,
        Var newGain,
        Var newBias,
        boolean isAffine,
        FloatTensor newMean,
        FloatTensor newRstd,
        Var newY) {
      x = newX;
      gain = newGain;
      bias = newBias;
      affine = isAffine;
      mean = newMean;
      rstd = newRstd;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      dy = tape.gradient(y);
      if (x.needsGradient()) {
        first = !tape.hasGradient(x);
        dx = Elements.place(tape, x);
      }
      int c = x.columns();
      try (var _ = tape.workspace().open()) {
        FloatTensor sums = Broadcast.sumOverRows(tape, x.rows(), affine ? 2 * c : 0, this);
        addPart(tape, gain, sums, 0);
        addPart(tape, bias, sums, c);
      }
    }

    private static void addPart(Tape tape, Var target, FloatTensor sums, int at) {
      if (target.needsGradient()) {
        FloatTensor d = tape.gradient(target);
        KERNELS.add(
            sums.data(), sums.offset() + at, d.data(), d.offset(), d.data(), d.offset(), d.size());
      }
    }

    /// Gradients of gain and bias into `sums`, those of x into their own rows.
    @Override
    public void addRows(int from, int to, float[] sums, int so) {
      int c = x.columns();
      int grain = Elements.rowGrain(c);
      boolean withX = x.needsGradient();
      float[] weightSums = affine ? sums : ABSENT;
      FloatTensor v = x.value();
      FloatTensor g = gain.value();
      for (int r = from; r < to; r += grain) {
        int end = Math.min(to, r + grain);
        Elements.zeroIf(withX && first, dx, r * c, end * c);
        KERNELS.layerNormBackward(
            v.data(),
            v.offset() + r * c,
            affine ? g.data() : ABSENT,
            g.offset(),
            mean.data(),
            mean.offset() + r,
            rstd.data(),
            rstd.offset() + r,
            dy.data(),
            dy.offset() + r * c,
            withX ? dx.data() : ABSENT,
            dx.offset() + r * c,
            weightSums,
            so,
            weightSums,
            so + c,
            end - r,
            c);
      }
    }
  }
}
