package quotient.models.interpolant;

import quotient.models.prior.Covariance;

/// One batch of training examples: where each path stands and how it moves.
///
///     start: [B + 1], offsets in values; time: [B]; x0, x1, xt, velocity: [start[B]], Å
///
/// x0, x1 and xt lie in the total space (centred). `velocity` is the path's own derivative
/// `alpha' x_0 + beta' x_1 + gamma' eps`; its centre of mass moves only in the released, un-centred
/// form. The arrays belong to the record and are not to be written.
///
/// @param interpolant the path
/// @param coupling how x0 met x1
/// @param covariances of the prior, one per cloud
/// @param start where each cloud begins
/// @param time of each cloud, in [0, 1)
/// @param x0 starting clouds
/// @param x1 data clouds
/// @param xt the points of the paths at `time`
/// @param velocity the derivatives of the paths at `time`
/// @param known what the training set knows of each molecule, one per cloud, or empty
public record PathSample(
    Interpolant interpolant,
    Coupling coupling,
    Covariance[] covariances,
    int[] start,
    double[] time,
    double[] x0,
    double[] x1,
    double[] xt,
    double[] velocity,
    ConformerMixture[] known) {

  public PathSample {
    int clouds = time.length;
    int values = start.length == 0 ? -1 : start[start.length - 1];
    if (start.length != clouds + 1
        || covariances.length != clouds
        || x0.length != values
        || x1.length != values
        || xt.length != values
        || velocity.length != values
        || (known.length != 0 && known.length != clouds)) {
      throw new IllegalArgumentException(
          "path sample: sizes disagree: "
              + clouds
              + " times, "
              + start.length
              + " offsets, "
              + covariances.length
              + " covariances, "
              + values
              + " values, x0 "
              + x0.length
              + ", x1 "
              + x1.length
              + ", xt "
              + xt.length
              + ", velocity "
              + velocity.length);
    }
  }

  /// The number of clouds B.
  public int clouds() {
    return time.length;
  }

  /// The same examples with what the training set knows of each molecule.
  public PathSample knowing(ConformerMixture[] molecules) {
    return new PathSample(
        interpolant, coupling, covariances, start, time, x0, x1, xt, velocity, molecules);
  }
}
