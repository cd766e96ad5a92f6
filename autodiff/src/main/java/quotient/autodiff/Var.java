package quotient.autodiff;

import quotient.tensor.FloatTensor;
import quotient.tensor.Shape;

/// Handle to a value and its gradient slot on one tape; valid until the tape's pass closes.
///
/// Handles are reused by the next pass: never keep one. *Confined.*
public final class Var {
  private static final FloatTensor NONE = FloatTensor.zeros(0);

  private FloatTensor value = NONE;
  private FloatTensor gradient = NONE;
  private boolean needsGradient;
  private boolean hasGradient;
  private boolean leaf;

  Var() {}

  void reset(FloatTensor newValue, boolean needs, boolean isLeaf) {
    value = newValue;
    gradient = NONE;
    needsGradient = needs;
    hasGradient = false;
    leaf = isLeaf;
  }

  /// The numbers; borrowed, do not change them after the forward pass.
  public FloatTensor value() {
    return value;
  }

  public Shape shape() {
    return value.shape();
  }

  public int rows() {
    return value.rows();
  }

  public int columns() {
    return value.columns();
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
    gradient = NONE;
    hasGradient = false;
  }
}
