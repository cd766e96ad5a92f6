package quotient.models.metric;

import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;

/// Whether a conformer still has the graph of its molecule, judged by distances alone.
///
/// Distances are divided by the sum of the covalent radii of their atoms. Bonds should be near 1,
/// atoms that are not bonded clearly beyond.
///
/// @param isFinite whether all coordinates are finite and not all in one place
/// @param shortestBond smallest ratio over bonds; 1 without bonds
/// @param longestBond largest ratio over bonds; 1 without bonds
/// @param closestContact smallest ratio over pairs that are not bonded; infinite without any
/// @param bondDeviation largest share by which a bond misses the length expected of its order, where
///     radii of double and triple bonds count; 0 without bonds
public record GeometryCheck(
    boolean isFinite,
    double shortestBond,
    double longestBond,
    double closestContact,
    double bondDeviation) {
  /// Bonds of conformers that keep their graph miss the expected length by at most this share.
  public static final double BOND_TOLERANCE = 0.15;

  /// Atoms that are not bonded are further apart than this, in sums of their radii.
  public static final double CLASH = 1.1;

  private static final double EXTENT = 1e-3;
  private static final double LARGEST = 1e4;

  /// Looks at one conformer.
  ///
  /// @param xyz `[3 n]`, Å
  public static GeometryCheck of(Molecule molecule, float[] xyz) {
    int n = molecule.atomCount();
    if (!isUsable(xyz, n)) {
      return new GeometryCheck(false, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double[] radius = new double[n];
    for (int i = 0; i < n; i++) {
      radius[i] = Elements.covalentRadius(molecule.atomicNumber(i));
    }
    double shortest = Double.POSITIVE_INFINITY;
    double longest = 0;
    double deviation = 0;
    for (int b = 0; b < molecule.bondCount(); b++) {
      int begin = molecule.bondBegin(b);
      int end = molecule.bondEnd(b);
      double ratio = ratio(xyz, radius, begin, end);
      double length = ratio * (radius[begin] + radius[end]);
      deviation = Math.max(deviation, BondLengths.deviation(molecule, b, length));
      shortest = Math.min(shortest, ratio);
      longest = Math.max(longest, ratio);
    }
    if (molecule.bondCount() == 0) {
      shortest = 1;
      longest = 1;
    }
    return new GeometryCheck(true, shortest, longest, closest(molecule, xyz, radius), deviation);
  }

  /// True if bonds are within that share of the sum of radii and no contact is below `contact`.
  public boolean isWithin(double share, double contact) {
    return isFinite
        && shortestBond > 1 - share
        && longestBond < 1 + share
        && closestContact > contact;
  }

  /// The judge's definition of a valid geometry: bonds within 25 %, contacts beyond 1.1.
  public boolean isValid() {
    return isWithin(0.25, CLASH);
  }

  /// True if the graph can be read back from the distances: every bond within 15 % of the sum of
  /// covalent radii for its order, no clash.
  public boolean keepsGraph() {
    return isFinite && bondDeviation <= BOND_TOLERANCE && closestContact > CLASH;
  }

  /// How far from keeping its graph it is: 0 if it does, infinite for unusable coordinates.
  public double violation() {
    if (!isFinite) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.max(0, bondDeviation - BOND_TOLERANCE) + Math.max(0, CLASH - closestContact);
  }

  /// Finite coordinates of sensible size that are not all in one place (one atom may be).
  public static boolean isUsable(float[] xyz, int n) {
    double extent = 0;
    for (int d = 0; d < 3; d++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        float x = xyz[3 * i + d];
        if (!(Math.abs(x) < LARGEST)) {
          return false;
        }
        low = Math.min(low, x);
        high = Math.max(high, x);
      }
      extent = Math.max(extent, high - low);
    }
    return n == 1 || extent > EXTENT;
  }

  private static double closest(Molecule molecule, float[] xyz, double[] radius) {
    double closest = Double.POSITIVE_INFINITY;
    boolean[] bonded = new boolean[radius.length];
    for (int i = 0; i < radius.length; i++) {
      for (int k = 0; k < molecule.degree(i); k++) {
        bonded[molecule.neighbour(i, k)] = true;
      }
      for (int j = 0; j < i; j++) {
        if (!bonded[j]) {
          closest = Math.min(closest, ratio(xyz, radius, i, j));
        }
      }
      for (int k = 0; k < molecule.degree(i); k++) {
        bonded[molecule.neighbour(i, k)] = false;
      }
    }
    return closest;
  }

  private static double ratio(float[] xyz, double[] radius, int i, int j) {
    double sum = 0;
    for (int d = 0; d < 3; d++) {
      double difference = (double) xyz[3 * i + d] - xyz[3 * j + d];
      sum += difference * difference;
    }
    return Math.sqrt(sum) / (radius[i] + radius[j]);
  }
}
