package quotient.bench.peers;

import static quotient.bench.peers.Torch.indices;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import quotient.bench.Case;
import quotient.bench.Inputs;
import quotient.bench.Workload;

/// libtorch's side of the cases: eager operators that write into given tensors where there are such.
final class TorchWorks {
  private static final double EPSILON = 1e-5;

  private TorchWorks() {}

  /// The case made ready, or nothing if libtorch has no counterpart.
  static Optional<Workload> prepare(Case what) {
    return switch (what.operation()) {
      case "gemm-nn", "gemm-nt", "gemm-tn", "attention-nn", "attention-nt" ->
          Optional.of(product(what));
      case "batch-nn", "batch-nt" -> Optional.of(batch(what));
      case "exp", "tanh", "silu", "silu-backward", "add", "normal" -> Optional.of(element(what));
      case "softmax", "layer-norm", "layer-norm-backward" -> Optional.of(rows(what));
      case "segment-sum", "gather-rows" -> Optional.of(edges(what));
      case "mlp-step" -> Optional.of(new TorchMlp(what));
      case "attend", "attend-step" -> Optional.of(new TorchAttention(what));
      case "etflow-layer",
          "etflow-train-qm9",
          "etflow-sample-qm9",
          "etflow-train-drugs",
          "etflow-sample-drugs" ->
          Optional.of(new TorchEtFlowWork(what));
      case "proteina-sample", "proteina-train" -> Optional.of(new TorchProteinaWork(what));
      default -> Optional.empty();
    };
  }

  /// An operator without gradients; gives the tensor that holds its result.
  private record Operator(PointerScope held, Supplier<Tensor> operator) implements Workload {
    @Override
    public void run() {
      try (InferenceMode _ = new InferenceMode(true);
          PointerScope _ = new PointerScope()) {
        var _ = operator.get();
      }
    }

    @Override
    public List<float[]> result() {
      try (InferenceMode _ = new InferenceMode(true);
          PointerScope _ = new PointerScope()) {
        return List.of(Torch.values(operator.get()));
      }
    }

    @Override
    public void close() {
      held.close();
    }
  }

  private static Workload product(Case what) {
    long m = what.size(0);
    long n = what.size(1);
    long k = what.size(2);
    PointerScope held = new PointerScope();
    Tensor left = Torch.of(Inputs.uniform("a", (int) (m * k)), left(what, m, k));
    Tensor right = Torch.of(Inputs.uniform("b", (int) (n * k)), right(what, n, k));
    Tensor a = what.operation().endsWith("tn") ? left.t() : left;
    Tensor b = what.operation().endsWith("nt") ? right.t() : right;
    Tensor c = Torch.of(new float[(int) (m * n)], m, n);
    return new Operator(held, () -> torch.mm_out(c, a, b));
  }

  private static Workload batch(Case what) {
    int count = what.size(0);
    int m = what.size(1);
    int n = what.size(2);
    int k = what.size(3);
    boolean transposed = what.operation().endsWith("nt");
    PointerScope held = new PointerScope();
    Tensor a = Torch.of(Inputs.uniform("a", count * m * k), count, m, k);
    long[] shape = transposed ? new long[] {count, n, k} : new long[] {count, k, n};
    Tensor right = Torch.of(Inputs.uniform("b", count * n * k), shape);
    Tensor b = transposed ? right.transpose(1, 2) : right;
    Tensor c = Torch.of(new float[count * m * n], count, m, n);
    return new Operator(held, () -> torch.bmm_out(c, a, b));
  }

  private static long[] left(Case what, long m, long k) {
    return what.operation().endsWith("tn") ? new long[] {k, m} : new long[] {m, k};
  }

  private static long[] right(Case what, long n, long k) {
    return what.operation().endsWith("nt") ? new long[] {n, k} : new long[] {k, n};
  }

  private static Workload element(Case what) {
    int n = what.size(0);
    PointerScope held = new PointerScope();
    float[] numbers = Inputs.uniform("x", n);
    for (int i = 0; i < n; i++) {
      numbers[i] *= 8;
    }
    Tensor x = Torch.of(numbers, n);
    Tensor y = Torch.of(Inputs.uniform("y", n), n);
    Tensor z = Torch.of(new float[n], n);
    Supplier<Tensor> operator =
        switch (what.operation()) {
          case "exp" -> () -> torch.exp_out(z, x);
          case "tanh" -> () -> torch.tanh_out(z, x);
          case "silu" -> () -> torch.silu_out(z, x);
          case "silu-backward" -> () -> torch.silu_backward_out(z, y, x);
          case "add" -> () -> torch.add_out(z, x, y);
          case "normal" -> () -> z.normal_();
          default -> throw new IllegalArgumentException(what.id());
        };
    return new Operator(held, operator);
  }

  private static Workload rows(Case what) {
    int rows = what.size(0);
    int columns = what.size(1);
    int n = rows * columns;
    PointerScope held = new PointerScope();
    Tensor x = Torch.of(Inputs.uniform("x", n), rows, columns);
    Tensor dy = Torch.of(Inputs.uniform("dy", n), rows, columns);
    Tensor y = Torch.of(new float[n], rows, columns);
    Tensor mean = Torch.of(new float[rows], rows, 1);
    Tensor rstd = Torch.of(new float[rows], rows, 1);
    TensorOptional gain = new TensorOptional(Torch.of(Inputs.uniform("gain", columns), columns));
    TensorOptional bias = new TensorOptional(Torch.of(Inputs.uniform("bias", columns), columns));
    long[] shape = {columns};
    BoolPointer all = new BoolPointer(3).put(0, true).put(1, true).put(2, true);
    Supplier<Tensor> layerNorm =
        () -> torch.native_layer_norm_out(y, mean, rstd, x, shape, gain, bias, EPSILON).get0();
    Supplier<Tensor> operator =
        switch (what.operation()) {
          case "softmax" -> () -> torch.softmax_out(y, x, 1);
          case "layer-norm" -> layerNorm;
          case "layer-norm-backward" -> {
            var _ = layerNorm.get();
            yield () ->
                torch.native_layer_norm_backward(dy, x, shape, mean, rstd, gain, bias, all).get0();
          }
          default -> throw new IllegalArgumentException(what.id());
        };
    return new Operator(held, operator);
  }

  private static Workload edges(Case what) {
    int edges = what.size(0);
    int nodes = what.size(1);
    int columns = what.size(2);
    PointerScope held = new PointerScope();
    if (what.operation().equals("segment-sum")) {
      Tensor x = Torch.of(Inputs.uniform("x", edges * columns), edges, columns);
      Tensor sums = Torch.of(new float[nodes * columns], nodes, columns);
      Tensor target = indices(Inputs.sorted(edges, nodes));
      return new Operator(held, () -> sums.zero_().index_add_(0, target, x));
    }
    Tensor table = Torch.of(Inputs.uniform("table", nodes * columns), nodes, columns);
    Tensor index = indices(Inputs.scattered("index", edges, nodes));
    Tensor y = Torch.of(new float[edges * columns], edges, columns);
    return new Operator(held, () -> torch.index_select_out(y, table, 0, index));
  }
}
