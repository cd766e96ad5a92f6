package quotient.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.Shape;
import quotient.tensor.ShapeException;
import quotient.tensor.Tensors;
import quotient.tensor.Workspace;

/// Records the operations of one pass in order; {@link #backward} walks the list in reverse.
///
/// A tape is made once and used for many passes:
///
///     try (Tape.Pass pass = tape.recording(gradients)) {
///       Var loss = ...;               // operators of quotient.autodiff.op
///       tape.backward(loss);          // adds to `gradients`, a flat vector of the parameter set
///     }
///
/// In an {@link #inference} pass nothing is recorded. Values and gradients live in the tape's memory
/// until the pass closes. Memory is kept by capacity and handles and nodes are reused, so a pass
/// whose sizes are not larger than before allocates nothing, whatever its shapes. The gradient of an
/// intermediate value is given back as soon as the node that made the value has run backward.
/// *Confined.*
public final class Tape {
  private static final float[] NO_GRADIENTS = new float[0];
  private static final ParameterSet NO_PARAMETERS = Parameter.none().set();

  private final Tensors tensors;
  private final PackedMatrix packing = new PackedMatrix();
  private final Workspace workspace = new Workspace();
  private final GradientMemory gradientMemory = new GradientMemory();
  private final Pass pass = new Pass();
  private final List<Var> vars = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Class<?>, NodePool> pools = new HashMap<>();
  private final List<NodePool> poolList = new ArrayList<>();
  private int[] firstVar = new int[64];
  private int varCount;

  /// The parameter set of this pass and of the caches below.
  private ParameterSet parameters = NO_PARAMETERS;

  private Var[] parameterVars = new Var[0];
  private boolean[] parameterSeen = new boolean[0];
  private FloatTensor[] parameterGradients = new FloatTensor[0];
  private boolean[] parameterGradientSeen = new boolean[0];
  private float[] gradients = NO_GRADIENTS;
  private boolean parametersBound;
  private long parameterVersion;
  private boolean open;
  private boolean recording;

  /// Whether this pass's parameter gradients replace what the flat vector held.
  private boolean replacing;

  /// A tape whose operations run through the given door.
  public Tape(Tensors tensors) {
    this.tensors = tensors;
  }

  /// The door to numerics that operators of this tape use.
  public Tensors tensors() {
    return tensors;
  }

  /// Memory that lives until the pass closes; open a scope for scratch.
  public Workspace workspace() {
    return workspace;
  }

  /// Scratch for a matrix that is packed for one product and not kept.
  public PackedMatrix packing() {
    return packing;
  }

  // ---- passes ----

  /// Begins a pass that can run backward and adds parameter gradients to the flat vector.
  ///
  /// All parameters of a recording pass belong to one set.
  public Pass recording(float[] parameterGradients) {
    return begin(true, false, parameterGradients);
  }

  /// The same for a pass whose parameter gradients replace what the flat vector holds. When the pass
  /// has closed they are zero for parameters that the loss does not depend on; what lies between
  /// parameters is left alone. Saves clearing the vector beforehand, and reading it again where a large
  /// gradient is one product.
  public Pass recordingAnew(float[] parameterGradients) {
    return begin(true, true, parameterGradients);
  }

  /// Begins a pass that records nothing.
  public Pass inference() {
    return begin(false, false, NO_GRADIENTS);
  }

  private Pass begin(boolean record, boolean replace, float[] newGradients) {
    if (open) {
      throw new IllegalStateException("tape: a pass is open; close it first");
    }
    open = true;
    recording = record;
    replacing = replace;
    gradients = newGradients;
    varCount = 0;
    nodes.clear();
    for (int i = 0; i < poolList.size(); i++) {
      poolList.get(i).used = 0;
    }
    parametersBound = false;
    gradientMemory.begin();
    pass.values = workspace.open();
    return pass;
  }

  /// Whether a recording pass is open.
  public boolean isRecording() {
    return recording;
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("tape: no pass is open; call recording or inference");
    }
  }

  // ---- values ----

  /// A value without gradient; borrowed until the pass closes.
  public Var constant(FloatTensor value) {
    return newVar(value, false, true);
  }

  /// An input whose gradient is wanted; read it with {@link #gradient} after backward.
  public Var input(FloatTensor value) {
    return newVar(value, recording, true);
  }

  /// Memory [rows, columns] for the result of the operation that is recorded next.
  public Var output(int rows, int columns, boolean needsGradient) {
    requireOpen();
    return newVar(workspace.allocate(rows, columns), needsGradient && recording, false);
  }

  /// Memory for the result of the operation that is recorded next.
  public Var output(Shape shape, boolean needsGradient) {
    requireOpen();
    return newVar(workspace.allocate(shape), needsGradient && recording, false);
  }

  /// A result that shares memory with a value, from its element `at` on; recorded like an output.
  public Var outputView(Var of, int at, int rows, int columns) {
    requireOpen();
    FloatTensor v = of.value();
    return newVar(
        workspace.view(v.data(), v.offset() + at, rows, columns), of.needsGradient(), false);
  }

  private Var newVar(FloatTensor value, boolean needsGradient, boolean leaf) {
    requireOpen();
    Var var;
    if (varCount < vars.size()) {
      var = vars.get(varCount);
    } else {
      var = new Var(this);
      vars.add(var);
    }
    varCount++;
    var.reset(value, needsGradient, leaf);
    return var;
  }

  // ---- parameters ----

  /// A parameter as a value; its gradient goes to the pass's flat vector.
  public Var parameter(Parameter p) {
    requireOpen();
    use(p);
    if (!isOfThisPass(p)) {
      return newVar(p.value(), false, true);
    }
    int i = p.index();
    if (!parameterSeen[i]) {
      Var var = newVar(p.value(), recording, true);
      if (recording) {
        var.gradient(gradientOf(p));
      }
      parameterVars[i] = var;
      parameterSeen[i] = true;
    }
    return parameterVars[i];
  }

  /// Where a node adds the gradient of a parameter: a view of the pass's flat vector.
  public FloatTensor gradientOf(Parameter p) {
    boolean first = !hasGradientOf(p);
    FloatTensor place = placeOf(p);
    if (first) {
      clear(p);
    }
    return place;
  }

  /// Whether something may have been added to the gradient of this parameter; if not, it may be
  /// written with {@link #gradientToOverwriteOf}.
  public boolean hasGradientOf(Parameter p) {
    requireRecording(p);
    return !replacing || parameterGradientSeen[p.index()];
  }

  /// The gradient of this parameter at first touch, contents undefined: overwrite all of it.
  ///
  /// @throws IllegalStateException if {@link #hasGradientOf}
  public FloatTensor gradientToOverwriteOf(Parameter p) {
    if (hasGradientOf(p)) {
      throw new IllegalStateException("tape: the gradient of " + p + " exists already; add to it");
    }
    return placeOf(p);
  }

  private FloatTensor placeOf(Parameter p) {
    int i = p.index();
    if (!parameterGradientSeen[i]) {
      parameterGradients[i] = gradientMemory.viewLike(p.value(), gradients, p.offset());
      parameterGradientSeen[i] = true;
    }
    return parameterGradients[i];
  }

  private void requireRecording(Parameter p) {
    if (!recording) {
      throw new IllegalStateException("tape: gradient of " + p + " outside a recording pass");
    }
    use(p);
  }

  private void clear(Parameter p) {
    Arrays.fill(gradients, p.offset(), p.offset() + p.shape().size(), 0f);
  }

  /// Zero for parameters that no node has touched.
  private void clearUntouched() {
    if (!parametersBound) {
      Arrays.fill(gradients, 0f);
      return;
    }
    for (Parameter p : parameters.parameters()) {
      if (!parameterGradientSeen[p.index()]) {
        clear(p);
      }
    }
  }

  /// `y = x W^T` or `y + x W^T` with a linear layer's weight [out, in].
  public void multiplyForward(FloatTensor x, Parameter weight, FloatTensor y, boolean add) {
    if (packsAtUse(weight)) {
      tensors.matmulWeight(x, weight.value(), true, y, add, packing);
    } else {
      tensors.matmul(x, weight.packedForward(tensors.pool()), y, add);
    }
  }

  /// `dx = dy W` or `dx + dy W` with a linear layer's weight [out, in].
  public void multiplyBackward(FloatTensor dy, Parameter weight, FloatTensor dx, boolean add) {
    if (packsAtUse(weight)) {
      tensors.matmulWeight(dy, weight.value(), false, dx, add, packing);
    } else {
      tensors.matmul(dy, weight.packedBackward(tensors.pool()), dx, add);
    }
  }

  private boolean packsAtUse(Parameter weight) {
    return recording && !weight.set().keepsPackedWhileRecording();
  }

  /// Says that an operation reads this parameter without making it a value.
  ///
  /// @throws IllegalStateException if a recording pass has read another set, or the set's masters
  ///     were released
  public void use(Parameter p) {
    if (!isOfThisPass(p) && recording) {
      throw new IllegalStateException(
          "tape: " + p + " belongs to another parameter set; a recording pass serves one");
    }
  }

  private boolean isOfThisPass(Parameter p) {
    if (!parametersBound) {
      bind(p.set());
    }
    return p.set() == parameters;
  }

  private void bind(ParameterSet set) {
    if (recording && set.isInferenceOnly()) {
      throw new IllegalStateException(
          "tape: the masters of these parameters were released for inference; they cannot train");
    }
    if (recording && gradients.length != set.length()) {
      throw new IllegalArgumentException(
          "tape: the pass's gradient vector has length "
              + gradients.length
              + ", the parameter set "
              + set.length()
              + "; use its newVector()");
    }
    if (set != parameters) {
      int n = set.parameters().size();
      parameterVars = new Var[n];
      Arrays.fill(parameterVars, Var.none());
      parameterSeen = new boolean[n];
      parameterGradients = new FloatTensor[n];
      Arrays.fill(parameterGradients, FloatTensor.zeros(0));
      parameterGradientSeen = new boolean[n];
      parameters = set;
    }
    Arrays.fill(parameterSeen, false);
    Arrays.fill(parameterGradientSeen, false);
    parameterVersion = set.version();
    parametersBound = true;
  }

  // ---- nodes ----

  /// Records the next node, reusing one of the same class from an earlier pass. All outputs made
  /// since the last node belong to it. Set every field of the node.
  ///
  /// @throws IllegalStateException unless {@link #isRecording}; an output that needs no gradient
  ///     needs no node
  public <N extends Node> N node(Class<N> type, Supplier<N> make) {
    if (!recording) {
      throw new IllegalStateException("tape: a node outside a recording pass");
    }
    NodePool pool = pools.get(type);
    if (pool == null) {
      pool = new NodePool();
      pools.put(type, pool);
      poolList.add(pool);
    }
    if (pool.used == pool.nodes.size()) {
      pool.nodes.add(make.get());
    }
    N node = type.cast(pool.nodes.get(pool.used++));
    nodes.add(node);
    if (nodes.size() >= firstVar.length) {
      firstVar = Arrays.copyOf(firstVar, 2 * firstVar.length);
    }
    firstVar[nodes.size()] = varCount;
    return node;
  }

  /// Nodes of one class, of which this pass has used the first ones.
  private static final class NodePool {
    private final List<Node> nodes = new ArrayList<>();
    private int used;
  }

  // ---- backward ----

  /// Whether something was added to the gradient of this value.
  public boolean hasGradient(Var var) {
    requireMine(var);
    return var.hasGradient();
  }

  /// The gradient of this value, zero at first touch; add to it.
  public FloatTensor gradient(Var var) {
    if (!hasGradient(var)) {
      FloatTensor place = gradientToOverwrite(var);
      Arrays.fill(place.data(), place.offset(), place.offset() + place.size(), 0f);
    }
    return var.gradient();
  }

  /// The gradient of this value at first touch, contents undefined: overwrite all of it.
  ///
  /// @throws IllegalStateException if something was added before; ask {@link #hasGradient} first
  public FloatTensor gradientToOverwrite(Var var) {
    requireMine(var);
    if (var.hasGradient()) {
      throw new IllegalStateException("tape: the gradient exists already; add to it");
    }
    FloatTensor place = gradientMemory.acquireLike(var.value());
    var.gradient(place);
    return place;
  }

  /// Adds the gradient of an output, as it is, to that of an input with as many numbers.
  ///
  /// At first touch the memory changes hands and nothing is copied; the output's gradient is gone
  /// afterwards, so this is the last thing a node does with it.
  public void passGradient(Var output, Var input) {
    FloatTensor from = gradient(output);
    if (hasGradient(input)) {
      FloatTensor to = input.gradient();
      tensors.axpy(1, gradientMemory.viewLike(to, from.data(), from.offset()), to);
      return;
    }
    if (from.size() != input.value().size()) {
      throw new ShapeException(
          "passGradient: " + output.shape() + " does not fit " + input.shape());
    }
    input.gradient(gradientMemory.viewLike(input.value(), from.data(), from.offset()));
    output.dropGradient();
  }

  private void requireMine(Var var) {
    if (!var.belongsTo(this)) {
      throw new IllegalStateException("tape: this value belongs to another tape");
    }
  }

  /// Runs backward from a scalar loss, with gradient 1.
  public void backward(Var loss) {
    requireRunnable(loss);
    if (loss.value().size() != 1) {
      throw new ShapeException(
          "backward: expected one number, found " + loss.shape() + "; pass its gradient too");
    }
    FloatTensor place = gradient(loss);
    place.set(0, place.get(0) + 1f);
    run();
  }

  /// Runs backward from an output with a given gradient of the same shape.
  public void backward(Var output, FloatTensor outputGradient) {
    requireRunnable(output);
    FloatTensor.requireSameShape("backward", output.value(), outputGradient);
    tensors.axpy(1, outputGradient, gradient(output));
    run();
  }

  private void requireRunnable(Var output) {
    if (!recording) {
      throw new IllegalStateException("tape: backward needs a recording pass");
    }
    requireMine(output);
    if (!output.needsGradient()) {
      throw new IllegalStateException(
          "tape: backward from a value that depends on no parameter and no input");
    }
    if (parametersBound && parameters.version() != parameterVersion) {
      throw new IllegalStateException(
          "tape: the parameters were updated between the forward pass and backward");
    }
  }

  private void run() {
    for (int n = nodes.size() - 1; n >= 0; n--) {
      if (anyOutputHasGradient(n)) {
        nodes.get(n).backward(this);
        releaseOutputs(n);
      }
    }
  }

  private boolean anyOutputHasGradient(int node) {
    for (int v = firstVar[node]; v < firstVar[node + 1]; v++) {
      if (!vars.get(v).isLeaf() && vars.get(v).hasGradient()) {
        return true;
      }
    }
    return false;
  }

  private void releaseOutputs(int node) {
    for (int v = firstVar[node]; v < firstVar[node + 1]; v++) {
      Var var = vars.get(v);
      if (!var.isLeaf() && var.hasGradient()) {
        gradientMemory.release(var.gradient());
        var.dropGradient();
      }
    }
  }

  // ---- memory ----

  /// What a tape holds: see {@link Tape#memory}.
  ///
  /// @param valueBytes most bytes in use at one time by values and scratch
  /// @param gradientBytes most bytes in use at one time by gradients of values
  /// @param heldBytes bytes the tape keeps for its next pass
  public record Memory(long valueBytes, long gradientBytes, long heldBytes) {
    /// For instance `values 12.3 MiB, gradients 4.5 MiB, held 18.0 MiB`.
    @Override
    public String toString() {
      return "values "
          + mebibytes(valueBytes)
          + ", gradients "
          + mebibytes(gradientBytes)
          + ", held "
          + mebibytes(heldBytes);
    }

    private static String mebibytes(long bytes) {
      return String.format(java.util.Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
  }

  /// The peak over all passes since {@link #restartPeak}, parameters and their packed forms not
  /// counted.
  public Memory memory() {
    return new Memory(
        Float.BYTES * workspace.peak(),
        Float.BYTES * gradientMemory.peak(),
        Float.BYTES * (workspace.capacity() + gradientMemory.capacity()));
  }

  /// Bytes in use at most by values and gradients of passes of this tape, since
  /// {@link #restartPeak}.
  public long peakBytes() {
    Memory memory = memory();
    return memory.valueBytes + memory.gradientBytes;
  }

  /// Counts peaks anew from the next pass on; memory stays held. Call it between passes.
  public void restartPeak() {
    workspace.restartPeak();
    gradientMemory.restartPeak();
  }

  /// An open pass; closing it invalidates every {@link Var} of it. Closing twice does nothing.
  public final class Pass implements AutoCloseable {
    private Workspace.Scope values = workspace.open();

    private Pass() {
      values.close();
    }

    @Override
    public void close() {
      if (!open) {
        return;
      }
      if (replacing) {
        clearUntouched();
      }
      open = false;
      recording = false;
      replacing = false;
      for (int v = 0; v < varCount; v++) {
        vars.get(v).close();
      }
      gradientMemory.end();
      values.close();
    }
  }
}
