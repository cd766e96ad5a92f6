package quotient.models.net.layer;

import java.util.Arrays;
import quotient.autodiff.Node;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.AttentionKernels;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.kernel.PairBias;
import quotient.tensor.parallel.WorkerPool;

/// Softmax attention among the tokens of each chain, with a bias on pairs of residues.
///
///     o_hi = sum_j softmax_j(q_hi . k_hj / sqrt(e) + bias_hij) v_hj
///     bias_hij = rho_ij (T_ha + T_hb + T_hc) + sigma_ij T_hs + tau_ij T_ht        a, b, c: classes of i, j
///
/// Tokens of different chains do not meet, so there is no mask; registers have no bias. Nothing of
/// n x n numbers per head is kept: rows of logits are made {@value #ROWS} at a time, and made again in
/// the backward pass, which holds the logits' gradients of one chain and block while it sums them over
/// heads. Heads run in parallel; outputs are disjoint and sums over heads run in their order.
final class PairBiasedAttention {
  private static final Kernels KERNELS = KernelProvider.kernels();
  private static final AttentionKernels ATTENTION = KernelProvider.attentionKernels();

  /// Queries at a time, a multiple of the products' tiles.
  private static final int ROWS = 48;

  /// Rows of pairs at a time in the sums over heads.
  private static final int PAIR_ROWS = 16;

  private PairBiasedAttention() {}

  /// What the bias is made of.
  ///
  /// @param classes of every pair
  /// @param coefficients rho, sigma, tau: `[3, P]`
  /// @param tables T of this layer for each group of equal times: `[K + 3, heads]`
  record Bias(PairClasses classes, Var coefficients, Var[] tables) {}

  /// @param query `[T, I]`, head by head
  /// @param key `[T, I]`
  /// @param value `[T, columns]`, of which the I columns from `valueAt` on are v
  static Var apply(
      Tape tape,
      TokenLayout tokens,
      int heads,
      Var query,
      Var key,
      Var value,
      int valueAt,
      Bias bias) {
    int inner = query.columns();
    Var y = tape.output(query.rows(), inner, true);
    FloatTensor turned = turnedTables(tape, heads, bias);
    Call call = new Call(tokens, heads, query, key, value, valueAt, bias, turned);
    WorkerPool pool = tape.tensors().pool();
    int longest = call.longest();
    try (var _ = tape.workspace().open()) {
      FloatTensor scratch = tape.workspace().allocate(pool.threads(), call.forwardScratch(longest));
      pool.parallelFor(
          tokens.chains() * heads,
          1,
          (from, to, lane) -> {
            PairBias bag = new PairBias();
            int at = scratch.offset() + lane * scratch.columns();
            for (int item = from; item < to; item++) {
              call.forward(item / heads, item % heads, bag, y.value(), scratch.data(), at);
            }
          });
    }
    if (y.needsGradient()) {
      tape.node(Attention.class, () -> new Attention(call)).set(call, y);
    }
    return y;
  }

  /// The tables head by head: `[groups heads, K + 3]`, valid until the pass closes.
  private static FloatTensor turnedTables(Tape tape, int heads, Bias bias) {
    int rows = PairTables.rows(bias.classes.count());
    FloatTensor turned = tape.workspace().allocate(bias.tables.length * heads, rows);
    for (int g = 0; g < bias.tables.length; g++) {
      FloatTensor table = bias.tables[g].value();
      for (int h = 0; h < heads; h++) {
        int to = turned.offset() + (g * heads + h) * rows;
        for (int k = 0; k < rows; k++) {
          turned.data()[to + k] = table.data()[table.offset() + k * heads + h];
        }
      }
    }
    return turned;
  }

  /// The arguments of one call, and the work on one chain and head.
  private static final class Call {
    private final TokenLayout tokens;
    private final int heads;
    private final Var query;
    private final Var key;
    private final Var value;
    private final int valueAt;
    private final Bias bias;
    private final FloatTensor tables;
    private final int inner;
    private final int width;
    private final float scale;
    private final int tableRows;

    Call(
        TokenLayout tokens,
        int heads,
        Var query,
        Var key,
        Var value,
        int valueAt,
        Bias bias,
        FloatTensor tables) {
      this.tokens = tokens;
      this.heads = heads;
      this.query = query;
      this.key = key;
      this.value = value;
      this.valueAt = valueAt;
      this.bias = bias;
      this.tables = tables;
      this.inner = query.columns();
      this.width = inner / heads;
      this.scale = (float) (1 / Math.sqrt(width));
      this.tableRows = PairTables.rows(bias.classes.count());
    }

    int longest() {
      int longest = 0;
      for (int b = 0; b < tokens.chains(); b++) {
        longest = Math.max(longest, count(b));
      }
      return longest;
    }

    /// Tokens of a chain.
    int count(int chain) {
      return tokens.tokenStart(chain + 1) - tokens.tokenStart(chain);
    }

    int forwardScratch(int n) {
      return KERNELS.packedSize(width, n)
          + KERNELS.packedSize(n, width)
          + ROWS * n
          + KERNELS.scratchSize();
    }

    int backwardScratch(int n) {
      return 2 * KERNELS.packedSize(width, n)
          + KERNELS.packedSize(n, width)
          + 3 * ROWS * n
          + KERNELS.scratchSize();
    }

    /// Where the numbers of a chain and head begin in queries, keys and results.
    private int at(FloatTensor x, int chain, int head) {
      return x.offset() + tokens.tokenStart(chain) * inner + head * width;
    }

    private int valueAt(FloatTensor x, int chain, int head) {
      return x.offset() + tokens.tokenStart(chain) * x.columns() + valueAt + head * width;
    }

    /// Points the bag at the table of a chain and head.
    void bind(PairBias bag, int chain, int head) {
      FloatTensor c = bias.coefficients.value();
      bag.first = bias.classes.separation();
      bag.second = bias.classes.own();
      bag.third = bias.classes.distance();
      bag.coefficient = c.data();
      bag.table = tables.data();
      bag.tableAt = tables.offset() + (tokens.timeGroup(chain) * heads + head) * tableRows;
      bag.sigmaRow = PairTables.sigmaRow(bias.classes.count());
      bag.tauRow = PairTables.tauRow(bias.classes.count());
    }

    /// Points the bag at the pairs of residue i of a chain.
    void bindRow(PairBias bag, int chain, int i) {
      FloatTensor c = bias.coefficients.value();
      bag.at = tokens.pairStart(chain) + i * tokens.residues(chain);
      bag.rhoAt = c.offset() + bag.at;
      bag.sigmaAt = bag.rhoAt + c.columns();
      bag.tauAt = bag.sigmaAt + c.columns();
    }

    void forward(int chain, int head, PairBias bag, FloatTensor out, float[] scratch, int at) {
      int n = count(chain);
      int valuesAt = at + KERNELS.packedSize(width, n);
      int rowsAt = valuesAt + KERNELS.packedSize(n, width);
      int workAt = rowsAt + ROWS * n;
      packKeys(chain, head, n, scratch, at);
      FloatTensor v = value.value();
      KERNELS.packB(
          v.data(), valueAt(v, chain, head), v.columns(), false, n, width, scratch, valuesAt);
      bind(bag, chain, head);
      for (int i = 0; i < n; i += ROWS) {
        int rows = Math.min(ROWS, n - i);
        weigh(chain, head, i, rows, n, bag, scratch, at, rowsAt, workAt);
        KERNELS.gemm(
            rows,
            width,
            n,
            scratch,
            rowsAt,
            n,
            scratch,
            valuesAt,
            out.data(),
            at(out, chain, head) + i * inner,
            inner,
            false,
            scratch,
            workAt);
      }
    }

    /// Packs the keys for products with queries.
    void packKeys(int chain, int head, int n, float[] packed, int at) {
      FloatTensor k = key.value();
      KERNELS.packB(k.data(), at(k, chain, head), inner, true, width, n, packed, at);
    }

    /// The softmax weights of some queries, `[rows, n]`.
    void weigh(
        int chain,
        int head,
        int first,
        int rows,
        int n,
        PairBias bag,
        float[] scratch,
        int keysAt,
        int to,
        int workAt) {
      FloatTensor q = query.value();
      KERNELS.gemm(
          rows,
          n,
          width,
          q.data(),
          at(q, chain, head) + first * inner,
          inner,
          scratch,
          keysAt,
          scratch,
          to,
          n,
          false,
          scratch,
          workAt);
      int registers = tokens.registers();
      for (int r = 0; r < rows; r++) {
        int row = to + r * n;
        int i = first + r - registers;
        if (i < 0) {
          KERNELS.scale(scale, scratch, row, scratch, row, n);
        } else {
          KERNELS.scale(scale, scratch, row, scratch, row, registers);
          bindRow(bag, chain, i);
          ATTENTION.addBias(bag, scale, scratch, row + registers, n - registers);
        }
      }
      KERNELS.softmaxRows(scratch, to, scratch, to, rows, n);
    }
  }

  private static final class Attention implements Node {
    private Call call;
    private Var y = Var.none();

    Attention(Call call) {
      this.call = call;
    }

    void set(Call newCall, Var newY) {
      call = newCall;
      y = newY;
    }

    @Override
    public void backward(Tape tape) {
      Call c = call;
      WorkerPool pool = tape.tensors().pool();
      int heads = c.heads;
      FloatTensor dy = tape.gradient(y);
      FloatTensor dq = tape.gradient(c.query);
      FloatTensor dk = tape.gradient(c.key);
      FloatTensor dv = tape.gradient(c.value);
      int longest = c.longest();
      int most = longest - c.tokens.registers();
      try (var _ = tape.workspace().open()) {
        FloatTensor scratch = tape.workspace().allocate(pool.threads(), c.backwardScratch(longest));
        FloatTensor logits = tape.workspace().allocate(heads, most * most);
        FloatTensor tables = tape.workspace().allocate(heads, c.tableRows);
        for (int chain = 0; chain < c.tokens.chains(); chain++) {
          int b = chain;
          Arrays.fill(tables.data(), tables.offset(), tables.offset() + tables.size(), 0f);
          pool.parallelFor(
              heads,
              1,
              (from, to, lane) -> {
                PairBias bag = new PairBias();
                int at = scratch.offset() + lane * scratch.columns();
                for (int h = from; h < to; h++) {
                  headBackward(b, h, bag, dy, dq, dk, dv, logits, tables, scratch.data(), at);
                }
              });
          FloatTensor dc = tape.gradient(c.bias.coefficients);
          pool.parallelFor(
              c.tokens.residues(b),
              PAIR_ROWS,
              (from, to, lane) -> coefficientsBackward(b, from, to, logits, dc));
          addTables(tables, tape.gradient(c.bias.tables[c.tokens.timeGroup(b)]));
        }
      }
    }

    private void headBackward(
        int chain,
        int head,
        PairBias bag,
        FloatTensor dy,
        FloatTensor dq,
        FloatTensor dk,
        FloatTensor dv,
        FloatTensor logits,
        FloatTensor tables,
        float[] scratch,
        int at) {
      Call c = call;
      int n = c.count(chain);
      int width = c.width;
      int valuesAt = at + KERNELS.packedSize(width, n);
      int plainKeysAt = valuesAt + KERNELS.packedSize(width, n);
      int weightAt = plainKeysAt + KERNELS.packedSize(n, width);
      int dWeightAt = weightAt + ROWS * n;
      int dLogitAt = dWeightAt + ROWS * n;
      int workAt = dLogitAt + ROWS * n;
      FloatTensor v = c.value.value();
      FloatTensor k = c.key.value();
      FloatTensor q = c.query.value();
      c.packKeys(chain, head, n, scratch, at);
      KERNELS.packB(
          v.data(), c.valueAt(v, chain, head), v.columns(), true, width, n, scratch, valuesAt);
      KERNELS.packB(k.data(), c.at(k, chain, head), c.inner, false, n, width, scratch, plainKeysAt);
      c.bind(bag, chain, head);
      for (int i = 0; i < n; i += ROWS) {
        int rows = Math.min(ROWS, n - i);
        int dyAt = c.at(dy, chain, head) + i * c.inner;
        c.weigh(chain, head, i, rows, n, bag, scratch, at, weightAt, workAt);
        KERNELS.gemm(
            rows, n, width, dy.data(), dyAt, c.inner, scratch, valuesAt, scratch, dWeightAt, n,
            false, scratch, workAt);
        KERNELS.gemmTransposed(
            n,
            width,
            rows,
            scratch,
            weightAt,
            n,
            dy.data(),
            dyAt,
            c.inner,
            dv.data(),
            c.valueAt(dv, chain, head),
            dv.columns(),
            true,
            scratch,
            workAt);
        Arrays.fill(scratch, dLogitAt, dLogitAt + rows * n, 0f);
        KERNELS.softmaxRowsBackward(
            scratch, weightAt, scratch, dWeightAt, scratch, dLogitAt, rows, n);
        keepLogits(chain, head, i, rows, n, bag, scratch, dLogitAt, logits, tables);
        KERNELS.scale(c.scale, scratch, dLogitAt, scratch, dLogitAt, rows * n);
        KERNELS.gemm(
            rows,
            width,
            n,
            scratch,
            dLogitAt,
            n,
            scratch,
            plainKeysAt,
            dq.data(),
            c.at(dq, chain, head) + i * c.inner,
            c.inner,
            true,
            scratch,
            workAt);
        KERNELS.gemmTransposed(
            n,
            width,
            rows,
            scratch,
            dLogitAt,
            n,
            q.data(),
            c.at(q, chain, head) + i * c.inner,
            c.inner,
            dk.data(),
            c.at(dk, chain, head),
            c.inner,
            true,
            scratch,
            workAt);
      }
    }

    /// Keeps the logits' gradients on pairs of residues, and adds to the gradient of the table.
    private void keepLogits(
        int chain,
        int head,
        int first,
        int rows,
        int n,
        PairBias bag,
        float[] scratch,
        int dLogitAt,
        FloatTensor logits,
        FloatTensor tables) {
      int registers = call.tokens.registers();
      int residues = n - registers;
      for (int r = 0; r < rows; r++) {
        int i = first + r - registers;
        if (i >= 0) {
          int from = dLogitAt + r * n + registers;
          int to = logits.offset() + head * logits.columns() + i * residues;
          System.arraycopy(scratch, from, logits.data(), to, residues);
          call.bindRow(bag, chain, i);
          ATTENTION.tableBackward(
              bag,
              scratch,
              from,
              tables.data(),
              tables.offset() + head * tables.columns(),
              residues);
        }
      }
    }

    private void coefficientsBackward(
        int chain, int from, int to, FloatTensor logits, FloatTensor dc) {
      PairBias bag = new PairBias();
      int residues = call.tokens.residues(chain);
      for (int i = from; i < to; i++) {
        for (int h = 0; h < call.heads; h++) {
          call.bind(bag, chain, h);
          call.bindRow(bag, chain, i);
          int rho = dc.offset() + bag.at;
          ATTENTION.coefficientBackward(
              bag,
              logits.data(),
              logits.offset() + h * logits.columns() + i * residues,
              dc.data(),
              rho,
              rho + dc.columns(),
              rho + 2 * dc.columns(),
              residues);
        }
      }
    }

    /// Adds gradients `[heads, K + 3]` to those of a table `[K + 3, heads]`.
    private void addTables(FloatTensor turned, FloatTensor table) {
      for (int k = 0; k < call.tableRows; k++) {
        for (int h = 0; h < call.heads; h++) {
          table.data()[table.offset() + k * call.heads + h] +=
              turned.data()[turned.offset() + h * turned.columns() + k];
        }
      }
    }
  }
}
