package quotient.models.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quotient.models.molecule.Molecule;

/// How the samples of one molecule are spread over its reference conformers, which errors in shape
/// cannot tell: a generator that always makes the same perfect conformer has an AMR-P of zero.
///
/// Every sample belongs to the reference conformer of smallest heavy-atom RMSD. *Immutable.*
///
/// @param name of the molecule
/// @param references number of reference conformers, all of equal weight
/// @param samples number of samples compared
/// @param variation total variation between the shares of samples and the equal weights
/// @param floor what the total variation of that many perfect samples is expected to be
/// @param torsions Jensen-Shannon divergence of torsions between samples and references, bits, mean
///     over the kinds of torsions; empty without any
public record EnsembleDistribution(
    String name,
    int references,
    int samples,
    double variation,
    double floor,
    Optional<Double> torsions) {
  /// Bins of 30 degrees: wide enough for a conformer's vibration, narrow enough for gauche and anti.
  static final int BINS = 12;

  /// Compares all samples with all references; empty if nothing can be compared.
  static Optional<EnsembleDistribution> of(
      String name, ConformerEnsemble reference, ConformerEnsemble generated) {
    List<ConformerEnsemble.Member> known = reference.members();
    Molecule made = generated.molecule();
    Rmsd rmsd = Rmsd.between(made, known.getFirst().molecule());
    if (!rmsd.isDefined()) {
      return Optional.empty();
    }
    List<float[]> samples = new ArrayList<>();
    int[] nearest = new int[known.size()];
    for (ConformerEnsemble.Member member : generated.members()) {
      if (GeometryCheck.isUsable(member.xyz(), made.atomCount())
          && made.sameGraph(member.molecule())) {
        samples.add(member.xyz());
        nearest[nearest(rmsd, member.xyz(), known)]++;
      }
    }
    if (samples.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new EnsembleDistribution(
            name,
            nearest.length,
            samples.size(),
            variation(nearest, samples.size()),
            floor(nearest.length, samples.size()),
            torsions(made, samples, known)));
  }

  private static int nearest(Rmsd rmsd, float[] xyz, List<ConformerEnsemble.Member> known) {
    int best = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < known.size(); k++) {
      double distance = rmsd.of(xyz, known.get(k).xyz());
      if (distance < smallest) {
        smallest = distance;
        best = k;
      }
    }
    return best;
  }

  static double variation(int[] counts, int samples) {
    double sum = 0;
    for (int count : counts) {
      sum += Math.abs((double) count / samples - 1.0 / counts.length);
    }
    return 0.5 * sum;
  }

  /// The expected total variation of n independent draws from k equally likely things: the mean
  /// absolute deviation of a binomial count, which is
  ///
  ///     2 (m + 1) C(n, m + 1) p^(m + 1) (1 - p)^(n - m),    m = floor(n p),  p = 1/k
  ///
  /// Source: de Moivre 1730.
  static double floor(int k, int n) {
    if (k < 2) {
      return 0;
    }
    double p = 1.0 / k;
    int m = n / k;
    double logarithm = StrictMath.log(2.0 * (m + 1));
    for (int i = 1; i <= m + 1; i++) {
      logarithm += StrictMath.log((double) (n - m - 1 + i) / i);
    }
    logarithm += (m + 1) * StrictMath.log(p) + (n - m) * StrictMath.log(1 - p);
    return 0.5 * k * StrictMath.exp(logarithm) / n;
  }

  private static Optional<Double> torsions(
      Molecule made, List<float[]> samples, List<ConformerEnsemble.Member> known) {
    Torsions ofSamples = new Torsions(made);
    Torsions ofKnown = new Torsions(known.getFirst().molecule());
    List<String> kinds = ofKnown.kinds();
    if (kinds.isEmpty() || !kinds.equals(ofSamples.kinds())) {
      return Optional.empty();
    }
    DistributionDistance.Measure divergence =
        DistributionDistance.jensenShannon(-Math.PI, Math.PI, BINS);
    double sum = 0;
    for (String kind : kinds) {
      double[][] a = samples.stream().map(x -> ofSamples.angles(kind, x)).toArray(double[][]::new);
      double[][] b =
          known.stream().map(m -> ofKnown.angles(kind, m.xyz())).toArray(double[][]::new);
      sum += divergence.of(DistributionDistance.joined(a), DistributionDistance.joined(b));
    }
    return Optional.of(sum / kinds.size());
  }
}
