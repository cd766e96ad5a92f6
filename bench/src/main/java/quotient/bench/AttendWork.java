package quotient.bench;

import java.util.Arrays;
import java.util.List;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.Attention;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;

/// Attention with a dense bias on pairs: `attend` forward alone, `attend-step` with all gradients.
/// The size is segments, tokens of each, heads, numbers of a head.
final class AttendWork implements Workload {
  private static final FloatTensor NO_MASK = FloatTensor.zeros(0);
  private static final float[] NO_PARAMETERS = new float[0];

  private final Tape tape;
  private final boolean backward;
  private final int heads;
  private final int[] start;
  private final FloatTensor[] inputs;
  private final FloatTensor dy;

  AttendWork(Case what, WorkerPool pool) {
    int segments = what.size(0);
    int n = what.size(1);
    heads = what.size(2);
    int columns = heads * what.size(3);
    tape = new Tape(new Tensors(pool));
    backward = what.operation().endsWith("-step");
    start = new int[segments + 1];
    Arrays.setAll(start, s -> s * n);
    inputs =
        new FloatTensor[] {
          Inputs.matrix("query", segments * n, columns),
          Inputs.matrix("key", segments * n, columns),
          Inputs.matrix("value", segments * n, columns),
          Inputs.matrix("bias", heads, segments * n * n)
        };
    dy = Inputs.matrix("dy", segments * n, columns);
  }

  /// Multiply-adds count as two operations; the forward pass has two products, a step seven.
  static double operations(boolean backward, int segments, int n, int heads, int width) {
    return (backward ? 7 : 2) * 2.0 * segments * n * n * heads * width;
  }

  @Override
  public void run() {
    try (Tape.Pass _ = backward ? tape.recording(NO_PARAMETERS) : tape.inference()) {
      attend();
    }
  }

  private Var[] attend() {
    Var[] in = new Var[inputs.length + 1];
    for (int i = 0; i < inputs.length; i++) {
      in[i] = tape.input(inputs[i]);
    }
    Var y = Attention.attend(tape, in[0], in[1], in[2], heads, start, in[3], NO_MASK);
    in[inputs.length] = y;
    if (backward) {
      tape.backward(y, dy);
    }
    return in;
  }

  @Override
  public List<float[]> result() {
    try (Tape.Pass _ = backward ? tape.recording(NO_PARAMETERS) : tape.inference()) {
      Var[] all = attend();
      if (!backward) {
        return List.of(all[inputs.length].value().toArray());
      }
      return Arrays.stream(all, 0, inputs.length).map(x -> tape.gradient(x).toArray()).toList();
    }
  }
}
