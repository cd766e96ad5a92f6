package quotient.models.protein;

import java.util.Arrays;
import java.util.List;

/// One unbroken chain of residues. *Immutable*; the arrays are not to be written.
///
///     alpha, nitrogen, carbon: [3 n], Å, xyz interleaved
///
/// @param name of the structure, for instance `1a2p_A`
/// @param chain letter or letters of the chain in its file
/// @param residues three-letter names, modified residues as their parents; `UNK` if unknown
/// @param numbers as in the file; neither unique (insertion codes) nor without jumps
/// @param alpha positions of the alpha carbons
/// @param nitrogen positions of N, or empty
/// @param carbon positions of C, or empty
public record Backbone(
    String name,
    String chain,
    List<String> residues,
    int[] numbers,
    float[] alpha,
    float[] nitrogen,
    float[] carbon) {

  /// Checks that sizes agree.
  public Backbone {
    residues = List.copyOf(residues);
    int n = residues.size();
    boolean full = nitrogen.length > 0 || carbon.length > 0;
    if (n == 0
        || numbers.length != n
        || alpha.length != 3 * n
        || (full && (nitrogen.length != 3 * n || carbon.length != 3 * n))) {
      throw new IllegalArgumentException(
          "backbone "
              + name
              + ": sizes disagree: "
              + n
              + " residues, "
              + numbers.length
              + " numbers, "
              + alpha.length
              + ", "
              + nitrogen.length
              + " and "
              + carbon.length
              + " coordinates");
    }
  }

  /// A chain known by its alpha carbons alone: residues 1 to n, all glycine as a placeholder.
  ///
  /// @param alpha [3 n], Å
  public static Backbone trace(String name, float[] alpha) {
    int n = alpha.length / 3;
    int[] numbers = new int[n];
    String[] residues = new String[n];
    Arrays.setAll(numbers, i -> i + 1);
    Arrays.fill(residues, AminoAcids.PLACEHOLDER);
    return new Backbone(name, "A", List.of(residues), numbers, alpha, new float[0], new float[0]);
  }

  /// The number of residues n.
  public int length() {
    return numbers.length;
  }

  /// Whether N and C are there too.
  public boolean isFull() {
    return nitrogen.length > 0;
  }

  /// The same chain under another name.
  public Backbone withName(String other) {
    return new Backbone(other, chain, residues, numbers, alpha, nitrogen, carbon);
  }

  /// The residues from (included) to (excluded), under the same name.
  public Backbone part(int from, int to) {
    return new Backbone(
        name,
        chain,
        residues.subList(from, to),
        Arrays.copyOfRange(numbers, from, to),
        Arrays.copyOfRange(alpha, 3 * from, 3 * to),
        isFull() ? Arrays.copyOfRange(nitrogen, 3 * from, 3 * to) : nitrogen,
        isFull() ? Arrays.copyOfRange(carbon, 3 * from, 3 * to) : carbon);
  }

  /// The sequence in one-letter code; `X` for unknown residues.
  public String sequence() {
    StringBuilder letters = new StringBuilder(length());
    residues.forEach(residue -> letters.append(AminoAcids.letter(residue)));
    return letters.toString();
  }

  /// Distance of residues i and j by their alpha carbons, Å.
  public double distance(int i, int j) {
    double dx = (double) alpha[3 * i] - alpha[3 * j];
    double dy = (double) alpha[3 * i + 1] - alpha[3 * j + 1];
    double dz = (double) alpha[3 * i + 2] - alpha[3 * j + 2];
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}
