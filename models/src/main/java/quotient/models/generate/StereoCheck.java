package quotient.models.generate;

import quotient.models.molecule.Chirality;
import quotient.models.molecule.DoubleBondStereo;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.TetrahedralCentre;

/// Compares a conformer with the stereo marks of its molecule.
///
/// @param centres number of marked centres
/// @param inverted how many of them have the other handedness
/// @param doubleBonds how many marked double bonds have the other geometry
record StereoCheck(int centres, int inverted, int doubleBonds) {

  static StereoCheck of(Molecule molecule, float[] xyz) {
    int inverted = 0;
    for (TetrahedralCentre centre : molecule.tetrahedralCentres()) {
      inverted += Chirality.isAsMarked(centre, xyz, 0) ? 0 : 1;
    }
    int bonds = 0;
    for (DoubleBondStereo bond : molecule.doubleBondStereo()) {
      bonds += Chirality.isAsMarked(bond, xyz, 0) ? 0 : 1;
    }
    return new StereoCheck(molecule.tetrahedralCentres().size(), inverted, bonds);
  }

  /// Whether the molecule has marks at all.
  static boolean applies(Molecule molecule) {
    return !molecule.tetrahedralCentres().isEmpty() || !molecule.doubleBondStereo().isEmpty();
  }

  boolean isRight() {
    return inverted == 0 && doubleBonds == 0;
  }

  /// Whether the mirror image is right.
  boolean isMirrored() {
    return centres > 0 && inverted == centres && doubleBonds == 0;
  }
}
