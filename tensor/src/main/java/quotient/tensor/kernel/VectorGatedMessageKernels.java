package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.fma;

import jdk.incubator.vector.FloatVector;

/// {@link GatedMessageKernels} with the Vector API, for widths that are whole vectors and heads that
/// divide a vector; other sizes go to {@link ScalarGatedMessageKernels}.
///
/// Sums run over the edges of a target with the channels of one vector in registers.
final class VectorGatedMessageKernels implements GatedMessageKernels {
  private final ScalarGatedMessageKernels scalar = new ScalarGatedMessageKernels();

  VectorGatedMessageKernels() {}

  @Override
  public void sum(MessageBlock b, float[] scalars, int scalarsAt, float[] sums, int sumsAt) {
    if (!VectorMessageKernels.fits(b)) {
      scalar.sum(b, scalars, scalarsAt, sums, sumsAt);
      return;
    }
    int h = b.channels;
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int p = 0; p < h; p += L) {
        sum(b, i, p, scalars, scalarsAt + i * h + p, sums, sumsAt + 3 * i * h + p);
      }
    }
  }

  private static void sum(
      MessageBlock b, int i, int p, float[] scalars, int x, float[] sums, int u) {
    int h = b.channels;
    float[] value = b.value;
    float[] radial = b.radial;
    float[] vectors = b.vectors;
    float[] n = b.direction;
    FloatVector sx = FloatVector.zero(F);
    FloatVector ux = FloatVector.zero(F);
    FloatVector uy = FloatVector.zero(F);
    FloatVector uz = FloatVector.zero(F);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int row = e - b.firstEdge;
      int v = b.valueAt + b.source[e] * 3 * h + p;
      int r = b.radialAt + (row * 4 + 1) * h + p;
      int t = b.vectorsAt + b.source[e] * 3 * h + p;
      int d = b.directionAt + 3 * e;
      FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row * L);
      FloatVector u0 = FloatVector.fromArray(F, value, v).mul(FloatVector.fromArray(F, radial, r));
      sx = fma(u0, w, sx);
      FloatVector u1 =
          FloatVector.fromArray(F, value, v + h)
              .mul(FloatVector.fromArray(F, radial, r + h))
              .mul(w);
      ux = fma(u1, FloatVector.fromArray(F, vectors, t), ux);
      uy = fma(u1, FloatVector.fromArray(F, vectors, t + h), uy);
      uz = fma(u1, FloatVector.fromArray(F, vectors, t + 2 * h), uz);
      FloatVector u2 =
          FloatVector.fromArray(F, value, v + 2 * h)
              .mul(FloatVector.fromArray(F, radial, r + 2 * h))
              .mul(w);
      ux = fma(u2, FloatVector.broadcast(F, n[d]), ux);
      uy = fma(u2, FloatVector.broadcast(F, n[d + 1]), uy);
      uz = fma(u2, FloatVector.broadcast(F, n[d + 2]), uz);
    }
    sx.intoArray(scalars, x);
    ux.intoArray(sums, u);
    uy.intoArray(sums, u + h);
    uz.intoArray(sums, u + 2 * h);
  }

  @Override
  public void sumBackward(MessageBlock b, float[] weightGradient, int weightGradientAt) {
    if (!VectorMessageKernels.fits(b)) {
      scalar.sumBackward(b, weightGradient, weightGradientAt);
      return;
    }
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int row = e - b.firstEdge;
        edgeBackward(b, i, e, row, weightGradient, weightGradientAt + row * L);
        if (b.directionGradient.length > 0) {
          ScalarGatedMessageKernels.directionBackward(b, i, e, row, L);
        }
      }
    }
  }

  /// Part after part, each in a method of its own that passes numbers through arrays only: a
  /// method that is too large to be inlined as a whole would pass vectors through the heap.
  private static void edgeBackward(
      MessageBlock b, int i, int e, int row, float[] weightGradient, int weightGradientAt) {
    int node = 3 * b.source[e] * b.channels;
    scalarBackward(b, i, row, node, weightGradient, weightGradientAt);
    movingBackward(b, i, row, node, weightGradient, weightGradientAt);
    alongBackward(b, i, e, row, node, weightGradient, weightGradientAt);
    FloatVector dw = FloatVector.fromArray(F, weightGradient, weightGradientAt);
    VectorMessageKernels.sumOverHeads(dw, b.heads).intoArray(weightGradient, weightGradientAt);
  }

  /// Through m = u_0 w; dw is overwritten.
  private static void scalarBackward(
      MessageBlock b, int i, int row, int node, float[] dw, int dwAt) {
    int h = b.channels;
    FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row * L);
    FloatVector sum = FloatVector.zero(F);
    int g = b.scalarGradientAt + i * h;
    int r = (row * 4 + 1) * h;
    for (int p = 0; p < h; p += L) {
      FloatVector d = FloatVector.fromArray(F, b.scalarGradient, g + p);
      FloatVector value = FloatVector.fromArray(F, b.value, b.valueAt + node + p);
      FloatVector radial = FloatVector.fromArray(F, b.radial, b.radialAt + r + p);
      sum = fma(d, value.mul(radial), sum);
      FloatVector du = d.mul(w);
      int to = b.valueGradientAt + node + p;
      fma(du, radial, FloatVector.fromArray(F, b.valueGradient, to)).intoArray(b.valueGradient, to);
      du.mul(value).intoArray(b.radialGradient, b.radialGradientAt + r + p);
    }
    sum.intoArray(dw, dwAt);
  }

  /// Through M = u_1 V_j w; dw is added to.
  private static void movingBackward(
      MessageBlock b, int i, int row, int node, float[] dw, int dwAt) {
    int h = b.channels;
    float[] dVectors = b.vectorsGradient;
    FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row * L);
    FloatVector sum = FloatVector.fromArray(F, dw, dwAt);
    int r = (row * 4 + 2) * h;
    for (int p = 0; p < h; p += L) {
      int g = b.vectorGradientAt + 3 * i * h + p;
      int t = b.vectorsAt + node + p;
      FloatVector gx = FloatVector.fromArray(F, b.vectorGradient, g);
      FloatVector gy = FloatVector.fromArray(F, b.vectorGradient, g + h);
      FloatVector gz = FloatVector.fromArray(F, b.vectorGradient, g + 2 * h);
      FloatVector d = FloatVector.fromArray(F, b.vectors, t).mul(gx);
      d = fma(FloatVector.fromArray(F, b.vectors, t + h), gy, d);
      d = fma(FloatVector.fromArray(F, b.vectors, t + 2 * h), gz, d);
      FloatVector value = FloatVector.fromArray(F, b.value, b.valueAt + node + h + p);
      FloatVector radial = FloatVector.fromArray(F, b.radial, b.radialAt + r + p);
      FloatVector product = value.mul(radial);
      sum = fma(d, product, sum);
      FloatVector du = d.mul(w);
      int to = b.valueGradientAt + node + h + p;
      fma(du, radial, FloatVector.fromArray(F, b.valueGradient, to)).intoArray(b.valueGradient, to);
      du.mul(value).intoArray(b.radialGradient, b.radialGradientAt + r + p);
      FloatVector u = product.mul(w);
      int dt = b.vectorsGradientAt + node + p;
      fma(u, gx, FloatVector.fromArray(F, dVectors, dt)).intoArray(dVectors, dt);
      fma(u, gy, FloatVector.fromArray(F, dVectors, dt + h)).intoArray(dVectors, dt + h);
      fma(u, gz, FloatVector.fromArray(F, dVectors, dt + 2 * h)).intoArray(dVectors, dt + 2 * h);
    }
    sum.intoArray(dw, dwAt);
  }

  /// Through M = u_2 n w; dw is added to.
  private static void alongBackward(
      MessageBlock b, int i, int e, int row, int node, float[] dw, int dwAt) {
    int h = b.channels;
    int direction = b.directionAt + 3 * e;
    FloatVector nx = FloatVector.broadcast(F, b.direction[direction]);
    FloatVector ny = FloatVector.broadcast(F, b.direction[direction + 1]);
    FloatVector nz = FloatVector.broadcast(F, b.direction[direction + 2]);
    FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row * L);
    FloatVector sum = FloatVector.fromArray(F, dw, dwAt);
    int r = (row * 4 + 3) * h;
    for (int p = 0; p < h; p += L) {
      int g = b.vectorGradientAt + 3 * i * h + p;
      FloatVector d = nx.mul(FloatVector.fromArray(F, b.vectorGradient, g));
      d = fma(ny, FloatVector.fromArray(F, b.vectorGradient, g + h), d);
      d = fma(nz, FloatVector.fromArray(F, b.vectorGradient, g + 2 * h), d);
      FloatVector value = FloatVector.fromArray(F, b.value, b.valueAt + node + 2 * h + p);
      FloatVector radial = FloatVector.fromArray(F, b.radial, b.radialAt + r + p);
      sum = fma(d, value.mul(radial), sum);
      FloatVector du = d.mul(w);
      int to = b.valueGradientAt + node + 2 * h + p;
      fma(du, radial, FloatVector.fromArray(F, b.valueGradient, to)).intoArray(b.valueGradient, to);
      du.mul(value).intoArray(b.radialGradient, b.radialGradientAt + r + p);
    }
    sum.intoArray(dw, dwAt);
  }
}
