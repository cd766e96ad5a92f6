package quotient.models.generate;

import java.util.Arrays;
import quotient.models.molecule.DoubleBondStereo;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.TetrahedralCentre;

/// The connected parts of a molecule.
final class Fragments {
  private final Molecule molecule;
  private final int[] part;
  private final int count;

  Fragments(Molecule molecule) {
    this.molecule = molecule;
    this.part = new int[molecule.atomCount()];
    Arrays.fill(part, -1);
    int parts = 0;
    int[] stack = new int[molecule.atomCount()];
    for (int start = 0; start < part.length; start++) {
      if (part[start] >= 0) {
        continue;
      }
      int top = 0;
      stack[top++] = start;
      part[start] = parts;
      while (top > 0) {
        int atom = stack[--top];
        for (int k = 0; k < molecule.degree(atom); k++) {
          int next = molecule.neighbour(atom, k);
          if (part[next] < 0) {
            part[next] = parts;
            stack[top++] = next;
          }
        }
      }
      parts++;
    }
    this.count = parts;
  }

  int count() {
    return count;
  }

  /// The part with most heavy atoms, then most atoms, then the first.
  Molecule largest() {
    int[] size = new int[count];
    for (int i = 0; i < part.length; i++) {
      size[part[i]] += molecule.isHydrogen(i) ? 1 : 1_000;
    }
    int best = 0;
    for (int p = 1; p < count; p++) {
      best = size[p] > size[best] ? p : best;
    }
    return extract(best);
  }

  private Molecule extract(int wanted) {
    Molecule.Builder built = Molecule.builder().title(molecule.title());
    int[] index = new int[part.length];
    for (int i = 0; i < part.length; i++) {
      if (part[i] == wanted) {
        index[i] = built.atom(molecule.atomicNumber(i));
        built
            .charge(index[i], molecule.formalCharge(i))
            .isotope(index[i], molecule.isotope(i))
            .radicalElectrons(index[i], molecule.radicalElectrons(i));
      }
    }
    for (int b = 0; b < molecule.bondCount(); b++) {
      if (part[molecule.bondBegin(b)] == wanted) {
        built.bond(index[molecule.bondBegin(b)], index[molecule.bondEnd(b)], molecule.bondOrder(b));
      }
    }
    for (TetrahedralCentre c : molecule.tetrahedralCentres()) {
      if (part[c.centre()] == wanted) {
        built.centre(
            new TetrahedralCentre(
                index[c.centre()],
                index[c.first()],
                index[c.second()],
                index[c.third()],
                index[c.fourth()],
                c.tag()));
      }
    }
    for (DoubleBondStereo d : molecule.doubleBondStereo()) {
      if (part[d.begin()] == wanted) {
        built.doubleBond(
            new DoubleBondStereo(
                index[d.begin()],
                index[d.end()],
                index[d.beginNeighbour()],
                index[d.endNeighbour()],
                d.cis()));
      }
    }
    molecule.items().forEach(built::item);
    return built.build();
  }
}
