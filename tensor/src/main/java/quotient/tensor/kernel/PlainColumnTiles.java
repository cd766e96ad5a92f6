package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;
import static quotient.tensor.kernel.Lanes.first;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Register tiles of C = A^T B, A [k, m]; text written by `TileWriter` in the tests.
///
/// `tileRx2` computes `rows` <= R rows and 2 L columns of C from `kc` terms. What lies
/// beyond `rows` repeats the last one, with the same result. An element is the sum over k
/// in order, whatever the tile; see {@link VectorGemm}.
///
/// Rows of A are `lda`, those of B `ldb` apart. `edge` tiles compute the last `columns`
/// columns.
///
/// For processors that cannot multiply and add in one instruction.
final class PlainColumnTiles {
  private PlainColumnTiles() {}

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
    int a1 = ao + Math.min(1, rows - 1);
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1);
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1);
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int ak = k * lda;
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector bh = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[ak + a0]);
      c0l = v0.mul(bl).add(c0l);
      c0h = v0.mul(bh).add(c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[ak + a1]);
      c1l = v1.mul(bl).add(c1l);
      c1h = v1.mul(bh).add(c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[ak + a2]);
      c2l = v2.mul(bl).add(c2l);
      c2h = v2.mul(bh).add(c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[ak + a3]);
      c3l = v3.mul(bl).add(c3l);
      c3h = v3.mul(bh).add(c3h);
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
    int a1 = ao + Math.min(1, rows - 1);
    FloatVector c1l = FloatVector.zero(F);
    FloatVector c1h = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1);
    FloatVector c2l = FloatVector.zero(F);
    FloatVector c2h = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1);
    FloatVector c3l = FloatVector.zero(F);
    FloatVector c3h = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int ak = k * lda;
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector bh = FloatVector.fromArray(F, b, bk + L);
      FloatVector v0 = FloatVector.broadcast(F, a[ak + a0]);
      c0l = v0.mul(bl).add(c0l);
      c0h = v0.mul(bh).add(c0h);
      FloatVector v1 = FloatVector.broadcast(F, a[ak + a1]);
      c1l = v1.mul(bl).add(c1l);
      c1h = v1.mul(bh).add(c1h);
      FloatVector v2 = FloatVector.broadcast(F, a[ak + a2]);
      c2l = v2.mul(bl).add(c2l);
      c2h = v2.mul(bh).add(c2h);
      FloatVector v3 = FloatVector.broadcast(F, a[ak + a3]);
      c3l = v3.mul(bl).add(c3l);
      c3h = v3.mul(bh).add(c3h);
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
    int a1 = ao + Math.min(1, rows - 1);
    FloatVector c1l = FloatVector.zero(F);
    int a2 = ao + Math.min(2, rows - 1);
    FloatVector c2l = FloatVector.zero(F);
    int a3 = ao + Math.min(3, rows - 1);
    FloatVector c3l = FloatVector.zero(F);
    for (int k = 0; k < kc; k++) {
      int ak = k * lda;
      int bk = bo + k * ldb;
      FloatVector bl = FloatVector.fromArray(F, b, bk);
      FloatVector v0 = FloatVector.broadcast(F, a[ak + a0]);
      c0l = v0.mul(bl).add(c0l);
      FloatVector v1 = FloatVector.broadcast(F, a[ak + a1]);
      c1l = v1.mul(bl).add(c1l);
      FloatVector v2 = FloatVector.broadcast(F, a[ak + a2]);
      c2l = v2.mul(bl).add(c2l);
      FloatVector v3 = FloatVector.broadcast(F, a[ak + a3]);
      c3l = v3.mul(bl).add(c3l);
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
