package quotient.models.molecule;

/// What a network is told about a molecule: elements, atom features, bonds in both directions.
///
/// The arrays belong to this object and must not be written to. *Immutable.*
public final class MoleculeGraph {
  private final Molecule molecule;
  private final int[] atomicNumbers;
  private final float[] features;
  private final int[] bondSource;
  private final int[] bondTarget;
  private final byte[] bondTypes;

  private MoleculeGraph(Molecule molecule, Perception perception) {
    this.molecule = molecule;
    int n = molecule.atomCount();
    int bonds = molecule.bondCount();
    atomicNumbers = new int[n];
    for (int i = 0; i < n; i++) {
      atomicNumbers[i] = molecule.atomicNumber(i);
    }
    features = AtomFeatures.of(perception);
    bondSource = new int[2 * bonds];
    bondTarget = new int[2 * bonds];
    bondTypes = new byte[2 * bonds];
    for (int b = 0; b < bonds; b++) {
      bondSource[2 * b] = bondTarget[2 * b + 1] = molecule.bondBegin(b);
      bondTarget[2 * b] = bondSource[2 * b + 1] = molecule.bondEnd(b);
      int type = perception.isAromaticBond(b) ? Molecule.AROMATIC : molecule.bondOrder(b);
      bondTypes[2 * b] = bondTypes[2 * b + 1] = (byte) type;
    }
  }

  /// Computes the inputs of a molecule whose hydrogens are all atoms.
  ///
  /// @throws IllegalArgumentException if hydrogens are missing or a bond has no Kekulé form
  public static MoleculeGraph of(Molecule molecule) {
    return of(Perception.of(molecule));
  }

  /// As {@link #of(Molecule)}, with what was perceived already.
  public static MoleculeGraph of(Perception perception) {
    Molecule molecule = perception.molecule();
    if (perception.missingHydrogens() > 0) {
      throw new IllegalArgumentException(
          "molecule "
              + molecule
              + " lacks "
              + perception.missingHydrogens()
              + " hydrogens; add them first (Hydrogens.add)");
    }
    return new MoleculeGraph(molecule, perception);
  }

  public Molecule molecule() {
    return molecule;
  }

  public int atomCount() {
    return atomicNumbers.length;
  }

  /// Number of directed bonds, twice the number of bonds.
  public int directedBondCount() {
    return bondSource.length;
  }

  /// `int[n]`.
  public int[] atomicNumbers() {
    return atomicNumbers;
  }

  /// `float[10 n]`, see {@link AtomFeatures}.
  public float[] features() {
    return features;
  }

  /// Start of each directed bond, `int[2 bonds]`: bond b is entries 2b (begin to end) and 2b+1 (back).
  public int[] bondSource() {
    return bondSource;
  }

  /// End of each directed bond, `int[2 bonds]`.
  public int[] bondTarget() {
    return bondTarget;
  }

  /// 1, 2, 3, or 4 for aromatic, per directed bond; ET-Flow does not read it.
  public byte[] bondTypes() {
    return bondTypes;
  }
}
