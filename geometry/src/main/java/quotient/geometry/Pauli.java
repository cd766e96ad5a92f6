package quotient.geometry;

/// The four infinitesimal motions of spinor fields, without their factor 1/2.
///
///     site (a, b) = (re a, im a, re b, im b)
///     0: i psi = (i a, i b)      1: i sigma_x psi = (i b, i a)
///     2: i sigma_y psi = (b, -a)      3: i sigma_z psi = (i a, -i b)
final class Pauli {
  private Pauli() {}

  /// The real inner product of motion `axis` of psi with v.
  static double along(int axis, double[] psi, double[] v, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i += 4) {
      double ar = psi[i];
      double ai = psi[i + 1];
      double br = psi[i + 2];
      double bi = psi[i + 3];
      sum +=
          switch (axis) {
            case 0 -> -ai * v[i] + ar * v[i + 1] - bi * v[i + 2] + br * v[i + 3];
            case 1 -> -bi * v[i] + br * v[i + 1] - ai * v[i + 2] + ar * v[i + 3];
            case 2 -> br * v[i] + bi * v[i + 1] - ar * v[i + 2] - ai * v[i + 3];
            default -> -ai * v[i] + ar * v[i + 1] + bi * v[i + 2] - br * v[i + 3];
          };
    }
    return sum;
  }

  /// out += o (i psi) + p (i sigma_x psi) + q (i sigma_y psi) + r (i sigma_z psi).
  static void add(
      double o, double p, double q, double r, double[] psi, double[] out, int from, int to) {
    for (int i = from; i < to; i += 4) {
      double ar = psi[i];
      double ai = psi[i + 1];
      double br = psi[i + 2];
      double bi = psi[i + 3];
      out[i] += -(o + r) * ai - p * bi + q * br;
      out[i + 1] += (o + r) * ar + p * br + q * bi;
      out[i + 2] += -(o - r) * bi - p * ai - q * ar;
      out[i + 3] += (o - r) * br + p * ar - q * ai;
    }
  }

  /// out = (w + i (p sigma_x + q sigma_y + r sigma_z)) psi; `out` may be `psi`.
  static void turn(
      double w, double p, double q, double r, double[] psi, double[] out, int from, int to) {
    for (int i = from; i < to; i += 4) {
      double ar = psi[i];
      double ai = psi[i + 1];
      double br = psi[i + 2];
      double bi = psi[i + 3];
      out[i] = w * ar - r * ai - p * bi + q * br;
      out[i + 1] = w * ai + r * ar + p * br + q * bi;
      out[i + 2] = w * br + r * bi - p * ai - q * ar;
      out[i + 3] = w * bi - r * br + p * ar - q * ai;
    }
  }

  /// out = (c + i s) psi; `out` may be `psi`.
  static void phase(double c, double s, double[] psi, double[] out, int from, int to) {
    for (int i = from; i < to; i += 2) {
      double re = psi[i];
      double im = psi[i + 1];
      out[i] = c * re - s * im;
      out[i + 1] = s * re + c * im;
    }
  }

  /// Component `axis` (1, 2, 3) of the spin vector <psi| sigma |psi>, or |psi|^2 for axis 0.
  static double spin(int axis, double[] psi, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i += 4) {
      double ar = psi[i];
      double ai = psi[i + 1];
      double br = psi[i + 2];
      double bi = psi[i + 3];
      sum +=
          switch (axis) {
            case 0 -> ar * ar + ai * ai + br * br + bi * bi;
            case 1 -> 2 * (ar * br + ai * bi);
            case 2 -> 2 * (ar * bi - ai * br);
            default -> ar * ar + ai * ai - br * br - bi * bi;
          };
    }
    return sum;
  }
}
