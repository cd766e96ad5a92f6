package quotient.models.loss;

import java.util.Arrays;
import java.util.Optional;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.geometry.VectorModSOd;

/// The law of a rotation g given noise around g y, against the Haar probability: normaliser and mean.
///
///     p(g) = exp <w, g y> / c(w, y)         w, y: values from..to of one cloud
///
/// For clouds in space g is matrix-Fisher; in the plane c is a Bessel function; for one vector of R^3
/// it is sinh(k)/k. *Confined*: implementations hold scratch. Source: theory.md sections 7 to 9.5.
public sealed interface OrbitMean {

  /// The number of coordinates of a point.
  ///
  /// @param coordinates of the whole cloud
  int axes(int coordinates);

  /// `out = E[g y]`; returns log c. `out` may be y.
  double average(double[] w, double[] y, double[] out, int from, int to);

  /// An upper bound of log c: the largest `<w, g y>`.
  double bound(double[] w, double[] y, int from, int to);

  /// The mean over the orbits of a space, if it is known in closed form or as one integral.
  static Optional<OrbitMean> of(QuotientSpace space) {
    return switch (space) {
      case ShapeSpace _ -> Optional.of(new Clouds());
      case PlaneModSO2 _ -> Optional.of(new Circle());
      case VectorModSOd _ -> Optional.of(new Sphere());
      default -> Optional.empty();
    };
  }

  /// Clouds in space under one rotation: F = sum_i w_i y_i^T.
  final class Clouds implements OrbitMean {
    private static final int AXES = 3;
    private static final int ROUNDS = 12;

    private final MatrixFisher rotations = new MatrixFisher();
    private final double[] f = new double[9];
    private final double[] turn = new double[9];

    /// With its own scratch.
    public Clouds() {}

    @Override
    public int axes(int coordinates) {
      return AXES;
    }

    @Override
    public double average(double[] w, double[] y, double[] out, int from, int to) {
      correlate(w, y, from, to);
      double logNormalizer = rotations.mean(f, turn);
      for (int p = from; p < to; p += AXES) {
        double a = y[p];
        double b = y[p + 1];
        double c = y[p + 2];
        for (int row = 0; row < AXES; row++) {
          out[p + row] = turn[AXES * row] * a + turn[AXES * row + 1] * b + turn[AXES * row + 2] * c;
        }
      }
      return logNormalizer;
    }

    @Override
    public double bound(double[] w, double[] y, int from, int to) {
      correlate(w, y, from, to);
      return topOfRotations(f);
    }

    /// An upper bound of s_1 + s_2 + s_3 that is met within rounding after a few rounds: Newton's
    /// method from above on the polynomial that has it as its largest root.
    ///
    ///     p^4 - 2 |F|^2 p^2 - 8 det(F) p + |F|^4 - 4 |cof F|^2 = 0
    ///
    /// A tenth of the time of the singular values. Source: Theobald 2005.
    private static double topOfRotations(double[] f) {
      double square = 0;
      for (double value : f) {
        square += value * value;
      }
      double c00 = f[4] * f[8] - f[5] * f[7];
      double c01 = f[5] * f[6] - f[3] * f[8];
      double c02 = f[3] * f[7] - f[4] * f[6];
      double c10 = f[2] * f[7] - f[1] * f[8];
      double c11 = f[0] * f[8] - f[2] * f[6];
      double c12 = f[1] * f[6] - f[0] * f[7];
      double c20 = f[1] * f[5] - f[2] * f[4];
      double c21 = f[2] * f[3] - f[0] * f[5];
      double c22 = f[0] * f[4] - f[1] * f[3];
      double cofactors =
          c00 * c00 + c01 * c01 + c02 * c02 + c10 * c10 + c11 * c11 + c12 * c12 + c20 * c20
              + c21 * c21 + c22 * c22;
      double determinant = f[0] * c00 + f[1] * c01 + f[2] * c02;
      double last = square * square - 4 * cofactors;
      double p = Math.sqrt(3 * square);
      for (int round = 0; round < ROUNDS; round++) {
        double pp = p * p;
        double value = (pp - 2 * square) * pp - 8 * determinant * p + last;
        double slope = 4 * (pp - square) * p - 8 * determinant;
        if (!(value > 0 && slope > 0)) {
          break;
        }
        p -= value / slope;
      }
      return p;
    }

    private void correlate(double[] w, double[] y, int from, int to) {
      Arrays.fill(f, 0);
      for (int p = from; p < to; p += AXES) {
        for (int a = 0; a < AXES; a++) {
          double g = w[p + a];
          f[AXES * a] += g * y[p];
          f[AXES * a + 1] += g * y[p + 1];
          f[AXES * a + 2] += g * y[p + 2];
        }
      }
    }
  }

  /// Points of the plane under one turn: `c = I0(k)`, `E[e^{i theta}] = (I1/I0)(k) e^{i best}` with
  /// k the largest `<w, g y>`.
  final class Circle implements OrbitMean {
    private double cosine;
    private double sine;

    /// With its own scratch.
    public Circle() {}

    @Override
    public int axes(int coordinates) {
      if (coordinates % 2 != 0) {
        throw new IllegalArgumentException(
            "posterior mean: points of the plane need pairs of coordinates, found " + coordinates);
      }
      return 2;
    }

    @Override
    public double average(double[] w, double[] y, double[] out, int from, int to) {
      double kappa = bound(w, y, from, to);
      double zero = ScaledBessel.i0(kappa);
      double length = ScaledBessel.i1(kappa) / zero;
      double c = length * cosine;
      double s = length * sine;
      for (int p = from; p < to; p += 2) {
        double a = y[p];
        double b = y[p + 1];
        out[p] = c * a - s * b;
        out[p + 1] = s * a + c * b;
      }
      return kappa + StrictMath.log(zero);
    }

    @Override
    public double bound(double[] w, double[] y, int from, int to) {
      double along = 0;
      double across = 0;
      for (int p = from; p < to; p += 2) {
        along += y[p] * w[p] + y[p + 1] * w[p + 1];
        across += y[p] * w[p + 1] - y[p + 1] * w[p];
      }
      double kappa = Math.sqrt(along * along + across * across);
      cosine = kappa > 0 ? along / kappa : 1;
      sine = kappa > 0 ? across / kappa : 0;
      return kappa;
    }
  }

  /// One vector of R^3: `c = sinh(k)/k`, `E[g y] = |y| (coth k - 1/k) w/|w|` with k = |w| |y|.
  final class Sphere implements OrbitMean {
    private static final double SMALL = 1e-3;

    /// Holds nothing.
    public Sphere() {}

    @Override
    public int axes(int coordinates) {
      if (coordinates != 3) {
        throw new IllegalArgumentException(
            "posterior mean: one vector needs 3 coordinates, found " + coordinates);
      }
      return coordinates;
    }

    @Override
    public double average(double[] w, double[] y, double[] out, int from, int to) {
      double strength = length(w, from, to);
      double size = length(y, from, to);
      double kappa = strength * size;
      double factor = strength > 0 ? size * langevin(kappa) / strength : 0;
      for (int i = from; i < to; i++) {
        out[i] = factor * w[i];
      }
      return kappa < SMALL
          ? kappa * kappa / 6
          : kappa + StrictMath.log(-StrictMath.expm1(-2 * kappa) / (2 * kappa));
    }

    @Override
    public double bound(double[] w, double[] y, int from, int to) {
      return length(w, from, to) * length(y, from, to);
    }

    private static double langevin(double kappa) {
      if (kappa < SMALL) {
        return kappa / 3;
      }
      double e = StrictMath.exp(-2 * kappa);
      return (1 + e) / (1 - e) - 1 / kappa;
    }

    private static double length(double[] x, int from, int to) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += x[i] * x[i];
      }
      return Math.sqrt(sum);
    }
  }
}
