package quotient.geometry;

import quotient.tensor.random.RandomKey;

/// N points of the plane modulo turns about the origin, R^{2xN}/SO(2): all of this project in two
/// dimensions. Read as complex numbers it is C^N modulo a common phase, C^N/U(1).
///
///     i x     = (-y_1, x_1, -y_2, x_2, ...)        the infinitesimal motion;  J = |x|^2
///     P_x v   = v - i x <i x, v> / |x|^2
///     c(x)    = x / |x|^2,   vol(x) = |x|          the length of the circle through x over 2 pi
///
/// Points interleaved (x_1, y_1, x_2, ...). Singular at x = 0, where P = I and c = 0. With one point
/// this is Figure 1 of the paper: the plane, whose quotient is the radius. Nothing allocates.
/// *Immutable.* Source: Xu et al. 2026, Figure 1; docs/spaces.md.
public final class PlaneModSO2 implements LinearQuotient {
  /// Points of the plane modulo turns.
  public static final PlaneModSO2 POINTS = new PlaneModSO2("R^2xN/SO(2)");

  /// Complex vectors, (re, im) interleaved, modulo phase.
  public static final PlaneModSO2 COMPLEX = new PlaneModSO2("C^n/U(1)");

  private final String name;

  private PlaneModSO2(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return Ranges.dot(x, x, from, to) > 0 ? 1 : 0;
  }

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    Ranges.requirePoints(name, 2, from, to);
    double size = Ranges.dot(x, x, from, to);
    double omega = size > 0 ? along(x, v, from, to) / size : 0;
    for (int i = from; i < to; i += 2) {
      out[i] = v[i] + omega * x[i + 1];
      out[i + 1] = v[i + 1] - omega * x[i];
    }
  }

  /// <i x, v> = sum_k x_k × v_k.
  private static double along(double[] x, double[] v, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i += 2) {
      sum += x[i] * v[i + 1] - x[i + 1] * v[i];
    }
    return sum;
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    double size = Ranges.dot(x, x, from, to);
    return size > 0 ? 0.5 * StrictMath.log(size) : 0;
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    Ranges.scaleByInverseSquare(1, x, out, from, to);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return Ranges.dot(x, x, from, to);
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    Ranges.requirePoints(name, 2, from, to);
    double cosine = Ranges.dot(x, onto, from, to);
    double sine = along(x, onto, from, to);
    double length = Math.hypot(cosine, sine);
    turn(length > 0 ? cosine / length : 1, length > 0 ? sine / length : 0, x, out, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    Ranges.requirePoints(name, 2, from, to);
    double cosine = Ranges.dot(x, y, from, to);
    double sine = along(x, y, from, to);
    double length = Math.hypot(cosine, sine);
    double c = length > 0 ? cosine / length : 1;
    double s = length > 0 ? sine / length : 0;
    double sum = 0;
    for (int i = from; i < to; i += 2) {
      double dx = c * x[i] - s * x[i + 1] - y[i];
      double dy = s * x[i] + c * x[i + 1] - y[i + 1];
      sum += dx * dx + dy * dy;
    }
    return Math.sqrt(sum);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    Ranges.requirePoints(name, 2, from, to);
    double angle = 2 * Math.PI * element.uniform(0);
    turn(StrictMath.cos(angle), StrictMath.sin(angle), x, out, from, to);
  }

  private static void turn(double c, double s, double[] x, double[] out, int from, int to) {
    for (int i = from; i < to; i += 2) {
      double px = x[i];
      double py = x[i + 1];
      out[i] = c * px - s * py;
      out[i + 1] = s * px + c * py;
    }
  }
}
