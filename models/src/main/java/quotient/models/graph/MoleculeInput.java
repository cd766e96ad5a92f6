package quotient.models.graph;

import java.util.Arrays;

/// What a network is told about a batch of molecules, positions and times apart.
///
/// Molecules are concatenated: molecule m owns the atoms `[start(m), start(m + 1))`. The arrays grow
/// on demand and are kept by {@link #clear}, so filling the same object again allocates nothing.
/// *Confined.*
public final class MoleculeInput {
  /// Numbers per atom; see etflow.md §2.1 or {@code Featurizer}.
  public static final int FEATURES = 10;

  /// Largest atomic number a network has an embedding for.
  public static final int MAX_ATOMIC_NUMBER = 99;

  private int molecules;
  private int[] start = new int[9];
  private int[] atomicNumbers = new int[64];
  private float[] features = new float[64 * FEATURES];
  private int bonds;
  private int[] bondSource = new int[128];
  private int[] bondTarget = new int[128];
  private int[] bondOrder = new int[128];
  private int centres;
  private int[] centreAtoms = new int[5 * 8];
  private int[] centreTags = new int[8];
  private int relations;
  private int[] relationAtoms = new int[2 * 8];
  private boolean[] relationCis = new boolean[8];
  private long version;

  /// No molecules.
  public MoleculeInput() {}

  /// Forgets all molecules, keeps the memory.
  public void clear() {
    molecules = 0;
    bonds = 0;
    centres = 0;
    relations = 0;
    version++;
  }

  // ---- filling ----

  /// Adds a molecule of that many atoms and returns the index of its first atom; its atoms are to be
  /// set next, its bonds and stereocentres added.
  public int addMolecule(int atoms) {
    if (atoms < 1) {
      throw new IllegalArgumentException("molecule input: a molecule needs atoms, found " + atoms);
    }
    int first = atoms();
    int last = Math.addExact(first, atoms);
    if (molecules + 2 > start.length) {
      start = Arrays.copyOf(start, 2 * start.length);
    }
    if (last > atomicNumbers.length) {
      int capacity = Math.max(last, 2 * atomicNumbers.length);
      atomicNumbers = Arrays.copyOf(atomicNumbers, capacity);
      features = Arrays.copyOf(features, capacity * FEATURES);
    }
    molecules++;
    start[molecules] = last;
    Arrays.fill(atomicNumbers, first, last, 0);
    Arrays.fill(features, first * FEATURES, last * FEATURES, 0f);
    version++;
    return first;
  }

  /// Sets the atomic number and the ten features of an atom; features are copied.
  public void setAtom(int atom, int atomicNumber, float[] values, int offset) {
    requireAtom("atom", atom);
    if (atomicNumber < 0 || atomicNumber > MAX_ATOMIC_NUMBER) {
      throw new IllegalArgumentException(
          "molecule input: atomic number "
              + atomicNumber
              + " of atom "
              + atom
              + " is not in 0.."
              + MAX_ATOMIC_NUMBER);
    }
    atomicNumbers[atom] = atomicNumber;
    System.arraycopy(values, offset, features, atom * FEATURES, FEATURES);
    version++;
  }

  /// Adds a bond of the molecule that was added last, in both directions.
  ///
  /// @param order 1, 2, 3, or 4 for aromatic
  public void addBond(int a, int b, int order) {
    requireInLastMolecule("bond", a);
    requireInLastMolecule("bond", b);
    if (a == b) {
      throw new IllegalArgumentException("molecule input: a bond of atom " + a + " with itself");
    }
    if (order < 1 || order > 4) {
      throw new IllegalArgumentException(
          "molecule input: bond order must be 1 to 4, found " + order);
    }
    if (bonds + 2 > bondSource.length) {
      bondSource = Arrays.copyOf(bondSource, 2 * bondSource.length);
      bondTarget = Arrays.copyOf(bondTarget, 2 * bondTarget.length);
      bondOrder = Arrays.copyOf(bondOrder, 2 * bondOrder.length);
    }
    putBond(a, b, order);
    putBond(b, a, order);
    version++;
  }

  private void putBond(int source, int target, int order) {
    bondSource[bonds] = source;
    bondTarget[bonds] = target;
    bondOrder[bonds] = order;
    bonds++;
  }

  /// Adds a stereocentre of the molecule that was added last.
  ///
  ///     tag = sign((p0 - p3) . [(p1 - p3) × (p2 - p3)])        p: positions of the neighbours
  public void addCentre(int atom, int first, int second, int third, int fourth, int tag) {
    int[] atoms = {atom, first, second, third, fourth};
    for (int a : atoms) {
      requireInLastMolecule("stereocentre", a);
    }
    if (tag != 1 && tag != -1) {
      throw new IllegalArgumentException("molecule input: tag must be +1 or -1, found " + tag);
    }
    if (centres == centreTags.length) {
      centreAtoms = Arrays.copyOf(centreAtoms, 2 * centreAtoms.length);
      centreTags = Arrays.copyOf(centreTags, 2 * centreTags.length);
    }
    System.arraycopy(atoms, 0, centreAtoms, 5 * centres, 5);
    centreTags[centres] = tag;
    centres++;
    version++;
  }

  /// Says of two substituents of a double bond of the molecule that was added last, one at each end,
  /// whether they lie on the same side.
  public void addRelation(int first, int second, boolean cis) {
    requireInLastMolecule("double bond", first);
    requireInLastMolecule("double bond", second);
    if (relations == relationCis.length) {
      relationAtoms = Arrays.copyOf(relationAtoms, 2 * relationAtoms.length);
      relationCis = Arrays.copyOf(relationCis, 2 * relationCis.length);
    }
    relationAtoms[2 * relations] = first;
    relationAtoms[2 * relations + 1] = second;
    relationCis[relations] = cis;
    relations++;
    version++;
  }

  /// Adds molecule m of another input, with its bonds, stereocentres and relations.
  public void addFrom(MoleculeInput other, int molecule) {
    int from = other.start(molecule);
    int to = other.start(molecule + 1);
    int shift = addMolecule(to - from) - from;
    System.arraycopy(other.atomicNumbers, from, atomicNumbers, from + shift, to - from);
    System.arraycopy(
        other.features,
        from * FEATURES,
        features,
        (from + shift) * FEATURES,
        (to - from) * FEATURES);
    for (int b = 0; b < other.bonds; b += 2) {
      if (other.bondSource[b] >= from && other.bondSource[b] < to) {
        addBond(other.bondSource[b] + shift, other.bondTarget[b] + shift, other.bondOrder[b]);
      }
    }
    for (int c = 0; c < other.centres; c++) {
      int[] a = other.centreAtoms;
      int at = 5 * c;
      if (a[at] >= from && a[at] < to) {
        addCentre(
            a[at] + shift,
            a[at + 1] + shift,
            a[at + 2] + shift,
            a[at + 3] + shift,
            a[at + 4] + shift,
            other.centreTags[c]);
      }
    }
    for (int r = 0; r < other.relations; r++) {
      int first = other.relationAtoms[2 * r];
      if (first >= from && first < to) {
        addRelation(first + shift, other.relationAtoms[2 * r + 1] + shift, other.relationCis[r]);
      }
    }
  }

  private void requireAtom(String what, int atom) {
    if (atom < 0 || atom >= atoms()) {
      throw new IllegalArgumentException(
          "molecule input: " + what + ": there is no atom " + atom + " among " + atoms());
    }
  }

  private void requireInLastMolecule(String what, int atom) {
    requireAtom(what, atom);
    if (atom < start[molecules - 1]) {
      throw new IllegalArgumentException(
          "molecule input: "
              + what
              + ": atom "
              + atom
              + " belongs to a molecule before the last one, which starts at "
              + start[molecules - 1]);
    }
  }

  // ---- reading ----

  /// Number of molecules, B.
  public int molecules() {
    return molecules;
  }

  /// Number of atoms in all molecules, N.
  public int atoms() {
    return start[molecules];
  }

  /// First atom of a molecule; `start(molecules())` is the number of atoms.
  public int start(int molecule) {
    return start[molecule];
  }

  /// First atoms of all molecules and the end; only the first B + 1 entries count. Borrowed.
  public int[] starts() {
    return start;
  }

  /// One per atom; only the first N entries count. Borrowed.
  public int[] atomicNumbers() {
    return atomicNumbers;
  }

  /// Rows of {@link #FEATURES} numbers, one per atom; only the first N rows count. Borrowed.
  public float[] features() {
    return features;
  }

  /// Number of directed bonds: twice the number of bonds.
  public int directedBonds() {
    return bonds;
  }

  /// Source atom of a directed bond; the bonds 2b and 2b + 1 are the two directions of one.
  public int bondSource(int bond) {
    return bondSource[bond];
  }

  /// Target atom of a directed bond.
  public int bondTarget(int bond) {
    return bondTarget[bond];
  }

  /// 1, 2, 3, or 4 for aromatic.
  public int bondOrder(int bond) {
    return bondOrder[bond];
  }

  /// Number of stereocentres in all molecules.
  public int centres() {
    return centres;
  }

  /// The centre itself (i = 0) or its i-th neighbour, 1 to 4.
  public int centreAtom(int centre, int i) {
    return centreAtoms[5 * centre + i];
  }

  /// +1 or -1; see {@link #addCentre}.
  public int centreTag(int centre) {
    return centreTags[centre];
  }

  /// Number of relations across double bonds.
  public int relations() {
    return relations;
  }

  /// One substituent of a relation.
  public int relationFirst(int relation) {
    return relationAtoms[2 * relation];
  }

  /// The substituent at the other end.
  public int relationSecond(int relation) {
    return relationAtoms[2 * relation + 1];
  }

  /// Whether both lie on the same side.
  public boolean relationIsCis(int relation) {
    return relationCis[relation];
  }

  /// Changes with every change of the contents.
  public long version() {
    return version;
  }
}
