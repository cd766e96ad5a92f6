package quotient.autodiff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import quotient.tensor.FloatTensor;
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
/// In an {@link #inference} pass nothing is recorded. Values and gradients live in the tape's
/// workspace until the pass closes; handles, nodes and memory are reused, so a repeated pass of the
/// same sizes allocates nothing. Gradients of intermediate values are given back as soon as the node
/// that made the value has run backward. *Confined.*
public final class Tape {
  private static final float[] NO_GRADIENTS = new float[0];

  private final Tensors tensors;
  private final Workspace workspace = new Workspace();
  private final Workspace gradientSpace = new Workspace();
  private final List<Var> vars = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<FloatTensor> released = new ArrayList<>();
  private int[] firstVar = new int[64];
  private Var[] parameterVars = new Var[0];
  private boolean[] parameterSeen = new boolean[0];
  private int varCount;
  private int nodeCount;
  private float[] gradients = NO_GRADIENTS;
  private boolean open;
  private boolean recording;

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

  /// Begins a pass that can run backward and adds parameter gradients to the flat vector.
  public Pass recording(float[] parameterGradients) {
    return begin(true, parameterGradients);
  }

  /// Begins a pass that records nothing.
  public Pass inference() {
    return begin(false, NO_GRADIENTS);
  }

  private Pass begin(boolean record, float[] parameterGradients) {
    if (open) {
      throw new IllegalStateException("tape: a pass is open; close it first");
    }
    open = true;
    recording = record;
    gradients = parameterGradients;
    varCount = 0;
    nodeCount = 0;
    released.clear();
    Arrays.fill(parameterSeen, false);
    return new Pass(workspace.open(), gradientSpace.open());
  }

  public boolean isRecording() {
    return recording;
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

  /// A parameter as a value; its gradient goes to the pass's flat vector.
  public Var parameter(Parameter p) {
    if (p.index() >= parameterVars.length) {
      int length = Math.max(64, 2 * (p.index() + 1));
      parameterVars = Arrays.copyOf(parameterVars, length);
      parameterSeen = Arrays.copyOf(parameterSeen, length);
    }
    if (!parameterSeen[p.index()]) {
      Var var = newVar(p.value(), recording, true);
      if (recording) {
        var.gradient(FloatTensor.view(gradients, p.offset(), p.shape()));
      }
      parameterVars[p.index()] = var;
      parameterSeen[p.index()] = true;
    }
    return parameterVars[p.index()];
  }

  /// Where a node adds the gradient of a parameter: a view of the pass's flat vector.
  public FloatTensor gradientOf(Parameter p) {
    return parameter(p).gradient();
  }

  /// Memory [rows, columns] for the result of the operation that is recorded next.
  public Var output(int rows, int columns, boolean needsGradient) {
    return newVar(workspace.allocate(rows, columns), needsGradient && recording, false);
  }

  /// Memory for the result of the operation that is recorded next.
  public Var output(Shape shape, boolean needsGradient) {
    return newVar(workspace.allocate(shape), needsGradient && recording, false);
  }

  /// A result that shares memory with something else (a view); recorded like an output.
  public Var outputView(FloatTensor value, boolean needsGradient) {
    return newVar(value, needsGradient && recording, false);
  }

  private Var newVar(FloatTensor value, boolean needsGradient, boolean leaf) {
    if (!open) {
      throw new IllegalStateException("tape: no pass is open; call recording or inference");
    }
    Var var;
    if (varCount < vars.size()) {
      var = vars.get(varCount);
    } else {
      var = new Var();
      vars.add(var);
    }
    varCount++;
    var.reset(value, needsGradient, leaf);
    return var;
  }

  // ---- nodes ----

  /// Records the next node, reusing the one that stood at this position in the last pass if it is of
  /// the same class. All outputs made since the last node belong to it. Set every field of the node.
  ///
  /// Call it only if {@link #isRecording} and an output needs a gradient.
  public <N extends Node> N node(Class<N> type, Supplier<N> make) {
    N node;
    if (nodeCount < nodes.size() && nodes.get(nodeCount).getClass() == type) {
      node = type.cast(nodes.get(nodeCount));
    } else {
      node = make.get();
      if (nodeCount < nodes.size()) {
        nodes.set(nodeCount, node);
      } else {
        nodes.add(node);
      }
    }
    if (nodeCount + 1 >= firstVar.length) {
      firstVar = Arrays.copyOf(firstVar, 2 * firstVar.length);
    }
    nodeCount++;
    firstVar[nodeCount] = varCount;
    return node;
  }

  // ---- backward ----

  /// Whether something was added to the gradient of this value.
  public boolean hasGradient(Var var) {
    return var.hasGradient();
  }

  /// The gradient of this value, zero at first touch; add to it.
  public FloatTensor gradient(Var var) {
    if (!var.hasGradient()) {
      FloatTensor place = acquire(var.shape());
      Arrays.fill(place.data(), place.offset(), place.offset() + place.size(), 0f);
      var.gradient(place);
    }
    return var.gradient();
  }

  /// The gradient of this value at first touch, contents undefined: overwrite all of it.
  ///
  /// @throws IllegalStateException if something was added before; ask {@link #hasGradient} first
  public FloatTensor gradientToOverwrite(Var var) {
    if (var.hasGradient()) {
      throw new IllegalStateException("tape: the gradient exists already; add to it");
    }
    FloatTensor place = acquire(var.shape());
    var.gradient(place);
    return place;
  }

  /// Runs backward from a scalar loss, with gradient 1.
  public void backward(Var loss) {
    if (loss.shape().size() != 1) {
      throw new ShapeException(
          "backward: expected one number, found " + loss.shape() + "; pass its gradient too");
    }
    gradient(loss).set(0, 1f);
    run();
  }

  /// Runs backward from an output with a given gradient of the same shape.
  public void backward(Var output, FloatTensor outputGradient) {
    Shape.requireSame("backward", output.shape(), outputGradient.shape());
    FloatTensor place = gradient(output);
    System.arraycopy(
        outputGradient.data(), outputGradient.offset(), place.data(), place.offset(), place.size());
    run();
  }

  private void run() {
    if (!recording) {
      throw new IllegalStateException("tape: backward needs a recording pass");
    }
    for (int n = nodeCount - 1; n >= 0; n--) {
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
        released.add(var.gradient());
        var.dropGradient();
      }
    }
  }

  private FloatTensor acquire(Shape shape) {
    for (int i = released.size() - 1; i >= 0; i--) {
      FloatTensor place = released.get(i);
      if (place.shape().equals(shape)) {
        released.set(i, released.get(released.size() - 1));
        released.remove(released.size() - 1);
        return place;
      }
    }
    return gradientSpace.allocate(shape);
  }

  /// Bytes in use at most so far by values and gradients of passes of this tape.
  public long peakBytes() {
    return Float.BYTES * (workspace.peak() + gradientSpace.peak());
  }

  /// An open pass; closing it invalidates every {@link Var} of it.
  public final class Pass implements AutoCloseable {
    private final Workspace.Scope values;
    private final Workspace.Scope valueGradients;

    private Pass(Workspace.Scope values, Workspace.Scope valueGradients) {
      this.values = values;
      this.valueGradients = valueGradients;
    }

    @Override
    public void close() {
      valueGradients.close();
      values.close();
      open = false;
      recording = false;
      gradients = NO_GRADIENTS;
    }
  }
}
