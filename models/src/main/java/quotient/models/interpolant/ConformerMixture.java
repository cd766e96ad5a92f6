package quotient.models.interpolant;

/// All that the training set knows of one molecule: its conformers, how often each is drawn, and
/// which relabellings of its atoms change nothing.
///
/// Built once per molecule and shared; the arrays are not to be written.
///
/// @param conformers centred clouds, K of them, `[n, axes]` each, Å
/// @param weights the probabilities with which training draws them, not necessarily normalised
/// @param relabellings a subgroup of the automorphisms of the molecular graph, the identity among
///     them: atom i of the relabelled cloud is atom `relabelling[i]` of the conformer
public record ConformerMixture(double[][] conformers, double[] weights, int[][] relabellings) {
  public ConformerMixture {
    if (conformers.length == 0 || weights.length != conformers.length || relabellings.length == 0) {
      throw new IllegalArgumentException(
          "conformer mixture: need conformers, a weight for each, and the identity relabelling; found "
              + conformers.length
              + " conformers, "
              + weights.length
              + " weights, "
              + relabellings.length
              + " relabellings");
    }
    int values = conformers[0].length;
    for (double[] conformer : conformers) {
      requireLength("conformer", conformer.length, values);
    }
    for (int[] relabelling : relabellings) {
      if (relabelling.length == 0 || values % relabelling.length != 0) {
        throw new IllegalArgumentException(
            "conformer mixture: a relabelling of "
                + relabelling.length
                + " points beside a conformer of "
                + values
                + " coordinates");
      }
    }
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException(
            "conformer mixture: weights must be finite and not negative, found " + weight);
      }
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException("conformer mixture: all weights are zero");
    }
  }

  private static void requireLength(String what, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "conformer mixture: a "
              + what
              + " of "
              + found
              + " coordinates beside one of "
              + expected);
    }
  }
}
