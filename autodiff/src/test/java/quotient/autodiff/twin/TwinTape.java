package quotient.autodiff.twin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import quotient.autodiff.Parameter;
import quotient.tensor.FloatTensor;

/// The operators in plain double loops, with their own reverse mode: slow, and easy to check by eye.
public final class TwinTape implements Ops<TwinVar> {
  private final List<Runnable> adjoints = new ArrayList<>();
  private final Map<Parameter, TwinVar> parameters = new LinkedHashMap<>();

  /// An empty tape.
  public TwinTape() {}

  /// A value whose gradient is wanted.
  public TwinVar input(FloatTensor value) {
    return new TwinVar(value.rows(), value.columns(), toDouble(value));
  }

  /// Runs backward from an output with the given gradient.
  public void backward(TwinVar output, double[] outputGradient) {
    for (int i = 0; i < outputGradient.length; i++) {
      output.gradient[i] += outputGradient[i];
    }
    for (int i = adjoints.size() - 1; i >= 0; i--) {
      adjoints.get(i).run();
    }
  }

  /// Runs backward from a scalar.
  public void backward(TwinVar loss) {
    backward(loss, new double[] {1});
  }

  /// The gradient of a parameter, zero if nothing used it.
  public double[] gradientOf(Parameter p) {
    return parameter(p).gradient;
  }

  /// A copy in double.
  public static double[] toDouble(FloatTensor x) {
    double[] copy = new double[x.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = x.get(i);
    }
    return copy;
  }

  @Override
  public int rows(TwinVar x) {
    return x.rows;
  }

  @Override
  public int columns(TwinVar x) {
    return x.columns;
  }

  @Override
  public TwinVar constant(FloatTensor value) {
    return input(value);
  }

  @Override
  public TwinVar parameter(Parameter p) {
    return parameters.computeIfAbsent(p, q -> input(q.value()));
  }

  // ---- element-wise ----

  private static TwinVar zeros(int rows, int columns) {
    return new TwinVar(rows, columns, new double[rows * columns]);
  }

  private TwinVar unary(TwinVar x, DoubleUnaryOperator f, DoubleBinaryOperator derivative) {
    TwinVar y = zeros(x.rows, x.columns);
    Arrays.setAll(y.value, i -> f.applyAsDouble(x.value[i]));
    adjoints.add(() -> {
      for (int i = 0; i < x.value.length; i++) {
        x.gradient[i] += y.gradient[i] * derivative.applyAsDouble(x.value[i], y.value[i]);
      }
    });
    return y;
  }

  private TwinVar binary(
      TwinVar x,
      TwinVar y,
      DoubleBinaryOperator f,
      DoubleBinaryOperator byX,
      DoubleBinaryOperator byY) {
    TwinVar z = zeros(x.rows, x.columns);
    Arrays.setAll(z.value, i -> f.applyAsDouble(x.value[i], y.value[i]));
    adjoints.add(() -> {
      for (int i = 0; i < x.value.length; i++) {
        double d = z.gradient[i];
        x.gradient[i] += d * byX.applyAsDouble(x.value[i], y.value[i]);
        y.gradient[i] += d * byY.applyAsDouble(x.value[i], y.value[i]);
      }
    });
    return z;
  }

  @Override
  public TwinVar add(TwinVar x, TwinVar y) {
    return addScaled(x, 1, y);
  }

  @Override
  public TwinVar subtract(TwinVar x, TwinVar y) {
    return addScaled(x, -1, y);
  }

  @Override
  public TwinVar addScaled(TwinVar x, float alpha, TwinVar y) {
    return binary(x, y, (a, b) -> a + alpha * b, (a, b) -> 1, (a, b) -> alpha);
  }

  @Override
  public TwinVar multiply(TwinVar x, TwinVar y) {
    return binary(x, y, (a, b) -> a * b, (a, b) -> b, (a, b) -> a);
  }

  @Override
  public TwinVar divide(TwinVar x, TwinVar y) {
    return binary(x, y, (a, b) -> a / b, (a, b) -> 1 / b, (a, b) -> -a / (b * b));
  }

  @Override
  public TwinVar scale(TwinVar x, float alpha) {
    return unary(x, v -> alpha * v, (v, y) -> alpha);
  }

  @Override
  public TwinVar addConstant(TwinVar x, float c) {
    return unary(x, v -> v + c, (v, y) -> 1);
  }

  @Override
  public TwinVar exp(TwinVar x) {
    return unary(x, Math::exp, (v, y) -> y);
  }

  @Override
  public TwinVar log(TwinVar x) {
    return unary(x, Math::log, (v, y) -> 1 / v);
  }

  @Override
  public TwinVar sin(TwinVar x) {
    return unary(x, Math::sin, (v, y) -> Math.cos(v));
  }

  @Override
  public TwinVar cos(TwinVar x) {
    return unary(x, Math::cos, (v, y) -> -Math.sin(v));
  }

  @Override
  public TwinVar tanh(TwinVar x) {
    return unary(x, Math::tanh, (v, y) -> 1 / (Math.cosh(v) * Math.cosh(v)));
  }

  private static double sigma(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  @Override
  public TwinVar sigmoid(TwinVar x) {
    return unary(x, TwinTape::sigma, (v, y) -> sigma(v) * sigma(-v));
  }

  @Override
  public TwinVar silu(TwinVar x) {
    return unary(x, v -> v * sigma(v), (v, y) -> sigma(v) + v * sigma(v) * sigma(-v));
  }

  @Override
  public TwinVar softplus(TwinVar x) {
    return unary(x, v -> v > 30 ? v + Math.exp(-v) : Math.log1p(Math.exp(v)), (v, y) -> sigma(v));
  }

  @Override
  public TwinVar relu(TwinVar x) {
    return unary(x, v -> v > 0 ? v : 0, (v, y) -> v > 0 ? 1 : 0);
  }

  @Override
  public TwinVar square(TwinVar x) {
    return unary(x, v -> v * v, (v, y) -> 2 * v);
  }

  @Override
  public TwinVar sqrt(TwinVar x) {
    return unary(x, Math::sqrt, (v, y) -> v == 0 ? 0 : 0.5 / Math.sqrt(v));
  }

  @Override
  public TwinVar reciprocal(TwinVar x) {
    return unary(x, v -> 1 / v, (v, y) -> -1 / (v * v));
  }

  @Override
  public TwinVar clamp(TwinVar x, float low, float high) {
    return unary(
        x, v -> v < low ? low : v > high ? high : v, (v, y) -> low < v && v < high ? 1 : 0);
  }

  @Override
  public TwinVar swiGlu(TwinVar x) {
    int half = x.columns / 2;
    return multiply(sliceColumns(x, 0, half), silu(sliceColumns(x, half, 2 * half)));
  }

  // ---- broadcasts: a gathered row or column, then the element-wise product ----

  private TwinVar repeatRow(TwinVar row, int rows) {
    return gatherRows(row, new int[rows], rows);
  }

  private TwinVar repeatColumn(TwinVar column, int columns) {
    TwinVar y = zeros(column.rows, columns);
    for (int i = 0; i < y.value.length; i++) {
      y.value[i] = column.value[i / columns];
    }
    adjoints.add(() -> {
      for (int i = 0; i < y.value.length; i++) {
        column.gradient[i / columns] += y.gradient[i];
      }
    });
    return y;
  }

  @Override
  public TwinVar addRow(TwinVar x, TwinVar row) {
    return add(x, repeatRow(row, x.rows));
  }

  @Override
  public TwinVar multiplyRow(TwinVar x, TwinVar row) {
    return multiply(x, repeatRow(row, x.rows));
  }

  @Override
  public TwinVar multiplyColumn(TwinVar x, TwinVar column) {
    return multiply(x, repeatColumn(column, x.columns));
  }

  // ---- products ----

  private TwinVar transpose(TwinVar x) {
    TwinVar y = zeros(x.columns, x.rows);
    for (int i = 0; i < x.rows; i++) {
      for (int j = 0; j < x.columns; j++) {
        y.value[j * x.rows + i] = x.value[i * x.columns + j];
      }
    }
    adjoints.add(() -> {
      for (int i = 0; i < x.rows; i++) {
        for (int j = 0; j < x.columns; j++) {
          x.gradient[i * x.columns + j] += y.gradient[j * x.rows + i];
        }
      }
    });
    return y;
  }

  @Override
  public TwinVar linear(TwinVar x, Parameter weight) {
    return matmulTransposed(x, parameter(weight));
  }

  @Override
  public TwinVar linear(TwinVar x, Parameter weight, Parameter bias) {
    return addRow(linear(x, weight), parameter(bias));
  }

  @Override
  public TwinVar matmul(TwinVar a, TwinVar b) {
    return matmulTransposed(a, transpose(b));
  }

  @Override
  public TwinVar matmulTransposed(TwinVar a, TwinVar b) {
    int k = a.columns;
    TwinVar c = zeros(a.rows, b.rows);
    for (int i = 0; i < a.rows; i++) {
      for (int j = 0; j < b.rows; j++) {
        for (int p = 0; p < k; p++) {
          c.value[i * b.rows + j] += a.value[i * k + p] * b.value[j * k + p];
        }
      }
    }
    adjoints.add(() -> {
      for (int i = 0; i < a.rows; i++) {
        for (int j = 0; j < b.rows; j++) {
          double d = c.gradient[i * b.rows + j];
          for (int p = 0; p < k; p++) {
            a.gradient[i * k + p] += d * b.value[j * k + p];
            b.gradient[j * k + p] += d * a.value[i * k + p];
          }
        }
      }
    });
    return c;
  }

  // ---- reductions ----

  @Override
  public TwinVar sum(TwinVar x) {
    return rowSum(reshape(x, 1, x.value.length));
  }

  @Override
  public TwinVar mean(TwinVar x) {
    TwinVar total = sum(x);
    return unary(total, v -> v / x.value.length, (v, y) -> 1.0 / x.value.length);
  }

  @Override
  public TwinVar squaredNorm(TwinVar x) {
    return sum(square(x));
  }

  @Override
  public TwinVar meanSquaredError(TwinVar x, FloatTensor target) {
    return mean(square(subtract(x, constant(target))));
  }

  @Override
  public TwinVar rowSum(TwinVar x) {
    TwinVar y = zeros(x.rows, 1);
    for (int i = 0; i < x.value.length; i++) {
      y.value[i / x.columns] += x.value[i];
    }
    adjoints.add(() -> {
      for (int i = 0; i < x.value.length; i++) {
        x.gradient[i] += y.gradient[i / x.columns];
      }
    });
    return y;
  }

  @Override
  public TwinVar rowDot(TwinVar x, TwinVar y) {
    return rowSum(multiply(x, y));
  }

  @Override
  public TwinVar softmax(TwinVar x) {
    double[] max = new double[x.rows];
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < x.value.length; i++) {
      max[i / x.columns] = Math.max(max[i / x.columns], x.value[i]);
    }
    TwinVar shift = repeatColumn(new TwinVar(x.rows, 1, max), x.columns);
    TwinVar e = exp(subtract(x, shift));
    return multiplyColumn(e, reciprocal(rowSum(e)));
  }

  @Override
  public TwinVar attend(TwinVar query, TwinVar key, TwinVar value, int heads, int[] start) {
    int pairs = 0;
    for (int s = 1; s < start.length; s++) {
      pairs += (start[s] - start[s - 1]) * (start[s] - start[s - 1]);
    }
    return attend(
        query, key, value, heads, start, zeros(heads, pairs), FloatTensor.zeros(1, pairs));
  }

  /// Every head of every segment, put together from the other operators.
  @Override
  public TwinVar attend(
      TwinVar query,
      TwinVar key,
      TwinVar value,
      int heads,
      int[] start,
      TwinVar bias,
      FloatTensor mask) {
    TwinVar out = zeros(query.rows, value.columns);
    int at = 0;
    for (int s = 1; s < start.length; s++) {
      int n = start[s] - start[s - 1];
      for (int h = 0; h < heads; h++) {
        TwinVar q = head(query, start[s - 1], n, heads, h);
        TwinVar k = head(key, start[s - 1], n, heads, h);
        TwinVar logits = scale(matmulTransposed(q, k), 1);
        double root = Math.sqrt(query.columns / (double) heads);
        logits = unary(logits, v -> v / root, (v, y) -> 1 / root);
        int[] from = new int[n * n];
        int[] to = new int[n * n];
        for (int i = 0; i < n * n; i++) {
          from[i] = h * bias.columns + at + i;
          to[i] = i;
          logits.value[i] += mask.get(at + i);
        }
        logits = add(logits, copy(bias, from, zeros(n, n), to));
        TwinVar o = matmul(softmax(logits), head(value, start[s - 1], n, heads, h));
        copy(o, inside(o, 0, n, 1, 0), out, inside(out, start[s - 1], n, heads, h));
      }
      at += n * n;
    }
    return out;
  }

  private TwinVar head(TwinVar x, int first, int n, int heads, int h) {
    TwinVar part = zeros(n, x.columns / heads);
    return copy(x, inside(x, first, n, heads, h), part, inside(part, 0, n, 1, 0));
  }

  /// Indices of a head's columns of n rows.
  private static int[] inside(TwinVar x, int first, int n, int heads, int h) {
    int columns = x.columns / heads;
    int[] index = new int[n * columns];
    Arrays.setAll(index, i -> (first + i / columns) * x.columns + h * columns + i % columns);
    return index;
  }

  /// Numbers of x to places in y, each written once.
  private TwinVar copy(TwinVar x, int[] from, TwinVar y, int[] to) {
    for (int i = 0; i < from.length; i++) {
      y.value[to[i]] = x.value[from[i]];
    }
    adjoints.add(() -> {
      for (int i = 0; i < from.length; i++) {
        x.gradient[from[i]] += y.gradient[to[i]];
      }
    });
    return y;
  }

  @Override
  public TwinVar normalize(TwinVar x, float epsilon) {
    double n = x.columns;
    TwinVar mean = unary(rowSum(x), v -> v / n, (v, y) -> 1 / n);
    TwinVar centred = subtract(x, repeatColumn(mean, x.columns));
    TwinVar squares = rowSum(square(centred));
    TwinVar deviation =
        unary(
            squares,
            v -> Math.sqrt(v / n + epsilon),
            (v, y) -> 0.5 / (n * Math.sqrt(v / n + epsilon)));
    return multiplyColumn(centred, reciprocal(deviation));
  }

  @Override
  public TwinVar layerNorm(TwinVar x, TwinVar gain, TwinVar bias, float epsilon) {
    return addRow(multiplyRow(normalize(x, epsilon), gain), bias);
  }

  // ---- rows ----

  /// y += x in the rows that the index names: forward from x to y, backward from y to x.
  private TwinVar moveRows(TwinVar x, TwinVar y, int[] xRow, int[] yRow) {
    int c = x.columns;
    for (int i = 0; i < xRow.length; i++) {
      for (int j = 0; j < c; j++) {
        y.value[yRow[i] * c + j] += x.value[xRow[i] * c + j];
      }
    }
    adjoints.add(() -> {
      for (int i = 0; i < xRow.length; i++) {
        for (int j = 0; j < c; j++) {
          x.gradient[xRow[i] * c + j] += y.gradient[yRow[i] * c + j];
        }
      }
    });
    return y;
  }

  private static int[] upTo(int n) {
    int[] numbers = new int[n];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  @Override
  public TwinVar gatherRows(TwinVar x, int[] index, int count) {
    return moveRows(x, zeros(count, x.columns), Arrays.copyOf(index, count), upTo(count));
  }

  @Override
  public TwinVar scatterAddRows(TwinVar x, int[] index, int rows) {
    return moveRows(x, zeros(rows, x.columns), upTo(x.rows), Arrays.copyOf(index, x.rows));
  }

  @Override
  public TwinVar segmentSum(TwinVar x, int[] start, int segments) {
    int[] segment = new int[x.rows];
    for (int s = 0; s < segments; s++) {
      Arrays.fill(segment, start[s], start[s + 1], s);
    }
    return scatterAddRows(x, segment, segments);
  }

  @Override
  public TwinVar embedding(Parameter table, int[] index, int count) {
    return gatherRows(parameter(table), index, count);
  }

  // ---- layout ----

  @Override
  public TwinVar concatColumns(TwinVar a, TwinVar b) {
    TwinVar y = zeros(a.rows, a.columns + b.columns);
    moveBlock(a, 0, y, 0, a.columns);
    moveBlock(b, 0, y, a.columns, b.columns);
    return y;
  }

  @Override
  public TwinVar concatColumns(TwinVar a, TwinVar b, TwinVar c) {
    return concatColumns(concatColumns(a, b), c);
  }

  @Override
  public TwinVar sliceColumns(TwinVar x, int from, int to) {
    TwinVar y = zeros(x.rows, to - from);
    moveBlock(x, from, y, 0, to - from);
    return y;
  }

  private void moveBlock(TwinVar x, int xAt, TwinVar y, int yAt, int columns) {
    for (int i = 0; i < x.rows; i++) {
      for (int j = 0; j < columns; j++) {
        y.value[i * y.columns + yAt + j] = x.value[i * x.columns + xAt + j];
      }
    }
    adjoints.add(() -> {
      for (int i = 0; i < x.rows; i++) {
        for (int j = 0; j < columns; j++) {
          x.gradient[i * x.columns + xAt + j] += y.gradient[i * y.columns + yAt + j];
        }
      }
    });
  }

  @Override
  public TwinVar reshape(TwinVar x, int rows, int columns) {
    TwinVar y = new TwinVar(rows, columns, x.value.clone());
    adjoints.add(() -> {
      for (int i = 0; i < x.value.length; i++) {
        x.gradient[i] += y.gradient[i];
      }
    });
    return y;
  }

  @Override
  public TwinVar sliceRows(TwinVar x, int from, int to) {
    int[] index = new int[to - from];
    Arrays.setAll(index, i -> from + i);
    return gatherRows(x, index, to - from);
  }

  @Override
  public TwinVar fixedLinear(LinearMap map, TwinVar x, int rows, int columns) {
    TwinVar y = new TwinVar(rows, columns, map.apply(x.value));
    adjoints.add(() -> {
      double[] dx = map.applyAdjoint(y.gradient);
      for (int i = 0; i < dx.length; i++) {
        x.gradient[i] += dx[i];
      }
    });
    return y;
  }
}
