package quotient.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import quotient.bench.Case;
import quotient.bench.Inputs;
import quotient.bench.Workload;

/// The perceptron's training step with autograd: linear, SiLU, linear, mean squared error, backward,
/// weights updated in place.
final class TorchMlp implements Workload {
  private static final float SCALE = 0.05f;
  private static final float RATE = 0.1f;

  private final PointerScope held = new PointerScope();
  private final List<Tensor> weights = new ArrayList<>();
  private final List<float[]> start = new ArrayList<>();
  private final Tensor x;
  private final Tensor target;
  private final Scalar rate = new Scalar(-RATE);

  TorchMlp(Case what) {
    int batch = what.size(0);
    int outside = what.size(1);
    int inside = what.size(2);
    declare("w1", inside, outside);
    declare("b1", inside);
    declare("w2", outside, inside);
    declare("b2", outside);
    x = Torch.of(Inputs.uniform("x", batch * outside), batch, outside);
    target = Torch.of(Inputs.uniform("target", batch * outside), batch, outside);
  }

  private void declare(String name, long... shape) {
    long n = 1;
    for (long d : shape) {
      n *= d;
    }
    float[] values = Inputs.uniform(name, (int) n);
    for (int i = 0; i < values.length; i++) {
      values[i] *= SCALE;
    }
    start.add(values);
    weights.add(Torch.of(values, shape).requires_grad_(true));
  }

  @Override
  public void run() {
    try (PointerScope _ = new PointerScope()) {
      for (Tensor w : weights) {
        w.mutable_grad().reset();
      }
      Tensor inner = torch.silu(torch.linear(x, weights.get(0), weights.get(1)));
      Tensor outer = torch.linear(inner, weights.get(2), weights.get(3));
      torch.mse_loss(outer, target).backward();
      try (AutoGradMode _ = new AutoGradMode(false)) {
        for (Tensor w : weights) {
          w.add_(w.grad(), rate);
        }
      }
    }
  }

  @Override
  public List<float[]> result() {
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      for (int i = 0; i < start.size(); i++) {
        Tensor w = weights.get(i);
        w.copy_(Torch.of(start.get(i), start.get(i).length).view_as(w));
      }
    }
    run();
    int n = start.stream().mapToInt(s -> s.length).sum();
    float[] all = new float[n];
    int at = 0;
    for (Tensor w : weights) {
      float[] gradient = Torch.values(w.grad());
      System.arraycopy(gradient, 0, all, at, gradient.length);
      at += gradient.length;
    }
    return List.of(all);
  }

  @Override
  public void close() {
    held.close();
  }
}
