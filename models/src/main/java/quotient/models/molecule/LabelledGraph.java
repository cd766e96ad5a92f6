package quotient.models.molecule;

import java.util.Arrays;

/// A molecule reduced to what a symmetry must preserve: labels on vertices and edges. *Immutable.*
///
/// Vertices may be a selection of the atoms; {@link #atom} names the atom of a vertex.
public final class LabelledGraph {
  /// Edge label of bonds whose order does not matter (see {@link #heavyAtoms}).
  private static final int EITHER_ORDER = 5;

  private final int[] atoms;
  private final long[] labels;
  private final int[][] neighbours;
  private final int[][] edgeLabels;

  private LabelledGraph(int[] atoms, long[] labels, int[][] neighbours, int[][] edgeLabels) {
    this.atoms = atoms;
    this.labels = labels;
    this.neighbours = neighbours;
    this.edgeLabels = edgeLabels;
  }

  /// The graph behind heavy-atom RMSD: hydrogens left out, bonds by order or aromatic.
  ///
  /// Vertices carry element, charge and isotope; hydrogen counts do not matter. Terminal O and N of
  /// one centre that has both a single and a double bond to such atoms (carboxylates and acids,
  /// nitro groups, phosphates, amidines) are alike, whatever their bond order and charge. This is
  /// the symmetry of RDKit's best-RMS alignment since 2022.03.
  public static LabelledGraph heavyAtoms(Perception perception) {
    Molecule molecule = perception.molecule();
    boolean[] alike = conjugatedTerminals(molecule);
    int[] edge = new int[molecule.bondCount()];
    for (int b = 0; b < edge.length; b++) {
      boolean terminal = alike[molecule.bondBegin(b)] || alike[molecule.bondEnd(b)];
      edge[b] =
          terminal
              ? EITHER_ORDER
              : perception.isAromaticBond(b) ? Molecule.AROMATIC : molecule.bondOrder(b);
    }
    boolean[] heavy = new boolean[molecule.atomCount()];
    long[] label = new long[molecule.atomCount()];
    for (int i = 0; i < heavy.length; i++) {
      heavy[i] = !molecule.isHydrogen(i);
      label[i] = pack(molecule, i, alike[i] ? 0 : molecule.formalCharge(i), 0);
    }
    return select(molecule, heavy, label, edge);
  }

  /// The graph behind stereochemistry: atoms that are not plain hydrogens, with hydrogen counts and
  /// Kekulé-independent bonds.
  static LabelledGraph constitution(Perception perception) {
    Molecule molecule = perception.molecule();
    int[] edge = new int[molecule.bondCount()];
    for (int b = 0; b < edge.length; b++) {
      edge[b] = perception.isAromaticBond(b) ? Molecule.AROMATIC : molecule.bondOrder(b);
    }
    boolean[] kept = new boolean[molecule.atomCount()];
    long[] label = new long[molecule.atomCount()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = !isPlainHydrogen(molecule, i);
      int hydrogens = perception.implicitHydrogens(i);
      for (int k = 0; k < molecule.degree(i); k++) {
        hydrogens += isPlainHydrogen(molecule, molecule.neighbour(i, k)) ? 1 : 0;
      }
      label[i] = pack(molecule, i, molecule.formalCharge(i), hydrogens);
    }
    return select(molecule, kept, label, edge);
  }

  /// The graph that a network sees: all atoms with all their features, bonds without orders.
  ///
  /// Its automorphisms are the permutations under which an ET-Flow model is equivariant.
  public static LabelledGraph featurized(MoleculeGraph inputs) {
    Molecule molecule = inputs.molecule();
    boolean[] all = new boolean[molecule.atomCount()];
    Arrays.fill(all, true);
    long[] label = new long[all.length];
    for (int i = 0; i < all.length; i++) {
      long packed = inputs.atomicNumbers()[i];
      for (int f = 0; f < AtomFeatures.COUNT; f++) {
        packed = packed * 12 + (long) inputs.features()[AtomFeatures.COUNT * i + f];
      }
      label[i] = packed;
    }
    int[] edge = new int[molecule.bondCount()];
    return select(molecule, all, label, edge);
  }

  /// Number of vertices.
  public int size() {
    return atoms.length;
  }

  /// The atom of the molecule that a vertex stands for.
  public int atom(int vertex) {
    return atoms[vertex];
  }

  long label(int vertex) {
    return labels[vertex];
  }

  int degree(int vertex) {
    return neighbours[vertex].length;
  }

  int neighbour(int vertex, int k) {
    return neighbours[vertex][k];
  }

  int edgeLabel(int vertex, int k) {
    return edgeLabels[vertex][k];
  }

  /// Label of the edge between two vertices, -1 if there is none.
  int edgeBetween(int a, int b) {
    int[] list = neighbours[a];
    for (int k = 0; k < list.length; k++) {
      if (list[k] == b) {
        return edgeLabels[a][k];
      }
    }
    return -1;
  }

  /// A hydrogen without isotope or charge at one atom that is no hydrogen itself.
  static boolean isPlainHydrogen(Molecule molecule, int atom) {
    return molecule.isHydrogen(atom)
        && molecule.isotope(atom) == 0
        && molecule.formalCharge(atom) == 0
        && molecule.degree(atom) == 1
        && !molecule.isHydrogen(molecule.neighbour(atom, 0));
  }

  private static long pack(Molecule molecule, int atom, int charge, int hydrogens) {
    long label = molecule.atomicNumber(atom);
    label = label * 64 + (charge + 32);
    label = label * 1024 + molecule.isotope(atom);
    label = label * 16 + molecule.radicalElectrons(atom);
    return label * 32 + hydrogens;
  }

  private static LabelledGraph select(Molecule molecule, boolean[] kept, long[] label, int[] edge) {
    int n = molecule.atomCount();
    int[] vertexOf = new int[n];
    int[] atoms = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      vertexOf[i] = kept[i] ? count : -1;
      if (kept[i]) {
        atoms[count++] = i;
      }
    }
    atoms = Arrays.copyOf(atoms, count);
    long[] labels = new long[count];
    int[][] neighbours = new int[count][];
    int[][] edgeLabels = new int[count][];
    for (int v = 0; v < count; v++) {
      int atom = atoms[v];
      labels[v] = label[atom];
      int[] to = new int[molecule.degree(atom)];
      int[] with = new int[to.length];
      int degree = 0;
      for (int k = 0; k < to.length; k++) {
        int bond = molecule.bondOf(atom, k);
        int other = vertexOf[molecule.otherEnd(bond, atom)];
        if (other >= 0) {
          to[degree] = other;
          with[degree++] = edge[bond];
        }
      }
      neighbours[v] = Arrays.copyOf(to, degree);
      edgeLabels[v] = Arrays.copyOf(with, degree);
    }
    return new LabelledGraph(atoms, labels, neighbours, edgeLabels);
  }

  /// Terminal O and N at a centre that binds one such atom by a single and one by a double bond.
  private static boolean[] conjugatedTerminals(Molecule molecule) {
    boolean[] out = new boolean[molecule.atomCount()];
    for (int centre = 0; centre < molecule.atomCount(); centre++) {
      int orders = 0;
      for (int k = 0; k < molecule.degree(centre); k++) {
        int bond = molecule.bondOf(centre, k);
        if (isTerminal(molecule, molecule.otherEnd(bond, centre))) {
          orders |= 1 << molecule.bondOrder(bond);
        }
      }
      if ((orders & 0b110) != 0b110) {
        continue;
      }
      for (int k = 0; k < molecule.degree(centre); k++) {
        int bond = molecule.bondOf(centre, k);
        int atom = molecule.otherEnd(bond, centre);
        out[atom] |= isTerminal(molecule, atom) && molecule.bondOrder(bond) <= 2;
      }
    }
    return out;
  }

  private static boolean isTerminal(Molecule molecule, int atom) {
    int z = molecule.atomicNumber(atom);
    if (z != Elements.NITROGEN && z != Elements.OXYGEN) {
      return false;
    }
    int heavy = 0;
    for (int k = 0; k < molecule.degree(atom); k++) {
      heavy += molecule.isHydrogen(molecule.neighbour(atom, k)) ? 0 : 1;
    }
    return heavy == 1;
  }
}
