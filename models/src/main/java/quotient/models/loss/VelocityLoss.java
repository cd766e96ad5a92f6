package quotient.models.loss;

import java.util.Locale;
import quotient.geometry.QuotientSpace;
import quotient.models.interpolant.PathSample;

/// The size of a velocity error, `w(t) |L (v - T)|`, and its gradient with respect to v.
///
///     r = L (v - T);   mse: w mean_i |r_i|^2;   l2-atom: w mean_i |r_i|;   then the mean over clouds
///     dL/dv_i = 2 w r_i / (n B)                 dL/dv = L (w r_i / (|r_i| n B))
///
/// L is a fixed orthogonal projection, hence its own adjoint and idempotent, so no tape is needed.
/// *Immutable.* Source: style.md section 5; etflow.md sections 5 and 10; proteina.md 5.2.
///
/// @param norm squared or not
/// @param average what the sum over one cloud is divided by
/// @param weight w(t)
/// @param axes the number of coordinates of a point
/// @param supervisesTranslation whether the part of the error outside the total space (the velocity
///     of the centre of mass) counts too, as in both released pipelines; L then leaves it alone
public record VelocityLoss(
    Norm norm, Average average, TimeWeight weight, int axes, boolean supervisesTranslation) {

  /// How one point's error counts.
  public enum Norm {
    /// The squared length.
    SQUARED("mse"),
    /// The length, as in the released ET-Flow; its gradient at 0 is taken as 0.
    PER_ATOM("l2-atom");

    private final String label;

    Norm(String label) {
      this.label = label;
    }

    /// The name on the command line.
    public String label() {
      return label;
    }
  }

  /// What the sum over one cloud is divided by.
  public enum Average {
    /// The number of points.
    POINT,
    /// The number of coordinates.
    COORDINATE
  }

  /// The squared loss per point.
  public static VelocityLoss meanSquare() {
    return new VelocityLoss(Norm.SQUARED, Average.POINT, new TimeWeight.Constant(), 3, false);
  }

  /// The per-atom length of the released ET-Flow.
  public static VelocityLoss perAtom() {
    return new VelocityLoss(Norm.PER_ATOM, Average.POINT, new TimeWeight.Constant(), 3, false);
  }

  /// The flow-matching loss of Proteína, in velocity form.
  public static VelocityLoss proteina() {
    return new VelocityLoss(
        Norm.SQUARED, Average.COORDINATE, TimeWeight.Denoising.PROTEINA, 3, true);
  }

  /// Reads `mse` or `l2-atom`.
  ///
  /// @throws IllegalArgumentException for any other text
  public static VelocityLoss parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "mse" -> meanSquare();
      case "l2-atom" -> perAtom();
      default ->
          throw new IllegalArgumentException(
              "loss: unknown name \"" + text + "\"; use mse or l2-atom");
    };
  }

  /// The loss of a batch, and its gradient.
  ///
  ///     velocity, target, gradient: ragged batch as in path; perCloud: [B]
  ///
  /// @param map whose horizontal projection at x_t is L
  /// @param velocity the network's output v, Å
  /// @param target T, Å
  /// @param gradient receives dL/dv of the returned mean
  /// @param perCloud receives each cloud's weighted loss
  /// @return the mean over the clouds
  public double evaluate(
      PathSample path,
      QuotientSpace map,
      double[] velocity,
      double[] target,
      double[] gradient,
      double[] perCloud) {
    int[] start = path.start();
    int clouds = path.clouds();
    double[] residual = new double[target.length];
    double[] outside = new double[supervisesTranslation ? target.length : 0];
    double sum = 0;
    for (int b = 0; b < clouds; b++) {
      int from = start[b];
      int to = start[b + 1];
      for (int i = from; i < to; i++) {
        residual[i] = velocity[i] - target[i];
      }
      project(map, path.xt(), residual, outside, from, to);
      int count = average == Average.POINT ? (to - from) / axes : to - from;
      double share = count == 0 ? 0 : weight.at(path.time()[b]) / count;
      perCloud[b] =
          switch (norm) {
            case SQUARED -> squared(residual, share, from, to);
            case PER_ATOM -> lengths(residual, share, from, to);
          };
      if (norm == Norm.PER_ATOM) {
        project(map, path.xt(), residual, outside, from, to);
      }
      for (int i = from; i < to; i++) {
        gradient[i] = residual[i] / clouds;
      }
      sum += perCloud[b];
    }
    return clouds == 0 ? 0 : sum / clouds;
  }

  /// `r <- L r`.
  private void project(
      QuotientSpace map, double[] xt, double[] r, double[] outside, int from, int to) {
    if (supervisesTranslation) {
      System.arraycopy(r, from, outside, from, to - from);
      map.projectVector(r, r, from, to);
      for (int i = from; i < to; i++) {
        outside[i] -= r[i];
      }
    }
    map.horizontal(xt, r, r, from, to);
    if (supervisesTranslation) {
      for (int i = from; i < to; i++) {
        r[i] += outside[i];
      }
    }
  }

  /// The sum of squares times `share`; r becomes its derivative.
  private static double squared(double[] r, double share, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += r[i] * r[i];
      r[i] *= 2 * share;
    }
    return share * sum;
  }

  /// The sum of lengths times `share`; r becomes its derivative.
  private double lengths(double[] r, double share, int from, int to) {
    double sum = 0;
    for (int p = from; p < to; p += axes) {
      double square = 0;
      for (int a = 0; a < axes; a++) {
        square += r[p + a] * r[p + a];
      }
      double length = Math.sqrt(square);
      double factor = length == 0 ? 0 : share / length;
      for (int a = 0; a < axes; a++) {
        r[p + a] *= factor;
      }
      sum += length;
    }
    return share * sum;
  }
}
