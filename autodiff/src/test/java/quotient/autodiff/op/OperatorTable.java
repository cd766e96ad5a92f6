package quotient.autodiff.op;

import java.util.ArrayList;
import java.util.List;
import quotient.autodiff.Initializer;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.twin.Ops;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// All operators, one row or more each: what goes in, and how it is called.
final class OperatorTable {
  /// The step of difference quotients that inputs near kinks keep away from.
  static final double STEP = 0x1p-8;

  private static final RandomKey KEY = RandomKey.of(20260101);

  private OperatorTable() {}

  /// Numbers for an input: the i-th is a function of i and of the key.
  interface Fill {
    double at(RandomKey key, int i);
  }

  static final Fill GENERIC = Normal::at;
  static final Fill POSITIVE = (key, i) -> 0.3 + 3 * key.uniform(i);
  static final Fill AWAY_FROM_ZERO = (key, i) -> sign(key, i) * (0.5 + key.uniform(i));

  /// Every second number far out, where the function is flat or linear.
  static final Fill SATURATED =
      (key, i) -> i % 2 == 0 ? Normal.at(key, i) : sign(key, i) * (8 + 60 * key.uniform(i));

  /// Between and beyond the bounds -0.5 and 0.25, away from both.
  static final Fill AWAY_FROM_BOUNDS =
      (key, i) ->
          switch (i % 3) {
            case 0 -> -0.45 + 0.65 * key.uniform(i);
            case 1 -> 0.3 + key.uniform(i);
            default -> -0.55 - key.uniform(i);
          };

  static final Fill WIDE = (key, i) -> 40 * (2 * key.uniform(i) - 1);
  static final Fill EXPONENTS = (key, i) -> 5 - 25 * key.uniform(i);

  /// As near to the kink as the difference quotient allows, on either side.
  static Fill besideKink(double kink) {
    return (key, i) -> kink + sign(key, i) * 1.5 * STEP;
  }

  private static double sign(RandomKey key, int i) {
    return key.child("sign").below(i, 2) == 0 ? 1 : -1;
  }

  /// The sizes of one case: rows, columns, and a third number for rows that need one.
  record Size(int r, int c, int k) {}

  static final List<Size> SIZES =
      List.of(
          new Size(1, 1, 1),
          new Size(2, 3, 1),
          new Size(3, 1, 2),
          new Size(7, 16, 3),
          new Size(17, 31, 7),
          new Size(64, 5, 17),
          new Size(31, 64, 16),
          new Size(1100, 18, 5));

  /// A function over any kind of values.
  interface Call {
    <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters);
  }

  /// The shape of an input for given sizes.
  interface InputShape {
    Shape of(Size s);
  }

  record Input(InputShape shape, Fill fill) {}

  record Weight(String name, InputShape shape) {}

  /// @param covers the method `Class.name/arguments` that this row stands for, `tape` not counted
  record Row(String covers, String regime, List<Input> inputs, List<Weight> weights, Call call) {
    FloatTensor[] inputsFor(Size s) {
      FloatTensor[] result = new FloatTensor[inputs.size()];
      for (int n = 0; n < result.length; n++) {
        result[n] = FloatTensor.zeros(inputs.get(n).shape.of(s));
        RandomKey key = KEY.child(covers).child(n);
        for (int i = 0; i < result[n].size(); i++) {
          result[n].set(i, (float) inputs.get(n).fill.at(key, i));
        }
      }
      return result;
    }

    ParameterSet parametersFor(Size s) {
      var builder = new ParameterSet.Builder();
      for (Weight w : weights) {
        builder.declare(w.name, w.shape.of(s), Initializer.normal(1));
      }
      return builder.build(KEY.child(covers));
    }

    @Override
    public String toString() {
      return covers + " " + regime;
    }
  }

  private static final InputShape FULL = s -> Shape.of(s.r, s.c);
  private static final InputShape ROW = s -> Shape.of(1, s.c);
  private static final InputShape COLUMN = s -> Shape.of(s.r, 1);

  private static Input full(Fill fill) {
    return new Input(FULL, fill);
  }

  /// Every row of the table.
  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    elementwise(rows);
    broadcast(rows);
    products(rows);
    reductions(rows);
    normalisations(rows);
    attention(rows);
    segments(rows);
    layout(rows);
    return rows;
  }

  private static void elementwise(List<Row> rows) {
    rows.add(
        new Row(
            "Elementwise.add/2",
            "generic",
            List.of(full(GENERIC), full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.add(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.subtract/2",
            "generic",
            List.of(full(GENERIC), full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.subtract(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.multiply/2",
            "generic",
            List.of(full(GENERIC), full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.multiply(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.addScaled/3",
            "generic",
            List.of(full(GENERIC), full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.addScaled(in.get(0), -1.75f, in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.divide/2",
            "away from zero",
            List.of(full(GENERIC), full(AWAY_FROM_ZERO)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.divide(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.scale/2",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.scale(in.get(0), -2.5f);
              }
            }));
    rows.add(
        new Row(
            "Elementwise.addConstant/2",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.addConstant(in.get(0), 0.7f);
              }
            }));
    rows.add(
        new Row(
            "Elementwise.exp/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.exp(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.exp/1",
            "exponents",
            List.of(full(EXPONENTS)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.exp(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.log/1",
            "positive",
            List.of(full(POSITIVE)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.log(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.sin/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sin(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.sin/1",
            "wide",
            List.of(full(WIDE)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sin(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.cos/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.cos(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.cos/1",
            "wide",
            List.of(full(WIDE)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.cos(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.tanh/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.tanh(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.tanh/1",
            "saturated",
            List.of(full(SATURATED)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.tanh(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.sigmoid/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sigmoid(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.sigmoid/1",
            "saturated",
            List.of(full(SATURATED)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sigmoid(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.silu/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.silu(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.silu/1",
            "saturated",
            List.of(full(SATURATED)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.silu(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.softplus/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.softplus(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.softplus/1",
            "saturated",
            List.of(full(SATURATED)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.softplus(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.relu/1",
            "away from zero",
            List.of(full(AWAY_FROM_ZERO)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.relu(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.relu/1",
            "beside its kink",
            List.of(full(besideKink(0))),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.relu(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.square/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.square(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.sqrt/1",
            "positive",
            List.of(full(POSITIVE)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sqrt(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.reciprocal/1",
            "away from zero",
            List.of(full(AWAY_FROM_ZERO)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.reciprocal(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Elementwise.clamp/3",
            "generic",
            List.of(full(AWAY_FROM_BOUNDS)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.clamp(in.get(0), -0.5f, 0.25f);
              }
            }));
    rows.add(
        new Row(
            "Elementwise.clamp/3",
            "beside the lower kink",
            List.of(full(besideKink(-0.5))),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.clamp(in.get(0), -0.5f, 0.25f);
              }
            }));
    rows.add(
        new Row(
            "Elementwise.clamp/3",
            "beside the upper kink",
            List.of(full(besideKink(0.25))),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.clamp(in.get(0), -0.5f, 0.25f);
              }
            }));
    rows.add(
        new Row(
            "SwiGlu.swiGlu/1",
            "generic",
            List.of(new Input(s -> Shape.of(s.r, 2 * s.c), GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.swiGlu(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "SwiGlu.swiGlu/1",
            "saturated",
            List.of(new Input(s -> Shape.of(s.r, 2 * s.c), SATURATED)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.swiGlu(in.get(0));
              }
            }));
  }

  private static void broadcast(List<Row> rows) {
    rows.add(
        new Row(
            "Broadcast.addRow/2",
            "generic",
            List.of(full(GENERIC), new Input(ROW, GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.addRow(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Broadcast.addRow/2",
            "parameter",
            List.of(full(GENERIC)),
            List.of(new Weight("row", s -> Shape.of(s.c))),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.addRow(in.get(0), ops.parameter(parameters.get("row")));
              }
            }));
    rows.add(
        new Row(
            "Broadcast.multiplyRow/2",
            "generic",
            List.of(full(GENERIC), new Input(ROW, GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.multiplyRow(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Broadcast.multiplyColumn/2",
            "generic",
            List.of(full(GENERIC), new Input(COLUMN, GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.multiplyColumn(in.get(0), in.get(1));
              }
            }));
  }

  private static void products(List<Row> rows) {
    rows.add(
        new Row(
            "MatMul.linear/2",
            "generic",
            List.of(full(GENERIC)),
            List.of(new Weight("w", s -> Shape.of(s.k, s.c))),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.linear(in.get(0), parameters.get("w"));
              }
            }));
    rows.add(
        new Row(
            "MatMul.linear/3",
            "generic",
            List.of(full(GENERIC)),
            List.of(new Weight("w", s -> Shape.of(s.k, s.c)), new Weight("b", s -> Shape.of(s.k))),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.linear(in.get(0), parameters.get("w"), parameters.get("b"));
              }
            }));
    rows.add(
        new Row(
            "MatMul.matmul/2",
            "generic",
            List.of(full(GENERIC), new Input(s -> Shape.of(s.c, s.k), GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.matmul(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "MatMul.matmulTransposed/2",
            "generic",
            List.of(full(GENERIC), new Input(s -> Shape.of(s.k, s.c), GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.matmulTransposed(in.get(0), in.get(1));
              }
            }));
  }

  private static void reductions(List<Row> rows) {
    rows.add(
        new Row(
            "Reduce.sum/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sum(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Reduce.mean/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.mean(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Reduce.squaredNorm/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.squaredNorm(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Reduce.rowSum/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.rowSum(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Reduce.meanSquaredError/2",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.meanSquaredError(in.get(0), target(s));
              }
            }));
    rows.add(
        new Row(
            "Reduce.rowDot/2",
            "generic",
            List.of(full(GENERIC), full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.rowDot(in.get(0), in.get(1));
              }
            }));
  }

  private static void normalisations(List<Row> rows) {
    rows.add(
        new Row(
            "Softmax.softmax/1",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.softmax(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "Softmax.softmax/1",
            "saturated",
            List.of(full(SATURATED)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.softmax(in.get(0));
              }
            }));
    rows.add(
        new Row(
            "LayerNorm.normalize/2",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.normalize(in.get(0), 1e-5f);
              }
            }));
    rows.add(
        new Row(
            "LayerNorm.normalize/2",
            "far from zero",
            List.of(full((key, i) -> 100 + 5 * Normal.at(key, i))),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.normalize(in.get(0), 1e-5f);
              }
            }));
    rows.add(
        new Row(
            "LayerNorm.layerNorm/4",
            "parameters",
            List.of(full(GENERIC)),
            List.of(new Weight("gain", s -> Shape.of(s.c)), new Weight("bias", s -> Shape.of(s.c))),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.layerNorm(
                    in.get(0),
                    ops.parameter(parameters.get("gain")),
                    ops.parameter(parameters.get("bias")),
                    1e-2f);
              }
            }));
    rows.add(
        new Row(
            "LayerNorm.layerNorm/4",
            "values",
            List.of(full(GENERIC), new Input(ROW, GENERIC), new Input(ROW, GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.layerNorm(in.get(0), in.get(1), in.get(2), 1e-2f);
              }
            }));
  }

  private static final int HEADS = 2;

  private static void attention(List<Row> rows) {
    Input wide = new Input(s -> Shape.of(s.r, HEADS * s.c), GENERIC);
    Input values = new Input(s -> Shape.of(s.r, HEADS * s.k), GENERIC);
    Input bias = new Input(s -> Shape.of(HEADS, pairs(starts(s.r, s.k))), GENERIC);
    rows.add(
        new Row(
            "Attention.attend/5",
            "generic",
            List.of(wide, wide, values),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                int[] start = starts(s.r, s.k);
                return ops.attend(in.get(0), in.get(1), in.get(2), HEADS, start);
              }
            }));
    rows.add(
        new Row(
            "Attention.attend/7",
            "each token meets itself and those before it",
            List.of(wide, wide, values, bias),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                int[] start = starts(s.r, s.k);
                return ops.attend(
                    in.get(0), in.get(1), in.get(2), HEADS, start, in.get(3), causal(start));
              }
            }));
  }

  private static int pairs(int[] start) {
    int pairs = 0;
    for (int s = 1; s < start.length; s++) {
      pairs += (start[s] - start[s - 1]) * (start[s] - start[s - 1]);
    }
    return pairs;
  }

  private static FloatTensor causal(int[] start) {
    FloatTensor mask = FloatTensor.zeros(1, pairs(start));
    int at = 0;
    for (int s = 1; s < start.length; s++) {
      int n = start[s] - start[s - 1];
      for (int i = 0; i < n * n; i++) {
        mask.set(at + i, i % n > i / n ? -1e9f : 0f);
      }
      at += n * n;
    }
    return mask;
  }

  private static void segments(List<Row> rows) {
    rows.add(
        new Row(
            "Segment.gatherRows/3",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.gatherRows(in.get(0), index(s.k + 3, s.r), s.k + 2);
              }
            }));
    rows.add(
        new Row(
            "Segment.scatterAddRows/3",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.scatterAddRows(in.get(0), index(s.r, s.k), s.k);
              }
            }));
    rows.add(
        new Row(
            "Segment.segmentSum/3",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.segmentSum(in.get(0), starts(s.r, s.k), s.k);
              }
            }));
    rows.add(
        new Row(
            "Segment.embedding/3",
            "generic",
            List.of(),
            List.of(new Weight("table", s -> Shape.of(s.r, s.c))),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.embedding(parameters.get("table"), index(s.k + 3, s.r), s.k + 2);
              }
            }));
  }

  private static void layout(List<Row> rows) {
    rows.add(
        new Row(
            "Layout.concatColumns/2",
            "generic",
            List.of(full(GENERIC), new Input(COLUMN, GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.concatColumns(in.get(0), in.get(1));
              }
            }));
    rows.add(
        new Row(
            "Layout.concatColumns/3",
            "generic",
            List.of(
                full(GENERIC),
                new Input(COLUMN, GENERIC),
                new Input(s -> Shape.of(s.r, s.k), GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.concatColumns(in.get(0), in.get(1), in.get(2));
              }
            }));
    rows.add(
        new Row(
            "Layout.sliceColumns/3",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sliceColumns(in.get(0), s.c / 3, s.c - s.c / 4);
              }
            }));
    rows.add(
        new Row(
            "Layout.reshape/3",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.reshape(in.get(0), s.c, s.r);
              }
            }));
    rows.add(
        new Row(
            "Layout.sliceRows/3",
            "generic",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.sliceRows(in.get(0), s.r / 3, s.r - s.r / 4);
              }
            }));
    rows.add(
        new Row(
            "FixedLinear.apply/2",
            "same shape",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.fixedLinear(new PairSums(1), in.get(0), s.r, s.c);
              }
            }));
    rows.add(
        new Row(
            "FixedLinear.apply/4",
            "other shape",
            List.of(full(GENERIC)),
            List.of(),
            new Call() {
              @Override
              public <V> V of(Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
                return ops.fixedLinear(new PairSums(2), in.get(0), 2, s.r * s.c);
              }
            }));
  }

  private static FloatTensor target(Size s) {
    FloatTensor target = FloatTensor.zeros(s.r, s.c);
    Initializer.normal(1).fill(KEY.child("target"), target);
    return target;
  }

  /// Numbers below a bound, with repetitions.
  private static int[] index(int n, int bound) {
    int[] index = new int[n];
    for (int i = 0; i < n; i++) {
      index[i] = KEY.child("index").below(i, bound);
    }
    return index;
  }

  /// Segments of different lengths, some of them empty.
  private static int[] starts(int rows, int segments) {
    int[] start = new int[segments + 1];
    for (int i = 1; i < segments; i++) {
      start[i] = rows * (i / 2 * 2) / segments;
    }
    start[segments] = rows;
    return start;
  }

  /// y_i = x_i + 2 x_{i+1} as often as told, around the end: a map that is not self-adjoint.
  private record PairSums(int copies) implements Ops.LinearMap {
    @Override
    public double[] apply(double[] x) {
      double[] y = new double[copies * x.length];
      for (int i = 0; i < y.length; i++) {
        y[i] = x[i % x.length] + 2 * x[(i + 1) % x.length];
      }
      return y;
    }

    @Override
    public double[] applyAdjoint(double[] dy) {
      int n = dy.length / copies;
      double[] dx = new double[n];
      for (int i = 0; i < dy.length; i++) {
        dx[i % n] += dy[i];
        dx[(i + 1) % n] += 2 * dy[i];
      }
      return dx;
    }
  }
}
