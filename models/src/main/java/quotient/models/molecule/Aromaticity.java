package quotient.models.molecule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Hückel aromaticity of rings and of fused rings, as RDKit's default model defines it.
///
/// Each ring atom gives 0, 1 or 2 electrons to the pi system or disqualifies its rings; a union of
/// one to six fused rings is aromatic if it has 4k + 2 electrons. An atom in three or more of them
/// does not count. Bonds on the rim of an aromatic union are aromatic (in azulene: the rim, not the
/// shared bond). Released ET-Flow weights expect this model.
final class Aromaticity {
  private static final int NOT_A_CANDIDATE = -1;
  private static final int LARGEST_FUSED_RING = 24;
  private static final int MOST_FUSED_RINGS = 6;

  private final Molecule molecule;
  private final Perception.Valences valences;
  private final Rings rings;
  private final boolean[] atoms;
  private final boolean[] bonds;

  private Aromaticity(Molecule molecule, Perception.Valences valences, Rings rings) {
    this.molecule = molecule;
    this.valences = valences;
    this.rings = rings;
    this.atoms = new boolean[molecule.atomCount()];
    this.bonds = new boolean[molecule.bondCount()];
  }

  static Aromaticity of(Molecule molecule, Perception.Valences valences, Rings rings) {
    Aromaticity result = new Aromaticity(molecule, valences, rings);
    result.perceive();
    return result;
  }

  boolean[] atoms() {
    return atoms;
  }

  boolean[] bonds() {
    return bonds;
  }

  private void perceive() {
    int[] electrons = new int[molecule.atomCount()];
    for (int i = 0; i < electrons.length; i++) {
      electrons[i] = hasRingBond(i) ? donation(i) : NOT_A_CANDIDATE;
    }
    List<Rings.Ring> candidates = new ArrayList<>();
    for (Rings.Ring ring : rings.list()) {
      if (allCandidates(ring, electrons)) {
        candidates.add(ring);
      }
    }
    boolean[][] fused = fusion(candidates);
    boolean[] seen = new boolean[candidates.size()];
    for (int r = 0; r < candidates.size(); r++) {
      if (!seen[r]) {
        system(component(r, fused, seen), candidates, fused, electrons);
      }
    }
  }

  private boolean hasRingBond(int atom) {
    for (int k = 0; k < molecule.degree(atom); k++) {
      if (rings.isRingBond(molecule.bondOf(atom, k))) {
        return true;
      }
    }
    return false;
  }

  private static boolean allCandidates(Rings.Ring ring, int[] electrons) {
    for (int atom : ring.atoms()) {
      if (electrons[atom] == NOT_A_CANDIDATE) {
        return false;
      }
    }
    return true;
  }

  /// Electrons that an atom gives to a pi system, or {@link #NOT_A_CANDIDATE}.
  private int donation(int atom) {
    int z = molecule.atomicNumber(atom);
    if ((z > 18 && z != 34 && z != 52) || !usualValence(atom, z) || cumulated(atom)) {
      return NOT_A_CANDIDATE;
    }
    int radicals = molecule.radicalElectrons(atom);
    if (radicals > 0 && (z != Elements.CARBON || molecule.formalCharge(atom) != 0)) {
      return NOT_A_CANDIDATE;
    }
    int available = valences.piElectrons(atom);
    int outside = outsideMultipleBond(atom);
    boolean takesAway =
        outside >= 0 && Valence.moreElectronegative(molecule.atomicNumber(outside), z);
    if (available < 0) {
      return NOT_A_CANDIDATE;
    }
    if (available == 0) {
      return outside >= 0 ? 0 : hasMultipleBond(atom) ? 1 : NOT_A_CANDIDATE;
    }
    if (available == 1) {
      if (outside >= 0) {
        return takesAway ? 0 : 1;
      }
      if (hasMultipleBond(atom)) {
        return 1;
      }
      return molecule.formalCharge(atom) == 1 ? 0 : NOT_A_CANDIDATE;
    }
    int left = takesAway ? available - 1 : available;
    return left % 2 == 1 ? 1 : 2;
  }

  private boolean usualValence(int atom, int z) {
    int lowest = Valence.lowest(z);
    if (lowest <= 0) {
      return true;
    }
    int isoelectronic = z - molecule.formalCharge(atom);
    int limit =
        isoelectronic >= 1 && isoelectronic <= Elements.MAX ? Valence.lowest(isoelectronic) : -1;
    return valences.total(atom) <= limit;
  }

  /// Two multiple bonds at one atom, as in an allene.
  private boolean cumulated(int atom) {
    int multiple = 0;
    for (int k = 0; k < molecule.degree(atom); k++) {
      int order = molecule.bondOrder(molecule.bondOf(atom, k));
      multiple += order == 2 || order == 3 ? 1 : 0;
    }
    return multiple > 1;
  }

  private boolean hasMultipleBond(int atom) {
    for (int k = 0; k < molecule.degree(atom); k++) {
      if (molecule.bondOrder(molecule.bondOf(atom, k)) > 1) {
        return true;
      }
    }
    return false;
  }

  /// The neighbour across a multiple bond outside all rings, -1 if there is none.
  private int outsideMultipleBond(int atom) {
    for (int k = 0; k < molecule.degree(atom); k++) {
      int bond = molecule.bondOf(atom, k);
      if (molecule.bondOrder(bond) > 1 && !rings.isRingBond(bond)) {
        return molecule.otherEnd(bond, atom);
      }
    }
    return -1;
  }

  /// Which pairs of rings share exactly one bond.
  private static boolean[][] fusion(List<Rings.Ring> list) {
    int count = list.size();
    boolean[][] fused = new boolean[count][count];
    BitSet[] bondSets = new BitSet[count];
    for (int i = 0; i < count; i++) {
      bondSets[i] = new BitSet();
      for (int bond : list.get(i).bonds()) {
        bondSets[i].set(bond);
      }
      for (int j = 0; j < i; j++) {
        BitSet shared = (BitSet) bondSets[i].clone();
        shared.and(bondSets[j]);
        boolean small =
            list.get(i).size() <= LARGEST_FUSED_RING && list.get(j).size() <= LARGEST_FUSED_RING;
        fused[i][j] = fused[j][i] = small && shared.cardinality() == 1;
      }
    }
    return fused;
  }

  private static int[] component(int start, boolean[][] fused, boolean[] seen) {
    int[] members = new int[fused.length];
    int count = 0;
    members[count++] = start;
    seen[start] = true;
    for (int head = 0; head < count; head++) {
      for (int r = 0; r < fused.length; r++) {
        if (fused[members[head]][r] && !seen[r]) {
          seen[r] = true;
          members[count++] = r;
        }
      }
    }
    return Arrays.copyOf(members, count);
  }

  /// Tries all connected unions of the rings of one fused system, small ones first.
  private void system(int[] members, List<Rings.Ring> list, boolean[][] fused, int[] electrons) {
    BitSet open = new BitSet();
    for (int r : members) {
      for (int bond : list.get(r).bonds()) {
        open.set(bond);
      }
    }
    for (int size = 1; size <= Math.min(members.length, MOST_FUSED_RINGS); size++) {
      if (open.isEmpty()) {
        return;
      }
      int[] pick = new int[size];
      for (int i = 0; i < size; i++) {
        pick[i] = i;
      }
      do {
        int[] union = new int[size];
        for (int i = 0; i < size; i++) {
          union[i] = members[pick[i]];
        }
        if (connected(union, fused) && isAromatic(union, list, electrons)) {
          mark(union, list, open);
        }
      } while (nextCombination(pick, members.length));
    }
  }

  private static boolean connected(int[] union, boolean[][] fused) {
    boolean[] reached = new boolean[union.length];
    reached[0] = true;
    int count = 1;
    boolean grew = true;
    while (grew) {
      grew = false;
      for (int i = 0; i < union.length; i++) {
        for (int j = 0; j < union.length; j++) {
          if (reached[i] && !reached[j] && fused[union[i]][union[j]]) {
            reached[j] = true;
            count++;
            grew = true;
          }
        }
      }
    }
    return count == union.length;
  }

  private boolean isAromatic(int[] union, List<Rings.Ring> list, int[] electrons) {
    int[] times = new int[molecule.atomCount()];
    for (int r : union) {
      for (int atom : list.get(r).atoms()) {
        times[atom]++;
      }
    }
    int sum = 0;
    for (int i = 0; i < times.length; i++) {
      sum += times[i] == 1 || times[i] == 2 ? electrons[i] : 0;
    }
    return sum == 2 || (sum >= 6 && (sum - 2) % 4 == 0);
  }

  private void mark(int[] union, List<Rings.Ring> list, BitSet open) {
    int[] times = new int[molecule.bondCount()];
    for (int r : union) {
      for (int atom : list.get(r).atoms()) {
        atoms[atom] = true;
      }
      for (int bond : list.get(r).bonds()) {
        times[bond]++;
      }
    }
    for (int bond = 0; bond < times.length; bond++) {
      if (times[bond] == 1) {
        bonds[bond] = true;
        open.clear(bond);
      }
    }
  }

  private static boolean nextCombination(int[] pick, int from) {
    int i = pick.length - 1;
    while (i >= 0 && pick[i] == from - pick.length + i) {
      i--;
    }
    if (i < 0) {
      return false;
    }
    pick[i]++;
    for (int j = i + 1; j < pick.length; j++) {
      pick[j] = pick[j - 1] + 1;
    }
    return true;
  }
}
