package quotient.autodiff.op;

import java.util.Arrays;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;

/// The arguments of one {@link Attention}, and its work on one head of one segment.
///
/// Rows of logits are made {@value #ROWS} at a time and made again in the backward pass, so nothing of
/// n x n numbers is kept. A head of a segment reads and writes numbers of its own alone: the result
/// depends neither on threads nor on the segments beside it. *Immutable*, but for what it writes.
final class AttentionHead {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final float[] NO_NUMBERS = new float[0];

  /// Queries at a time, a multiple of the products' tiles.
  private static final int ROWS = 48;

  /// Numbers of a segment's queries, keys and values that the second cache holds.
  private static final int NEARBY = 1 << 17;

  private final int heads;
  private final int[] start;
  private final int[] pairStart;
  private final FloatTensor query;
  private final FloatTensor key;
  private final FloatTensor value;
  private final FloatTensor bias;
  private final FloatTensor mask;
  private final int width;
  private final int valueWidth;
  private final float scale;

  /// @param bias `[heads, P]`, or empty
  /// @param mask `[P]`, or empty
  AttentionHead(
      int heads, int[] start, Var query, Var key, Var value, FloatTensor bias, FloatTensor mask) {
    this.heads = heads;
    this.start = start;
    this.pairStart = new int[start.length];
    for (int s = 1; s < start.length; s++) {
      int n = start[s] - start[s - 1];
      pairStart[s] = pairStart[s - 1] + n * n;
    }
    this.query = query.value();
    this.key = key.value();
    this.value = value.value();
    this.bias = bias;
    this.mask = mask;
    this.width = query.columns() / heads;
    this.valueWidth = value.columns() / heads;
    this.scale = (float) (1 / Math.sqrt(width));
  }

  /// Heads of all segments: the units of work.
  int items() {
    return heads * segments();
  }

  private int segments() {
    return start.length - 1;
  }

  private int longest() {
    int longest = 0;
    for (int s = 0; s < segments(); s++) {
      longest = Math.max(longest, start[s + 1] - start[s]);
    }
    return longest;
  }

  /// Multiply-adds of the longest item.
  long work() {
    return (long) longest() * longest() * (width + valueWidth);
  }

  int forwardScratch() {
    int rows = longest() * Math.max(query.columns(), value.columns());
    return new Places(longest(), false).end + Math.min(rows, NEARBY);
  }

  int backwardScratch() {
    return new Places(longest(), true).end;
  }

  /// Where the parts of scratch memory begin, for n tokens.
  private final class Places {
    /// Numbers from one row of weights to the next: those beyond n are zero.
    private final int ld;

    private final int values;
    private final int weights;
    private final int plainKeys;
    private final int dWeights;
    private final int dLogits;
    private final int work;
    private final int end;

    Places(int n, boolean backward) {
      ld = KERNELS.paddedColumns(n);
      values = KERNELS.packedSize(width, n);
      weights =
          values
              + Math.max(
                  KERNELS.packedSize(n, valueWidth),
                  backward ? KERNELS.packedSize(valueWidth, n) : 0);
      plainKeys = weights + ROWS * ld;
      dWeights = plainKeys + (backward ? KERNELS.packedSize(n, width) : 0);
      dLogits = dWeights + (backward ? ROWS * ld : 0);
      work = dLogits + (backward ? ROWS * ld : 0);
      end = work + KERNELS.scratchSize();
    }
  }

  /// The segment of an item; the head is what remains.
  private int first(int item) {
    return start[item / heads];
  }

  private int count(int item) {
    return start[item / heads + 1] - first(item);
  }

  /// Where the pairs of an item's segment begin.
  private int pairs(int item) {
    return pairStart[item / heads];
  }

  /// The first number of an item in a matrix whose columns are cut into heads.
  private int at(FloatTensor x, int item) {
    return x.offset() + first(item) * x.columns() + item % heads * (x.columns() / heads);
  }

  private int biasAt(FloatTensor x, int item, int pairs) {
    return x.offset() + item % heads * x.columns() + pairs;
  }

  /// Whether all heads of a segment of n tokens fit near the processor.
  private boolean isNearby(int n) {
    return (long) n * (2L * query.columns() + value.columns()) <= NEARBY;
  }

  /// Copies an item's segment, all heads, to a place that nobody reads. A head reads short pieces of rows
  /// that lie far apart, each of which waits for memory if it is not near; whole rows in order do not.
  private void readInOrder(FloatTensor x, int item, int n, float[] scratch, int at) {
    int columns = x.columns();
    System.arraycopy(x.data(), x.offset() + first(item) * columns, scratch, at, n * columns);
  }

  /// o = softmax(scale q k^T + bias + mask) v for one item.
  void forward(int item, FloatTensor out, float[] scratch, int at) {
    int n = count(item);
    Places to = new Places(n, false);
    int ld = out.columns();
    if (item % heads == 0 && isNearby(n)) {
      readInOrder(query, item, n, scratch, at + to.end);
      readInOrder(key, item, n, scratch, at + to.end);
      readInOrder(value, item, n, scratch, at + to.end);
    }
    pack(key, item, n, true, scratch, at);
    pack(value, item, n, false, scratch, at + to.values);
    int pairs = pairs(item);
    for (int i = 0; i < n; i += ROWS) {
      int rows = Math.min(ROWS, n - i);
      weigh(item, pairs, i, rows, n, to, scratch, at);
      KERNELS.gemm(
          rows,
          valueWidth,
          n,
          scratch,
          at + to.weights,
          to.ld,
          scratch,
          at + to.values,
          out.data(),
          at(out, item) + i * ld,
          ld,
          false,
          scratch,
          at + to.work);
    }
  }

  /// Packs an item's part `[n, e]` of a matrix, or the transpose of it.
  private void pack(FloatTensor x, int item, int n, boolean transposed, float[] packed, int at) {
    int columns = x.columns() / heads;
    int k = transposed ? columns : n;
    int m = transposed ? n : columns;
    KERNELS.packB(x.data(), at(x, item), x.columns(), transposed, k, m, packed, at);
  }

  /// The softmax weights `[rows, n]` of some queries.
  private void weigh(
      int item, int pairs, int i, int rows, int n, Places to, float[] scratch, int at) {
    int weights = at + to.weights;
    int ld = query.columns();
    KERNELS.gemm(
        rows,
        to.ld,
        width,
        query.data(),
        at(query, item) + i * ld,
        ld,
        scratch,
        at,
        scratch,
        weights,
        to.ld,
        false,
        scratch,
        at + to.work);
    KERNELS.softmaxLogits(
        scale,
        scratch,
        weights,
        to.ld,
        bias.size() > 0 ? bias.data() : NO_NUMBERS,
        biasAt(bias, item, pairs) + i * n,
        mask.size() > 0 ? mask.data() : NO_NUMBERS,
        mask.offset() + pairs + i * n,
        rows,
        n);
  }

  /// Where gradients of one call are added; empty tensors for what needs none.
  record Gradients(FloatTensor query, FloatTensor key, FloatTensor value, FloatTensor bias) {
    private boolean ofLogits() {
      return query.size() > 0 || key.size() > 0 || bias.size() > 0;
    }
  }

  /// Adds to the gradients of one item.
  ///
  ///     dv += w^T dy    ds = w (dw - sum w dw), dw = dy v^T    dq += scale ds k    dk += scale ds^T q
  void backward(int item, FloatTensor dy, Gradients to, float[] scratch, int at) {
    int n = count(item);
    Places place = new Places(n, true);
    int pairs = pairs(item);
    pack(key, item, n, true, scratch, at);
    if (to.ofLogits()) {
      pack(value, item, n, true, scratch, at + place.values);
      pack(key, item, n, false, scratch, at + place.plainKeys);
    }
    for (int i = 0; i < n; i += ROWS) {
      int rows = Math.min(ROWS, n - i);
      int dyAt = at(dy, item) + i * dy.columns();
      weigh(item, pairs, i, rows, n, place, scratch, at);
      if (to.value.size() > 0) {
        transposed(
            at + place.weights,
            place.ld,
            rows,
            n,
            dy.data(),
            dyAt,
            dy.columns(),
            item,
            to.value,
            scratch,
            at + place.work);
      }
      if (to.ofLogits()) {
        logitsBackward(rows, dy, dyAt, place, scratch, at);
        distribute(item, pairs, i, rows, n, to, place, scratch, at);
      }
    }
  }

  /// x += w^T b for the item's part of x; w [rows, n] lies in scratch memory.
  private void transposed(
      int w,
      int ldw,
      int rows,
      int n,
      float[] b,
      int bo,
      int ldb,
      int item,
      FloatTensor x,
      float[] scratch,
      int work) {
    KERNELS.gemmTransposed(
        n,
        x.columns() / heads,
        rows,
        scratch,
        w,
        ldw,
        b,
        bo,
        ldb,
        x.data(),
        at(x, item),
        x.columns(),
        true,
        scratch,
        work);
  }

  private void logitsBackward(
      int rows, FloatTensor dy, int dyAt, Places place, float[] scratch, int at) {
    int dLogits = at + place.dLogits;
    int ld = place.ld;
    KERNELS.gemm(
        rows,
        ld,
        valueWidth,
        dy.data(),
        dyAt,
        dy.columns(),
        scratch,
        at + place.values,
        scratch,
        at + place.dWeights,
        ld,
        false,
        scratch,
        at + place.work);
    Arrays.fill(scratch, dLogits, dLogits + rows * ld, 0f);
    KERNELS.softmaxRowsBackward(
        scratch, at + place.weights, scratch, at + place.dWeights, scratch, dLogits, rows, ld);
  }

  /// From the gradient of logits to those of bias, keys and queries.
  private void distribute(
      int item,
      int pairs,
      int i,
      int rows,
      int n,
      Gradients to,
      Places place,
      float[] scratch,
      int at) {
    int dLogits = at + place.dLogits;
    int ld = place.ld;
    if (to.bias.size() > 0) {
      float[] d = to.bias.data();
      int b = biasAt(to.bias, item, pairs) + i * n;
      for (int r = 0; r < rows; r++) {
        KERNELS.add(scratch, dLogits + r * ld, d, b + r * n, d, b + r * n, n);
      }
    }
    KERNELS.scale(scale, scratch, dLogits, scratch, dLogits, rows * ld);
    if (to.key.size() > 0) {
      int ldq = query.columns();
      int q = at(query, item) + i * ldq;
      transposed(
          dLogits, ld, rows, n, query.data(), q, ldq, item, to.key, scratch, at + place.work);
    }
    if (to.query.size() > 0) {
      int ldq = to.query.columns();
      KERNELS.gemm(
          rows,
          width,
          n,
          scratch,
          dLogits,
          ld,
          scratch,
          at + place.plainKeys,
          to.query.data(),
          at(to.query, item) + i * ldq,
          ldq,
          true,
          scratch,
          at + place.work);
    }
  }
}
