package quotient.models.molecule;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Reads stereo marks from the coordinates of a conformer.
///
/// Candidates are sp3 centres with four different neighbours at most one of which is a hydrogen (or
/// three and a lone pair at P, S, As, Se), allenes, and double bonds outside small rings. A
/// candidate is stereogenic if inverting it alone gives another stereoisomer, that is, unless some
/// automorphism of the constitution maps the conformer's configuration to the one that differs in
/// this mark alone. So meso forms and dependent centres come out right, and CH(CH3)2 does not count.
/// Amines are left out: they invert.
public final class StereoPerception {
  /// Automorphisms beyond this number (perfluorinated dendrimers) are not looked at.
  private static final int MOST_AUTOMORPHISMS = 20_000;

  /// A centre is flat if six times its volume is below this share of its edge lengths' product.
  private static final double FLAT = 0.05;

  /// A torsion this close to a right angle has no configuration.
  private static final double LEAST_COSINE = 0.2;

  private static final int SMALLEST_RING = 8;

  private final Molecule molecule;
  private final Perception perception;
  private final float[] xyz;
  private final List<TetrahedralCentre> centres = new ArrayList<>();
  private final List<DoubleBondStereo> doubleBonds = new ArrayList<>();

  private StereoPerception(Molecule molecule, float[] xyz) {
    this.molecule = molecule;
    this.perception = Perception.of(molecule);
    this.xyz = xyz;
  }

  /// The molecule with the marks of a conformer in place of its own.
  ///
  /// Marks every stereocentre and double bond whose configuration the coordinates decide, also those
  /// that were unspecified. All hydrogens must be atoms.
  ///
  /// @param coordinates `float[3 n]`, Å
  public static Molecule of(Molecule molecule, float[] coordinates) {
    if (coordinates.length != 3 * molecule.atomCount()) {
      throw new IllegalArgumentException(
          "stereo perception: expected "
              + 3 * molecule.atomCount()
              + " coordinates, found "
              + coordinates.length);
    }
    StereoPerception p = new StereoPerception(molecule, coordinates);
    p.candidates();
    boolean[] redundant = p.redundant();
    Molecule.Builder out = molecule.toBuilder().clearStereo();
    for (int i = 0; i < p.centres.size(); i++) {
      if (!redundant[i]) {
        out.centre(p.centres.get(i));
      }
    }
    for (int i = 0; i < p.doubleBonds.size(); i++) {
      if (!redundant[p.centres.size() + i]) {
        out.doubleBond(p.doubleBonds.get(i));
      }
    }
    return out.build();
  }

  private void candidates() {
    for (int i = 0; i < molecule.atomCount(); i++) {
      if (isAllene(i)) {
        allene(i);
      } else if (isCentre(i)) {
        centre(i);
      }
    }
    for (int b = 0; b < molecule.bondCount(); b++) {
      if (molecule.bondOrder(b) == 2 && !perception.isAromaticBond(b) && !inSmallRing(b)) {
        doubleBond(b);
      }
    }
  }

  private boolean isCentre(int atom) {
    int z = molecule.atomicNumber(atom);
    boolean pyramidal = z == 15 || z == 16 || z == 33 || z == 34;
    int degree = molecule.degree(atom);
    if (z == Elements.HYDROGEN || (degree != 4 && !(degree == 3 && pyramidal))) {
      return false;
    }
    int hydrogens = 0;
    for (int k = 0; k < degree; k++) {
      hydrogens += LabelledGraph.isPlainHydrogen(molecule, molecule.neighbour(atom, k)) ? 1 : 0;
    }
    return hydrogens <= 1 && !perception.isAromaticAtom(atom);
  }

  private void centre(int atom) {
    int[] p = new int[4];
    p[3] = atom;
    for (int k = 0; k < molecule.degree(atom); k++) {
      p[k] = molecule.neighbour(atom, k);
    }
    decide(new TetrahedralCentre(atom, p[0], p[1], p[2], p[3], 1));
  }

  private void decide(TetrahedralCentre unsigned) {
    double volume = Chirality.signedVolume(unsigned, xyz, 0);
    double scale = 1;
    for (int i = 0; i < 3; i++) {
      scale *= distance(unsigned.neighbour(i), unsigned.fourth());
    }
    if (Math.abs(volume) > FLAT * scale) {
      centres.add(volume > 0 ? unsigned : unsigned.mirrored());
    }
  }

  private double distance(int a, int b) {
    double sum = 0;
    for (int d = 0; d < 3; d++) {
      double difference = (double) xyz[3 * a + d] - xyz[3 * b + d];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private boolean isAllene(int atom) {
    return molecule.degree(atom) == 2
        && molecule.bondOrder(molecule.bondOf(atom, 0)) == 2
        && molecule.bondOrder(molecule.bondOf(atom, 1)) == 2;
  }

  /// The ends of C=C=C stand at right angles; their substituents form the tetrahedron.
  private void allene(int middle) {
    int[] p = new int[4];
    for (int side = 0; side < 2; side++) {
      int end = molecule.neighbour(middle, side);
      if (molecule.degree(end) != 3) {
        return;
      }
      int count = 0;
      int hydrogens = 0;
      for (int k = 0; k < 3; k++) {
        int neighbour = molecule.neighbour(end, k);
        if (neighbour != middle) {
          p[2 * side + count++] = neighbour;
          hydrogens += molecule.isHydrogen(neighbour) ? 1 : 0;
        }
      }
      if (hydrogens == 2) {
        return;
      }
    }
    decide(new TetrahedralCentre(middle, p[0], p[1], p[2], p[3], 1));
  }

  private boolean inSmallRing(int bond) {
    return perception.smallestRing(bond) < SMALLEST_RING;
  }

  private void doubleBond(int bond) {
    int begin = molecule.bondBegin(bond);
    int end = molecule.bondEnd(bond);
    int first = substituent(begin, end);
    int second = substituent(end, begin);
    if (first < 0 || second < 0) {
      return;
    }
    DoubleBondStereo cis = new DoubleBondStereo(begin, end, first, second, true);
    double cosine = Chirality.torsionCosine(cis, xyz, 0);
    if (Math.abs(cosine) >= LEAST_COSINE) {
      doubleBonds.add(cosine > 0 ? cis : new DoubleBondStereo(begin, end, first, second, false));
    }
  }

  /// The first substituent of one end of a double bond (heavy if possible), -1 if that end has
  /// none, two hydrogens, or another double bond.
  private int substituent(int atom, int other) {
    int heavy = -1;
    int hydrogen = -1;
    for (int k = 0; k < molecule.degree(atom); k++) {
      int bond = molecule.bondOf(atom, k);
      int neighbour = molecule.otherEnd(bond, atom);
      if (neighbour == other) {
        continue;
      }
      if (molecule.bondOrder(bond) != 1) {
        return -1;
      }
      if (!molecule.isHydrogen(neighbour)) {
        heavy = heavy < 0 ? neighbour : heavy;
      } else if (hydrogen >= 0) {
        return -1;
      } else {
        hydrogen = neighbour;
      }
    }
    if (molecule.degree(atom) > 3) {
      return -1;
    }
    return heavy >= 0 ? heavy : hydrogen;
  }

  /// Which candidates an automorphism can invert alone, centres first, then double bonds.
  private boolean[] redundant() {
    int count = centres.size() + doubleBonds.size();
    boolean[] out = new boolean[count];
    if (count == 0) {
      return out;
    }
    LabelledGraph graph = LabelledGraph.constitution(perception);
    StereoVector configuration = new StereoVector(molecule, graph, centres, doubleBonds);
    for (int[] map : GraphMatch.automorphisms(graph, MOST_AUTOMORPHISMS).maps()) {
      Optional<BitSet> changed = configuration.differences(map, configuration);
      if (changed.isPresent() && changed.get().cardinality() == 1) {
        out[changed.get().nextSetBit(0)] = true;
      }
    }
    return out;
  }
}
