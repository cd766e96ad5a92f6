package quotient.chemistry;

import org.openscience.cdk.aromaticity.Kekulization;
import org.openscience.cdk.exception.CDKException;
import org.openscience.cdk.interfaces.IAtom;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.silent.SilentChemObjectBuilder;
import quotient.models.io.FormatException;
import quotient.models.molecule.Molecule;

/// Turns a {@link Molecule} into CDK's graph.
final class ToCdk {
  private ToCdk() {}

  /// With aromatic bonds replaced by single and double ones.
  static Molecule kekulized(Molecule molecule) throws FormatException {
    IAtomContainer container = graph(molecule);
    for (int b = 0; b < molecule.bondCount(); b++) {
      if (molecule.bondOrder(b) == Molecule.AROMATIC) {
        IBond bond = container.getBond(b);
        bond.setIsAromatic(true);
        bond.getBegin().setIsAromatic(true);
        bond.getEnd().setIsAromatic(true);
      }
    }
    for (IAtom atom : container.atoms()) {
      atom.setImplicitHydrogenCount(0);
    }
    try {
      Kekulization.kekulize(container);
    } catch (CDKException e) {
      throw new FormatException(
          molecule
              + ": no Kekulé form for its aromatic bonds; write single and double bonds, and all"
              + " hydrogens",
          e);
    }
    Molecule.Builder out = Molecule.builder();
    for (int i = 0; i < molecule.atomCount(); i++) {
      out.atom(molecule.atomicNumber(i));
      out.charge(i, molecule.formalCharge(i)).isotope(i, molecule.isotope(i));
      out.radicalElectrons(i, molecule.radicalElectrons(i));
    }
    for (int b = 0; b < molecule.bondCount(); b++) {
      int order = container.getBond(b).getOrder().numeric();
      out.bond(molecule.bondBegin(b), molecule.bondEnd(b), order);
    }
    molecule.tetrahedralCentres().forEach(out::centre);
    molecule.doubleBondStereo().forEach(out::doubleBond);
    out.title(molecule.title());
    molecule.smiles().ifPresent(out::smiles);
    molecule.items().forEach(out::item);
    return out.build();
  }

  private static IAtomContainer graph(Molecule molecule) {
    IAtomContainer out = SilentChemObjectBuilder.getInstance().newAtomContainer();
    for (int i = 0; i < molecule.atomCount(); i++) {
      addAtom(molecule, i, out);
    }
    for (int b = 0; b < molecule.bondCount(); b++) {
      out.newBond(
          out.getAtom(molecule.bondBegin(b)),
          out.getAtom(molecule.bondEnd(b)),
          order(molecule.bondOrder(b)));
    }
    return out;
  }

  static IAtom addAtom(Molecule molecule, int i, IAtomContainer out) {
    IAtom atom = out.newAtom(molecule.atomicNumber(i));
    atom.setFormalCharge(molecule.formalCharge(i));
    if (molecule.isotope(i) != 0) {
      atom.setMassNumber(molecule.isotope(i));
    }
    return atom;
  }

  static IBond.Order order(int order) {
    return switch (order) {
      case 1 -> IBond.Order.SINGLE;
      case 2 -> IBond.Order.DOUBLE;
      case 3 -> IBond.Order.TRIPLE;
      default -> IBond.Order.UNSET;
    };
  }
}
