package quotient.tensor.kernel;

/// The inner loops of message passing in which one attention weight gates scalars and vectors alike.
///
/// For an edge from j to i with direction n and weight w, and per channel,
///
///     u_b = v_jb dv_b w          b = 0, 1, 2
///     X_i = sum u_0        U_i = sum u_1 V_j + u_2 n
///
/// over a {@link MessageBlock} with three parts and vector features. Channel p belongs to head
/// `p mod A` in all of them. Logits and tables are those of {@link MessageKernels}, whose rules on
/// checks, threads and bits hold here too.
public interface GatedMessageKernels {
  /// X_i and U_i for each target of the block.
  ///
  /// @param scalars node, `[H]`, rows of the block's targets overwritten
  /// @param sums node, `[3, H]`, rows of the block's targets overwritten
  void sum(MessageBlock block, float[] scalars, int scalarsAt, float[] sums, int sumsAt);

  /// Adjoint of {@link #sum}: adds to the gradients of value, vectors, direction and the dv parts of
  /// `radial`, overwrites the gradient of the weights.
  ///
  /// @param weightGradient block, rows of {@link MessageKernels#headStride}, overwritten
  void sumBackward(MessageBlock block, float[] weightGradient, int weightGradientAt);
}
