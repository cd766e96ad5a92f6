package quotient.models.net.layer;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;

/// Operations on vector features `[3 N, H]` (rows x, y, z of each atom) that commute with rotations.
public final class VectorFeatures {
  private static final float EPSILON_SQUARED = 1e-6f;

  private VectorFeatures() {}

  /// V_c = sum over s of d_s w_sc: vectors in space, weighted per channel.
  ///
  /// @param d S vectors per atom, `[N, 3 S]`
  /// @param w `[N, S H]`
  /// @return `[3 N, H]`
  public static Var spread(Tape tape, Var d, Var w) {
    int sources = d.columns() / 3;
    int h = w.columns() / sources;
    Var y = tape.output(3 * d.rows(), h, true);
    FloatTensor out = y.value();
    for (int i = 0; i < d.rows(); i++) {
      for (int axis = 0; axis < 3; axis++) {
        int at = out.offset() + (3 * i + axis) * h;
        for (int s = 0; s < sources; s++) {
          float component = d.value().get((i * sources + s) * 3 + axis);
          int from = w.value().offset() + (i * sources + s) * h;
          addScaled(component, w.value().data(), from, out.data(), at, h, s > 0);
        }
      }
    }
    if (y.needsGradient()) {
      tape.node(Spread.class, Spread::new).set(d, w, y);
    }
    return y;
  }

  private static void addScaled(
      float alpha, float[] x, int from, float[] y, int at, int n, boolean add) {
    for (int c = 0; c < n; c++) {
      y[at + c] = (add ? y[at + c] : 0) + alpha * x[from + c];
    }
  }

  /// V'_c = g_c V_c.
  ///
  /// @param vectors `[3 N, H]`
  /// @param gate `[N, H]`
  public static Var gate(Tape tape, Var vectors, Var gate) {
    Var y = tape.output(vectors.rows(), vectors.columns(), true);
    int h = vectors.columns();
    float[] v = vectors.value().data();
    float[] g = gate.value().data();
    float[] out = y.value().data();
    for (int row = 0; row < vectors.rows(); row++) {
      int from = vectors.value().offset() + row * h;
      int factor = gate.value().offset() + row / 3 * h;
      int at = y.value().offset() + row * h;
      for (int c = 0; c < h; c++) {
        out[at + c] = g[factor + c] * v[from + c];
      }
    }
    if (y.needsGradient()) {
      tape.node(Gate.class, Gate::new).set(vectors, gate, y);
    }
    return y;
  }

  /// r_c = sqrt(|V_c|^2 + 1e-6): lengths, smooth at zero.
  ///
  /// @param vectors `[3 N, H]`
  /// @return `[N, H]`
  public static Var lengths(Tape tape, Var vectors) {
    int h = vectors.columns();
    Var y = tape.output(vectors.rows() / 3, h, true);
    float[] v = vectors.value().data();
    float[] out = y.value().data();
    for (int i = 0; i < y.rows(); i++) {
      int x = vectors.value().offset() + 3 * i * h;
      int at = y.value().offset() + i * h;
      for (int c = 0; c < h; c++) {
        float a = v[x + c];
        float b = v[x + h + c];
        float d = v[x + 2 * h + c];
        out[at + c] = (float) Math.sqrt(a * a + b * b + d * d + EPSILON_SQUARED);
      }
    }
    if (y.needsGradient()) {
      tape.node(Lengths.class, Lengths::new).set(vectors, y);
    }
    return y;
  }

  private static final class Spread implements Node {
    private Var d = Var.none();
    private Var w = Var.none();
    private Var y = Var.none();

    void set(Var newD, Var newW, Var newY) {
      d = newD;
      w = newW;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      int sources = d.columns() / 3;
      int h = y.columns();
      FloatTensor dy = tape.gradient(y);
      FloatTensor dw = tape.gradient(w);
      for (int i = 0; i < d.rows(); i++) {
        for (int s = 0; s < sources; s++) {
          for (int axis = 0; axis < 3; axis++) {
            float component = d.value().get((i * sources + s) * 3 + axis);
            int from = dy.offset() + (3 * i + axis) * h;
            int at = dw.offset() + (i * sources + s) * h;
            addScaled(component, dy.data(), from, dw.data(), at, h, true);
          }
        }
      }
      if (d.needsGradient()) {
        componentsBackward(tape.gradient(d), dy, sources, h);
      }
    }

    private void componentsBackward(FloatTensor dd, FloatTensor dy, int sources, int h) {
      for (int i = 0; i < d.rows(); i++) {
        for (int s = 0; s < sources; s++) {
          int weights = w.value().offset() + (i * sources + s) * h;
          for (int axis = 0; axis < 3; axis++) {
            int from = dy.offset() + (3 * i + axis) * h;
            double sum = 0;
            for (int c = 0; c < h; c++) {
              sum += (double) dy.data()[from + c] * w.value().data()[weights + c];
            }
            dd.data()[dd.offset() + (i * sources + s) * 3 + axis] += (float) sum;
          }
        }
      }
    }
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
      int h = vectors.columns();
      FloatTensor dy = tape.gradient(y);
      FloatTensor dv = tape.gradient(vectors);
      FloatTensor dg = tape.gradient(gate);
      float[] v = vectors.value().data();
      float[] g = gate.value().data();
      for (int row = 0; row < vectors.rows(); row++) {
        int from = vectors.value().offset() + row * h;
        int factor = gate.value().offset() + row / 3 * h;
        int dvAt = dv.offset() + row * h;
        int dgAt = dg.offset() + row / 3 * h;
        int dyAt = dy.offset() + row * h;
        for (int c = 0; c < h; c++) {
          float d = dy.data()[dyAt + c];
          dv.data()[dvAt + c] += d * g[factor + c];
          dg.data()[dgAt + c] += d * v[from + c];
        }
      }
    }
  }

  private static final class Lengths implements Node {
    private Var vectors = Var.none();
    private Var y = Var.none();

    void set(Var newVectors, Var newY) {
      vectors = newVectors;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      int h = vectors.columns();
      FloatTensor dy = tape.gradient(y);
      FloatTensor dv = tape.gradient(vectors);
      float[] v = vectors.value().data();
      float[] r = y.value().data();
      for (int row = 0; row < vectors.rows(); row++) {
        int from = vectors.value().offset() + row * h;
        int to = dv.offset() + row * h;
        int length = y.value().offset() + row / 3 * h;
        int dyAt = dy.offset() + row / 3 * h;
        for (int c = 0; c < h; c++) {
          dv.data()[to + c] += dy.data()[dyAt + c] / r[length + c] * v[from + c];
        }
      }
    }
  }
}
