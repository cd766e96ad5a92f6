package quotient.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quotient.tensor.CacheLine;
import quotient.tensor.FloatTensor;
import quotient.tensor.Workspace;

/// Memory for the gradients of one pass: blocks are given back in any order and used again.
///
/// A request takes the smallest free block that is large enough and leaves the rest of it free;
/// neighbours that are both free become one. What was needed once is kept, with an eighth more
/// against gaps, as one array, so a later pass of other but not larger sizes allocates nothing.
final class GradientMemory {
  private static final int FIRST_SLAB = 1 << 16;
  private static final int LARGEST_SLAB = 1 << 28;

  /// A quarter more at a time, as in {@link Workspace}.
  private static final int GROWTH = 4;

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 64;

  private final Workspace handles = new Workspace();
  private final List<float[]> slabs = new ArrayList<>();

  /// Free blocks in order of slab and start.
  private int[] freeSlab = new int[32];

  private int[] freeStart = new int[32];
  private int[] freeSize = new int[32];
  private int free;
  private long live;
  private long peak;

  /// Floats of the one array; grows whenever it was too small.
  private long wanted;

  private Workspace.Scope scope;

  GradientMemory() {
    scope = handles.open();
    scope.close();
  }

  /// Begins a pass: all memory is free.
  void begin() {
    scope = handles.open();
    free = 0;
    for (int s = 0; s < slabs.size(); s++) {
      insert(free, s, CacheLine.FIRST, slabs.get(s).length - CacheLine.FIRST);
    }
    live = 0;
  }

  /// Ends the pass; all blocks become invalid.
  void end() {
    scope.close();
    live = 0;
    if (slabs.size() > 1) {
      wanted = Math.max(peak, wanted) * 9 / 8 + CacheLine.FIRST + CacheLine.FLOATS;
      if (wanted <= LARGEST_ARRAY) {
        slabs.clear();
        slabs.add(new float[(int) wanted]);
      }
    }
  }

  /// Memory of undefined contents in the shape of a value.
  FloatTensor acquireLike(FloatTensor value) {
    int size = padded(value.size());
    int best = bestFit(size);
    if (best < 0) {
      best = grow(size);
    }
    int slab = freeSlab[best];
    int start = freeStart[best];
    if (freeSize[best] == size) {
      remove(best);
    } else {
      freeStart[best] += size;
      freeSize[best] -= size;
    }
    live += size;
    peak = Math.max(peak, live);
    return viewLike(value, slabs.get(slab), start);
  }

  /// A handle for numbers in the shape of a value.
  FloatTensor viewLike(FloatTensor value, float[] data, int offset) {
    return value.rank() == 2
        ? handles.view(data, offset, value.rows(), value.columns())
        : handles.view(data, offset, value.shape());
  }

  /// Gives a block back.
  void release(FloatTensor block) {
    int slab = slabOf(block.data());
    int start = block.offset();
    int size = padded(block.size());
    live -= size;
    int next = 0;
    while (next < free
        && (freeSlab[next] < slab || (freeSlab[next] == slab && freeStart[next] < start))) {
      next++;
    }
    boolean joinsLast =
        next > 0 && freeSlab[next - 1] == slab && freeStart[next - 1] + freeSize[next - 1] == start;
    boolean joinsNext = next < free && freeSlab[next] == slab && start + size == freeStart[next];
    if (joinsLast && joinsNext) {
      freeSize[next - 1] += size + freeSize[next];
      remove(next);
    } else if (joinsLast) {
      freeSize[next - 1] += size;
    } else if (joinsNext) {
      freeStart[next] = start;
      freeSize[next] += size;
    } else {
      insert(next, slab, start, size);
    }
  }

  /// Floats in use at most since {@link #restartPeak}.
  long peak() {
    return peak;
  }

  /// Forgets how much was in use before; nothing is given back.
  void restartPeak() {
    peak = live;
  }

  /// Floats held.
  long capacity() {
    long total = 0;
    for (float[] slab : slabs) {
      total += slab.length;
    }
    return total;
  }

  private static int padded(int size) {
    return Math.max(CacheLine.FLOATS, CacheLine.roundUp(size));
  }

  private int bestFit(int size) {
    int best = -1;
    for (int i = 0; i < free; i++) {
      if (freeSize[i] >= size && (best < 0 || freeSize[i] < freeSize[best])) {
        best = i;
      }
    }
    return best;
  }

  private int grow(int size) {
    long growth = Math.clamp(capacity() / GROWTH, FIRST_SLAB, LARGEST_SLAB);
    slabs.add(new float[(int) Math.max(size + CacheLine.FIRST, growth)]);
    int length = slabs.getLast().length - CacheLine.FIRST;
    insert(free, slabs.size() - 1, CacheLine.FIRST, length);
    return free - 1;
  }

  private int slabOf(float[] data) {
    for (int s = 0; s < slabs.size(); s++) {
      if (slabs.get(s) == data) {
        return s;
      }
    }
    throw new IllegalStateException("tape: a gradient was released that the tape did not make");
  }

  private void insert(int at, int slab, int start, int size) {
    if (free == freeSlab.length) {
      freeSlab = Arrays.copyOf(freeSlab, 2 * free);
      freeStart = Arrays.copyOf(freeStart, 2 * free);
      freeSize = Arrays.copyOf(freeSize, 2 * free);
    }
    System.arraycopy(freeSlab, at, freeSlab, at + 1, free - at);
    System.arraycopy(freeStart, at, freeStart, at + 1, free - at);
    System.arraycopy(freeSize, at, freeSize, at + 1, free - at);
    freeSlab[at] = slab;
    freeStart[at] = start;
    freeSize[at] = size;
    free++;
  }

  private void remove(int at) {
    free--;
    System.arraycopy(freeSlab, at + 1, freeSlab, at, free - at);
    System.arraycopy(freeStart, at + 1, freeStart, at, free - at);
    System.arraycopy(freeSize, at + 1, freeSize, at, free - at);
  }
}
