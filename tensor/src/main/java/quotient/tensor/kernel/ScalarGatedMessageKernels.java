package quotient.tensor.kernel;

import java.util.Arrays;

/// Plain loops: the readable definition of {@link GatedMessageKernels}, and the fallback.
public final class ScalarGatedMessageKernels implements GatedMessageKernels {
  /// The scalar loops; they have no state.
  public ScalarGatedMessageKernels() {}

  @Override
  public void sum(MessageBlock b, float[] scalars, int scalarsAt, float[] sums, int sumsAt) {
    int h = b.channels;
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      int x = scalarsAt + i * h;
      int u = sumsAt + 3 * i * h;
      Arrays.fill(scalars, x, x + h, 0f);
      Arrays.fill(sums, u, u + 3 * h, 0f);
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int v = b.valueAt + 3 * b.source[e] * h;
        int r = b.radialAt + (4 * b.slot[e] + 1) * h;
        int w = b.weightAt + (e - b.firstEdge) * b.heads;
        int vec = b.vectorsAt + 3 * b.source[e] * h;
        int d = b.directionAt + 3 * e;
        for (int p = 0; p < h; p++) {
          float weight = b.weight[w + p % b.heads];
          float u1 = b.value[v + h + p] * b.radial[r + h + p] * weight;
          float u2 = b.value[v + 2 * h + p] * b.radial[r + 2 * h + p] * weight;
          scalars[x + p] += b.value[v + p] * b.radial[r + p] * weight;
          for (int axis = 0; axis < 3; axis++) {
            sums[u + axis * h + p] +=
                u1 * b.vectors[vec + axis * h + p] + u2 * b.direction[d + axis];
          }
        }
      }
    }
  }

  @Override
  public void sumBackward(MessageBlock b, float[] weightGradient, int weightGradientAt) {
    for (int i = b.fromTarget; i < b.toTarget; i++) {
      for (int e = b.start[i]; e < b.start[i + 1]; e++) {
        int row = e - b.firstEdge;
        int dw = weightGradientAt + row * b.heads;
        Arrays.fill(weightGradient, dw, dw + b.heads, 0f);
        for (int p = 0; p < b.channels; p++) {
          weightGradient[dw + p % b.heads] += channelBackward(b, i, e, row, p);
        }
        if (b.directionGradient.length > 0) {
          directionBackward(b, i, e, row, b.heads);
        }
      }
    }
  }

  /// All of one channel of one edge.
  ///
  /// @return its share of the weight's gradient
  private static float channelBackward(MessageBlock b, int i, int e, int row, int p) {
    int h = b.channels;
    int d = b.directionAt + 3 * e;
    int vec = 3 * b.source[e] * h + p;
    int g = b.vectorGradientAt + 3 * i * h + p;
    float w = b.weight[b.weightAt + row * b.heads + p % b.heads];
    float moving = 0;
    float along = 0;
    float u1 = part(b, e, 1, p) * w;
    for (int axis = 0; axis < 3; axis++) {
      float gradient = b.vectorGradient[g + axis * h];
      moving += b.vectors[b.vectorsAt + vec + axis * h] * gradient;
      along += b.direction[d + axis] * gradient;
      b.vectorsGradient[b.vectorsGradientAt + vec + axis * h] += u1 * gradient;
    }
    float scalar = b.scalarGradient[b.scalarGradientAt + i * h + p];
    return partBackward(b, e, 0, p, scalar, w)
        + partBackward(b, e, 1, p, moving, w)
        + partBackward(b, e, 2, p, along, w);
  }

  private static float part(MessageBlock b, int e, int part, int p) {
    int h = b.channels;
    return b.value[b.valueAt + (3 * b.source[e] + part) * h + p]
        * b.radial[b.radialAt + (4 * b.slot[e] + 1 + part) * h + p];
  }

  private static float partBackward(MessageBlock b, int e, int part, int p, float du, float w) {
    int h = b.channels;
    int v = (3 * b.source[e] + part) * h + p;
    int r = (4 * b.slot[e] + 1 + part) * h + p;
    float value = b.value[b.valueAt + v];
    float radial = b.radial[b.radialAt + r];
    float gated = du * w;
    b.valueGradient[b.valueGradientAt + v] += gated * radial;
    b.radialGradient[b.radialGradientAt + r] += gated * value;
    return du * (value * radial);
  }

  /// Adds the gradient of one edge's direction: sum over channels of u_2 g.
  ///
  /// @param headStride numbers from the weights of one edge to those of the next
  static void directionBackward(MessageBlock b, int i, int e, int row, int headStride) {
    int h = b.channels;
    int g = b.vectorGradientAt + 3 * i * h;
    int w = b.weightAt + row * headStride;
    for (int axis = 0; axis < 3; axis++) {
      double sum = 0;
      for (int p = 0; p < h; p++) {
        float u2 = part(b, e, 2, p) * b.weight[w + p % b.heads];
        sum += u2 * b.vectorGradient[g + axis * h + p];
      }
      b.directionGradient[b.directionGradientAt + 3 * e + axis] += (float) sum;
    }
  }
}
