package quotient.models.molecule;

/// The ten numbers per atom that the network reads, as ET-Flow's released code computes them.
///
///     0 chirality tag: always 4     5 hybridisation (SP 0 ... SP3D2 4, else 5)
///     1 total degree, 0..10, 11     6 radical electrons, 0..4, 5
///     2 charge + 5, 0..10, 11       7 aromatic
///     3 implicit valence, 0..6, 7   8 in a ring
///     4 implicit H, 0..8, 9         9 ring sizes out of 3..6 that the atom is in
///
/// Number 0 is a fault of the released code that its weights depend on: the tag is looked up among
/// strings and never found, so both enantiomers look alike. Source: etflow.md, section 2.1.
public final class AtomFeatures {
  /// Features per atom.
  public static final int COUNT = 10;

  private static final int CHIRALITY_NOT_FOUND = 4;

  private AtomFeatures() {}

  /// Features of all atoms.
  ///
  /// @return `float[10 n]`, atom by atom
  public static float[] of(Perception perception) {
    Molecule molecule = perception.molecule();
    float[] out = new float[COUNT * molecule.atomCount()];
    for (int i = 0; i < molecule.atomCount(); i++) {
      int o = COUNT * i;
      int implicit = perception.implicitHydrogens(i);
      out[o] = CHIRALITY_NOT_FOUND;
      out[o + 1] = Math.min(perception.totalDegree(i), 11);
      out[o + 2] = charge(molecule.formalCharge(i));
      out[o + 3] = Math.min(implicit, 7);
      out[o + 4] = Math.min(implicit, 9);
      out[o + 5] = perception.hybridization(i).code();
      out[o + 6] = Math.min(molecule.radicalElectrons(i), 5);
      out[o + 7] = perception.isAromaticAtom(i) ? 1 : 0;
      out[o + 8] = perception.isRingAtom(i) ? 1 : 0;
      out[o + 9] = ringSizes(perception, i);
    }
    return out;
  }

  private static float charge(int charge) {
    return Math.abs(charge) <= 5 ? charge + 5 : 11;
  }

  private static int ringSizes(Perception perception, int atom) {
    int count = 0;
    for (int size = 3; size <= 6; size++) {
      count += perception.isInRingOfSize(atom, size) ? 1 : 0;
    }
    return count;
  }
}
