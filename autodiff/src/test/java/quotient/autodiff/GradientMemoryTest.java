package quotient.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.tensor.FloatTensor;
import quotient.tensor.random.RandomKey;

final class GradientMemoryTest {
  private static final int LAYERS = 20;
  private static final int WIDTH = 64;

  /// The gradients of one layer of a graph network, in the order in which backward needs them:
  /// rows per atom (0) or per edge (1), and columns.
  private static final int[][] LAYER = {
    {0, WIDTH},
    {0, 3 * WIDTH},
    {1, 4 * WIDTH},
    {1, WIDTH},
    {1, 1},
    {0, 4 * WIDTH},
    {0, WIDTH},
    {0, 3 * WIDTH},
    {1, WIDTH},
    {0, 1},
    {0, WIDTH}
  };

  /// Which gradient of the layer goes when the i-th has come, or -1: some live long.
  private static final int[] GOES = {-1, 0, -1, 1, -1, 2, 4, 3, 6, 5, 7};

  /// Values of the largest block; only their number matters here.
  private static final float[] VALUES = new float[9000 * 4 * WIDTH];

  private static FloatTensor like(int rows, int columns) {
    return FloatTensor.view(VALUES, 0, quotient.tensor.Shape.of(rows, columns));
  }

  private static FloatTensor acquire(GradientMemory memory, int rows, int columns) {
    return memory.acquireLike(like(rows, columns));
  }

  private static void pass(GradientMemory memory, int atoms, int edges) {
    memory.begin();
    List<FloatTensor> previous = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      FloatTensor[] blocks = new FloatTensor[LAYER.length];
      for (int i = 0; i < LAYER.length; i++) {
        blocks[i] = acquire(memory, LAYER[i][0] == 0 ? atoms : edges, LAYER[i][1]);
        if (GOES[i] >= 0) {
          memory.release(blocks[GOES[i]]);
        }
        if (i == 4) {
          previous.forEach(memory::release);
          previous.clear();
        }
      }
      previous.add(blocks[8]);
      previous.add(blocks[9]);
      previous.add(blocks[10]);
    }
    memory.end();
  }

  @Test
  void smallerPassesNeedNoMoreMemoryInAnyOrder() {
    GradientMemory memory = new GradientMemory();
    pass(memory, 400, 9000);
    pass(memory, 400, 9000);
    long capacity = memory.capacity();
    RandomKey key = RandomKey.of(8);
    for (int i = 0; i < 3000; i++) {
      pass(memory, 1 + key.child("atoms").below(i, 400), 1 + key.child("edges").below(i, 9000));
      assertEquals(capacity, memory.capacity(), "pass " + i);
    }
  }

  @Test
  void littleMemoryIsLostBetweenBlocks() {
    GradientMemory memory = new GradientMemory();
    pass(memory, 400, 9000);
    pass(memory, 400, 9000);
    pass(memory, 400, 9000);
    assertTrue(
        memory.capacity() <= 1.2 * memory.peak(), memory.capacity() + " for " + memory.peak());
  }

  @Test
  void blocksInUseNeverOverlap() {
    GradientMemory memory = new GradientMemory();
    RandomKey key = RandomKey.of(9);
    int draw = 0;
    for (int pass = 0; pass < 20; pass++) {
      memory.begin();
      List<FloatTensor> live = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        if (!live.isEmpty() && key.below(draw++, 5) < 2) {
          memory.release(live.remove(key.below(draw++, live.size())));
        } else {
          FloatTensor block =
              acquire(memory, 1 + key.below(draw++, 300), 1 + key.below(draw++, 90));
          for (FloatTensor other : live) {
            assertTrue(!block.overlaps(other));
          }
          live.add(block);
        }
      }
      memory.end();
    }
  }

  @Test
  void whatWasGivenBackIsUsedAgain() {
    GradientMemory memory = new GradientMemory();
    memory.begin();
    FloatTensor a = acquire(memory, 10, 16);
    FloatTensor b = acquire(memory, 20, 16);
    int at = a.offset();
    acquire(memory, 1, 1);
    memory.release(a);
    memory.release(b);
    FloatTensor both = acquire(memory, 30, 16);
    assertEquals(at, both.offset(), "two neighbours become one block");
    assertEquals(30 * 16 + 16, memory.peak());
    memory.end();
  }

  @Test
  void onlyItsOwnBlocksComeBack() {
    GradientMemory memory = new GradientMemory();
    memory.begin();
    acquire(memory, 10, 16);
    assertThrows(IllegalStateException.class, () -> memory.release(like(10, 16)));
    memory.end();
  }
}
