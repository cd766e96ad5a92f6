package quotient.models.metric;

import java.util.Locale;
import quotient.models.molecule.Hybridization;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;

/// Bond lengths, contacts and bond angles of one conformer, against what its graph lets expect.
///
/// The expected angle at an atom is 180°, 120° or 109.5° for sp, sp2 and sp3, 60° and 90° between
/// bonds of a three- and four-membered ring; hypervalent atoms expect nothing. Over 13,000 GFN2-xTB
/// conformers of QM9 size and drug-like molecules no angle is further off than 43°.
///
/// @param geometry bonds and contacts
/// @param worstAngle largest deviation from the expected angle, degrees; 0 without angles
public record ConformerQuality(GeometryCheck geometry, double worstAngle) {
  /// Angles further off than this do not occur in relaxed molecules, degrees.
  public static final double WORST_SANE_ANGLE = 45;

  private static final double TETRAHEDRAL = Math.toDegrees(Math.acos(-1.0 / 3));

  /// Looks at one conformer.
  ///
  /// @param perception of its molecule
  /// @param xyz `[3 n]`, Å
  public static ConformerQuality of(Perception perception, float[] xyz) {
    GeometryCheck geometry = GeometryCheck.of(perception.molecule(), xyz);
    return new ConformerQuality(
        geometry, geometry.isFinite() ? worstAngle(perception, xyz) : Double.NaN);
  }

  /// Valid bonds and contacts, and no angle that relaxed molecules do not have.
  public boolean isSane() {
    return geometry.isValid() && worstAngle <= WORST_SANE_ANGLE;
  }

  /// The figures in words: bonds off by up to a share of the expected length, the closest contact in
  /// sums of radii, the worst angle in degrees.
  public String text() {
    return geometry.isFinite()
        ? String.format(
            Locale.ROOT,
            "bonds within %.1f %%, closest contact %.2f, angles within %.1f",
            100 * geometry.bondDeviation(),
            geometry.closestContact(),
            worstAngle)
        : "no usable coordinates";
  }

  private static double worstAngle(Perception perception, float[] xyz) {
    Molecule molecule = perception.molecule();
    double worst = 0;
    for (int centre = 0; centre < molecule.atomCount(); centre++) {
      Hybridization hybridization = perception.hybridization(centre);
      for (int k = 0; k < molecule.degree(centre); k++) {
        for (int l = 0; l < k; l++) {
          int a = molecule.neighbour(centre, k);
          int b = molecule.neighbour(centre, l);
          double expected = expected(molecule, hybridization, centre, a, b);
          if (expected > 0) {
            worst = Math.max(worst, Math.abs(angle(xyz, a, centre, b) - expected));
          }
        }
      }
    }
    return worst;
  }

  private static double expected(
      Molecule molecule, Hybridization hybridization, int centre, int a, int b) {
    if (molecule.bondBetween(a, b) >= 0) {
      return 60;
    }
    for (int k = 0; k < molecule.degree(a); k++) {
      int across = molecule.neighbour(a, k);
      if (across != centre && molecule.bondBetween(across, b) >= 0) {
        return 90;
      }
    }
    return switch (hybridization) {
      case SP -> 180;
      case SP2 -> 120;
      case SP3 -> TETRAHEDRAL;
      case SP3D, SP3D2, OTHER -> 0;
    };
  }

  private static double angle(float[] xyz, int a, int centre, int b) {
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int d = 0; d < 3; d++) {
      double u = (double) xyz[3 * a + d] - xyz[3 * centre + d];
      double v = (double) xyz[3 * b + d] - xyz[3 * centre + d];
      aa += u * u;
      bb += v * v;
      ab += u * v;
    }
    double norm = Math.sqrt(aa * bb);
    return norm > 0 ? Math.toDegrees(Math.acos(Math.clamp(ab / norm, -1, 1))) : 0;
  }
}
