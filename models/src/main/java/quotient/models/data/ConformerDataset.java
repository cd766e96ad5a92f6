package quotient.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
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

  private final List<ConformerSet> molecules;
  private final List<String> skipped;
  private final String hash;

  private ConformerDataset(List<ConformerSet> molecules, List<String> skipped, String hash) {
    this.molecules = List.copyOf(molecules);
    this.skipped = List.copyOf(skipped);
    this.hash = hash;
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
  /// @throws FormatException if it holds no usable record
  public static ConformerDataset read(Path file) throws IOException {
    try (SdfReader reader = SdfFile.open(file)) {
      ConformerDataset dataset = read(reader);
      if (dataset.size() == 0) {
        throw new FormatException(
            file
                + ": no usable record among "
                + reader.recordCount()
                + (dataset.skipped.isEmpty() ? "" : "; the first: " + dataset.skipped.getFirst()));
      }
      return dataset;
    }
  }

  private static ConformerDataset read(SdfReader reader) throws IOException {
    Collector collector = new Collector();
    while (true) {
      Optional<SdfRecord> next = reader.nextReadable(e -> collector.skipped.add(message(e)));
      if (next.isEmpty()) {
        collector.finishMolecule();
        return new ConformerDataset(
            collector.molecules,
            collector.skipped,
            HexFormat.of().formatHex(collector.digest.digest()).substring(0, 16));
      }
      collector.add(next.get());
    }
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
    List<ConformerSet> training = new ArrayList<>();
    List<ConformerSet> validation = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      boolean set = (long) (i + 1) * aside / size() > (long) i * aside / size();
      (set ? validation : training).add(get(i));
    }
    return new Split(
        new ConformerDataset(training, List.of(), hash),
        new ConformerDataset(validation, List.of(), hash));
  }

  /// The data of a training run.
  ///
  /// @param training molecules to learn from
  /// @param validation other molecules, to judge on
  public record Split(ConformerDataset training, ConformerDataset validation) {}

  /// Number of molecules.
  public int size() {
    return molecules.size();
  }

  public ConformerSet get(int i) {
    return molecules.get(i);
  }

  /// All molecules, in file order.
  public List<ConformerSet> molecules() {
    return molecules;
  }

  /// Number of conformers of all molecules.
  public int conformerCount() {
    return molecules.stream().mapToInt(m -> m.conformers().size()).sum();
  }

  /// One line for each record or molecule that was left out.
  public List<String> skipped() {
    return skipped;
  }

  /// A fingerprint of elements, bonds and coordinates, for provenance.
  public String hash() {
    return hash;
  }

  /// Gathers adjacent records of one molecule.
  private static final class Collector {
    private final List<ConformerSet> molecules = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final List<SdfRecord> current = new ArrayList<>();
    private final MessageDigest digest = sha256();

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    void add(SdfRecord record) {
      if (!current.isEmpty() && !belongs(current.getFirst().molecule(), record.molecule())) {
        finishMolecule();
      }
      current.add(record);
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
      String name = title.isBlank() ? "record-" + first.number() : title;
      try {
        Molecule marked = StereoPerception.of(first.molecule(), first.coordinates());
        molecules.add(conformers(name, marked));
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
        digest.update((byte) z);
      }
      for (int b = 0; b < graph.directedBondCount(); b++) {
        digest.update((byte) graph.bondSource()[b]);
        digest.update((byte) graph.bondTarget()[b]);
        digest.update(graph.bondTypes()[b]);
      }
      for (float value : x) {
        int bits = Float.floatToIntBits(value);
        digest.update((byte) bits);
        digest.update((byte) (bits >> 8));
        digest.update((byte) (bits >> 16));
        digest.update((byte) (bits >> 24));
      }
    }
  }
}
