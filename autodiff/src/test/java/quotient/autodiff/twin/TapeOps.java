package quotient.autodiff.twin;

import quotient.autodiff.Parameter;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Attention;
import quotient.autodiff.op.Broadcast;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.FixedLinear;
import quotient.autodiff.op.LayerNorm;
import quotient.autodiff.op.Layout;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Reduce;
import quotient.autodiff.op.Segment;
import quotient.autodiff.op.Softmax;
import quotient.autodiff.op.SwiGlu;
import quotient.tensor.FloatTensor;

/// The operators on a float tape.
public final class TapeOps implements Ops<Var> {
  private final Tape tape;

  public TapeOps(Tape tape) {
    this.tape = tape;
  }

  @Override
  public int rows(Var x) {
    return x.rows();
  }

  @Override
  public int columns(Var x) {
    return x.columns();
  }

  @Override
  public Var constant(FloatTensor value) {
    return tape.constant(value);
  }

  @Override
  public Var parameter(Parameter p) {
    return tape.parameter(p);
  }

  @Override
  public Var add(Var x, Var y) {
    return Elementwise.add(tape, x, y);
  }

  @Override
  public Var subtract(Var x, Var y) {
    return Elementwise.subtract(tape, x, y);
  }

  @Override
  public Var addScaled(Var x, float alpha, Var y) {
    return Elementwise.addScaled(tape, x, alpha, y);
  }

  @Override
  public Var multiply(Var x, Var y) {
    return Elementwise.multiply(tape, x, y);
  }

  @Override
  public Var divide(Var x, Var y) {
    return Elementwise.divide(tape, x, y);
  }

  @Override
  public Var scale(Var x, float alpha) {
    return Elementwise.scale(tape, x, alpha);
  }

  @Override
  public Var addConstant(Var x, float c) {
    return Elementwise.addConstant(tape, x, c);
  }

  @Override
  public Var exp(Var x) {
    return Elementwise.exp(tape, x);
  }

  @Override
  public Var log(Var x) {
    return Elementwise.log(tape, x);
  }

  @Override
  public Var sin(Var x) {
    return Elementwise.sin(tape, x);
  }

  @Override
  public Var cos(Var x) {
    return Elementwise.cos(tape, x);
  }

  @Override
  public Var tanh(Var x) {
    return Elementwise.tanh(tape, x);
  }

  @Override
  public Var sigmoid(Var x) {
    return Elementwise.sigmoid(tape, x);
  }

  @Override
  public Var silu(Var x) {
    return Elementwise.silu(tape, x);
  }

  @Override
  public Var softplus(Var x) {
    return Elementwise.softplus(tape, x);
  }

  @Override
  public Var relu(Var x) {
    return Elementwise.relu(tape, x);
  }

  @Override
  public Var square(Var x) {
    return Elementwise.square(tape, x);
  }

  @Override
  public Var sqrt(Var x) {
    return Elementwise.sqrt(tape, x);
  }

  @Override
  public Var reciprocal(Var x) {
    return Elementwise.reciprocal(tape, x);
  }

  @Override
  public Var clamp(Var x, float low, float high) {
    return Elementwise.clamp(tape, x, low, high);
  }

  @Override
  public Var swiGlu(Var x) {
    return SwiGlu.swiGlu(tape, x);
  }

  @Override
  public Var addRow(Var x, Var row) {
    return Broadcast.addRow(tape, x, row);
  }

  @Override
  public Var multiplyRow(Var x, Var row) {
    return Broadcast.multiplyRow(tape, x, row);
  }

  @Override
  public Var multiplyColumn(Var x, Var column) {
    return Broadcast.multiplyColumn(tape, x, column);
  }

  @Override
  public Var linear(Var x, Parameter weight) {
    return MatMul.linear(tape, x, weight);
  }

  @Override
  public Var linear(Var x, Parameter weight, Parameter bias) {
    return MatMul.linear(tape, x, weight, bias);
  }

  @Override
  public Var matmul(Var a, Var b) {
    return MatMul.matmul(tape, a, b);
  }

  @Override
  public Var matmulTransposed(Var a, Var b) {
    return MatMul.matmulTransposed(tape, a, b);
  }

  @Override
  public Var sum(Var x) {
    return Reduce.sum(tape, x);
  }

  @Override
  public Var mean(Var x) {
    return Reduce.mean(tape, x);
  }

  @Override
  public Var squaredNorm(Var x) {
    return Reduce.squaredNorm(tape, x);
  }

  @Override
  public Var meanSquaredError(Var x, FloatTensor target) {
    return Reduce.meanSquaredError(tape, x, target);
  }

  @Override
  public Var rowSum(Var x) {
    return Reduce.rowSum(tape, x);
  }

  @Override
  public Var rowDot(Var x, Var y) {
    return Reduce.rowDot(tape, x, y);
  }

  @Override
  public Var attend(Var query, Var key, Var value, int heads, int[] start) {
    return Attention.attend(tape, query, key, value, heads, start);
  }

  @Override
  public Var attend(
      Var query, Var key, Var value, int heads, int[] start, Var bias, FloatTensor mask) {
    return Attention.attend(tape, query, key, value, heads, start, bias, mask);
  }

  @Override
  public Var softmax(Var x) {
    return Softmax.softmax(tape, x);
  }

  @Override
  public Var normalize(Var x, float epsilon) {
    return LayerNorm.normalize(tape, x, epsilon);
  }

  @Override
  public Var layerNorm(Var x, Var gain, Var bias, float epsilon) {
    return LayerNorm.layerNorm(tape, x, gain, bias, epsilon);
  }

  @Override
  public Var gatherRows(Var x, int[] index, int count) {
    return Segment.gatherRows(tape, x, index, count);
  }

  @Override
  public Var scatterAddRows(Var x, int[] index, int rows) {
    return Segment.scatterAddRows(tape, x, index, rows);
  }

  @Override
  public Var segmentSum(Var x, int[] start, int segments) {
    return Segment.segmentSum(tape, x, start, segments);
  }

  @Override
  public Var embedding(Parameter table, int[] index, int count) {
    return Segment.embedding(tape, table, index, count);
  }

  @Override
  public Var concatColumns(Var a, Var b) {
    return Layout.concatColumns(tape, a, b);
  }

  @Override
  public Var concatColumns(Var a, Var b, Var c) {
    return Layout.concatColumns(tape, a, b, c);
  }

  @Override
  public Var sliceColumns(Var x, int from, int to) {
    return Layout.sliceColumns(tape, x, from, to);
  }

  @Override
  public Var reshape(Var x, int rows, int columns) {
    return Layout.reshape(tape, x, rows, columns);
  }

  @Override
  public Var sliceRows(Var x, int from, int to) {
    return Layout.sliceRows(tape, x, from, to);
  }

  @Override
  public Var fixedLinear(LinearMap map, Var x, int rows, int columns) {
    return FixedLinear.apply(tape, inFloat(map), x, rows, columns);
  }

  private static FixedLinear.Map inFloat(LinearMap map) {
    return new FixedLinear.Map() {
      @Override
      public void apply(FloatTensor x, FloatTensor y) {
        write(map.apply(TwinTape.toDouble(x)), y);
      }

      @Override
      public void applyAdjoint(FloatTensor dy, FloatTensor dx) {
        write(map.applyAdjoint(TwinTape.toDouble(dy)), dx);
      }
    };
  }

  private static void write(double[] from, FloatTensor to) {
    for (int i = 0; i < from.length; i++) {
      to.set(i, (float) from[i]);
    }
  }
}
