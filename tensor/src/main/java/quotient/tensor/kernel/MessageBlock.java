package quotient.tensor.kernel;

/// The arguments of {@link MessageKernels}: the edges into some consecutive targets, what their
/// messages are made of, and where gradients go.
///
/// H channels, A heads, c value parts (3, or 4 with the cross product). Node arrays have one row per
/// atom from their offset; `edge` arrays one row per edge of the whole list; *block* arrays one row
/// per edge from `firstEdge` on; *slot* arrays one row per slot of the block: both directions of a pair
/// of atoms may share one. An array of length 0 stands for "absent". In `query`, `key`, the
/// first H numbers of `radial`, the first H of `value` and the scalar sums, channel p belongs to head
/// `p mod A`. *Confined*; all fields are borrowed.
public final class MessageBlock {
  /// Stands for an absent array.
  public static final float[] ABSENT = new float[0];

  private static final int[] NO_EDGES = new int[0];

  /// H, a multiple of `heads`.
  public int channels;

  /// A.
  public int heads;

  /// c: scalar, vector and direction part; with 4 the cross product as well.
  public int parts;

  /// First target of the block.
  public int fromTarget;

  /// One past the last target of the block.
  public int toTarget;

  /// First edge of each target, and the end.
  public int[] start = NO_EDGES;

  /// Source of each edge.
  public int[] source = NO_EDGES;

  /// Target of each edge; for {@link MessageKernels#addFarBackward}.
  public int[] target = NO_EDGES;

  /// First place in `outgoing` of each source, and the end; likewise.
  public int[] outgoingStart = NO_EDGES;

  /// All edges by source, targets ascending; likewise.
  public int[] outgoing = NO_EDGES;

  /// First edge of the block: row 0 of the block arrays.
  public int firstEdge;

  /// Row of each edge in the slot arrays.
  public int[] slot = NO_EDGES;

  /// Node, `[H]`: q.
  public float[] query = ABSENT;

  /// Offset of `query`.
  public int queryAt;

  /// Node, `[H]`: k.
  public float[] key = ABSENT;

  /// Offset of `key`.
  public int keyAt;

  /// Node, `[c H]`: v, part by part.
  public float[] value = ABSENT;

  /// Offset of `value`.
  public int valueAt;

  /// Node, `[3, H]`: the vector features V; absent where they are zero.
  public float[] vectors = ABSENT;

  /// Offset of `vectors`.
  public int vectorsAt;

  /// Edge, `[3]`: the direction n.
  public float[] direction = ABSENT;

  /// Offset of `direction`.
  public int directionAt;

  /// Slot, `[(1 + c) H]`: dk and the parts of dv. For far edges a single row
  /// `[c H]`: dv alone.
  public float[] radial = ABSENT;

  /// Offset of `radial`.
  public int radialAt;

  /// Block, rows of {@link MessageKernels#headStride}: the attention weight w.
  public float[] weight = ABSENT;

  /// Offset of `weight`.
  public int weightAt;

  /// Node, `[H]`: gradient of the scalar sums.
  public float[] scalarGradient = ABSENT;

  /// Offset of `scalarGradient`.
  public int scalarGradientAt;

  /// Node, `[3, H]`: gradient of the vector sums.
  public float[] vectorGradient = ABSENT;

  /// Offset of `vectorGradient`.
  public int vectorGradientAt;

  /// Node, `[c H]`: added to, gradient of `value`.
  public float[] valueGradient = ABSENT;

  /// Offset of `valueGradient`.
  public int valueGradientAt;

  /// Node, `[3, H]`: added to, gradient of `vectors`; absent with them.
  public float[] vectorsGradient = ABSENT;

  /// Offset of `vectorsGradient`.
  public int vectorsGradientAt;

  /// Edge, `[3]`: added to, gradient of `direction`; absent if nobody wants it.
  public float[] directionGradient = ABSENT;

  /// Offset of `directionGradient`.
  public int directionGradientAt;

  /// Slot, `[(1 + c) H]`, added to: gradient of `radial`. For far edges a single row `[c H]`.
  public float[] radialGradient = ABSENT;

  /// Offset of `radialGradient`.
  public int radialGradientAt;

  /// No arguments yet.
  public MessageBlock() {}
}
