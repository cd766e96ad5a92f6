package quotient.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import quotient.models.protein.BackboneWriter;
import quotient.models.protein.StructureFile;

/// Where backbones go: a folder with a file each, one file, or standard output.
///
/// @param path of the folder or file; empty for standard output
/// @param isFolder whether the path is a folder
/// @param format of the structures
record BackboneTarget(Optional<Path> path, boolean isFolder, StructureFile.Format format) {

  /// @param out as given; a name that ends as structure files do is a file, any other a folder
  /// @param wanted format, if given
  static BackboneTarget of(Optional<String> out, Optional<String> wanted) {
    Optional<StructureFile.Format> asked = wanted.map(BackboneTarget::format);
    if (out.isEmpty() || out.get().equals("-")) {
      return new BackboneTarget(Optional.empty(), false, asked.orElse(StructureFile.Format.PDB));
    }
    Path path = Path.of(out.get());
    Optional<StructureFile.Format> told =
        Files.isDirectory(path) ? Optional.empty() : StructureFile.Format.of(out.get());
    if (told.isEmpty() && Files.exists(path) && !Files.isDirectory(path)) {
      throw new UsageException(
          path + ": is a file, and its name does not end in .pdb or .cif; give another name");
    }
    return new BackboneTarget(
        Optional.of(path), told.isEmpty(), asked.or(() -> told).orElse(StructureFile.Format.PDB));
  }

  private static StructureFile.Format format(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "pdb" -> StructureFile.Format.PDB;
      case "cif", "mmcif" -> StructureFile.Format.MMCIF;
      default -> throw new UsageException("--format: expected pdb or cif, found \"" + text + "\"");
    };
  }

  /// Whether structures go to the file system.
  boolean isFile() {
    return path.isPresent();
  }

  /// The file of one structure in the folder.
  Path member(String name) {
    return path.orElseThrow().resolve(name + format.suffix());
  }

  /// Where the run's settings are written beside the structures.
  Optional<Path> record() {
    return path.map(
        p -> isFolder ? p.resolve("run.json") : p.resolveSibling(p.getFileName() + ".run.json"));
  }

  /// Opens the one file or standard output.
  BackboneWriter open(OutputStream stream, boolean overwrite) throws IOException {
    return path.isPresent()
        ? BackboneWriter.create(path.get(), format, overwrite)
        : BackboneWriter.of(stream, format);
  }
}
