package quotient.tensor.kernel;

/// {@link AttentionKernels} as plain loops.
final class ScalarAttentionKernels implements AttentionKernels {
  ScalarAttentionKernels() {}

  @Override
  public void addBias(PairBias bias, float scale, float[] y, int yo, int n) {
    float sigmaFactor = bias.sigmaFactor();
    float tauFactor = bias.tauFactor();
    for (int j = 0; j < n; j++) {
      float sum = sumOfClasses(bias, j);
      float b =
          bias.coefficient[bias.rhoAt + j] * sum
              + bias.coefficient[bias.sigmaAt + j] * sigmaFactor
              + bias.coefficient[bias.tauAt + j] * tauFactor;
      y[yo + j] = scale * y[yo + j] + b;
    }
  }

  private static float sumOfClasses(PairBias bias, int j) {
    return bias.table[bias.tableAt + bias.first[bias.at + j]]
        + bias.table[bias.tableAt + bias.second[bias.at + j]]
        + bias.table[bias.tableAt + bias.third[bias.at + j]];
  }

  @Override
  public void coefficientBackward(
      PairBias bias, float[] dy, int dyo, float[] d, int dRho, int dSigma, int dTau, int n) {
    float sigmaFactor = bias.sigmaFactor();
    float tauFactor = bias.tauFactor();
    for (int j = 0; j < n; j++) {
      d[dRho + j] += dy[dyo + j] * sumOfClasses(bias, j);
      d[dSigma + j] += dy[dyo + j] * sigmaFactor;
      d[dTau + j] += dy[dyo + j] * tauFactor;
    }
  }

  @Override
  public void tableBackward(PairBias bias, float[] dy, int dyo, float[] d, int dOffset, int n) {
    scatter(bias, dy, dyo, d, dOffset, n);
    double sigma = 0;
    double tau = 0;
    for (int j = 0; j < n; j++) {
      sigma += bias.coefficient[bias.sigmaAt + j] * dy[dyo + j];
      tau += bias.coefficient[bias.tauAt + j] * dy[dyo + j];
    }
    d[dOffset + bias.sigmaRow] += (float) sigma;
    d[dOffset + bias.tauRow] += (float) tau;
  }

  /// Adds rho_j dy_j to the rows of the three classes of each pair.
  static void scatter(PairBias bias, float[] dy, int dyo, float[] d, int dOffset, int n) {
    int[] first = bias.first;
    int[] second = bias.second;
    int[] third = bias.third;
    int at = bias.at;
    for (int j = 0; j < n; j++) {
      float g = bias.coefficient[bias.rhoAt + j] * dy[dyo + j];
      d[dOffset + first[at + j]] += g;
      d[dOffset + second[at + j]] += g;
      d[dOffset + third[at + j]] += g;
    }
  }
}
