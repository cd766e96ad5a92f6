package quotient.autodiff.op;

import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.ShapeException;
import quotient.tensor.parallel.RangeTask;
import quotient.tensor.parallel.WorkerPool;

/// Softmax attention of many heads among the tokens of each segment of a ragged batch.
///
///     o_hi = sum_j w_hij v_hj    w_hi = softmax_j(q_hi . k_hj / sqrt(e) + bias_hij + mask_ij)
///     i, j in the same segment: start[s] <= i, j < start[s + 1]
///
///     query, key: [T, H e]   value: [T, H f], head by head   o: [T, H f]
///     bias: [H, P]   mask: P numbers   P = sum over segments of n^2, segment by segment, i by i
///
/// Tokens of different segments do not meet, so padding needs no mask. A mask is 0 where a pair may
/// meet and a large negative finite number (-1e9) where not; each token must meet at least one.
/// Neither logits nor weights are kept, whatever n is; see {@link AttentionHead}.
public final class Attention {
  private static final FloatTensor NOTHING = FloatTensor.zeros(0);

  /// Multiply-adds per chunk of work.
  private static final long GRAIN = 1 << 20;

  private Attention() {}

  /// Without bias and mask.
  public static Var attend(Tape tape, Var query, Var key, Var value, int heads, int[] start) {
    return attend(tape, query, key, value, heads, start, Var.none(), NOTHING);
  }

  /// With a bias on pairs, which may be {@link Var#none}, and a mask, which may be empty.
  ///
  /// @throws ShapeException if the heads do not divide the columns, or sizes do not fit `start`
  public static Var attend(
      Tape tape,
      Var query,
      Var key,
      Var value,
      int heads,
      int[] start,
      Var bias,
      FloatTensor mask) {
    requireTokens(query, key, value, heads, start);
    long pairs = pairs(start);
    FloatTensor biasValue = bias.value();
    if (biasValue.size() > 0 && (biasValue.rows() != heads || biasValue.columns() != pairs)) {
      throw new ShapeException(
          "attend: bias " + biasValue.shape() + "; expected [" + heads + ", " + pairs + "]");
    }
    if (mask.size() > 0 && mask.size() != pairs) {
      throw new ShapeException("attend: mask " + mask.shape() + "; expected " + pairs + " numbers");
    }
    boolean needs =
        query.needsGradient()
            || key.needsGradient()
            || value.needsGradient()
            || bias.needsGradient();
    Var y = tape.output(query.rows(), value.columns(), needs);
    AttentionHead head = new AttentionHead(heads, start, query, key, value, biasValue, mask);
    try (var _ = tape.workspace().open()) {
      WorkerPool pool = tape.tensors().pool();
      FloatTensor scratch = tape.workspace().allocate(pool.threads(), head.forwardScratch());
      run(
          pool,
          head,
          (from, to, lane) -> {
            int at = scratch.offset() + lane * scratch.columns();
            for (int item = from; item < to; item++) {
              head.forward(item, y.value(), scratch.data(), at);
            }
          });
    }
    if (y.needsGradient()) {
      tape.node(AttendNode.class, AttendNode::new).set(head, query, key, value, bias, y);
    }
    return y;
  }

  private static void requireTokens(Var query, Var key, Var value, int heads, int[] start) {
    if (heads < 1 || query.columns() % heads != 0 || value.columns() % heads != 0) {
      throw new ShapeException(
          "attend: " + heads + " heads do not divide " + query.shape() + " and " + value.shape());
    }
    if (!key.shape().equals(query.shape()) || value.rows() != query.rows()) {
      throw new ShapeException(
          "attend: query " + query.shape() + ", key " + key.shape() + ", value " + value.shape());
    }
    boolean rising = start.length > 0 && start[0] == 0;
    for (int s = 1; s < start.length; s++) {
      rising &= start[s - 1] <= start[s];
    }
    if (!rising || start[start.length - 1] != query.rows()) {
      throw new ShapeException(
          "attend: segments must begin at 0, not fall and end at " + query.rows() + " tokens");
    }
  }

  private static long pairs(int[] start) {
    long pairs = 0;
    for (int s = 1; s < start.length; s++) {
      int n = start[s] - start[s - 1];
      pairs += (long) n * n;
    }
    return pairs;
  }

  private static void run(WorkerPool pool, AttentionHead head, RangeTask task) {
    int grain = Math.clamp(GRAIN / Math.max(1, head.work()), 1, 1 << 20);
    pool.parallelFor(head.items(), grain, task);
  }

  private static final class AttendNode implements Node {
    private AttentionHead head =
        new AttentionHead(1, new int[] {0}, Var.none(), Var.none(), Var.none(), NOTHING, NOTHING);
    private Var query = Var.none();
    private Var key = Var.none();
    private Var value = Var.none();
    private Var bias = Var.none();
    private Var y = Var.none();

    void set(AttentionHead newHead, Var newQuery, Var newKey, Var newValue, Var newBias, Var newY) {
      head = newHead;
      query = newQuery;
      key = newKey;
      value = newValue;
      bias = newBias;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      AttentionHead work = head;
      FloatTensor dy = tape.gradient(y);
      AttentionHead.Gradients gradients =
          new AttentionHead.Gradients(
              gradient(tape, query),
              gradient(tape, key),
              gradient(tape, value),
              gradient(tape, bias));
      try (var _ = tape.workspace().open()) {
        WorkerPool pool = tape.tensors().pool();
        FloatTensor scratch = tape.workspace().allocate(pool.threads(), work.backwardScratch());
        run(
            pool,
            work,
            (from, to, lane) -> {
              int at = scratch.offset() + lane * scratch.columns();
              for (int item = from; item < to; item++) {
                work.backward(item, dy, gradients, scratch.data(), at);
              }
            });
      }
    }

    private static FloatTensor gradient(Tape tape, Var x) {
      return x.needsGradient() ? tape.gradient(x) : NOTHING;
    }
  }
}
