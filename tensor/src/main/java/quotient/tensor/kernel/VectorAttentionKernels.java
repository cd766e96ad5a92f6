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
    float[] table = bias.table;
    int tableAt = bias.tableAt;
    int[] first = bias.first;
    int[] second = bias.second;
    int[] third = bias.third;
    float[] coefficient = bias.coefficient;
    int at = bias.at;
    float sigmaFactor = bias.sigmaFactor();
    float tauFactor = bias.tauFactor();
    int bound = F.loopBound(n);
    for (int j = 0; j < bound; j += L) {
      FloatVector sum = FloatVector.fromArray(F, table, tableAt, first, at + j);
      sum = sum.add(FloatVector.fromArray(F, table, tableAt, second, at + j));
      sum = sum.add(FloatVector.fromArray(F, table, tableAt, third, at + j));
      FloatVector b = FloatVector.fromArray(F, coefficient, bias.tauAt + j).mul(tauFactor);
      b = fma(FloatVector.fromArray(F, coefficient, bias.sigmaAt + j), sigmaFactor, b);
      b = fma(FloatVector.fromArray(F, coefficient, bias.rhoAt + j), sum, b);
      fma(FloatVector.fromArray(F, y, yo + j), scale, b).intoArray(y, yo + j);
    }
    for (int j = bound; j < n; j++) {
      float sum = table[tableAt + first[at + j]];
      sum += table[tableAt + second[at + j]];
      sum += table[tableAt + third[at + j]];
      float b = coefficient[bias.tauAt + j] * tauFactor;
      b = fused(coefficient[bias.sigmaAt + j], sigmaFactor, b);
      b = fused(coefficient[bias.rhoAt + j], sum, b);
      y[yo + j] = fused(y[yo + j], scale, b);
    }
  }

  @Override
  public void coefficientBackward(
      PairBias bias, float[] dy, int dyo, float[] d, int dRho, int dSigma, int dTau, int n) {
    float[] table = bias.table;
    int tableAt = bias.tableAt;
    int[] first = bias.first;
    int[] second = bias.second;
    int[] third = bias.third;
    int at = bias.at;
    float sigmaFactor = bias.sigmaFactor();
    float tauFactor = bias.tauFactor();
    int bound = F.loopBound(n);
    for (int j = 0; j < bound; j += L) {
      FloatVector g = FloatVector.fromArray(F, dy, dyo + j);
      FloatVector sum = FloatVector.fromArray(F, table, tableAt, first, at + j);
      sum = sum.add(FloatVector.fromArray(F, table, tableAt, second, at + j));
      sum = sum.add(FloatVector.fromArray(F, table, tableAt, third, at + j));
      fma(g, sum, FloatVector.fromArray(F, d, dRho + j)).intoArray(d, dRho + j);
      fma(g, sigmaFactor, FloatVector.fromArray(F, d, dSigma + j)).intoArray(d, dSigma + j);
      fma(g, tauFactor, FloatVector.fromArray(F, d, dTau + j)).intoArray(d, dTau + j);
    }
    for (int j = bound; j < n; j++) {
      float g = dy[dyo + j];
      float sum = table[tableAt + first[at + j]];
      sum += table[tableAt + second[at + j]];
      sum += table[tableAt + third[at + j]];
      d[dRho + j] = fused(g, sum, d[dRho + j]);
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
