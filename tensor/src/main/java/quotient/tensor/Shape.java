package quotient.tensor;

import java.util.Arrays;

/// Row-major dimensions of a tensor; all shape arithmetic and all shape errors are written here.
///
/// A shape is seen by kernels as a matrix: `columns` is the last dimension, `rows` the product of
/// all others (1 for a vector, and for the scalar shape `[]`). *Immutable.*
public final class Shape {
  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    long product = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new ShapeException("shape: negative dimension in " + Arrays.toString(dims));
      }
      product = Math.multiplyExact(product, d);
    }
    if (product > Integer.MAX_VALUE - 64) {
      throw new ShapeException(
          "shape: "
              + Arrays.toString(dims)
              + " has "
              + product
              + " elements; one tensor holds at most "
              + (Integer.MAX_VALUE - 64));
    }
    this.dims = dims;
    this.size = (int) product;
  }

  /// The shape of a single number.
  public static Shape scalar() {
    return SCALAR;
  }

  /// @throws ShapeException if a dimension is negative or the product exceeds an array
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  public int rank() {
    return dims.length;
  }

  /// The i-th dimension; negative i counts from the end.
  public int dim(int i) {
    return dims[i < 0 ? dims.length + i : i];
  }

  /// Number of elements.
  public int size() {
    return size;
  }

  /// The last dimension (1 for the scalar shape).
  public int columns() {
    return dims.length == 0 ? 1 : dims[dims.length - 1];
  }

  /// The product of all dimensions but the last.
  public int rows() {
    int columns = columns();
    if (columns != 0) {
      return size / columns;
    }
    int rows = 1;
    for (int i = 0; i < dims.length - 1; i++) {
      rows *= dims[i];
    }
    return rows;
  }

  /// Whether this is the matrix shape `[rows, columns]`, without building that shape.
  public boolean isMatrix(int rows, int columns) {
    return dims.length == 2 && dims[0] == rows && dims[1] == columns;
  }

  /// @throws ShapeException naming the operation unless a equals b
  public static void requireSame(String operation, Shape a, Shape b) {
    if (!a.equals(b)) {
      throw new ShapeException(operation + ": shapes differ: " + a + " and " + b);
    }
  }

  /// @throws ShapeException unless the last dimension of a is as expected
  public static void requireColumns(String operation, Shape a, int columns) {
    if (a.columns() != columns) {
      throw new ShapeException(
          operation + ": expected rows of " + columns + " numbers, found " + a);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /// For instance `[96, 128]`.
  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
