package quotient.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Arena of reusable memory with nested scopes: how hot code gets its buffers.
///
/// Memory handed out inside a scope is valid until that scope closes; contents are undefined at
/// first (NaN when assertions are on). After the outermost scope has closed once, a second pass that
/// needs no more floats allocates nothing, whatever its shapes. Handles and scopes are reused too:
/// never keep one beyond its scope. *Confined.*
public final class Workspace {
  private static final int MAX_SLAB = Integer.MAX_VALUE - 64;

  /// While the first pass finds out how much there is to hold, a quarter is added at a time: what was
  /// added stays in memory until the one array has taken its place.
  private static final int GROWTH = 4;

  private static final boolean POISON = assertionsEnabled();

  private final List<float[]> slabs = new ArrayList<>();
  private final List<FloatTensor> handles = new ArrayList<>();
  private final List<Scope> scopes = new ArrayList<>();
  private int slab;
  private int used = CacheLine.FIRST;
  private int handle;
  private int depth;
  private long live;
  private long peak;

  /// A workspace that grows on demand.
  public Workspace() {}

  /// A workspace with room for that many floats at once.
  public Workspace(int capacity) {
    slabs.add(new float[capacity + CacheLine.FIRST]);
  }

  /// Begins a scope; closing it returns all that was allocated since.
  public Scope open() {
    if (depth == scopes.size()) {
      scopes.add(new Scope(depth + 1));
    }
    Scope scope = scopes.get(depth);
    depth++;
    scope.begin();
    return scope;
  }

  /// Undefined contents, valid until the current scope closes.
  public FloatTensor allocate(Shape shape) {
    int start = reserve(shape.size());
    FloatTensor tensor = nextHandle();
    tensor.rebind(slabs.get(slab), start, shape);
    return tensor;
  }

  /// A matrix of undefined contents, valid until the current scope closes.
  public FloatTensor allocate(int rows, int columns) {
    int start = reserve(Math.multiplyExact(rows, columns));
    FloatTensor tensor = nextHandle();
    tensor.rebind(slabs.get(slab), start, rows, columns);
    return tensor;
  }

  /// A matrix view of the given numbers whose handle is valid until the current scope closes.
  ///
  /// @throws ShapeException if the range is not inside the array
  public FloatTensor view(float[] data, int offset, int rows, int columns) {
    requireOpen();
    if (offset < 0 || rows < 0 || columns < 0 || (long) rows * columns > data.length - offset) {
      throw new ShapeException(
          "view: ["
              + rows
              + ", "
              + columns
              + "] at offset "
              + offset
              + " does not fit into an array of "
              + data.length);
    }
    FloatTensor tensor = nextHandle();
    tensor.rebind(data, offset, rows, columns);
    return tensor;
  }

  /// A view of the given numbers whose handle is valid until the current scope closes.
  ///
  /// @throws ShapeException if the range is not inside the array
  public FloatTensor view(float[] data, int offset, Shape shape) {
    FloatTensor tensor = view(data, offset, shape.rows(), shape.columns());
    tensor.rebind(data, offset, shape);
    return tensor;
  }

  private FloatTensor nextHandle() {
    if (handle == handles.size()) {
      handles.add(FloatTensor.zeros(0));
    }
    return handles.get(handle++);
  }

  /// A matrix of zeros, valid until the current scope closes.
  public FloatTensor allocateZeros(int rows, int columns) {
    FloatTensor tensor = allocate(rows, columns);
    Arrays.fill(tensor.data(), tensor.offset(), tensor.offset() + tensor.size(), 0f);
    return tensor;
  }

  private int reserve(int size) {
    requireOpen();
    int padded = CacheLine.roundUp(size);
    while (slab < slabs.size() && used + padded > slabs.get(slab).length) {
      slab++;
      used = CacheLine.FIRST;
    }
    if (slab == slabs.size()) {
      long growth = Math.clamp(capacity() / GROWTH, 1 << 16, 1 << 28);
      slabs.add(new float[(int) Math.max(padded + CacheLine.FIRST, growth)]);
      used = CacheLine.FIRST;
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

  private void requireOpen() {
    if (depth == 0) {
      throw new IllegalStateException("workspace: no scope is open; call open() first");
    }
  }

  /// Floats held by this workspace.
  public long capacity() {
    long total = 0;
    for (float[] s : slabs) {
      total += s.length;
    }
    return total;
  }

  /// The largest number of floats that were in use at one time since {@link #restartPeak}.
  public long peak() {
    return peak;
  }

  /// Forgets how much was in use before; nothing is given back.
  public void restartPeak() {
    peak = live;
  }

  private static boolean assertionsEnabled() {
    boolean enabled = false;
    assert enabled = true;
    return enabled;
  }

  /// The memory allocated since {@link Workspace#open}.
  public final class Scope implements AutoCloseable {
    private final int depthInside;
    private int slabAtOpen;
    private int usedAtOpen;
    private int handleAtOpen;
    private long liveAtOpen;

    private Scope(int depthInside) {
      this.depthInside = depthInside;
    }

    private void begin() {
      slabAtOpen = slab;
      usedAtOpen = used;
      handleAtOpen = handle;
      liveAtOpen = live;
    }

    /// Returns the memory; with assertions on, what was handed out is poisoned with NaN.
    @Override
    public void close() {
      if (depth != depthInside) {
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
    long wanted = peak + peak / 16 + CacheLine.FIRST + CacheLine.FLOATS;
    if (wanted > MAX_SLAB) {
      return;
    }
    slabs.clear();
    handles.clear();
    slabs.add(new float[(int) wanted]);
    slab = 0;
    used = CacheLine.FIRST;
  }
}
