package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.fma;

import jdk.incubator.vector.FloatVector;

/// {@link AttentionKernels} with the Vector API: a vector of keys reads its classes by gathers; what
/// is left of a row goes through the same operations one by one.
final class VectorAttentionKernels implements AttentionKernels {
  VectorAttentionKernels() {}

  private static float fused(float a, float b, float c) {
    return Lanes.FMA ? Math.fma(a, b, c) : a * b + c;
  }

  @Override
  public void addBias(PairBias bias, float scale, float[] y, int yo, int n) {
    for (int from = 0; from < n; from += PairBias.BLOCK) {
      int count = Math.min(PairBias.BLOCK, n - from);
      sumClasses(bias, from, count);
      addBlock(bias, from, scale, y, yo + from, count);
    }
  }

  /// T[a] + T[b] + T[c] of some pairs. One by one: the vectors' gather is no faster, and HotSpot
  /// allocates in it if it compiles it early.
  private static void sumClasses(PairBias bias, int from, int n) {
    float[] table = bias.table;
    int tableAt = bias.tableAt;
    int[] first = bias.first;
    int[] second = bias.second;
    int[] third = bias.third;
    int at = bias.at + from;
    float[] sums = bias.sums;
    for (int j = 0; j < n; j++) {
      sums[j] =
          table[tableAt + first[at + j]]
              + table[tableAt + second[at + j]]
              + table[tableAt + third[at + j]];
    }
  }

  private static void addBlock(PairBias bias, int from, float scale, float[] y, int yo, int n) {
    float[] coefficient = bias.coefficient;
    int rhoAt = bias.rhoAt + from;
    int sigmaAt = bias.sigmaAt + from;
    int tauAt = bias.tauAt + from;
    float[] sums = bias.sums;
    float sigmaFactor = bias.sigmaFactor();
    float tauFactor = bias.tauFactor();
    int bound = F.loopBound(n);
    for (int j = 0; j < bound; j += L) {
      FloatVector b = FloatVector.fromArray(F, coefficient, tauAt + j).mul(tauFactor);
      b = fma(FloatVector.fromArray(F, coefficient, sigmaAt + j), sigmaFactor, b);
      b =
          fma(
              FloatVector.fromArray(F, coefficient, rhoAt + j),
              FloatVector.fromArray(F, sums, j),
              b);
      fma(FloatVector.fromArray(F, y, yo + j), scale, b).intoArray(y, yo + j);
    }
    for (int j = bound; j < n; j++) {
      float b = coefficient[tauAt + j] * tauFactor;
      b = fused(coefficient[sigmaAt + j], sigmaFactor, b);
      b = fused(coefficient[rhoAt + j], sums[j], b);
      y[yo + j] = fused(y[yo + j], scale, b);
    }
  }

  @Override
  public void coefficientBackward(
      PairBias bias, float[] dy, int dyo, float[] d, int dRho, int dSigma, int dTau, int n) {
    for (int from = 0; from < n; from += PairBias.BLOCK) {
      int count = Math.min(PairBias.BLOCK, n - from);
      sumClasses(bias, from, count);
      blockBackward(bias, dy, dyo + from, d, dRho + from, dSigma + from, dTau + from, count);
    }
  }

  private static void blockBackward(
      PairBias bias, float[] dy, int dyo, float[] d, int dRho, int dSigma, int dTau, int n) {
    float[] sums = bias.sums;
    float sigmaFactor = bias.sigmaFactor();
    float tauFactor = bias.tauFactor();
    int bound = F.loopBound(n);
    for (int j = 0; j < bound; j += L) {
      FloatVector g = FloatVector.fromArray(F, dy, dyo + j);
      FloatVector sum = FloatVector.fromArray(F, sums, j);
      fma(g, sum, FloatVector.fromArray(F, d, dRho + j)).intoArray(d, dRho + j);
      fma(g, sigmaFactor, FloatVector.fromArray(F, d, dSigma + j)).intoArray(d, dSigma + j);
      fma(g, tauFactor, FloatVector.fromArray(F, d, dTau + j)).intoArray(d, dTau + j);
    }
    for (int j = bound; j < n; j++) {
      float g = dy[dyo + j];
      d[dRho + j] = fused(g, sums[j], d[dRho + j]);
      d[dSigma + j] = fused(g, sigmaFactor, d[dSigma + j]);
      d[dTau + j] = fused(g, tauFactor, d[dTau + j]);
    }
  }

  @Override
  public void tableBackward(PairBias bias, float[] dy, int dyo, float[] d, int dOffset, int n) {
    ScalarAttentionKernels.scatter(bias, dy, dyo, d, dOffset, n);
    float[] c = bias.coefficient;
    d[dOffset + bias.sigmaRow] += (float) VectorRows.dot(c, bias.sigmaAt, dy, dyo, n);
    d[dOffset + bias.tauRow] += (float) VectorRows.dot(c, bias.tauAt, dy, dyo, n);
  }
}
