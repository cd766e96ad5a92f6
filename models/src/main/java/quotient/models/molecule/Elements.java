package quotient.models.molecule;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// The periodic table: symbols, covalent radii, most abundant isotopes, outer electrons.
///
/// Symbols and radii are plain tables; isotopes are the mass numbers of IUPAC's most abundant (or
/// longest known) nuclides.
public final class Elements {
  /// Highest atomic number of the table.
  public static final int MAX = 118;

  public static final int HYDROGEN = 1;
  public static final int CARBON = 6;
  public static final int NITROGEN = 7;
  public static final int OXYGEN = 8;

  /// Covalent radius of elements that {@link #covalentRadius} has no own value for, Å.
  public static final double DEFAULT_RADIUS = 1.3;

  private static final String[] SYMBOLS =
      ("* H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As"
              + " Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm"
              + " Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac"
              + " Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts"
              + " Og")
          .split(" ", -1);

  private static final short[] ABUNDANT_ISOTOPES =
      shorts(
          "0 1 4 7 9 11 12 14 16 19 20 23 24 27 28 31 32 35 40 39 40 45 48 51 52 55 56 59 58 63 64"
              + " 69 74 75 80 79 84 85 88 89 90 93 98 97 102 103 106 107 114 115 120 121 130 127 132"
              + " 133 138 139 140 141 142 145 152 153 158 159 164 165 166 169 174 175 180 181 184 187"
              + " 192 193 195 197 202 205 208 209 209 210 211 223 223 227 232 231 238 236 238 241 243"
              + " 247 249 252 257 258 259 262 267 268 271 270 269 278 281 281 285 284 289 288 293 292"
              + " 294");

  private static final Map<String, Integer> NUMBERS = new HashMap<>();

  static {
    for (int z = 1; z <= MAX; z++) {
      NUMBERS.put(SYMBOLS[z], z);
    }
  }

  private Elements() {}

  /// The symbol of an element.
  ///
  /// @throws IllegalArgumentException if the atomic number is not in 1..118
  public static String symbol(int atomicNumber) {
    return SYMBOLS[check(atomicNumber)];
  }

  /// The atomic number of a symbol written as usual (`Cl`, not `CL`).
  public static OptionalInt atomicNumber(String symbol) {
    Integer z = NUMBERS.get(symbol);
    return z == null ? OptionalInt.empty() : OptionalInt.of(z);
  }

  /// Single-bond covalent radius in Å; {@link #DEFAULT_RADIUS} for elements beyond the common ones.
  ///
  /// Source: Cordero et al. 2008, Table 2 (carbon: sp3), for the twelve elements of the
  /// conformer judge; bond and clash bounds are stated relative to these sums.
  public static double covalentRadius(int atomicNumber) {
    return switch (check(atomicNumber)) {
      case 1 -> 0.31;
      case 5 -> 0.84;
      case 6 -> 0.76;
      case 7 -> 0.71;
      case 8 -> 0.66;
      case 9 -> 0.57;
      case 14 -> 1.11;
      case 15 -> 1.07;
      case 16 -> 1.05;
      case 17 -> 1.02;
      case 35 -> 1.20;
      case 53 -> 1.39;
      default -> DEFAULT_RADIUS;
    };
  }

  /// Mass number of the most abundant isotope; mass differences in old SDF files refer to it.
  public static int abundantIsotope(int atomicNumber) {
    return ABUNDANT_ISOTOPES[check(atomicNumber)];
  }

  private static int check(int atomicNumber) {
    if (atomicNumber < 1 || atomicNumber > MAX) {
      throw new IllegalArgumentException(
          "element: atomic number must be 1 to " + MAX + ", found " + atomicNumber);
    }
    return atomicNumber;
  }

  private static short[] shorts(String numbers) {
    String[] parts = numbers.split(" ", -1);
    short[] out = new short[parts.length];
    for (int i = 0; i < parts.length; i++) {
      out[i] = Short.parseShort(parts[i]);
    }
    return out;
  }
}
