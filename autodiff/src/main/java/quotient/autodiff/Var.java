package quotient.autodiff;

import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// Handle to a value and its gradient slot on one tape; valid until the tape's pass closes.
///
/// Handles are reused by the next pass: never keep one. *Confined.*
public final class Var {
  private static final FloatTensor EMPTY = FloatTensor.zeros(0);
  private static final FloatTensor CLOSED = FloatTensor.zeros(0);
  private static final Var NONE = new Var();

  private final Object owner;
  private FloatTensor value = EMPTY;
  private FloatTensor gradient = EMPTY;
  private boolean needsGradient;
  private boolean hasGradient;
  private boolean leaf;

  private Var() {
    owner = this;
  }

  Var(Tape owner) {
    this.owner = owner;
  }

  /// A handle to nothing that needs no gradient, to initialise fields of nodes.
  public static Var none() {
    return NONE;
  }

  boolean belongsTo(Tape tape) {
    return owner == tape;
  }

  void reset(FloatTensor newValue, boolean needs, boolean isLeaf) {
    value = newValue;
    gradient = EMPTY;
    needsGradient = needs;
    hasGradient = false;
    leaf = isLeaf;
  }

  void close() {
    value = CLOSED;
    gradient = EMPTY;
    needsGradient = false;
    hasGradient = false;
  }

  /// The numbers; borrowed, do not change them after the forward pass.
  ///
  /// @throws IllegalStateException if the tape's pass has closed
  public FloatTensor value() {
    if (value == CLOSED) {
      throw new IllegalStateException(
          "tape: the pass of this value has closed; copy what must outlive it");
    }
    return value;
  }

  public Shape shape() {
    return value().shape();
  }

  public int rows() {
    return value().rows();
  }

  public int columns() {
    return value().columns();
  }

  /// Whether {@link Tape#backward} will put a gradient here.
  public boolean needsGradient() {
    return needsGradient;
  }

  boolean hasGradient() {
    return hasGradient;
  }

  boolean isLeaf() {
    return leaf;
  }

  FloatTensor gradient() {
    return gradient;
  }

  void gradient(FloatTensor place) {
    gradient = place;
    hasGradient = true;
  }

  void dropGradient() {
    gradient = EMPTY;
    hasGradient = false;
  }
}
