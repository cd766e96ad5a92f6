package quotient.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import quotient.models.io.Fingerprint;
import quotient.models.io.FormatException;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.MoleculeGraph;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;
import quotient.models.molecule.StereoPerception;

/// Molecules with their conformers, read from SDF. *Immutable.*
///
/// Records of one molecule are adjacent and share one atom order, as conformer files have them.
/// What cannot be used is left out and counted: broken records, molecules with missing hydrogens,
/// and molecules of several fragments. Stereo marks are those of a molecule's first conformer.
public final class ConformerDataset {
  private static final String WEIGHT = "boltzmann_weight_298K";

  /// Files whose text is larger than this share of the heap stay on disk.
  private static final double MEMORY_SHARE = 0.25;

  /// What gzip is assumed to make of conformer files when it is decided whether to keep one.
  private static final long UNPACKED = 6;

  private final Shelf shelf;
  private final int[] places;
  private final List<String> skipped;
  private final String hash;

  private ConformerDataset(Shelf shelf, int[] places, List<String> skipped, String hash) {
    this.shelf = shelf;
    this.places = places;
    this.skipped = List.copyOf(skipped);
    this.hash = hash;
  }

  /// Where molecules are kept. *Thread-safe.*
  interface Shelf {
    int size();

    ConformerSet get(int place);

    /// Number of conformers of that molecule.
    int conformers(int place);

    /// Number of atoms of that molecule.
    int atoms(int place);
  }

  /// All molecules in memory.
  private record Memory(List<ConformerSet> molecules) implements Shelf {
    @Override
    public int size() {
      return molecules.size();
    }

    @Override
    public ConformerSet get(int place) {
      return molecules.get(place);
    }

    @Override
    public int conformers(int place) {
      return get(place).conformers().size();
    }

    @Override
    public int atoms(int place) {
      return get(place).atomCount();
    }
  }

  /// The parts of the data that are embedded in this program: real molecules, see the README beside
  /// the resources.
  public enum Embedded {
    /// To train on.
    TRAIN("train.sdf.gz"),
    /// Other molecules, to judge on.
    HELD_OUT("held-out.sdf.gz");

    private final String resource;

    Embedded(String resource) {
      this.resource = resource;
    }
  }

  /// Reads an embedded part.
  public static ConformerDataset embedded(Embedded part) throws IOException {
    InputStream stream = ConformerDataset.class.getResourceAsStream(part.resource);
    if (stream == null) {
      throw new IOException("the embedded data " + part.resource + " is not in this build");
    }
    try (stream;
        SdfReader reader = SdfFile.open(part.resource, new GZIPInputStream(stream))) {
      return read(reader);
    }
  }

  /// Reads a file, `.gz` or not.
  ///
  /// A file that would fill a large part of the heap stays on disk: it is read once from end to end,
  /// then molecule by molecule as they are drawn (unpacked into a temporary file if need be; it must
  /// not change meanwhile). What is drawn does not depend on that.
  ///
  /// @throws FormatException if it holds no usable record
  public static ConformerDataset read(Path file) throws IOException {
    return read(file, (long) (MEMORY_SHARE * Runtime.getRuntime().maxMemory()));
  }

  /// The same with at most that many bytes of memory for molecules.
  static ConformerDataset read(Path file, long memory) throws IOException {
    if (!Files.isRegularFile(file) || size(file) <= memory) {
      try (SdfReader reader = SdfFile.open(file)) {
        return requireUsable(read(reader), file, reader.recordCount());
      }
    }
    return spooled(file, memory);
  }

  /// About how many bytes of text the file holds.
  private static long size(Path file) throws IOException {
    return isZipped(file) ? UNPACKED * Files.size(file) : Files.size(file);
  }

  private static boolean isZipped(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  private static ConformerDataset spooled(Path file, long memory) throws IOException {
    ConformerSpool spool = new ConformerSpool(file, isZipped(file), memory);
    Collector collector = new Collector(spool::add);
    try (SdfReader reader = SdfFile.open(file)) {
      collect(reader, collector);
      ConformerDataset dataset = collector.dataset(spool);
      return requireUsable(dataset, file, reader.recordCount());
    }
  }

  private static ConformerDataset requireUsable(ConformerDataset dataset, Path file, long records)
      throws FormatException {
    if (dataset.size() == 0) {
      throw new FormatException(
          file
              + ": no usable record among "
              + records
              + (dataset.skipped.isEmpty() ? "" : "; the first: " + dataset.skipped.getFirst()));
    }
    return dataset;
  }

  private static ConformerDataset read(SdfReader reader) throws IOException {
    List<ConformerSet> molecules = new ArrayList<>();
    Collector collector = new Collector((set, from, to, first) -> molecules.add(set));
    collect(reader, collector);
    return collector.dataset(new Memory(List.copyOf(molecules)));
  }

  private static void collect(SdfReader reader, Collector collector) throws IOException {
    while (true) {
      long from = reader.offset();
      Optional<SdfRecord> next = reader.nextReadable(e -> collector.skipped.add(message(e)));
      if (next.isEmpty()) {
        collector.finishMolecule();
        return;
      }
      collector.add(next.get(), from, reader.offset());
    }
  }

  /// The one molecule in a stretch of a file.
  ///
  /// @param first number of its first record in the file
  static ConformerSet parse(SdfReader reader, long first) throws IOException {
    List<ConformerSet> found = new ArrayList<>();
    Collector collector = new Collector((set, from, to, number) -> found.add(set));
    collector.recordsBefore = first - 1;
    collect(reader, collector);
    if (found.size() != 1) {
      throw new IOException(
          reader.file()
              + ": changed while it was in use: "
              + found.size()
              + " molecules where one was");
    }
    return found.getFirst();
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  /// Sets one molecule in twenty aside, at least one and at most two hundred, evenly over the file.
  ///
  /// @throws IllegalArgumentException if there are fewer than two molecules
  public Split split() {
    if (size() < 2) {
      throw new IllegalArgumentException(
          "data: a single molecule cannot be both trained on and judged on; give --valid");
    }
    int aside = Math.clamp(size() / 20, 1, 200);
    int[] training = new int[size() - aside];
    int[] validation = new int[aside];
    int trained = 0;
    int judged = 0;
    for (int i = 0; i < size(); i++) {
      if ((long) (i + 1) * aside / size() > (long) i * aside / size()) {
        validation[judged++] = places[i];
      } else {
        training[trained++] = places[i];
      }
    }
    return new Split(
        new ConformerDataset(shelf, training, List.of(), hash),
        new ConformerDataset(shelf, validation, List.of(), hash));
  }

  /// The data of a training run.
  ///
  /// @param training molecules to learn from
  /// @param validation other molecules, to judge on
  public record Split(ConformerDataset training, ConformerDataset validation) {}

  /// Number of molecules.
  public int size() {
    return places.length;
  }

  /// The i-th molecule, in file order.
  public ConformerSet get(int i) {
    return shelf.get(places[i]);
  }

  /// Number of atoms of the i-th molecule; reads nothing.
  public int atomCount(int i) {
    return shelf.atoms(places[i]);
  }

  /// All molecules, in file order: a view, which reads them again where they do not fit into memory.
  public List<ConformerSet> molecules() {
    return new AbstractList<>() {
      @Override
      public int size() {
        return places.length;
      }

      @Override
      public ConformerSet get(int i) {
        return ConformerDataset.this.get(i);
      }
    };
  }

  /// Number of conformers of all molecules.
  public int conformerCount() {
    return Arrays.stream(places).map(shelf::conformers).sum();
  }

  /// One line for each record or molecule that was left out.
  public List<String> skipped() {
    return skipped;
  }

  /// A fingerprint of elements, bonds and coordinates, for provenance.
  public String hash() {
    return hash;
  }

  /// Takes molecules as they are found.
  interface Receiver {
    /// @param from where the first record begins in the unpacked text
    /// @param to where the last one ends
    /// @param first number of the first record
    void take(ConformerSet molecule, long from, long to, long first);
  }

  /// Gathers adjacent records of one molecule.
  private static final class Collector {
    private final Receiver receiver;
    private long recordsBefore;
    private long from;
    private long to;
    private final List<String> skipped = new ArrayList<>();
    private final List<SdfRecord> current = new ArrayList<>();
    private final Fingerprint digest = new Fingerprint();

    Collector(Receiver receiver) {
      this.receiver = receiver;
    }

    void add(SdfRecord record, long begin, long end) {
      if (!current.isEmpty() && !belongs(current.getFirst().molecule(), record.molecule())) {
        finishMolecule();
      }
      if (current.isEmpty()) {
        from = begin;
      }
      to = end;
      current.add(record);
    }

    ConformerDataset dataset(Shelf shelf) {
      return new ConformerDataset(
          shelf, IntStream.range(0, shelf.size()).toArray(), skipped, digest.hex());
    }

    private static boolean belongs(Molecule first, Molecule next) {
      return first.title().equals(next.title()) && first.sameGraph(next);
    }

    void finishMolecule() {
      if (current.isEmpty()) {
        return;
      }
      SdfRecord first = current.getFirst();
      String title = first.molecule().title();
      long number = recordsBefore + first.number();
      String name = title.isBlank() ? "record-" + number : title;
      try {
        Molecule marked = StereoPerception.of(first.molecule(), first.coordinates());
        receiver.take(conformers(name, marked), from, to, number);
      } catch (IllegalArgumentException e) {
        skipped.add(name + ": " + message(e));
      }
      current.clear();
    }

    private ConformerSet conformers(String name, Molecule molecule) {
      MoleculeGraph graph = MoleculeGraph.of(molecule);
      var bonds = ConformerSet.bonds(molecule);
      if (bonds.components() != 1) {
        throw new IllegalArgumentException(
            "has " + bonds.components() + " fragments; one is needed");
      }
      List<float[]> conformers = new ArrayList<>();
      double[] weights = new double[current.size()];
      double total = 0;
      for (int k = 0; k < weights.length; k++) {
        SdfRecord record = current.get(k);
        float[] centred = centred(record.coordinates());
        conformers.add(centred);
        weights[k] = weight(record.molecule());
        total += weights[k];
        update(graph, centred);
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] = total > 0 ? weights[k] / total : 1.0 / weights.length;
      }
      return new ConformerSet(name, graph, bonds, conformers, weights);
    }

    private static double weight(Molecule molecule) {
      String text = molecule.items().get(WEIGHT);
      if (text == null) {
        return 1;
      }
      try {
        return Double.parseDouble(text.strip());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "item " + WEIGHT + ": expected a number, found \"" + text + "\"", e);
      }
    }

    private static float[] centred(float[] x) {
      double[] mean = new double[3];
      int n = x.length / 3;
      for (int i = 0; i < x.length; i++) {
        mean[i % 3] += x[i] / (double) n;
      }
      float[] out = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        if (!Float.isFinite(x[i])) {
          throw new IllegalArgumentException("coordinate " + i + " is " + x[i]);
        }
        out[i] = (float) (x[i] - mean[i % 3]);
      }
      return out;
    }

    private void update(MoleculeGraph graph, float[] x) {
      for (int z : graph.atomicNumbers()) {
        digest.add((byte) z);
      }
      for (int b = 0; b < graph.directedBondCount(); b++) {
        digest.add((byte) graph.bondSource()[b]);
        digest.add((byte) graph.bondTarget()[b]);
        digest.add(graph.bondTypes()[b]);
      }
      for (float value : x) {
        digest.add(value);
      }
    }
  }
}
