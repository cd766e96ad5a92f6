package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// Linear layers of the edge features, stacked and reordered: p = W f + b for blocks of edges.
///
///     f = [e_1 ... e_K, kind]        weights: [rows, K + T - 1], kind one of T, coded by T - 1 columns
///
/// The columns of the kind and the bias make one row per kind, with which the product starts; so the
/// product itself runs over the K radial functions alone, and an edge on which those vanish needs no
/// product. With T = 2 the single column is multiplied by 0 or 1. Packed forms follow the version of
/// the parameters. *Thread-safe* as long as nobody updates the parameters.
final class RadialProjection {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final ParameterSet parameters;
  private final int radial;
  private final int kinds;
  private final int rows;
  private final Parameter[] weights;
  private final Parameter[] biases;
  private final int[][] orders;

  private volatile long version = -1;
  private float[] forward = new float[0];
  private float[] backward = new float[0];
  private float[] kindRows = new float[0];

  /// @param radial K
  /// @param kinds T
  /// @param orders for each layer, the released row for each of ours
  RadialProjection(
      ParameterSet parameters,
      int radial,
      int kinds,
      Parameter[] weights,
      Parameter[] biases,
      int[][] orders) {
    this.parameters = parameters;
    this.radial = radial;
    this.kinds = kinds;
    this.weights = weights.clone();
    this.biases = biases.clone();
    this.orders = orders.clone();
    int total = 0;
    for (int l = 0; l < weights.length; l++) {
      if (!weights[l].shape().isMatrix(orders[l].length, radial + kinds - 1)) {
        throw new ShapeException(
            "radial projection: expected a weight ["
                + orders[l].length
                + ", "
                + (radial + kinds - 1)
                + "], found "
                + weights[l]);
      }
      total += orders[l].length;
    }
    this.rows = total;
  }

  /// Numbers per edge.
  int outputs() {
    return rows;
  }

  /// Makes the packed forms fit the parameters; call before a pass.
  void prepare() {
    if (version != parameters.version()) {
      synchronized (this) {
        if (version != parameters.version()) {
          pack();
          version = parameters.version();
        }
      }
    }
  }

  private void pack() {
    float[] stacked = new float[rows * radial];
    float[] perKind = new float[kinds * rows];
    int columns = radial + kinds - 1;
    int row = 0;
    for (int l = 0; l < weights.length; l++) {
      FloatTensor w = weights[l].value();
      FloatTensor b = biases[l].value();
      for (int r : orders[l]) {
        System.arraycopy(w.data(), w.offset() + r * columns, stacked, row * radial, radial);
        for (int t = 0; t < kinds; t++) {
          float column = t == 0 ? 0 : w.get(r * columns + radial + t - 1);
          perKind[t * rows + row] = b.get(r) + column;
        }
        row++;
      }
    }
    int forwardSize = KERNELS.packedSize(radial, rows);
    int backwardSize = KERNELS.packedSize(rows, radial);
    if (forward.length != forwardSize) {
      forward = new float[forwardSize];
      backward = new float[backwardSize];
    }
    KERNELS.packB(stacked, 0, radial, true, radial, rows, forward, 0);
    KERNELS.packB(stacked, 0, radial, false, rows, radial, backward, 0);
    kindRows = perKind;
  }

  /// The projection of an edge of that kind whose radial functions all vanish.
  void copyKindRow(int kind, float[] out, int at) {
    System.arraycopy(kindRows, kind * rows, out, at, rows);
  }

  /// p for the edges `[from, to)`.
  ///
  /// @param features `[E, K]` of all edges
  /// @param kind of all edges
  /// @param out `[to - from, outputs]`
  void project(FloatTensor features, int[] kind, int from, int to, float[] out, int at) {
    for (int e = from; e < to; e++) {
      copyKindRow(kind[e], out, at + (e - from) * rows);
    }
    KERNELS.gemmPacked(
        to - from,
        rows,
        radial,
        features.data(),
        features.offset() + from * radial,
        radial,
        forward,
        0,
        out,
        at,
        rows,
        true);
  }

  /// Adds the gradients of the features of the edges `[from, to)`, given those of p.
  void addFeatureGradient(float[] dp, int at, int from, int to, FloatTensor featureGradient) {
    KERNELS.gemmPacked(
        to - from,
        radial,
        rows,
        dp,
        at,
        rows,
        backward,
        0,
        featureGradient.data(),
        featureGradient.offset() + from * radial,
        radial,
        true);
  }

  /// Floats that {@link #addWeightGradient} sums into, zero at first.
  int gradientSize() {
    return rows * radial + kinds * rows;
  }

  /// Floats of scratch for {@link #addWeightGradient} with that many edges.
  int scratchSize(int edges) {
    return KERNELS.packedSize(edges, radial);
  }

  /// Adds to the gradients of the stacked weights and of the rows per kind.
  void addWeightGradient(
      FloatTensor features,
      int[] kind,
      int from,
      int to,
      float[] dp,
      int at,
      float[] sums,
      int sumsAt,
      float[] scratch,
      int scratchAt) {
    int edges = to - from;
    int featuresAt = features.offset() + from * radial;
    KERNELS.packB(features.data(), featuresAt, radial, false, edges, radial, scratch, scratchAt);
    KERNELS.gemmTransposedPacked(
        rows, radial, edges, dp, at, rows, scratch, scratchAt, sums, sumsAt, radial, true);
    int perKind = sumsAt + rows * radial;
    for (int e = from; e < to; e++) {
      KERNELS.axpy(1, dp, at + (e - from) * rows, sums, perKind + kind[e] * rows, rows);
    }
  }

  /// Adds the gradient of the row of one kind.
  void addKindGradient(int kind, float[] dp, int at, float[] sums, int sumsAt) {
    KERNELS.axpy(1, dp, at, sums, sumsAt + rows * radial + kind * rows, rows);
  }

  /// Adds the sums to the gradients of the parameters.
  void finish(Tape tape, float[] sums, int sumsAt) {
    int columns = radial + kinds - 1;
    int row = 0;
    for (int l = 0; l < weights.length; l++) {
      FloatTensor dw = tape.gradientOf(weights[l]);
      FloatTensor db = tape.gradientOf(biases[l]);
      for (int r : orders[l]) {
        KERNELS.axpy(1, sums, sumsAt + row * radial, dw.data(), dw.offset() + r * columns, radial);
        for (int t = 0; t < kinds; t++) {
          float d = sums[sumsAt + rows * radial + t * rows + row];
          db.data()[db.offset() + r] += d;
          if (t > 0) {
            dw.data()[dw.offset() + r * columns + radial + t - 1] += d;
          }
        }
        row++;
      }
    }
  }

  /// Zeroes a place of {@link #gradientSize} numbers.
  void clear(float[] sums, int sumsAt) {
    Arrays.fill(sums, sumsAt, sumsAt + gradientSize(), 0f);
  }
}
