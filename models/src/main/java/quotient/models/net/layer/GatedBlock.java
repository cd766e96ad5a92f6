package quotient.models.net.layer;

import java.util.Optional;
import quotient.autodiff.Node;
import quotient.autodiff.Parameter;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.tensor.FloatTensor;

/// A gated equivariant block of the output head.
///
///     p = W1 V         r_c = |p_c| over xyz         V' = W2 V
///     [s ; gate] = Linear(silu(norm(Linear([x ; r]))))        norm: a layer norm, or nothing
///     V_out = gate V'       x_out = s
///
/// If any of an atom's numbers in p is exactly zero, all its r are zero, without gradient: the
/// released code has it so, and it happens where V is zero.
/// Source: Hassan et al. 2024, as released; Schütt et al. 2021 (PaiNN) for the gated block.
///
/// @param norm gain and bias of the layer norm, if there is one
public record GatedBlock(
    Parameter normProjection,
    Parameter gateProjection,
    Parameter firstWeight,
    Parameter firstBias,
    Optional<Norm> norm,
    Parameter secondWeight,
    Parameter secondBias) {
  private static final float EPSILON = 1e-5f;

  /// Gain and bias of a layer norm.
  public record Norm(Parameter gain, Parameter bias) {}

  /// What the block makes.
  ///
  /// @param scalars s, before any activation
  /// @param vectors V_out
  public record Output(Var scalars, Var vectors) {}

  /// @param x `[N, in]`
  /// @param vectors `[3 N, in]`
  public Output apply(Tape tape, Var x, Var vectors) {
    Var norms = norms(tape, MatMul.linear(tape, vectors, normProjection)); // [N, in]
    Var gated = MatMul.linear(tape, vectors, gateProjection); // [3 N, g]
    Var joined = Layout.concatColumns(tape, x, norms); // [N, 2 in]
    Var hidden = MatMul.linear(tape, joined, firstWeight, firstBias); // [N, in]
    if (norm.isPresent()) {
      Var gain = tape.parameter(norm.get().gain());
      Var bias = tape.parameter(norm.get().bias());
      hidden = LayerNorm.layerNorm(tape, hidden, gain, bias, EPSILON);
    }
    Var active = Elementwise.silu(tape, hidden);
    Var both = MatMul.linear(tape, active, secondWeight, secondBias); // [N, s + g]
    int split = both.columns() - gated.columns();
    Var scalars = Layout.sliceColumns(tape, both, 0, split);
    Var gate = Layout.sliceColumns(tape, both, split, both.columns()); // [N, g]
    return new Output(scalars, gate(tape, gated, gate));
  }

  /// y = gate V' for every axis.
  private static Var gate(Tape tape, Var vectors, Var gate) {
    Var y = tape.output(vectors.rows(), vectors.columns(), true);
    int columns = vectors.columns();
    for (int row = 0; row < vectors.rows(); row++) {
      for (int c = 0; c < columns; c++) {
        float factor = gate.value().get(row / 3 * columns + c);
        y.value().set(row * columns + c, factor * vectors.value().get(row * columns + c));
      }
    }
    if (y.needsGradient()) {
      tape.node(Gate.class, Gate::new).set(vectors, gate, y);
    }
    return y;
  }

  /// The length of each channel's vector, or zeros for an atom that has an exact zero anywhere.
  private static Var norms(Tape tape, Var p) {
    int atoms = p.rows() / 3;
    int columns = p.columns();
    Var y = tape.output(atoms, columns, true);
    for (int i = 0; i < atoms; i++) {
      boolean regular = isRegular(p.value(), i);
      for (int c = 0; c < columns; c++) {
        y.value().set(i * columns + c, regular ? length(p.value(), i, c) : 0);
      }
    }
    if (y.needsGradient()) {
      tape.node(Norms.class, Norms::new).set(p, y);
    }
    return y;
  }

  private static boolean isRegular(FloatTensor p, int atom) {
    int from = 3 * atom * p.columns();
    for (int at = from; at < from + 3 * p.columns(); at++) {
      if (p.get(at) == 0) {
        return false;
      }
    }
    return true;
  }

  private static float length(FloatTensor p, int atom, int c) {
    int columns = p.columns();
    double sum = 0;
    for (int axis = 0; axis < 3; axis++) {
      double v = p.get((3 * atom + axis) * columns + c);
      sum += v * v;
    }
    return (float) Math.sqrt(sum);
  }

  private static final class Gate implements Node {
    private Var vectors = Var.none();
    private Var gate = Var.none();
    private Var y = Var.none();

    void set(Var newVectors, Var newGate, Var newY) {
      vectors = newVectors;
      gate = newGate;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      FloatTensor dVectors = tape.gradient(vectors);
      FloatTensor dGate = tape.gradient(gate);
      int columns = vectors.columns();
      for (int row = 0; row < vectors.rows(); row++) {
        for (int c = 0; c < columns; c++) {
          int at = row * columns + c;
          int gateAt = row / 3 * columns + c;
          float d = dy.get(at);
          dVectors.data()[dVectors.offset() + at] += d * gate.value().get(gateAt);
          dGate.data()[dGate.offset() + gateAt] += d * vectors.value().get(at);
        }
      }
    }
  }

  private static final class Norms implements Node {
    private Var p = Var.none();
    private Var y = Var.none();

    void set(Var newP, Var newY) {
      p = newP;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      FloatTensor dp = tape.gradient(p);
      int columns = p.columns();
      for (int i = 0; i < y.rows(); i++) {
        if (!isRegular(p.value(), i)) {
          continue;
        }
        for (int c = 0; c < columns; c++) {
          float scale = dy.get(i * columns + c) / y.value().get(i * columns + c);
          for (int axis = 0; axis < 3; axis++) {
            int at = (3 * i + axis) * columns + c;
            dp.data()[dp.offset() + at] += scale * p.value().get(at);
          }
        }
      }
    }
  }
}
