package quotient.models.molecule;

import java.util.Arrays;

/// The valence model behind implicit hydrogens, radicals, hybridisation and aromaticity.
///
/// Allowed valences per element and the rules that use them follow RDKit (2022.09), since released
/// ET-Flow weights expect atom features perceived that way. Elements without a list (transition
/// metals and beyond) accept any valence and get no implicit hydrogens.
final class Valence {
  /// Allowed valences in rising order; empty: no model for this element.
  private static final int[][] ALLOWED = new int[Elements.MAX + 1][];

  private static final int[] NONE = {};

  private static final String OUTER_ELECTRONS =
      "0 1 2 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 9 10 11 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 9"
          + " 10 11 2 3 4 5 6 7 8 1 2 3 4 3 4 5 6 7 8 9 10 11 12 13 14 15 4 5 6 7 8 9 10 11 2 3 4 5 6"
          + " 7 8 1 2 3 4 3 4 5 6 7 8 9 10 11 12 13 14 15 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2";

  private static final int[] OUTER = new int[Elements.MAX + 1];

  static {
    Arrays.fill(ALLOWED, NONE);
    allow("1", 1, 3, 9, 11, 17, 19, 35, 37, 55, 87);
    allow("0", 2, 10, 18, 36, 86);
    allow("2", 4, 8, 12, 20, 38, 56, 88);
    allow("3", 5, 7, 31, 49, 81);
    allow("4", 6, 32);
    allow("3 6", 13);
    allow("4 6", 14);
    allow("3 5 7", 15, 33, 51, 83);
    allow("2 4 6", 16, 34, 52, 84);
    allow("2 4", 50, 82);
    allow("1 3 5", 53, 85);
    allow("0 2 4 6", 54);
    String[] outer = OUTER_ELECTRONS.split(" ", -1);
    for (int z = 0; z <= Elements.MAX; z++) {
      OUTER[z] = Integer.parseInt(outer[z]);
    }
  }

  private Valence() {}

  /// The allowed valences of an element in rising order; empty for elements without a model.
  static int[] allowed(int atomicNumber) {
    return ALLOWED[atomicNumber];
  }

  /// The lowest allowed valence, -1 for elements without a model.
  static int lowest(int atomicNumber) {
    int[] allowed = ALLOWED[atomicNumber];
    return allowed.length == 0 ? -1 : allowed[0];
  }

  static int outerElectrons(int atomicNumber) {
    return OUTER[atomicNumber];
  }

  /// True if the first element attracts electrons more strongly, by the rule of thumb that more
  /// outer electrons, then a lower atomic number, win.
  static boolean moreElectronegative(int first, int second) {
    int difference = OUTER[first] - OUTER[second];
    return difference != 0 ? difference > 0 : first < second;
  }

  /// Hydrogens that an atom lacks to reach its next allowed valence.
  ///
  /// @param bonded sum of the orders of its bonds
  static int implicitHydrogens(int atomicNumber, int charge, int radicals, int bonded) {
    if (atomicNumber == Elements.HYDROGEN && charge != 0) {
      return 0;
    }
    boolean carbocation = atomicNumber == Elements.CARBON && charge > 0;
    int shift = isEarly(atomicNumber) || carbocation ? -charge : charge;
    for (int valence : ALLOWED[atomicNumber]) {
      int missing = valence + shift - bonded - radicals;
      if (missing >= 0) {
        return missing;
      }
    }
    return 0;
  }

  /// Unpaired electrons of an atom whose hydrogens are all written down, by the octet rule.
  ///
  /// @param valence sum of the orders of its bonds, hydrogens included
  static int radicalElectrons(int atomicNumber, int charge, int valence) {
    int[] allowed = ALLOWED[atomicNumber];
    if (allowed.length == 0) {
      return 0;
    }
    int shell = atomicNumber <= 2 ? 2 : 8;
    int radicals = shell - OUTER[atomicNumber] - valence + charge;
    if (radicals < 0) {
      int highest = allowed[allowed.length - 1];
      radicals = allowed.length > 1 ? Math.max(0, highest - valence + charge) : 0;
    }
    int available = OUTER[atomicNumber] - valence - charge;
    return available >= 0 ? Math.min(radicals, available) : radicals;
  }

  /// Left of group 14: a negative charge raises the valence instead of lowering it.
  private static boolean isEarly(int z) {
    return (z >= 3 && z <= 5)
        || (z >= 11 && z <= 13)
        || (z >= 19 && z <= 32)
        || (z >= 37 && z <= 51)
        || (z >= 55 && z <= 83)
        || z >= 87;
  }

  private static void allow(String valences, int... atomicNumbers) {
    String[] parts = valences.split(" ", -1);
    int[] list = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      list[i] = Integer.parseInt(parts[i]);
    }
    for (int z : atomicNumbers) {
      ALLOWED[z] = list;
    }
  }
}
