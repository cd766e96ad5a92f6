package quotient.geometry;

import quotient.geometry.shape.SO3;
import quotient.tensor.random.RandomKey;

/// Fields of m spinors modulo U(2): one unitary 2x2 matrix, phase included, turns all sites.
///
///     xi_a = (i/2) sigma_a psi,  xi_0 = (i/2) psi,   n = |psi|^2,   s_a = <psi| sigma_a |psi>
///     J = (1/4) [ n I  s ; s^T  n ],   eigenvalues n/4 (twice), (n + |s|)/4, (n - |s|)/4
///     c(psi) = 2 psi / n + 2 (n psi - s.sigma psi) / (n^2 - |s|^2)
///
/// The stabiliser is trivial unless all sites are proportional (always so for m = 1): then |s| = n,
/// the orbit has dimension 3 and the last term of c is replaced by psi / n. Layout as in
/// {@link SpinorsModSU2}. *Immutable.* Source: docs/spaces.md, from Xu et al. 2026, Theorem 4.
public final class SpinorsModU2 implements LinearQuotient {
  /// The one instance: it has no settings.
  public static final SpinorsModU2 INSTANCE = new SpinorsModU2();

  private static final String NAME = "C^2xm/U(2)";
  private static final double RELATIVE_CUT = 1e-12;

  private SpinorsModU2() {}

  @Override
  public String name() {
    return NAME;
  }

  private static double spinLength(double[] x, int from, int to) {
    double sx = Pauli.spin(1, x, from, to);
    double sy = Pauli.spin(2, x, from, to);
    double sz = Pauli.spin(3, x, from, to);
    return Math.sqrt(sx * sx + sy * sy + sz * sz);
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    double n = Ranges.dot(x, x, from, to);
    if (n == 0) {
      return 0;
    }
    double s = spinLength(x, from, to);
    return n - s > RELATIVE_CUT * (n + s) ? 4 : 3;
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 4, from, to);
    Ranges.copy(v, out, from, to);
    double n = Ranges.dot(x, x, from, to);
    if (n == 0) {
      return;
    }
    double sx = Pauli.spin(1, x, from, to);
    double sy = Pauli.spin(2, x, from, to);
    double sz = Pauli.spin(3, x, from, to);
    double s = Math.sqrt(sx * sx + sy * sy + sz * sz);
    double inverseS = s > 0 ? 1 / s : 0;
    double l0 = Pauli.along(0, x, v, from, to);
    double lx = Pauli.along(1, x, v, from, to);
    double ly = Pauli.along(2, x, v, from, to);
    double lz = Pauli.along(3, x, v, from, to);
    // In the eigenbasis: (s^, 1)/sqrt 2, (s^, -1)/sqrt 2, and the two directions across s
    double along = (sx * lx + sy * ly + sz * lz) * inverseS;
    double plus = (along + l0) / (n + s);
    double minus = n - s > RELATIVE_CUT * (n + s) ? (along - l0) / (n - s) : 0;
    double w0 = 0.5 * (plus - minus);
    double change = (0.5 * (plus + minus) - along / n) * inverseS;
    Pauli.add(
        -w0,
        -(lx / n + change * sx),
        -(ly / n + change * sy),
        -(lz / n + change * sz),
        x,
        out,
        from,
        to);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    double n = Ranges.dot(x, x, from, to);
    if (n == 0) {
      return 0;
    }
    double s = spinLength(x, from, to);
    double sum = 2 * StrictMath.log(0.25 * n) + StrictMath.log(0.25 * (n + s));
    if (n - s > RELATIVE_CUT * (n + s)) {
      sum += StrictMath.log(0.25 * (n - s));
    }
    return 0.5 * sum;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 4, from, to);
    double n = Ranges.dot(x, x, from, to);
    double sx = Pauli.spin(1, x, from, to);
    double sy = Pauli.spin(2, x, from, to);
    double sz = Pauli.spin(3, x, from, to);
    double s = Math.sqrt(sx * sx + sy * sy + sz * sz);
    if (n - s <= RELATIVE_CUT * (n + s)) {
      Ranges.scaleByInverseSquare(3, x, out, from, to);
      return;
    }
    double across = 2 / ((n - s) * (n + s));
    for (int i = from; i < to; i += 4) {
      double ar = x[i];
      double ai = x[i + 1];
      double br = x[i + 2];
      double bi = x[i + 3];
      // s.sigma psi = (sz a + (sx - i sy) b, (sx + i sy) a - sz b)
      out[i] = 2 * ar / n + across * (n * ar - (sz * ar + sx * br + sy * bi));
      out[i + 1] = 2 * ai / n + across * (n * ai - (sz * ai + sx * bi - sy * br));
      out[i + 2] = 2 * br / n + across * (n * br - (sx * ar - sy * ai - sz * br));
      out[i + 3] = 2 * bi / n + across * (n * bi - (sx * ai + sy * ar - sz * bi));
    }
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    double n = Ranges.dot(x, x, from, to);
    boolean oneSite = to - from == 4;
    return oneSite ? 0.25 * n : 0.25 * Math.max(0, n - spinLength(x, from, to));
  }

  /// Re <e^{i phi} U psi, onto> = |cos(phi) a + sin(phi) b| at the best U in SU(2), where a and b are
  /// the quaternions of {@link SpinorsModSU2#align} for psi and i psi: a 2x2 eigenproblem in phi.
  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 4, from, to);
    double[] turned = new double[to];
    Pauli.phase(0, 1, x, turned, from, to);
    double aa = 0;
    double ab = 0;
    double bb = 0;
    for (int k = 0; k < 4; k++) {
      double a = quaternion(k, x, onto, from, to);
      double b = quaternion(k, turned, onto, from, to);
      aa += a * a;
      ab += a * b;
      bb += b * b;
    }
    double phi = 0.5 * StrictMath.atan2(2 * ab, aa - bb);
    Pauli.phase(StrictMath.cos(phi), StrictMath.sin(phi), x, out, from, to);
    SpinorsModSU2.INSTANCE.align(out, onto, out, from, to);
  }

  private static double quaternion(int k, double[] x, double[] onto, int from, int to) {
    return k == 0 ? Ranges.dot(x, onto, from, to) : Pauli.along(k, x, onto, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    double[] aligned = new double[to];
    align(x, y, aligned, from, to);
    return Ranges.distance(aligned, y, from, to);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 4, from, to);
    double angle = 2 * Math.PI * element.uniform(8);
    Pauli.phase(StrictMath.cos(angle), StrictMath.sin(angle), x, out, from, to);
    double w = SO3.randomQuaternion(0, element);
    double p = SO3.randomQuaternion(1, element);
    double q = SO3.randomQuaternion(2, element);
    double r = SO3.randomQuaternion(3, element);
    Pauli.turn(w, p, q, r, out, out, from, to);
  }
}
