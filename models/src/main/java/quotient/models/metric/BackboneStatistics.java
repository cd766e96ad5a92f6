package quotient.models.metric;

/// What can be said of one alpha-carbon chain without any network. *Immutable.*
///
/// @param length number of residues n
/// @param meanStep mean distance of consecutive alpha carbons, Å
/// @param smallestStep the smallest one, Å; 0 for a single residue
/// @param largestStep the largest one, Å
/// @param goodSteps share of consecutive distances within 3.8 +- 0.2 Å
/// @param closest the smallest distance of two alpha carbons, neighbours in the chain left out, Å;
///     infinite below three residues
/// @param clashes pairs of residues 0.01 to 2 Å apart, as Proteína counts them
/// @param contacts pairs of non-neighbours closer than 3 Å
/// @param helix share of residues in right-handed helices
/// @param strand share in strands
/// @param leftHelix share in left-handed helices
/// @param gyration radius of gyration, Å
/// @param relativeGyration the same over `2.2 n^0.38`, the length law of folded chains
/// @param contactOrder mean separation of residues in contact (closer than 8 Å, at least three apart
///     in the chain) over n; 0 without contacts
public record BackboneStatistics(
    int length,
    double meanStep,
    double smallestStep,
    double largestStep,
    double goodSteps,
    double closest,
    int clashes,
    int contacts,
    double helix,
    double strand,
    double leftHelix,
    double gyration,
    double relativeGyration,
    double contactOrder) {
  /// The distance of neighbours joined by a trans peptide bond, Å.
  public static final double IDEAL_STEP = 3.8;

  private static final double STEP_WIDTH = 0.2;
  private static final double CLASH = 2.0;
  private static final double COINCIDENT = 0.01;
  private static final double TOO_CLOSE = 3.0;
  private static final double CONTACT = 8.0;
  private static final int LEAST_SEPARATION = 3;

  /// Whether all consecutive distances are good and no other pair is closer than 3 Å.
  public boolean isValid() {
    return goodSteps == 1 && contacts == 0;
  }

  /// The figures of a chain.
  ///
  /// @param xyz alpha carbons, [3 n], Å
  public static BackboneStatistics of(float[] xyz) {
    int n = xyz.length / 3;
    double sum = 0;
    double smallest = n > 1 ? Double.POSITIVE_INFINITY : 0;
    double largest = 0;
    int good = 0;
    for (int i = 0; i + 1 < n; i++) {
      double step = SecondaryStructure.distance(xyz, i, i + 1);
      sum += step;
      smallest = Math.min(smallest, step);
      largest = Math.max(largest, step);
      good += Math.abs(step - IDEAL_STEP) <= STEP_WIDTH ? 1 : 0;
    }
    double closest = Double.POSITIVE_INFINITY;
    int clashes = 0;
    int close = 0;
    long separation = 0;
    int touching = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double d = SecondaryStructure.distance(xyz, i, j);
        clashes += d > COINCIDENT && d < CLASH ? 1 : 0;
        if (j > i + 1) {
          closest = Math.min(closest, d);
          close += d < TOO_CLOSE ? 1 : 0;
          if (j - i >= LEAST_SEPARATION && d < CONTACT) {
            separation += j - i;
            touching++;
          }
        }
      }
    }
    byte[] marks = SecondaryStructure.assign(xyz);
    double gyration = gyration(xyz);
    return new BackboneStatistics(
        n,
        n > 1 ? sum / (n - 1) : 0,
        smallest,
        largest,
        n > 1 ? (double) good / (n - 1) : 1,
        closest,
        clashes,
        close,
        SecondaryStructure.fraction(marks, SecondaryStructure.HELIX),
        SecondaryStructure.fraction(marks, SecondaryStructure.STRAND),
        SecondaryStructure.fraction(marks, SecondaryStructure.LEFT_HELIX),
        gyration,
        gyration / expectedGyration(n),
        touching == 0 ? 0 : (double) separation / touching / n);
  }

  /// The radius of gyration of a folded chain of n residues, `2.2 n^0.38` Å.
  /// Source: Skolnick, Kolinski & Ortiz 1997.
  public static double expectedGyration(int n) {
    return 2.2 * StrictMath.pow(n, 0.38);
  }

  /// The radius of gyration, Å.
  public static double gyration(float[] xyz) {
    int n = xyz.length / 3;
    double[] mean = new double[3];
    for (int i = 0; i < xyz.length; i++) {
      mean[i % 3] += xyz[i] / (double) n;
    }
    double sum = 0;
    for (int i = 0; i < xyz.length; i++) {
      double d = xyz[i] - mean[i % 3];
      sum += d * d;
    }
    return Math.sqrt(sum / n);
  }
}
