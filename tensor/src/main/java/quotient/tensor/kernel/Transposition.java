package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.VectorGemm.PANEL;

import jdk.incubator.vector.FloatVector;

/// Sixteen rows of a matrix become columns of a panel, 16 x 16 numbers at a time in registers; text
/// written by `TransposeWriter` in the tests.
///
/// For vectors of 16 numbers. Four rounds of 16 selections: the one of distance d exchanges the upper
/// right and the lower left quarters of all squares of 2 d numbers.
final class Transposition {
  private static final FloatVector LOW_8 = low(8);
  private static final FloatVector LOW_4 = low(4);
  private static final FloatVector LOW_2 = low(2);
  private static final FloatVector LOW_1 = low(1);
  private static final FloatVector HIGH_8 = high(8);
  private static final FloatVector HIGH_4 = high(4);
  private static final FloatVector HIGH_2 = high(2);
  private static final FloatVector HIGH_1 = high(1);

  private Transposition() {}

  /// Which lanes of two rows, counted through, the upper one gets.
  private static FloatVector low(int d) {
    float[] lanes = new float[16];
    for (int j = 0; j < 16; j++) {
      lanes[j] = (j & d) == 0 ? j : 16 + j - d;
    }
    return FloatVector.fromArray(F, lanes, 0);
  }

  private static FloatVector high(int d) {
    float[] lanes = new float[16];
    for (int j = 0; j < 16; j++) {
      lanes[j] = (j & d) == 0 ? j + d : 16 + j;
    }
    return FloatVector.fromArray(F, lanes, 0);
  }

  /// Rows of `kc` numbers, `ldb` apart, into columns of a panel that begins at `po`.
  static void packSixteenRows(float[] b, int b0, int ldb, int kc, float[] packed, int po) {
    int b1 = b0 + ldb;
    int b2 = b1 + ldb;
    int b3 = b2 + ldb;
    int b4 = b3 + ldb;
    int b5 = b4 + ldb;
    int b6 = b5 + ldb;
    int b7 = b6 + ldb;
    int b8 = b7 + ldb;
    int b9 = b8 + ldb;
    int b10 = b9 + ldb;
    int b11 = b10 + ldb;
    int b12 = b11 + ldb;
    int b13 = b12 + ldb;
    int b14 = b13 + ldb;
    int b15 = b14 + ldb;
    int bound = kc & -16;
    for (int p = 0; p < bound; p += 16) {
      FloatVector r0 = FloatVector.fromArray(F, b, b0 + p);
      FloatVector r1 = FloatVector.fromArray(F, b, b1 + p);
      FloatVector r2 = FloatVector.fromArray(F, b, b2 + p);
      FloatVector r3 = FloatVector.fromArray(F, b, b3 + p);
      FloatVector r4 = FloatVector.fromArray(F, b, b4 + p);
      FloatVector r5 = FloatVector.fromArray(F, b, b5 + p);
      FloatVector r6 = FloatVector.fromArray(F, b, b6 + p);
      FloatVector r7 = FloatVector.fromArray(F, b, b7 + p);
      FloatVector r8 = FloatVector.fromArray(F, b, b8 + p);
      FloatVector r9 = FloatVector.fromArray(F, b, b9 + p);
      FloatVector r10 = FloatVector.fromArray(F, b, b10 + p);
      FloatVector r11 = FloatVector.fromArray(F, b, b11 + p);
      FloatVector r12 = FloatVector.fromArray(F, b, b12 + p);
      FloatVector r13 = FloatVector.fromArray(F, b, b13 + p);
      FloatVector r14 = FloatVector.fromArray(F, b, b14 + p);
      FloatVector r15 = FloatVector.fromArray(F, b, b15 + p);
      FloatVector s0 = LOW_8.selectFrom(r0, r8);
      FloatVector s1 = LOW_8.selectFrom(r1, r9);
      FloatVector s2 = LOW_8.selectFrom(r2, r10);
      FloatVector s3 = LOW_8.selectFrom(r3, r11);
      FloatVector s4 = LOW_8.selectFrom(r4, r12);
      FloatVector s5 = LOW_8.selectFrom(r5, r13);
      FloatVector s6 = LOW_8.selectFrom(r6, r14);
      FloatVector s7 = LOW_8.selectFrom(r7, r15);
      FloatVector s8 = HIGH_8.selectFrom(r0, r8);
      FloatVector s9 = HIGH_8.selectFrom(r1, r9);
      FloatVector s10 = HIGH_8.selectFrom(r2, r10);
      FloatVector s11 = HIGH_8.selectFrom(r3, r11);
      FloatVector s12 = HIGH_8.selectFrom(r4, r12);
      FloatVector s13 = HIGH_8.selectFrom(r5, r13);
      FloatVector s14 = HIGH_8.selectFrom(r6, r14);
      FloatVector s15 = HIGH_8.selectFrom(r7, r15);
      FloatVector t0 = LOW_4.selectFrom(s0, s4);
      FloatVector t1 = LOW_4.selectFrom(s1, s5);
      FloatVector t2 = LOW_4.selectFrom(s2, s6);
      FloatVector t3 = LOW_4.selectFrom(s3, s7);
      FloatVector t4 = HIGH_4.selectFrom(s0, s4);
      FloatVector t5 = HIGH_4.selectFrom(s1, s5);
      FloatVector t6 = HIGH_4.selectFrom(s2, s6);
      FloatVector t7 = HIGH_4.selectFrom(s3, s7);
      FloatVector t8 = LOW_4.selectFrom(s8, s12);
      FloatVector t9 = LOW_4.selectFrom(s9, s13);
      FloatVector t10 = LOW_4.selectFrom(s10, s14);
      FloatVector t11 = LOW_4.selectFrom(s11, s15);
      FloatVector t12 = HIGH_4.selectFrom(s8, s12);
      FloatVector t13 = HIGH_4.selectFrom(s9, s13);
      FloatVector t14 = HIGH_4.selectFrom(s10, s14);
      FloatVector t15 = HIGH_4.selectFrom(s11, s15);
      FloatVector u0 = LOW_2.selectFrom(t0, t2);
      FloatVector u1 = LOW_2.selectFrom(t1, t3);
      FloatVector u2 = HIGH_2.selectFrom(t0, t2);
      FloatVector u3 = HIGH_2.selectFrom(t1, t3);
      FloatVector u4 = LOW_2.selectFrom(t4, t6);
      FloatVector u5 = LOW_2.selectFrom(t5, t7);
      FloatVector u6 = HIGH_2.selectFrom(t4, t6);
      FloatVector u7 = HIGH_2.selectFrom(t5, t7);
      FloatVector u8 = LOW_2.selectFrom(t8, t10);
      FloatVector u9 = LOW_2.selectFrom(t9, t11);
      FloatVector u10 = HIGH_2.selectFrom(t8, t10);
      FloatVector u11 = HIGH_2.selectFrom(t9, t11);
      FloatVector u12 = LOW_2.selectFrom(t12, t14);
      FloatVector u13 = LOW_2.selectFrom(t13, t15);
      FloatVector u14 = HIGH_2.selectFrom(t12, t14);
      FloatVector u15 = HIGH_2.selectFrom(t13, t15);
      FloatVector v0 = LOW_1.selectFrom(u0, u1);
      FloatVector v1 = HIGH_1.selectFrom(u0, u1);
      FloatVector v2 = LOW_1.selectFrom(u2, u3);
      FloatVector v3 = HIGH_1.selectFrom(u2, u3);
      FloatVector v4 = LOW_1.selectFrom(u4, u5);
      FloatVector v5 = HIGH_1.selectFrom(u4, u5);
      FloatVector v6 = LOW_1.selectFrom(u6, u7);
      FloatVector v7 = HIGH_1.selectFrom(u6, u7);
      FloatVector v8 = LOW_1.selectFrom(u8, u9);
      FloatVector v9 = HIGH_1.selectFrom(u8, u9);
      FloatVector v10 = LOW_1.selectFrom(u10, u11);
      FloatVector v11 = HIGH_1.selectFrom(u10, u11);
      FloatVector v12 = LOW_1.selectFrom(u12, u13);
      FloatVector v13 = HIGH_1.selectFrom(u12, u13);
      FloatVector v14 = LOW_1.selectFrom(u14, u15);
      FloatVector v15 = HIGH_1.selectFrom(u14, u15);
      int to = po + p * PANEL;
      v0.intoArray(packed, to);
      v1.intoArray(packed, to + PANEL);
      v2.intoArray(packed, to + 2 * PANEL);
      v3.intoArray(packed, to + 3 * PANEL);
      v4.intoArray(packed, to + 4 * PANEL);
      v5.intoArray(packed, to + 5 * PANEL);
      v6.intoArray(packed, to + 6 * PANEL);
      v7.intoArray(packed, to + 7 * PANEL);
      v8.intoArray(packed, to + 8 * PANEL);
      v9.intoArray(packed, to + 9 * PANEL);
      v10.intoArray(packed, to + 10 * PANEL);
      v11.intoArray(packed, to + 11 * PANEL);
      v12.intoArray(packed, to + 12 * PANEL);
      v13.intoArray(packed, to + 13 * PANEL);
      v14.intoArray(packed, to + 14 * PANEL);
      v15.intoArray(packed, to + 15 * PANEL);
    }
    for (int p = bound; p < kc; p++) {
      int to = po + p * PANEL;
      packed[to] = b[b0 + p];
      packed[to + 1] = b[b1 + p];
      packed[to + 2] = b[b2 + p];
      packed[to + 3] = b[b3 + p];
      packed[to + 4] = b[b4 + p];
      packed[to + 5] = b[b5 + p];
      packed[to + 6] = b[b6 + p];
      packed[to + 7] = b[b7 + p];
      packed[to + 8] = b[b8 + p];
      packed[to + 9] = b[b9 + p];
      packed[to + 10] = b[b10 + p];
      packed[to + 11] = b[b11 + p];
      packed[to + 12] = b[b12 + p];
      packed[to + 13] = b[b13 + p];
      packed[to + 14] = b[b14 + p];
      packed[to + 15] = b[b15 + p];
    }
  }
}
