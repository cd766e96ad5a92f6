package quotient.models.data;

import java.util.ArrayList;
import java.util.List;
import quotient.tensor.random.RandomKey;

/// Draws batches: which molecules, and which conformer of each. A pure function of the key.
///
/// Molecules are drawn with replacement, so a batch needs no memory of earlier ones and a resumed
/// run needs no cursor but its step. *Immutable.*
///
/// @param dataset to draw from
/// @param size molecules per batch
/// @param weighted whether conformers are drawn by their weights, else uniformly
public record Batcher(ConformerDataset dataset, int size, boolean weighted) {

  /// One example of a batch.
  ///
  /// @param molecule that was drawn
  /// @param conformer index of its conformer
  /// @param key of everything else that is random about this example
  public record Example(ConformerSet molecule, int conformer, RandomKey key) {
    /// The data cloud x_1, [3 n], Å, centred; not to be written.
    public float[] coordinates() {
      return molecule.conformers().get(conformer);
    }
  }

  /// The batch of that key.
  public List<Example> draw(RandomKey key) {
    List<Example> examples = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      RandomKey own = key.child(i);
      ConformerSet molecule = dataset.get(own.below(0, dataset.size()));
      examples.add(new Example(molecule, molecule.draw(own.uniform(1), weighted), own));
    }
    return examples;
  }

  /// Examples with at least as many atoms, and pairs of atoms, as any slice of {@link #slices} has when
  /// up to `most` examples of these molecules are cut.
  ///
  /// The middles of a slice's molecules lie within `atoms`, so it has at most half a molecule more on
  /// either side. The bound is met by copies of the largest molecule, which come first, and by one more
  /// for what is left.
  public static List<Example> largest(
      ConformerDataset dataset, int atoms, long most, RandomKey key) {
    int largest = smallestOf(dataset, Integer.MAX_VALUE);
    int n = dataset.atomCount(largest);
    long bound = Math.min((long) atoms + n, most * n);
    List<Example> examples = new ArrayList<>();
    for (long left = bound; left > 0; left -= n) {
      int molecule = left < n ? smallestOf(dataset, (int) left) : largest;
      examples.add(new Example(dataset.get(molecule), 0, key.child(examples.size())));
    }
    return examples;
  }

  /// The smallest molecule of at least that many atoms; if there is none, the largest.
  private static int smallestOf(ConformerDataset dataset, int atoms) {
    int found = 0;
    for (int m = 1; m < dataset.size(); m++) {
      int n = dataset.atomCount(m);
      int best = dataset.atomCount(found);
      if (best < atoms ? n > best : n >= atoms && n < best) {
        found = m;
      }
    }
    return found;
  }

  /// Cuts examples, in their order, into slices of about that many atoms, no fewer than needed and
  /// all about equally large: a function of the data.
  public static List<List<Example>> slices(List<Example> examples, int atoms) {
    long total = 0;
    for (Example example : examples) {
      total += example.molecule().atomCount();
    }
    long count = Math.max(1, (total + atoms - 1) / atoms);
    List<List<Example>> slices = new ArrayList<>();
    List<Example> current = new ArrayList<>();
    long filled = 0;
    long number = 0;
    for (Example example : examples) {
      int own = example.molecule().atomCount();
      long place = (2 * filled + own) * count / (2 * total); // of the example's middle
      if (place > number && !current.isEmpty()) {
        slices.add(current);
        current = new ArrayList<>();
      }
      number = place;
      current.add(example);
      filled += own;
    }
    if (!current.isEmpty()) {
      slices.add(current);
    }
    return slices;
  }
}
