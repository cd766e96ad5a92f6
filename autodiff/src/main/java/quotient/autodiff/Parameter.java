package quotient.autodiff;

import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.Shape;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// A named weight: a view of its {@link ParameterSet}'s flat master, plus packed forms for products.
///
/// Packed forms carry the version of the master they were made from and are made again after an
/// update. Reading and packing are *thread-safe* as long as nobody updates the set meanwhile.
public final class Parameter {
  private static final Parameter NONE = none("none");
  private static final WorkerPool ALONE = WorkerPool.of(1);

  private final ParameterSet set;
  private final String name;
  private final int index;
  private final int offset;
  private final Shape shape;
  private final PackedMatrix forward;
  private PackedMatrix backward;
  private volatile long forwardVersion = -1;
  private volatile long backwardVersion = -1;
  private FloatTensor value;
  private boolean released;

  Parameter(ParameterSet set, String name, int index, int offset, Shape shape) {
    this.set = set;
    this.forward = new PackedMatrix(set.forwardStore());
    this.backward = new PackedMatrix(set.backwardStore());
    this.name = name;
    this.index = index;
    this.offset = offset;
    this.shape = shape;
    this.value = FloatTensor.zeros(0);
  }

  private static Parameter none(String name) {
    var builder = new ParameterSet.Builder();
    builder.declare(name, Shape.of(0), Initializer.constant(0));
    return builder.build(RandomKey.of(0)).get(name);
  }

  /// A weight without numbers, to initialise fields of nodes.
  public static Parameter none() {
    return NONE;
  }

  ParameterSet set() {
    return set;
  }

  public String name() {
    return name;
  }

  /// Position in the set's order.
  public int index() {
    return index;
  }

  /// Position of the first number in flat vectors of the set (values, gradients, moments).
  public int offset() {
    return offset;
  }

  public Shape shape() {
    return shape;
  }

  /// The master numbers, row-major; write only through an optimizer or {@link ParameterSet#update}.
  ///
  /// @throws IllegalStateException if the master was released for inference
  public FloatTensor value() {
    if (released) {
      throw new IllegalStateException(
          "parameters: the master of "
              + this
              + " was released for inference, only its packed form"
              + " is left; load the checkpoint again to read, train, average or save it");
    }
    return value;
  }

  /// Whether only the packed form for `x W^T` is left.
  public boolean isReleased() {
    return released;
  }

  /// Points the parameter at its place in a new master.
  void moveTo(float[] values, int newOffset) {
    value = FloatTensor.view(values, newOffset, shape);
  }

  /// Packs, then forgets the master's numbers.
  void release() {
    packOnly(value());
  }

  /// Packs these numbers, which become the weight's only form.
  void packOnly(FloatTensor numbers) {
    forward.packWeight(numbers, true, ALONE);
    forwardVersion = set.version();
    backward = new PackedMatrix();
    backwardVersion = -1;
    value = FloatTensor.zeros(0);
    released = true;
  }

  /// For a linear layer's weight [out, in]: its transpose, packed for `x W^T`.
  public PackedMatrix packedForward() {
    return packedForward(ALONE);
  }

  /// For a linear layer's weight [out, in]: its transpose, packed for `x W^T` on the pool's threads.
  public PackedMatrix packedForward(WorkerPool pool) {
    if (forwardVersion != set.version()) {
      synchronized (forward) {
        if (forwardVersion != set.version()) {
          forward.packWeight(value(), true, pool);
          forwardVersion = set.version();
        }
      }
    }
    return forward;
  }

  /// For a linear layer's weight [out, in]: itself, packed for `dy W`.
  ///
  /// @throws IllegalStateException if the master was released for inference
  public PackedMatrix packedBackward() {
    return packedBackward(ALONE);
  }

  /// For a linear layer's weight [out, in]: itself, packed for `dy W` on the pool's threads.
  ///
  /// @throws IllegalStateException if the master was released for inference
  public PackedMatrix packedBackward(WorkerPool pool) {
    if (backwardVersion != set.version()) {
      synchronized (forward) {
        if (backwardVersion != set.version()) {
          backward.packWeight(value(), false, pool);
          backwardVersion = set.version();
        }
      }
    }
    return backward;
  }

  @Override
  public String toString() {
    return name + shape;
  }
}
