package quotient.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.optim.Adam;
import quotient.autodiff.optim.GradientClip;
import quotient.models.net.EquivariantGraphTransformer;
import quotient.models.net.EtFlowConfig;
import quotient.models.net.MoleculeCondition;
import quotient.models.train.Lanes;
import quotient.tensor.FloatTensor;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// A training step or a sampling step of ET-Flow at full size.
///
/// As the trainer and the sampler do it: the batch goes in slices over the pool's threads, each with a
/// tape of its own; gradients are added in the order of the slices, clipped, and given to AdamW. The
/// loss is the mean over molecules and atoms of the squared velocity error. The size is molecules,
/// atoms of each.
final class EtFlowWork implements Workload {
  /// Most atoms per slice, or few more; as in the presets.
  private static final int SLICE_ATOMS = 320;

  /// In place of the slice whose turn it is, after a failure.
  private static final int ABANDONED = -1;

  private static final Kernels KERNELS = KernelProvider.kernels();

  private final Case what;
  private final boolean training;
  private final EtFlowBatch batch;
  private final EquivariantGraphTransformer network;
  private final ParameterSet parameters;
  private final Lanes lanes;
  private final List<Slice> slices = new ArrayList<>();
  private final float[] gradients;
  private final float[][] laneGradients;
  private final Optional<Adam> adam;
  private final GradientClip clip = GradientClip.norm(EtFlowSubject.CLIP);
  private final Object turn = new Object();
  private int next;
  private final long nearEdges;

  /// Molecules that go through the network together.
  private record Slice(
      int from,
      int to,
      MoleculeCondition condition,
      FloatTensor positions,
      float[] times,
      float[] target,
      float[] velocity,
      float[] gradient) {}

  EtFlowWork(Case what, WorkerPool pool) {
    this.what = what;
    training = EtFlowSubject.isTraining(what);
    batch = EtFlowSubject.batch(what);
    network = EtFlowSubject.network(what);
    parameters = network.parameters();
    gradients = training ? parameters.newVector() : new float[0];
    lanes = new Lanes(pool);
    laneGradients = new float[training ? lanes.count() : 0][];
    for (int lane = 0; lane < laneGradients.length; lane++) {
      laneGradients[lane] = parameters.newVector();
    }
    adam = training ? Optional.of(adam(parameters)) : Optional.empty();
    nearEdges = batch.edges(network.config().graphRule(), 0, batch.molecules()).near();
    int total = batch.molecules() * batch.atoms();
    int count = (total + SLICE_ATOMS - 1) / SLICE_ATOMS;
    for (int k = 0; k < count; k++) {
      slices.add(slice(k * batch.molecules() / count, (k + 1) * batch.molecules() / count));
    }
  }

  private static Adam adam(ParameterSet parameters) {
    return new Adam(
        parameters,
        EtFlowSubject.BETA1,
        EtFlowSubject.BETA2,
        EtFlowSubject.EPSILON,
        EtFlowSubject.DECAY);
  }

  private Slice slice(int from, int to) {
    int atoms = (to - from) * batch.atoms();
    return new Slice(
        from,
        to,
        new MoleculeCondition(batch.input(from, to)),
        FloatTensor.of(batch.positions(from, to), atoms, 3),
        batch.times(from, to),
        batch.target(from, to),
        new float[3 * atoms],
        new float[3 * atoms]);
  }

  @Override
  public void run() {
    if (training) {
      sumGradients();
      double norm = Math.sqrt(KERNELS.dot(gradients, 0, gradients, 0, gradients.length));
      adam.orElseThrow().step(parameters, gradients, clip.factor(norm), EtFlowSubject.RATE);
    } else {
      lanes.forEach(slices.size(), (index, tape, _) -> sample(slices.get(index), tape));
    }
  }

  private void sample(Slice slice, Tape tape) {
    try (Tape.Pass _ = tape.inference()) {
      keepVelocity(slice, forward(slice, tape));
    }
  }

  private Var forward(Slice slice, Tape tape) {
    return network.forward(
        tape, tape.constant(slice.positions()), slice.times(), slice.condition());
  }

  private static void keepVelocity(Slice slice, Var v) {
    System.arraycopy(
        v.value().data(), v.value().offset(), slice.velocity(), 0, slice.velocity().length);
  }

  private void sumGradients() {
    next = 0;
    lanes.forEach(
        slices.size(),
        (index, tape, lane) -> {
          try {
            addGradients(slices.get(index), tape, laneGradients[lane]);
            addInTurn(index, laneGradients[lane]);
          } catch (RuntimeException | Error e) {
            abandon();
            throw e;
          }
        });
  }

  private void addGradients(Slice slice, Tape tape, float[] own) {
    try (Tape.Pass _ = tape.recordingAnew(own)) {
      Var v = forward(slice, tape);
      keepVelocity(slice, v);
      float factor = 2f / (batch.molecules() * batch.atoms());
      for (int i = 0; i < slice.gradient().length; i++) {
        slice.gradient()[i] = factor * (slice.velocity()[i] - slice.target()[i]);
      }
      tape.backward(v, FloatTensor.view(slice.gradient(), 0, v.shape()));
    }
  }

  /// Adds in the order of the slices, so that sums do not depend on threads.
  private void addInTurn(int index, float[] own) {
    synchronized (turn) {
      boolean interrupted = false;
      while (next != index && next != ABANDONED) {
        try {
          turn.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (index == 0) {
        System.arraycopy(own, 0, gradients, 0, own.length);
      } else {
        KERNELS.add(gradients, 0, own, 0, gradients, 0, own.length);
      }
      next += next == ABANDONED ? 0 : 1;
      turn.notifyAll();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Lets everybody through after a failure, which is rethrown.
  private void abandon() {
    synchronized (turn) {
      next = ABANDONED;
      turn.notifyAll();
    }
  }

  /// The velocity at the first weights and, of a training step, the gradient of each weight.
  @Override
  public List<float[]> result() {
    if (training) {
      float[] first = EtFlowSubject.network(what).parameters().copyValues();
      parameters.update(values -> System.arraycopy(first, 0, values, 0, first.length));
    }
    run();
    List<float[]> parts = new ArrayList<>();
    float[] velocity = new float[3 * batch.molecules() * batch.atoms()];
    for (Slice slice : slices) {
      System.arraycopy(
          slice.velocity(), 0, velocity, 3 * slice.from() * batch.atoms(), slice.velocity().length);
    }
    parts.add(velocity);
    if (training) {
      for (Parameter p : parameters.parameters()) {
        parts.add(Arrays.copyOfRange(gradients, p.offset(), p.offset() + p.shape().size()));
      }
    }
    return parts;
  }

  /// Products alone, counted as if every near edge went through its projections; backward is twice
  /// the forward pass, and makes the edges' projections once more.
  @Override
  public double operations() {
    EtFlowConfig c = network.config();
    double h = c.channels();
    double parts = c.layout().parts();
    double perAtom = (2 * h + 1) * h + h * h + 2 * h * h + parts * h * h + 3 * h * h + 9 * h * h;
    double perEdge = (c.radial() + 1) * (parts + 1) * h;
    double atomPart = 2.0 * c.layers() * batch.molecules() * batch.atoms() * perAtom;
    double edgePart = 2.0 * c.layers() * nearEdges * perEdge;
    return training ? 3 * atomPart + 4 * edgePart : atomPart + edgePart;
  }
}
