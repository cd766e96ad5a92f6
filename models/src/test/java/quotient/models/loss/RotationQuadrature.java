package quotient.models.loss;

/// Brute force over the rotations R = Rx(a) Ry(b) Rx(c), independent of any Bessel function.
///
///     Haar measure: (da / 2 pi) (dp / 2 pi) (dv / 2),   v = 1 - cos b in [0, 2],   p = a + c
///     1 - R11 = v,   1 - R22 = (1 - cos p) - v sin a sin c,   1 - R33 = (1 - cos p) + v cos a cos c
///
/// The periodic a by the trapezoid rule; p and v by Gauss panels that shrink towards 0, so that laws
/// concentrated at the identity are resolved at any width.
final class RotationQuadrature {
  private static final double[] NODE = {
    -0.9739065285171717, -0.8650633666889845, -0.6794095682990244, -0.4333953941292472,
    -0.1488743389816312, 0.1488743389816312, 0.4333953941292472, 0.6794095682990244,
    0.8650633666889845, 0.9739065285171717
  };
  private static final double[] WEIGHT = {
    0.0666713443086881, 0.1494513491505806, 0.2190863625159820, 0.2692667193099964,
    0.2955242247147529, 0.2955242247147529, 0.2692667193099964, 0.2190863625159820,
    0.1494513491505806, 0.0666713443086881
  };

  private RotationQuadrature() {}

  /// For `exp(sum s_k (R_kk - 1))`: the integral, and the means of 1 - R_kk.
  static double[] diagonal(double... s) {
    double[][] v = panels(2, 1 / (1 + s[0] + Math.abs(s[2])));
    double[][] p = panels(Math.PI, 1 / (1 + Math.sqrt(s[0] + s[1])));
    // Wide laws with large opposite s need many turns; narrow ones live at small v.
    int turns = s[0] < 1000 ? 1200 : 160;
    double[] out = new double[4];
    for (int i = 0; i < v[0].length; i++) {
      double height = v[0][i];
      for (int j = 0; j < p[0].length; j++) {
        for (int side = -1; side <= 1; side += 2) {
          double turn = side * p[0][j];
          double flat = 2 * Math.sin(0.5 * turn) * Math.sin(0.5 * turn);
          double[] inner = new double[4];
          for (int k = 0; k < turns; k++) {
            double a = 2 * Math.PI * k / turns;
            double c = turn - a;
            double second = flat - height * Math.sin(a) * Math.sin(c);
            double third = flat + height * Math.cos(a) * Math.cos(c);
            double e = Math.exp(-(s[0] * height + s[1] * second + s[2] * third)) / turns;
            inner[0] += e;
            inner[1] += e * height;
            inner[2] += e * second;
            inner[3] += e * third;
          }
          for (int m = 0; m < 4; m++) {
            out[m] += inner[m] * v[1][i] * p[1][j] / (4 * Math.PI);
          }
        }
      }
    }
    return new double[] {out[0], out[1] / out[0], out[2] / out[0], out[3] / out[0]};
  }

  /// Visits rotations of a plain product grid with their Haar weights; for laws that are not narrow.
  static void visit(int turns, int heights, Visitor visitor) {
    double[][] v = uniform(2, heights);
    double[] r = new double[9];
    for (int i = 0; i < v[0].length; i++) {
      double cosB = 1 - v[0][i];
      double sinB = Math.sqrt(1 - cosB * cosB);
      for (int j = 0; j < turns; j++) {
        double a = 2 * Math.PI * j / turns;
        for (int k = 0; k < turns; k++) {
          double c = 2 * Math.PI * k / turns;
          double ca = Math.cos(a);
          double sa = Math.sin(a);
          double cc = Math.cos(c);
          double sc = Math.sin(c);
          r[0] = cosB;
          r[1] = sinB * sc;
          r[2] = sinB * cc;
          r[3] = sa * sinB;
          r[4] = ca * cc - sa * cosB * sc;
          r[5] = -ca * sc - sa * cosB * cc;
          r[6] = -ca * sinB;
          r[7] = sa * cc + ca * cosB * sc;
          r[8] = -sa * sc + ca * cosB * cc;
          visitor.see(r, 0.5 * v[1][i] / turns / turns);
        }
      }
    }
  }

  interface Visitor {
    void see(double[] rotation, double weight);
  }

  private static double[][] panels(double end, double scale) {
    int count = 1;
    for (double width = end; width > 0.5 * scale; width /= 3) {
      count++;
    }
    double[][] out = new double[2][count * NODE.length];
    double high = end;
    for (int k = 0; k < count; k++) {
      double low = k == count - 1 ? 0 : high / 3;
      fill(out, k * NODE.length, low, high);
      high = low;
    }
    return out;
  }

  private static double[][] uniform(double end, int panels) {
    double[][] out = new double[2][panels * NODE.length];
    for (int k = 0; k < panels; k++) {
      fill(out, k * NODE.length, end * k / panels, end * (k + 1) / panels);
    }
    return out;
  }

  private static void fill(double[][] out, int at, double low, double high) {
    for (int q = 0; q < NODE.length; q++) {
      out[0][at + q] = 0.5 * (low + high) + 0.5 * (high - low) * NODE[q];
      out[1][at + q] = 0.5 * (high - low) * WEIGHT[q];
    }
  }
}
