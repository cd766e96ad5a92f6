package quotient.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.optim.Adam;
import quotient.autodiff.optim.GlobalNorm;
import quotient.autodiff.optim.GradientClip;
import quotient.models.net.ProteinCondition;
import quotient.models.net.Proteina;
import quotient.models.net.ProteinaConfig;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// A training step (forward, backward, clip, Adam) or a sampling step (forward alone) of Proteína with
/// 59 million weights on one chain; operations share the pool's threads. The size is residues.
///
/// The loss is the mean square of the velocity's error. What the tables of pairs owe to the weights alone
/// is kept between sampling steps, as in sampling. While training, weights are packed at use.
final class ProteinaWork implements Workload {
  private final boolean training;
  private final int residues;
  private final Proteina network;
  private final ParameterSet parameters;
  private final Tape tape;
  private final ProteinCondition condition = new ProteinCondition();
  private final FloatTensor positions;
  private final float[] target;
  private final float[] gradients;
  private final float[] velocity;
  private final float[] velocityGradient;
  private final List<Adam> adam = new ArrayList<>();
  private final GradientClip clip = GradientClip.norm(ProteinaSubject.CLIP);

  ProteinaWork(Case what, WorkerPool pool) {
    training = ProteinaSubject.isTraining(what);
    residues = what.size(0);
    network = training ? ProteinaSubject.network() : ProteinaSubject.samplingNetwork();
    parameters = network.parameters();
    tape = new Tape(new Tensors(pool));
    condition.input().addChain(residues);
    condition.setOwnEstimate(ProteinaSubject.estimate(residues), 0);
    positions = FloatTensor.of(ProteinaSubject.positions(residues), residues, 3);
    target = ProteinaSubject.target(residues);
    velocity = new float[3 * residues];
    velocityGradient = new float[3 * residues];
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
    }
  }

  @Override
  public void run() {
    try (Tape.Pass _ = training ? tape.recordingAnew(gradients) : tape.inference()) {
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
      double norm = GlobalNorm.of(gradients, tape.tensors().pool());
      a.step(parameters, gradients, clip.factor(norm), ProteinaSubject.RATE);
    }
  }

  /// The velocity at the first weights and, of a training step, the gradient of each weight.
  @Override
  public List<float[]> result() {
    if (training) {
      restart();
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

  /// Draws the first weights again; a copy of them would be memory that no training step needs.
  private void restart() {
    var first = ProteinaSubject.weights();
    parameters.update(values -> {
      for (Parameter p : parameters.parameters()) {
        first.read(p.name(), FloatTensor.view(values, p.offset(), p.shape()));
      }
    });
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
