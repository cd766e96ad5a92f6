package quotient.models.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;

/// The torsions of a molecule about single bonds outside rings, heavy atoms only.
///
/// All quadruples a-b-c-d about such a bond are taken and pooled by the elements and numbers of
/// neighbours along them, in the direction that sorts first: so what is pooled does not depend on the
/// order of the atoms, nor on which of two equivalent atoms is which. *Immutable.*
final class Torsions {
  private final Map<String, List<int[]>> kinds = new TreeMap<>();

  Torsions(Molecule molecule) {
    Perception perception = Perception.of(molecule);
    for (int bond = 0; bond < molecule.bondCount(); bond++) {
      if (molecule.bondOrder(bond) == 1 && !perception.isRingBond(bond)) {
        addAll(molecule, molecule.bondBegin(bond), molecule.bondEnd(bond));
      }
    }
  }

  private void addAll(Molecule molecule, int b, int c) {
    for (int k = 0; k < molecule.degree(b); k++) {
      for (int l = 0; l < molecule.degree(c); l++) {
        int a = molecule.neighbour(b, k);
        int d = molecule.neighbour(c, l);
        if (a != c && d != b && a != d && !molecule.isHydrogen(a) && !molecule.isHydrogen(d)) {
          String forth =
              kind(molecule, a) + kind(molecule, b) + kind(molecule, c) + kind(molecule, d);
          String back =
              kind(molecule, d) + kind(molecule, c) + kind(molecule, b) + kind(molecule, a);
          kinds
              .computeIfAbsent(forth.compareTo(back) < 0 ? forth : back, _ -> new ArrayList<>())
              .add(new int[] {a, b, c, d});
        }
      }
    }
  }

  private static String kind(Molecule molecule, int atom) {
    return "%d/%d ".formatted(molecule.atomicNumber(atom), molecule.degree(atom));
  }

  /// The kinds, sorted.
  List<String> kinds() {
    return List.copyOf(kinds.keySet());
  }

  /// The angles of one kind in one conformer, radians in [-pi, pi].
  double[] angles(String kind, float[] xyz) {
    return kinds.getOrDefault(kind, List.of()).stream()
        .mapToDouble(atoms -> angle(xyz, atoms[0], atoms[1], atoms[2], atoms[3]))
        .toArray();
  }

  /// The right-handed angle between the planes a-b-c and b-c-d; 0 is cis.
  static double angle(float[] xyz, int a, int b, int c, int d) {
    double[] u = difference(xyz, a, b);
    double[] axis = difference(xyz, b, c);
    double[] w = difference(xyz, c, d);
    double[] first = cross(u, axis);
    double[] second = cross(axis, w);
    double[] third = cross(first, second);
    double length = Math.sqrt(dot(axis, axis));
    return length == 0 ? 0 : StrictMath.atan2(dot(third, axis) / length, dot(first, second));
  }

  private static double[] difference(float[] xyz, int from, int to) {
    double[] out = new double[3];
    for (int k = 0; k < 3; k++) {
      out[k] = (double) xyz[3 * to + k] - xyz[3 * from + k];
    }
    return out;
  }

  private static double[] cross(double[] x, double[] y) {
    return new double[] {
      x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]
    };
  }

  private static double dot(double[] x, double[] y) {
    return x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
  }
}
