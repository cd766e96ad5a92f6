package quotient.autodiff.twin;

/// A matrix of doubles with its gradient, which is zero at first.
public final class TwinVar {
  public final int rows;
  public final int columns;
  public final double[] value;
  public final double[] gradient;

  TwinVar(int rows, int columns, double[] value) {
    this.rows = rows;
    this.columns = columns;
    this.value = value;
    this.gradient = new double[value.length];
  }
}
