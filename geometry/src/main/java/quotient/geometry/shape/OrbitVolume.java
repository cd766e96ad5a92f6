package quotient.geometry.shape;

import static quotient.geometry.shape.MomentOfInertia.gradientWeight;
import static quotient.geometry.shape.MomentOfInertia.isNearlyCollinear;
import static quotient.geometry.shape.MomentOfInertia.moment;

import quotient.tensor.linalg.SymmetricEigen;

/// Volume of the orbit of a cloud under rotations about its mean, and its gradient.
///
///     vol(x) = sqrt det J(x),   grad log vol(x)_i = + W (x_i - mean(x)),   W = tr(J^-1) I - J^-1
///
/// The paper's mean curvature vector is minus this gradient; only the plus sign is offered, and
/// samplers add it. `x . grad log vol = rank J`: 3, or 2 for collinear clouds. *Thread-safe.*
/// Source: Xu et al. 2026, Theorem 4, sign and degenerate cases as in docs/notation.md.
public final class OrbitVolume {
  private static final int SMALLEST = 0;
  private static final int MIDDLE = 1;
  private static final int RANK = 2;
  private static final int LOG_VOLUME = 3;

  private OrbitVolume() {}

  /// The gradient of the logarithm of the orbit volume.
  ///
  ///     out_i = (tr(J^-1) I - J^-1)(x_i - mean(x))        x, out: [n, 3] in [from, to); Å and 1/Å
  ///
  /// `out` must not be `x`. Two passes, sums in double, no allocation.
  public static void logGradient(float[] x, float[] out, int from, int to) {
    double mx = 0;
    double my = 0;
    double mz = 0;
    double sxx = 0;
    double sxy = 0;
    double sxz = 0;
    double syy = 0;
    double syz = 0;
    double szz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      mx += px;
      my += py;
      mz += pz;
      sxx += px * px;
      sxy += px * py;
      sxz += px * pz;
      syy += py * py;
      syz += py * pz;
      szz += pz * pz;
    }
    if (from == to) {
      return;
    }
    double perPoint = 3.0 / (to - from);
    double nx = mx * perPoint;
    double ny = my * perPoint;
    double nz = mz * perPoint;
    sxx -= mx * nx;
    sxy -= mx * ny;
    sxz -= mx * nz;
    syy -= my * ny;
    syz -= my * nz;
    szz -= mz * nz;
    if (isNearlyCollinear(sxx, sxy, sxz, syy, syz, szz)) {
      gradientNearlyCollinear(x, out, from, to, nx, ny, nz, sxx, sxy, sxz, syy, syz, szz);
      return;
    }
    double wxx = gradientWeight(0, 0, sxx, sxy, sxz, syy, syz, szz);
    double wxy = gradientWeight(0, 1, sxx, sxy, sxz, syy, syz, szz);
    double wxz = gradientWeight(0, 2, sxx, sxy, sxz, syy, syz, szz);
    double wyy = gradientWeight(1, 1, sxx, sxy, sxz, syy, syz, szz);
    double wyz = gradientWeight(1, 2, sxx, sxy, sxz, syy, syz, szz);
    double wzz = gradientWeight(2, 2, sxx, sxy, sxz, syy, syz, szz);
    for (int i = from; i < to; i += 3) {
      double px = x[i] - nx;
      double py = x[i + 1] - ny;
      double pz = x[i + 2] - nz;
      out[i] = (float) (wxx * px + wxy * py + wxz * pz);
      out[i + 1] = (float) (wxy * px + wyy * py + wyz * pz);
      out[i + 2] = (float) (wxz * px + wyz * py + wzz * pz);
    }
  }

  /// The same where J is badly conditioned: moments along the principal axes a, b, c.
  private static void gradientNearlyCollinear(
      float[] x,
      float[] out,
      int from,
      int to,
      double mx,
      double my,
      double mz,
      double sxx,
      double sxy,
      double sxz,
      double syy,
      double syz,
      double szz) {
    double ax = SymmetricEigen.vector3(0, 0, sxx, sxy, sxz, syy, syz, szz);
    double ay = SymmetricEigen.vector3(0, 1, sxx, sxy, sxz, syy, syz, szz);
    double az = SymmetricEigen.vector3(0, 2, sxx, sxy, sxz, syy, syz, szz);
    double bx = SymmetricEigen.vector3(1, 0, sxx, sxy, sxz, syy, syz, szz);
    double by = SymmetricEigen.vector3(1, 1, sxx, sxy, sxz, syy, syz, szz);
    double bz = SymmetricEigen.vector3(1, 2, sxx, sxy, sxz, syy, syz, szz);
    double cx = ay * bz - az * by;
    double cy = az * bx - ax * bz;
    double cz = ax * by - ay * bx;
    double saa = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, ax, ay, az, from, to);
    double sab = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, bx, by, bz, from, to);
    double sac = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, cx, cy, cz, from, to);
    double sbb = moment(x, mx, my, mz, bx, by, bz, x, mx, my, mz, bx, by, bz, from, to);
    double sbc = moment(x, mx, my, mz, bx, by, bz, x, mx, my, mz, cx, cy, cz, from, to);
    double scc = moment(x, mx, my, mz, cx, cy, cz, x, mx, my, mz, cx, cy, cz, from, to);
    double waa = gradientWeight(0, 0, saa, sab, sac, sbb, sbc, scc);
    double wab = gradientWeight(0, 1, saa, sab, sac, sbb, sbc, scc);
    double wac = gradientWeight(0, 2, saa, sab, sac, sbb, sbc, scc);
    double wbb = gradientWeight(1, 1, saa, sab, sac, sbb, sbc, scc);
    double wbc = gradientWeight(1, 2, saa, sab, sac, sbb, sbc, scc);
    double wcc = gradientWeight(2, 2, saa, sab, sac, sbb, sbc, scc);
    for (int i = from; i < to; i += 3) {
      double px = x[i] - mx;
      double py = x[i + 1] - my;
      double pz = x[i + 2] - mz;
      double pa = ax * px + ay * py + az * pz;
      double pb = bx * px + by * py + bz * pz;
      double pc = cx * px + cy * py + cz * pz;
      double qa = waa * pa + wab * pb + wac * pc;
      double qb = wab * pa + wbb * pb + wbc * pc;
      double qc = wac * pa + wbc * pb + wcc * pc;
      out[i] = (float) (ax * qa + bx * qb + cx * qc);
      out[i + 1] = (float) (ay * qa + by * qb + cy * qc);
      out[i + 2] = (float) (az * qa + bz * qb + cz * qc);
    }
  }

  /// The same for double coordinates.
  public static void logGradient(double[] x, double[] out, int from, int to) {
    double mx = 0;
    double my = 0;
    double mz = 0;
    double sxx = 0;
    double sxy = 0;
    double sxz = 0;
    double syy = 0;
    double syz = 0;
    double szz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      mx += px;
      my += py;
      mz += pz;
      sxx += px * px;
      sxy += px * py;
      sxz += px * pz;
      syy += py * py;
      syz += py * pz;
      szz += pz * pz;
    }
    if (from == to) {
      return;
    }
    double perPoint = 3.0 / (to - from);
    double nx = mx * perPoint;
    double ny = my * perPoint;
    double nz = mz * perPoint;
    sxx -= mx * nx;
    sxy -= mx * ny;
    sxz -= mx * nz;
    syy -= my * ny;
    syz -= my * nz;
    szz -= mz * nz;
    if (isNearlyCollinear(sxx, sxy, sxz, syy, syz, szz)) {
      gradientNearlyCollinear(x, out, from, to, nx, ny, nz, sxx, sxy, sxz, syy, syz, szz);
      return;
    }
    double wxx = gradientWeight(0, 0, sxx, sxy, sxz, syy, syz, szz);
    double wxy = gradientWeight(0, 1, sxx, sxy, sxz, syy, syz, szz);
    double wxz = gradientWeight(0, 2, sxx, sxy, sxz, syy, syz, szz);
    double wyy = gradientWeight(1, 1, sxx, sxy, sxz, syy, syz, szz);
    double wyz = gradientWeight(1, 2, sxx, sxy, sxz, syy, syz, szz);
    double wzz = gradientWeight(2, 2, sxx, sxy, sxz, syy, syz, szz);
    for (int i = from; i < to; i += 3) {
      double px = x[i] - nx;
      double py = x[i + 1] - ny;
      double pz = x[i + 2] - nz;
      out[i] = wxx * px + wxy * py + wxz * pz;
      out[i + 1] = wxy * px + wyy * py + wyz * pz;
      out[i + 2] = wxz * px + wyz * py + wzz * pz;
    }
  }

  /// The same where J is badly conditioned: moments along the principal axes a, b, c.
  private static void gradientNearlyCollinear(
      double[] x,
      double[] out,
      int from,
      int to,
      double mx,
      double my,
      double mz,
      double sxx,
      double sxy,
      double sxz,
      double syy,
      double syz,
      double szz) {
    double ax = SymmetricEigen.vector3(0, 0, sxx, sxy, sxz, syy, syz, szz);
    double ay = SymmetricEigen.vector3(0, 1, sxx, sxy, sxz, syy, syz, szz);
    double az = SymmetricEigen.vector3(0, 2, sxx, sxy, sxz, syy, syz, szz);
    double bx = SymmetricEigen.vector3(1, 0, sxx, sxy, sxz, syy, syz, szz);
    double by = SymmetricEigen.vector3(1, 1, sxx, sxy, sxz, syy, syz, szz);
    double bz = SymmetricEigen.vector3(1, 2, sxx, sxy, sxz, syy, syz, szz);
    double cx = ay * bz - az * by;
    double cy = az * bx - ax * bz;
    double cz = ax * by - ay * bx;
    double saa = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, ax, ay, az, from, to);
    double sab = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, bx, by, bz, from, to);
    double sac = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, cx, cy, cz, from, to);
    double sbb = moment(x, mx, my, mz, bx, by, bz, x, mx, my, mz, bx, by, bz, from, to);
    double sbc = moment(x, mx, my, mz, bx, by, bz, x, mx, my, mz, cx, cy, cz, from, to);
    double scc = moment(x, mx, my, mz, cx, cy, cz, x, mx, my, mz, cx, cy, cz, from, to);
    double waa = gradientWeight(0, 0, saa, sab, sac, sbb, sbc, scc);
    double wab = gradientWeight(0, 1, saa, sab, sac, sbb, sbc, scc);
    double wac = gradientWeight(0, 2, saa, sab, sac, sbb, sbc, scc);
    double wbb = gradientWeight(1, 1, saa, sab, sac, sbb, sbc, scc);
    double wbc = gradientWeight(1, 2, saa, sab, sac, sbb, sbc, scc);
    double wcc = gradientWeight(2, 2, saa, sab, sac, sbb, sbc, scc);
    for (int i = from; i < to; i += 3) {
      double px = x[i] - mx;
      double py = x[i + 1] - my;
      double pz = x[i + 2] - mz;
      double pa = ax * px + ay * py + az * pz;
      double pb = bx * px + by * py + bz * pz;
      double pc = cx * px + cy * py + cz * pz;
      double qa = waa * pa + wab * pb + wac * pc;
      double qb = wab * pa + wbb * pb + wbc * pc;
      double qc = wac * pa + wbc * pb + wcc * pc;
      out[i] = ax * qa + bx * qb + cx * qc;
      out[i + 1] = ay * qa + by * qb + cy * qc;
      out[i + 2] = az * qa + bz * qb + cz * qc;
    }
  }

  /// log sqrt det J over the non-zero eigenvalues; 0 for coincident points and a single one.
  public static double log(double[] x, int from, int to) {
    return invariant(LOG_VOLUME, x, from, to);
  }

  /// Rank of J: 3, or 2 for collinear clouds (every cloud of two points), or 0.
  public static int rank(double[] x, int from, int to) {
    return (int) invariant(RANK, x, from, to);
  }

  /// The smallest eigenvalue of J among those that are not zero for every cloud of that size, Å^2:
  /// the middle one for two points, infinity for one point.
  public static double smallestEigenvalue(double[] x, int from, int to) {
    int points = (to - from) / 3;
    if (points < 2) {
      return Double.POSITIVE_INFINITY;
    }
    return invariant(points == 2 ? MIDDLE : SMALLEST, x, from, to);
  }

  private static double invariant(int which, double[] x, int from, int to) {
    double mx = 0;
    double my = 0;
    double mz = 0;
    double sxx = 0;
    double sxy = 0;
    double sxz = 0;
    double syy = 0;
    double syz = 0;
    double szz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      mx += px;
      my += py;
      mz += pz;
      sxx += px * px;
      sxy += px * py;
      sxz += px * pz;
      syy += py * py;
      syz += py * pz;
      szz += pz * pz;
    }
    if (from == to) {
      return 0;
    }
    double perPoint = 3.0 / (to - from);
    sxx -= mx * mx * perPoint;
    sxy -= mx * my * perPoint;
    sxz -= mx * mz * perPoint;
    syy -= my * my * perPoint;
    syz -= my * mz * perPoint;
    szz -= mz * mz * perPoint;
    if (isNearlyCollinear(sxx, sxy, sxz, syy, syz, szz)) {
      mx *= perPoint;
      my *= perPoint;
      mz *= perPoint;
      double ax = SymmetricEigen.vector3(0, 0, sxx, sxy, sxz, syy, syz, szz);
      double ay = SymmetricEigen.vector3(0, 1, sxx, sxy, sxz, syy, syz, szz);
      double az = SymmetricEigen.vector3(0, 2, sxx, sxy, sxz, syy, syz, szz);
      double bx = SymmetricEigen.vector3(1, 0, sxx, sxy, sxz, syy, syz, szz);
      double by = SymmetricEigen.vector3(1, 1, sxx, sxy, sxz, syy, syz, szz);
      double bz = SymmetricEigen.vector3(1, 2, sxx, sxy, sxz, syy, syz, szz);
      double cx = ay * bz - az * by;
      double cy = az * bx - ax * bz;
      double cz = ax * by - ay * bx;
      double saa = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, ax, ay, az, from, to);
      double sab = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, bx, by, bz, from, to);
      double sac = moment(x, mx, my, mz, ax, ay, az, x, mx, my, mz, cx, cy, cz, from, to);
      double sbb = moment(x, mx, my, mz, bx, by, bz, x, mx, my, mz, bx, by, bz, from, to);
      double sbc = moment(x, mx, my, mz, bx, by, bz, x, mx, my, mz, cx, cy, cz, from, to);
      double scc = moment(x, mx, my, mz, cx, cy, cz, x, mx, my, mz, cx, cy, cz, from, to);
      return spectrum(which, saa, sab, sac, sbb, sbc, scc);
    }
    return spectrum(which, sxx, sxy, sxz, syy, syz, szz);
  }

  private static double spectrum(
      int which, double sxx, double sxy, double sxz, double syy, double syz, double szz) {
    return switch (which) {
      case SMALLEST -> MomentOfInertia.eigenvalue(0, sxx, sxy, sxz, syy, syz, szz);
      case MIDDLE -> MomentOfInertia.eigenvalue(1, sxx, sxy, sxz, syy, syz, szz);
      case RANK -> MomentOfInertia.rank(sxx, sxy, sxz, syy, syz, szz);
      default -> MomentOfInertia.logVolume(sxx, sxy, sxz, syy, syz, szz);
    };
  }
}
