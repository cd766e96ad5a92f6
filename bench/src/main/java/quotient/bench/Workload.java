package quotient.bench;

/// A case made ready to run again and again on the same inputs. *Confined.*
public interface Workload extends AutoCloseable {
  /// One repetition.
  void run();

  /// What the last repetition computed, for comparison with a peer; a copy.
  float[] result();

  /// Gives back what it holds.
  @Override
  default void close() {}
}
