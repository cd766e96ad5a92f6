package quotient.models.generate;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import quotient.models.io.FormatException;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Hydrogens;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;
import quotient.models.molecule.SmilesFile;
import quotient.models.molecule.StereoPerception;
import quotient.tensor.random.RandomKey;

/// Molecules to sample, one after another, from SMILES or SDF; broken entries come as reasons.
///
/// A molecule's key is a function of the seed, its text and how often that text came before, so a
/// subset or another order of the same file gives the same conformers. *Confined.*
public final class MoleculeSource implements Closeable {
  private final RandomKey root;
  private final Optional<SmilesFile> smiles;
  private final Optional<SdfReader> sdf;
  private final Map<String, Integer> seen = new HashMap<>();
  private Optional<SdfRecord> ahead = Optional.empty();
  private Optional<Entry> broken = Optional.empty();

  /// A molecule, or why there is none.
  ///
  /// @param name what it is called
  /// @param text the input text, for the failed file
  /// @param request empty if the entry is broken
  /// @param reason why it is broken; empty otherwise
  public record Entry(String name, String text, Optional<MoleculeRequest> request, String reason) {}

  private MoleculeSource(long seed, Optional<SmilesFile> smiles, Optional<SdfReader> sdf) {
    this.root = RandomKey.of(seed).child("molecule");
    this.smiles = smiles;
    this.sdf = sdf;
  }

  /// Reads SMILES, one per line with a name.
  ///
  /// @param layout of a table; empty for a plain list
  public static MoleculeSource ofSmiles(Path file, Optional<SmilesFile.Layout> layout, long seed)
      throws IOException {
    SmilesFile list =
        layout.isPresent() ? SmilesFile.open(file, layout.get()) : SmilesFile.open(file);
    return new MoleculeSource(seed, Optional.of(list), Optional.empty());
  }

  /// Reads SMILES from a stream, which closing closes.
  ///
  /// @param name what errors call the stream
  public static MoleculeSource ofSmiles(
      String name, InputStream stream, Optional<SmilesFile.Layout> layout, long seed)
      throws IOException {
    return new MoleculeSource(
        seed, Optional.of(SmilesFile.open(name, stream, layout)), Optional.empty());
  }

  /// Reads SDF; adjacent records of one molecule are one request.
  public static MoleculeSource ofSdf(Path file, long seed) throws IOException {
    return new MoleculeSource(seed, Optional.empty(), Optional.of(SdfFile.open(file)));
  }

  /// Reads SDF from a stream, which closing closes.
  ///
  /// @param name what errors call the stream
  public static MoleculeSource ofSdf(String name, InputStream stream, long seed)
      throws IOException {
    return new MoleculeSource(seed, Optional.empty(), Optional.of(SdfFile.open(name, stream)));
  }

  /// The next entry, or empty at the end.
  public Optional<Entry> next() throws IOException {
    return smiles.isPresent() ? nextSmiles(smiles.get()) : nextSdf(sdf.orElseThrow());
  }

  @Override
  public void close() throws IOException {
    if (smiles.isPresent()) {
      smiles.get().close();
    }
    if (sdf.isPresent()) {
      sdf.get().close();
    }
  }

  private RandomKey key(String text) {
    int occurrence = seen.merge(text, 1, Integer::sum) - 1;
    return root.child(text).child(occurrence);
  }

  // ---- SMILES ----

  private Optional<Entry> nextSmiles(SmilesFile list) throws IOException {
    Optional<SmilesFile.Entry> entry;
    try {
      entry = list.next();
    } catch (FormatException e) {
      return Optional.of(new Entry("", "", Optional.empty(), message(e)));
    }
    return entry.map(found -> parse(found.smiles(), found.name()));
  }

  private Entry parse(String text, String name) {
    RandomKey key = key(text);
    try {
      Molecule molecule = Chemistry.provider().parseSmiles(text).withTitle(name);
      return entry(new MoleculeRequest(name, text, molecule, 0, key, Map.of()));
    } catch (FormatException | IllegalArgumentException e) {
      return new Entry(name, text, Optional.empty(), message(e));
    }
  }

  private static Entry entry(MoleculeRequest request) {
    return new Entry(request.name(), request.text(), Optional.of(request), "");
  }

  // ---- SDF ----

  private Optional<Entry> nextSdf(SdfReader reader) throws IOException {
    if (broken.isPresent()) {
      Optional<Entry> due = broken;
      broken = Optional.empty();
      return due;
    }
    if (ahead.isEmpty()) {
      ahead = advance(reader);
      if (broken.isPresent()) {
        return nextSdf(reader);
      }
    }
    if (ahead.isEmpty()) {
      return Optional.empty();
    }
    SdfRecord first = ahead.get();
    int records = 1;
    ahead = advance(reader);
    while (ahead.isPresent() && belongs(first.molecule(), ahead.get().molecule())) {
      records++;
      ahead = broken.isPresent() ? Optional.empty() : advance(reader);
    }
    return Optional.of(prepare(first, records));
  }

  /// Reads one record; a broken one is kept as an entry that is due after the present molecule.
  private Optional<SdfRecord> advance(SdfReader reader) throws IOException {
    try {
      return reader.next();
    } catch (FormatException e) {
      String name = "record-" + reader.recordCount();
      broken = Optional.of(new Entry(name, name, Optional.empty(), message(e)));
      return Optional.empty();
    }
  }

  private static boolean belongs(Molecule first, Molecule next) {
    return first.title().equals(next.title()) && first.sameGraph(next);
  }

  private Entry prepare(SdfRecord record, int records) {
    Molecule read = record.molecule();
    String name = read.title().isBlank() ? "record-" + record.number() : read.title();
    String text = read.smiles().orElse(name);
    RandomKey key = key(text);
    try {
      Molecule whole = read.withTitle(name);
      if (whole.hasAromaticBonds()) {
        whole = Chemistry.provider().assignBondOrders(whole);
      }
      if (Perception.of(whole).missingHydrogens() > 0) {
        whole = Hydrogens.add(whole);
      } else if (isThreeDimensional(record.coordinates())) {
        whole = StereoPerception.of(whole, record.coordinates());
      }
      return entry(new MoleculeRequest(name, text, whole, records, key, read.items()));
    } catch (FormatException | IllegalArgumentException e) {
      return new Entry(name, text, Optional.empty(), message(e));
    }
  }

  private static boolean isThreeDimensional(float[] xyz) {
    for (int i = 2; i < xyz.length; i += 3) {
      if (xyz[i] != 0) {
        return true;
      }
    }
    return false;
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
