package quotient.models.interpolant;

/// The path between a prior cloud and a data cloud, with optional noise in the middle.
///
///     x_t = alpha(t) x_0 + beta(t) x_1 + gamma(t) eps,   gamma(t)^2 = sigma^2 t (1 - t)
///
/// Time runs from 0 (prior) to 1 (data). Given a Gaussian x_0 that is independent of x_1, the noise
/// `alpha x_0 + gamma eps` has covariance Sigma_t and drifts with the matrix A_t; both are functions
/// of the prior's covariance and are given here for one of its eigenvalues. *Immutable.*
/// Source: Xu et al. 2026, Eq. 1 and Appendix E.
///
/// @param path the shape of alpha and beta
/// @param bridge sigma, the scale of the noise in the middle, Å; 0 for none
public record Interpolant(Path path, double bridge) {
  /// How alpha and beta run from (1, 0) to (0, 1).
  public enum Path {
    /// alpha = 1 - t, beta = t.
    LINEAR,
    /// alpha = cos(pi t / 2), beta = sin(pi t / 2): alpha^2 + beta^2 = 1.
    TRIGONOMETRIC
  }

  public Interpolant {
    if (!(bridge >= 0) || Double.isInfinite(bridge)) {
      throw new IllegalArgumentException(
          "interpolant: the bridge noise must be finite and not negative, found " + bridge);
    }
  }

  /// The straight path without bridge noise.
  public static Interpolant linear() {
    return new Interpolant(Path.LINEAR, 0);
  }

  /// The straight path with noise sigma sqrt(t (1 - t)).
  public static Interpolant linear(double bridge) {
    return new Interpolant(Path.LINEAR, bridge);
  }

  /// The weight of x_0 at t.
  public double alpha(double t) {
    return switch (path) {
      case LINEAR -> 1 - t;
      case TRIGONOMETRIC -> StrictMath.cos(0.5 * Math.PI * t);
    };
  }

  /// The derivative of {@link #alpha} at t.
  public double alphaRate(double t) {
    return switch (path) {
      case LINEAR -> -1;
      case TRIGONOMETRIC -> -0.5 * Math.PI * StrictMath.sin(0.5 * Math.PI * t);
    };
  }

  /// The weight of x_1 at t.
  public double beta(double t) {
    return switch (path) {
      case LINEAR -> t;
      case TRIGONOMETRIC -> StrictMath.sin(0.5 * Math.PI * t);
    };
  }

  /// The derivative of {@link #beta} at t.
  public double betaRate(double t) {
    return switch (path) {
      case LINEAR -> 1;
      case TRIGONOMETRIC -> 0.5 * Math.PI * StrictMath.cos(0.5 * Math.PI * t);
    };
  }

  /// The weight of the bridge noise at t.
  public double gamma(double t) {
    return bridge * Math.sqrt(t * (1 - t));
  }

  /// The derivative of {@link #gamma} at t in (0, 1); 0 if there is no bridge noise.
  public double gammaRate(double t) {
    return bridge == 0 ? 0 : bridge * (1 - 2 * t) / (2 * Math.sqrt(t * (1 - t)));
  }

  /// The eigenvalue of Sigma_t that belongs to an eigenvalue of the prior's covariance.
  ///
  ///     s^2 = alpha^2 variance + gamma^2
  ///
  /// Source: theory.md 8.1 (there with variance = 1/lambda).
  public double noiseVariance(double t, double variance) {
    double alpha = alpha(t);
    return alpha * alpha * variance + bridge * bridge * t * (1 - t);
  }

  /// The eigenvalue of A_t = (1/2) Sigma_t' Sigma_t^+ that belongs to an eigenvalue of the prior's
  /// covariance: the rate at which the conditional mean of the noise grows.
  ///
  ///     a = (alpha alpha' variance + gamma gamma') / s^2
  ///
  /// Defined for t < 1 and variance > 0. Source: theory.md 8.1.
  public double noiseRate(double t, double variance) {
    double product = alpha(t) * alphaRate(t) * variance + 0.5 * bridge * bridge * (1 - 2 * t);
    return product / noiseVariance(t, variance);
  }
}
