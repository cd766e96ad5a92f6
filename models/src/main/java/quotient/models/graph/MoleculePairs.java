package quotient.models.graph;

import java.util.Arrays;

/// All ordered pairs of atoms of each molecule, an atom with itself included, each with its kind.
///
///     pair (i, j) of molecule m: first pair of m + (i - start) n + (j - start)
///
/// Kinds are those of {@link GraphLinks}, and one more for an atom with itself. Arrays are kept by
/// capacity. *Confined.*
public final class MoleculePairs {
  /// Kinds in all.
  public static final int KINDS = GraphLinks.KINDS + 1;

  private static final int SELF = GraphLinks.KINDS;

  private final GraphLinks links = new GraphLinks(3);
  private int[] moleculeStart = new int[1];
  private int[] start = new int[1];
  private int[] first = new int[0];
  private int[] second = new int[0];
  private int[] kind = new int[0];

  /// No pairs yet.
  public MoleculePairs() {}

  /// The pairs of other molecules.
  public void fill(MoleculeInput input) {
    links.fill(input);
    int atoms = input.atoms();
    moleculeStart = Arrays.copyOf(input.starts(), input.molecules() + 1);
    if (start.length < atoms + 1) {
      start = new int[Math.max(atoms + 1, 2 * start.length)];
    }
    for (int m = 0; m < input.molecules(); m++) {
      int n = input.start(m + 1) - input.start(m);
      for (int i = input.start(m); i < input.start(m + 1); i++) {
        start[i + 1] = Math.addExact(start[i], n);
      }
    }
    if (first.length < start[atoms]) {
      int capacity = Math.max(start[atoms], 2 * first.length);
      first = new int[capacity];
      second = new int[capacity];
      kind = new int[capacity];
    }
    for (int m = 0; m < input.molecules(); m++) {
      for (int i = input.start(m); i < input.start(m + 1); i++) {
        row(i, input.start(m), input.start(m + 1));
      }
    }
  }

  private void row(int i, int from, int to) {
    int link = links.start()[i];
    int last = links.start()[i + 1];
    for (int j = from; j < to; j++) {
      int at = start[i] + j - from;
      first[at] = i;
      second[at] = j;
      boolean linked = link < last && links.source()[link] == j;
      kind[at] = i == j ? SELF : linked ? links.kind()[link] : 0;
      link += linked ? 1 : 0;
    }
  }

  /// Number of pairs, P.
  public int count() {
    return start[moleculeStart[moleculeStart.length - 1]];
  }

  /// First atom of each molecule, and the end: exactly `[B + 1]`.
  public int[] moleculeStart() {
    return moleculeStart;
  }

  /// First pair of each atom, and the end; only the first N + 1 entries count. Borrowed.
  public int[] start() {
    return start;
  }

  /// The atom i of each pair; only the first P entries count. Borrowed.
  public int[] first() {
    return first;
  }

  /// The atom j of each pair. Borrowed.
  public int[] second() {
    return second;
  }

  /// What the pair is in the molecular graph. Borrowed.
  public int[] kind() {
    return kind;
  }
}
