package quotient.models.net.layer;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;

/// The coefficients rho, sigma and tau of every pair, from inner products of the rows of its classes.
///
///     v1 = |E'_a + E'_b + E'_c|^2 / p                           r1 = 1 / sqrt(v1 + epsilon)
///     v2 = |r1 (F_a + F_b + F_c) + f|^2 / p                     r2 likewise
///     v3 = |r2 r1 (G_a + G_b + G_c) + r2 g' + h'|^2 / p         r3 likewise
///     tau = r3    sigma = r3 r2    rho = r3 r2 r1
///
/// Sums in double. Result: `[3, P]`, a row each for rho, sigma and tau. Forward runs on the pool's
/// threads, backward on the caller's. See {@link PairTables}.
final class PairScales {
  private static final double EPSILON = 1e-5;
  private static final int GRAIN = 2048;
  private static final PairClasses NO_CLASSES = new PairClasses(1, 2, 2);
  private static final TokenLayout NO_TOKENS = new TokenLayout();
  private static final Var[] NO_VARS = new Var[0];

  private PairScales() {}

  static Var apply(Tape tape, TokenLayout tokens, PairClasses classes, PairTables.Rows rows) {
    Var first = rows.first();
    Var second = rows.second();
    Var[] third = rows.third();
    int width = rows.width();
    int pairs = tokens.pairs();
    Var y = tape.output(3, pairs, true);
    FloatTensor out = y.value();
    for (int b = 0; b < tokens.chains(); b++) {
      Grams grams = grams(tokens, classes, b, first, second, third, width);
      int from = tokens.pairStart(b);
      int count = tokens.pairStart(b + 1) - from;
      tape.tensors()
          .pool()
          .parallelFor(
              count,
              GRAIN,
              (start, end, lane) -> {
                Pair pair = new Pair();
                for (int i = from + start; i < from + end; i++) {
                  pair.evaluate(grams, i);
                  out.data()[out.offset() + i] = (float) (pair.r1 * pair.r2 * pair.r3);
                  out.data()[out.offset() + pairs + i] = (float) (pair.r2 * pair.r3);
                  out.data()[out.offset() + 2 * pairs + i] = (float) pair.r3;
                }
              });
    }
    if (y.needsGradient()) {
      tape.node(Scales.class, Scales::new).set(tokens, classes, first, second, third, width, y);
    }
    return y;
  }

  /// The three matrices that a chain's pairs read, with their classes.
  private record Grams(
      int[] a,
      int[] b,
      int[] c,
      FloatTensor first,
      FloatTensor second,
      FloatTensor third,
      int rows,
      int sigmaRow,
      int tauRow,
      double width) {}

  private static Grams grams(
      TokenLayout tokens,
      PairClasses classes,
      int chain,
      Var first,
      Var second,
      Var[] third,
      int width) {
    return new Grams(
        classes.separation(),
        classes.own(),
        classes.distance(),
        first.value(),
        second.value(),
        third[tokens.timeGroup(chain)].value(),
        PairTables.rows(classes.count()),
        PairTables.sigmaRow(classes.count()),
        PairTables.tauRow(classes.count()),
        width);
  }

  /// The numbers of one pair, in double.
  private static final class Pair {
    private int a;
    private int b;
    private int c;
    private double square1;
    private double square2;
    private double linear2;
    private double square3;
    private double linearSigma3;
    private double linearTau3;
    private double r1;
    private double r2;
    private double r3;

    void evaluate(Grams g, int i) {
      a = g.a[i];
      b = g.b[i];
      c = g.c[i];
      square1 = square(g.first, g.rows);
      r1 = 1 / Math.sqrt(square1 / g.width + EPSILON);
      square2 = square(g.second, g.rows);
      linear2 = linear(g.second, g.rows, g.sigmaRow);
      double v2 =
          r1 * r1 * square2 + 2 * r1 * linear2 + at(g.second, g.rows, g.sigmaRow, g.sigmaRow);
      r2 = 1 / Math.sqrt(v2 / g.width + EPSILON);
      square3 = square(g.third, g.rows);
      linearSigma3 = linear(g.third, g.rows, g.sigmaRow);
      linearTau3 = linear(g.third, g.rows, g.tauRow);
      double s = r2 * r1;
      double v3 =
          s * s * square3
              + 2 * s * r2 * linearSigma3
              + 2 * s * linearTau3
              + r2 * r2 * at(g.third, g.rows, g.sigmaRow, g.sigmaRow)
              + 2 * r2 * at(g.third, g.rows, g.sigmaRow, g.tauRow)
              + at(g.third, g.rows, g.tauRow, g.tauRow);
      r3 = 1 / Math.sqrt(v3 / g.width + EPSILON);
    }

    /// |M_a + M_b + M_c|^2 from the Gram matrix of M.
    private double square(FloatTensor m, int rows) {
      return (double) at(m, rows, a, a)
          + at(m, rows, b, b)
          + at(m, rows, c, c)
          + 2.0 * at(m, rows, a, b)
          + 2.0 * at(m, rows, a, c)
          + 2.0 * at(m, rows, b, c);
    }

    /// (M_a + M_b + M_c) . M_row.
    private double linear(FloatTensor m, int rows, int row) {
      return (double) at(m, rows, row, a) + at(m, rows, row, b) + at(m, rows, row, c);
    }

    void squareBackward(FloatTensor d, int rows, double factor) {
      add(d, rows, a, a, factor);
      add(d, rows, b, b, factor);
      add(d, rows, c, c, factor);
      add(d, rows, a, b, 2 * factor);
      add(d, rows, a, c, 2 * factor);
      add(d, rows, b, c, 2 * factor);
    }

    void linearBackward(FloatTensor d, int rows, int row, double factor) {
      add(d, rows, row, a, factor);
      add(d, rows, row, b, factor);
      add(d, rows, row, c, factor);
    }
  }

  private static float at(FloatTensor m, int rows, int i, int j) {
    return m.data()[m.offset() + i * rows + j];
  }

  private static void add(FloatTensor m, int rows, int i, int j, double value) {
    m.data()[m.offset() + i * rows + j] += (float) value;
  }

  private static final class Scales implements Node {
    private final Pair pair = new Pair();
    private TokenLayout tokens = NO_TOKENS;
    private PairClasses classes = NO_CLASSES;
    private Var first = Var.none();
    private Var second = Var.none();
    private Var[] third = NO_VARS;
    private int width;
    private Var y = Var.none();

    void set(
        TokenLayout newTokens,
        PairClasses newClasses,
        Var newFirst,
        Var newSecond,
        Var[] newThird,
        int newWidth,
        Var newY) {
      tokens = newTokens;
      classes = newClasses;
      first = newFirst;
      second = newSecond;
      third = newThird;
      width = newWidth;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      FloatTensor dy = tape.gradient(y);
      FloatTensor d1 = tape.gradient(first);
      FloatTensor d2 = tape.gradient(second);
      for (int b = 0; b < tokens.chains(); b++) {
        Grams grams = grams(tokens, classes, b, first, second, third, width);
        FloatTensor d3 = tape.gradient(third[tokens.timeGroup(b)]);
        for (int i = tokens.pairStart(b); i < tokens.pairStart(b + 1); i++) {
          pairBackward(grams, i, dy, d1, d2, d3);
        }
      }
    }

    private void pairBackward(
        Grams g, int i, FloatTensor dy, FloatTensor d1, FloatTensor d2, FloatTensor d3) {
      int pairs = tokens.pairs();
      double dRho = dy.data()[dy.offset() + i];
      double dSigma = dy.data()[dy.offset() + pairs + i];
      double dTau = dy.data()[dy.offset() + 2 * pairs + i];
      pair.evaluate(g, i);
      double r1 = pair.r1;
      double r2 = pair.r2;
      double r3 = pair.r3;
      int n = g.rows;
      double s = r2 * r1;
      // r = (v + epsilon)^(-1/2) gives dr/dv = -r^3 / 2.
      double dv3 = -0.5 * r3 * r3 * r3 * (dTau + r2 * dSigma + s * dRho) / g.width;
      double dr2 = r3 * dSigma + r3 * r1 * dRho;
      double dr1 = r3 * r2 * dRho;
      pair.squareBackward(d3, n, dv3 * s * s);
      pair.linearBackward(d3, n, g.sigmaRow, dv3 * 2 * s * r2);
      pair.linearBackward(d3, n, g.tauRow, dv3 * 2 * s);
      add(d3, n, g.sigmaRow, g.sigmaRow, dv3 * r2 * r2);
      add(d3, n, g.sigmaRow, g.tauRow, dv3 * 2 * r2);
      add(d3, n, g.tauRow, g.tauRow, dv3);
      double bb = at(g.third, n, g.sigmaRow, g.sigmaRow);
      double bh = at(g.third, n, g.sigmaRow, g.tauRow);
      double square = 2 * s * pair.square3 + 2 * r2 * pair.linearSigma3 + 2 * pair.linearTau3;
      dr1 += dv3 * r2 * square;
      dr2 += dv3 * (r1 * square + 2 * s * pair.linearSigma3 + 2 * r2 * bb + 2 * bh);
      double dv2 = -0.5 * r2 * r2 * r2 * dr2 / g.width;
      pair.squareBackward(d2, n, dv2 * r1 * r1);
      pair.linearBackward(d2, n, g.sigmaRow, dv2 * 2 * r1);
      add(d2, n, g.sigmaRow, g.sigmaRow, dv2);
      dr1 += dv2 * (2 * r1 * pair.square2 + 2 * pair.linear2);
      double dv1 = -0.5 * r1 * r1 * r1 * dr1 / g.width;
      pair.squareBackward(d1, n, dv1);
    }
  }
}
