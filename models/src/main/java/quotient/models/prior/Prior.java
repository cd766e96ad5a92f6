package quotient.models.prior;

import quotient.tensor.random.RandomKey;

/// The law of the starting cloud x_0 of one molecule: Gaussian with a known covariance.
///
/// A draw is a function of graph and key alone. It may still carry a part outside the total space
/// (the centre of mass of isotropic noise); whoever uses it projects it with the space, once.
/// Implementations are thread-safe.
public sealed interface Prior permits GaussianPrior, HarmonicPrior {

  /// The number of coordinates of a point.
  int AXES = 3;

  /// The name on the command line.
  String name();

  /// The covariance of the starting cloud.
  Covariance covariance(BondGraph graph);

  /// Writes one starting cloud.
  ///
  ///     out[from .. from + 3 n)        [n, 3], Å
  ///
  /// @throws IllegalArgumentException if the prior is not defined for the graph
  void sample(BondGraph graph, RandomKey key, double[] out, int from);
}
