package quotient.tensor.parallel;

/// Work on the items `[from, to)`.
@FunctionalInterface
public interface RangeTask {
  /// @param from first item
  /// @param to one past the last item
  /// @param lane which of the pool's threads runs this, `0 <= lane < threads`: an index for
  ///     scratch memory only; results must not depend on it
  void run(int from, int to, int lane);
}
