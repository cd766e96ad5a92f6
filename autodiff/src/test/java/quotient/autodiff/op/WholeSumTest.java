package quotient.autodiff.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Sums of more numbers than one block holds.
final class WholeSumTest {
  private static final RandomKey KEY = RandomKey.of(31);

  private static FloatTensor normal(String name, int n) {
    FloatTensor x = FloatTensor.zeros(n, 1);
    for (int i = 0; i < n; i++) {
      x.set(i, (float) (1 + Normal.at(KEY.child(name), i)));
    }
    return x;
  }

  /// Sum, squared norm and mean squared error; the gradient of the error is left in `gradient`.
  private static float[] sums(Tape tape, FloatTensor x, FloatTensor y, FloatTensor gradient) {
    try (var _ = tape.recording(new float[0])) {
      Var in = tape.input(x);
      float sum = Reduce.sum(tape, in).value().get(0);
      float squares = Reduce.squaredNorm(tape, in).value().get(0);
      Var error = Reduce.meanSquaredError(tape, in, y);
      tape.backward(error);
      FloatTensor d = tape.gradient(in);
      for (int i = 0; i < d.size(); i++) {
        gradient.set(i, d.get(i));
      }
      return new float[] {sum, squares, error.value().get(0)};
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65_536, 65_537, 200_003})
  void sumsOfManyBlocksAgreeWithDoubleAndDoNotDependOnThreads(int n) {
    FloatTensor x = normal("x", n);
    FloatTensor y = normal("y", n);
    double sum = 0;
    double squares = 0;
    double error = 0;
    double[] difference = new double[n];
    for (int i = 0; i < n; i++) {
      double a = x.get(i);
      difference[i] = a - y.get(i);
      sum += a;
      squares += a * a;
      error += difference[i] * difference[i] / n;
    }
    try (WorkerPool pool = WorkerPool.of(3)) {
      FloatTensor gradient = FloatTensor.zeros(n);
      float[] one = sums(new Tape(Tensors.singleThreaded()), x, y, gradient);
      assertEquals(sum, one[0], 1e-6 * sum);
      assertEquals(squares, one[1], 1e-6 * squares);
      assertEquals(error, one[2], 1e-6 * error);
      for (int i = 0; i < n; i++) {
        double expected = 2 * difference[i] / n;
        assertEquals(expected, gradient.get(i), 1e-6 * Math.abs(expected));
      }
      FloatTensor other = FloatTensor.zeros(n);
      assertArrayEquals(one, sums(new Tape(new Tensors(pool)), x, y, other));
      assertArrayEquals(gradient.toArray(), other.toArray());
    }
  }
}
