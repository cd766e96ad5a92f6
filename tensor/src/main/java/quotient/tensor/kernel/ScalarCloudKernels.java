package quotient.tensor.kernel;

import quotient.tensor.linalg.BestRotation3;

/// Plain loops: the definition of {@link CloudKernels}.
final class ScalarCloudKernels implements CloudKernels {
  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void moments(float[] x, int[] start, int first, int last, double[] sums, int row) {
    for (int c = first, at = row * SUMS; c < last; c++, at += SUMS) {
      if (start[c] < start[c + 1]) {
        moments(x, start[c], start[c + 1], sums, at);
      }
    }
  }

  private static void moments(float[] x, int from, int to, double[] sums, int at) {
    double mx = 0;
    double my = 0;
    double mz = 0;
    double xx = 0;
    double yy = 0;
    double zz = 0;
    double xy = 0;
    double yz = 0;
    double zx = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      mx += px;
      my += py;
      mz += pz;
      xx += px * px;
      yy += py * py;
      zz += pz * pz;
      xy += px * py;
      yz += py * pz;
      zx += pz * px;
    }
    double perPoint = 3.0 / (to - from);
    double kx = mx * perPoint;
    double ky = my * perPoint;
    double kz = mz * perPoint;
    put(sums, at, kx, ky, kz);
    put(sums, at + 3, xx - mx * kx, yy - my * ky, zz - mz * kz);
    put(sums, at + 6, xy - mx * ky, yz - my * kz, zx - mz * kx);
  }

  @Override
  public void momentsAndMomentum(
      float[] x, float[] v, int[] start, int first, int last, double[] sums, int row) {
    for (int c = first, at = row * SUMS; c < last; c++, at += SUMS) {
      if (start[c] < start[c + 1]) {
        moments(x, start[c], start[c + 1], sums, at);
        momentum(x, v, start[c], start[c + 1], sums, at);
      }
    }
  }

  private static void momentum(float[] x, float[] v, int from, int to, double[] sums, int at) {
    double ux = 0;
    double uy = 0;
    double uz = 0;
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
      ux += vx;
      uy += vy;
      uz += vz;
      lx += py * vz - pz * vy;
      ly += pz * vx - px * vz;
      lz += px * vy - py * vx;
    }
    double mx = sums[at];
    double my = sums[at + 1];
    double mz = sums[at + 2];
    double perPoint = 3.0 / (to - from);
    put(sums, at + 9, ux * perPoint, uy * perPoint, uz * perPoint);
    put(
        sums,
        at + 12,
        lz - (mx * uy - my * ux),
        lx - (my * uz - mz * uy),
        ly - (mz * ux - mx * uz));
  }

  @Override
  public void crossMoments(
      float[] x, float[] y, int[] start, int first, int last, double[] sums, int row) {
    for (int c = first, at = row * SUMS; c < last; c++, at += SUMS) {
      if (start[c] < start[c + 1]) {
        crossMoments(x, y, start[c], start[c + 1], sums, at);
      }
    }
  }

  private static void crossMoments(float[] x, float[] y, int from, int to, double[] sums, int at) {
    double ax = 0;
    double ay = 0;
    double az = 0;
    double bx = 0;
    double by = 0;
    double bz = 0;
    double xx = 0;
    double xy = 0;
    double xz = 0;
    double yx = 0;
    double yy = 0;
    double yz = 0;
    double zx = 0;
    double zy = 0;
    double zz = 0;
    for (int i = from; i < to; i += 3) {
      double px = x[i];
      double py = x[i + 1];
      double pz = x[i + 2];
      double qx = y[i];
      double qy = y[i + 1];
      double qz = y[i + 2];
      ax += px;
      ay += py;
      az += pz;
      bx += qx;
      by += qy;
      bz += qz;
      xx += px * qx;
      xy += px * qy;
      xz += px * qz;
      yx += py * qx;
      yy += py * qy;
      yz += py * qz;
      zx += pz * qx;
      zy += pz * qy;
      zz += pz * qz;
    }
    double perPoint = 3.0 / (to - from);
    double mx = ax * perPoint;
    double my = ay * perPoint;
    double mz = az * perPoint;
    put(sums, at, mx, my, mz);
    put(sums, at + 3, bx * perPoint, by * perPoint, bz * perPoint);
    put(sums, at + 6, xx - mx * bx, yy - my * by, zz - mz * bz);
    put(sums, at + 9, xy - mx * by, yz - my * bz, zx - mz * bx);
    put(sums, at + 12, xz - mx * bz, yx - my * bx, zy - mz * by);
  }

  private static void put(double[] sums, int at, double a, double b, double c) {
    sums[at] = a;
    sums[at + 1] = b;
    sums[at + 2] = c;
  }

  @Override
  public void transform(
      float[] x, float[] out, int[] start, int first, int last, float[] coefficients, int row) {
    for (int c = first, at = row * COEFFICIENTS; c < last; c++, at += COEFFICIENTS) {
      if (!Float.isNaN(coefficients[at])) {
        transform(x, out, start[c], start[c + 1], coefficients, at);
      }
    }
  }

  private static void transform(
      float[] x, float[] out, int from, int to, float[] coefficients, int at) {
    float ax = coefficients[at];
    float ay = coefficients[at + 1];
    float az = coefficients[at + 2];
    float bx = coefficients[at + 3];
    float by = coefficients[at + 4];
    float bz = coefficients[at + 5];
    float cx = coefficients[at + 6];
    float cy = coefficients[at + 7];
    float cz = coefficients[at + 8];
    float mx = coefficients[at + 9];
    float my = coefficients[at + 10];
    float mz = coefficients[at + 11];
    float dx = coefficients[at + 12];
    float dy = coefficients[at + 13];
    float dz = coefficients[at + 14];
    for (int i = from; i < to; i += 3) {
      float px = x[i] - mx;
      float py = x[i + 1] - my;
      float pz = x[i + 2] - mz;
      out[i] = ax * px + dx + bx * py + cx * pz;
      out[i + 1] = ay * py + dy + by * pz + cy * px;
      out[i + 2] = az * pz + dz + bz * px + cz * py;
    }
  }

  @Override
  public void addTransform(
      float[] x,
      float[] v,
      float[] out,
      int[] start,
      int first,
      int last,
      float[] coefficients,
      int row) {
    for (int c = first, at = row * COEFFICIENTS; c < last; c++, at += COEFFICIENTS) {
      if (!Float.isNaN(coefficients[at])) {
        addTransform(x, v, out, start[c], start[c + 1], coefficients, at);
      }
    }
  }

  private static void addTransform(
      float[] x, float[] v, float[] out, int from, int to, float[] coefficients, int at) {
    float bx = coefficients[at + 3];
    float by = coefficients[at + 4];
    float bz = coefficients[at + 5];
    float cx = coefficients[at + 6];
    float cy = coefficients[at + 7];
    float cz = coefficients[at + 8];
    float mx = coefficients[at + 9];
    float my = coefficients[at + 10];
    float mz = coefficients[at + 11];
    float dx = coefficients[at + 12];
    float dy = coefficients[at + 13];
    float dz = coefficients[at + 14];
    for (int i = from; i < to; i += 3) {
      float px = x[i] - mx;
      float py = x[i + 1] - my;
      float pz = x[i + 2] - mz;
      out[i] = v[i] + dx + bx * py + cx * pz;
      out[i + 1] = v[i + 1] + dy + by * pz + cy * px;
      out[i + 2] = v[i + 2] + dz + bz * px + cz * py;
    }
  }

  @Override
  public void bestRotations(
      double[] h, float[] r, double[] scratch, int stride, int n, double least) {
    for (int i = 0; i < n; i++) {
      double xx = h[i];
      double xy = h[stride + i];
      double xz = h[2 * stride + i];
      double yx = h[3 * stride + i];
      double yy = h[4 * stride + i];
      double yz = h[5 * stride + i];
      double zx = h[6 * stride + i];
      double zy = h[7 * stride + i];
      double zz = h[8 * stride + i];
      double cxx = yy * zz - yz * zy;
      double cxy = yz * zx - yx * zz;
      double cxz = yx * zy - yy * zx;
      double cyx = xz * zy - xy * zz;
      double cyy = xx * zz - xz * zx;
      double cyz = xy * zx - xx * zy;
      double czx = xy * yz - xz * yy;
      double czy = xz * yx - xx * yz;
      double czz = xx * yy - xy * yx;
      double det = xx * cxx + xy * cxy + xz * cxz;
      double i1 =
          (xx * xx + xy * xy + xz * xz)
              + (yx * yx + yy * yy + yz * yz)
              + (zx * zx + zy * zy + zz * zz);
      double i2 =
          (cxx * cxx + cxy * cxy + cxz * cxz)
              + (cyx * cyx + cyy * cyy + cyz * cyz)
              + (czx * czx + czy * czy + czz * czz);
      double e1 = BestRotation3.trace(i1, i2, det);
      double e2 = 0.5 * (e1 * e1 - i1);
      double gaps = e1 * e2 - det;
      double inverse = gaps >= least * (i1 * Math.sqrt(i1)) ? 1 / gaps : Double.NaN;
      // N = ((e1^2 - e2) I - H^T H) / gaps is symmetric, and R = N H^T + (e1 / gaps) cof H^T.
      double p = (e1 * e1 - e2) * inverse;
      double q = e1 * inverse;
      double nxx = p - (xx * xx + yx * yx + zx * zx) * inverse;
      double nyy = p - (xy * xy + yy * yy + zy * zy) * inverse;
      double nzz = p - (xz * xz + yz * yz + zz * zz) * inverse;
      double nxy = -(xx * xy + yx * yy + zx * zy) * inverse;
      double nxz = -(xx * xz + yx * yz + zx * zz) * inverse;
      double nyz = -(xy * xz + yy * yz + zy * zz) * inverse;
      r[i] = (float) (nxx * xx + nxy * xy + nxz * xz + q * cxx);
      r[stride + i] = (float) (nxx * yx + nxy * yy + nxz * yz + q * cyx);
      r[2 * stride + i] = (float) (nxx * zx + nxy * zy + nxz * zz + q * czx);
      r[3 * stride + i] = (float) (nxy * xx + nyy * xy + nyz * xz + q * cxy);
      r[4 * stride + i] = (float) (nxy * yx + nyy * yy + nyz * yz + q * cyy);
      r[5 * stride + i] = (float) (nxy * zx + nyy * zy + nyz * zz + q * czy);
      r[6 * stride + i] = (float) (nxz * xx + nyz * xy + nzz * xz + q * cxz);
      r[7 * stride + i] = (float) (nxz * yx + nyz * yy + nzz * yz + q * cyz);
      r[8 * stride + i] = (float) (nxz * zx + nyz * zy + nzz * zz + q * czz);
    }
  }
}
