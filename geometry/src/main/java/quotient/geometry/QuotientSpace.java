package quotient.geometry;

import quotient.tensor.random.RandomKey;

/// A total space M with a group G that acts on it by isometries: all that a loss, a sampler or a
/// likelihood needs to know about the quotient M/G.
///
/// One configuration is the range `x[from, to)` of a `double[]`: for clouds 3n coordinates, xyz
/// interleaved. `x` is always a point of M (see {@link #projectPoint}); `v` is a tangent vector,
/// and only its part along M counts. Arguments are borrowed; `out` uses the same range.
///
///     xi_a(x)   infinitesimal motions of the orbit through x           J_ab = <xi_a, xi_b>
///     P_x v   = v - Xi J^+ Xi^* v        horizontal part               vol(x) = sqrt det J
///     c(x)    = + grad log vol(x)        always ADDED by samplers      x . c = orbitDimension (*)
///
/// `<.,.>` is {@link #inner}; (*) for linear actions and the inner product in place of the dot.
/// `J^+` is a pseudo-inverse, so that points with a smaller orbit (collinear clouds) have defined
/// results. The paper's mean curvature vector is `-c`; nothing here is called by a bare `h`.
///
/// Implementations are *immutable* and *thread-safe*. Source: Xu et al. 2026, Theorem 4;
/// docs/spaces.md has the table of spaces.
public interface QuotientSpace {
  /// Short name for tables and error messages, such as `R^3N/SO(3)`.
  String name();

  /// Dimension of M for configurations of that many numbers.
  int dimension(int coordinates);

  /// Dimension of the orbit through x, which is the rank of J there.
  int orbitDimension(double[] x, int from, int to);

  /// Moves x onto M, in place.
  void projectPoint(double[] x, int from, int to);

  /// out = the part of v tangent to M, orthogonal in {@link #inner}. `out` may be `v`.
  void projectVector(double[] v, double[] out, int from, int to);

  /// out = P_x v: tangent to M and orthogonal to the orbit through x. `out` may be `v`.
  void horizontal(double[] x, double[] v, double[] out, int from, int to);

  /// log sqrt det J, the logarithm of the orbit's volume density; over the non-zero eigenvalues
  /// where the orbit is smaller, and 0 where there is none.
  double logOrbitVolume(double[] x, int from, int to);

  /// out = c(x) = + the gradient of {@link #logOrbitVolume}. Samplers add it. `out` must not be x.
  void logOrbitVolumeGradient(double[] x, double[] out, int from, int to);

  /// The smallest eigenvalue of J among those that are not zero on all of M; infinite if the orbits
  /// have dimension 0. Near 0 the curvature c is stiff, see the switch rule of the SDE sampler.
  double smallestOrbitEigenvalue(double[] x, int from, int to);

  /// The inner product of two tangent vectors of M.
  double inner(double[] u, double[] v, int from, int to);

  /// out = A^-1 g, tangent to M, for the matrix A of {@link #inner}: turns the vector of partial
  /// derivatives of a function into its gradient. `out` may be `g`.
  void gradient(double[] g, double[] out, int from, int to);

  /// Turns independent standard normals into the Gaussian on the tangent space of M with covariance
  /// A^-1, the noise that belongs to {@link #inner}. Not yet horizontal. `out` may be `normals`.
  void noise(double[] normals, double[] out, int from, int to);

  /// out = g x for the element g of G that brings x closest to `onto`. `out` may be `x`.
  void align(double[] x, double[] onto, double[] out, int from, int to);

  /// Distance of the orbits of x and y: |align(x, y) - y|.
  double distance(double[] x, double[] y, int from, int to);

  /// out = g x for the Haar-uniform element g that belongs to the key. `out` may be `x`.
  void act(RandomKey element, double[] x, double[] out, int from, int to);

  /// out = dg v, the same element as {@link #act} applied to a tangent vector. `out` may be `v`.
  void actOnVector(RandomKey element, double[] v, double[] out, int from, int to);
}
