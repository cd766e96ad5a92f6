package quotient.autodiff;

import quotient.tensor.FloatTensor;
import quotient.tensor.PackedMatrix;
import quotient.tensor.Shape;

/// A named weight: a view of its {@link ParameterSet}'s flat master, plus packed forms for products.
///
/// Packed forms carry the version of the master they were made from and are made again after an
/// update. Reading and packing are *thread-safe* as long as nobody updates the set meanwhile.
public final class Parameter {
  private final ParameterSet set;
  private final String name;
  private final int index;
  private final int offset;
  private final Shape shape;
  private final PackedMatrix forward = new PackedMatrix();
  private final PackedMatrix backward = new PackedMatrix();
  private volatile long forwardVersion = -1;
  private volatile long backwardVersion = -1;

  Parameter(ParameterSet set, String name, int index, int offset, Shape shape) {
    this.set = set;
    this.name = name;
    this.index = index;
    this.offset = offset;
    this.shape = shape;
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
  public FloatTensor value() {
    return FloatTensor.view(set.values(), offset, shape);
  }

  /// For a linear layer's weight [out, in]: its transpose, packed for `x W^T`.
  public PackedMatrix packedForward() {
    if (forwardVersion != set.version()) {
      synchronized (forward) {
        if (forwardVersion != set.version()) {
          forward.packTransposed(value());
          forwardVersion = set.version();
        }
      }
    }
    return forward;
  }

  /// For a linear layer's weight [out, in]: itself, packed for `dy W`.
  public PackedMatrix packedBackward() {
    if (backwardVersion != set.version()) {
      synchronized (backward) {
        if (backwardVersion != set.version()) {
          backward.pack(value());
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
