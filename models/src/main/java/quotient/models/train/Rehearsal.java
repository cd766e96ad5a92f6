package quotient.models.train;

import java.util.function.IntFunction;
import quotient.autodiff.ParameterSet;

/// Runs the largest passes of a task once on every tape, before training.
///
/// Afterwards every tape holds what its passes will need, so the memory of a run is known and does not
/// grow. The gradients are thrown away; nothing that the training depends on is touched.
///
/// @param sum the vector that gradients of a batch's only slice go to
/// @param parts the vector of each tape that gradients of one of several slices go to
/// @param averaged whether the run keeps an average of the weights
record Rehearsal(
    TrainingTask task, Lanes lanes, float[] sum, IntFunction<float[]> parts, boolean averaged) {
  /// First on one tape, to know what all of them need, then on the others.
  ///
  /// @param heap bytes that there are
  /// @throws HeapTooSmallException if they do not suffice
  MemoryPlan run(long heap) {
    TrainingTask.Largest largest = task.largest();
    long passes = 0;
    try {
      perform(largest, 0, 1);
      passes = lanes.heldBytes() * (largest.alone() ? 1 : lanes.count());
      requireRoom(plan(largest, passes), heap, largest);
      perform(largest, 1, lanes.count());
    } catch (OutOfMemoryError e) {
      MemoryPlan least = plan(largest, Math.max(passes, lanes.peakBytes()));
      throw tooSmall(least.total(), heap, largest);
    }
    MemoryPlan plan = plan(largest, lanes.heldBytes());
    requireRoom(plan, heap, largest);
    lanes.restartPeaks();
    return plan;
  }

  private void perform(TrainingTask.Largest largest, int from, int to) {
    lanes.forEachTape(
        from,
        to,
        (index, tape, lane) -> {
          largest.judged().run(tape);
          if (!largest.alone()) {
            largest.slice().gradients(tape, parts.apply(index));
          } else if (index == 0) {
            largest.slice().gradients(tape, sum);
          }
        });
  }

  private void requireRoom(MemoryPlan plan, long heap, TrainingTask.Largest largest) {
    if (plan.total() > heap) {
      throw tooSmall(plan.total(), heap, largest);
    }
  }

  private HeapTooSmallException tooSmall(long need, long heap, TrainingTask.Largest largest) {
    boolean perThread = lanes.count() > 1 && !largest.alone();
    return new HeapTooSmallException(
        need, heap, (perThread ? "--threads or " : "") + largest.reducedBy());
  }

  private MemoryPlan plan(TrainingTask.Largest largest, long passes) {
    ParameterSet parameters = task.parameters();
    long vector = (long) Float.BYTES * parameters.length();
    return new MemoryPlan(
        vector,
        parameters.packedBytes(),
        vector * (largest.alone() ? 1 : 1 + lanes.count()),
        2 * vector,
        averaged ? vector : 0,
        passes,
        vector);
  }
}
