package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.VectorGemm.PANEL;

import jdk.incubator.vector.FloatVector;

/// Register tiles of a matrix product; text written by `TileWriter` in the tests.
///
/// `tileRx2` computes R rows and 2 L columns of C from `kc` terms. An element is the sum
/// over k in order, whatever the tile; see {@link VectorGemm}. B is a packed panel.
///
/// Rows of A are `lda` apart. Two terms at a time, so that the addresses of the rows are
/// computed half as often. Beside them a tile reads one number of each of the next `kc / 2`
/// lines from `nextA` and `nextC`, which brings them near; what it returns is of no use.
///
/// For processors that cannot multiply and add in one instruction.
final class PlainRowTiles {
  private PlainRowTiles() {}

  static int tile4x2(
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean add,
      float[] nextA,
      int an,
      float[] nextC,
      int cn) {
    int seen = 0;
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    int a0 = ao;
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int even = kc & -2;
    for (int k = 0; k < even; k += 2) {
      seen |= Float.floatToRawIntBits(nextA[an + 8 * k]);
      seen |= Float.floatToRawIntBits(nextC[cn + 8 * k]);
      int bk = bo + k * PANEL;
      FloatVector l = FloatVector.fromArray(F, b, bk);
      FloatVector h = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[a0 + k]);
      c0l = v0.mul(l).add(c0l);
      c0h = v0.mul(h).add(c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[a1 + k]);
      c1l = v1.mul(l).add(c1l);
      c1h = v1.mul(h).add(c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[a2 + k]);
      c2l = v2.mul(l).add(c2l);
      c2h = v2.mul(h).add(c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[a3 + k]);
      c3l = v3.mul(l).add(c3l);
      c3h = v3.mul(h).add(c3h);
      int bkn = bo + k * PANEL + PANEL;
      FloatVector ln = FloatVector.fromArray(F, b, bkn);
      FloatVector hn = FloatVector.fromArray(F, b, bkn + L);
      FloatVector v0n = FloatVector.broadcast(F, a[a0 + k + 1]);
      c0l = v0n.mul(ln).add(c0l);
      c0h = v0n.mul(hn).add(c0h);
      FloatVector v1n = FloatVector.broadcast(F, a[a1 + k + 1]);
      c1l = v1n.mul(ln).add(c1l);
      c1h = v1n.mul(hn).add(c1h);
      FloatVector v2n = FloatVector.broadcast(F, a[a2 + k + 1]);
      c2l = v2n.mul(ln).add(c2l);
      c2h = v2n.mul(hn).add(c2h);
      FloatVector v3n = FloatVector.broadcast(F, a[a3 + k + 1]);
      c3l = v3n.mul(ln).add(c3l);
      c3h = v3n.mul(hn).add(c3h);
    }
    if (even < kc) {
      int k = even;
      int bk = bo + k * PANEL;
      FloatVector l = FloatVector.fromArray(F, b, bk);
      FloatVector h = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[a0 + k]);
      c0l = v0.mul(l).add(c0l);
      c0h = v0.mul(h).add(c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[a1 + k]);
      c1l = v1.mul(l).add(c1l);
      c1h = v1.mul(h).add(c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[a2 + k]);
      c2l = v2.mul(l).add(c2l);
      c2h = v2.mul(h).add(c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[a3 + k]);
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
    return seen;
  }
}
