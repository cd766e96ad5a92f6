package quotient.chemistry;

import java.util.Arrays;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.interfaces.IStereoElement;
import org.openscience.cdk.silent.SilentChemObjectBuilder;
import org.openscience.cdk.stereo.DoubleBondStereochemistry;
import org.openscience.cdk.stereo.ExtendedTetrahedral;
import org.openscience.cdk.stereo.TetrahedralChirality;
import quotient.models.molecule.DoubleBondStereo;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;
import quotient.models.molecule.TetrahedralCentre;

/// The graph that a SMILES is written from: aromatic as we perceive it, hydrogens as counts.
///
/// Hydrogens stay atoms where a count cannot replace them: isotopes, ions, bridges, molecules of
/// hydrogen, and the only substituent of a marked double bond's end (an imine). *Confined.*
final class SmilesGraph {
  private final Molecule molecule;
  private final Perception perception;
  private final boolean isomeric;
  private final IAtomContainer out = SilentChemObjectBuilder.getInstance().newAtomContainer();

  /// The atom that each atom of the molecule became; hydrogens that became counts have none.
  private final int[] indexOf;

  private SmilesGraph(Molecule molecule, boolean isomeric) {
    this.molecule = molecule;
    this.perception = Perception.of(molecule);
    this.isomeric = isomeric;
    this.indexOf = new int[molecule.atomCount()];
  }

  /// @param isomeric with stereo marks and isotopes
  static IAtomContainer of(Molecule molecule, boolean isomeric) {
    return new SmilesGraph(molecule, isomeric).build();
  }

  private IAtomContainer build() {
    Arrays.fill(indexOf, -1);
    for (int i = 0; i < molecule.atomCount(); i++) {
      if (!becomesCount(i)) {
        IAtom atom = ToCdk.addAtom(molecule, i, out);
        atom.setIsAromatic(perception.isAromaticAtom(i));
        indexOf[i] = atom.getIndex();
      }
    }
    for (int i = 0; i < molecule.atomCount(); i++) {
      if (indexOf[i] >= 0) {
        atom(i).setImplicitHydrogenCount(hydrogenCount(i));
      }
    }
    for (int b = 0; b < molecule.bondCount(); b++) {
      int begin = molecule.bondBegin(b);
      int end = molecule.bondEnd(b);
      if (indexOf[begin] >= 0 && indexOf[end] >= 0) {
        IBond.Order order = ToCdk.order(molecule.bondOrder(b));
        out.newBond(atom(begin), atom(end), order).setIsAromatic(perception.isAromaticBond(b));
      }
    }
    if (isomeric) {
      molecule.tetrahedralCentres().forEach(c -> out.addStereoElement(element(c)));
      molecule.doubleBondStereo().forEach(d -> out.addStereoElement(element(d)));
    }
    return out;
  }

  private boolean becomesCount(int atom) {
    if (!molecule.isHydrogen(atom)
        || molecule.formalCharge(atom) != 0
        || molecule.radicalElectrons(atom) != 0
        || (isomeric && molecule.isotope(atom) != 0)
        || molecule.degree(atom) != 1
        || molecule.isHydrogen(molecule.neighbour(atom, 0))) {
      return false;
    }
    if (isomeric) {
      for (DoubleBondStereo bond : molecule.doubleBondStereo()) {
        boolean atBegin = bond.beginNeighbour() == atom && heavyNeighbour(bond, true) < 0;
        boolean atEnd = bond.endNeighbour() == atom && heavyNeighbour(bond, false) < 0;
        if (atBegin || atEnd) {
          return false;
        }
      }
    }
    return true;
  }

  private int hydrogenCount(int atom) {
    int count = perception.implicitHydrogens(atom);
    for (int k = 0; k < molecule.degree(atom); k++) {
      count += indexOf[molecule.neighbour(atom, k)] < 0 ? 1 : 0;
    }
    return count;
  }

  private IStereoElement<?, ?> element(TetrahedralCentre centre) {
    IAtom focus = atom(centre.centre());
    IAtom[] carriers = new IAtom[4];
    boolean bonded = true;
    for (int i = 0; i < 4; i++) {
      int neighbour = centre.neighbour(i);
      bonded &=
          neighbour == centre.centre() || molecule.bondBetween(centre.centre(), neighbour) >= 0;
      carriers[i] =
          indexOf[neighbour] >= 0 ? atom(neighbour) : atom(molecule.neighbour(neighbour, 0));
    }
    int winding = centre.tag() > 0 ? IStereoElement.LEFT : IStereoElement.RIGHT;
    return bonded
        ? new TetrahedralChirality(focus, carriers, winding)
        : new ExtendedTetrahedral(focus, carriers, winding);
  }

  private IStereoElement<?, ?> element(DoubleBondStereo stereo) {
    IBond focus = out.getBond(atom(stereo.begin()), atom(stereo.end()));
    int first = stereo.beginNeighbour();
    int second = stereo.endNeighbour();
    boolean cis = stereo.cis();
    if (indexOf[first] < 0) {
      first = heavyNeighbour(stereo, true);
      cis = !cis;
    }
    if (indexOf[second] < 0) {
      second = heavyNeighbour(stereo, false);
      cis = !cis;
    }
    IBond atBegin = out.getBond(atom(stereo.begin()), atom(first));
    IBond atEnd = out.getBond(atom(stereo.end()), atom(second));
    boolean forward = focus.getBegin().equals(atom(stereo.begin()));
    IBond[] carriers = forward ? new IBond[] {atBegin, atEnd} : new IBond[] {atEnd, atBegin};
    int configuration = cis ? IStereoElement.TOGETHER : IStereoElement.OPPOSITE;
    return new DoubleBondStereochemistry(focus, carriers, configuration);
  }

  /// The substituent of one end of a double bond that is no hydrogen, -1 if there is none.
  private int heavyNeighbour(DoubleBondStereo bond, boolean atBegin) {
    int end = atBegin ? bond.begin() : bond.end();
    int other = atBegin ? bond.end() : bond.begin();
    for (int k = 0; k < molecule.degree(end); k++) {
      int neighbour = molecule.neighbour(end, k);
      if (neighbour != other && !molecule.isHydrogen(neighbour)) {
        return neighbour;
      }
    }
    return -1;
  }

  private IAtom atom(int i) {
    return out.getAtom(indexOf[i]);
  }
}
