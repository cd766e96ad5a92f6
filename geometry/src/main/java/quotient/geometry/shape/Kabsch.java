package quotient.geometry.shape;

import quotient.tensor.linalg.BestRotation3;
import quotient.tensor.linalg.SymmetricEigen;

/// The proper rotation that brings one cloud closest to another: the aligner of the alignment losses.
///
///     R = argmin over det R = 1 of sum_i |R (x_i - mean x) - (onto_i - mean onto)|^2
///
/// Rotations act on column vectors, y = R x, and R turns `x`, the first argument. With numbers: the
/// best rotation of x = (1,0,0), (-1,0,0), (0,2,0), (0,-2,0) onto (0,1,0), (0,-1,0), (-2,0,0),
/// (2,0,0) is R = [0 -1 0; 1 0 0; 0 0 1], a quarter turn about z, as a unit quaternion
/// (w, x, y, z) = (sqrt 1/2, 0, 0, sqrt 1/2). Never a reflection. Where the best rotation is not
/// unique (collinear or coincident clouds) the one that turns least is taken: coincident points give
/// the identity.
///
/// Source: Kabsch 1976; unit quaternions after Horn 1987. *Thread-safe.*
public final class Kabsch {
  private static final double DEGENERATE = 1e-12;

  /// Above this, the formula of {@link BestRotation3} is exact to about 1e-13.
  private static final double LEAST_CONDITIONING = 0.05;

  private Kabsch() {}

  /// Turns x onto `onto` about its own mean and moves the mean there.
  ///
  ///     out_i = R (x_i - mean x) + mean onto        x, onto, out: [n, 3] in [from, to), xyz interleaved
  ///
  /// `out` may be either argument. Sums in double, no allocation.
  public static void align(float[] x, float[] onto, float[] out, int from, int to) {
    double ax = 0;
    double ay = 0;
    double az = 0;
    double bx = 0;
    double by = 0;
    double bz = 0;
    double hxx = 0;
    double hxy = 0;
    double hxz = 0;
    double hyx = 0;
    double hyy = 0;
    double hyz = 0;
    double hzx = 0;
    double hzy = 0;
    double hzz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      double qx = onto[i];
      double qy = onto[i + 1];
      double qz = onto[i + 2];
      ax += px;
      ay += py;
      az += pz;
      bx += qx;
      by += qy;
      bz += qz;
      hxx += px * qx;
      hxy += px * qy;
      hxz += px * qz;
      hyx += py * qx;
      hyy += py * qy;
      hyz += py * qz;
      hzx += pz * qx;
      hzy += pz * qy;
      hzz += pz * qz;
    }
    if (from == to) {
      return;
    }
    double perPoint = 3.0 / (to - from);
    bx *= perPoint;
    by *= perPoint;
    bz *= perPoint;
    hxx -= ax * bx;
    hxy -= ax * by;
    hxz -= ax * bz;
    hyx -= ay * bx;
    hyy -= ay * by;
    hyz -= ay * bz;
    hzx -= az * bx;
    hzy -= az * by;
    hzz -= az * bz;
    double overlap = overlap(hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double w = quaternion(0, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double i = quaternion(1, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double j = quaternion(2, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double k = quaternion(3, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double rxx = 1 - 2 * (j * j + k * k);
    double rxy = 2 * (i * j - w * k);
    double rxz = 2 * (i * k + w * j);
    double ryx = 2 * (i * j + w * k);
    double ryy = 1 - 2 * (i * i + k * k);
    double ryz = 2 * (j * k - w * i);
    double rzx = 2 * (i * k - w * j);
    double rzy = 2 * (j * k + w * i);
    double rzz = 1 - 2 * (i * i + j * j);
    ax *= perPoint;
    ay *= perPoint;
    az *= perPoint;
    for (int p = from; p < to; p += 3) {
      double px = x[p] - ax;
      double py = x[p + 1] - ay;
      double pz = x[p + 2] - az;
      out[p] = (float) (rxx * px + rxy * py + rxz * pz + bx);
      out[p + 1] = (float) (ryx * px + ryy * py + ryz * pz + by);
      out[p + 2] = (float) (rzx * px + rzy * py + rzz * pz + bz);
    }
  }

  /// Writes the best rotation of x onto `onto` into `rotation`, row-major [3, 3].
  public static void rotation(float[] x, float[] onto, int from, int to, double[] rotation) {
    double hxx = crossMoment(x, 0, onto, 0, from, to);
    double hxy = crossMoment(x, 0, onto, 1, from, to);
    double hxz = crossMoment(x, 0, onto, 2, from, to);
    double hyx = crossMoment(x, 1, onto, 0, from, to);
    double hyy = crossMoment(x, 1, onto, 1, from, to);
    double hyz = crossMoment(x, 1, onto, 2, from, to);
    double hzx = crossMoment(x, 2, onto, 0, from, to);
    double hzy = crossMoment(x, 2, onto, 1, from, to);
    double hzz = crossMoment(x, 2, onto, 2, from, to);
    double overlap = overlap(hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double w = quaternion(0, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double i = quaternion(1, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double j = quaternion(2, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double k = quaternion(3, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    SO3.ofQuaternion(w, i, j, k, rotation);
  }

  /// sum_i (x_i,row - mean)(y_i,column - mean)
  private static double crossMoment(float[] x, int row, float[] y, int column, int from, int to) {
    double sum = 0;
    double sx = 0;
    double sy = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i + row];
      double py = y[i + column];
      sum += px * py;
      sx += px;
      sy += py;
    }
    return from == to ? 0 : sum - sx * sy * 3.0 / (to - from);
  }

  /// The same for double coordinates.
  public static void align(double[] x, double[] onto, double[] out, int from, int to) {
    double ax = 0;
    double ay = 0;
    double az = 0;
    double bx = 0;
    double by = 0;
    double bz = 0;
    double hxx = 0;
    double hxy = 0;
    double hxz = 0;
    double hyx = 0;
    double hyy = 0;
    double hyz = 0;
    double hzx = 0;
    double hzy = 0;
    double hzz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      double qx = onto[i];
      double qy = onto[i + 1];
      double qz = onto[i + 2];
      ax += px;
      ay += py;
      az += pz;
      bx += qx;
      by += qy;
      bz += qz;
      hxx += px * qx;
      hxy += px * qy;
      hxz += px * qz;
      hyx += py * qx;
      hyy += py * qy;
      hyz += py * qz;
      hzx += pz * qx;
      hzy += pz * qy;
      hzz += pz * qz;
    }
    if (from == to) {
      return;
    }
    double perPoint = 3.0 / (to - from);
    bx *= perPoint;
    by *= perPoint;
    bz *= perPoint;
    hxx -= ax * bx;
    hxy -= ax * by;
    hxz -= ax * bz;
    hyx -= ay * bx;
    hyy -= ay * by;
    hyz -= ay * bz;
    hzx -= az * bx;
    hzy -= az * by;
    hzz -= az * bz;
    double overlap = overlap(hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double w = quaternion(0, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double i = quaternion(1, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double j = quaternion(2, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double k = quaternion(3, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double rxx = 1 - 2 * (j * j + k * k);
    double rxy = 2 * (i * j - w * k);
    double rxz = 2 * (i * k + w * j);
    double ryx = 2 * (i * j + w * k);
    double ryy = 1 - 2 * (i * i + k * k);
    double ryz = 2 * (j * k - w * i);
    double rzx = 2 * (i * k - w * j);
    double rzy = 2 * (j * k + w * i);
    double rzz = 1 - 2 * (i * i + j * j);
    ax *= perPoint;
    ay *= perPoint;
    az *= perPoint;
    for (int p = from; p < to; p += 3) {
      double px = x[p] - ax;
      double py = x[p + 1] - ay;
      double pz = x[p + 2] - az;
      out[p] = rxx * px + rxy * py + rxz * pz + bx;
      out[p + 1] = ryx * px + ryy * py + ryz * pz + by;
      out[p + 2] = rzx * px + rzy * py + rzz * pz + bz;
    }
  }

  /// The same for double coordinates.
  public static void rotation(double[] x, double[] onto, int from, int to, double[] rotation) {
    double hxx = crossMoment(x, 0, onto, 0, from, to);
    double hxy = crossMoment(x, 0, onto, 1, from, to);
    double hxz = crossMoment(x, 0, onto, 2, from, to);
    double hyx = crossMoment(x, 1, onto, 0, from, to);
    double hyy = crossMoment(x, 1, onto, 1, from, to);
    double hyz = crossMoment(x, 1, onto, 2, from, to);
    double hzx = crossMoment(x, 2, onto, 0, from, to);
    double hzy = crossMoment(x, 2, onto, 1, from, to);
    double hzz = crossMoment(x, 2, onto, 2, from, to);
    double overlap = overlap(hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double w = quaternion(0, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double i = quaternion(1, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double j = quaternion(2, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double k = quaternion(3, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    SO3.ofQuaternion(w, i, j, k, rotation);
  }

  /// sum_i (x_i,row - mean)(y_i,column - mean)
  private static double crossMoment(double[] x, int row, double[] y, int column, int from, int to) {
    double sum = 0;
    double sx = 0;
    double sy = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i + row];
      double py = y[i + column];
      sum += px * py;
      sx += px;
      sy += py;
    }
    return from == to ? 0 : sum - sx * sy * 3.0 / (to - from);
  }

  /// Distance of two clouds after the best rotation and translation: sqrt(sum_i |R x_i - onto_i|^2)
  /// of the centred clouds, Å. The root mean square deviation is this divided by sqrt(n).
  public static double distance(double[] x, double[] onto, int from, int to) {
    double ax = 0;
    double ay = 0;
    double az = 0;
    double bx = 0;
    double by = 0;
    double bz = 0;
    double hxx = 0;
    double hxy = 0;
    double hxz = 0;
    double hyx = 0;
    double hyy = 0;
    double hyz = 0;
    double hzx = 0;
    double hzy = 0;
    double hzz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      double qx = onto[i];
      double qy = onto[i + 1];
      double qz = onto[i + 2];
      ax += px;
      ay += py;
      az += pz;
      bx += qx;
      by += qy;
      bz += qz;
      hxx += px * qx;
      hxy += px * qy;
      hxz += px * qz;
      hyx += py * qx;
      hyy += py * qy;
      hyz += py * qz;
      hzx += pz * qx;
      hzy += pz * qy;
      hzz += pz * qz;
    }
    if (from == to) {
      return 0;
    }
    double perPoint = 3.0 / (to - from);
    bx *= perPoint;
    by *= perPoint;
    bz *= perPoint;
    hxx -= ax * bx;
    hxy -= ax * by;
    hxz -= ax * bz;
    hyx -= ay * bx;
    hyy -= ay * by;
    hyz -= ay * bz;
    hzx -= az * bx;
    hzy -= az * by;
    hzz -= az * bz;
    double overlap = overlap(hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double w = quaternion(0, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double i = quaternion(1, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double j = quaternion(2, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double k = quaternion(3, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double rxx = 1 - 2 * (j * j + k * k);
    double rxy = 2 * (i * j - w * k);
    double rxz = 2 * (i * k + w * j);
    double ryx = 2 * (i * j + w * k);
    double ryy = 1 - 2 * (i * i + k * k);
    double ryz = 2 * (j * k - w * i);
    double rzx = 2 * (i * k - w * j);
    double rzy = 2 * (j * k + w * i);
    double rzz = 1 - 2 * (i * i + j * j);
    ax *= perPoint;
    ay *= perPoint;
    az *= perPoint;
    double sum = 0;
    for (int p = from; p < to; p += 3) {
      double px = x[p] - ax;
      double py = x[p + 1] - ay;
      double pz = x[p + 2] - az;
      double dx = rxx * px + rxy * py + rxz * pz + bx - onto[p];
      double dy = ryx * px + ryy * py + ryz * pz + by - onto[p + 1];
      double dz = rzx * px + rzy * py + rzz * pz + bz - onto[p + 2];
      sum += dx * dx + dy * dy + dz * dz;
    }
    return Math.sqrt(sum);
  }

  /// Writes the rotation R that maximises tr(R H) into `rotation`, for the cross moments
  /// H = sum_ij A_ij x_i onto_j^T in any metric A.
  ///
  ///     moments, rotation: row-major [3, 3]; may be the same array
  public static void ofCrossMoments(double[] moments, double[] rotation) {
    double hxx = moments[0];
    double hxy = moments[1];
    double hxz = moments[2];
    double hyx = moments[3];
    double hyy = moments[4];
    double hyz = moments[5];
    double hzx = moments[6];
    double hzy = moments[7];
    double hzz = moments[8];
    double overlap = overlap(hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double w = quaternion(0, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double i = quaternion(1, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double j = quaternion(2, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    double k = quaternion(3, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
    SO3.ofQuaternion(w, i, j, k, rotation);
  }

  /// The largest tr(R H), or NaN where the rotation is so badly conditioned that it must be found
  /// another way.
  private static double overlap(
      double hxx,
      double hxy,
      double hxz,
      double hyx,
      double hyy,
      double hyz,
      double hzx,
      double hzy,
      double hzz) {
    double cxx = hyy * hzz - hyz * hzy;
    double cxy = hyz * hzx - hyx * hzz;
    double cxz = hyx * hzy - hyy * hzx;
    double cyx = hxz * hzy - hxy * hzz;
    double cyy = hxx * hzz - hxz * hzx;
    double cyz = hxy * hzx - hxx * hzy;
    double czx = hxy * hyz - hxz * hyy;
    double czy = hxz * hyx - hxx * hyz;
    double czz = hxx * hyy - hxy * hyx;
    double i1 =
        (hxx * hxx + hxy * hxy + hxz * hxz)
            + (hyx * hyx + hyy * hyy + hyz * hyz)
            + (hzx * hzx + hzy * hzy + hzz * hzz);
    double i2 =
        (cxx * cxx + cxy * cxy + cxz * cxz)
            + (cyx * cyx + cyy * cyy + cyz * cyz)
            + (czx * czx + czy * czy + czz * czz);
    double det = hxx * cxx + hxy * cxy + hxz * cxz;
    double trace = BestRotation3.trace(i1, i2, det);
    boolean good = BestRotation3.conditioning(trace, i1, det) > LEAST_CONDITIONING;
    return good ? trace : Double.NaN;
  }

  /// Component k of the unit quaternion (w, x, y, z) of the rotation R that maximises tr(R H), for
  /// the cross moments H = sum_i x_i onto_i^T; w >= 0.
  private static double quaternion(
      int k,
      double overlap,
      double hxx,
      double hxy,
      double hxz,
      double hyx,
      double hyy,
      double hyz,
      double hzx,
      double hzy,
      double hzz) {
    return Double.isNaN(overlap)
        ? stepwise(k, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz)
        : direct(k, overlap, hxx, hxy, hxz, hyx, hyy, hyz, hzx, hzy, hzz);
  }

  /// By the formula of {@link BestRotation3}, from the matrix to the quaternion by its largest
  /// component.
  private static double direct(
      int k,
      double overlap,
      double hxx,
      double hxy,
      double hxz,
      double hyx,
      double hyy,
      double hyz,
      double hzx,
      double hzy,
      double hzz) {
    double nxx = hxx * hxx + hyx * hyx + hzx * hzx;
    double nxy = hxx * hxy + hyx * hyy + hzx * hzy;
    double nxz = hxx * hxz + hyx * hyz + hzx * hzz;
    double nyy = hxy * hxy + hyy * hyy + hzy * hzy;
    double nyz = hxy * hxz + hyy * hyz + hzy * hzz;
    double nzz = hxz * hxz + hyz * hyz + hzz * hzz;
    double square = overlap * overlap;
    double p = square - 0.5 * (square - (nxx + nyy + nzz));
    double q = overlap;
    // Up to a common factor that the quaternion does not see: p B - N B + q cof B, B = H^T
    double rxx = p * hxx - (nxx * hxx + nxy * hxy + nxz * hxz) + q * (hyy * hzz - hyz * hzy);
    double rxy = p * hyx - (nxx * hyx + nxy * hyy + nxz * hyz) + q * (hxz * hzy - hxy * hzz);
    double rxz = p * hzx - (nxx * hzx + nxy * hzy + nxz * hzz) + q * (hxy * hyz - hxz * hyy);
    double ryx = p * hxy - (nxy * hxx + nyy * hxy + nyz * hxz) + q * (hyz * hzx - hyx * hzz);
    double ryy = p * hyy - (nxy * hyx + nyy * hyy + nyz * hyz) + q * (hxx * hzz - hxz * hzx);
    double ryz = p * hzy - (nxy * hzx + nyy * hzy + nyz * hzz) + q * (hxz * hyx - hxx * hyz);
    double rzx = p * hxz - (nxz * hxx + nyz * hxy + nzz * hxz) + q * (hyx * hzy - hyy * hzx);
    double rzy = p * hyz - (nxz * hyx + nyz * hyy + nzz * hyz) + q * (hxy * hzx - hxx * hzy);
    double rzz = p * hzz - (nxz * hzx + nyz * hzy + nzz * hzz) + q * (hxx * hyy - hxy * hyx);
    double unit =
        Math.sqrt(
                (rxx * rxx + ryx * ryx + rzx * rzx)
                    + (rxy * rxy + ryy * ryy + rzy * rzy)
                    + (rxz * rxz + ryz * ryz + rzz * rzz))
            / Math.sqrt(3);
    double trace = rxx + ryy + rzz;
    double w;
    double x;
    double y;
    double z;
    if (trace >= Math.max(rxx, Math.max(ryy, rzz))) {
      w = unit + trace;
      x = rzy - ryz;
      y = rxz - rzx;
      z = ryx - rxy;
    } else if (rxx >= Math.max(ryy, rzz)) {
      w = rzy - ryz;
      x = unit + rxx - ryy - rzz;
      y = rxy + ryx;
      z = rxz + rzx;
    } else if (ryy >= rzz) {
      w = rxz - rzx;
      x = rxy + ryx;
      y = unit - rxx + ryy - rzz;
      z = ryz + rzy;
    } else {
      w = ryx - rxy;
      x = rxz + rzx;
      y = ryz + rzy;
      z = unit - rxx - ryy + rzz;
    }
    double norm = Math.copySign(Math.sqrt(w * w + x * x + y * y + z * z), w);
    return switch (k) {
      case 0 -> w / norm;
      case 1 -> x / norm;
      case 2 -> y / norm;
      default -> z / norm;
    };
  }

  /// Step by step: let u, v be the first pair of singular vectors of H. R turns u into v by the
  /// shortest way and then about v by the angle that is best in the plane across. Good for every H.
  private static double stepwise(
      int k,
      double hxx,
      double hxy,
      double hxz,
      double hyx,
      double hyy,
      double hyz,
      double hzx,
      double hzy,
      double hzz) {
    double mxx = hxx * hxx + hyx * hyx + hzx * hzx;
    double mxy = hxx * hxy + hyx * hyy + hzx * hzy;
    double mxz = hxx * hxz + hyx * hyz + hzx * hzz;
    double myy = hxy * hxy + hyy * hyy + hzy * hzy;
    double myz = hxy * hxz + hyy * hyz + hzy * hzz;
    double mzz = hxz * hxz + hyz * hyz + hzz * hzz;
    double vx = SymmetricEigen.vector3(2, 0, mxx, mxy, mxz, myy, myz, mzz);
    double vy = SymmetricEigen.vector3(2, 1, mxx, mxy, mxz, myy, myz, mzz);
    double vz = SymmetricEigen.vector3(2, 2, mxx, mxy, mxz, myy, myz, mzz);
    double ux = hxx * vx + hxy * vy + hxz * vz;
    double uy = hyx * vx + hyy * vy + hyz * vz;
    double uz = hzx * vx + hzy * vy + hzz * vz;
    double largest = Math.sqrt(ux * ux + uy * uy + uz * uz);
    if (largest == 0) {
      return k == 0 ? 1 : 0;
    }
    ux /= largest;
    uy /= largest;
    uz /= largest;
    // Shortest turn from u to v: (1 + u.v, u × v) normalised; half a turn has no unique axis.
    double w = 1 + ux * vx + uy * vy + uz * vz;
    double i = uy * vz - uz * vy;
    double j = uz * vx - ux * vz;
    double l = ux * vy - uy * vx;
    double norm = Math.sqrt(w * w + i * i + j * j + l * l);
    if (norm < 1e-8) {
      // v = -u to rounding: half a turn about any axis across u
      boolean alongX = Math.abs(ux) > 0.7;
      w = 0;
      i = alongX ? -uy : 0;
      j = alongX ? ux : -uz;
      l = alongX ? 0 : uy;
      norm = Math.sqrt(i * i + j * j + l * l);
    }
    w /= norm;
    i /= norm;
    j /= norm;
    l /= norm;
    // C = tr(R0 H) - v^T R0 H v, S = v . (axial vector of R0 H): tr(R H) = C cos + S sin + const
    double rxx = 1 - 2 * (j * j + l * l);
    double rxy = 2 * (i * j - w * l);
    double rxz = 2 * (i * l + w * j);
    double ryx = 2 * (i * j + w * l);
    double ryy = 1 - 2 * (i * i + l * l);
    double ryz = 2 * (j * l - w * i);
    double rzx = 2 * (i * l - w * j);
    double rzy = 2 * (j * l + w * i);
    double rzz = 1 - 2 * (i * i + j * j);
    double gxx = rxx * hxx + rxy * hyx + rxz * hzx;
    double gxy = rxx * hxy + rxy * hyy + rxz * hzy;
    double gxz = rxx * hxz + rxy * hyz + rxz * hzz;
    double gyx = ryx * hxx + ryy * hyx + ryz * hzx;
    double gyy = ryx * hxy + ryy * hyy + ryz * hzy;
    double gyz = ryx * hxz + ryy * hyz + ryz * hzz;
    double gzx = rzx * hxx + rzy * hyx + rzz * hzx;
    double gzy = rzx * hxy + rzy * hyy + rzz * hzy;
    double gzz = rzx * hxz + rzy * hyz + rzz * hzz;
    double along =
        vx * (gxx * vx + gxy * vy + gxz * vz)
            + vy * (gyx * vx + gyy * vy + gyz * vz)
            + vz * (gzx * vx + gzy * vy + gzz * vz);
    double cosine = gxx + gyy + gzz - along;
    double sine = vx * (gyz - gzy) + vy * (gzx - gxz) + vz * (gxy - gyx);
    double length = Math.sqrt(cosine * cosine + sine * sine);
    double halfCosine = 1;
    double halfSine = 0;
    if (length > DEGENERATE * largest) {
      halfCosine = Math.sqrt(0.5 * Math.max(0, 1 + cosine / length));
      halfSine = Math.copySign(Math.sqrt(0.5 * Math.max(0, 1 - cosine / length)), sine);
    }
    // (halfCosine, halfSine v) (w, i, j, l)
    double rw = halfCosine * w - halfSine * (vx * i + vy * j + vz * l);
    double sign = rw < 0 ? -1 : 1;
    return sign
        * switch (k) {
          case 0 -> rw;
          case 1 -> halfCosine * i + halfSine * (vx * w + vy * l - vz * j);
          case 2 -> halfCosine * j + halfSine * (vy * w + vz * i - vx * l);
          default -> halfCosine * l + halfSine * (vz * w + vx * j - vy * i);
        };
  }
}
