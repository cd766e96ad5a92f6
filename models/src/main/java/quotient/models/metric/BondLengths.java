package quotient.models.metric;

import quotient.models.molecule.Elements;
import quotient.models.molecule.Molecule;

/// The length that a bond's atoms and order let expect: the sum of covalent radii for that order.
///
/// Radii of double and triple bonds are smaller than those of single ones, by up to a fifth: without
/// them every nitrile and every sulfone would count as broken. A bond drawn as single from an anion
/// that has no other neighbour (sulfonates, perchlorate) may be as short as a double one. Orders
/// that alternate in aromatic rings need no care, they lie within the 15 % that are allowed.
/// Source of the radii: Pyykkö & Atsumi 2009, double and triple; single as in {@link Elements}.
final class BondLengths {
  /// Two hydrogens are further apart than twice the radius they have elsewhere, Å.
  private static final double DIHYDROGEN = 0.74;

  private BondLengths() {}

  /// How far a bond's length is from what is expected, as a share; 0 within the range from the
  /// shortest to the longest expectation.
  static double deviation(Molecule molecule, int bond, double length) {
    int begin = molecule.bondBegin(bond);
    int end = molecule.bondEnd(bond);
    int order = molecule.bondOrder(bond);
    double longest = sum(molecule, begin, end, order);
    boolean resonant =
        order == 1 && (isTerminalAnion(molecule, begin) || isTerminalAnion(molecule, end));
    double shortest = resonant ? sum(molecule, begin, end, 2) : longest;
    return Math.max(0, Math.max(length / longest - 1, 1 - length / shortest));
  }

  private static double sum(Molecule molecule, int a, int b, int order) {
    if (molecule.isHydrogen(a) && molecule.isHydrogen(b)) {
      return DIHYDROGEN;
    }
    return radius(molecule.atomicNumber(a), order) + radius(molecule.atomicNumber(b), order);
  }

  private static boolean isTerminalAnion(Molecule molecule, int atom) {
    return molecule.formalCharge(atom) < 0 && molecule.degree(atom) == 1;
  }

  private static double radius(int atomicNumber, int order) {
    return switch (order) {
      case 2 -> doubleBond(atomicNumber);
      case 3 -> tripleBond(atomicNumber);
      default -> Elements.covalentRadius(atomicNumber);
    };
  }

  private static double doubleBond(int atomicNumber) {
    return switch (atomicNumber) {
      case 5 -> 0.78;
      case 6 -> 0.67;
      case 7 -> 0.60;
      case 8 -> 0.57;
      case 9 -> 0.59;
      case 14 -> 1.07;
      case 15 -> 1.02;
      case 16 -> 0.94;
      case 17 -> 0.95;
      case 35 -> 1.09;
      case 53 -> 1.29;
      default -> Elements.covalentRadius(atomicNumber);
    };
  }

  private static double tripleBond(int atomicNumber) {
    return switch (atomicNumber) {
      case 5 -> 0.73;
      case 6 -> 0.60;
      case 7 -> 0.54;
      case 8 -> 0.53;
      case 14 -> 1.02;
      case 15 -> 0.94;
      case 16 -> 0.95;
      default -> doubleBond(atomicNumber);
    };
  }
}
