package quotient.geometry.shape;

import static quotient.geometry.shape.MomentOfInertia.angularVelocity;
import static quotient.geometry.shape.MomentOfInertia.isNearlyCollinear;
import static quotient.geometry.shape.MomentOfInertia.moment;

import quotient.tensor.linalg.SymmetricEigen;

/// The horizontal projection P_x of clouds modulo rigid motions, and the removal of the mean.
///
/// Float coordinates with sums and 3x3 algebra in double, or double throughout: the two overloads
/// of a method say the same, since Java has no generic loop over primitives. *Thread-safe.*
public final class HorizontalProjection {
  private HorizontalProjection() {}

  /// Removes from v the parts that only move or turn the cloud x rigidly.
  ///
  ///     out_i = v_i - mean(v) - omega × (x_i - mean(x)),   omega = J^+ sum_i (x_i - mean(x)) × v_i
  ///     x, v, out: [n, 3] in the range [from, to), xyz interleaved; x in Å
  ///
  /// `out` may be `v`, not `x`. An orthogonal projection, hence its own adjoint. Sums in double, two
  /// passes, no allocation. Collinear clouds, coincident and single points have the result that
  /// {@link MomentOfInertia} describes. Source: Xu et al. 2026, Theorem 4.
  public static void project(float[] x, float[] v, float[] out, int from, int to) {
    double mx = 0;
    double my = 0;
    double mz = 0;
    double ux = 0;
    double uy = 0;
    double uz = 0;
    double sxx = 0;
    double sxy = 0;
    double sxz = 0;
    double syy = 0;
    double syz = 0;
    double szz = 0;
    double lx = 0;
    double ly = 0;
    double lz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      double vx = v[i];
      double vy = v[i + 1];
      double vz = v[i + 2];
      mx += px;
      my += py;
      mz += pz;
      ux += vx;
      uy += vy;
      uz += vz;
      sxx += px * px;
      sxy += px * py;
      sxz += px * pz;
      syy += py * py;
      syz += py * pz;
      szz += pz * pz;
      lx += py * vz - pz * vy;
      ly += pz * vx - px * vz;
      lz += px * vy - py * vx;
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
    lx -= ny * uz - nz * uy;
    ly -= nz * ux - nx * uz;
    lz -= nx * uy - ny * ux;
    if (isNearlyCollinear(sxx, sxy, sxz, syy, syz, szz)) {
      projectNearlyCollinear(
          x,
          v,
          out,
          from,
          to,
          nx,
          ny,
          nz,
          ux * perPoint,
          uy * perPoint,
          uz * perPoint,
          sxx,
          sxy,
          sxz,
          syy,
          syz,
          szz);
      return;
    }
    double wx = angularVelocity(0, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    double wy = angularVelocity(1, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    double wz = angularVelocity(2, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    // v - u - w × (p - m) = v - (u - w × m) - w × p
    double bx = ux * perPoint - (wy * nz - wz * ny);
    double by = uy * perPoint - (wz * nx - wx * nz);
    double bz = uz * perPoint - (wx * ny - wy * nx);
    subtractMotion(x, v, out, from, to, wx, wy, wz, bx, by, bz);
  }

  /// The same where J is badly conditioned: moments and momentum along the principal axes a, b, c.
  private static void projectNearlyCollinear(
      float[] x,
      float[] v,
      float[] out,
      int from,
      int to,
      double mx,
      double my,
      double mz,
      double ux,
      double uy,
      double uz,
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
    double la =
        moment(x, mx, my, mz, bx, by, bz, v, ux, uy, uz, cx, cy, cz, from, to)
            - moment(x, mx, my, mz, cx, cy, cz, v, ux, uy, uz, bx, by, bz, from, to);
    double lb =
        moment(x, mx, my, mz, cx, cy, cz, v, ux, uy, uz, ax, ay, az, from, to)
            - moment(x, mx, my, mz, ax, ay, az, v, ux, uy, uz, cx, cy, cz, from, to);
    double lc =
        moment(x, mx, my, mz, ax, ay, az, v, ux, uy, uz, bx, by, bz, from, to)
            - moment(x, mx, my, mz, bx, by, bz, v, ux, uy, uz, ax, ay, az, from, to);
    double wa = angularVelocity(0, saa, sab, sac, sbb, sbc, scc, la, lb, lc);
    double wb = angularVelocity(1, saa, sab, sac, sbb, sbc, scc, la, lb, lc);
    double wc = angularVelocity(2, saa, sab, sac, sbb, sbc, scc, la, lb, lc);
    double wx = wa * ax + wb * bx + wc * cx;
    double wy = wa * ay + wb * by + wc * cy;
    double wz = wa * az + wb * bz + wc * cz;
    subtractMotion(
        x,
        v,
        out,
        from,
        to,
        wx,
        wy,
        wz,
        ux - (wy * mz - wz * my),
        uy - (wz * mx - wx * mz),
        uz - (wx * my - wy * mx));
  }

  private static void subtractMotion(
      float[] x,
      float[] v,
      float[] out,
      int from,
      int to,
      double wx,
      double wy,
      double wz,
      double bx,
      double by,
      double bz) {
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      out[i] = (float) (v[i] - bx - (wy * pz - wz * py));
      out[i + 1] = (float) (v[i + 1] - by - (wz * px - wx * pz));
      out[i + 2] = (float) (v[i + 2] - bz - (wx * py - wy * px));
    }
  }

  /// Removes the mean of the points, in place.
  ///
  ///     x_i <- x_i - mean(x)        x: [n, 3] in the range [from, to)
  ///
  /// Summed relative to the first point, so that coincident points become exactly zero.
  public static void centre(float[] x, int from, int to) {
    if (from == to) {
      return;
    }
    double ox = x[from];
    double oy = x[from + 1];
    double oz = x[from + 2];
    double sx = 0;
    double sy = 0;
    double sz = 0;
    for (int i = from; i < to; i += 3) {
      sx += x[i] - ox;
      sy += x[i + 1] - oy;
      sz += x[i + 2] - oz;
    }
    double perPoint = 3.0 / (to - from);
    sx *= perPoint;
    sy *= perPoint;
    sz *= perPoint;
    for (int i = from; i < to; i += 3) {
      x[i] = (float) (x[i] - ox - sx);
      x[i + 1] = (float) (x[i + 1] - oy - sy);
      x[i + 2] = (float) (x[i + 2] - oz - sz);
    }
  }

  /// Removes the mean of a vector per point: `out_i = v_i - mean(v)`. `out` may be `v`.
  public static void removeMean(float[] v, float[] out, int from, int to) {
    double ux = 0;
    double uy = 0;
    double uz = 0;
    for (int i = from; i < to; i += 3) {
      ux += v[i];
      uy += v[i + 1];
      uz += v[i + 2];
    }
    double perPoint = 3.0 / (to - from);
    ux *= perPoint;
    uy *= perPoint;
    uz *= perPoint;
    for (int i = from; i < to; i += 3) {
      out[i] = (float) (v[i] - ux);
      out[i + 1] = (float) (v[i + 1] - uy);
      out[i + 2] = (float) (v[i + 2] - uz);
    }
  }

  /// The same for double coordinates.
  public static void project(double[] x, double[] v, double[] out, int from, int to) {
    double mx = 0;
    double my = 0;
    double mz = 0;
    double ux = 0;
    double uy = 0;
    double uz = 0;
    double sxx = 0;
    double sxy = 0;
    double sxz = 0;
    double syy = 0;
    double syz = 0;
    double szz = 0;
    double lx = 0;
    double ly = 0;
    double lz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      double vx = v[i];
      double vy = v[i + 1];
      double vz = v[i + 2];
      mx += px;
      my += py;
      mz += pz;
      ux += vx;
      uy += vy;
      uz += vz;
      sxx += px * px;
      sxy += px * py;
      sxz += px * pz;
      syy += py * py;
      syz += py * pz;
      szz += pz * pz;
      lx += py * vz - pz * vy;
      ly += pz * vx - px * vz;
      lz += px * vy - py * vx;
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
    lx -= ny * uz - nz * uy;
    ly -= nz * ux - nx * uz;
    lz -= nx * uy - ny * ux;
    if (isNearlyCollinear(sxx, sxy, sxz, syy, syz, szz)) {
      projectNearlyCollinear(
          x,
          v,
          out,
          from,
          to,
          nx,
          ny,
          nz,
          ux * perPoint,
          uy * perPoint,
          uz * perPoint,
          sxx,
          sxy,
          sxz,
          syy,
          syz,
          szz);
      return;
    }
    double wx = angularVelocity(0, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    double wy = angularVelocity(1, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    double wz = angularVelocity(2, sxx, sxy, sxz, syy, syz, szz, lx, ly, lz);
    // v - u - w × (p - m) = v - (u - w × m) - w × p
    double bx = ux * perPoint - (wy * nz - wz * ny);
    double by = uy * perPoint - (wz * nx - wx * nz);
    double bz = uz * perPoint - (wx * ny - wy * nx);
    subtractMotion(x, v, out, from, to, wx, wy, wz, bx, by, bz);
  }

  /// The same where J is badly conditioned: moments and momentum along the principal axes a, b, c.
  private static void projectNearlyCollinear(
      double[] x,
      double[] v,
      double[] out,
      int from,
      int to,
      double mx,
      double my,
      double mz,
      double ux,
      double uy,
      double uz,
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
    double la =
        moment(x, mx, my, mz, bx, by, bz, v, ux, uy, uz, cx, cy, cz, from, to)
            - moment(x, mx, my, mz, cx, cy, cz, v, ux, uy, uz, bx, by, bz, from, to);
    double lb =
        moment(x, mx, my, mz, cx, cy, cz, v, ux, uy, uz, ax, ay, az, from, to)
            - moment(x, mx, my, mz, ax, ay, az, v, ux, uy, uz, cx, cy, cz, from, to);
    double lc =
        moment(x, mx, my, mz, ax, ay, az, v, ux, uy, uz, bx, by, bz, from, to)
            - moment(x, mx, my, mz, bx, by, bz, v, ux, uy, uz, ax, ay, az, from, to);
    double wa = angularVelocity(0, saa, sab, sac, sbb, sbc, scc, la, lb, lc);
    double wb = angularVelocity(1, saa, sab, sac, sbb, sbc, scc, la, lb, lc);
    double wc = angularVelocity(2, saa, sab, sac, sbb, sbc, scc, la, lb, lc);
    double wx = wa * ax + wb * bx + wc * cx;
    double wy = wa * ay + wb * by + wc * cy;
    double wz = wa * az + wb * bz + wc * cz;
    subtractMotion(
        x,
        v,
        out,
        from,
        to,
        wx,
        wy,
        wz,
        ux - (wy * mz - wz * my),
        uy - (wz * mx - wx * mz),
        uz - (wx * my - wy * mx));
  }

  private static void subtractMotion(
      double[] x,
      double[] v,
      double[] out,
      int from,
      int to,
      double wx,
      double wy,
      double wz,
      double bx,
      double by,
      double bz) {
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      out[i] = v[i] - bx - (wy * pz - wz * py);
      out[i + 1] = v[i + 1] - by - (wz * px - wx * pz);
      out[i + 2] = v[i + 2] - bz - (wx * py - wy * px);
    }
  }

  /// The same for double coordinates.
  public static void centre(double[] x, int from, int to) {
    if (from == to) {
      return;
    }
    double ox = x[from];
    double oy = x[from + 1];
    double oz = x[from + 2];
    double sx = 0;
    double sy = 0;
    double sz = 0;
    for (int i = from; i < to; i += 3) {
      sx += x[i] - ox;
      sy += x[i + 1] - oy;
      sz += x[i + 2] - oz;
    }
    double perPoint = 3.0 / (to - from);
    sx *= perPoint;
    sy *= perPoint;
    sz *= perPoint;
    for (int i = from; i < to; i += 3) {
      x[i] = x[i] - ox - sx;
      x[i + 1] = x[i + 1] - oy - sy;
      x[i + 2] = x[i + 2] - oz - sz;
    }
  }

  /// The same for double coordinates.
  public static void removeMean(double[] v, double[] out, int from, int to) {
    double ux = 0;
    double uy = 0;
    double uz = 0;
    for (int i = from; i < to; i += 3) {
      ux += v[i];
      uy += v[i + 1];
      uz += v[i + 2];
    }
    double perPoint = 3.0 / (to - from);
    ux *= perPoint;
    uy *= perPoint;
    uz *= perPoint;
    for (int i = from; i < to; i += 3) {
      out[i] = v[i] - ux;
      out[i + 1] = v[i + 1] - uy;
      out[i + 2] = v[i + 2] - uz;
    }
  }
}
