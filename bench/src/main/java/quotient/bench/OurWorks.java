package quotient.bench;

import quotient.tensor.parallel.WorkerPool;

/// Our side of every case.
public final class OurWorks {
  private OurWorks() {}

  /// The case made ready on the threads of that pool, which stays the caller's.
  public static Workload prepare(Case what, WorkerPool pool) {
    return switch (what.operation()) {
      case "gemm-nn", "gemm-nt", "attention-nn", "attention-nt" -> new ProductWork(what, pool);
      case "batch-nn", "batch-nt" -> new BatchWork(what, pool);
      case "gemm-tn" -> new GradientWork(what, pool);
      case "exp", "tanh", "silu", "silu-backward", "add", "normal" -> new ElementWork(what, pool);
      case "softmax",
          "softmax-backward",
          "layer-norm",
          "layer-norm-backward",
          "segment-sum",
          "gather-rows" ->
          new RowWork(what, pool);
      case "mlp-step" -> new MlpWork(what, pool);
      case "mlp-kernels" -> new MlpKernelsWork(what, pool);
      case "attend", "attend-step" -> new AttendWork(what, pool);
      case "etflow-layer",
          "etflow-train-qm9",
          "etflow-sample-qm9",
          "etflow-train-drugs",
          "etflow-sample-drugs" ->
          new EtFlowWork(what, pool);
      case "proteina-sample", "proteina-train" -> new ProteinaWork(what, pool);
      case "clouds-memory", "clouds-project", "clouds-volume", "clouds-align" ->
          new CloudWork(what, pool);
      case "strategy-conventional",
          "strategy-quotient",
          "strategy-geodiff",
          "strategy-af3",
          "strategy-soft",
          "strategy-ensemble" ->
          new StrategyWork(what, pool);
      default -> throw new IllegalArgumentException("bench: nothing runs " + what.id());
    };
  }
}
