package quotient.bench.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import quotient.bench.Case;
import quotient.bench.EtFlowBatch;
import quotient.bench.EtFlowSubject;
import quotient.bench.Workload;
import quotient.models.graph.MoleculeInput;
import quotient.models.net.EquivariantGraphTransformer;

/// ET-Flow's training step (forward, backward, clip, AdamW) or sampling step (forward alone) in
/// libtorch.
///
/// Training goes in parts of 32 molecules of QM9 size or 8 of DRUGS size, gradients accumulated, since
/// the activations of a whole batch do not fit into the memory of an ordinary machine. Edges are found
/// beforehand and cost nothing here; ours finds them in every step.
final class TorchEtFlowWork implements Workload {
  private static final int QM9_PART = 32;
  private static final int DRUGS_PART = 8;

  private final PointerScope held = new PointerScope();
  private final boolean training;
  private final int molecules;
  private final int atoms;
  private final TorchEtFlow network;
  private final List<TorchEtFlow.Inputs> parts = new ArrayList<>();
  private final List<Tensor> targets = new ArrayList<>();
  private final List<Tensor> velocities = new ArrayList<>();
  private final List<float[]> start = new ArrayList<>();
  private final TensorVector weights;
  private final AdamW optimizer;

  TorchEtFlowWork(Case what) {
    training = EtFlowSubject.isTraining(what);
    EquivariantGraphTransformer ours = EtFlowSubject.network(what);
    EtFlowBatch batch = EtFlowSubject.batch(what);
    molecules = batch.molecules();
    atoms = batch.atoms();
    network = new TorchEtFlow(ours.config(), ours.parameters(), training);
    int largest = what.operation().endsWith("drugs") ? DRUGS_PART : QM9_PART;
    boolean whole = !training || EtFlowSubject.isOneLayer(what);
    int each = whole ? molecules : Math.min(largest, molecules);
    for (int from = 0; from < molecules; from += each) {
      int to = Math.min(molecules, from + each);
      int points = (to - from) * atoms;
      parts.add(inputs(batch, batch.edges(ours.config().graphRule(), from, to), from, to));
      targets.add(Torch.of(batch.target(from, to), points, 3));
      velocities.add(Torch.of(new float[3 * points], points, 3));
    }
    weights = new TensorVector(network.weights().values().toArray(new Tensor[0]));
    network.weights().values().forEach(w -> start.add(Torch.values(w)));
    AdamWOptions options = new AdamWOptions(EtFlowSubject.RATE);
    options.betas().put(0, EtFlowSubject.BETA1).put(1, EtFlowSubject.BETA2);
    options.eps().put(EtFlowSubject.EPSILON);
    options.weight_decay().put(EtFlowSubject.DECAY);
    optimizer = new AdamW(weights, options);
  }

  private static TorchEtFlow.Inputs inputs(
      EtFlowBatch batch, EtFlowBatch.Edges edges, int from, int to) {
    MoleculeInput input = batch.input(from, to);
    int points = input.atoms();
    float[] time = new float[points];
    float[] times = batch.times(from, to);
    for (int i = 0; i < points; i++) {
      time[i] = times[i / batch.atoms()];
    }
    float[] type = new float[edges.source().length];
    for (int e = 0; e < type.length; e++) {
      type[e] = edges.bonded()[e] ? 1 : 0;
    }
    Tensor x = Torch.of(batch.positions(from, to), to - from, batch.atoms(), 3);
    Tensor centred = x.sub(x.mean(new long[] {1}, true, null)).view(points, 3);
    return new TorchEtFlow.Inputs(
        to - from,
        batch.atoms(),
        Torch.indices(Arrays.copyOf(input.atomicNumbers(), points)),
        Torch.of(
            Arrays.copyOf(input.features(), points * MoleculeInput.FEATURES),
            points,
            MoleculeInput.FEATURES),
        centred,
        Torch.of(time, points, 1),
        Torch.indices(edges.source()),
        Torch.indices(edges.target()),
        Torch.of(type, type.length, 1));
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
    for (int p = 0; p < parts.size(); p++) {
      try (InferenceMode _ = new InferenceMode(true);
          PointerScope _ = new PointerScope()) {
        velocities.get(p).copy_(network.forward(parts.get(p)));
      }
    }
  }

  private void train(boolean update) {
    try (PointerScope _ = new PointerScope()) {
      optimizer.zero_grad();
      for (int p = 0; p < parts.size(); p++) {
        addGradients(p);
      }
      if (update) {
        torch.clip_grad_norm_(weights, EtFlowSubject.CLIP);
        optimizer.step();
      }
    }
  }

  private void addGradients(int p) {
    try (PointerScope _ = new PointerScope()) {
      Tensor v = network.forward(parts.get(p));
      Tensor loss = v.sub(targets.get(p)).square().sum().mul(new Scalar(1.0 / (molecules * atoms)));
      loss.backward();
      try (AutoGradMode _ = new AutoGradMode(false)) {
        velocities.get(p).copy_(v);
      }
    }
  }

  @Override
  public List<float[]> result() {
    restart();
    if (training) {
      train(false);
    } else {
      sample();
    }
    List<float[]> results = new ArrayList<>();
    float[] velocity = new float[3 * molecules * atoms];
    int at = 0;
    for (Tensor v : velocities) {
      float[] part = Torch.values(v);
      System.arraycopy(part, 0, velocity, at, part.length);
      at += part.length;
    }
    results.add(velocity);
    if (training) {
      for (Tensor w : network.weights().values()) {
        results.add(w.grad().defined() ? Torch.values(w.grad()) : new float[(int) w.numel()]);
      }
    }
    return results;
  }

  private void restart() {
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      int i = 0;
      for (Tensor w : network.weights().values()) {
        float[] values = start.get(i++);
        w.copy_(Torch.of(values, values.length).view_as(w));
      }
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
