package quotient.models.train;

import java.util.Locale;

/// The heap does not hold what a training needs; the message says how much that is, and the way out.
public final class HeapTooSmallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Room for data and for objects that come and go.
  private static final double SPARE = 1.25;

  /// @param need bytes that are needed at least
  /// @param heap bytes that there are
  /// @param reducedBy the settings that lower the need, as users write them
  public HeapTooSmallException(long need, long heap, String reducedBy) {
    super(
        String.format(
            Locale.ROOT,
            "memory: a heap of %.0f MiB is too small; training needs at least %.0f MiB and room for"
                + " its data: go on with --resume and JDK_JAVA_OPTIONS=-Xmx%dg, or start anew with a"
                + " lower %s",
            MemoryPlan.mebibytes(heap),
            Math.ceil(MemoryPlan.mebibytes(need)),
            (long) Math.ceil(SPARE * MemoryPlan.mebibytes(Math.max(need, heap)) / 1024),
            reducedBy));
  }
}
