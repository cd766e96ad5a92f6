package quotient.bench;

import java.io.IOException;

/// One side of a comparison: runs its case so many times and says how long that took.
@FunctionalInterface
interface Contender {
  /// Seconds for all repetitions together.
  ///
  /// @throws IOException if the other process does not answer
  double seconds(int repetitions) throws IOException;
}
