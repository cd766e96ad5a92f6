package quotient.models.train;

import java.util.List;
import java.util.Map;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.tensor.random.RandomKey;

/// One problem to train: its weights, its batches, and the gradient of one slice of a batch.
///
/// A batch is cut into slices by its data alone. Slices may run on different threads, each with its
/// own tape and gradient vector; the trainer adds their gradients in the order of the list. So the
/// sum, and with it the whole run, has the same bits on any number of threads.
public interface TrainingTask {
  /// The weights that the trainer updates.
  ParameterSet parameters();

  /// The batch of one step, as slices: a pure function of the key.
  List<Slice> draw(RandomKey key);

  /// Loss and further figures on the validation examples, at fixed times and noise.
  ///
  /// The weights in {@link #parameters} are those to judge. The key `loss` is the one that decides
  /// which checkpoint is the best.
  Map<String, Double> validate(Lanes lanes);

  /// The passes that need most memory; running them changes nothing that training depends on.
  Largest largest();

  /// Passes that bound the memory of all others of a task, to plan it by.
  ///
  /// @param slice needs at least what a slice of any batch needs
  /// @param judged needs at least what any pass of {@link #validate} needs
  /// @param alone whether every batch is a single slice, and so no other tape has any
  /// @param reducedBy the setting that makes the largest slice smaller, as users write it
  record Largest(Slice slice, Pass judged, boolean alone, String reducedBy) {}

  /// A pass without gradients.
  @FunctionalInterface
  interface Pass {
    /// @param tape no pass is open on it
    void run(Tape tape);
  }

  /// Part of a batch; *confined* to the thread that runs it.
  interface Slice {
    /// d(batch loss)/d(weights) of this slice.
    ///
    /// @param tape no pass is open on it
    /// @param gradients a flat vector of the parameter set, overwritten
    /// @return this slice's share of the batch loss
    double gradients(Tape tape, float[] gradients);
  }
}
