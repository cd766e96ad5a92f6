package quotient.tensor.kernel;

/// The loops of attention whose bias is read from a table by the classes of a pair.
///
///     bias_j = rho_j (T[a_j] + T[b_j] + T[c_j]) + sigma_j T[s] + tau_j T[t]
///
/// for one head, one query and the keys j; see {@link PairBias}. No checks but `assert`, no threads, no
/// allocation; a number depends on its own pair alone, except sums, which run over j in a fixed order.
public interface AttentionKernels {
  /// y_j = scale y_j + bias_j for n keys.
  void addBias(PairBias bias, float scale, float[] y, int yo, int n);

  /// Adds dy_j d(bias_j) to the gradients of the coefficients of n pairs.
  ///
  /// @param d gradient of the coefficients: rho from `dRho`, sigma from `dSigma`, tau from `dTau` on
  void coefficientBackward(
      PairBias bias, float[] dy, int dyo, float[] d, int dRho, int dSigma, int dTau, int n);

  /// Adds sum over j of dy_j d(bias_j) to the gradient of the table, pair after pair.
  ///
  /// @param d gradient of the table
  void tableBackward(PairBias bias, float[] dy, int dyo, float[] d, int dOffset, int n);
}
