package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// The kernel set of this process against the plain loops, at widths that fit vectors and others.
final class GatedMessageKernelsTest {
  private static final int ATOMS = 5;
  private static final int[] START = {0, 3, 3, 7, 8, 12};
  private static final int[] SOURCE = {1, 2, 4, 0, 1, 3, 4, 2, 0, 1, 2, 3};
  private static final int FIRST = 1;

  /// Both directions of the pairs 0-2, 0-4, 2-3 and 2-4 share a slot.
  private static final int[] SLOT = {0, 1, 2, 1, 3, 4, 5, 4, 2, 6, 5, 7};

  private final int edges = SOURCE.length;

  private static float[] random(String name, int size) {
    float[] x = new float[size];
    Normal.fill(RandomKey.of(5).child(name), x, 0, size);
    return x;
  }

  /// All targets but the last, so that offsets and the block's first edge count.
  private MessageBlock block(int channels, int heads, int headStride) {
    MessageBlock b = new MessageBlock();
    b.channels = channels;
    b.heads = heads;
    b.parts = 3;
    b.fromTarget = 0;
    b.toTarget = ATOMS - FIRST;
    b.start = START;
    b.source = SOURCE;
    b.slot = SLOT;
    b.value = random("value", 3 + 3 * ATOMS * channels);
    b.valueAt = 3;
    b.vectors = random("vectors", 1 + 3 * ATOMS * channels);
    b.vectorsAt = 1;
    b.direction = random("direction", 3 * edges);
    b.radial = random("radial", 4 * edges * channels);
    float[] perHead = random("weight", edges * heads);
    b.weight = new float[edges * headStride];
    for (int i = 0; i < b.weight.length; i++) {
      b.weight[i] = perHead[i / headStride * heads + i % headStride % heads];
    }
    b.scalarGradient = random("dx", ATOMS * channels);
    b.vectorGradient = random("du", 3 * ATOMS * channels);
    b.valueGradient = random("dv", 3 * ATOMS * channels);
    b.vectorsGradient = random("dV", 3 * ATOMS * channels);
    b.directionGradient = random("dn", 3 * edges);
    b.radialGradient = new float[4 * edges * channels];
    return b;
  }

  @ParameterizedTest
  @CsvSource({"32, 4", "32, 8", "96, 8", "160, 8", "20, 5", "7, 1", "16, 16"})
  void bothKernelSetsSumTheSame(int channels, int heads) {
    float[][] expected = sums(new ScalarGatedMessageKernels(), channels, heads, heads);
    int stride = KernelProvider.messageKernels().headStride(heads, channels);
    float[][] found = sums(KernelProvider.gatedMessageKernels(), channels, heads, stride);
    for (int k = 0; k < expected.length; k++) {
      assertArrayEquals(expected[k], found[k], 2e-5f);
    }
  }

  private float[][] sums(GatedMessageKernels kernels, int channels, int heads, int stride) {
    MessageBlock b = block(channels, heads, stride);
    float[] scalars = random("x", ATOMS * channels);
    float[] vectors = random("u", 3 * ATOMS * channels);
    kernels.sum(b, scalars, 0, vectors, 0);
    float[] dw = new float[edges * stride];
    kernels.sumBackward(b, dw, 0);
    float[] perHead = new float[edges * heads];
    for (int i = 0; i < perHead.length; i++) {
      perHead[i] = dw[i / heads * stride + i % heads];
    }
    return new float[][] {
      scalars,
      vectors,
      perHead,
      b.valueGradient,
      b.vectorsGradient,
      b.directionGradient,
      Arrays.copyOf(b.radialGradient, b.radialGradient.length)
    };
  }
}
