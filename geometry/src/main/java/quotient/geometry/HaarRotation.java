package quotient.geometry;

import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Haar-uniform elements of SO(d), applied to vectors without forming a matrix.
///
///     R = G_0 G_1 ... G_{d-2} E,   G_k = D_k (I - 2 u u^T / |u|^2),   u = z_k + sign(z_k1) |z_k| e_k
///     z_k: Gaussian vector on the axes k..d-1;   D_k: axis k times -sign(z_k1), so G_k z_k = |z_k| e_k
///     E: last axis times prod_k sign(z_k1), so that det R = 1
///
/// Source: Stewart 1980, section 3.
final class HaarRotation {
  private HaarRotation() {}

  /// x_i <- R x_i for every row of `dimension` numbers in [from, to), in place.
  static void apply(RandomKey element, int dimension, double[] x, int from, int to) {
    double[] u = new double[dimension];
    double determinant = 1;
    for (int k = 0; k < dimension - 1; k++) {
      determinant *= sign(Normal.at(element.child(k), 0));
    }
    for (int row = from; row < to; row += dimension) {
      x[row + dimension - 1] *= determinant;
    }
    for (int k = dimension - 2; k >= 0; k--) {
      Normal.fill(element.child(k), u, k, dimension);
      double sign = sign(u[k]);
      u[k] += sign * Math.sqrt(Ranges.dot(u, u, k, dimension));
      double scale = 2 / Ranges.dot(u, u, k, dimension);
      for (int row = from; row < to; row += dimension) {
        double along = 0;
        for (int i = k; i < dimension; i++) {
          along += u[i] * x[row + i];
        }
        for (int i = k; i < dimension; i++) {
          x[row + i] -= scale * along * u[i];
        }
        x[row + k] *= -sign;
      }
    }
  }

  private static double sign(double value) {
    return value < 0 ? -1 : 1;
  }
}
