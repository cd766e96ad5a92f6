package quotient.geometry.shape;

import quotient.tensor.linalg.SymmetricEigen;

/// The inertia matrix J of a cloud, its pseudo-inverse, and the one decision on degenerate clouds.
///
///     S = sum_i (x_i - m)(x_i - m)^T = U diag(s) U^T       second moments about the mean m, Å^2
///     J = tr(S) I - S,   eigenvalues lambda_a = s_b + s_c  (b, c the two other indices)
///     J^+ keeps 1 / lambda_a where lambda_a > 1e-12 max lambda, and 0 elsewhere
///
/// So a collinear cloud (every cloud of two points) has rank 2, coincident points and a single
/// point have rank 0, all with finite results. Clouds far from collinear are inverted by cofactors,
/// the others through the eigenvectors, which never subtracts two large numbers.
///
/// A method takes the six entries of S and returns one number, so that it allocates nothing; HotSpot
/// merges the work that calls with the same entries share. *Thread-safe.*
/// Sources: Xu et al. 2026, Section 3.3; docs/notation.md.
public final class MomentOfInertia {
  /// Eigenvalues of J at or below this fraction of the largest count as zero.
  public static final double RELATIVE_CUT = 1e-12;

  /// det J above this fraction of (tr J / 3)^3 makes cofactors accurate to about 1e-13.
  private static final double WELL_CONDITIONED = 1e-3;

  private MomentOfInertia() {}

  /// Component `axis` of omega = J^+ L, the angular velocity that belongs to angular momentum L.
  public static double angularVelocity(
      int axis,
      double sxx,
      double sxy,
      double sxz,
      double syy,
      double syz,
      double szz,
      double lx,
      double ly,
      double lz) {
    double jxx = syy + szz;
    double jyy = sxx + szz;
    double jzz = sxx + syy;
    double kxx = jyy * jzz - syz * syz;
    double kxy = sxz * syz + sxy * jzz;
    double kxz = sxy * syz + sxz * jyy;
    double determinant = jxx * kxx - sxy * kxy - sxz * kxz;
    if (!isWellConditioned(determinant, jxx + jyy + jzz)) {
      return degenerateVelocity(axis, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    }
    double numerator =
        switch (axis) {
          case 0 -> kxx * lx + kxy * ly + kxz * lz;
          case 1 -> kxy * lx + (jxx * jzz - sxz * sxz) * ly + (sxy * sxz + jxx * syz) * lz;
          default -> kxz * lx + (sxy * sxz + jxx * syz) * ly + (jxx * jyy - sxy * sxy) * lz;
        };
    return numerator / determinant;
  }

  /// Entry (row, column) of W = U diag(sum_{b != a} 1 / lambda_b) U^T, the matrix with
  /// grad log sqrt det J = W (x_i - m); equal to tr(J^-1) I - J^-1 where J is invertible.
  public static double gradientWeight(
      int row, int column, double sxx, double sxy, double sxz, double syy, double syz, double szz) {
    double jxx = syy + szz;
    double jyy = sxx + szz;
    double jzz = sxx + syy;
    double kxx = jyy * jzz - syz * syz;
    double kxy = sxz * syz + sxy * jzz;
    double kxz = sxy * syz + sxz * jyy;
    double determinant = jxx * kxx - sxy * kxy - sxz * kxz;
    if (!isWellConditioned(determinant, jxx + jyy + jzz)) {
      return degenerateWeight(row, column, sxx, sxy, sxz, syy, syz, szz);
    }
    double kyy = jxx * jzz - sxz * sxz;
    double kzz = jxx * jyy - sxy * sxy;
    double numerator =
        switch (3 * row + column) {
          case 0 -> kyy + kzz;
          case 4 -> kxx + kzz;
          case 8 -> kxx + kyy;
          case 1, 3 -> -kxy;
          case 2, 6 -> -kxz;
          default -> -(sxy * sxz + jxx * syz);
        };
    return numerator / determinant;
  }

  /// log sqrt det J over the non-zero eigenvalues; 0 where there is none.
  public static double logVolume(
      double sxx, double sxy, double sxz, double syy, double syz, double szz) {
    double cut = RELATIVE_CUT * eigenvalue(2, sxx, sxy, sxz, syy, syz, szz);
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      double lambda = eigenvalue(a, sxx, sxy, sxz, syy, syz, szz);
      if (lambda > cut) {
        sum += StrictMath.log(lambda);
      }
    }
    return 0.5 * sum;
  }

  /// Number of non-zero eigenvalues of J: 3 in general, 2 for collinear clouds, 0 for a point.
  public static int rank(double sxx, double sxy, double sxz, double syy, double syz, double szz) {
    double cut = RELATIVE_CUT * eigenvalue(2, sxx, sxy, sxz, syy, syz, szz);
    int rank = 0;
    for (int a = 0; a < 3; a++) {
      rank += eigenvalue(a, sxx, sxy, sxz, syy, syz, szz) > cut ? 1 : 0;
    }
    return rank;
  }

  /// The `rank`-th smallest eigenvalue of J, not below 0.
  public static double eigenvalue(
      int rank, double sxx, double sxy, double sxz, double syy, double syz, double szz) {
    int b = rank == 2 ? 1 : 0;
    int c = rank == 0 ? 1 : 2;
    // lambda ascends as s descends: the smallest lambda leaves the largest s out.
    double lambda =
        SymmetricEigen.value3(b, sxx, sxy, sxz, syy, syz, szz)
            + SymmetricEigen.value3(c, sxx, sxy, sxz, syy, syz, szz);
    return Math.max(0, lambda);
  }

  /// Whether J is so far from well-conditioned that the moments should be taken again in the
  /// principal frame, where the small ones do not drown in the rounding of the large one.
  public static boolean isNearlyCollinear(
      double sxx, double sxy, double sxz, double syy, double syz, double szz) {
    double jxx = syy + szz;
    double jyy = sxx + szz;
    double jzz = sxx + syy;
    double determinant =
        jxx * (jyy * jzz - syz * syz)
            - sxy * (sxz * syz + sxy * jzz)
            - sxz * (sxy * syz + sxz * jyy);
    return !isWellConditioned(determinant, jxx + jyy + jzz);
  }

  /// sum_i (a . (x_i - m)) (b . (y_i - k)): one second moment along the directions a and b.
  static double moment(
      double[] x,
      double mx,
      double my,
      double mz,
      double ax,
      double ay,
      double az,
      double[] y,
      double kx,
      double ky,
      double kz,
      double bx,
      double by,
      double bz,
      int from,
      int to) {
    double sum = 0;
    for (int i = from; i < to; i += 3) {
      sum +=
          (ax * (x[i] - mx) + ay * (x[i + 1] - my) + az * (x[i + 2] - mz))
              * (bx * (y[i] - kx) + by * (y[i + 1] - ky) + bz * (y[i + 2] - kz));
    }
    return sum;
  }

  /// The same for float coordinates.
  static double moment(
      float[] x,
      double mx,
      double my,
      double mz,
      double ax,
      double ay,
      double az,
      float[] y,
      double kx,
      double ky,
      double kz,
      double bx,
      double by,
      double bz,
      int from,
      int to) {
    double sum = 0;
    for (int i = from; i < to; i += 3) {
      sum +=
          (ax * (x[i] - mx) + ay * (x[i + 1] - my) + az * (x[i + 2] - mz))
              * (bx * (y[i] - kx) + by * (y[i + 1] - ky) + bz * (y[i + 2] - kz));
    }
    return sum;
  }

  private static boolean isWellConditioned(double determinant, double trace) {
    return determinant > WELL_CONDITIONED / 27 * trace * trace * trace;
  }

  private static double degenerateVelocity(
      int axis,
      double sxx,
      double sxy,
      double sxz,
      double syy,
      double syz,
      double szz,
      double lx,
      double ly,
      double lz) {
    double cut = RELATIVE_CUT * eigenvalue(2, sxx, sxy, sxz, syy, syz, szz);
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      double lambda = eigenvalue(2 - a, sxx, sxy, sxz, syy, syz, szz);
      if (lambda > cut) {
        double ux = SymmetricEigen.vector3(a, 0, sxx, sxy, sxz, syy, syz, szz);
        double uy = SymmetricEigen.vector3(a, 1, sxx, sxy, sxz, syy, syz, szz);
        double uz = SymmetricEigen.vector3(a, 2, sxx, sxy, sxz, syy, syz, szz);
        double along = (ux * lx + uy * ly + uz * lz) / lambda;
        sum += along * (axis == 0 ? ux : axis == 1 ? uy : uz);
      }
    }
    return sum;
  }

  private static double degenerateWeight(
      int row, int column, double sxx, double sxy, double sxz, double syy, double syz, double szz) {
    double cut = RELATIVE_CUT * eigenvalue(2, sxx, sxy, sxz, syy, syz, szz);
    double inverse0 = cutInverse(eigenvalue(2, sxx, sxy, sxz, syy, syz, szz), cut);
    double inverse1 = cutInverse(eigenvalue(1, sxx, sxy, sxz, syy, syz, szz), cut);
    double inverse2 = cutInverse(eigenvalue(0, sxx, sxy, sxz, syy, syz, szz), cut);
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      double weight =
          a == 0 ? inverse1 + inverse2 : a == 1 ? inverse0 + inverse2 : inverse0 + inverse1;
      double ur = SymmetricEigen.vector3(a, row, sxx, sxy, sxz, syy, syz, szz);
      double uc = SymmetricEigen.vector3(a, column, sxx, sxy, sxz, syy, syz, szz);
      sum += weight * ur * uc;
    }
    return sum;
  }

  private static double cutInverse(double lambda, double cut) {
    return lambda > cut ? 1 / lambda : 0;
  }
}
