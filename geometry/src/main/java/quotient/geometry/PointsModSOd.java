package quotient.geometry;

import quotient.tensor.linalg.Dense;
import quotient.tensor.linalg.SingularValues;
import quotient.tensor.linalg.SymmetricEigen;
import quotient.tensor.random.RandomKey;

/// N points of R^d modulo rotations about the origin, R^{Nxd}/SO(d).
///
///     S = X^T X = U diag(s) U^T                    X: [N, d], one point a row
///     P_X V = V - X A^T,   A_ab = (V^T X - X^T V)_ab / (s_a + s_b)   in the basis U
///     c(X)  = X U diag_a(sum_{b != a} 1 / (s_a + s_b)) U^T
///     J     has the eigenvalues s_a + s_b, a < b
///
/// Pairs with s_a + s_b <= 1e-12 of the largest pair count as zero (rank X < d - 1). The points are
/// not centred; for d = 3 and centred clouds {@link ShapeSpace} is the fast form. Allocates a few
/// d x d arrays per call. *Immutable.* Source: docs/spaces.md, derived from Xu et al. 2026, Theorem 4.
public final class PointsModSOd implements LinearQuotient {
  private static final double RELATIVE_CUT = 1e-12;

  private final int d;

  private PointsModSOd(int dimension) {
    this.d = dimension;
  }

  /// The space of points in R^dimension.
  ///
  /// @throws IllegalArgumentException if the dimension is below 1
  public static PointsModSOd of(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "PointsModSOd: dimension must be positive, found " + dimension);
    }
    return new PointsModSOd(dimension);
  }

  @Override
  public String name() {
    return "R^Nx" + d + "/SO(" + d + ")";
  }

  /// Eigenvalues s (ascending) and eigenvectors (rows of u) of S, the cut, and the inverse sums.
  private final class Moments {
    final double[] s = new double[d];
    final double[] u = new double[d * d];
    final double cut;

    Moments(double[] x, int from, int to) {
      Ranges.requirePoints(name(), d, from, to);
      double[] moment = new double[d * d];
      for (int row = from; row < to; row += d) {
        for (int a = 0; a < d; a++) {
          for (int b = 0; b <= a; b++) {
            moment[a * d + b] += x[row + a] * x[row + b];
          }
        }
      }
      SymmetricEigen.decompose(d, moment, s, u);
      cut = d > 1 ? RELATIVE_CUT * (s[d - 1] + s[d - 2]) : 0;
    }

    double inverse(int a, int b) {
      double sum = s[a] + s[b];
      return sum > cut ? 1 / sum : 0;
    }
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    Moments m = new Moments(x, from, to);
    int rank = 0;
    for (int a = 1; a < d; a++) {
      for (int b = 0; b < a; b++) {
        rank += m.inverse(a, b) > 0 ? 1 : 0;
      }
    }
    return rank;
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Moments m = new Moments(x, from, to);
    double[] cross = new double[d * d];
    for (int row = from; row < to; row += d) {
      for (int a = 0; a < d; a++) {
        for (int b = 0; b < d; b++) {
          cross[a * d + b] += v[row + a] * x[row + b] - x[row + a] * v[row + b];
        }
      }
    }
    // A = U^T-basis entries of cross over s_a + s_b, turned back to the coordinate axes
    double[] half = new double[d * d];
    Dense.multiply(d, d, d, m.u, cross, half);
    double[] inBasis = new double[d * d];
    Dense.multiplyTransposed(d, d, d, half, m.u, inBasis);
    for (int a = 0; a < d; a++) {
      for (int b = 0; b < d; b++) {
        inBasis[a * d + b] *= a == b ? 0 : m.inverse(a, b);
      }
    }
    Dense.multiply(d, d, d, inBasis, m.u, half);
    double[] rotation = new double[d * d];
    Dense.transposedMultiply(d, d, d, m.u, half, rotation);
    for (int row = from; row < to; row += d) {
      for (int a = 0; a < d; a++) {
        double turned = 0;
        for (int b = 0; b < d; b++) {
          turned += rotation[a * d + b] * x[row + b];
        }
        out[row + a] = v[row + a] - turned;
      }
    }
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    Moments m = new Moments(x, from, to);
    double sum = 0;
    for (int a = 1; a < d; a++) {
      for (int b = 0; b < a; b++) {
        sum += m.inverse(a, b) > 0 ? StrictMath.log(m.s[a] + m.s[b]) : 0;
      }
    }
    return 0.5 * sum;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Moments m = new Moments(x, from, to);
    double[] weight = new double[d];
    for (int a = 0; a < d; a++) {
      for (int b = 0; b < d; b++) {
        weight[a] += a == b ? 0 : m.inverse(a, b);
      }
    }
    for (int row = from; row < to; row += d) {
      for (int j = 0; j < d; j++) {
        out[row + j] = 0;
      }
      for (int a = 0; a < d; a++) {
        double along = 0;
        for (int j = 0; j < d; j++) {
          along += m.u[a * d + j] * x[row + j];
        }
        for (int j = 0; j < d; j++) {
          out[row + j] += weight[a] * along * m.u[a * d + j];
        }
      }
    }
  }

  /// s_a + s_b of the two smallest s that N points can make positive: with N < d - 1 points,
  /// d - N of the s are zero for every X, and pairs of those do not count.
  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    Moments m = new Moments(x, from, to);
    int alwaysZero = Math.max(0, d - (to - from) / d);
    if (d < 2 || alwaysZero >= d) {
      return Double.POSITIVE_INFINITY;
    }
    return alwaysZero < 2 ? m.s[0] + m.s[1] : m.s[alwaysZero];
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    Ranges.requirePoints(name(), d, from, to);
    double[] rotation = bestRotation(x, onto, from, to);
    double[] turned = new double[d];
    for (int row = from; row < to; row += d) {
      for (int a = 0; a < d; a++) {
        double sum = 0;
        for (int b = 0; b < d; b++) {
          sum += rotation[a * d + b] * x[row + b];
        }
        turned[a] = sum;
      }
      System.arraycopy(turned, 0, out, row, d);
    }
  }

  /// R = V diag(1, ..., 1, det) U^T for the cross moments sum_i x_i onto_i^T = U diag(s) V^T.
  private double[] bestRotation(double[] x, double[] onto, int from, int to) {
    double[] cross = new double[d * d];
    for (int row = from; row < to; row += d) {
      for (int a = 0; a < d; a++) {
        for (int b = 0; b < d; b++) {
          cross[a * d + b] += x[row + a] * onto[row + b];
        }
      }
    }
    double[] u = new double[d * d];
    double[] s = new double[d];
    double[] v = new double[d * d];
    SingularValues.decompose(d, cross, u, s, v);
    double[] rotation = new double[d * d];
    Dense.multiplyTransposed(d, d, d, v, u, rotation);
    if (Dense.determinant(d, rotation) < 0) {
      for (int i = 0; i < d; i++) {
        v[i * d + d - 1] *= -1;
      }
      Dense.multiplyTransposed(d, d, d, v, u, rotation);
    }
    return rotation;
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    double[] aligned = new double[to];
    align(x, y, aligned, from, to);
    return Ranges.distance(aligned, y, from, to);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(name(), d, from, to);
    Ranges.copy(x, out, from, to);
    HaarRotation.apply(element, d, out, from, to);
  }
}
