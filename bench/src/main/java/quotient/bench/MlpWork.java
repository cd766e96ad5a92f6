package quotient.bench;

import java.util.List;
import quotient.autodiff.Initializer;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Elementwise;
import quotient.autodiff.op.MatMul;
import quotient.autodiff.op.Reduce;
import quotient.autodiff.optim.GradientDescent;
import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// A training step of a perceptron of two layers with SiLU: forward, mean squared error, backward,
/// gradient descent. The size is batch, width outside, width inside.
final class MlpWork implements Workload {
  /// Of the weights, so that nothing saturates.
  static final float SCALE = 0.05f;

  /// Of gradient descent.
  static final float RATE = 0.1f;

  private final Tape tape;
  private final ParameterSet parameters;
  private final Parameter firstWeight;
  private final Parameter firstBias;
  private final Parameter secondWeight;
  private final Parameter secondBias;
  private final float[] start;
  private final float[] gradients;
  private final FloatTensor x;
  private final FloatTensor target;
  private final GradientDescent descent = new GradientDescent();

  MlpWork(Case what, WorkerPool pool) {
    int batch = what.size(0);
    int outside = what.size(1);
    int inside = what.size(2);
    tape = new Tape(new Tensors(pool));
    ParameterSet.Builder builder = new ParameterSet.Builder();
    builder.declare("w1", Shape.of(inside, outside), Initializer.constant(0));
    builder.declare("b1", Shape.of(inside), Initializer.constant(0));
    builder.declare("w2", Shape.of(outside, inside), Initializer.constant(0));
    builder.declare("b2", Shape.of(outside), Initializer.constant(0));
    parameters = builder.build(RandomKey.of(0));
    firstWeight = parameters.get("w1");
    firstBias = parameters.get("b1");
    secondWeight = parameters.get("w2");
    secondBias = parameters.get("b2");
    for (Parameter p : parameters.parameters()) {
      float[] values = weights(p.name(), p.shape().size());
      parameters.update(all -> System.arraycopy(values, 0, all, p.offset(), values.length));
    }
    start = parameters.copyValues();
    gradients = parameters.newVector();
    x = Inputs.matrix("x", batch, outside);
    target = Inputs.matrix("target", batch, outside);
  }

  /// First values of the weight of that name.
  static float[] weights(String name, int n) {
    float[] values = Inputs.uniform(name, n);
    for (int i = 0; i < n; i++) {
      values[i] *= SCALE;
    }
    return values;
  }

  @Override
  public void run() {
    try (Tape.Pass _ = tape.recordingAnew(gradients)) {
      Var inner =
          Elementwise.silu(tape, MatMul.linear(tape, tape.constant(x), firstWeight, firstBias));
      Var outer = MatMul.linear(tape, inner, secondWeight, secondBias);
      tape.backward(Reduce.meanSquaredError(tape, outer, target));
    }
    descent.step(parameters, gradients, 1, RATE);
  }

  /// The change of the weights by the first step, per rate: the gradients.
  @Override
  public List<float[]> result() {
    parameters.update(values -> System.arraycopy(start, 0, values, 0, start.length));
    run();
    return List.of(gradients.clone());
  }
}
