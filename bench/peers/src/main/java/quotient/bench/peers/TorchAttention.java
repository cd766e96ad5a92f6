package quotient.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import quotient.bench.Case;
import quotient.bench.Inputs;
import quotient.bench.Workload;

/// `scaled_dot_product_attention` with a dense bias as its mask; with all gradients in `attend-step`.
///
/// Segments are of one length, so it is one batch without padding. Heads are cut out of `[T, H e]` and
/// put back, as in a network; the bias lies ready as `[B, H, n, n]`.
final class TorchAttention implements Workload {
  private final PointerScope held = new PointerScope();
  private final boolean backward;
  private final long segments;
  private final long n;
  private final long heads;
  private final long width;
  private final List<Tensor> inputs = new ArrayList<>();
  private final Tensor dy;

  TorchAttention(Case what) {
    backward = what.operation().endsWith("-step");
    segments = what.size(0);
    n = what.size(1);
    heads = what.size(2);
    width = what.size(3);
    for (String name : new String[] {"query", "key", "value"}) {
      inputs.add(tokens(name).requires_grad_(backward));
    }
    int pairs = (int) (heads * segments * n * n);
    Tensor bias = Torch.of(Inputs.uniform("bias", pairs), heads, segments, n, n);
    inputs.add(bias.transpose(0, 1).contiguous().requires_grad_(backward));
    dy = tokens("dy");
  }

  private Tensor tokens(String name) {
    int size = (int) (segments * n * heads * width);
    return Torch.of(Inputs.uniform(name, size), segments * n, heads * width);
  }

  /// `[B, H, n, e]`.
  private Tensor cut(Tensor x) {
    return x.view(segments, n, heads, width).transpose(1, 2);
  }

  private Tensor attend() {
    Tensor o =
        torch.scaled_dot_product_attention(
            cut(inputs.get(0)),
            cut(inputs.get(1)),
            cut(inputs.get(2)),
            new TensorOptional(inputs.get(3)),
            0,
            false,
            new DoubleOptional(),
            false);
    return o.transpose(1, 2).reshape(segments * n, heads * width);
  }

  @Override
  public void run() {
    try (PointerScope _ = new PointerScope()) {
      if (backward) {
        step();
      } else {
        try (InferenceMode _ = new InferenceMode(true)) {
          var _ = attend();
        }
      }
    }
  }

  private void step() {
    for (Tensor x : inputs) {
      x.mutable_grad().reset();
    }
    attend().mul(dy).sum().backward();
  }

  @Override
  public List<float[]> result() {
    try (PointerScope _ = new PointerScope()) {
      if (!backward) {
        return List.of(Torch.values(attend()));
      }
      step();
      List<float[]> gradients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        gradients.add(Torch.values(inputs.get(i).grad()));
      }
      gradients.add(Torch.values(inputs.get(3).grad().transpose(0, 1).contiguous()));
      return gradients;
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
