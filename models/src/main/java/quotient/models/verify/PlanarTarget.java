package quotient.models.verify;

import quotient.models.loss.ScaledBessel;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Complex vectors modulo a common phase: the orbit's integral is a Bessel function.
///
///     c = I0(kappa),   E[e^{i theta}] = (I1 / I0)(kappa) <X, z> / |<X, z>|,   kappa = (t/V) |<X, z>|
final class PlanarTarget extends OrbitTarget {
  private final double[] normals;
  private double real;
  private double imaginary;

  PlanarTarget(double[][] shapes, double[] weights, double tau) {
    super(shapes, weights, tau);
    normals = new double[coordinates()];
  }

  /// The two vectors of {@link ReferenceTargets}.
  static PlanarTarget reference(double tau) {
    return new PlanarTarget(ReferenceTargets.PLANAR_SHAPES, ReferenceTargets.WEIGHTS, tau);
  }

  @Override
  double average(double[] x, int from, int shape, double concentration, double[] turned) {
    double size = product(x, from, shapes[shape]);
    double kappa = concentration * size;
    double zero = ScaledBessel.i0(kappa);
    rotate(shapes[shape], size, ScaledBessel.i1(kappa) / zero, turned);
    return kappa + StrictMath.log(zero);
  }

  /// `<X, z> = sum conj(X) z` into (real, imaginary); its absolute value.
  private double product(double[] z, int from, double[] shape) {
    real = 0;
    imaginary = 0;
    for (int i = 0; i < shape.length; i += 2) {
      real += shape[i] * z[from + i] + shape[i + 1] * z[from + i + 1];
      imaginary += shape[i] * z[from + i + 1] - shape[i + 1] * z[from + i];
    }
    return Math.sqrt(real * real + imaginary * imaginary);
  }

  /// `out = length (real + i imaginary) / size X`.
  private void rotate(double[] shape, double size, double length, double[] out) {
    double c = size == 0 ? length : length * real / size;
    double s = size == 0 ? 0 : length * imaginary / size;
    for (int i = 0; i < shape.length; i += 2) {
      double a = shape[i];
      double b = shape[i + 1];
      out[i] = c * a - s * b;
      out[i + 1] = s * a + c * b;
    }
  }

  @Override
  void align(int shape, double[] onto, int from, double[] turned) {
    double size = product(onto, from, shapes[shape]);
    rotate(shapes[shape], size, 1, turned);
  }

  @Override
  void alignMean(double[] cloud, double[] x, int from) {
    double size = product(x, from, cloud);
    rotate(cloud, size, 1, cloud);
  }

  @Override
  void scatter(RandomKey key, double jitter, double[] x, int from) {
    double angle = 2 * Math.PI * key.child("turn").uniform(0);
    double c = StrictMath.cos(angle);
    double s = StrictMath.sin(angle);
    Normal.fill(key.child("jitter"), normals, 0, normals.length);
    for (int i = 0; i < normals.length; i += 2) {
      double a = x[from + i];
      double b = x[from + i + 1];
      x[from + i] = c * a - s * b + jitter * normals[i];
      x[from + i + 1] = s * a + c * b + jitter * normals[i + 1];
    }
  }

  @Override
  double overlap(double[] x, int from, int shape) {
    return product(x, from, shapes[shape]);
  }
}
