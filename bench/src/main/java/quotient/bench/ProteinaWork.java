package quotient.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.optim.Adam;
import quotient.autodiff.optim.GradientClip;
import quotient.models.net.ProteinCondition;
import quotient.models.net.Proteina;
import quotient.models.net.ProteinaConfig;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.kernel.Kernels;
import quotient.tensor.parallel.WorkerPool;

/// A training step (forward, backward, clip, Adam) or a sampling step (forward alone) of Proteína with
/// 59 million weights on one chain; operations share the pool's threads. The size is residues.
///
/// The loss is the mean square of the velocity's error. What the tables of pairs owe to the weights alone
/// is kept between sampling steps, as in sampling. While training, weights are packed at use.
final class ProteinaWork implements Workload {
  private static final Kernels KERNELS = KernelProvider.kernels();

  private final boolean training;
  private final int residues;
  private final Proteina network;
  private final ParameterSet parameters;
  private final Tape tape;
  private final ProteinCondition condition = new ProteinCondition();
  private final FloatTensor positions;
  private final float[] target;
  private final float[] start;
  private final float[] gradients;
  private final float[] velocity;
  private final float[] velocityGradient;
  private final List<Adam> adam = new ArrayList<>();
  private final GradientClip clip = GradientClip.norm(ProteinaSubject.CLIP);

  ProteinaWork(Case what, WorkerPool pool) {
    training = ProteinaSubject.isTraining(what);
    residues = what.size(0);
    network = ProteinaSubject.network();
    parameters = network.parameters();
    tape = new Tape(new Tensors(pool));
    condition.input().addChain(residues);
    condition.setOwnEstimate(ProteinaSubject.estimate(residues), 0);
    positions = FloatTensor.of(ProteinaSubject.positions(residues), residues, 3);
    target = ProteinaSubject.target(residues);
    velocity = new float[3 * residues];
    velocityGradient = new float[3 * residues];
    start = training ? parameters.copyValues() : new float[0];
    gradients = training ? parameters.newVector() : new float[0];
    if (training) {
      parameters.keepPackedWhileRecording(false);
      adam.add(
          new Adam(
              parameters,
              ProteinaSubject.BETA1,
              ProteinaSubject.BETA2,
              ProteinaSubject.EPSILON,
              0,
              pool));
    } else {
      parameters.releaseMasters(Proteina::isPackedOnly);
    }
  }

  @Override
  public void run() {
    Arrays.fill(gradients, 0);
    try (Tape.Pass _ = training ? tape.recording(gradients) : tape.inference()) {
      float[] time = {ProteinaSubject.TIME};
      Var v = network.forward(tape, tape.constant(positions), time, condition);
      System.arraycopy(v.value().data(), v.value().offset(), velocity, 0, velocity.length);
      if (training) {
        for (int i = 0; i < velocity.length; i++) {
          velocityGradient[i] = 2 * (velocity[i] - target[i]) / velocity.length;
        }
        tape.backward(v, FloatTensor.of(velocityGradient, residues, 3));
      }
    }
    for (Adam a : adam) {
      double norm = Math.sqrt(KERNELS.dot(gradients, 0, gradients, 0, gradients.length));
      a.step(parameters, gradients, clip.factor(norm), ProteinaSubject.RATE);
    }
  }

  /// The velocity at the first weights and, of a training step, the gradient of each weight.
  @Override
  public List<float[]> result() {
    if (training) {
      parameters.update(values -> System.arraycopy(start, 0, values, 0, start.length));
    }
    run();
    List<float[]> parts = new ArrayList<>();
    parts.add(velocity.clone());
    if (training) {
      for (Parameter p : parameters.parameters()) {
        parts.add(Arrays.copyOfRange(gradients, p.offset(), p.offset() + p.shape().size()));
      }
    }
    return parts;
  }

  /// Products of tokens with weights, and attention's two; backward is twice the forward pass, and
  /// makes the logits once more.
  @Override
  public double operations() {
    ProteinaConfig c = network.config();
    double tokens = residues + c.registers();
    double d = c.width();
    double inner = c.innerWidth();
    double linear = 2.0 * c.layers() * tokens * (5 * inner * d + 12 * d * d);
    double attention = 2.0 * c.layers() * tokens * tokens * inner;
    return training ? 3 * linear + 7 * attention : linear + 2 * attention;
  }
}
