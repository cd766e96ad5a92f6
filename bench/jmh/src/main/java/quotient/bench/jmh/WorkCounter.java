package quotient.bench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Adds a line to the result: operations (products, blocks, steps) or bytes (all else) per second.
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class WorkCounter {
  /// Done so far in this iteration.
  public long work;
}
