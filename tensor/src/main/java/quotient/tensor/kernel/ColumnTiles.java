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
/// A is given transposed: the R values of one k lie side by side, those of the next k `lda`
/// further.
final class ColumnTiles {
  private ColumnTiles() {}

  static void tile12x2(
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    FloatVector c4l = FloatVector.zero(F);
    FloatVector c4h = FloatVector.zero(F);
    FloatVector c5l = FloatVector.zero(F);
    FloatVector c5h = FloatVector.zero(F);
    FloatVector c6l = FloatVector.zero(F);
    FloatVector c6h = FloatVector.zero(F);
    FloatVector c7l = FloatVector.zero(F);
    FloatVector c7h = FloatVector.zero(F);
    FloatVector c8l = FloatVector.zero(F);
    FloatVector c8h = FloatVector.zero(F);
    FloatVector c9l = FloatVector.zero(F);
    FloatVector c9h = FloatVector.zero(F);
    FloatVector c10l = FloatVector.zero(F);
    FloatVector c10h = FloatVector.zero(F);
    FloatVector c11l = FloatVector.zero(F);
    FloatVector c11h = FloatVector.zero(F);
    int ak = ao;
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * PANEL;
      FloatVector l = FloatVector.fromArray(F, b, bk);
      FloatVector h = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[ak]);
      c0l = v0.fma(l, c0l);
      c0h = v0.fma(h, c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[ak + 1]);
      c1l = v1.fma(l, c1l);
      c1h = v1.fma(h, c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[ak + 2]);
      c2l = v2.fma(l, c2l);
      c2h = v2.fma(h, c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[ak + 3]);
      c3l = v3.fma(l, c3l);
      c3h = v3.fma(h, c3h);
      FloatVector v4 = FloatVector.broadcast(F, a[ak + 4]);
      c4l = v4.fma(l, c4l);
      c4h = v4.fma(h, c4h);
      FloatVector v5 = FloatVector.broadcast(F, a[ak + 5]);
      c5l = v5.fma(l, c5l);
      c5h = v5.fma(h, c5h);
      FloatVector v6 = FloatVector.broadcast(F, a[ak + 6]);
      c6l = v6.fma(l, c6l);
      c6h = v6.fma(h, c6h);
      FloatVector v7 = FloatVector.broadcast(F, a[ak + 7]);
      c7l = v7.fma(l, c7l);
      c7h = v7.fma(h, c7h);
      FloatVector v8 = FloatVector.broadcast(F, a[ak + 8]);
      c8l = v8.fma(l, c8l);
      c8h = v8.fma(h, c8h);
      FloatVector v9 = FloatVector.broadcast(F, a[ak + 9]);
      c9l = v9.fma(l, c9l);
      c9h = v9.fma(h, c9h);
      FloatVector v10 = FloatVector.broadcast(F, a[ak + 10]);
      c10l = v10.fma(l, c10l);
      c10h = v10.fma(h, c10h);
      FloatVector v11 = FloatVector.broadcast(F, a[ak + 11]);
      c11l = v11.fma(l, c11l);
      c11h = v11.fma(h, c11h);
      ak += lda;
    }
    int o0 = co;
    int o1 = o0 + ldc;
    int o2 = o1 + ldc;
    int o3 = o2 + ldc;
    int o4 = o3 + ldc;
    int o5 = o4 + ldc;
    int o6 = o5 + ldc;
    int o7 = o6 + ldc;
    int o8 = o7 + ldc;
    int o9 = o8 + ldc;
    int o10 = o9 + ldc;
    int o11 = o10 + ldc;
    if (add) {
      c0l = c0l.add(FloatVector.fromArray(F, c, o0));
      c0h = c0h.add(FloatVector.fromArray(F, c, o0 + L));
      c1l = c1l.add(FloatVector.fromArray(F, c, o1));
      c1h = c1h.add(FloatVector.fromArray(F, c, o1 + L));
      c2l = c2l.add(FloatVector.fromArray(F, c, o2));
      c2h = c2h.add(FloatVector.fromArray(F, c, o2 + L));
      c3l = c3l.add(FloatVector.fromArray(F, c, o3));
      c3h = c3h.add(FloatVector.fromArray(F, c, o3 + L));
      c4l = c4l.add(FloatVector.fromArray(F, c, o4));
      c4h = c4h.add(FloatVector.fromArray(F, c, o4 + L));
      c5l = c5l.add(FloatVector.fromArray(F, c, o5));
      c5h = c5h.add(FloatVector.fromArray(F, c, o5 + L));
      c6l = c6l.add(FloatVector.fromArray(F, c, o6));
      c6h = c6h.add(FloatVector.fromArray(F, c, o6 + L));
      c7l = c7l.add(FloatVector.fromArray(F, c, o7));
      c7h = c7h.add(FloatVector.fromArray(F, c, o7 + L));
      c8l = c8l.add(FloatVector.fromArray(F, c, o8));
      c8h = c8h.add(FloatVector.fromArray(F, c, o8 + L));
      c9l = c9l.add(FloatVector.fromArray(F, c, o9));
      c9h = c9h.add(FloatVector.fromArray(F, c, o9 + L));
      c10l = c10l.add(FloatVector.fromArray(F, c, o10));
      c10h = c10h.add(FloatVector.fromArray(F, c, o10 + L));
      c11l = c11l.add(FloatVector.fromArray(F, c, o11));
      c11h = c11h.add(FloatVector.fromArray(F, c, o11 + L));
    }
    c0l.intoArray(c, o0);
    c0h.intoArray(c, o0 + L);
    c1l.intoArray(c, o1);
    c1h.intoArray(c, o1 + L);
    c2l.intoArray(c, o2);
    c2h.intoArray(c, o2 + L);
    c3l.intoArray(c, o3);
    c3h.intoArray(c, o3 + L);
    c4l.intoArray(c, o4);
    c4h.intoArray(c, o4 + L);
    c5l.intoArray(c, o5);
    c5h.intoArray(c, o5 + L);
    c6l.intoArray(c, o6);
    c6h.intoArray(c, o6 + L);
    c7l.intoArray(c, o7);
    c7h.intoArray(c, o7 + L);
    c8l.intoArray(c, o8);
    c8h.intoArray(c, o8 + L);
    c9l.intoArray(c, o9);
    c9h.intoArray(c, o9 + L);
    c10l.intoArray(c, o10);
    c10h.intoArray(c, o10 + L);
    c11l.intoArray(c, o11);
    c11h.intoArray(c, o11 + L);
  }

  static void tile8x2(
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    FloatVector c4l = FloatVector.zero(F);
    FloatVector c4h = FloatVector.zero(F);
    FloatVector c5l = FloatVector.zero(F);
    FloatVector c5h = FloatVector.zero(F);
    FloatVector c6l = FloatVector.zero(F);
    FloatVector c6h = FloatVector.zero(F);
    FloatVector c7l = FloatVector.zero(F);
    FloatVector c7h = FloatVector.zero(F);
    int ak = ao;
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * PANEL;
      FloatVector l = FloatVector.fromArray(F, b, bk);
      FloatVector h = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[ak]);
      c0l = v0.fma(l, c0l);
      c0h = v0.fma(h, c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[ak + 1]);
      c1l = v1.fma(l, c1l);
      c1h = v1.fma(h, c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[ak + 2]);
      c2l = v2.fma(l, c2l);
      c2h = v2.fma(h, c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[ak + 3]);
      c3l = v3.fma(l, c3l);
      c3h = v3.fma(h, c3h);
      FloatVector v4 = FloatVector.broadcast(F, a[ak + 4]);
      c4l = v4.fma(l, c4l);
      c4h = v4.fma(h, c4h);
      FloatVector v5 = FloatVector.broadcast(F, a[ak + 5]);
      c5l = v5.fma(l, c5l);
      c5h = v5.fma(h, c5h);
      FloatVector v6 = FloatVector.broadcast(F, a[ak + 6]);
      c6l = v6.fma(l, c6l);
      c6h = v6.fma(h, c6h);
      FloatVector v7 = FloatVector.broadcast(F, a[ak + 7]);
      c7l = v7.fma(l, c7l);
      c7h = v7.fma(h, c7h);
      ak += lda;
    }
    int o0 = co;
    int o1 = o0 + ldc;
    int o2 = o1 + ldc;
    int o3 = o2 + ldc;
    int o4 = o3 + ldc;
    int o5 = o4 + ldc;
    int o6 = o5 + ldc;
    int o7 = o6 + ldc;
    if (add) {
      c0l = c0l.add(FloatVector.fromArray(F, c, o0));
      c0h = c0h.add(FloatVector.fromArray(F, c, o0 + L));
      c1l = c1l.add(FloatVector.fromArray(F, c, o1));
      c1h = c1h.add(FloatVector.fromArray(F, c, o1 + L));
      c2l = c2l.add(FloatVector.fromArray(F, c, o2));
      c2h = c2h.add(FloatVector.fromArray(F, c, o2 + L));
      c3l = c3l.add(FloatVector.fromArray(F, c, o3));
      c3h = c3h.add(FloatVector.fromArray(F, c, o3 + L));
      c4l = c4l.add(FloatVector.fromArray(F, c, o4));
      c4h = c4h.add(FloatVector.fromArray(F, c, o4 + L));
      c5l = c5l.add(FloatVector.fromArray(F, c, o5));
      c5h = c5h.add(FloatVector.fromArray(F, c, o5 + L));
      c6l = c6l.add(FloatVector.fromArray(F, c, o6));
      c6h = c6h.add(FloatVector.fromArray(F, c, o6 + L));
      c7l = c7l.add(FloatVector.fromArray(F, c, o7));
      c7h = c7h.add(FloatVector.fromArray(F, c, o7 + L));
    }
    c0l.intoArray(c, o0);
    c0h.intoArray(c, o0 + L);
    c1l.intoArray(c, o1);
    c1h.intoArray(c, o1 + L);
    c2l.intoArray(c, o2);
    c2h.intoArray(c, o2 + L);
    c3l.intoArray(c, o3);
    c3h.intoArray(c, o3 + L);
    c4l.intoArray(c, o4);
    c4h.intoArray(c, o4 + L);
    c5l.intoArray(c, o5);
    c5h.intoArray(c, o5 + L);
    c6l.intoArray(c, o6);
    c6h.intoArray(c, o6 + L);
    c7l.intoArray(c, o7);
    c7h.intoArray(c, o7 + L);
  }

  static void tile4x2(
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    int ak = ao;
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * PANEL;
      FloatVector l = FloatVector.fromArray(F, b, bk);
      FloatVector h = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[ak]);
      c0l = v0.fma(l, c0l);
      c0h = v0.fma(h, c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[ak + 1]);
      c1l = v1.fma(l, c1l);
      c1h = v1.fma(h, c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[ak + 2]);
      c2l = v2.fma(l, c2l);
      c2h = v2.fma(h, c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[ak + 3]);
      c3l = v3.fma(l, c3l);
      c3h = v3.fma(h, c3h);
      ak += lda;
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
