package quotient.autodiff.twin;

import quotient.autodiff.Parameter;
import quotient.tensor.FloatTensor;

/// The operators of `quotient.autodiff.op` under their own names, over values of some kind.
///
/// Where two families share a name, the family is part of it. All values are matrices.
public interface Ops<V> {
  /// A linear map with its adjoint in double; both return new arrays.
  interface LinearMap {
    double[] apply(double[] x);

    double[] applyAdjoint(double[] dy);
  }

  int rows(V x);

  int columns(V x);

  /// A value without gradient.
  V constant(FloatTensor value);

  V parameter(Parameter p);

  V add(V x, V y);

  V subtract(V x, V y);

  V addScaled(V x, float alpha, V y);

  V multiply(V x, V y);

  V divide(V x, V y);

  V scale(V x, float alpha);

  V addConstant(V x, float c);

  V exp(V x);

  V log(V x);

  V sin(V x);

  V cos(V x);

  V tanh(V x);

  V sigmoid(V x);

  V silu(V x);

  V softplus(V x);

  V relu(V x);

  V square(V x);

  V sqrt(V x);

  V reciprocal(V x);

  V clamp(V x, float low, float high);

  V swiGlu(V x);

  V addRow(V x, V row);

  V multiplyRow(V x, V row);

  V multiplyColumn(V x, V column);

  V linear(V x, Parameter weight);

  V linear(V x, Parameter weight, Parameter bias);

  V matmul(V a, V b);

  V matmulTransposed(V a, V b);

  V sum(V x);

  V mean(V x);

  V squaredNorm(V x);

  V meanSquaredError(V x, FloatTensor target);

  V rowSum(V x);

  V rowDot(V x, V y);

  V softmax(V x);

  V attend(V query, V key, V value, int heads, int[] start);

  V attend(V query, V key, V value, int heads, int[] start, V bias, FloatTensor mask);

  V normalize(V x, float epsilon);

  V layerNorm(V x, V gain, V bias, float epsilon);

  V gatherRows(V x, int[] index, int count);

  V scatterAddRows(V x, int[] index, int rows);

  V segmentSum(V x, int[] start, int segments);

  V embedding(Parameter table, int[] index, int count);

  V concatColumns(V a, V b);

  V concatColumns(V a, V b, V c);

  V sliceColumns(V x, int from, int to);

  V reshape(V x, int rows, int columns);

  V sliceRows(V x, int from, int to);

  V fixedLinear(LinearMap map, V x, int rows, int columns);
}
