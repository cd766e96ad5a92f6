package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.FMA;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.fma;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/// {@link MessageKernels} with the Vector API, for widths that are whole vectors and heads that
/// divide a vector; other sizes go to {@link ScalarMessageKernels}.
///
/// Since channel p belongs to head `p mod A`, one vector of weights, the heads repeated over its
/// lanes, fits every vector of channels. Sums run over the edges of a target with the channels of
/// one vector in registers.
final class VectorMessageKernels implements MessageKernels {
  private static final VectorShuffle<Float> HALF = rotation(L / 2);
  private static final VectorShuffle<Float> QUARTER = rotation(Math.max(1, L / 4));
  private static final VectorShuffle<Float> EIGHTH = rotation(Math.max(1, L / 8));
  private static final VectorShuffle<Float> SIXTEENTH = rotation(Math.max(1, L / 16));

  private final ScalarMessageKernels scalar = new ScalarMessageKernels();

  VectorMessageKernels() {}

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(F, i -> (i + by) % L);
  }

  static boolean fits(MessageBlock b) {
    return fits(b.heads, b.channels);
  }

  private static boolean fits(int heads, int channels) {
    return channels % L == 0 && L % heads == 0;
  }

  @Override
  public int headStride(int heads, int channels) {
    return fits(heads, channels) ? L : heads;
  }

  /// Every lane becomes the sum over the lanes of its head.
  static FloatVector sumOverHeads(FloatVector v, int heads) {
    FloatVector s = v;
    if (heads < L) {
      s = s.add(s.rearrange(HALF));
    }
    if (2 * heads < L) {
      s = s.add(s.rearrange(QUARTER));
    }
    if (4 * heads < L) {
      s = s.add(s.rearrange(EIGHTH));
    }
    if (8 * heads < L) {
      s = s.add(s.rearrange(SIXTEENTH));
    }
    return s;
  }

  @Override
  public void logits(MessageBlock b, float[] logit, int logitAt) {
    if (!fits(b)) {
      scalar.logits(b, logit, logitAt);
      return;
    }
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int row = e - b.firstEdge;
        FloatVector s =
            tripleDot(
                b.query,
                b.queryAt + i * b.channels,
                b.key,
                b.keyAt + b.source[e] * b.channels,
                b.radial,
                b.radialAt + b.slot[e] * (1 + b.parts) * b.channels,
                b.channels);
        sumOverHeads(s, b.heads).intoArray(logit, logitAt + row * L);
      }
    }
  }

  private static FloatVector tripleDot(
      float[] q, int qo, float[] k, int ko, float[] r, int ro, int n) {
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = FloatVector.zero(F);
    int p = 0;
    for (; p + L < n; p += 2 * L) {
      FloatVector qk = FloatVector.fromArray(F, q, qo + p).mul(FloatVector.fromArray(F, k, ko + p));
      even = fma(qk, FloatVector.fromArray(F, r, ro + p), even);
      int next = p + L;
      FloatVector other =
          FloatVector.fromArray(F, q, qo + next).mul(FloatVector.fromArray(F, k, ko + next));
      odd = fma(other, FloatVector.fromArray(F, r, ro + next), odd);
    }
    if (p < n) {
      FloatVector qk = FloatVector.fromArray(F, q, qo + p).mul(FloatVector.fromArray(F, k, ko + p));
      even = fma(qk, FloatVector.fromArray(F, r, ro + p), even);
    }
    return even.add(odd);
  }

  @Override
  public void sumNear(MessageBlock b, float[] scalars, int scalarsAt, float[] sums, int sumsAt) {
    if (!fits(b)) {
      scalar.sumNear(b, scalars, scalarsAt, sums, sumsAt);
      return;
    }
    int h = b.channels;
    for (int p = 0; p < h; p += L) {
      for (int i = b.fromTarget; i < b.toTarget; i++) {
        int x = scalarsAt + i * h + p;
        int u = sumsAt + 3 * i * h + p;
        if (b.vectors.length == 0) {
          sumStill(b, i, p, scalars, x, sums, u);
        } else if (b.parts == 4) {
          sumCrossing(b, i, p, scalars, x, sums, u);
        } else {
          sumMoving(b, i, p, scalars, x, sums, u);
        }
      }
    }
  }

  private static void sumStill(
      MessageBlock b, int i, int p, float[] scalars, int x, float[] sums, int u) {
    int h = b.channels;
    float[] value = b.value;
    float[] radial = b.radial;
    float[] n = b.direction;
    FloatVector sx = FloatVector.zero(F);
    FloatVector ux = FloatVector.zero(F);
    FloatVector uy = FloatVector.zero(F);
    FloatVector uz = FloatVector.zero(F);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int row = e - b.firstEdge;
      int v = b.valueAt + b.source[e] * b.parts * h + p;
      int r = b.radialAt + (b.slot[e] * (1 + b.parts) + 1) * h + p;
      int d = b.directionAt + 3 * e;
      FloatVector u0 = FloatVector.fromArray(F, value, v).mul(FloatVector.fromArray(F, radial, r));
      sx = fma(u0, FloatVector.fromArray(F, b.weight, b.weightAt + row * L), sx);
      FloatVector u2 =
          FloatVector.fromArray(F, value, v + 2 * h)
              .mul(FloatVector.fromArray(F, radial, r + 2 * h));
      ux = fma(u2, FloatVector.broadcast(F, n[d]), ux);
      uy = fma(u2, FloatVector.broadcast(F, n[d + 1]), uy);
      uz = fma(u2, FloatVector.broadcast(F, n[d + 2]), uz);
    }
    sx.intoArray(scalars, x);
    ux.intoArray(sums, u);
    uy.intoArray(sums, u + h);
    uz.intoArray(sums, u + 2 * h);
  }

  private static void sumMoving(
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
      FloatVector u0 = FloatVector.fromArray(F, value, v).mul(FloatVector.fromArray(F, radial, r));
      sx = fma(u0, FloatVector.fromArray(F, b.weight, b.weightAt + row * L), sx);
      FloatVector u1 =
          FloatVector.fromArray(F, value, v + h).mul(FloatVector.fromArray(F, radial, r + h));
      ux = fma(u1, FloatVector.fromArray(F, vectors, t), ux);
      uy = fma(u1, FloatVector.fromArray(F, vectors, t + h), uy);
      uz = fma(u1, FloatVector.fromArray(F, vectors, t + 2 * h), uz);
      FloatVector u2 =
          FloatVector.fromArray(F, value, v + 2 * h)
              .mul(FloatVector.fromArray(F, radial, r + 2 * h));
      ux = fma(u2, FloatVector.broadcast(F, n[d]), ux);
      uy = fma(u2, FloatVector.broadcast(F, n[d + 1]), uy);
      uz = fma(u2, FloatVector.broadcast(F, n[d + 2]), uz);
    }
    sx.intoArray(scalars, x);
    ux.intoArray(sums, u);
    uy.intoArray(sums, u + h);
    uz.intoArray(sums, u + 2 * h);
  }

  private static void sumCrossing(
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
      int v = b.valueAt + b.source[e] * 4 * h + p;
      int r = b.radialAt + (b.slot[e] * 5 + 1) * h + p;
      int t = b.vectorsAt + b.source[e] * 3 * h + p;
      int d = b.directionAt + 3 * e;
      FloatVector u0 = FloatVector.fromArray(F, value, v).mul(FloatVector.fromArray(F, radial, r));
      sx = fma(u0, FloatVector.fromArray(F, b.weight, b.weightAt + row * L), sx);
      FloatVector u1 =
          FloatVector.fromArray(F, value, v + h).mul(FloatVector.fromArray(F, radial, r + h));
      FloatVector u2 =
          FloatVector.fromArray(F, value, v + 2 * h)
              .mul(FloatVector.fromArray(F, radial, r + 2 * h));
      FloatVector u3 =
          FloatVector.fromArray(F, value, v + 3 * h)
              .mul(FloatVector.fromArray(F, radial, r + 3 * h));
      FloatVector vx = FloatVector.fromArray(F, vectors, t);
      FloatVector vy = FloatVector.fromArray(F, vectors, t + h);
      FloatVector vz = FloatVector.fromArray(F, vectors, t + 2 * h);
      FloatVector nx = FloatVector.broadcast(F, n[d]);
      FloatVector ny = FloatVector.broadcast(F, n[d + 1]);
      FloatVector nz = FloatVector.broadcast(F, n[d + 2]);
      FloatVector cx = u3.mul(nx);
      FloatVector cy = u3.mul(ny);
      FloatVector cz = u3.mul(nz);
      ux = fma(u1, vx, fma(u2, nx, fma(cy, vz, ux))).sub(cz.mul(vy));
      uy = fma(u1, vy, fma(u2, ny, fma(cz, vx, uy))).sub(cx.mul(vz));
      uz = fma(u1, vz, fma(u2, nz, fma(cx, vy, uz))).sub(cy.mul(vx));
    }
    sx.intoArray(scalars, x);
    ux.intoArray(sums, u);
    uy.intoArray(sums, u + h);
    uz.intoArray(sums, u + 2 * h);
  }

  @Override
  public void addFar(MessageBlock b, float[] sums, int sumsAt) {
    if (!fits(b)) {
      scalar.addFar(b, sums, sumsAt);
      return;
    }
    int h = b.channels;
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      if (b.start[i] == b.start[i + 1]) {
        continue;
      }
      for (int p = 0; p < h; p += L) {
        int u = sumsAt + 3 * i * h + p;
        if (b.vectors.length == 0) {
          addFarStill(b, i, p, sums, u);
        } else if (b.parts == 4) {
          addFarCrossing(b, i, p, sums, u);
        } else {
          addFarMoving(b, i, p, sums, u);
        }
      }
    }
  }

  private static void addFarStill(MessageBlock b, int i, int p, float[] sums, int u) {
    int h = b.channels;
    float[] n = b.direction;
    FloatVector r2 = FloatVector.fromArray(F, b.radial, b.radialAt + 2 * h + p);
    FloatVector ux = FloatVector.fromArray(F, sums, u);
    FloatVector uy = FloatVector.fromArray(F, sums, u + h);
    FloatVector uz = FloatVector.fromArray(F, sums, u + 2 * h);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int v = b.valueAt + (b.source[e] * b.parts + 2) * h + p;
      int d = b.directionAt + 3 * e;
      FloatVector u2 = FloatVector.fromArray(F, b.value, v).mul(r2);
      ux = fma(u2, FloatVector.broadcast(F, n[d]), ux);
      uy = fma(u2, FloatVector.broadcast(F, n[d + 1]), uy);
      uz = fma(u2, FloatVector.broadcast(F, n[d + 2]), uz);
    }
    ux.intoArray(sums, u);
    uy.intoArray(sums, u + h);
    uz.intoArray(sums, u + 2 * h);
  }

  private static void addFarMoving(MessageBlock b, int i, int p, float[] sums, int u) {
    int h = b.channels;
    float[] value = b.value;
    float[] vectors = b.vectors;
    float[] n = b.direction;
    FloatVector r1 = FloatVector.fromArray(F, b.radial, b.radialAt + h + p);
    FloatVector r2 = FloatVector.fromArray(F, b.radial, b.radialAt + 2 * h + p);
    FloatVector ux = FloatVector.fromArray(F, sums, u);
    FloatVector uy = FloatVector.fromArray(F, sums, u + h);
    FloatVector uz = FloatVector.fromArray(F, sums, u + 2 * h);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int v = b.valueAt + b.source[e] * 3 * h + p;
      int t = b.vectorsAt + b.source[e] * 3 * h + p;
      int d = b.directionAt + 3 * e;
      FloatVector u1 = FloatVector.fromArray(F, value, v + h).mul(r1);
      FloatVector u2 = FloatVector.fromArray(F, value, v + 2 * h).mul(r2);
      ux = fma(u1, FloatVector.fromArray(F, vectors, t), ux);
      uy = fma(u1, FloatVector.fromArray(F, vectors, t + h), uy);
      uz = fma(u1, FloatVector.fromArray(F, vectors, t + 2 * h), uz);
      ux = fma(u2, FloatVector.broadcast(F, n[d]), ux);
      uy = fma(u2, FloatVector.broadcast(F, n[d + 1]), uy);
      uz = fma(u2, FloatVector.broadcast(F, n[d + 2]), uz);
    }
    ux.intoArray(sums, u);
    uy.intoArray(sums, u + h);
    uz.intoArray(sums, u + 2 * h);
  }

  private static void addFarCrossing(MessageBlock b, int i, int p, float[] sums, int u) {
    int h = b.channels;
    float[] value = b.value;
    float[] vectors = b.vectors;
    float[] n = b.direction;
    FloatVector r1 = FloatVector.fromArray(F, b.radial, b.radialAt + h + p);
    FloatVector r2 = FloatVector.fromArray(F, b.radial, b.radialAt + 2 * h + p);
    FloatVector r3 = FloatVector.fromArray(F, b.radial, b.radialAt + 3 * h + p);
    FloatVector ux = FloatVector.fromArray(F, sums, u);
    FloatVector uy = FloatVector.fromArray(F, sums, u + h);
    FloatVector uz = FloatVector.fromArray(F, sums, u + 2 * h);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int v = b.valueAt + b.source[e] * 4 * h + p;
      int t = b.vectorsAt + b.source[e] * 3 * h + p;
      int d = b.directionAt + 3 * e;
      FloatVector u1 = FloatVector.fromArray(F, value, v + h).mul(r1);
      FloatVector u2 = FloatVector.fromArray(F, value, v + 2 * h).mul(r2);
      FloatVector u3 = FloatVector.fromArray(F, value, v + 3 * h).mul(r3);
      FloatVector vx = FloatVector.fromArray(F, vectors, t);
      FloatVector vy = FloatVector.fromArray(F, vectors, t + h);
      FloatVector vz = FloatVector.fromArray(F, vectors, t + 2 * h);
      FloatVector nx = FloatVector.broadcast(F, n[d]);
      FloatVector ny = FloatVector.broadcast(F, n[d + 1]);
      FloatVector nz = FloatVector.broadcast(F, n[d + 2]);
      FloatVector cx = u3.mul(nx);
      FloatVector cy = u3.mul(ny);
      FloatVector cz = u3.mul(nz);
      ux = fma(u1, vx, fma(u2, nx, fma(cy, vz, ux))).sub(cz.mul(vy));
      uy = fma(u1, vy, fma(u2, ny, fma(cz, vx, uy))).sub(cx.mul(vz));
      uz = fma(u1, vz, fma(u2, nz, fma(cx, vy, uz))).sub(cy.mul(vx));
    }
    ux.intoArray(sums, u);
    uy.intoArray(sums, u + h);
    uz.intoArray(sums, u + 2 * h);
  }

  @Override
  public void sumNearBackward(MessageBlock b, float[] weightGradient, int weightGradientAt) {
    if (!fits(b)) {
      scalar.sumNearBackward(b, weightGradient, weightGradientAt);
      return;
    }
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int row = e - b.firstEdge;
        scalarBackward(b, i, e, row, weightGradient, weightGradientAt + row * L);
        alongBackward(b, i, e);
        if (b.vectors.length > 0) {
          movingBackward(b, i, e);
          if (b.parts == 4) {
            crossingBackward(b, i, e);
          }
        }
        if (b.directionGradient.length > 0) {
          int r = b.radialAt + (b.slot[e] * (1 + b.parts) + 1) * b.channels;
          ScalarMessageKernels.directionBackward(b, i, e, r);
        }
      }
    }
  }

  /// Adjoint of u_0 w.
  private static void scalarBackward(
      MessageBlock b, int i, int e, int row, float[] weightGradient, int weightGradientAt) {
    int h = b.channels;
    float[] radial = b.radial;
    float[] dRadial = b.radialGradient;
    float[] dValue = b.valueGradient;
    FloatVector w = FloatVector.fromArray(F, b.weight, b.weightAt + row * L);
    FloatVector dw = FloatVector.zero(F);
    int v = b.source[e] * b.parts * h;
    int r = b.radialAt + (b.slot[e] * (1 + b.parts) + 1) * h;
    int s = b.radialGradientAt + (b.slot[e] * (1 + b.parts) + 1) * h;
    int g = b.scalarGradientAt + i * h;
    for (int p = 0; p < h; p += L) {
      FloatVector dm = FloatVector.fromArray(F, b.scalarGradient, g + p);
      FloatVector v0 = FloatVector.fromArray(F, b.value, b.valueAt + v + p);
      FloatVector r0 = FloatVector.fromArray(F, radial, r + p);
      dw = fma(dm, v0.mul(r0), dw);
      FloatVector du = dm.mul(w);
      int to = b.valueGradientAt + v + p;
      fma(du, r0, FloatVector.fromArray(F, dValue, to)).intoArray(dValue, to);
      fma(du, v0, FloatVector.fromArray(F, dRadial, s + p)).intoArray(dRadial, s + p);
    }
    sumOverHeads(dw, b.heads).intoArray(weightGradient, weightGradientAt);
  }

  /// Adjoint of u_2 n.
  private static void alongBackward(MessageBlock b, int i, int e) {
    int h = b.channels;
    float[] radial = b.radial;
    float[] dRadial = b.radialGradient;
    float[] dValue = b.valueGradient;
    float[] gradient = b.vectorGradient;
    int d = b.directionAt + 3 * e;
    FloatVector nx = FloatVector.broadcast(F, b.direction[d]);
    FloatVector ny = FloatVector.broadcast(F, b.direction[d + 1]);
    FloatVector nz = FloatVector.broadcast(F, b.direction[d + 2]);
    int v = (b.source[e] * b.parts + 2) * h;
    int r = b.radialAt + (b.slot[e] * (1 + b.parts) + 3) * h;
    int s = b.radialGradientAt + (b.slot[e] * (1 + b.parts) + 3) * h;
    int g = b.vectorGradientAt + 3 * i * h;
    for (int p = 0; p < h; p += L) {
      FloatVector gx = FloatVector.fromArray(F, gradient, g + p);
      FloatVector gy = FloatVector.fromArray(F, gradient, g + h + p);
      FloatVector gz = FloatVector.fromArray(F, gradient, g + 2 * h + p);
      FloatVector du = fma(nx, gx, fma(ny, gy, nz.mul(gz)));
      FloatVector v2 = FloatVector.fromArray(F, b.value, b.valueAt + v + p);
      int to = b.valueGradientAt + v + p;
      fma(du, FloatVector.fromArray(F, radial, r + p), FloatVector.fromArray(F, dValue, to))
          .intoArray(dValue, to);
      fma(du, v2, FloatVector.fromArray(F, dRadial, s + p)).intoArray(dRadial, s + p);
    }
  }

  /// Adjoint of u_1 V.
  private static void movingBackward(MessageBlock b, int i, int e) {
    int h = b.channels;
    float[] dRadial = b.radialGradient;
    float[] dValue = b.valueGradient;
    float[] dVectors = b.vectorsGradient;
    float[] gradient = b.vectorGradient;
    int v = (b.source[e] * b.parts + 1) * h;
    int r = b.radialAt + (b.slot[e] * (1 + b.parts) + 2) * h;
    int s = b.radialGradientAt + (b.slot[e] * (1 + b.parts) + 2) * h;
    int g = b.vectorGradientAt + 3 * i * h;
    for (int p = 0; p < h; p += L) {
      int t = b.vectorsAt + b.source[e] * 3 * h + p;
      FloatVector gx = FloatVector.fromArray(F, gradient, g + p);
      FloatVector gy = FloatVector.fromArray(F, gradient, g + h + p);
      FloatVector gz = FloatVector.fromArray(F, gradient, g + 2 * h + p);
      FloatVector du = FloatVector.fromArray(F, b.vectors, t).mul(gx);
      du = fma(FloatVector.fromArray(F, b.vectors, t + h), gy, du);
      du = fma(FloatVector.fromArray(F, b.vectors, t + 2 * h), gz, du);
      FloatVector r1 = FloatVector.fromArray(F, b.radial, r + p);
      FloatVector v1 = FloatVector.fromArray(F, b.value, b.valueAt + v + p);
      int to = b.valueGradientAt + v + p;
      fma(du, r1, FloatVector.fromArray(F, dValue, to)).intoArray(dValue, to);
      fma(du, v1, FloatVector.fromArray(F, dRadial, s + p)).intoArray(dRadial, s + p);
      FloatVector u = v1.mul(r1);
      int dt = b.vectorsGradientAt + b.source[e] * 3 * h + p;
      fma(u, gx, FloatVector.fromArray(F, dVectors, dt)).intoArray(dVectors, dt);
      fma(u, gy, FloatVector.fromArray(F, dVectors, dt + h)).intoArray(dVectors, dt + h);
      fma(u, gz, FloatVector.fromArray(F, dVectors, dt + 2 * h)).intoArray(dVectors, dt + 2 * h);
    }
  }

  /// Adjoint of u_3 n × V.
  private static void crossingBackward(MessageBlock b, int i, int e) {
    int h = b.channels;
    float[] dRadial = b.radialGradient;
    float[] dValue = b.valueGradient;
    float[] dVectors = b.vectorsGradient;
    float[] gradient = b.vectorGradient;
    int d = b.directionAt + 3 * e;
    FloatVector nx = FloatVector.broadcast(F, b.direction[d]);
    FloatVector ny = FloatVector.broadcast(F, b.direction[d + 1]);
    FloatVector nz = FloatVector.broadcast(F, b.direction[d + 2]);
    int v = (b.source[e] * 4 + 3) * h;
    int r = b.radialAt + (b.slot[e] * 5 + 4) * h;
    int s = b.radialGradientAt + (b.slot[e] * 5 + 4) * h;
    int g = b.vectorGradientAt + 3 * i * h;
    for (int p = 0; p < h; p += L) {
      int t = b.vectorsAt + b.source[e] * 3 * h + p;
      FloatVector gx = FloatVector.fromArray(F, gradient, g + p);
      FloatVector gy = FloatVector.fromArray(F, gradient, g + h + p);
      FloatVector gz = FloatVector.fromArray(F, gradient, g + 2 * h + p);
      FloatVector cx = gy.mul(nz).sub(gz.mul(ny));
      FloatVector cy = gz.mul(nx).sub(gx.mul(nz));
      FloatVector cz = gx.mul(ny).sub(gy.mul(nx));
      FloatVector du = FloatVector.fromArray(F, b.vectors, t).mul(cx);
      du = fma(FloatVector.fromArray(F, b.vectors, t + h), cy, du);
      du = fma(FloatVector.fromArray(F, b.vectors, t + 2 * h), cz, du);
      FloatVector r3 = FloatVector.fromArray(F, b.radial, r + p);
      FloatVector v3 = FloatVector.fromArray(F, b.value, b.valueAt + v + p);
      int to = b.valueGradientAt + v + p;
      fma(du, r3, FloatVector.fromArray(F, dValue, to)).intoArray(dValue, to);
      fma(du, v3, FloatVector.fromArray(F, dRadial, s + p)).intoArray(dRadial, s + p);
      FloatVector u = v3.mul(r3);
      int dt = b.vectorsGradientAt + b.source[e] * 3 * h + p;
      fma(u, cx, FloatVector.fromArray(F, dVectors, dt)).intoArray(dVectors, dt);
      fma(u, cy, FloatVector.fromArray(F, dVectors, dt + h)).intoArray(dVectors, dt + h);
      fma(u, cz, FloatVector.fromArray(F, dVectors, dt + 2 * h)).intoArray(dVectors, dt + 2 * h);
    }
  }

  @Override
  public void addFarBackward(MessageBlock b) {
    if (!fits(b)) {
      scalar.addFarBackward(b);
      return;
    }
    for (int j = b.fromTarget; j < b.toTarget; j++) {
      if (b.outgoingStart[j] == b.outgoingStart[j + 1]) {
        continue;
      }
      for (int p = 0; p < b.channels; p += L) {
        farAlongBackward(b, j, p);
        if (b.vectors.length > 0) {
          farMovingBackward(b, j, p);
        }
        if (b.vectors.length > 0 && b.parts == 4) {
          farCrossingBackward(b, j, p);
        }
      }
    }
    if (b.directionGradient.length > 0) {
      for (int i = b.fromTarget; i < b.toTarget; i++) {
        for (int e = b.start[i]; e < b.start[i + 1]; e++) {
          ScalarMessageKernels.directionBackward(b, i, e, b.radialAt);
        }
      }
    }
  }

  /// For source j and the channels from p on: du_2 = sum over targets of n . g.
  private static void farAlongBackward(MessageBlock b, int j, int p) {
    int h = b.channels;
    float[] n = b.direction;
    float[] gradient = b.vectorGradient;
    FloatVector du = FloatVector.zero(F);
    int end = b.outgoingStart[j + 1];
    for (int o = b.outgoingStart[j]; o < end; o++) {
      int e = b.outgoing[o];
      int d = b.directionAt + 3 * e;
      int g = b.vectorGradientAt + 3 * b.target[e] * h + p;
      FloatVector gx = FloatVector.fromArray(F, gradient, g);
      FloatVector gy = FloatVector.fromArray(F, gradient, g + h);
      FloatVector gz = FloatVector.fromArray(F, gradient, g + 2 * h);
      FloatVector nx = FloatVector.broadcast(F, n[d]);
      FloatVector ny = FloatVector.broadcast(F, n[d + 1]);
      FloatVector nz = FloatVector.broadcast(F, n[d + 2]);
      du = FMA ? gx.fma(nx, du) : gx.mul(nx).add(du);
      du = FMA ? gy.fma(ny, du) : gy.mul(ny).add(du);
      du = FMA ? gz.fma(nz, du) : gz.mul(nz).add(du);
    }
    int v = (j * b.parts + 2) * h + p;
    int r = 2 * h + p;
    FloatVector value = FloatVector.fromArray(F, b.value, b.valueAt + v);
    FloatVector radial = FloatVector.fromArray(F, b.radial, b.radialAt + r);
    FloatVector dValue = FloatVector.fromArray(F, b.valueGradient, b.valueGradientAt + v);
    FloatVector dRadial = FloatVector.fromArray(F, b.radialGradient, b.radialGradientAt + r);
    dValue = FMA ? du.fma(radial, dValue) : du.mul(radial).add(dValue);
    dRadial = FMA ? du.fma(value, dRadial) : du.mul(value).add(dRadial);
    dValue.intoArray(b.valueGradient, b.valueGradientAt + v);
    dRadial.intoArray(b.radialGradient, b.radialGradientAt + r);
  }

  /// For source j and the channels from p on: du_1 = V . G and dV += u_1 G, G = sum of g.
  private static void farMovingBackward(MessageBlock b, int j, int p) {
    int h = b.channels;
    float[] gradient = b.vectorGradient;
    FloatVector sx = FloatVector.zero(F);
    FloatVector sy = FloatVector.zero(F);
    FloatVector sz = FloatVector.zero(F);
    int end = b.outgoingStart[j + 1];
    for (int o = b.outgoingStart[j]; o < end; o++) {
      int g = b.vectorGradientAt + 3 * b.target[b.outgoing[o]] * h + p;
      sx = FloatVector.fromArray(F, gradient, g).add(sx);
      sy = FloatVector.fromArray(F, gradient, g + h).add(sy);
      sz = FloatVector.fromArray(F, gradient, g + 2 * h).add(sz);
    }
    int t = b.vectorsAt + 3 * j * h + p;
    FloatVector vy = FloatVector.fromArray(F, b.vectors, t + h);
    FloatVector vz = FloatVector.fromArray(F, b.vectors, t + 2 * h);
    FloatVector du = FloatVector.fromArray(F, b.vectors, t).mul(sx);
    du = FMA ? vy.fma(sy, du) : vy.mul(sy).add(du);
    du = FMA ? vz.fma(sz, du) : vz.mul(sz).add(du);
    int v = (j * b.parts + 1) * h + p;
    int r = 1 * h + p;
    FloatVector value = FloatVector.fromArray(F, b.value, b.valueAt + v);
    FloatVector radial = FloatVector.fromArray(F, b.radial, b.radialAt + r);
    FloatVector dValue = FloatVector.fromArray(F, b.valueGradient, b.valueGradientAt + v);
    FloatVector dRadial = FloatVector.fromArray(F, b.radialGradient, b.radialGradientAt + r);
    dValue = FMA ? du.fma(radial, dValue) : du.mul(radial).add(dValue);
    dRadial = FMA ? du.fma(value, dRadial) : du.mul(value).add(dRadial);
    dValue.intoArray(b.valueGradient, b.valueGradientAt + v);
    dRadial.intoArray(b.radialGradient, b.radialGradientAt + r);
    FloatVector u = value.mul(radial);
    float[] dVectors = b.vectorsGradient;
    int dt = b.vectorsGradientAt + 3 * j * h + p;
    FloatVector dx = FloatVector.fromArray(F, dVectors, dt);
    FloatVector dy = FloatVector.fromArray(F, dVectors, dt + h);
    FloatVector dz = FloatVector.fromArray(F, dVectors, dt + 2 * h);
    dx = FMA ? u.fma(sx, dx) : u.mul(sx).add(dx);
    dy = FMA ? u.fma(sy, dy) : u.mul(sy).add(dy);
    dz = FMA ? u.fma(sz, dz) : u.mul(sz).add(dz);
    dx.intoArray(dVectors, dt);
    dy.intoArray(dVectors, dt + h);
    dz.intoArray(dVectors, dt + 2 * h);
  }

  /// For source j and the channels from p on: du_3 = V . Q and dV += u_3 Q, Q = sum of g × n. The
  /// end is written as in {@link #farMovingBackward}, not shared: a method of vectors that is compiled by
  /// itself takes them from the heap.
  private static void farCrossingBackward(MessageBlock b, int j, int p) {
    int h = b.channels;
    float[] n = b.direction;
    float[] gradient = b.vectorGradient;
    FloatVector qx = FloatVector.zero(F);
    FloatVector qy = FloatVector.zero(F);
    FloatVector qz = FloatVector.zero(F);
    int end = b.outgoingStart[j + 1];
    for (int o = b.outgoingStart[j]; o < end; o++) {
      int e = b.outgoing[o];
      int d = b.directionAt + 3 * e;
      int g = b.vectorGradientAt + 3 * b.target[e] * h + p;
      FloatVector gx = FloatVector.fromArray(F, gradient, g);
      FloatVector gy = FloatVector.fromArray(F, gradient, g + h);
      FloatVector gz = FloatVector.fromArray(F, gradient, g + 2 * h);
      FloatVector nx = FloatVector.broadcast(F, n[d]);
      FloatVector ny = FloatVector.broadcast(F, n[d + 1]);
      FloatVector nz = FloatVector.broadcast(F, n[d + 2]);
      qx = (FMA ? gy.fma(nz, qx) : gy.mul(nz).add(qx)).sub(gz.mul(ny));
      qy = (FMA ? gz.fma(nx, qy) : gz.mul(nx).add(qy)).sub(gx.mul(nz));
      qz = (FMA ? gx.fma(ny, qz) : gx.mul(ny).add(qz)).sub(gy.mul(nx));
    }
    int t = b.vectorsAt + 3 * j * h + p;
    FloatVector vy = FloatVector.fromArray(F, b.vectors, t + h);
    FloatVector vz = FloatVector.fromArray(F, b.vectors, t + 2 * h);
    FloatVector du = FloatVector.fromArray(F, b.vectors, t).mul(qx);
    du = FMA ? vy.fma(qy, du) : vy.mul(qy).add(du);
    du = FMA ? vz.fma(qz, du) : vz.mul(qz).add(du);
    int v = (j * b.parts + 3) * h + p;
    int r = 3 * h + p;
    FloatVector value = FloatVector.fromArray(F, b.value, b.valueAt + v);
    FloatVector radial = FloatVector.fromArray(F, b.radial, b.radialAt + r);
    FloatVector dValue = FloatVector.fromArray(F, b.valueGradient, b.valueGradientAt + v);
    FloatVector dRadial = FloatVector.fromArray(F, b.radialGradient, b.radialGradientAt + r);
    dValue = FMA ? du.fma(radial, dValue) : du.mul(radial).add(dValue);
    dRadial = FMA ? du.fma(value, dRadial) : du.mul(value).add(dRadial);
    dValue.intoArray(b.valueGradient, b.valueGradientAt + v);
    dRadial.intoArray(b.radialGradient, b.radialGradientAt + r);
    FloatVector u = value.mul(radial);
    float[] dVectors = b.vectorsGradient;
    int dt = b.vectorsGradientAt + 3 * j * h + p;
    FloatVector dx = FloatVector.fromArray(F, dVectors, dt);
    FloatVector dy = FloatVector.fromArray(F, dVectors, dt + h);
    FloatVector dz = FloatVector.fromArray(F, dVectors, dt + 2 * h);
    dx = FMA ? u.fma(qx, dx) : u.mul(qx).add(dx);
    dy = FMA ? u.fma(qy, dy) : u.mul(qy).add(dy);
    dz = FMA ? u.fma(qz, dz) : u.mul(qz).add(dz);
    dx.intoArray(dVectors, dt);
    dy.intoArray(dVectors, dt + h);
    dz.intoArray(dVectors, dt + 2 * h);
  }

  @Override
  public void logitsBackward(
      MessageBlock b,
      float[] logitGradient,
      int logitGradientAt,
      float[] queryGradient,
      int queryGradientAt,
      float[] keyGradient,
      int keyGradientAt) {
    if (!fits(b)) {
      scalar.logitsBackward(
          b,
          logitGradient,
          logitGradientAt,
          queryGradient,
          queryGradientAt,
          keyGradient,
          keyGradientAt);
      return;
    }
    for (int p = 0; p < b.channels; p += L) {
      for (int i = b.fromTarget; i < b.toTarget; i++) {
        logitsBackward(
            b,
            i,
            p,
            logitGradient,
            logitGradientAt,
            queryGradient,
            queryGradientAt + i * b.channels + p,
            keyGradient,
            keyGradientAt);
      }
    }
  }

  /// One target and the channels from p on.
  private static void logitsBackward(
      MessageBlock b,
      int i,
      int p,
      float[] logitGradient,
      int logitGradientAt,
      float[] queryGradient,
      int queryGradientAt,
      float[] keyGradient,
      int keyGradientAt) {
    int h = b.channels;
    float[] radial = b.radial;
    float[] dRadial = b.radialGradient;
    FloatVector query = FloatVector.fromArray(F, b.query, b.queryAt + i * h + p);
    FloatVector sum = FloatVector.fromArray(F, queryGradient, queryGradientAt);
    int end = b.start[i + 1];
    for (int e = b.start[i]; e < end; e++) {
      int row = e - b.firstEdge;
      int k = b.source[e] * h + p;
      int r = b.slot[e] * (1 + b.parts) * h + p;
      FloatVector l = FloatVector.fromArray(F, logitGradient, logitGradientAt + row * L);
      FloatVector key = FloatVector.fromArray(F, b.key, b.keyAt + k);
      FloatVector dk = FloatVector.fromArray(F, radial, b.radialAt + r);
      FloatVector lk = l.mul(key);
      sum = fma(lk, dk, sum);
      FloatVector lq = l.mul(query);
      int to = keyGradientAt + k;
      fma(lq, dk, FloatVector.fromArray(F, keyGradient, to)).intoArray(keyGradient, to);
      int at = b.radialGradientAt + r;
      fma(lq, key, FloatVector.fromArray(F, dRadial, at)).intoArray(dRadial, at);
    }
    sum.intoArray(queryGradient, queryGradientAt);
  }

  @Override
  public void interpolate(
      float[] table,
      int tableAt,
      int columns,
      int[] row,
      float[] taps,
      int[] slot,
      int[] order,
      int from,
      int to,
      float[] out,
      int outAt) {
    if (columns % L != 0) {
      scalar.interpolate(table, tableAt, columns, row, taps, slot, order, from, to, out, outAt);
      return;
    }
    VectorInterpolation.read(table, tableAt, columns, row, taps, slot, order, from, to, out, outAt);
  }

  @Override
  public void interpolateBackward(
      float[] gradient,
      int gradientAt,
      int columns,
      int[] row,
      float[] taps,
      int[] slot,
      int[] order,
      int from,
      int to,
      float[] tableGradient,
      int tableAt) {
    if (columns % L != 0) {
      scalar.interpolateBackward(
          gradient, gradientAt, columns, row, taps, slot, order, from, to, tableGradient, tableAt);
      return;
    }
    VectorInterpolation.readBackward(
        gradient, gradientAt, columns, row, taps, slot, order, from, to, tableGradient, tableAt);
  }

  @Override
  public void siluWithSlope(
      float[] x, int xo, float[] y, int yo, float[] slope, int slopeAt, int n) {
    VectorElementwise.siluWithSlope(x, xo, y, yo, slope, slopeAt, n);
  }

  @Override
  public void update(
      int from,
      int to,
      int channels,
      float[] x,
      int xAt,
      float[] v,
      int vAt,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] u,
      int uAt,
      float[] newX,
      int newXAt,
      float[] newV,
      int newVAt) {
    if (channels % L != 0) {
      scalar.update(
          from, to, channels, x, xAt, v, vAt, p, pAt, o, oAt, u, uAt, newX, newXAt, newV, newVAt);
      return;
    }
    VectorAtomUpdate.update(
        from, to, channels, x, xAt, v, vAt, p, pAt, o, oAt, u, uAt, newX, newXAt, newV, newVAt);
  }

  @Override
  public void updateBackward(
      int atoms,
      int channels,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] dx,
      int dxAt,
      float[] dv,
      int dvAt,
      float[] dp,
      int dpAt,
      float[] dO,
      int dOAt) {
    if (channels % L != 0) {
      scalar.updateBackward(
          atoms, channels, p, pAt, o, oAt, dx, dxAt, dv, dvAt, dp, dpAt, dO, dOAt);
      return;
    }
    VectorAtomUpdate.updateBackward(
        atoms, channels, p, pAt, o, oAt, dx, dxAt, dv, dvAt, dp, dpAt, dO, dOAt);
  }
}
