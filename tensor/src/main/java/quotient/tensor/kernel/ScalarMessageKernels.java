package quotient.tensor.kernel;

import java.util.Arrays;

/// Plain loops: the readable definition of {@link MessageKernels}, and the fallback.
public final class ScalarMessageKernels implements MessageKernels {
  /// Rows of a table that make one value.
  static final int TAPS = 6;

  /// The scalar loops; they have no state.
  public ScalarMessageKernels() {}

  @Override
  public int headStride(int heads, int channels) {
    return heads;
  }

  @Override
  public void logits(MessageBlock b, float[] logit, int logitAt) {
    int h = b.channels;
    int stride = (1 + b.parts) * h;
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int out = logitAt + (e - b.firstEdge) * b.heads;
        int q = b.queryAt + i * h;
        int k = b.keyAt + b.source[e] * h;
        int r = b.radialAt + b.slot[e] * stride;
        Arrays.fill(logit, out, out + b.heads, 0f);
        for (int p = 0; p < h; p++) {
          logit[out + p % b.heads] += b.query[q + p] * b.key[k + p] * b.radial[r + p];
        }
      }
    }
  }

  @Override
  public void sumNear(MessageBlock b, float[] scalars, int scalarsAt, float[] sums, int sumsAt) {
    int h = b.channels;
    int stride = (1 + b.parts) * h;
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      int x = scalarsAt + i * h;
      int u = sumsAt + 3 * i * h;
      Arrays.fill(scalars, x, x + h, 0f);
      Arrays.fill(sums, u, u + 3 * h, 0f);
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int v = b.valueAt + b.source[e] * b.parts * h;
        int r = b.radialAt + b.slot[e] * stride + h;
        int w = b.weightAt + (e - b.firstEdge) * b.heads;
        for (int p = 0; p < h; p++) {
          scalars[x + p] += b.value[v + p] * b.radial[r + p] * b.weight[w + p % b.heads];
        }
        addMessage(b, e, r, sums, u);
      }
    }
  }

  @Override
  public void addFar(MessageBlock b, float[] sums, int sumsAt) {
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        addMessage(b, e, b.radialAt, sums, sumsAt + 3 * i * b.channels);
      }
    }
  }

  /// U += M for one edge, with the parts of dv from index r.
  private static void addMessage(MessageBlock b, int e, int r, float[] sums, int u) {
    int h = b.channels;
    int v = b.valueAt + b.source[e] * b.parts * h;
    float nx = b.direction[b.directionAt + 3 * e];
    float ny = b.direction[b.directionAt + 3 * e + 1];
    float nz = b.direction[b.directionAt + 3 * e + 2];
    for (int p = 0; p < h; p++) {
      float u2 = b.value[v + 2 * h + p] * b.radial[r + 2 * h + p];
      sums[u + p] += u2 * nx;
      sums[u + h + p] += u2 * ny;
      sums[u + 2 * h + p] += u2 * nz;
    }
    if (b.vectors.length == 0) {
      return;
    }
    int vec = b.vectorsAt + 3 * b.source[e] * h;
    for (int p = 0; p < h; p++) {
      float x = b.vectors[vec + p];
      float y = b.vectors[vec + h + p];
      float z = b.vectors[vec + 2 * h + p];
      float u1 = b.value[v + h + p] * b.radial[r + h + p];
      sums[u + p] += u1 * x;
      sums[u + h + p] += u1 * y;
      sums[u + 2 * h + p] += u1 * z;
      if (b.parts == 4) {
        float u3 = b.value[v + 3 * h + p] * b.radial[r + 3 * h + p];
        sums[u + p] += u3 * (ny * z - nz * y);
        sums[u + h + p] += u3 * (nz * x - nx * z);
        sums[u + 2 * h + p] += u3 * (nx * y - ny * x);
      }
    }
  }

  @Override
  public void sumNearBackward(MessageBlock b, float[] weightGradient, int weightGradientAt) {
    int h = b.channels;
    int stride = (1 + b.parts) * h;
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int row = e - b.firstEdge;
        int dw = weightGradientAt + row * b.heads;
        int w = b.weightAt + row * b.heads;
        int v = b.source[e] * b.parts * h;
        int r = b.radialAt + b.slot[e] * stride + h;
        int dr = b.radialGradientAt + b.slot[e] * stride + h;
        Arrays.fill(weightGradient, dw, dw + b.heads, 0f);
        for (int p = 0; p < h; p++) {
          float value = b.value[b.valueAt + v + p];
          float radial = b.radial[r + p];
          float dm = b.scalarGradient[b.scalarGradientAt + i * h + p];
          weightGradient[dw + p % b.heads] += dm * (value * radial);
          float du = dm * b.weight[w + p % b.heads];
          b.valueGradient[b.valueGradientAt + v + p] += du * radial;
          b.radialGradient[dr + p] += du * value;
        }
        messageBackward(b, i, e, r, dr);
      }
    }
  }

  @Override
  public void addFarBackward(MessageBlock b) {
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        messageBackward(b, i, e, b.radialAt, b.radialGradientAt);
      }
    }
  }

  /// Adjoint of {@link #addMessage}.
  private static void messageBackward(MessageBlock b, int i, int e, int r, int dr) {
    int h = b.channels;
    int v = b.source[e] * b.parts * h;
    int vec = 3 * b.source[e] * h;
    int g = b.vectorGradientAt + 3 * i * h;
    boolean moving = b.vectors.length > 0;
    float nx = b.direction[b.directionAt + 3 * e];
    float ny = b.direction[b.directionAt + 3 * e + 1];
    float nz = b.direction[b.directionAt + 3 * e + 2];
    for (int p = 0; p < h; p++) {
      float gx = b.vectorGradient[g + p];
      float gy = b.vectorGradient[g + h + p];
      float gz = b.vectorGradient[g + 2 * h + p];
      partBackward(b, v, r, dr, 2 * h + p, nx * gx + ny * gy + nz * gz);
      float x = moving ? b.vectors[b.vectorsAt + vec + p] : 0;
      float y = moving ? b.vectors[b.vectorsAt + vec + h + p] : 0;
      float z = moving ? b.vectors[b.vectorsAt + vec + 2 * h + p] : 0;
      float u1 = part(b, v, r, h + p);
      partBackward(b, v, r, dr, h + p, x * gx + y * gy + z * gz);
      float dx = u1 * gx;
      float dy = u1 * gy;
      float dz = u1 * gz;
      if (b.parts == 4) {
        float u3 = part(b, v, r, 3 * h + p);
        float cx = gy * nz - gz * ny;
        float cy = gz * nx - gx * nz;
        float cz = gx * ny - gy * nx;
        partBackward(b, v, r, dr, 3 * h + p, x * cx + y * cy + z * cz);
        dx += u3 * cx;
        dy += u3 * cy;
        dz += u3 * cz;
      }
      if (moving) {
        b.vectorsGradient[b.vectorsGradientAt + vec + p] += dx;
        b.vectorsGradient[b.vectorsGradientAt + vec + h + p] += dy;
        b.vectorsGradient[b.vectorsGradientAt + vec + 2 * h + p] += dz;
      }
    }
    if (b.directionGradient.length > 0) {
      directionBackward(b, i, e, r);
    }
  }

  /// Adds the gradient of one edge's direction: sum over channels of u_2 g + u_3 V × g.
  static void directionBackward(MessageBlock b, int i, int e, int r) {
    int h = b.channels;
    int v = b.source[e] * b.parts * h;
    int vec = b.vectorsAt + 3 * b.source[e] * h;
    int g = b.vectorGradientAt + 3 * i * h;
    boolean crossing = b.vectors.length > 0 && b.parts == 4;
    double dnx = 0;
    double dny = 0;
    double dnz = 0;
    for (int p = 0; p < h; p++) {
      float gx = b.vectorGradient[g + p];
      float gy = b.vectorGradient[g + h + p];
      float gz = b.vectorGradient[g + 2 * h + p];
      float u2 = part(b, v, r, 2 * h + p);
      dnx += u2 * gx;
      dny += u2 * gy;
      dnz += u2 * gz;
      if (crossing) {
        float x = b.vectors[vec + p];
        float y = b.vectors[vec + h + p];
        float z = b.vectors[vec + 2 * h + p];
        float u3 = part(b, v, r, 3 * h + p);
        dnx += u3 * (y * gz - z * gy);
        dny += u3 * (z * gx - x * gz);
        dnz += u3 * (x * gy - y * gx);
      }
    }
    b.directionGradient[b.directionGradientAt + 3 * e] += (float) dnx;
    b.directionGradient[b.directionGradientAt + 3 * e + 1] += (float) dny;
    b.directionGradient[b.directionGradientAt + 3 * e + 2] += (float) dnz;
  }

  private static float part(MessageBlock b, int v, int r, int at) {
    return b.value[b.valueAt + v + at] * b.radial[r + at];
  }

  private static void partBackward(MessageBlock b, int v, int r, int dr, int at, float du) {
    b.valueGradient[b.valueGradientAt + v + at] += du * b.radial[r + at];
    b.radialGradient[dr + at] += du * b.value[b.valueAt + v + at];
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
    int h = b.channels;
    int stride = (1 + b.parts) * h;
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int row = e - b.firstEdge;
        int q = i * h;
        int k = b.source[e] * h;
        int r = b.slot[e] * stride;
        for (int p = 0; p < h; p++) {
          float l = logitGradient[logitGradientAt + row * b.heads + p % b.heads];
          float query = b.query[b.queryAt + q + p];
          float key = b.key[b.keyAt + k + p];
          float radial = b.radial[b.radialAt + r + p];
          queryGradient[queryGradientAt + q + p] += l * key * radial;
          keyGradient[keyGradientAt + k + p] += l * query * radial;
          b.radialGradient[b.radialGradientAt + r + p] += l * query * key;
        }
      }
    }
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
    for (int place = from; place < to; place++) {
      int e = order[place];
      for (int p = 0; p < columns; p++) {
        float sum = 0;
        for (int k = 0; k < TAPS; k++) {
          sum += taps[TAPS * e + k] * table[tableAt + (row[e] + k) * columns + p];
        }
        out[outAt + slot[e] * columns + p] = sum;
      }
    }
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
    for (int place = from; place < to; place++) {
      int e = order[place];
      for (int k = 0; k < TAPS; k++) {
        for (int p = 0; p < columns; p++) {
          tableGradient[tableAt + (row[e] + k) * columns + p] +=
              taps[TAPS * e + k] * gradient[gradientAt + slot[e] * columns + p];
        }
      }
    }
  }

  @Override
  public void siluWithSlope(
      float[] x, int xo, float[] y, int yo, float[] slope, int slopeAt, int n) {
    for (int i = 0; i < n; i++) {
      double v = x[xo + i];
      slope[slopeAt + i] = (float) ScalarKernels.siluSlope(v);
      y[yo + i] = (float) ScalarKernels.silu(v);
    }
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
    int h = channels;
    for (int i = from; i < to; i++) {
      int gate = oAt + 3 * i * h;
      for (int c = 0; c < h; c++) {
        float dot = 0;
        for (int row = 3 * i; row < 3 * i + 3; row++) {
          int at = pAt + 3 * row * h + c;
          int place = row * h + c;
          dot += p[at] * p[at + h];
          newV[newVAt + place] = v[vAt + place] + p[at + 2 * h] * o[gate + c] + u[uAt + place];
        }
        newX[newXAt + i * h + c] = x[xAt + i * h + c] + dot * o[gate + h + c] + o[gate + 2 * h + c];
      }
    }
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
    int h = channels;
    for (int i = 0; i < atoms; i++) {
      int gate = oAt + 3 * i * h;
      int gateGradient = dOAt + 3 * i * h;
      for (int c = 0; c < h; c++) {
        float d = dx[dxAt + i * h + c];
        float dDot = d * o[gate + h + c];
        float dot = 0;
        float sum = 0;
        for (int row = 3 * i; row < 3 * i + 3; row++) {
          int at = pAt + 3 * row * h + c;
          int to = dpAt + 3 * row * h + c;
          float e = dv[dvAt + row * h + c];
          dot += p[at] * p[at + h];
          sum += e * p[at + 2 * h];
          dp[to] += dDot * p[at + h];
          dp[to + h] += dDot * p[at];
          dp[to + 2 * h] += e * o[gate + c];
        }
        dO[gateGradient + c] += sum;
        dO[gateGradient + h + c] += d * dot;
        dO[gateGradient + 2 * h + c] += d;
      }
    }
  }
}
