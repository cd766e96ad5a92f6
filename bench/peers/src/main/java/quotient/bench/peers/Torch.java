package quotient.bench.peers;

import java.nio.FloatBuffer;
import org.bytedeco.pytorch.Tensor;

/// Numbers into tensors and out of them.
final class Torch {
  private Torch() {}

  /// A tensor with a copy of the numbers.
  static Tensor of(float[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /// Indices, as 64-bit integers.
  static Tensor indices(int[] values) {
    long[] wide = new long[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return Tensor.create(wide, wide.length);
  }

  /// A copy of a tensor's numbers.
  static float[] values(Tensor x) {
    try (Tensor whole = x.contiguous()) {
      float[] values = new float[(int) whole.numel()];
      FloatBuffer buffer = whole.createBuffer();
      buffer.get(values);
      return values;
    }
  }
}
