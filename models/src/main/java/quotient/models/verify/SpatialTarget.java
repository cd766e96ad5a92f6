package quotient.models.verify;

import java.util.Arrays;
import quotient.geometry.ShapeSpace;
import quotient.models.loss.MatrixFisher;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Shapes of points in space modulo rotations: the orbit's integral is the matrix Fisher normaliser.
final class SpatialTarget extends OrbitTarget {
  private static final int AXES = 3;

  private final MatrixFisher rotations = new MatrixFisher();
  private final double[] f = new double[9];
  private final double[] turn = new double[9];
  private final double[] copy;

  SpatialTarget(double[][] shapes, double[] weights, double tau) {
    super(shapes, weights, tau);
    copy = new double[coordinates()];
  }

  /// The two shapes of {@link ReferenceTargets}.
  static SpatialTarget reference(double tau) {
    return new SpatialTarget(ReferenceTargets.SPATIAL_SHAPES, ReferenceTargets.WEIGHTS, tau);
  }

  @Override
  double average(double[] x, int from, int shape, double concentration, double[] turned) {
    correlate(x, from, shape, concentration);
    double logNormalizer = rotations.mean(f, turn);
    double[] points = shapes[shape];
    for (int p = 0; p < points.length; p += AXES) {
      for (int a = 0; a < AXES; a++) {
        turned[p + a] =
            turn[AXES * a] * points[p]
                + turn[AXES * a + 1] * points[p + 1]
                + turn[AXES * a + 2] * points[p + 2];
      }
    }
    return logNormalizer;
  }

  private void correlate(double[] x, int from, int shape, double factor) {
    Arrays.fill(f, 0);
    double[] points = shapes[shape];
    for (int p = 0; p < points.length; p += AXES) {
      for (int a = 0; a < AXES; a++) {
        for (int b = 0; b < AXES; b++) {
          f[AXES * a + b] += factor * x[from + p + a] * points[p + b];
        }
      }
    }
  }

  @Override
  void align(int shape, double[] onto, int from, double[] turned) {
    System.arraycopy(onto, from, copy, 0, copy.length);
    ShapeSpace.INSTANCE.align(shapes[shape], copy, turned, 0, copy.length);
  }

  @Override
  void alignMean(double[] cloud, double[] x, int from) {
    System.arraycopy(x, from, copy, 0, copy.length);
    ShapeSpace.INSTANCE.align(cloud, copy, cloud, 0, copy.length);
  }

  @Override
  void scatter(RandomKey key, double jitter, double[] x, int from) {
    int to = from + coordinates();
    ShapeSpace.INSTANCE.act(key.child("turn"), x, x, from, to);
    Normal.fill(key.child("jitter"), copy, 0, copy.length);
    ShapeSpace.INSTANCE.projectPoint(copy, 0, copy.length);
    for (int i = 0; i < copy.length; i++) {
      x[from + i] += jitter * copy[i];
    }
  }

  @Override
  double overlap(double[] x, int from, int shape) {
    correlate(x, from, shape, 1);
    return rotations.bound(f);
  }
}
