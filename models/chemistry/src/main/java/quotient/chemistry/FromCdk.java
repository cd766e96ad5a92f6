package quotient.chemistry;

import java.util.Arrays;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.interfaces.IStereoElement;
import org.openscience.cdk.stereo.ExtendedTetrahedral;
import quotient.models.molecule.DoubleBondStereo;
import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;
import quotient.models.molecule.TetrahedralCentre;

/// Turns CDK's graph into a {@link Molecule} with all hydrogens as atoms. *Confined.*
///
/// Order: heavy atoms as in the source, then hydrogens by parent (those that were written as atoms
/// first), then hydrogens without a heavy parent. Bonds follow the same order.
final class FromCdk {
  private final IAtomContainer container;
  private final IAtomContainer marks;

  /// New index of each atom of the container.
  private final int[] indexOf;

  /// @param marks where the stereo marks are taken from: the same atoms and bonds in the same order
  FromCdk(IAtomContainer container, IAtomContainer marks) {
    this.container = container;
    this.marks = marks;
    this.indexOf = new int[container.getAtomCount()];
  }

  /// Builds the molecule with explicit hydrogens and stereo marks.
  ///
  /// @throws IllegalArgumentException for atoms and stereo marks that have no place in it
  Molecule.Builder explicit() {
    Molecule.Builder out = Molecule.builder();
    Arrays.fill(indexOf, -1);
    for (IAtom atom : container.atoms()) {
      if (number(atom) != Elements.HYDROGEN) {
        add(out, atom);
      }
    }
    for (IBond bond : container.bonds()) {
      if (isAdded(bond.getBegin()) && isAdded(bond.getEnd())) {
        add(out, bond);
      }
    }
    for (IAtom atom : container.atoms()) {
      if (number(atom) != Elements.HYDROGEN) {
        addHydrogens(out, atom);
      }
    }
    for (IAtom atom : container.atoms()) {
      if (!isAdded(atom)) {
        add(out, atom);
        for (IBond bond : container.getConnectedBondsList(atom)) {
          if (isAdded(bond.getOther(atom))) {
            add(out, bond);
          }
        }
        addHydrogens(out, atom);
      }
    }
    addRadicals(out);
    Molecule graph = out.build();
    stereo(out, graph);
    return out;
  }

  /// Adds the container's stereo marks, with neighbours in the bond order of the molecule.
  private void stereo(Molecule.Builder out, Molecule graph) {
    for (IStereoElement<?, ?> element : marks.stereoElements()) {
      switch (element.getConfigClass()) {
        case IStereoElement.Tetrahedral -> tetrahedral(out, graph, element);
        case IStereoElement.Allenal -> allene(out, graph, element);
        case IStereoElement.CisTrans -> doubleBond(out, element);
        default ->
            throw new IllegalArgumentException(
                "only tetrahedral centres, allenes and double bonds may carry stereo marks;"
                    + " remove the others");
      }
    }
  }

  private void tetrahedral(Molecule.Builder out, Molecule graph, IStereoElement<?, ?> element) {
    int centre = indexOf[((IAtom) element.getFocus()).getIndex()];
    int[] listed = new int[4];
    for (int i = 0; i < 4; i++) {
      listed[i] = indexOf[((IAtom) element.getCarriers().get(i)).getIndex()];
      if (listed[i] == centre) {
        listed[i] = hydrogenOutside(graph, centre, element);
      }
    }
    int[] sorted = new int[4];
    int count = 0;
    for (int k = 0; k < graph.degree(centre); k++) {
      sorted[count++] = graph.neighbour(centre, k);
    }
    if (count < 4) {
      sorted[count] = centre;
    }
    int tag = tag(element) * parity(listed, sorted);
    out.centre(new TetrahedralCentre(centre, sorted[0], sorted[1], sorted[2], sorted[3], tag));
  }

  /// CDK lists a centre as its own carrier in place of an implicit hydrogen or a lone pair; here
  /// the former is an atom.
  private int hydrogenOutside(Molecule graph, int centre, IStereoElement<?, ?> element) {
    for (int k = 0; k < graph.degree(centre); k++) {
      int neighbour = graph.neighbour(centre, k);
      boolean listed = false;
      for (Object carrier : element.getCarriers()) {
        listed |= indexOf[((IAtom) carrier).getIndex()] == neighbour;
      }
      if (!listed) {
        return neighbour;
      }
    }
    return centre;
  }

  private void allene(Molecule.Builder out, Molecule graph, IStereoElement<?, ?> element) {
    IAtom middle = (IAtom) element.getFocus();
    IAtom[] ends = ExtendedTetrahedral.findTerminalAtoms(marks, middle);
    int[] carriers = new int[4];
    for (int i = 0; i < 4; i++) {
      carriers[i] = indexOf[((IAtom) element.getCarriers().get(i)).getIndex()];
    }
    for (int i = 0; i < 4; i++) {
      for (IAtom end : ends) {
        int endIndex = indexOf[end.getIndex()];
        if (carriers[i] == endIndex) {
          carriers[i] = substituent(graph, endIndex, carriers);
        }
      }
    }
    out.centre(
        new TetrahedralCentre(
            indexOf[middle.getIndex()],
            carriers[0],
            carriers[1],
            carriers[2],
            carriers[3],
            tag(element)));
  }

  /// The single-bonded neighbour of an allene's end that is not listed among the carriers.
  private static int substituent(Molecule graph, int end, int[] carriers) {
    for (int k = 0; k < graph.degree(end); k++) {
      int neighbour = graph.neighbour(end, k);
      boolean listed = false;
      for (int carrier : carriers) {
        listed |= carrier == neighbour;
      }
      if (!listed && graph.bondOrder(graph.bondOf(end, k)) == 1) {
        return neighbour;
      }
    }
    throw new IllegalArgumentException("an allene's stereo mark lacks a substituent");
  }

  private void doubleBond(Molecule.Builder out, IStereoElement<?, ?> element) {
    IBond focus = (IBond) element.getFocus();
    int begin = indexOf[focus.getBegin().getIndex()];
    int end = indexOf[focus.getEnd().getIndex()];
    IBond first = (IBond) element.getCarriers().get(0);
    IBond second = (IBond) element.getCarriers().get(1);
    boolean swapped = !first.contains(focus.getBegin());
    IBond atBegin = swapped ? second : first;
    IBond atEnd = swapped ? first : second;
    out.doubleBond(
        new DoubleBondStereo(
            begin,
            end,
            indexOf[atBegin.getOther(focus.getBegin()).getIndex()],
            indexOf[atEnd.getOther(focus.getEnd()).getIndex()],
            element.getConfigOrder() == IStereoElement.TOGETHER));
  }

  private static int tag(IStereoElement<?, ?> element) {
    return element.getConfigOrder() == IStereoElement.LEFT ? 1 : -1;
  }

  /// Sign of the permutation that takes one list of four to the other.
  private static int parity(int[] from, int[] to) {
    int[] list = from.clone();
    int sign = 1;
    for (int i = 0; i < list.length; i++) {
      int j = i;
      while (j < list.length && list[j] != to[i]) {
        j++;
      }
      if (j == list.length) {
        throw new IllegalArgumentException("a stereo mark names an atom that is no neighbour");
      }
      if (j != i) {
        list[j] = list[i];
        list[i] = to[i];
        sign = -sign;
      }
    }
    return sign;
  }

  private void add(Molecule.Builder out, IAtom atom) {
    int index = out.atom(number(atom));
    indexOf[atom.getIndex()] = index;
    Integer charge = atom.getFormalCharge();
    out.charge(index, charge == null ? 0 : charge);
    Integer mass = atom.getMassNumber();
    out.isotope(index, mass == null ? 0 : mass);
  }

  private void add(Molecule.Builder out, IBond bond) {
    out.bond(
        indexOf[bond.getBegin().getIndex()],
        indexOf[bond.getEnd().getIndex()],
        switch (bond.getOrder()) {
          case SINGLE -> 1;
          case DOUBLE -> 2;
          case TRIPLE -> 3;
          default ->
              throw new IllegalArgumentException(
                  "bond order " + bond.getOrder() + "; only single, double and triple bonds");
        });
  }

  private void addHydrogens(Molecule.Builder out, IAtom parent) {
    for (IBond bond : container.getConnectedBondsList(parent)) {
      IAtom other = bond.getOther(parent);
      if (number(other) == Elements.HYDROGEN && !isAdded(other)) {
        add(out, other);
        for (IBond of : container.getConnectedBondsList(other)) {
          if (isAdded(of.getOther(other))) {
            add(out, of);
          }
        }
      }
    }
    Integer implicit = parent.getImplicitHydrogenCount();
    int count = implicit == null ? 0 : implicit;
    for (int k = 0; k < count; k++) {
      int hydrogen = out.atom(Elements.HYDROGEN);
      out.bond(indexOf[parent.getIndex()], hydrogen, 1);
    }
  }

  /// Atoms whose hydrogens are written down and do not fill their valence have unpaired electrons.
  private static void addRadicals(Molecule.Builder out) {
    Molecule graph = out.build();
    for (int i = 0; i < graph.atomCount(); i++) {
      out.radicalElectrons(i, Perception.unpairedElectrons(graph, i));
    }
  }

  private boolean isAdded(IAtom atom) {
    return indexOf[atom.getIndex()] >= 0;
  }

  private static int number(IAtom atom) {
    Integer z = atom.getAtomicNumber();
    if (z == null || z == 0) {
      throw new IllegalArgumentException("atom \"*\" is not an element; write the element");
    }
    return z;
  }
}
