package quotient.tensor.linalg;

/// The rotation R, det R = 1, that maximises tr(R H) for a 3x3 matrix H, by a formula without
/// branches.
///
/// Let B = H^T have the singular values s_1 >= s_2 >= s_3, let sigma be the same with the sign of det H
/// on the last, and e1, e2, e3 the elementary symmetric functions of sigma. With I1 = |H|^2 and
/// I2 = |cof H|^2 (Frobenius),
///
///     e1 = max tr(R H), the largest root of f(l) = (l^2 - I1)^2 - 4 I2 - 8 det(H) l
///     e2 = (e1^2 - I1) / 2,   e3 = det H
///     R  = ((e1^2 - e2) B + e1 cof B - B H B) / (e1 e2 - e3)
///
/// The last line is the polynomial in the singular values that takes every sigma to 1. Its
/// denominator is (s_1 + sigma_2)(sigma_2 + sigma_3)(sigma_3 + s_1); {@link #conditioning} is that
/// over I1^(3/2), and the error of R is about 1e-16 over its square.
///
/// Source of the quartic: Horn 1987. *Thread-safe.*
public final class BestRotation3 {
  /// Steps of {@link #trace}.
  public static final int STEPS = 5;

  private BestRotation3() {}

  /// e1, by five steps of Householder's method of third order from the upper bound sqrt(3 I1).
  ///
  /// The number of steps is fixed; it is enough for a conditioning of 0.01 or more. NaN for H = 0.
  public static double trace(double i1, double i2, double det) {
    double l = Math.sqrt(3 * i1);
    for (int step = 0; step < STEPS; step++) {
      double l2 = l * l;
      double q = l2 - i1;
      double f = q * q - 4 * i2 - 8 * det * l;
      double f1 = 4 * (l * q) - 8 * det;
      double f2 = 4 * q + 8 * l2;
      double f11 = f1 * f1;
      double ff2 = f * f2;
      double numerator = f * (2 * f11 - ff2);
      double denominator = f1 * (2 * f11 - 2 * ff2) + f * f * (8 * l);
      l = l - numerator / denominator;
    }
    return l;
  }

  /// (e1 e2 - e3) / I1^(3/2): 0 where the best rotation is not unique, at most 8 / 3^(3/2).
  public static double conditioning(double e1, double i1, double det) {
    return (e1 * (0.5 * (e1 * e1 - i1)) - det) / (i1 * Math.sqrt(i1));
  }
}
