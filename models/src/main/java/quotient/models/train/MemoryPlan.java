package quotient.models.train;

import java.util.Locale;

/// What a training needs of the heap besides its data, in bytes.
///
/// @param weights the weights
/// @param packed forms of the weights that are packed for products
/// @param gradients their sum, and one vector per thread unless every batch is a single slice
/// @param moments of the optimizer
/// @param average of the weights; 0 if the run keeps none
/// @param passes values and gradients of passes, over all threads
/// @param checkpoint copies that are made while a checkpoint is written
public record MemoryPlan(
    long weights,
    long packed,
    long gradients,
    long moments,
    long average,
    long passes,
    long checkpoint) {
  /// All of it.
  public long total() {
    return weights + packed + gradients + moments + average + passes + checkpoint;
  }

  /// For instance `12.4 MiB: weights 0.9, packed 1.8, gradients 2.7, ...`.
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f MiB: weights %.1f, packed %.1f, gradients %.1f, moments %.1f, average %.1f,"
            + " passes %.1f, checkpoints %.1f",
        mebibytes(total()),
        mebibytes(weights),
        mebibytes(packed),
        mebibytes(gradients),
        mebibytes(moments),
        mebibytes(average),
        mebibytes(passes),
        mebibytes(checkpoint));
  }

  static double mebibytes(long bytes) {
    return bytes / 1048576.0;
  }
}
