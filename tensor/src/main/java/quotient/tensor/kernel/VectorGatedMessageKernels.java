package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.fma;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// {@link GatedMessageKernels} with the Vector API, for widths that are whole vectors and heads that
/// divide a vector; other sizes go to {@link ScalarGatedMessageKernels}.
///
/// The channels of one vector are worked on for all edges of the block before the next ones: what
/// they need of the block's atoms then stays in the first cache. Sums run over the edges of a target
/// in registers.
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
    for (int p = 0; p < h; p += L) {
      for (int i = b.fromTarget; i < b.toTarget; i++) {
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
      int r = b.radialAt + (b.slot[e] * 4 + 1) * h + p;
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
    int rows = b.start[b.toTarget] - b.firstEdge;
    Arrays.fill(weightGradient, weightGradientAt, weightGradientAt + rows * L, 0f);
    for (int p = 0; p < b.channels; p += L) {
      for (int i = b.fromTarget; i < b.toTarget; i++) {
        stillBackward(b, i, p, weightGradient, weightGradientAt);
        movingBackward(b, i, p, weightGradient, weightGradientAt);
      }
    }
    for (int at = weightGradientAt; at < weightGradientAt + rows * L; at += L) {
      FloatVector dw = FloatVector.fromArray(F, weightGradient, at);
      VectorMessageKernels.sumOverHeads(dw, b.heads).intoArray(weightGradient, at);
    }
    if (b.directionGradient.length > 0) {
      for (int i = b.fromTarget; i < b.toTarget; i++) {
        for (int e = b.start[i]; e < b.start[i + 1]; e++) {
          ScalarGatedMessageKernels.directionBackward(b, i, e, e - b.firstEdge, L);
        }
      }
    }
  }

  /// Through u_0 and u_2 n, for one target and the channels from p on; dw is added to.
  private static void stillBackward(MessageBlock b, int i, int p, float[] dw, int dwAt) {
    int h = b.channels;
    float[] value = b.value;
    float[] radial = b.radial;
    float[] dValue = b.valueGradient;
    float[] dRadial = b.radialGradient;
    float[] n = b.direction;
    int g = b.vectorGradientAt + 3 * i * h + p;
    FloatVector d0 = FloatVector.fromArray(F, b.scalarGradient, b.scalarGradientAt + i * h + p);
    FloatVector gx = FloatVector.fromArray(F, b.vectorGradient, g);
    FloatVector gy = FloatVector.fromArray(F, b.vectorGradient, g + h);
    FloatVector gz = FloatVector.fromArray(F, b.vectorGradient, g + 2 * h);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int row = (e - b.firstEdge) * L;
      int v = b.source[e] * 3 * h + p;
      int r = (b.slot[e] * 4 + 1) * h + p;
      int direction = b.directionAt + 3 * e;
      FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row);
      FloatVector d2 = gx.mul(FloatVector.broadcast(F, n[direction]));
      d2 = fma(gy, FloatVector.broadcast(F, n[direction + 1]), d2);
      d2 = fma(gz, FloatVector.broadcast(F, n[direction + 2]), d2);
      FloatVector v0 = FloatVector.fromArray(F, value, b.valueAt + v);
      FloatVector v2 = FloatVector.fromArray(F, value, b.valueAt + v + 2 * h);
      FloatVector r0 = FloatVector.fromArray(F, radial, b.radialAt + r);
      FloatVector r2 = FloatVector.fromArray(F, radial, b.radialAt + r + 2 * h);
      FloatVector sum = fma(d0, v0.mul(r0), FloatVector.fromArray(F, dw, dwAt + row));
      fma(d2, v2.mul(r2), sum).intoArray(dw, dwAt + row);
      FloatVector du0 = d0.mul(w);
      FloatVector du2 = d2.mul(w);
      int dv = b.valueGradientAt + v;
      fma(du0, r0, FloatVector.fromArray(F, dValue, dv)).intoArray(dValue, dv);
      fma(du2, r2, FloatVector.fromArray(F, dValue, dv + 2 * h)).intoArray(dValue, dv + 2 * h);
      int dr = b.radialGradientAt + r;
      fma(du0, v0, FloatVector.fromArray(F, dRadial, dr)).intoArray(dRadial, dr);
      fma(du2, v2, FloatVector.fromArray(F, dRadial, dr + 2 * h)).intoArray(dRadial, dr + 2 * h);
    }
  }

  /// Through u_1 V_j, likewise.
  private static void movingBackward(MessageBlock b, int i, int p, float[] dw, int dwAt) {
    int h = b.channels;
    float[] vectors = b.vectors;
    float[] dValue = b.valueGradient;
    float[] dRadial = b.radialGradient;
    float[] dVectors = b.vectorsGradient;
    int g = b.vectorGradientAt + 3 * i * h + p;
    FloatVector gx = FloatVector.fromArray(F, b.vectorGradient, g);
    FloatVector gy = FloatVector.fromArray(F, b.vectorGradient, g + h);
    FloatVector gz = FloatVector.fromArray(F, b.vectorGradient, g + 2 * h);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int row = (e - b.firstEdge) * L;
      int node = b.source[e] * 3 * h + p;
      int v = node + h;
      int r = (b.slot[e] * 4 + 2) * h + p;
      int t = b.vectorsAt + node;
      FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row);
      FloatVector d = gx.mul(FloatVector.fromArray(F, vectors, t));
      d = fma(gy, FloatVector.fromArray(F, vectors, t + h), d);
      d = fma(gz, FloatVector.fromArray(F, vectors, t + 2 * h), d);
      FloatVector v1 = FloatVector.fromArray(F, b.value, b.valueAt + v);
      FloatVector r1 = FloatVector.fromArray(F, b.radial, b.radialAt + r);
      FloatVector product = v1.mul(r1);
      fma(d, product, FloatVector.fromArray(F, dw, dwAt + row)).intoArray(dw, dwAt + row);
      FloatVector du = d.mul(w);
      int dv = b.valueGradientAt + v;
      fma(du, r1, FloatVector.fromArray(F, dValue, dv)).intoArray(dValue, dv);
      int dr = b.radialGradientAt + r;
      fma(du, v1, FloatVector.fromArray(F, dRadial, dr)).intoArray(dRadial, dr);
      FloatVector u = product.mul(w);
      int dt = b.vectorsGradientAt + node;
      fma(u, gx, FloatVector.fromArray(F, dVectors, dt)).intoArray(dVectors, dt);
      fma(u, gy, FloatVector.fromArray(F, dVectors, dt + h)).intoArray(dVectors, dt + h);
      fma(u, gz, FloatVector.fromArray(F, dVectors, dt + 2 * h)).intoArray(dVectors, dt + 2 * h);
    }
  }
}
