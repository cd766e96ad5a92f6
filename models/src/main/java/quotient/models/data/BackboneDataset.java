package quotient.models.data;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import quotient.models.io.FormatException;
import quotient.models.protein.Backbone;
import quotient.models.protein.ChainRules;
import quotient.models.protein.StructureFile;

/// Protein chains to learn from or to judge on: alpha carbons and a coarse fold class each.
///
/// Files are read chain by chain, and of each chain only its alpha carbons stay in memory, twelve
/// bytes per residue. Chains that cannot be used are left out and counted. *Immutable.*
public final class BackboneDataset {
  private final List<Chain> chains;
  private final List<String> skipped;
  private final String hash;

  /// One chain; the array is not to be written.
  ///
  /// @param name of the chain
  /// @param alpha [3 n], Å, centred
  /// @param fold its coarse class
  public record Chain(String name, float[] alpha, FoldClass fold) {
    /// The number of residues.
    public int length() {
      return alpha.length / 3;
    }
  }

  private BackboneDataset(List<Chain> chains, List<String> skipped, String hash) {
    this.chains = List.copyOf(chains);
    this.skipped = List.copyOf(skipped);
    this.hash = hash;
  }

  /// Reads a file or a folder of structures.
  ///
  /// @throws FormatException if it holds no chain that the rules accept
  public static BackboneDataset read(Path path, ChainRules rules) throws IOException {
    List<Chain> chains = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    MessageDigest digest = sha256();
    StructureFile.read(
        path,
        rules,
        chain -> {
          chains.add(chain(chain));
          update(digest, chain.alpha());
        },
        skipped::add);
    if (chains.isEmpty()) {
      throw new FormatException(
          path
              + ": no usable chain"
              + (skipped.isEmpty() ? "" : "; the first: " + skipped.getFirst()));
    }
    return new BackboneDataset(
        chains, skipped, HexFormat.of().formatHex(digest.digest()).substring(0, 16));
  }

  /// A data set of given chains.
  public static BackboneDataset of(List<Backbone> backbones) {
    MessageDigest digest = sha256();
    backbones.forEach(b -> update(digest, b.alpha()));
    return new BackboneDataset(
        backbones.stream().map(BackboneDataset::chain).toList(),
        List.of(),
        HexFormat.of().formatHex(digest.digest()).substring(0, 16));
  }

  private static Chain chain(Backbone backbone) {
    float[] x = backbone.alpha();
    double[] mean = new double[3];
    for (int i = 0; i < x.length; i++) {
      mean[i % 3] += x[i] / (double) backbone.length();
    }
    float[] centred = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      centred[i] = (float) (x[i] - mean[i % 3]);
    }
    return new Chain(backbone.name(), centred, FoldClass.of(centred));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest digest, float[] x) {
    for (float value : x) {
      int bits = Float.floatToIntBits(value);
      digest.update((byte) bits);
      digest.update((byte) (bits >> 8));
      digest.update((byte) (bits >> 16));
      digest.update((byte) (bits >> 24));
    }
  }

  /// The data of a training run.
  ///
  /// @param training chains to learn from
  /// @param validation other chains, to judge on
  public record Split(BackboneDataset training, BackboneDataset validation) {}

  /// Sets one chain in twenty aside, at least one and at most two hundred, evenly over the file. A
  /// split by sequence cluster, which this is not, tells more; give such a file as `--valid`.
  ///
  /// @throws IllegalArgumentException if there are fewer than two chains
  public Split split() {
    if (size() < 2) {
      throw new IllegalArgumentException(
          "data: a single chain cannot be both trained on and judged on; give --valid");
    }
    int aside = Math.clamp(size() / 20, 1, 200);
    List<Chain> training = new ArrayList<>();
    List<Chain> validation = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      boolean set = (long) (i + 1) * aside / size() > (long) i * aside / size();
      (set ? validation : training).add(get(i));
    }
    return new Split(
        new BackboneDataset(training, List.of(), hash),
        new BackboneDataset(validation, List.of(), hash));
  }

  /// Number of chains.
  public int size() {
    return chains.size();
  }

  public Chain get(int i) {
    return chains.get(i);
  }

  /// Number of residues of all chains.
  public long residueCount() {
    return chains.stream().mapToLong(Chain::length).sum();
  }

  /// How many chains there are of each coarse fold class.
  public Map<FoldClass, Integer> folds() {
    Map<FoldClass, Integer> counts = new EnumMap<>(FoldClass.class);
    chains.forEach(chain -> counts.merge(chain.fold(), 1, Integer::sum));
    return counts;
  }

  /// One line for each chain, model or file that was left out.
  public List<String> skipped() {
    return skipped;
  }

  /// A fingerprint of all coordinates, for provenance.
  public String hash() {
    return hash;
  }
}
