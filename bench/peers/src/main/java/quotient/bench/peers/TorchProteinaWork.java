package quotient.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import quotient.bench.Case;
import quotient.bench.ProteinaSubject;
import quotient.bench.Workload;
import quotient.models.net.Embeddings;
import quotient.models.net.ProteinaConfig;

/// Proteína's training step (forward, backward, clip, Adam) or sampling step (forward alone) in
/// libtorch, on one chain.
final class TorchProteinaWork implements Workload {
  private final PointerScope held = new PointerScope();
  private final boolean training;
  private final int residues;
  private final TorchProteina network;
  private final TorchProteina.Inputs inputs;
  private final Tensor target;
  private final Tensor velocity;
  private final TensorVector weights;
  private final List<Adam> adam = new ArrayList<>();

  TorchProteinaWork(Case what) {
    training = ProteinaSubject.isTraining(what);
    residues = what.size(0);
    network = new TorchProteina(ProteinaSubject.config(), ProteinaSubject.weights(), training);
    inputs = inputs(ProteinaSubject.config());
    target = Torch.of(ProteinaSubject.target(residues), residues, 3);
    velocity = Torch.of(new float[3 * residues], residues, 3);
    weights = new TensorVector(network.weights().values().toArray(new Tensor[0]));
    if (training) {
      AdamOptions options = new AdamOptions(ProteinaSubject.RATE);
      options.betas().put(0, ProteinaSubject.BETA1).put(1, ProteinaSubject.BETA2);
      options.eps().put(ProteinaSubject.EPSILON);
      adam.add(new Adam(weights, options));
    }
  }

  private TorchProteina.Inputs inputs(ProteinaConfig config) {
    int n = residues;
    int width = config.indexWidth() + 4;
    float[] own = ProteinaSubject.estimate(n);
    float[] sequence = new float[n * width];
    int[] separation = new int[n * n];
    int last = config.separations() - 1;
    for (int i = 0; i < n; i++) {
      Embeddings.index(i + 1, config.indexWidth(), sequence, i * width);
      System.arraycopy(own, 3 * i, sequence, i * width + config.indexWidth() + 1, 3);
      for (int j = 0; j < n; j++) {
        separation[i * n + j] = Math.clamp(i - j + last / 2, 0, last);
      }
    }
    float[] time = new float[config.timeWidth()];
    Embeddings.time(ProteinaSubject.TIME, config.timeWidth(), time, 0);
    Tensor[] folds = new Tensor[3];
    for (int level = 0; level < folds.length; level++) {
      folds[level] = Torch.indices(new int[] {config.folds().count(level)});
    }
    return new TorchProteina.Inputs(
        Torch.of(ProteinaSubject.positions(n), n, 3),
        Torch.of(own, n, 3),
        Torch.of(sequence, n, width),
        Torch.of(time, 1, time.length),
        Torch.indices(separation).view(n, n),
        folds);
  }

  @Override
  public void run() {
    if (training) {
      train(true);
    } else {
      sample();
    }
  }

  private void sample() {
    try (InferenceMode _ = new InferenceMode(true);
        PointerScope _ = new PointerScope()) {
      velocity.copy_(network.forward(inputs));
    }
  }

  private void train(boolean update) {
    try (PointerScope _ = new PointerScope()) {
      adam.forEach(Adam::zero_grad);
      Tensor v = network.forward(inputs);
      torch.mse_loss(v, target).backward();
      try (AutoGradMode _ = new AutoGradMode(false)) {
        velocity.copy_(v);
      }
      if (update) {
        torch.clip_grad_norm_(weights, ProteinaSubject.CLIP);
        adam.forEach(Adam::step);
      }
    }
  }

  @Override
  public List<float[]> result() {
    if (training) {
      network.set(ProteinaSubject.weights());
      train(false);
    } else {
      sample();
    }
    List<float[]> results = new ArrayList<>();
    results.add(Torch.values(velocity));
    if (training) {
      for (Tensor w : network.weights().values()) {
        results.add(w.grad().defined() ? Torch.values(w.grad()) : new float[(int) w.numel()]);
      }
    }
    return results;
  }

  @Override
  public void close() {
    held.close();
  }
}
