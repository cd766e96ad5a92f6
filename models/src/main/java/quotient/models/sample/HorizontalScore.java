package quotient.models.sample;

import java.util.Arrays;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.Parameterization;
import quotient.models.prior.Covariance;
import quotient.tensor.linalg.SymmetricEigen;

/// The score from the horizontal part of the velocity.
///
///     s(v) = s_0 + M v,   s = s_0 + M (v + Xi w)   with w such that Xi^T s = 0
///
/// The quotient loss determines P v only. For an isotropic prior M is a number and w = 0. For a
/// harmonic prior the true velocity has a vertical part that the score needs; as the score of an
/// invariant density is orthogonal to the orbit, that condition gives it back. With an exact
/// velocity nothing changes. *Confined*: holds scratch. Source: theory.md section 6.
final class HorizontalScore {
  private static final int AXES = 3;
  private static final double CUT = 1e-12;

  private final QuotientSpace space;
  private final Parameterization conversion;
  private double[] turned = new double[0];
  private double[] image = new double[0];
  private double[] score = new double[0];
  private final double[] matrix = new double[AXES * AXES];
  private final double[] moment = new double[AXES];
  private final double[] rotation = new double[AXES];
  private final double[] values = new double[AXES];
  private final double[] vectors = new double[AXES * AXES];

  HorizontalScore(QuotientSpace space, Parameterization conversion) {
    this.space = space;
    this.conversion = conversion;
  }

  /// `out` becomes the gradient of log p_t in the space's inner product.
  void evaluate(
      Covariance prior, double t, double[] x, double[] velocity, double[] out, int from, int to) {
    conversion.score(prior, t, x, velocity, out, from, to);
    if (prior instanceof Covariance.Spectral && space.orbitDimension(x, from, to) > 0) {
      complete(prior, t, x, out, from, to);
    }
    space.gradient(out, out, from, to);
  }

  /// Adds the vertical part `Xi w` that the true velocity has to a horizontal one.
  void completeVelocity(
      Covariance prior, double t, double[] x, double[] velocity, int from, int to) {
    if (!(prior instanceof Covariance.Spectral) || space.orbitDimension(x, from, to) == 0) {
      return;
    }
    if (score.length < to) {
      score = new double[to];
    }
    conversion.score(prior, t, x, velocity, score, from, to);
    complete(prior, t, x, score, from, to);
    for (int i = from; i < to; i++) {
      velocity[i] += turned[i];
    }
  }

  /// Adds `M Xi w` to the score in `out`; `Xi w` stays in `turned`.
  private void complete(Covariance prior, double t, double[] x, double[] out, int from, int to) {
    if (turned.length < to) {
      turned = new double[to];
      image = new double[to];
    }
    moments(x, out, from, to, moment);
    for (int b = 0; b < AXES; b++) {
      Arrays.fill(rotation, 0);
      rotation[b] = 1;
      turn(x, from, to);
      conversion.scoreChange(prior, t, turned, image, from, to);
      moments(x, image, from, to, rotation);
      for (int a = 0; a < AXES; a++) {
        matrix[AXES * a + b] = rotation[a];
      }
    }
    solve();
    turn(x, from, to);
    conversion.scoreChange(prior, t, turned, image, from, to);
    for (int i = from; i < to; i++) {
      out[i] += image[i];
    }
  }

  /// `turned = rotation x x_i`, point by point.
  private void turn(double[] x, int from, int to) {
    for (int p = from; p < to; p += AXES) {
      turned[p] = rotation[1] * x[p + 2] - rotation[2] * x[p + 1];
      turned[p + 1] = rotation[2] * x[p] - rotation[0] * x[p + 2];
      turned[p + 2] = rotation[0] * x[p + 1] - rotation[1] * x[p];
    }
  }

  /// `out = sum_i x_i x v_i`.
  private static void moments(double[] x, double[] v, int from, int to, double[] out) {
    double a = 0;
    double b = 0;
    double c = 0;
    for (int p = from; p < to; p += AXES) {
      a += x[p + 1] * v[p + 2] - x[p + 2] * v[p + 1];
      b += x[p + 2] * v[p] - x[p] * v[p + 2];
      c += x[p] * v[p + 1] - x[p + 1] * v[p];
    }
    out[0] = a;
    out[1] = b;
    out[2] = c;
  }

  /// `rotation = - matrix^+ moment`; directions that do not move the cloud stay out.
  private void solve() {
    SymmetricEigen.decompose(AXES, matrix, values, vectors);
    Arrays.fill(rotation, 0);
    for (int k = 0; k < AXES; k++) {
      if (values[k] > CUT * values[AXES - 1]) {
        double amount = 0;
        for (int a = 0; a < AXES; a++) {
          amount -= vectors[AXES * k + a] * moment[a];
        }
        amount /= values[k];
        for (int a = 0; a < AXES; a++) {
          rotation[a] += amount * vectors[AXES * k + a];
        }
      }
    }
  }
}
