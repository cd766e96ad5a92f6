package quotient.bench;

import java.util.List;

/// A case made ready to run again and again on the same inputs. *Confined.*
public interface Workload extends AutoCloseable {
  /// One repetition.
  void run();

  /// What a repetition computes, for comparison with a peer; copies, each compared on its own.
  List<float[]> result();

  /// Floating-point operations of a repetition, where the case does not know them; else 0.
  default double operations() {
    return 0;
  }

  /// Gives back what it holds.
  @Override
  default void close() {}
}
