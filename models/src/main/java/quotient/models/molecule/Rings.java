package quotient.models.molecule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// The rings of a molecule: its relevant cycles, the union of all minimum cycle bases.
///
/// Unlike one smallest set of smallest rings they do not depend on the numbering: cubane has six
/// four-membered rings, not five. Source: Vismara 1997, "Union of all the minimum cycle bases of a
/// graph", algorithm 1, with all shortest paths listed.
final class Rings {
  /// Beyond this many candidates (fused cages of hundreds of atoms) the rest is left out.
  private static final int MAX_CANDIDATES = 20_000;

  private final Molecule molecule;
  private final boolean[] ringBond;
  private final List<Ring> rings;

  /// A ring: its atoms in cyclic order, and the bonds between them (bond k joins atoms k and k+1).
  record Ring(int[] atoms, int[] bonds) {
    int size() {
      return atoms.length;
    }
  }

  private Rings(Molecule molecule) {
    this.molecule = molecule;
    this.ringBond = ringBonds(molecule);
    this.rings = relevant();
  }

  static Rings of(Molecule molecule) {
    return new Rings(molecule);
  }

  /// Relevant cycles, shortest first.
  List<Ring> list() {
    return rings;
  }

  boolean isRingBond(int bond) {
    return ringBond[bond];
  }

  /// Bonds that are no bridges, by one depth-first search with low points.
  private static boolean[] ringBonds(Molecule m) {
    int n = m.atomCount();
    boolean[] inRing = new boolean[m.bondCount()];
    Arrays.fill(inRing, true);
    int[] order = new int[n];
    int[] low = new int[n];
    int[] next = new int[n];
    int[] parentBond = new int[n];
    int[] stack = new int[n];
    int clock = 0;
    for (int root = 0; root < n; root++) {
      if (order[root] != 0) {
        continue;
      }
      int depth = 0;
      stack[0] = root;
      parentBond[root] = -1;
      order[root] = low[root] = ++clock;
      while (depth >= 0) {
        int a = stack[depth];
        if (next[a] < m.degree(a)) {
          int bond = m.bondOf(a, next[a]++);
          int b = m.otherEnd(bond, a);
          if (bond == parentBond[a]) {
            continue;
          }
          if (order[b] == 0) {
            order[b] = low[b] = ++clock;
            parentBond[b] = bond;
            stack[++depth] = b;
          } else {
            low[a] = Math.min(low[a], order[b]);
          }
        } else {
          depth--;
          if (depth >= 0) {
            int parent = stack[depth];
            low[parent] = Math.min(low[parent], low[a]);
            if (low[a] > order[parent]) {
              inRing[parentBond[a]] = false;
            }
          }
        }
      }
    }
    return inRing;
  }

  private List<Ring> relevant() {
    List<Ring> candidates = new ArrayList<>();
    int n = molecule.atomCount();
    int[] distance = new int[n];
    for (int root = 0; root < n && candidates.size() < MAX_CANDIDATES; root++) {
      if (hasRingBond(root)) {
        candidatesThrough(root, distance, candidates);
      }
    }
    candidates.sort(Comparator.comparingInt(Ring::size));
    return independentOfShorter(candidates);
  }

  private boolean hasRingBond(int atom) {
    for (int k = 0; k < molecule.degree(atom); k++) {
      if (ringBond[molecule.bondOf(atom, k)]) {
        return true;
      }
    }
    return false;
  }

  /// Cycles whose highest atom is `root` and that consist of two shortest paths and one more bond
  /// (odd) or atom (even).
  private void candidatesThrough(int root, int[] distance, List<Ring> out) {
    breadthFirst(root, distance);
    for (int y = 0; y < root; y++) {
      if (distance[y] < 1) {
        continue;
      }
      List<Integer> closer = new ArrayList<>();
      for (int k = 0; k < molecule.degree(y); k++) {
        int bond = molecule.bondOf(y, k);
        int z = molecule.otherEnd(bond, y);
        if (!ringBond[bond] || z > root || distance[z] < 0) {
          continue;
        }
        if (distance[z] == distance[y] && z < y) {
          join(root, distance, y, z, -1, out);
        } else if (distance[z] == distance[y] - 1) {
          closer.add(z);
        }
      }
      for (int i = 0; i < closer.size(); i++) {
        for (int j = i + 1; j < closer.size(); j++) {
          join(root, distance, closer.get(i), closer.get(j), y, out);
        }
      }
    }
  }

  /// Distances from the root over ring bonds and atoms with lower index than the root; -1 elsewhere.
  private void breadthFirst(int root, int[] distance) {
    Arrays.fill(distance, -1);
    int[] queue = new int[root + 1];
    int head = 0;
    int tail = 0;
    queue[tail++] = root;
    distance[root] = 0;
    while (head < tail) {
      int a = queue[head++];
      for (int k = 0; k < molecule.degree(a); k++) {
        int bond = molecule.bondOf(a, k);
        int b = molecule.otherEnd(bond, a);
        if (ringBond[bond] && b < root && distance[b] < 0) {
          distance[b] = distance[a] + 1;
          queue[tail++] = b;
        }
      }
    }
  }

  private void join(int root, int[] distance, int y, int z, int top, List<Ring> out) {
    if (y == root || z == root) {
      return;
    }
    List<int[]> left = paths(root, distance, y);
    List<int[]> right = paths(root, distance, z);
    for (int[] p : left) {
      for (int[] q : right) {
        if (out.size() < MAX_CANDIDATES && disjoint(p, q)) {
          out.add(ring(root, p, q, top));
        }
      }
    }
  }

  /// All shortest paths from an atom towards the root, the atom first and the root left out.
  private List<int[]> paths(int root, int[] distance, int from) {
    List<int[]> out = new ArrayList<>();
    int[] path = new int[distance[from]];
    extend(root, distance, from, path, 0, out);
    return out;
  }

  private void extend(int root, int[] distance, int atom, int[] path, int length, List<int[]> out) {
    path[length] = atom;
    if (distance[atom] == 1) {
      out.add(path.clone());
      return;
    }
    for (int k = 0; k < molecule.degree(atom) && out.size() < MAX_CANDIDATES; k++) {
      int bond = molecule.bondOf(atom, k);
      int b = molecule.otherEnd(bond, atom);
      if (ringBond[bond] && b < root && distance[b] == distance[atom] - 1) {
        extend(root, distance, b, path, length + 1, out);
      }
    }
  }

  private static boolean disjoint(int[] p, int[] q) {
    for (int a : p) {
      for (int b : q) {
        if (a == b) {
          return false;
        }
      }
    }
    return true;
  }

  private Ring ring(int root, int[] p, int[] q, int top) {
    int size = 1 + p.length + q.length + (top < 0 ? 0 : 1);
    int[] atoms = new int[size];
    int k = 0;
    atoms[k++] = root;
    for (int i = p.length - 1; i >= 0; i--) {
      atoms[k++] = p[i];
    }
    if (top >= 0) {
      atoms[k++] = top;
    }
    for (int b : q) {
      atoms[k++] = b;
    }
    int[] bonds = new int[size];
    for (int i = 0; i < size; i++) {
      bonds[i] = molecule.bondBetween(atoms[i], atoms[(i + 1) % size]);
    }
    return new Ring(atoms, bonds);
  }

  /// Keeps the cycles that are no sum (over GF(2)) of strictly shorter ones.
  private static List<Ring> independentOfShorter(List<Ring> sorted) {
    List<Ring> kept = new ArrayList<>();
    List<BitSet> basis = new ArrayList<>();
    int from = 0;
    while (from < sorted.size()) {
      int size = sorted.get(from).size();
      int to = from;
      List<BitSet> added = new ArrayList<>();
      while (to < sorted.size() && sorted.get(to).size() == size) {
        Ring ring = sorted.get(to++);
        BitSet rest = reduced(ring, basis);
        if (!rest.isEmpty()) {
          kept.add(ring);
          added.add(rest);
        }
      }
      for (BitSet vector : added) {
        reduce(vector, basis);
        if (!vector.isEmpty()) {
          basis.add(vector);
        }
      }
      from = to;
    }
    return kept;
  }

  private static BitSet reduced(Ring ring, List<BitSet> basis) {
    BitSet vector = new BitSet();
    for (int bond : ring.bonds()) {
      vector.flip(bond);
    }
    reduce(vector, basis);
    return vector;
  }

  /// Eliminates with the lowest set bit of each basis vector as its pivot, in order of insertion.
  private static void reduce(BitSet vector, List<BitSet> basis) {
    for (BitSet b : basis) {
      if (vector.get(b.nextSetBit(0))) {
        vector.xor(b);
      }
    }
  }
}
