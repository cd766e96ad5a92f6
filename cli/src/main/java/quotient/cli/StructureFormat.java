package quotient.cli;

import java.util.Locale;
import java.util.Optional;

/// File formats of molecules, told by suffix; `.gz` may follow.
enum StructureFormat {
  /// Structure-data files.
  SDF,
  /// Plain coordinates.
  XYZ,
  /// Lists of SMILES.
  SMI,
  /// Tables with a SMILES column, separated by commas.
  CSV,
  /// The same, separated by tabs.
  TSV;

  /// The format that was asked for, else that of the name, else the fallback.
  static StructureFormat of(Optional<String> asked, String name, StructureFormat fallback) {
    if (asked.isPresent()) {
      return parse(asked.get());
    }
    String bare = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    int dot = bare.lastIndexOf('.');
    return dot < 0 ? fallback : parse(bare.substring(dot + 1));
  }

  private static StructureFormat parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "sdf", "sd", "mol" -> SDF;
      case "xyz" -> XYZ;
      case "smi", "smiles", "txt" -> SMI;
      case "csv" -> CSV;
      case "tsv" -> TSV;
      default ->
          throw new UsageException(
              "unknown format \"" + text + "\"; known are sdf, xyz, smi, csv, tsv");
    };
  }
}
