package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.fma;

import jdk.incubator.vector.FloatVector;

/// The end of a layer of message passing, {@link MessageKernels#update} and its adjoint, with the
/// Vector API; widths are whole vectors.
final class VectorAtomUpdate {
  private VectorAtomUpdate() {}

  static void update(
      int from,
      int to,
      int channels,
      float[] x,
      int xAt,
      float[] v,
      int vAt,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] u,
      int uAt,
      float[] newX,
      int newXAt,
      float[] newV,
      int newVAt) {
    int h = channels;
    for (int i = from; i < to; i++) {
      updateVectors(i, h, v, vAt, p, pAt, o, oAt, u, uAt, newV, newVAt);
      updateScalars(i, h, x, xAt, p, pAt, o, oAt, newX, newXAt);
    }
  }

  private static void updateVectors(
      int i,
      int h,
      float[] v,
      int vAt,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] u,
      int uAt,
      float[] newV,
      int newVAt) {
    int gates = oAt + 3 * i * h;
    for (int row = 3 * i; row < 3 * i + 3; row++) {
      int third = pAt + (3 * row + 2) * h;
      int place = row * h;
      for (int c = 0; c < h; c += L) {
        FloatVector gate = FloatVector.fromArray(F, o, gates + c);
        FloatVector moved = FloatVector.fromArray(F, v, vAt + place + c);
        moved = fma(FloatVector.fromArray(F, p, third + c), gate, moved);
        moved.add(FloatVector.fromArray(F, u, uAt + place + c)).intoArray(newV, newVAt + place + c);
      }
    }
  }

  private static void updateScalars(
      int i,
      int h,
      float[] x,
      int xAt,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] newX,
      int newXAt) {
    int gates = oAt + 3 * i * h;
    int first = pAt + 9 * i * h;
    for (int c = 0; c < h; c += L) {
      int at = first + c;
      FloatVector dot = FloatVector.fromArray(F, p, at).mul(FloatVector.fromArray(F, p, at + h));
      int second = at + 3 * h;
      dot = fma(FloatVector.fromArray(F, p, second), FloatVector.fromArray(F, p, second + h), dot);
      int last = at + 6 * h;
      dot = fma(FloatVector.fromArray(F, p, last), FloatVector.fromArray(F, p, last + h), dot);
      FloatVector sum = FloatVector.fromArray(F, x, xAt + i * h + c);
      sum = fma(dot, FloatVector.fromArray(F, o, gates + h + c), sum);
      sum.add(FloatVector.fromArray(F, o, gates + 2 * h + c)).intoArray(newX, newXAt + i * h + c);
    }
  }

  static void updateBackward(
      int atoms,
      int channels,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] dx,
      int dxAt,
      float[] dv,
      int dvAt,
      float[] dp,
      int dpAt,
      float[] dO,
      int dOAt) {
    int h = channels;
    for (int i = 0; i < atoms; i++) {
      dotsBackward(i, h, p, pAt, o, oAt, dx, dxAt, dp, dpAt, dO, dOAt);
      gatesBackward(i, h, p, pAt, o, oAt, dv, dvAt, dp, dpAt, dO, dOAt);
    }
  }

  /// Through x' = x + (p1 . p2) o2 + o3.
  private static void dotsBackward(
      int i,
      int h,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] dx,
      int dxAt,
      float[] dp,
      int dpAt,
      float[] dO,
      int dOAt) {
    for (int c = 0; c < h; c += L) {
      FloatVector d = FloatVector.fromArray(F, dx, dxAt + i * h + c);
      FloatVector dDot = d.mul(FloatVector.fromArray(F, o, oAt + (3 * i + 1) * h + c));
      FloatVector dot = FloatVector.zero(F);
      for (int row = 3 * i; row < 3 * i + 3; row++) {
        int at = pAt + 3 * row * h + c;
        int to = dpAt + 3 * row * h + c;
        FloatVector one = FloatVector.fromArray(F, p, at);
        FloatVector two = FloatVector.fromArray(F, p, at + h);
        dot = fma(one, two, dot);
        fma(dDot, two, FloatVector.fromArray(F, dp, to)).intoArray(dp, to);
        fma(dDot, one, FloatVector.fromArray(F, dp, to + h)).intoArray(dp, to + h);
      }
      int gate = dOAt + (3 * i + 1) * h + c;
      fma(d, dot, FloatVector.fromArray(F, dO, gate)).intoArray(dO, gate);
      FloatVector.fromArray(F, dO, gate + h).add(d).intoArray(dO, gate + h);
    }
  }

  /// Through V' = V + p3 o1 + U.
  private static void gatesBackward(
      int i,
      int h,
      float[] p,
      int pAt,
      float[] o,
      int oAt,
      float[] dv,
      int dvAt,
      float[] dp,
      int dpAt,
      float[] dO,
      int dOAt) {
    for (int c = 0; c < h; c += L) {
      FloatVector gate = FloatVector.fromArray(F, o, oAt + 3 * i * h + c);
      FloatVector sum = FloatVector.zero(F);
      for (int row = 3 * i; row < 3 * i + 3; row++) {
        int to = dpAt + (3 * row + 2) * h + c;
        FloatVector d = FloatVector.fromArray(F, dv, dvAt + row * h + c);
        sum = fma(d, FloatVector.fromArray(F, p, pAt + (3 * row + 2) * h + c), sum);
        fma(d, gate, FloatVector.fromArray(F, dp, to)).intoArray(dp, to);
      }
      int to = dOAt + 3 * i * h + c;
      FloatVector.fromArray(F, dO, to).add(sum).intoArray(dO, to);
    }
  }
}
