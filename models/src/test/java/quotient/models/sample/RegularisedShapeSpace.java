package quotient.models.sample;

import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.tensor.random.RandomKey;

/// Shape space with `J + eps I` in place of J, the paper's convention, which the recorded quotient
/// trajectories follow. Test scope only: P is then not idempotent.
///
/// @param eps added to the diagonal of J
record RegularisedShapeSpace(double eps) implements QuotientSpace {
  private static final ShapeSpace SHAPES = ShapeSpace.INSTANCE;

  @Override
  public void horizontal(double[] x, double[] v, double[] out, int from, int to) {
    SHAPES.projectVector(v, out, from, to);
    double[] momentum = new double[3];
    for (int p = from; p < to; p += 3) {
      momentum[0] += x[p + 1] * out[p + 2] - x[p + 2] * out[p + 1];
      momentum[1] += x[p + 2] * out[p] - x[p] * out[p + 2];
      momentum[2] += x[p] * out[p + 1] - x[p + 1] * out[p];
    }
    double[] k = inverse(x, from, to);
    double[] w = new double[3];
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        w[a] += k[3 * a + b] * momentum[b];
      }
    }
    for (int p = from; p < to; p += 3) {
      out[p] -= w[1] * x[p + 2] - w[2] * x[p + 1];
      out[p + 1] -= w[2] * x[p] - w[0] * x[p + 2];
      out[p + 2] -= w[0] * x[p + 1] - w[1] * x[p];
    }
  }

  @Override
  public void logOrbitVolumeGradient(double[] x, double[] out, int from, int to) {
    double[] k = inverse(x, from, to);
    double trace = k[0] + k[4] + k[8];
    for (int p = from; p < to; p += 3) {
      for (int a = 0; a < 3; a++) {
        out[p + a] = trace * x[p + a];
        for (int b = 0; b < 3; b++) {
          out[p + a] -= k[3 * a + b] * x[p + b];
        }
      }
    }
  }

  private double[] inverse(double[] x, int from, int to) {
    double[] j = new double[9];
    for (int p = from; p < to; p += 3) {
      double square = x[p] * x[p] + x[p + 1] * x[p + 1] + x[p + 2] * x[p + 2];
      for (int a = 0; a < 3; a++) {
        j[4 * a] += square;
        for (int b = 0; b < 3; b++) {
          j[3 * a + b] -= x[p + a] * x[p + b];
        }
      }
    }
    for (int a = 0; a < 3; a++) {
      j[4 * a] += eps;
    }
    double[] k = new double[9];
    double determinant = 0;
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        int c = (b + 1) % 3;
        int d = (b + 2) % 3;
        int e = (a + 1) % 3;
        int f = (a + 2) % 3;
        k[3 * a + b] = j[3 * c + e] * j[3 * d + f] - j[3 * c + f] * j[3 * d + e];
      }
    }
    for (int b = 0; b < 3; b++) {
      determinant += j[b] * k[3 * b];
    }
    for (int i = 0; i < 9; i++) {
      k[i] /= determinant;
    }
    return k;
  }

  @Override
  public String name() {
    return SHAPES.name() + " regularised";
  }

  @Override
  public int dimension(int coordinates) {
    return SHAPES.dimension(coordinates);
  }

  @Override
  public int orbitDimension(double[] x, int from, int to) {
    return SHAPES.orbitDimension(x, from, to);
  }

  @Override
  public void projectPoint(double[] x, int from, int to) {
    SHAPES.projectPoint(x, from, to);
  }

  @Override
  public void projectVector(double[] v, double[] out, int from, int to) {
    SHAPES.projectVector(v, out, from, to);
  }

  @Override
  public double logOrbitVolume(double[] x, int from, int to) {
    return SHAPES.logOrbitVolume(x, from, to);
  }

  @Override
  public double smallestOrbitEigenvalue(double[] x, int from, int to) {
    return SHAPES.smallestOrbitEigenvalue(x, from, to);
  }

  @Override
  public double inner(double[] u, double[] v, int from, int to) {
    return SHAPES.inner(u, v, from, to);
  }

  @Override
  public void gradient(double[] g, double[] out, int from, int to) {
    SHAPES.gradient(g, out, from, to);
  }

  @Override
  public void noise(double[] normals, double[] out, int from, int to) {
    SHAPES.noise(normals, out, from, to);
  }

  @Override
  public void align(double[] x, double[] onto, double[] out, int from, int to) {
    SHAPES.align(x, onto, out, from, to);
  }

  @Override
  public double distance(double[] x, double[] y, int from, int to) {
    return SHAPES.distance(x, y, from, to);
  }

  @Override
  public void act(RandomKey element, double[] x, double[] out, int from, int to) {
    SHAPES.act(element, x, out, from, to);
  }

  @Override
  public void actOnVector(RandomKey element, double[] v, double[] out, int from, int to) {
    SHAPES.actOnVector(element, v, out, from, to);
  }
}
