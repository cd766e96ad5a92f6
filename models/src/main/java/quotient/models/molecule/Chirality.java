package quotient.models.molecule;

import java.util.ArrayList;
import java.util.List;

/// Handedness and double-bond geometry of a conformer, in plain geometry.
///
/// The sign that a stereocentre has in space is
///
///     sgn = sign( (p0 - p3) . [(p1 - p3) × (p2 - p3)] )        p: positions of its neighbours
///
/// and a conformer has the wanted handedness if `sgn * tag = +1`. Sums in double. Source: the sign
/// flip of ET-Flow's sampler; CW = -1, CCW = +1.
public final class Chirality {
  private Chirality() {}

  /// Six times the signed volume of the tetrahedron of a centre's neighbours, Å^3.
  ///
  /// @param xyz coordinates, Å
  /// @param from index of the molecule's first point in xyz
  public static double signedVolume(TetrahedralCentre centre, float[] xyz, int from) {
    int p0 = 3 * (from + centre.first());
    int p1 = 3 * (from + centre.second());
    int p2 = 3 * (from + centre.third());
    int p3 = 3 * (from + centre.fourth());
    double ax = (double) xyz[p0] - xyz[p3];
    double ay = (double) xyz[p0 + 1] - xyz[p3 + 1];
    double az = (double) xyz[p0 + 2] - xyz[p3 + 2];
    double bx = (double) xyz[p1] - xyz[p3];
    double by = (double) xyz[p1 + 1] - xyz[p3 + 1];
    double bz = (double) xyz[p1 + 2] - xyz[p3 + 2];
    double cx = (double) xyz[p2] - xyz[p3];
    double cy = (double) xyz[p2 + 1] - xyz[p3 + 1];
    double cz = (double) xyz[p2 + 2] - xyz[p3 + 2];
    return ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  }

  /// Cosine of the torsion beginNeighbour - begin = end - endNeighbour: +1 cis, -1 trans.
  ///
  /// 0 where an angle at the double bond is straight and the torsion undefined.
  public static double torsionCosine(DoubleBondStereo bond, float[] xyz, int from) {
    double[] axis = difference(xyz, from + bond.begin(), from + bond.end());
    double[] u = difference(xyz, from + bond.begin(), from + bond.beginNeighbour());
    double[] v = difference(xyz, from + bond.end(), from + bond.endNeighbour());
    double[] m = cross(axis, u);
    double[] n = cross(axis, v);
    double norm = Math.sqrt(dot(m, m) * dot(n, n));
    return norm > 0 ? dot(m, n) / norm : 0;
  }

  /// True if the centre has the handedness of its tag.
  public static boolean isAsMarked(TetrahedralCentre centre, float[] xyz, int from) {
    return signedVolume(centre, xyz, from) * centre.tag() > 0;
  }

  /// True if the double bond has the geometry of its mark.
  public static boolean isAsMarked(DoubleBondStereo bond, float[] xyz, int from) {
    double cosine = torsionCosine(bond, xyz, from);
    return bond.cis() ? cosine > 0 : cosine < 0;
  }

  /// The centres that ET-Flow's sign flip looks at: four neighbours, all of them atoms bonded to it.
  public static List<TetrahedralCentre> signFlipCentres(Molecule molecule) {
    List<TetrahedralCentre> out = new ArrayList<>();
    for (TetrahedralCentre centre : molecule.tetrahedralCentres()) {
      boolean bonded = molecule.degree(centre.centre()) == 4;
      for (int i = 0; i < 4; i++) {
        bonded &= molecule.bondBetween(centre.centre(), centre.neighbour(i)) >= 0;
      }
      if (bonded) {
        out.add(centre);
      }
    }
    return out;
  }

  private static double[] difference(float[] xyz, int a, int b) {
    double[] d = new double[3];
    for (int k = 0; k < 3; k++) {
      d[k] = (double) xyz[3 * b + k] - xyz[3 * a + k];
    }
    return d;
  }

  private static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }
}
