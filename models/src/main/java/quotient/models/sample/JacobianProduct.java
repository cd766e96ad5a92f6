package quotient.models.sample;

/// The derivative of a velocity field in one direction, or its adjoint: all that a trace needs.
///
///     out = (dv/dx) d      or      out = (dv/dx)^T d
///
/// A network gives the second by one backward pass from the seed d; a field in closed form may give
/// either.
@FunctionalInterface
public interface JacobianProduct {
  /// Applies the Jacobian of every cloud to that cloud's direction.
  ///
  ///     x, direction, out: ragged batch; time: [B]
  ///
  /// Clouds must not depend on each other.
  void multiply(double[] x, double[] time, double[] direction, double[] out);

  /// Central differences of a field in closed form (double throughout).
  ///
  /// @param step half the distance of the two points, in the direction's own length
  static JacobianProduct differences(VelocityField field, double step) {
    SelfConditioning none = new SelfConditioning(SelfConditioning.Mode.OFF, 0);
    return (x, time, direction, out) -> {
      double[] point = new double[x.length];
      double[] behind = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        point[i] = x[i] - step * direction[i];
      }
      field.velocity(point, time, none, behind);
      for (int i = 0; i < x.length; i++) {
        point[i] = x[i] + step * direction[i];
      }
      field.velocity(point, time, none, out);
      for (int i = 0; i < x.length; i++) {
        out[i] = (out[i] - behind[i]) / (2 * step);
      }
    };
  }
}
