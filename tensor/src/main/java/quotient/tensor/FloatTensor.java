package quotient.tensor;

import java.util.Arrays;

/// A `float[]`, an offset and a shape; always contiguous and row-major.
///
/// A view shares the array, it never copies. The numbers behind a handle change; the handle itself
/// does not, except that a {@link Workspace} points its own handles at other memory once their scope
/// has closed. Whoever created the array owns it. *Confined.*
public final class FloatTensor {
  private float[] data;
  private int offset;
  private int rows;
  private int columns;
  private boolean matrix;

  /// For a matrix made on demand, so that ragged sizes cost a workspace no allocation.
  private Shape shape;

  private FloatTensor(float[] data, int offset, Shape shape) {
    this.data = data;
    this.offset = offset;
    this.shape = shape;
    this.rows = shape.rows();
    this.columns = shape.columns();
    this.matrix = shape.rank() == 2;
  }

  /// Points a workspace's handle at a matrix; the range lies inside the array.
  void rebind(float[] newData, int newOffset, int newRows, int newColumns) {
    data = newData;
    offset = newOffset;
    rows = newRows;
    columns = newColumns;
    matrix = true;
  }

  /// Points a workspace's handle at other memory; the range lies inside the array.
  void rebind(float[] newData, int newOffset, Shape newShape) {
    data = newData;
    offset = newOffset;
    shape = newShape;
    rows = newShape.rows();
    columns = newShape.columns();
    matrix = newShape.rank() == 2;
  }

  /// A new tensor of zeros.
  public static FloatTensor zeros(int... dims) {
    return zeros(Shape.of(dims));
  }

  /// A new tensor of zeros.
  public static FloatTensor zeros(Shape shape) {
    return new FloatTensor(new float[shape.size()], 0, shape);
  }

  /// A view of the given numbers.
  ///
  /// @throws ShapeException if the range is not inside the array
  public static FloatTensor view(float[] data, int offset, Shape shape) {
    if (offset < 0 || offset > data.length - shape.size()) {
      throw new ShapeException(
          "view: "
              + shape
              + " at offset "
              + offset
              + " does not fit into an array of "
              + data.length);
    }
    return new FloatTensor(data, offset, shape);
  }

  /// A view of a whole array.
  public static FloatTensor of(float[] data, int... dims) {
    Shape shape = dims.length == 0 ? Shape.of(data.length) : Shape.of(dims);
    if (shape.size() != data.length) {
      throw new ShapeException("of: " + shape + " does not describe " + data.length + " numbers");
    }
    return new FloatTensor(data, 0, shape);
  }

  public float[] data() {
    return data;
  }

  /// Index of the first element in {@link #data}.
  public int offset() {
    return offset;
  }

  public Shape shape() {
    Shape known = shape;
    if (matrix && !known.isMatrix(rows, columns)) {
      known = Shape.of(rows, columns);
      shape = known;
    }
    return known;
  }

  /// Number of dimensions.
  public int rank() {
    return matrix ? 2 : shape.rank();
  }

  public int size() {
    return rows * columns;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /// @throws ShapeException naming the operation unless both have the same shape
  public static void requireSameShape(String operation, FloatTensor a, FloatTensor b) {
    if (!(a.matrix && b.matrix && a.rows == b.rows && a.columns == b.columns)) {
      Shape.requireSame(operation, a.shape(), b.shape());
    }
  }

  /// The same numbers under another shape of equal size.
  public FloatTensor reshaped(int... dims) {
    Shape other = Shape.of(dims);
    if (other.size() != size()) {
      throw new ShapeException("reshaped: " + shape() + " has no view as " + other);
    }
    return new FloatTensor(data, offset, other);
  }

  /// The rows `[from, to)` as a matrix view.
  public FloatTensor rows(int from, int to) {
    if (from < 0 || to < from || to > rows()) {
      throw new ShapeException("rows: [" + from + ", " + to + ") of " + shape());
    }
    int columns = columns();
    return new FloatTensor(data, offset + from * columns, Shape.of(to - from, columns));
  }

  /// The i-th element in row-major order.
  public float get(int i) {
    return data[offset + checked(i)];
  }

  public void set(int i, float value) {
    data[offset + checked(i)] = value;
  }

  private int checked(int i) {
    if (i < 0 || i >= size()) {
      throw new IndexOutOfBoundsException("element " + i + " of " + shape());
    }
    return i;
  }

  /// A new tensor with a copy of the numbers.
  public FloatTensor copy() {
    return new FloatTensor(toArray(), 0, shape());
  }

  /// A new array with a copy of the numbers.
  public float[] toArray() {
    return Arrays.copyOfRange(data, offset, offset + size());
  }

  /// Whether the two share at least one element.
  public boolean overlaps(FloatTensor other) {
    return data == other.data
        && offset < other.offset + other.size()
        && other.offset < offset + size();
  }

  @Override
  public String toString() {
    return "FloatTensor" + shape();
  }
}
