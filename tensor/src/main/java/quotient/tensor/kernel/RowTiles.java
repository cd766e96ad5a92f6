package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Register tiles of C = A B, A [m, k]; text written by `TileWriter` in the tests.
///
/// `tileRx2` computes `rows` <= R rows and 2 L columns of C from `kc` terms. What lies
/// beyond `rows` repeats the last one, with the same result. An element is the sum over k
/// in order, whatever the tile; see {@link VectorGemm}.
///
/// Rows of A are `lda`, those of B `ldb` apart. `edge` tiles compute the last `columns`
/// columns.
final class RowTiles {
  private RowTiles() {}

  static void tile12x2(
      int rows,
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    int a0 = ao;
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    int a1 = ao + Math.min(1, rows - 1) * lda;
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1) * lda;
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1) * lda;
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    int a4 = ao + Math.min(4, rows - 1) * lda;
    FloatVector c4l = FloatVector.zero(F);
    FloatVector c4h = FloatVector.zero(F);
    int a5 = ao + Math.min(5, rows - 1) * lda;
    FloatVector c5l = FloatVector.zero(F);
    FloatVector c5h = FloatVector.zero(F);
    int a6 = ao + Math.min(6, rows - 1) * lda;
    FloatVector c6l = FloatVector.zero(F);
    FloatVector c6h = FloatVector.zero(F);
    int a7 = ao + Math.min(7, rows - 1) * lda;
    FloatVector c7l = FloatVector.zero(F);
    FloatVector c7h = FloatVector.zero(F);
    int a8 = ao + Math.min(8, rows - 1) * lda;
    FloatVector c8l = FloatVector.zero(F);
    FloatVector c8h = FloatVector.zero(F);
    int a9 = ao + Math.min(9, rows - 1) * lda;
    FloatVector c9l = FloatVector.zero(F);
    FloatVector c9h = FloatVector.zero(F);
    int a10 = ao + Math.min(10, rows - 1) * lda;
    FloatVector c10l = FloatVector.zero(F);
    FloatVector c10h = FloatVector.zero(F);
    int a11 = ao + Math.min(11, rows - 1) * lda;
    FloatVector c11l = FloatVector.zero(F);
    FloatVector c11h = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector bh = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[a0 + k]);
      c0l = v0.fma(bl, c0l);
      c0h = v0.fma(bh, c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[a1 + k]);
      c1l = v1.fma(bl, c1l);
      c1h = v1.fma(bh, c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[a2 + k]);
      c2l = v2.fma(bl, c2l);
      c2h = v2.fma(bh, c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[a3 + k]);
      c3l = v3.fma(bl, c3l);
      c3h = v3.fma(bh, c3h);
      FloatVector v4 = FloatVector.broadcast(F, a[a4 + k]);
      c4l = v4.fma(bl, c4l);
      c4h = v4.fma(bh, c4h);
      FloatVector v5 = FloatVector.broadcast(F, a[a5 + k]);
      c5l = v5.fma(bl, c5l);
      c5h = v5.fma(bh, c5h);
      FloatVector v6 = FloatVector.broadcast(F, a[a6 + k]);
      c6l = v6.fma(bl, c6l);
      c6h = v6.fma(bh, c6h);
      FloatVector v7 = FloatVector.broadcast(F, a[a7 + k]);
      c7l = v7.fma(bl, c7l);
      c7h = v7.fma(bh, c7h);
      FloatVector v8 = FloatVector.broadcast(F, a[a8 + k]);
      c8l = v8.fma(bl, c8l);
      c8h = v8.fma(bh, c8h);
      FloatVector v9 = FloatVector.broadcast(F, a[a9 + k]);
      c9l = v9.fma(bl, c9l);
      c9h = v9.fma(bh, c9h);
      FloatVector v10 = FloatVector.broadcast(F, a[a10 + k]);
      c10l = v10.fma(bl, c10l);
      c10h = v10.fma(bh, c10h);
      FloatVector v11 = FloatVector.broadcast(F, a[a11 + k]);
      c11l = v11.fma(bl, c11l);
      c11h = v11.fma(bh, c11h);
    }
    int o0 = co;
    int o1 = co + Math.min(1, rows - 1) * ldc;
    int o2 = co + Math.min(2, rows - 1) * ldc;
    int o3 = co + Math.min(3, rows - 1) * ldc;
    int o4 = co + Math.min(4, rows - 1) * ldc;
    int o5 = co + Math.min(5, rows - 1) * ldc;
    int o6 = co + Math.min(6, rows - 1) * ldc;
    int o7 = co + Math.min(7, rows - 1) * ldc;
    int o8 = co + Math.min(8, rows - 1) * ldc;
    int o9 = co + Math.min(9, rows - 1) * ldc;
    int o10 = co + Math.min(10, rows - 1) * ldc;
    int o11 = co + Math.min(11, rows - 1) * ldc;
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
      int rows,
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    int a0 = ao;
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    int a1 = ao + Math.min(1, rows - 1) * lda;
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1) * lda;
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1) * lda;
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    int a4 = ao + Math.min(4, rows - 1) * lda;
    FloatVector c4l = FloatVector.zero(F);
    FloatVector c4h = FloatVector.zero(F);
    int a5 = ao + Math.min(5, rows - 1) * lda;
    FloatVector c5l = FloatVector.zero(F);
    FloatVector c5h = FloatVector.zero(F);
    int a6 = ao + Math.min(6, rows - 1) * lda;
    FloatVector c6l = FloatVector.zero(F);
    FloatVector c6h = FloatVector.zero(F);
    int a7 = ao + Math.min(7, rows - 1) * lda;
    FloatVector c7l = FloatVector.zero(F);
    FloatVector c7h = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector bh = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[a0 + k]);
      c0l = v0.fma(bl, c0l);
      c0h = v0.fma(bh, c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[a1 + k]);
      c1l = v1.fma(bl, c1l);
      c1h = v1.fma(bh, c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[a2 + k]);
      c2l = v2.fma(bl, c2l);
      c2h = v2.fma(bh, c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[a3 + k]);
      c3l = v3.fma(bl, c3l);
      c3h = v3.fma(bh, c3h);
      FloatVector v4 = FloatVector.broadcast(F, a[a4 + k]);
      c4l = v4.fma(bl, c4l);
      c4h = v4.fma(bh, c4h);
      FloatVector v5 = FloatVector.broadcast(F, a[a5 + k]);
      c5l = v5.fma(bl, c5l);
      c5h = v5.fma(bh, c5h);
      FloatVector v6 = FloatVector.broadcast(F, a[a6 + k]);
      c6l = v6.fma(bl, c6l);
      c6h = v6.fma(bh, c6h);
      FloatVector v7 = FloatVector.broadcast(F, a[a7 + k]);
      c7l = v7.fma(bl, c7l);
      c7h = v7.fma(bh, c7h);
    }
    int o0 = co;
    int o1 = co + Math.min(1, rows - 1) * ldc;
    int o2 = co + Math.min(2, rows - 1) * ldc;
    int o3 = co + Math.min(3, rows - 1) * ldc;
    int o4 = co + Math.min(4, rows - 1) * ldc;
    int o5 = co + Math.min(5, rows - 1) * ldc;
    int o6 = co + Math.min(6, rows - 1) * ldc;
    int o7 = co + Math.min(7, rows - 1) * ldc;
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
      int rows,
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    int a0 = ao;
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    int a1 = ao + Math.min(1, rows - 1) * lda;
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1) * lda;
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1) * lda;
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector bh = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[a0 + k]);
      c0l = v0.fma(bl, c0l);
      c0h = v0.fma(bh, c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[a1 + k]);
      c1l = v1.fma(bl, c1l);
      c1h = v1.fma(bh, c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[a2 + k]);
      c2l = v2.fma(bl, c2l);
      c2h = v2.fma(bh, c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[a3 + k]);
      c3l = v3.fma(bl, c3l);
      c3h = v3.fma(bh, c3h);
    }
    int o0 = co;
    int o1 = co + Math.min(1, rows - 1) * ldc;
    int o2 = co + Math.min(2, rows - 1) * ldc;
    int o3 = co + Math.min(3, rows - 1) * ldc;
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

  static void edge4x2(
      int rows,
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int columns,
      boolean add) {
    int a0 = ao;
    FloatVector c0l = FloatVector.zero(F);
    FloatVector c0h = FloatVector.zero(F);
    int a1 = ao + Math.min(1, rows - 1) * lda;
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1) * lda;
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1) * lda;
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector bh = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[a0 + k]);
      c0l = v0.fma(bl, c0l);
      c0h = v0.fma(bh, c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[a1 + k]);
      c1l = v1.fma(bl, c1l);
      c1h = v1.fma(bh, c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[a2 + k]);
      c2l = v2.fma(bl, c2l);
      c2h = v2.fma(bh, c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[a3 + k]);
      c3l = v3.fma(bl, c3l);
      c3h = v3.fma(bh, c3h);
    }
    VectorMask<Float> m = first(columns - L);
    int o0 = co;
    int o1 = co + Math.min(1, rows - 1) * ldc;
    int o2 = co + Math.min(2, rows - 1) * ldc;
    int o3 = co + Math.min(3, rows - 1) * ldc;
    if (add) {
      c0l = c0l.add(FloatVector.fromArray(F, c, o0));
      c0h = c0h.add(FloatVector.fromArray(F, c, o0 + L, m));
      c1l = c1l.add(FloatVector.fromArray(F, c, o1));
      c1h = c1h.add(FloatVector.fromArray(F, c, o1 + L, m));
      c2l = c2l.add(FloatVector.fromArray(F, c, o2));
      c2h = c2h.add(FloatVector.fromArray(F, c, o2 + L, m));
      c3l = c3l.add(FloatVector.fromArray(F, c, o3));
      c3h = c3h.add(FloatVector.fromArray(F, c, o3 + L, m));
    }
    c0l.intoArray(c, o0);
    c0h.intoArray(c, o0 + L, m);
    c1l.intoArray(c, o1);
    c1h.intoArray(c, o1 + L, m);
    c2l.intoArray(c, o2);
    c2h.intoArray(c, o2 + L, m);
    c3l.intoArray(c, o3);
    c3h.intoArray(c, o3 + L, m);
  }

  static void edge4x1(
      int rows,
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int columns,
      boolean add) {
    int a0 = ao;
    FloatVector c0l = FloatVector.zero(F);
    int a1 = ao + Math.min(1, rows - 1) * lda;
    FloatVector c1l = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1) * lda;
    FloatVector c2l = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1) * lda;
    FloatVector c3l = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector v0 = FloatVector.broadcast(F, a[a0 + k]);
      c0l = v0.fma(bl, c0l);
      FloatVector v1 = FloatVector.broadcast(F, a[a1 + k]);
      c1l = v1.fma(bl, c1l);
      FloatVector v2 = FloatVector.broadcast(F, a[a2 + k]);
      c2l = v2.fma(bl, c2l);
      FloatVector v3 = FloatVector.broadcast(F, a[a3 + k]);
      c3l = v3.fma(bl, c3l);
    }
    VectorMask<Float> m = first(columns);
    int o0 = co;
    int o1 = co + Math.min(1, rows - 1) * ldc;
    int o2 = co + Math.min(2, rows - 1) * ldc;
    int o3 = co + Math.min(3, rows - 1) * ldc;
    if (add) {
      c0l = c0l.add(FloatVector.fromArray(F, c, o0, m));
      c1l = c1l.add(FloatVector.fromArray(F, c, o1, m));
      c2l = c2l.add(FloatVector.fromArray(F, c, o2, m));
      c3l = c3l.add(FloatVector.fromArray(F, c, o3, m));
    }
    c0l.intoArray(c, o0, m);
    c1l.intoArray(c, o1, m);
    c2l.intoArray(c, o2, m);
    c3l.intoArray(c, o3, m);
  }
}
