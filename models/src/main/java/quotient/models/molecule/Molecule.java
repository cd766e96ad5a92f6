package quotient.models.molecule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A molecular graph: atoms, bonds and stereo marks, with the texts that came with it.
///
/// Atoms and bonds are numbered from 0 in the order of the source. Conformers are separate arrays
/// `float[3 n]` in ångström, in the same atom order. A molecule holds what was written down:
/// hydrogens are atoms like any other, and what follows from the graph (rings, aromaticity, missing
/// hydrogens) is in {@link Perception}. *Immutable.*
public final class Molecule {
  /// Bond order of a bond that a file calls aromatic without saying which Kekulé form it has.
  public static final int AROMATIC = 4;

  private final byte[] atomicNumbers;
  private final byte[] charges;
  private final short[] isotopes;
  private final byte[] radicals;
  private final int[] bondBegin;
  private final int[] bondEnd;
  private final byte[] bondOrders;
  private final int[] adjacencyStart;
  private final int[] adjacentBonds;
  private final List<TetrahedralCentre> centres;
  private final List<DoubleBondStereo> doubleBonds;
  private final String title;
  private final Optional<String> smiles;
  private final Map<String, String> items;

  private Molecule(Builder from) {
    int n = from.atoms;
    int bonds = from.bonds;
    atomicNumbers = Arrays.copyOf(from.atomicNumbers, n);
    charges = Arrays.copyOf(from.charges, n);
    isotopes = Arrays.copyOf(from.isotopes, n);
    radicals = Arrays.copyOf(from.radicals, n);
    bondBegin = Arrays.copyOf(from.bondBegin, bonds);
    bondEnd = Arrays.copyOf(from.bondEnd, bonds);
    bondOrders = Arrays.copyOf(from.bondOrders, bonds);
    adjacencyStart = new int[n + 1];
    for (int b = 0; b < bonds; b++) {
      adjacencyStart[bondBegin[b] + 1]++;
      adjacencyStart[bondEnd[b] + 1]++;
    }
    for (int i = 0; i < n; i++) {
      adjacencyStart[i + 1] += adjacencyStart[i];
    }
    adjacentBonds = new int[2 * bonds];
    int[] next = Arrays.copyOf(adjacencyStart, n);
    for (int b = 0; b < bonds; b++) {
      adjacentBonds[next[bondBegin[b]]++] = b;
      adjacentBonds[next[bondEnd[b]]++] = b;
    }
    centres = List.copyOf(from.centres);
    doubleBonds = List.copyOf(from.doubleBonds);
    title = from.title;
    smiles = from.smiles;
    items = Collections.unmodifiableMap(new LinkedHashMap<>(from.items));
    requireSimple();
  }

  private Molecule(
      Molecule graph, String title, Optional<String> smiles, Map<String, String> items) {
    atomicNumbers = graph.atomicNumbers;
    charges = graph.charges;
    isotopes = graph.isotopes;
    radicals = graph.radicals;
    bondBegin = graph.bondBegin;
    bondEnd = graph.bondEnd;
    bondOrders = graph.bondOrders;
    adjacencyStart = graph.adjacencyStart;
    adjacentBonds = graph.adjacentBonds;
    centres = graph.centres;
    doubleBonds = graph.doubleBonds;
    this.title = title;
    this.smiles = smiles;
    this.items = Collections.unmodifiableMap(new LinkedHashMap<>(items));
  }

  /// Starts an empty molecule.
  public static Builder builder() {
    return new Builder();
  }

  /// A builder that holds this molecule: its graph, stereo marks and texts.
  public Builder toBuilder() {
    Builder copy = new Builder();
    for (int i = 0; i < atomCount(); i++) {
      copy.atom(atomicNumbers[i]);
      copy.charge(i, charges[i]).isotope(i, isotopes[i]).radicalElectrons(i, radicals[i]);
    }
    for (int b = 0; b < bondCount(); b++) {
      copy.bond(bondBegin[b], bondEnd[b], bondOrders[b]);
    }
    centres.forEach(copy::centre);
    doubleBonds.forEach(copy::doubleBond);
    copy.title = title;
    copy.smiles = smiles;
    copy.items.putAll(items);
    return copy;
  }

  /// The same graph under another title.
  public Molecule withTitle(String newTitle) {
    return new Molecule(this, requireLine("title", newTitle), smiles, items);
  }

  /// The same graph with that SMILES.
  public Molecule withSmiles(String newSmiles) {
    return new Molecule(this, title, Optional.of(newSmiles), items);
  }

  /// The same graph with other data items.
  public Molecule withItems(Map<String, String> newItems) {
    return new Molecule(this, title, smiles, newItems);
  }

  /// The same molecule with atom i moved to `newIndex[i]`, and bonds sorted by their atoms.
  ///
  /// @throws IllegalArgumentException if newIndex is no permutation of the atoms
  public Molecule renumbered(int[] newIndex) {
    int n = atomCount();
    int[] oldIndex = new int[n];
    Arrays.fill(oldIndex, -1);
    for (int i = 0; i < n; i++) {
      if (newIndex.length != n
          || newIndex[i] < 0
          || newIndex[i] >= n
          || oldIndex[newIndex[i]] >= 0) {
        throw new IllegalArgumentException("renumbered: not a permutation of " + n + " atoms");
      }
      oldIndex[newIndex[i]] = i;
    }
    Builder out = new Builder();
    for (int old : oldIndex) {
      int i = out.atom(atomicNumbers[old]);
      out.charge(i, charges[old]).isotope(i, isotopes[old]).radicalElectrons(i, radicals[old]);
    }
    for (int i = 0; i < n; i++) {
      int[] later = new int[degree(oldIndex[i])];
      int count = 0;
      for (int k = 0; k < later.length; k++) {
        int j = newIndex[neighbour(oldIndex[i], k)];
        if (j > i) {
          later[count++] = j;
        }
      }
      Arrays.sort(later, 0, count);
      for (int k = 0; k < count; k++) {
        out.bond(i, later[k], bondOrders[bondBetween(oldIndex[i], oldIndex[later[k]])]);
      }
    }
    centres.forEach(c -> out.centre(c.renumbered(newIndex)));
    doubleBonds.forEach(d -> out.doubleBond(d.renumbered(newIndex)));
    out.title = title;
    out.smiles = smiles;
    out.items.putAll(items);
    return out.build();
  }

  public int atomCount() {
    return atomicNumbers.length;
  }

  public int bondCount() {
    return bondBegin.length;
  }

  public int atomicNumber(int atom) {
    return atomicNumbers[atom];
  }

  public int formalCharge(int atom) {
    return charges[atom];
  }

  /// Mass number, 0 for the natural mixture.
  public int isotope(int atom) {
    return isotopes[atom];
  }

  /// Number of unpaired electrons as written (2 for singlet and triplet carbenes alike).
  public int radicalElectrons(int atom) {
    return radicals[atom];
  }

  public int bondBegin(int bond) {
    return bondBegin[bond];
  }

  public int bondEnd(int bond) {
    return bondEnd[bond];
  }

  /// 1, 2, 3, or {@link #AROMATIC}.
  public int bondOrder(int bond) {
    return bondOrders[bond];
  }

  /// Number of bonds of an atom.
  public int degree(int atom) {
    return adjacencyStart[atom + 1] - adjacencyStart[atom];
  }

  /// The k-th bond of an atom, in bond order.
  public int bondOf(int atom, int k) {
    return adjacentBonds[adjacencyStart[atom] + k];
  }

  /// The k-th neighbour of an atom, in bond order.
  public int neighbour(int atom, int k) {
    return otherEnd(bondOf(atom, k), atom);
  }

  /// The atom at the other end of a bond.
  public int otherEnd(int bond, int atom) {
    return bondBegin[bond] == atom ? bondEnd[bond] : bondBegin[bond];
  }

  /// The bond between two atoms, -1 if there is none.
  public int bondBetween(int a, int b) {
    for (int k = adjacencyStart[a]; k < adjacencyStart[a + 1]; k++) {
      if (otherEnd(adjacentBonds[k], a) == b) {
        return adjacentBonds[k];
      }
    }
    return -1;
  }

  public boolean isHydrogen(int atom) {
    return atomicNumbers[atom] == Elements.HYDROGEN;
  }

  /// Number of atoms other than hydrogen.
  public int heavyAtomCount() {
    int heavy = 0;
    for (byte z : atomicNumbers) {
      heavy += z == Elements.HYDROGEN ? 0 : 1;
    }
    return heavy;
  }

  /// Sum of the formal charges.
  public int charge() {
    int sum = 0;
    for (byte q : charges) {
      sum += q;
    }
    return sum;
  }

  /// True if a bond is {@link #AROMATIC}: such a molecule needs a Kekulé form before use.
  public boolean hasAromaticBonds() {
    for (byte order : bondOrders) {
      if (order == AROMATIC) {
        return true;
      }
    }
    return false;
  }

  public List<TetrahedralCentre> tetrahedralCentres() {
    return centres;
  }

  public List<DoubleBondStereo> doubleBondStereo() {
    return doubleBonds;
  }

  /// The name, untouched; may be empty.
  public String title() {
    return title;
  }

  /// The SMILES this molecule was read from or given, if any.
  public Optional<String> smiles() {
    return smiles;
  }

  /// Data items in the order of the source.
  public Map<String, String> items() {
    return items;
  }

  /// True if the other molecule has the same atoms in the same order and the same bonds.
  ///
  /// Isotopes and charges count, stereo marks and texts do not; bonds may be listed in any order.
  public boolean sameGraph(Molecule other) {
    if (!Arrays.equals(atomicNumbers, other.atomicNumbers)
        || !Arrays.equals(charges, other.charges)
        || !Arrays.equals(isotopes, other.isotopes)
        || !Arrays.equals(radicals, other.radicals)
        || bondCount() != other.bondCount()) {
      return false;
    }
    for (int b = 0; b < bondCount(); b++) {
      int same = other.bondBetween(bondBegin[b], bondEnd[b]);
      if (same < 0 || other.bondOrders[same] != bondOrders[b]) {
        return false;
      }
    }
    return true;
  }

  /// The atom counts in Hill order (C, H, then by symbol), with the charge: `C2H6O`, `C5H14NO+`.
  public String formula() {
    int[] counts = new int[Elements.MAX + 1];
    for (byte z : atomicNumbers) {
      counts[z]++;
    }
    List<String> parts = new ArrayList<>();
    for (int z = 1; z <= Elements.MAX; z++) {
      boolean first = counts[Elements.CARBON] > 0 && (z == Elements.CARBON || z == 1);
      if (counts[z] > 0 && !first) {
        parts.add(Elements.symbol(z) + (counts[z] > 1 ? counts[z] : ""));
      }
    }
    Collections.sort(parts);
    StringBuilder out = new StringBuilder();
    if (counts[Elements.CARBON] > 0) {
      out.append('C').append(counts[Elements.CARBON] > 1 ? counts[Elements.CARBON] : "");
      out.append(counts[1] > 0 ? "H" : "").append(counts[1] > 1 ? counts[1] : "");
    }
    parts.forEach(out::append);
    int charge = charge();
    if (charge != 0) {
      out.append(charge > 0 ? '+' : '-').append(Math.abs(charge) > 1 ? Math.abs(charge) : "");
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return (title.isEmpty() ? "molecule" : title) + " " + formula();
  }

  private void requireSimple() {
    for (int b = 0; b < bondCount(); b++) {
      if (bondBetween(bondBegin[b], bondEnd[b]) != b) {
        throw new IllegalArgumentException(
            "molecule: two bonds between atoms "
                + (bondBegin[b] + 1)
                + " and "
                + (bondEnd[b] + 1)
                + "; a double bond is one bond of order 2");
      }
    }
  }

  private static String requireLine(String what, String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("molecule: a " + what + " holds one line, found " + text);
    }
    return text;
  }

  /// Collects the parts of a molecule; {@link #build} checks them as a whole. *Confined.*
  public static final class Builder {
    private int atoms;
    private int bonds;
    private byte[] atomicNumbers = new byte[32];
    private byte[] charges = new byte[32];
    private short[] isotopes = new short[32];
    private byte[] radicals = new byte[32];
    private int[] bondBegin = new int[32];
    private int[] bondEnd = new int[32];
    private byte[] bondOrders = new byte[32];
    private final List<TetrahedralCentre> centres = new ArrayList<>();
    private final List<DoubleBondStereo> doubleBonds = new ArrayList<>();
    private String title = "";
    private Optional<String> smiles = Optional.empty();
    private final Map<String, String> items = new LinkedHashMap<>();

    private Builder() {}

    /// Adds an atom and returns its index.
    public int atom(int atomicNumber) {
      Elements.symbol(atomicNumber);
      if (atoms == atomicNumbers.length) {
        int longer = 2 * atoms;
        atomicNumbers = Arrays.copyOf(atomicNumbers, longer);
        charges = Arrays.copyOf(charges, longer);
        isotopes = Arrays.copyOf(isotopes, longer);
        radicals = Arrays.copyOf(radicals, longer);
      }
      atomicNumbers[atoms] = (byte) atomicNumber;
      return atoms++;
    }

    public Builder charge(int atom, int charge) {
      charges[checkAtom(atom)] = (byte) range("charge", charge, -15, 15);
      return this;
    }

    /// Mass number, 0 for the natural mixture.
    public Builder isotope(int atom, int massNumber) {
      isotopes[checkAtom(atom)] = (short) range("mass number", massNumber, 0, 999);
      return this;
    }

    public Builder radicalElectrons(int atom, int count) {
      radicals[checkAtom(atom)] = (byte) range("radical electrons", count, 0, 8);
      return this;
    }

    /// Adds a bond and returns its index.
    public int bond(int begin, int end, int order) {
      if (checkAtom(begin) == checkAtom(end)) {
        throw new IllegalArgumentException(
            "molecule: bond from atom " + (begin + 1) + " to itself");
      }
      range("bond order", order, 1, AROMATIC);
      if (bonds == bondBegin.length) {
        int longer = 2 * bonds;
        bondBegin = Arrays.copyOf(bondBegin, longer);
        bondEnd = Arrays.copyOf(bondEnd, longer);
        bondOrders = Arrays.copyOf(bondOrders, longer);
      }
      bondBegin[bonds] = begin;
      bondEnd[bonds] = end;
      bondOrders[bonds] = (byte) order;
      return bonds++;
    }

    public Builder centre(TetrahedralCentre centre) {
      checkAtom(centre.centre());
      for (int i = 0; i < 4; i++) {
        checkAtom(centre.neighbour(i));
      }
      centres.add(centre);
      return this;
    }

    public Builder doubleBond(DoubleBondStereo bond) {
      checkAtom(bond.begin());
      checkAtom(bond.end());
      checkAtom(bond.beginNeighbour());
      checkAtom(bond.endNeighbour());
      doubleBonds.add(bond);
      return this;
    }

    /// Forgets all stereo marks.
    public Builder clearStereo() {
      centres.clear();
      doubleBonds.clear();
      return this;
    }

    public Builder title(String text) {
      title = requireLine("title", text);
      return this;
    }

    public Builder smiles(String text) {
      smiles = Optional.of(text);
      return this;
    }

    /// Adds a data item; a second value under one name replaces the first.
    public Builder item(String name, String value) {
      items.put(requireLine("data item name", name), value);
      return this;
    }

    public int atomCount() {
      return atoms;
    }

    /// @throws IllegalArgumentException if a pair of atoms is bonded twice
    public Molecule build() {
      return new Molecule(this);
    }

    private int checkAtom(int atom) {
      if (atom < 0 || atom >= atoms) {
        throw new IllegalArgumentException(
            "molecule: atom " + (atom + 1) + " of " + atoms + " does not exist");
      }
      return atom;
    }

    private static int range(String what, int value, int low, int high) {
      if (value < low || value > high) {
        throw new IllegalArgumentException(
            "molecule: " + what + " must be " + low + " to " + high + ", found " + value);
      }
      return value;
    }
  }
}
