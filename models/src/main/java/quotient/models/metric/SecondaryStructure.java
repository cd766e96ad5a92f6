package quotient.models.metric;

import java.util.Arrays;

/// Helices and strands from alpha carbons alone.
///
/// A residue i is helical if `d(i-1, i+2) = 5.3 +- 0.5` and `d(i-1, i+3) = 6.4 +- 0.6` Å, or if its
/// angle is 89 +- 12 and its dihedral +-50 +- 20 degrees; extended if `d(i-1, i+1) = 6.7 +- 0.6`,
/// `d(i-1, i+2) = 9.9 +- 0.9` and `d(i-1, i+3) = 12.4 +- 1.1` Å, or if its angle is 124 +- 14 and its
/// dihedral -170 +- 45 degrees. Five helical residues of one hand in a row make a helix, three
/// extended ones a strand, and both take in the residue before and after. Angle at i, dihedral of i-1
/// to i+2.
///
/// Criteria of Labesse et al. 1997 (P-SEA), without its rule on paired short strands. Helices of the
/// wrong hand, which the distances alone would not tell, are marked as such.
public final class SecondaryStructure {
  /// Neither helix nor strand.
  public static final byte COIL = 0;

  /// A right-handed helix.
  public static final byte HELIX = 1;

  /// A strand.
  public static final byte STRAND = 2;

  /// A left-handed helix, which proteins do not have at this length.
  public static final byte LEFT_HELIX = 3;

  private static final int SHORTEST_HELIX = 5;
  private static final int SHORTEST_STRAND = 3;

  private SecondaryStructure() {}

  /// A mark per residue.
  ///
  /// @param xyz alpha carbons, [3 n], Å
  public static byte[] assign(float[] xyz) {
    int n = xyz.length / 3;
    byte[] wanted = new byte[n];
    for (int i = 1; i + 2 < n; i++) {
      wanted[i] = local(xyz, i, n);
    }
    byte[] marks = new byte[n];
    for (int from = 0; from < n; ) {
      int to = from + 1;
      while (to < n && wanted[to] == wanted[from]) {
        to++;
      }
      int least = wanted[from] == STRAND ? SHORTEST_STRAND : SHORTEST_HELIX;
      if (wanted[from] != COIL && to - from >= least) {
        Arrays.fill(marks, from - (marks[from - 1] == COIL ? 1 : 0), to + 1, wanted[from]);
      }
      from = to;
    }
    return marks;
  }

  /// The share of residues with that mark.
  public static double fraction(byte[] marks, byte mark) {
    int count = 0;
    for (byte m : marks) {
      count += m == mark ? 1 : 0;
    }
    return marks.length == 0 ? 0 : (double) count / marks.length;
  }

  private static byte local(float[] xyz, int i, int n) {
    double d2 = distance(xyz, i - 1, i + 1);
    double d3 = distance(xyz, i - 1, i + 2);
    double d4 = i + 3 < n ? distance(xyz, i - 1, i + 3) : Double.NaN;
    double angle = angle(xyz, i);
    double dihedral = dihedral(xyz, i - 1);
    boolean curled =
        (near(d3, 5.3, 0.5) && near(d4, 6.4, 0.6))
            || (near(angle, 89, 12) && near(Math.abs(dihedral), 50, 20));
    if (curled) {
      return dihedral > 0 ? HELIX : LEFT_HELIX;
    }
    double turned = dihedral > 0 ? dihedral - 360 : dihedral;
    boolean extended =
        (near(d2, 6.7, 0.6) && near(d3, 9.9, 0.9) && near(d4, 12.4, 1.1))
            || (near(angle, 124, 14) && near(turned, -170, 45));
    return extended ? STRAND : COIL;
  }

  private static boolean near(double value, double centre, double width) {
    return Math.abs(value - centre) <= width;
  }

  static double distance(float[] xyz, int i, int j) {
    double dx = (double) xyz[3 * i] - xyz[3 * j];
    double dy = (double) xyz[3 * i + 1] - xyz[3 * j + 1];
    double dz = (double) xyz[3 * i + 2] - xyz[3 * j + 2];
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }

  /// The angle i-1, i, i+1 in degrees.
  static double angle(float[] xyz, int i) {
    double a = distance(xyz, i - 1, i);
    double b = distance(xyz, i, i + 1);
    double c = distance(xyz, i - 1, i + 1);
    double cosine = (a * a + b * b - c * c) / (2 * a * b);
    return Math.toDegrees(StrictMath.acos(Math.clamp(cosine, -1.0, 1.0)));
  }

  /// The dihedral of i to i+3 in degrees, in (-180, 180]; positive for a right-handed helix.
  static double dihedral(float[] xyz, int i) {
    int p = 3 * i;
    double ax = (double) xyz[p + 3] - xyz[p];
    double ay = (double) xyz[p + 4] - xyz[p + 1];
    double az = (double) xyz[p + 5] - xyz[p + 2];
    double bx = (double) xyz[p + 6] - xyz[p + 3];
    double by = (double) xyz[p + 7] - xyz[p + 4];
    double bz = (double) xyz[p + 8] - xyz[p + 5];
    double cx = (double) xyz[p + 9] - xyz[p + 6];
    double cy = (double) xyz[p + 10] - xyz[p + 7];
    double cz = (double) xyz[p + 11] - xyz[p + 8];
    double nx = ay * bz - az * by;
    double ny = az * bx - ax * bz;
    double nz = ax * by - ay * bx;
    double mx = by * cz - bz * cy;
    double my = bz * cx - bx * cz;
    double mz = bx * cy - by * cx;
    double length = Math.sqrt(bx * bx + by * by + bz * bz);
    double sine = length * (ax * mx + ay * my + az * mz);
    double cosine = nx * mx + ny * my + nz * mz;
    return Math.toDegrees(StrictMath.atan2(sine, cosine));
  }
}
