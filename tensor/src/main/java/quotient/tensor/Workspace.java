package quotient.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Arena of reusable memory with nested scopes: how hot code gets its buffers.
///
/// Memory handed out inside a scope is valid until that scope closes; contents are undefined at
/// first (NaN when assertions are on). After the outermost scope has closed once, a second pass of
/// at most the same size allocates nothing. *Confined.*
public final class Workspace {
  private static final int ALIGNMENT = 16;
  private static final boolean POISON = assertionsEnabled();

  private final List<float[]> slabs = new ArrayList<>();
  private final List<FloatTensor> handles = new ArrayList<>();
  private int slab;
  private int used;
  private int handle;
  private int depth;
  private long live;
  private long peak;

  /// A workspace that grows on demand.
  public Workspace() {}

  /// A workspace with room for that many floats at once.
  public Workspace(int capacity) {
    slabs.add(new float[capacity]);
  }

  /// Begins a scope; closing it returns all that was allocated since.
  public Scope open() {
    depth++;
    return new Scope(slab, used, handle, live);
  }

  /// Undefined contents, valid until the current scope closes.
  public FloatTensor allocate(Shape shape) {
    int start = reserve(shape.size());
    FloatTensor cached = handle < handles.size() ? handles.get(handle) : null;
    if (cached != null
        && cached.data() == slabs.get(slab)
        && cached.offset() == start
        && cached.shape().equals(shape)) {
      handle++;
      return cached;
    }
    return remember(FloatTensor.view(slabs.get(slab), start, shape));
  }

  /// A matrix of undefined contents, valid until the current scope closes.
  public FloatTensor allocate(int rows, int columns) {
    int start = reserve(Math.multiplyExact(rows, columns));
    FloatTensor cached = handle < handles.size() ? handles.get(handle) : null;
    if (cached != null
        && cached.data() == slabs.get(slab)
        && cached.offset() == start
        && cached.shape().isMatrix(rows, columns)) {
      handle++;
      return cached;
    }
    return remember(FloatTensor.view(slabs.get(slab), start, Shape.of(rows, columns)));
  }

  private FloatTensor remember(FloatTensor tensor) {
    if (handle < handles.size()) {
      handles.set(handle, tensor);
    } else {
      handles.add(tensor);
    }
    handle++;
    return tensor;
  }

  /// A matrix of zeros, valid until the current scope closes.
  public FloatTensor allocateZeros(int rows, int columns) {
    FloatTensor tensor = allocate(rows, columns);
    Arrays.fill(tensor.data(), tensor.offset(), tensor.offset() + tensor.size(), 0f);
    return tensor;
  }

  private int reserve(int size) {
    if (depth == 0) {
      throw new IllegalStateException("workspace: no scope is open; call open() first");
    }
    int padded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (slab < slabs.size() && used + padded > slabs.get(slab).length) {
      slab++;
      used = 0;
    }
    if (slab == slabs.size()) {
      long growth = Math.clamp(capacity(), 1 << 16, 1 << 28);
      slabs.add(new float[(int) Math.max(padded, growth)]);
      used = 0;
    }
    int start = used;
    used += padded;
    live += padded;
    peak = Math.max(peak, live);
    if (POISON) {
      Arrays.fill(slabs.get(slab), start, start + size, Float.NaN);
    }
    return start;
  }

  /// Floats held by this workspace.
  public long capacity() {
    long total = 0;
    for (float[] s : slabs) {
      total += s.length;
    }
    return total;
  }

  /// The largest number of floats that were in use at one time.
  public long peak() {
    return peak;
  }

  private static boolean assertionsEnabled() {
    boolean enabled = false;
    assert enabled = true;
    return enabled;
  }

  /// The memory allocated since {@link Workspace#open}.
  public final class Scope implements AutoCloseable {
    private final int slabAtOpen;
    private final int usedAtOpen;
    private final int handleAtOpen;
    private final long liveAtOpen;
    private final int depthAtOpen = depth;

    private Scope(int slab, int used, int handle, long live) {
      this.slabAtOpen = slab;
      this.usedAtOpen = used;
      this.handleAtOpen = handle;
      this.liveAtOpen = live;
    }

    /// Returns the memory; with assertions on, what was handed out is poisoned with NaN.
    @Override
    public void close() {
      if (depth != depthAtOpen) {
        throw new IllegalStateException("workspace: scopes must close in reverse order");
      }
      if (POISON) {
        for (int s = slabAtOpen; s <= slab && s < slabs.size(); s++) {
          int from = s == slabAtOpen ? usedAtOpen : 0;
          int to = s == slab ? used : slabs.get(s).length;
          Arrays.fill(slabs.get(s), from, to, Float.NaN);
        }
      }
      slab = slabAtOpen;
      used = usedAtOpen;
      handle = handleAtOpen;
      live = liveAtOpen;
      depth--;
      if (depth == 0 && slabs.size() > 1) {
        consolidate();
      }
    }
  }

  private void consolidate() {
    long wanted = Math.min(peak + peak / 16 + ALIGNMENT, Integer.MAX_VALUE - 64);
    slabs.clear();
    handles.clear();
    slabs.add(new float[(int) wanted]);
    slab = 0;
    used = 0;
  }
}
