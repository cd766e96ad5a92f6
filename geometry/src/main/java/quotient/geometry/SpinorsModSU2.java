package quotient.geometry;

import quotient.geometry.shape.SO3;
import quotient.tensor.random.RandomKey;

/// Fields of m spinors modulo SU(2): one unitary matrix of determinant 1 turns all sites together.
///
///     psi: [m, 2] complex, a site is (re a, im a, re b, im b);   xi_a = (i/2) sigma_a psi
///     J       = |psi|^2 / 4 I
///     P_psi v = v - sum_a (i sigma_a psi) <i sigma_a psi, v> / |psi|^2
///     c(psi)  = 3 psi / |psi|^2
///
/// Free away from psi = 0, where P = I and c = 0. Nothing allocates. *Immutable.* Source:
/// docs/spaces.md, from Xu et al. 2026, Theorem 4.
public final class SpinorsModSU2 implements LinearQuotient {
  /// The one instance: it has no settings.
  public static final SpinorsModSU2 INSTANCE = new SpinorsModSU2();

  private static final String NAME = "C^2xm/SU(2)";

  private SpinorsModSU2() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return Ranges.dot(x, x, from, to) > 0 ? 3 : 0;
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 4, from, to);
    double size = Ranges.dot(x, x, from, to);
    double scale = size > 0 ? -1 / size : 0;
    double p = scale * Pauli.along(1, x, v, from, to);
    double q = scale * Pauli.along(2, x, v, from, to);
    double r = scale * Pauli.along(3, x, v, from, to);
    Ranges.copy(v, out, from, to);
    Pauli.add(0, p, q, r, x, out, from, to);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    double size = Ranges.dot(x, x, from, to);
    return size > 0 ? 1.5 * StrictMath.log(0.25 * size) : 0;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Ranges.scaleByInverseSquare(3, x, out, from, to);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return 0.25 * Ranges.dot(x, x, from, to);
  }

  /// <U psi, phi> is linear in the unit quaternion of U, so the best one is its normalised gradient.
  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    Ranges.requirePoints(NAME, 4, from, to);
    double w = Ranges.dot(x, onto, from, to);
    double p = Pauli.along(1, x, onto, from, to);
    double q = Pauli.along(2, x, onto, from, to);
    double r = Pauli.along(3, x, onto, from, to);
    double norm = Math.sqrt(w * w + p * p + q * q + r * r);
    if (norm > 0) {
      Pauli.turn(w / norm, p / norm, q / norm, r / norm, x, out, from, to);
    } else {
      Ranges.copy(x, out, from, to);
    }
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
    double w = SO3.randomQuaternion(0, element);
    double p = SO3.randomQuaternion(1, element);
    double q = SO3.randomQuaternion(2, element);
    double r = SO3.randomQuaternion(3, element);
    Pauli.turn(w, p, q, r, x, out, from, to);
  }
}
