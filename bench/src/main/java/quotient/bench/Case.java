package quotient.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// One thing that is measured, by us and by peers: an operation at a size.
///
/// @param operation for instance `gemm-nt`
/// @param size what the operation needs to know, in its own order
/// @param layer how much of the program it is
/// @param unit in which the speed is given
/// @param work what one repetition does: operations or bytes, or 1 where the unit is a time
/// @param operations floating-point operations of a repetition where the unit is a time and they are
///     known, else 0
public record Case(
    String operation, List<Integer> size, Layer layer, Unit unit, double work, double operations) {

  /// How much of the program is measured.
  public enum Layer {
    /// One loop.
    KERNEL,
    /// Several kernels that a network chains.
    BLOCK,
    /// What a user waits for.
    STEP
  }

  /// What a speed is given in.
  public enum Unit {
    /// Billions of floating-point operations per second.
    GFLOPS("GFLOP/s", 1e-9),
    /// Billions of bytes read and written per second, each array counted once.
    GIGABYTES("GB/s", 1e-9),
    /// Millions of random numbers per second.
    MEGADRAWS("M/s", 1e-6),
    /// Milliseconds per repetition: less is better.
    MILLISECONDS("ms", 1e3);

    private final String text;
    private final double scale;

    Unit(String text, double scale) {
      this.text = text;
      this.scale = scale;
    }

    /// As printed.
    public String text() {
      return text;
    }

    boolean isTime() {
      return this == MILLISECONDS;
    }

    /// The speed, or the time, of a repetition that did `work` in so many seconds.
    double of(double work, double seconds) {
      return isTime() ? seconds * scale : work / seconds * scale;
    }
  }

  /// Copies the size.
  public Case {
    size = List.copyOf(size);
  }

  static Case kernel(String operation, Unit unit, double work, int... size) {
    return new Case(operation, numbers(size), Layer.KERNEL, unit, work, 0);
  }

  static Case timed(String operation, Layer layer, double operations, int... size) {
    return new Case(operation, numbers(size), layer, Unit.MILLISECONDS, 1, operations);
  }

  private static List<Integer> numbers(int[] size) {
    return Arrays.stream(size).boxed().toList();
  }

  /// The i-th number of the size.
  public int size(int i) {
    return size.get(i);
  }

  /// The size as printed: `2304 256 256`.
  public String shape() {
    return size.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /// What names the case between processes: the operation and the size.
  public String id() {
    return operation + " " + shape();
  }
}
