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

  private static void edgeBackward(
      MessageBlock b, int i, int e, int row, float[] weightGradient, int weightGradientAt) {
    int h = b.channels;
    float[] gradient = b.vectorGradient;
    float[] dVectors = b.vectorsGradient;
    int d = b.directionAt + 3 * e;
    FloatVector nx = FloatVector.broadcast(F, b.direction[d]);
    FloatVector ny = FloatVector.broadcast(F, b.direction[d + 1]);
    FloatVector nz = FloatVector.broadcast(F, b.direction[d + 2]);
    FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row * L);
    FloatVector dw = FloatVector.zero(F);
    int node = 3 * b.source[e] * h;
    int r = b.radialAt + (row * 4 + 1) * h;
    int g = b.vectorGradientAt + 3 * i * h;
    for (int p = 0; p < h; p += L) {
      int t = b.vectorsAt + node + p;
      FloatVector gx = FloatVector.fromArray(F, gradient, g + p);
      FloatVector gy = FloatVector.fromArray(F, gradient, g + h + p);
      FloatVector gz = FloatVector.fromArray(F, gradient, g + 2 * h + p);
      FloatVector g0 = FloatVector.fromArray(F, b.scalarGradient, b.scalarGradientAt + i * h + p);
      dw = fma(g0, partBackward(b, node + p, row, 0, p, g0.mul(w)), dw);
      FloatVector g1 = FloatVector.fromArray(F, b.vectors, t).mul(gx);
      g1 = fma(FloatVector.fromArray(F, b.vectors, t + h), gy, g1);
      g1 = fma(FloatVector.fromArray(F, b.vectors, t + 2 * h), gz, g1);
      dw = fma(g1, partBackward(b, node + h + p, row, 1, p, g1.mul(w)), dw);
      FloatVector g2 = fma(nx, gx, fma(ny, gy, nz.mul(gz)));
      dw = fma(g2, partBackward(b, node + 2 * h + p, row, 2, p, g2.mul(w)), dw);
      FloatVector u =
          FloatVector.fromArray(F, b.value, b.valueAt + node + h + p)
              .mul(FloatVector.fromArray(F, b.radial, r + h + p))
              .mul(w);
      int dt = b.vectorsGradientAt + node + p;
      fma(u, gx, FloatVector.fromArray(F, dVectors, dt)).intoArray(dVectors, dt);
      fma(u, gy, FloatVector.fromArray(F, dVectors, dt + h)).intoArray(dVectors, dt + h);
      fma(u, gz, FloatVector.fromArray(F, dVectors, dt + 2 * h)).intoArray(dVectors, dt + 2 * h);
    }
    VectorMessageKernels.sumOverHeads(dw, b.heads).intoArray(weightGradient, weightGradientAt);
  }

  /// Gradients of one part of value and radial number.
  ///
  /// @param v place in the value
  /// @param du gradient of their product
  /// @return the product
  private static FloatVector partBackward(
      MessageBlock b, int v, int row, int part, int p, FloatVector du) {
    float[] dValue = b.valueGradient;
    int r = (row * 4 + 1 + part) * b.channels + p;
    FloatVector value = FloatVector.fromArray(F, b.value, b.valueAt + v);
    FloatVector radial = FloatVector.fromArray(F, b.radial, b.radialAt + r);
    int to = b.valueGradientAt + v;
    fma(du, radial, FloatVector.fromArray(F, dValue, to)).intoArray(dValue, to);
    du.mul(value).intoArray(b.radialGradient, b.radialGradientAt + r);
    return value.mul(radial);
  }
}
