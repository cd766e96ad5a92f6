package quotient.bench;

import static quotient.bench.Case.Layer.BLOCK;
import static quotient.bench.Case.Layer.STEP;
import static quotient.bench.Case.Unit.GFLOPS;
import static quotient.bench.Case.Unit.GIGABYTES;
import static quotient.bench.Case.Unit.MEGADRAWS;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import quotient.models.loss.TrainingStrategy;

/// What there is to measure, in the order of the table.
///
/// Products are named by the layout of their operands, sizes are M N K: `nn` both row-major, `nt` B
/// given as [N, K] (a linear layer), `tn` A given as [K, M] (the gradient of a weight). In `gemm-nn` and
/// `gemm-nt` B is a weight and packed beforehand; in `attention-*` it changes from call to call. In
/// `batch-*` there are many small products, sizes are their number and M N K.
public final class Catalogue {
  private static final int EDGES = 20_000;
  private static final int NODES = 2304;

  private static final int[][] NN = {
    {64, 64, 64},
    {128, 128, 128},
    {256, 256, 256},
    {512, 512, 512},
    {1024, 1024, 1024},
    {2048, 2048, 2048},
    {2304, 256, 256},
    {2304, 64, 128},
    {2304, 128, 64},
    {2304, 32, 256},
    {20000, 64, 64},
  };

  private static final int[][] NT = {
    {2304, 256, 256},
    {2304, 768, 256},
    {2304, 256, 768},
    {2304, 512, 512},
    {2304, 384, 128},
    {20000, 160, 160},
    {20000, 160, 384},
    {20000, 256, 512},
    {20000, 256, 32},
    {20000, 32, 160},
  };

  private static final int[][] TN = {
    {512, 512, 512},
    {1024, 1024, 1024},
    {256, 256, 2304},
    {160, 160, 20000},
    {64, 64, 20000},
    {512, 256, 20000},
  };

  /// Segments, tokens of each, heads, numbers of a head.
  private static final int[][] ATTENTION = {
    {256, 8, 8, 32}, {128, 18, 8, 32}, {32, 64, 8, 32}, {8, 128, 8, 32}, {2, 512, 8, 32},
  };

  /// What a short look measures.
  private static final Set<String> QUICK =
      Set.of(
          "gemm-nn 256 256 256",
          "gemm-nt 2304 256 256",
          "gemm-nt 20000 160 160",
          "gemm-tn 160 160 20000",
          "attention-nt 128 128 64",
          "exp 16384",
          "silu 590000",
          "softmax 8192 128",
          "layer-norm 2304 256",
          "segment-sum 20000 2304 160",
          "mlp-step 4096 256 512");

  private Catalogue() {}

  /// Everything, or the short list.
  public static List<Case> cases(boolean quick) {
    List<Case> all = new ArrayList<>();
    products(all);
    elements(all);
    rows(all);
    clouds(all);
    blocks(all);
    steps(all);
    return quick ? all.stream().filter(c -> QUICK.contains(c.id())).toList() : List.copyOf(all);
  }

  /// The case of that identity.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Case of(String id) {
    return cases(false).stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("bench: there is no case \"" + id + "\""));
  }

  private static void products(List<Case> all) {
    for (int[] size : NN) {
      all.add(product("gemm-nn", size));
    }
    for (int[] size : NT) {
      all.add(product("gemm-nt", size));
    }
    for (int[] size : TN) {
      all.add(product("gemm-tn", size));
    }
    all.add(product("attention-nt", 128, 128, 64));
    all.add(product("attention-nn", 128, 64, 128));
    all.add(product("attention-nt", 18, 18, 32));
    all.add(batch("batch-nt", 1024, 18, 18, 32));
    all.add(batch("batch-nn", 1024, 18, 32, 18));
    all.add(batch("batch-nt", 256, 8, 8, 32));
    all.add(batch("batch-nn", 256, 8, 32, 8));
    all.add(batch("batch-nt", 128, 64, 64, 32));
    all.add(batch("batch-nn", 128, 64, 32, 64));
  }

  private static Case batch(String operation, int... size) {
    double work = 2.0 * size[0] * size[1] * size[2] * size[3];
    return Case.kernel(operation, GFLOPS, work, size);
  }

  private static Case product(String operation, int... mnk) {
    return Case.kernel(operation, GFLOPS, 2.0 * mnk[0] * mnk[1] * mnk[2], mnk);
  }

  private static void elements(List<Case> all) {
    for (int n : new int[] {16_384, 590_000, 5_120_000}) {
      for (String operation : new String[] {"exp", "tanh", "silu"}) {
        if (n < 1_000_000 || operation.equals("silu")) {
          all.add(Case.kernel(operation, GIGABYTES, 8.0 * n, n));
        }
      }
    }
    all.add(Case.kernel("silu-backward", GIGABYTES, 12.0 * 590_000, 590_000));
    all.add(Case.kernel("add", GIGABYTES, 12.0 * 590_000, 590_000));
    all.add(Case.kernel("normal", MEGADRAWS, 1 << 16, 1 << 16));
  }

  private static void rows(List<Case> all) {
    all.add(Case.kernel("softmax", GIGABYTES, 8.0 * 8192 * 128, 8192, 128));
    all.add(Case.kernel("softmax-backward", GIGABYTES, 12.0 * 8192 * 128, 8192, 128));
    all.add(Case.kernel("layer-norm", GIGABYTES, 8.0 * 2304 * 256, 2304, 256));
    all.add(Case.kernel("layer-norm-backward", GIGABYTES, 12.0 * 2304 * 256, 2304, 256));
    for (int d : new int[] {64, 160, 256}) {
      all.add(Case.kernel("segment-sum", GIGABYTES, 4.0 * d * (EDGES + NODES), EDGES, NODES, d));
      all.add(Case.kernel("gather-rows", GIGABYTES, 8.0 * d * EDGES, EDGES, NODES, d));
    }
  }

  private static void blocks(List<Case> all) {
    all.add(Case.timed("mlp-step", BLOCK, 2.0 * 4096 * 256 * 512 * 5, 4096, 256, 512));
    all.add(Case.timed("mlp-kernels", BLOCK, 2.0 * 4096 * 256 * 512 * 5, 4096, 256, 512));
    for (String operation : new String[] {"attend", "attend-step"}) {
      for (int[] s : ATTENTION) {
        double work = AttendWork.operations(operation.endsWith("-step"), s[0], s[1], s[2], s[3]);
        all.add(Case.timed(operation, BLOCK, work, s));
      }
    }
    all.add(Case.timed("etflow-layer", BLOCK, 0, 32, 18));
  }

  private static void steps(List<Case> all) {
    all.add(Case.timed("etflow-sample-qm9", STEP, 0, 128, 18));
    all.add(Case.timed("etflow-train-qm9", STEP, 0, 32, 18));
    all.add(Case.timed("etflow-train-qm9", STEP, 0, 128, 18));
    all.add(Case.timed("etflow-sample-drugs", STEP, 0, 48, 44));
    all.add(Case.timed("etflow-train-drugs", STEP, 0, 8, 44));
    all.add(Case.timed("etflow-train-drugs", STEP, 0, 48, 44));
    all.add(Case.timed("proteina-sample", STEP, 0, 128));
    all.add(Case.timed("proteina-sample", STEP, 0, 256));
    all.add(Case.timed("proteina-train", STEP, 0, 128));
    for (TrainingStrategy strategy : TrainingStrategy.all()) {
      all.add(Case.timed("strategy-" + strategy.name(), BLOCK, 0, 128, 18));
    }
  }

  private static void clouds(List<Case> all) {
    for (int[] size : new int[][] {{128, 18}, {48, 44}, {4096, 30}}) {
      double numbers = CloudWork.numbers(size[0], size[1]);
      all.add(Case.kernel("clouds-memory", GIGABYTES, 12 * numbers, size));
      all.add(Case.kernel("clouds-project", GIGABYTES, 12 * numbers, size));
      all.add(Case.kernel("clouds-volume", GIGABYTES, 8 * numbers, size));
      all.add(Case.kernel("clouds-align", GIGABYTES, 12 * numbers, size));
    }
  }
}
