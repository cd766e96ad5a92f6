package quotient.models.protein;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import quotient.models.io.FormatException;
import quotient.models.io.TextLines;

/// Files and folders of protein structures: PDB and mmCIF, `.gz` or not.
public final class StructureFile {
  private StructureFile() {}

  /// The formats, told by the name of a file.
  public enum Format {
    /// Fixed columns.
    PDB,
    /// A loop of `_atom_site`.
    MMCIF;

    /// The format of a file of that name, if its suffix is known.
    public static Optional<Format> of(String name) {
      String plain = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
      if (plain.endsWith(".pdb") || plain.endsWith(".ent")) {
        return Optional.of(PDB);
      }
      return plain.endsWith(".cif") || plain.endsWith(".mmcif")
          ? Optional.of(MMCIF)
          : Optional.empty();
    }

    /// The suffix of files that are written.
    public String suffix() {
      return this == PDB ? ".pdb" : ".cif";
    }
  }

  /// Reads a file, or the files of a folder in the order of their names; chains are handed out one by
  /// one, so memory does not grow with the size of the data.
  ///
  /// @param chains is given every chain that the rules accept
  /// @param problems is given a line for every chain, model or file that is left out
  /// @throws FormatException if a single file is broken, or of no known format; a broken file of a
  ///     folder is a problem only
  public static void read(
      Path path, ChainRules rules, Consumer<Backbone> chains, Consumer<String> problems)
      throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "no such file; check the path");
    }
    if (!Files.isDirectory(path)) {
      readFile(path, rules, chains, problems);
      return;
    }
    for (Path file : files(path)) {
      try {
        readFile(file, rules, chains, problems);
      } catch (FormatException e) {
        problems.accept(String.valueOf(e.getMessage()));
      }
    }
  }

  /// All chains that the rules accept.
  ///
  /// @throws FormatException as above, and if there is no chain at all
  public static List<Backbone> readAll(Path path, ChainRules rules, Consumer<String> problems)
      throws IOException {
    List<Backbone> all = new ArrayList<>();
    List<String> first = new ArrayList<>();
    read(
        path,
        rules,
        all::add,
        problem -> {
          if (first.isEmpty()) {
            first.add(problem);
          }
          problems.accept(problem);
        });
    if (all.isEmpty()) {
      throw new FormatException(
          path + ": no usable chain" + (first.isEmpty() ? "" : "; the first: " + first.getFirst()));
    }
    return all;
  }

  /// The structure files of a folder, by name.
  ///
  /// @throws FormatException if there is none
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(file ->
                  Files.isRegularFile(file) && Format.of(file.getFileName().toString()).isPresent())
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new FormatException(
            folder + ": no structure file; expected .pdb, .ent or .cif, .gz or not");
      }
      return files;
    }
  }

  private static void readFile(
      Path file, ChainRules rules, Consumer<Backbone> chains, Consumer<String> problems)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    Format format =
        Format.of(name)
            .orElseThrow(() ->
                new FormatException(
                    file
                        + ": unknown kind of structure file; expected .pdb, .ent or .cif, .gz"
                        + " or not"));
    String stem = name.replaceFirst("(?i)\\.gz$", "").replaceFirst("\\.[^.]*$", "");
    if (format == Format.PDB) {
      try (TextLines lines = TextLines.open(PdbReader.NAME, file)) {
        new PdbReader(lines, stem, rules, chains, problems).read();
      }
    } else {
      try (TextLines lines = TextLines.open(CifReader.NAME, file)) {
        new CifReader(lines, stem, rules, chains, problems).read();
      }
    }
  }

  /// Reads PDB text from a stream, which is closed.
  ///
  /// @param name what errors call the stream
  public static void readPdb(
      String name,
      java.io.InputStream stream,
      ChainRules rules,
      Consumer<Backbone> chains,
      Consumer<String> problems)
      throws IOException {
    try (TextLines lines = TextLines.of(PdbReader.NAME, name, stream)) {
      new PdbReader(lines, name, rules, chains, problems).read();
    }
  }
}
