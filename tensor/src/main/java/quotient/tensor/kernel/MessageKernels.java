package quotient.tensor.kernel;

/// The inner loops of equivariant message passing over a {@link MessageBlock}.
///
/// For an edge from j to i with direction n, and per channel,
///
///     u_b = v_jb dv_b          b: parts of the value
///     m   = u_0 w              w: attention weight of the edge and the channel's head
///     M   = u_1 V_j + u_2 n + u_3 n × V_j        the last term only with four parts
///
/// No checks but `assert`, no threads, no allocation; the rows of a target are made from its own
/// edges in their order alone, so bits do not depend on how targets are cut into blocks.
public interface MessageKernels {
  /// Numbers from the heads of one edge to those of the next in logits, weights and their gradients.
  ///
  /// At least A; depends on the width H too. A kernel set may repeat the heads' numbers to fill a
  /// vector; element-wise functions may run over whole rows, and the first A numbers are always the
  /// heads'.
  int headStride(int heads, int channels);

  /// logit_h = sum over the channels p of head h of q_i k_j dk, for all edges of the block.
  ///
  /// @param logit block, rows of {@link #headStride}, overwritten
  void logits(MessageBlock block, float[] logit, int logitAt);

  /// X_i = sum m and U_i = sum M over the edges of each target of the block.
  ///
  /// @param scalars node, `[H]`, rows of the block's targets overwritten
  /// @param sums node, `[3, H]`, rows of the block's targets overwritten
  void sumNear(MessageBlock block, float[] scalars, int scalarsAt, float[] sums, int sumsAt);

  /// U_i = U_i + sum M over far edges, whose dv is the same row `[c H]` for all and whose m is zero.
  void addFar(MessageBlock block, float[] sums, int sumsAt);

  /// Adjoint of {@link #sumNear}: adds to the gradients of value, vectors, direction and the dv parts
  /// of `radial`, overwrites the gradient of the weights.
  ///
  /// @param weightGradient block, rows of {@link #headStride}, overwritten
  void sumNearBackward(MessageBlock block, float[] weightGradient, int weightGradientAt);

  /// Adjoint of {@link #addFar} over all edges: adds to the gradients of value, vectors, direction
  /// and the row.
  void addFarBackward(MessageBlock block);

  /// Adjoint of {@link #logits}: adds to the gradients of q, k and the dk part of `radial`.
  ///
  /// @param logitGradient block, rows of {@link #headStride}
  /// @param queryGradient node, `[H]`, added to
  /// @param keyGradient node, `[H]`, added to
  void logitsBackward(
      MessageBlock block,
      float[] logitGradient,
      int logitGradientAt,
      float[] queryGradient,
      int queryGradientAt,
      float[] keyGradient,
      int keyGradientAt);

  /// out_slot = sum over k < 6 of taps_ek T[row_e + k] for the edges `order[from] ... order[to - 1]`.
  ///
  /// @param table rows of `columns` numbers
  /// @param row first row of each edge; edges of one row that follow each other are cheaper
  /// @param taps six per edge
  /// @param slot row of each edge in `out`; no two of them the same
  void interpolate(
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
      int outAt);

  /// Adjoint of {@link #interpolate}: dT[row_e + k] += taps_ek d_slot, edges in the given order.
  void interpolateBackward(
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
      int tableAt);

  /// y = silu(x) and slope = silu'(x); y may be x.
  void siluWithSlope(float[] x, int xo, float[] y, int yo, float[] slope, int slopeAt, int n);

  /// One layer's update of atoms, with the channels of each of the three parts of p and o:
  ///
  ///     x' = x + (p1 . p2) o2 + o3        V' = V + p3 o1 + U
  ///
  /// @param x node, `[H]`
  /// @param v node, `[3, H]`
  /// @param p node, `[3, 3 H]`
  /// @param o node, `[3 H]`
  /// @param u node, `[3, H]`
  /// @param newX node, `[H]`, overwritten
  /// @param newV node, `[3, H]`, overwritten
  void update(
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
      int newVAt);

  /// Adjoint of {@link #update} for p and o: adds to their gradients.
  void updateBackward(
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
      int dOAt);
}
