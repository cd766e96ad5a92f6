package quotient.models.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import quotient.geometry.shape.SO3;
import quotient.models.metric.BackboneStatistics;
import quotient.tensor.random.RandomKey;

/// Draws batches of chains: cropped, centred, turned at random, in nanometres. A pure function of the
/// key.
///
/// Chains are drawn with replacement. Of a chain longer than `longest` a window of that length is
/// taken; with `shortest` above 0 a window's length is drawn evenly from `shortest` to the longest
/// possible. A random window of a folded chain need not be folded itself; so up to eight windows are
/// drawn, and the first whose radius of gyration is at most `compactness` times that expected of its
/// length is taken, or else the most compact one. *Immutable.*
///
/// @param dataset to draw from
/// @param size chains per batch
/// @param shortest residues of the shortest window; 0 takes windows as long as possible
/// @param longest residues that a chain may have
/// @param compactness limit of the relative radius of gyration of windows; 0 takes the first window
public record BackboneBatcher(
    BackboneDataset dataset, int size, int shortest, int longest, double compactness) {
  private static final int WINDOWS = 8;
  private static final double NM_PER_ANGSTROM = 0.1;

  /// One example of a batch; the array is not to be written.
  ///
  /// @param name of the chain
  /// @param cloudNm x_1, [3 n], nm, centred
  /// @param fold the coarse class of the whole chain
  /// @param key of everything else that is random about this example
  public record Example(String name, double[] cloudNm, FoldClass fold, RandomKey key) {
    /// The number of residues.
    public int length() {
      return cloudNm.length / 3;
    }
  }

  /// The batch of that key.
  public List<Example> draw(RandomKey key) {
    List<Example> examples = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      RandomKey own = key.child(i);
      examples.add(example(dataset.get(own.below(0, dataset.size())), own));
    }
    return examples;
  }

  /// The example that a chain gives under a key.
  public Example example(BackboneDataset.Chain chain, RandomKey key) {
    int n = length(chain, key);
    double[] cloud = window(chain, n, start(chain, n, key.child("crop")));
    SO3.rotateRandomly(key.child("rotation"), cloud, cloud, 0, cloud.length);
    return new Example(chain.name(), cloud, chain.fold(), key);
  }

  private int length(BackboneDataset.Chain chain, RandomKey key) {
    int most = Math.min(chain.length(), longest);
    if (shortest == 0 || shortest >= most) {
      return most;
    }
    return shortest + key.child("length").below(0, most - shortest + 1);
  }

  private int start(BackboneDataset.Chain chain, int n, RandomKey key) {
    int choices = chain.length() - n + 1;
    int first = key.below(0, choices);
    if (choices == 1 || compactness == 0) {
      return first;
    }
    int best = first;
    double smallest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < WINDOWS; k++) {
      int start = key.below(k, choices);
      double gyration = gyrationNm(window(chain, n, start)) / NM_PER_ANGSTROM;
      double relative = gyration / BackboneStatistics.expectedGyration(n);
      if (relative <= compactness) {
        return start;
      }
      if (relative < smallest) {
        smallest = relative;
        best = start;
      }
    }
    return best;
  }

  private static double gyrationNm(double[] centred) {
    double sum = 0;
    for (double value : centred) {
      sum += value * value;
    }
    return Math.sqrt(3 * sum / centred.length);
  }

  private static double[] window(BackboneDataset.Chain chain, int n, int start) {
    double[] cloud = new double[3 * n];
    double[] mean = new double[3];
    for (int i = 0; i < cloud.length; i++) {
      cloud[i] = NM_PER_ANGSTROM * chain.alpha()[3 * start + i];
      mean[i % 3] += cloud[i] / n;
    }
    for (int i = 0; i < cloud.length; i++) {
      cloud[i] -= mean[i % 3];
    }
    return cloud;
  }

  /// Two slices, one of which needs as much memory as any of {@link #slices} when up to `most` examples
  /// of this batcher are cut: one of as many chains as can be in a slice, one of the longest.
  ///
  /// With p pairs in a chain a network needs a sqrt(p) + b p + c for it. That is concave, so of k chains
  /// with a given sum of pairs equal ones need most, and the more there are the more they need. The
  /// longest chains need most scratch, and one alone may have more pairs than a slice.
  public List<List<Example>> largest(long pairs, long most, RandomKey key) {
    BackboneDataset.Chain chain = dataset.get(0);
    int least = Integer.MAX_VALUE;
    for (int m = 0; m < dataset.size(); m++) {
      BackboneDataset.Chain other = dataset.get(m);
      chain = other.length() > chain.length() ? other : chain;
      int n = Math.min(other.length(), longest);
      least = Math.min(least, shortest > 0 ? Math.min(shortest, n) : n);
    }
    int greatest = Math.min(chain.length(), longest);
    long many = Math.clamp(pairs / ((long) least * least), 1, most);
    int equal = Math.clamp((long) Math.ceil(Math.sqrt((double) pairs / many)), least, greatest);
    long few = Math.clamp(pairs / ((long) greatest * greatest), 1, most);
    return List.of(copies(chain, equal, many, key), copies(chain, greatest, few, key));
  }

  /// The first n residues of a chain that many times.
  private static List<Example> copies(
      BackboneDataset.Chain chain, int n, long count, RandomKey key) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new Example(chain.name(), window(chain, n, 0), chain.fold(), key.child(i)));
    }
    return examples;
  }

  /// Cuts examples into slices of about that many pairs of residues, chains of like length together:
  /// a function of the lengths alone.
  public static List<List<Example>> slices(List<Example> examples, long pairs) {
    List<Example> sorted = new ArrayList<>(examples);
    sorted.sort(Comparator.comparingInt(Example::length));
    List<List<Example>> slices = new ArrayList<>();
    List<Example> current = new ArrayList<>();
    long filled = 0;
    for (Example example : sorted) {
      long own = (long) example.length() * example.length();
      if (!current.isEmpty() && filled + own > pairs) {
        slices.add(current);
        current = new ArrayList<>();
        filled = 0;
      }
      current.add(example);
      filled += own;
    }
    if (!current.isEmpty()) {
      slices.add(current);
    }
    return slices;
  }
}
