package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.VectorGemm.PANEL;
import static quotient.tensor.kernel.VectorGemm.STRIP;

import jdk.incubator.vector.FloatVector;

/// Register tiles of a matrix product; text written by `TileWriter` in the tests.
///
/// `tileRx2` computes R rows and 2 L columns of C from `kc` terms. An element is the sum
/// over k in order, whatever the tile; see {@link VectorGemm}. B is a packed panel.
///
/// A is a strip: the R values of one k lie side by side, those of the next k one strip's
/// width further.
///
/// For processors that cannot multiply and add in one instruction.
final class PlainStripTiles {
  private PlainStripTiles() {}

  static void tile4x2(
      int kc, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc, boolean add) {
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * PANEL;
      FloatVector l = FloatVector.fromArray(F, b, bk);
      FloatVector h = FloatVector.fromArray(F, b, bk + L);
      int ak = ao + k * STRIP;
      FloatVector v0 = FloatVector.broadcast(F, a[ak]);
      c0l = v0.mul(l).add(c0l);
      c0h = v0.mul(h).add(c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[ak + 1]);
      c1l = v1.mul(l).add(c1l);
      c1h = v1.mul(h).add(c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[ak + 2]);
      c2l = v2.mul(l).add(c2l);
      c2h = v2.mul(h).add(c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[ak + 3]);
      c3l = v3.mul(l).add(c3l);
      c3h = v3.mul(h).add(c3h);
    }
    int o0 = co;
    int o1 = o0 + ldc;
    int o2 = o1 + ldc;
    int o3 = o2 + ldc;
    if (add) {
      c0l = c0l.add(FloatVector.fromArray(F, c, o0));
      c0h = c0h.add(FloatVector.fromArray(F, c, o0 + L));
      c1l = c1l.add(FloatVector.fromArray(F, c, o1));
      c1h = c1h.add(FloatVector.fromArray(F, c, o1 + L));
      c2l = c2l.add(FloatVector.fromArray(F, c, o2));
      c2h = c2h.add(FloatVector.fromArray(F, c, o2 + L));
      c3l = c3l.add(FloatVector.fromArray(F, c, o3));
      c3h = c3h.add(FloatVector.fromArray(F, c, o3 + L));
    }
    c0l.intoArray(c, o0);
    c0h.intoArray(c, o0 + L);
    c1l.intoArray(c, o1);
    c1h.intoArray(c, o1 + L);
    c2l.intoArray(c, o2);
    c2h.intoArray(c, o2 + L);
    c3l.intoArray(c, o3);
    c3h.intoArray(c, o3 + L);
  }
}
