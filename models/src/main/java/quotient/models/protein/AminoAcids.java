package quotient.models.protein;

import java.util.Map;
import java.util.Optional;

/// Names of residues: the twenty, their letters, and modified residues with their parents.
///
/// The parents are those of the wwPDB chemical component dictionary.
public final class AminoAcids {
  /// What stands where a residue has no name of its own.
  public static final String UNKNOWN = "UNK";

  /// The residue that alpha-carbon traces are written with.
  public static final String PLACEHOLDER = "GLY";

  private static final Map<String, Character> LETTERS =
      Map.ofEntries(
          Map.entry("ALA", 'A'),
          Map.entry("ARG", 'R'),
          Map.entry("ASN", 'N'),
          Map.entry("ASP", 'D'),
          Map.entry("CYS", 'C'),
          Map.entry("GLN", 'Q'),
          Map.entry("GLU", 'E'),
          Map.entry("GLY", 'G'),
          Map.entry("HIS", 'H'),
          Map.entry("ILE", 'I'),
          Map.entry("LEU", 'L'),
          Map.entry("LYS", 'K'),
          Map.entry("MET", 'M'),
          Map.entry("PHE", 'F'),
          Map.entry("PRO", 'P'),
          Map.entry("SER", 'S'),
          Map.entry("THR", 'T'),
          Map.entry("TRP", 'W'),
          Map.entry("TYR", 'Y'),
          Map.entry("VAL", 'V'),
          Map.entry("SEC", 'U'),
          Map.entry("PYL", 'O'));

  private static final Map<String, String> PARENTS =
      Map.ofEntries(
          Map.entry("MSE", "MET"),
          Map.entry("FME", "MET"),
          Map.entry("MHO", "MET"),
          Map.entry("SEP", "SER"),
          Map.entry("SAC", "SER"),
          Map.entry("TPO", "THR"),
          Map.entry("PTR", "TYR"),
          Map.entry("TYS", "TYR"),
          Map.entry("CSO", "CYS"),
          Map.entry("CSD", "CYS"),
          Map.entry("CSS", "CYS"),
          Map.entry("CSX", "CYS"),
          Map.entry("CME", "CYS"),
          Map.entry("CAS", "CYS"),
          Map.entry("CAF", "CYS"),
          Map.entry("OCS", "CYS"),
          Map.entry("SMC", "CYS"),
          Map.entry("SNC", "CYS"),
          Map.entry("YCM", "CYS"),
          Map.entry("KCX", "LYS"),
          Map.entry("LLP", "LYS"),
          Map.entry("MLY", "LYS"),
          Map.entry("M3L", "LYS"),
          Map.entry("MLZ", "LYS"),
          Map.entry("ALY", "LYS"),
          Map.entry("LYZ", "LYS"),
          Map.entry("PCA", "GLU"),
          Map.entry("CGU", "GLU"),
          Map.entry("HYP", "PRO"),
          Map.entry("HIC", "HIS"),
          Map.entry("MHS", "HIS"),
          Map.entry("NEP", "HIS"),
          Map.entry("AGM", "ARG"),
          Map.entry("MEN", "ASN"),
          Map.entry("IAS", "ASP"),
          Map.entry("PHD", "ASP"),
          Map.entry("BHD", "ASP"),
          Map.entry("MLE", "LEU"),
          Map.entry("TRQ", "TRP"),
          Map.entry("HSD", "HIS"),
          Map.entry("HSE", "HIS"),
          Map.entry("HSP", "HIS"),
          Map.entry("HID", "HIS"),
          Map.entry("HIE", "HIS"),
          Map.entry("HIP", "HIS"),
          Map.entry("CYX", "CYS"),
          Map.entry("ASX", UNKNOWN),
          Map.entry("GLX", UNKNOWN));

  private AminoAcids() {}

  /// Whether it is one of the twenty, selenocysteine or pyrrolysine.
  public static boolean isStandard(String residue) {
    return LETTERS.containsKey(residue);
  }

  /// The letter of a standard residue; `X` for any other.
  public static char letter(String residue) {
    return LETTERS.getOrDefault(residue, 'X');
  }

  /// The standard residue that a modified one is made of; empty if this table does not know it.
  public static Optional<String> parent(String residue) {
    return isStandard(residue) || residue.equals(UNKNOWN)
        ? Optional.of(residue)
        : Optional.ofNullable(PARENTS.get(residue));
  }
}
