package quotient.models.molecule;

/// What follows from a molecular graph: missing hydrogens, rings, aromaticity, hybridisation.
///
/// Definitions follow RDKit 2022.09, because atom features (and with them published weights) and the
/// symmetry behind heavy-atom RMSD are stated in its terms. Works on graphs with or without explicit
/// hydrogens; needs a Kekulé form. *Immutable.*
public final class Perception {
  private final Molecule molecule;
  private final Valences valences;
  private final Rings rings;
  private final boolean[] aromaticAtom;
  private final boolean[] aromaticBond;
  private final boolean[] conjugatedBond;
  private final Hybridization[] hybridization;
  private final byte[] smallRings;

  private Perception(Molecule molecule) {
    this.molecule = molecule;
    this.valences = new Valences(molecule);
    this.rings = Rings.of(molecule);
    Aromaticity aromaticity = Aromaticity.of(molecule, valences, rings);
    this.aromaticAtom = aromaticity.atoms();
    this.aromaticBond = aromaticity.bonds();
    this.conjugatedBond = conjugation();
    this.hybridization = new Hybridization[molecule.atomCount()];
    for (int i = 0; i < hybridization.length; i++) {
      hybridization[i] = hybridize(i);
    }
    this.smallRings = new byte[molecule.atomCount()];
    for (Rings.Ring ring : rings.list()) {
      for (int atom : ring.atoms()) {
        smallRings[atom] |= (byte) (ring.size() <= 6 ? 1 << (ring.size() - 3) : 0);
      }
    }
  }

  /// Perceives all of it at once.
  ///
  /// @throws IllegalArgumentException if a bond is {@link Molecule#AROMATIC}
  public static Perception of(Molecule molecule) {
    if (molecule.hasAromaticBonds()) {
      throw new IllegalArgumentException(
          "molecule "
              + molecule.title()
              + " has aromatic bonds without a Kekulé form; let the chemistry provider assign one");
    }
    return new Perception(molecule);
  }

  /// Unpaired electrons of an atom all of whose hydrogens are atoms of the graph, by the octet rule.
  ///
  /// 0 if the atom has a usual valence.
  public static int unpairedElectrons(Molecule molecule, int atom) {
    int z = molecule.atomicNumber(atom);
    int charge = molecule.formalCharge(atom);
    int bonded = 0;
    for (int k = 0; k < molecule.degree(atom); k++) {
      bonded += molecule.bondOrder(molecule.bondOf(atom, k));
    }
    return Valence.implicitHydrogens(z, charge, 0, bonded) == 0
        ? 0
        : Valence.radicalElectrons(z, charge, bonded);
  }

  public Molecule molecule() {
    return molecule;
  }

  /// Hydrogens that are neither atoms of the graph nor excluded by the valence model.
  public int implicitHydrogens(int atom) {
    return valences.implicit[atom];
  }

  /// Sum of {@link #implicitHydrogens} over all atoms: 0 if all hydrogens are explicit.
  public int missingHydrogens() {
    int sum = 0;
    for (int h : valences.implicit) {
      sum += h;
    }
    return sum;
  }

  /// Number of neighbours, implicit hydrogens included.
  public int totalDegree(int atom) {
    return valences.totalDegree(atom);
  }

  public boolean isAromaticAtom(int atom) {
    return aromaticAtom[atom];
  }

  public boolean isAromaticBond(int bond) {
    return aromaticBond[bond];
  }

  public boolean isConjugatedBond(int bond) {
    return conjugatedBond[bond];
  }

  public boolean isRingBond(int bond) {
    return rings.isRingBond(bond);
  }

  public boolean isRingAtom(int atom) {
    for (int k = 0; k < molecule.degree(atom); k++) {
      if (rings.isRingBond(molecule.bondOf(atom, k))) {
        return true;
      }
    }
    return false;
  }

  /// True if the atom is in some ring of that size, 3 to 6.
  public boolean isInRingOfSize(int atom, int size) {
    if (size < 3 || size > 6) {
      throw new IllegalArgumentException("ring size must be 3 to 6, found " + size);
    }
    return ((smallRings[atom] >> (size - 3)) & 1) != 0;
  }

  /// Size of the smallest ring that holds a bond; {@link Integer#MAX_VALUE} outside rings.
  int smallestRing(int bond) {
    for (Rings.Ring ring : rings.list()) {
      for (int b : ring.bonds()) {
        if (b == bond) {
          return ring.size();
        }
      }
    }
    return Integer.MAX_VALUE;
  }

  public Hybridization hybridization(int atom) {
    return hybridization[atom];
  }

  /// A bond is conjugated if it is aromatic, or a multiple bond or its neighbour at an atom that
  /// can pass electrons on.
  private boolean[] conjugation() {
    boolean[] conjugated = aromaticBond.clone();
    for (int a = 0; a < molecule.atomCount(); a++) {
      int partners = valences.totalDegree(a);
      if (partners < 2 || partners > 3 || !passesElectrons(a)) {
        continue;
      }
      for (int k = 0; k < molecule.degree(a); k++) {
        int multiple = molecule.bondOf(a, k);
        if (molecule.bondOrder(multiple) == 1 && !aromaticBond[multiple]) {
          continue;
        }
        for (int l = 0; l < molecule.degree(a); l++) {
          int other = molecule.bondOf(a, l);
          int b = molecule.otherEnd(other, a);
          if (l != k && valences.totalDegree(b) <= 3 && passesElectrons(b)) {
            conjugated[multiple] = true;
            conjugated[other] = true;
          }
        }
      }
    }
    return conjugated;
  }

  private boolean passesElectrons(int atom) {
    int z = molecule.atomicNumber(atom);
    int lowest = Valence.lowest(z);
    if (molecule.formalCharge(atom) == 0 && lowest >= 0 && valences.total(atom) > lowest) {
      return false;
    }
    if (valences.piElectrons(atom) <= 0) {
      return false;
    }
    int outer = Valence.outerElectrons(z);
    return z <= 10 || (outer != 5 && outer != 6) || (outer == 6 && valences.totalDegree(atom) < 2);
  }

  private Hybridization hybridize(int atom) {
    int z = molecule.atomicNumber(atom);
    int degree = valences.totalDegree(atom);
    if (z == Elements.HYDROGEN) {
      return Hybridization.OTHER;
    }
    if (z >= 89) {
      return Hybridization.of(degree, degree, false);
    }
    int outer = Valence.outerElectrons(z);
    int valence = valences.total(atom);
    int charge = molecule.formalCharge(atom);
    int free = outer - valence - charge;
    int radicals = molecule.radicalElectrons(atom);
    boolean belowOctet = valence + outer - charge < 8;
    int orbitals = degree + (belowOctet ? (free - radicals) / 2 + radicals : free / 2);
    boolean conjugated = false;
    for (int k = 0; k < molecule.degree(atom); k++) {
      conjugated |= conjugatedBond[molecule.bondOf(atom, k)];
    }
    return Hybridization.of(orbitals, molecule.degree(atom), conjugated);
  }

  /// Bond order sums and implicit hydrogens per atom.
  static final class Valences {
    private final Molecule molecule;
    private final int[] bonded;
    private final int[] implicit;

    Valences(Molecule molecule) {
      this.molecule = molecule;
      bonded = new int[molecule.atomCount()];
      for (int b = 0; b < molecule.bondCount(); b++) {
        bonded[molecule.bondBegin(b)] += molecule.bondOrder(b);
        bonded[molecule.bondEnd(b)] += molecule.bondOrder(b);
      }
      implicit = new int[molecule.atomCount()];
      for (int i = 0; i < implicit.length; i++) {
        implicit[i] =
            Valence.implicitHydrogens(
                molecule.atomicNumber(i),
                molecule.formalCharge(i),
                molecule.radicalElectrons(i),
                bonded[i]);
      }
    }

    /// Sum of the orders of the bonds of the graph.
    int bonded(int atom) {
      return bonded[atom];
    }

    /// The same with implicit hydrogens.
    int total(int atom) {
      return bonded[atom] + implicit[atom];
    }

    int totalDegree(int atom) {
      return molecule.degree(atom) + implicit[atom];
    }

    /// Electrons left for a pi system after sigma bonds, lone pairs included; -1 for atoms that
    /// cannot be part of one (univalent, or more than three neighbours).
    int piElectrons(int atom) {
      int z = molecule.atomicNumber(atom);
      int lowest = Valence.lowest(z);
      int degree = totalDegree(atom);
      if (lowest <= 1 || degree > 3) {
        return -1;
      }
      int lonePairs = Math.max(Valence.outerElectrons(z) - lowest - molecule.formalCharge(atom), 0);
      int electrons = lowest - degree + lonePairs - molecule.radicalElectrons(atom);
      boolean triple = bonded[atom] - molecule.degree(atom) > 1;
      return electrons > 1 && triple ? 1 : electrons;
    }
  }
}
