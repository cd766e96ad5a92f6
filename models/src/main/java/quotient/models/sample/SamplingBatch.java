package quotient.models.sample;

import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Covariance;
import quotient.models.prior.Prior;
import quotient.tensor.random.RandomKey;

/// What a sampler must know of the clouds it moves: where they lie, on which space, and along which
/// path the network was trained. *Immutable*; the arrays are not to be written.
///
/// @param space the total space and the group; a trivial group gives the conventional sampler
/// @param interpolant the path of the training
/// @param coupling of the training
/// @param covariances of the prior, one per cloud
/// @param start where each cloud begins, `[B + 1]`, in values
public record SamplingBatch(
    QuotientSpace space,
    Interpolant interpolant,
    Coupling coupling,
    Covariance[] covariances,
    int[] start) {

  public SamplingBatch {
    if (start.length != covariances.length + 1) {
      throw new IllegalArgumentException(
          "sampling batch: "
              + covariances.length
              + " covariances need "
              + (covariances.length + 1)
              + " offsets, found "
              + start.length);
    }
  }

  /// The batch of molecules under a prior.
  public static SamplingBatch of(
      QuotientSpace space,
      Interpolant interpolant,
      Coupling coupling,
      Prior prior,
      BondGraph[] graphs) {
    Covariance[] covariances = new Covariance[graphs.length];
    int[] start = new int[graphs.length + 1];
    for (int b = 0; b < graphs.length; b++) {
      covariances[b] = prior.covariance(graphs[b]);
      start[b + 1] = start[b] + Prior.AXES * graphs[b].points();
    }
    return new SamplingBatch(space, interpolant, coupling, covariances, start);
  }

  /// The number of clouds B.
  public int clouds() {
    return covariances.length;
  }

  /// The number of values of all clouds.
  public int values() {
    return start[clouds()];
  }

  /// Starting clouds; each depends on its own key alone.
  public double[] draw(Prior prior, BondGraph[] graphs, RandomKey[] keys) {
    double[] x = new double[values()];
    for (int b = 0; b < clouds(); b++) {
      prior.sample(graphs[b], keys[b].child("prior"), x, start[b]);
      space.projectPoint(x, start[b], start[b + 1]);
    }
    return x;
  }
}
