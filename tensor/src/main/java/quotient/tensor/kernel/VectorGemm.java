package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.L;

import java.util.Arrays;

/// Matrix products by register tiles over a packed B.
///
/// Packed layout: B [k, n] is cut into blocks of {@link #K_BLOCK} rows; a block is cut into panels
/// of 2 L columns, the last padded with zeros; a panel is stored row by row. An element of C is the
/// sum over the blocks, in order, of its sums over k within a block, in order: the same for every
/// tile shape, position and number of threads.
///
/// The tile of 12 x 2 accumulators needs 32 vector registers; with 16 of them, or without a fused
/// multiply-add, it is 4 x 2. Sizes and alternatives: docs/decisions/gemm.md.
final class VectorGemm {
  static final int K_BLOCK = 384;
  private static final int M_BLOCK = 240;

  /// Columns of a panel.
  static final int PANEL = 2 * L;

  private static final boolean LARGE_TILES = Lanes.MANY_REGISTERS && Lanes.FMA;

  private VectorGemm() {}

  static int packedSize(int k, int n) {
    return Math.multiplyExact(k, roundUp(n));
  }

  private static int roundUp(int n) {
    return Math.addExact(n, PANEL - 1) / PANEL * PANEL;
  }

  static void packB(
      float[] b, int bo, int ldb, boolean transposed, int k, int n, float[] packed, int po) {
    int at = po;
    for (int p = 0; p < k; p += K_BLOCK) {
      int kc = Math.min(K_BLOCK, k - p);
      for (int j = 0; j < n; j += PANEL) {
        int columns = Math.min(PANEL, n - j);
        if (transposed) {
          packTransposedPanel(b, bo + j * ldb + p, ldb, kc, columns, packed, at);
        } else {
          packPanel(b, bo + p * ldb + j, ldb, kc, columns, packed, at);
        }
        at += kc * PANEL;
      }
    }
  }

  private static void packPanel(
      float[] b, int bo, int ldb, int kc, int columns, float[] packed, int po) {
    for (int p = 0; p < kc; p++) {
      int to = po + p * PANEL;
      System.arraycopy(b, bo + p * ldb, packed, to, columns);
      for (int j = columns; j < PANEL; j++) {
        packed[to + j] = 0;
      }
    }
  }

  private static void packTransposedPanel(
      float[] b, int bo, int ldb, int kc, int columns, float[] packed, int po) {
    for (int j = 0; j < PANEL; j++) {
      int from = bo + j * ldb;
      if (j < columns) {
        for (int p = 0; p < kc; p++) {
          packed[po + p * PANEL + j] = b[from + p];
        }
      } else {
        for (int p = 0; p < kc; p++) {
          packed[po + p * PANEL + j] = 0;
        }
      }
    }
  }

  static void gemmPacked(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] packed,
      int po,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    if (k == 0) {
      clear(m, n, c, co, ldc, accumulate);
    }
    int padded = roundUp(n);
    for (int i = 0; i < m; i += M_BLOCK) {
      int rows = Math.min(M_BLOCK, m - i);
      for (int p = 0; p < k; p += K_BLOCK) {
        int kc = Math.min(K_BLOCK, k - p);
        boolean add = accumulate || p > 0;
        for (int j = 0; j < n; j += PANEL) {
          panel(
              rows,
              Math.min(PANEL, n - j),
              kc,
              a,
              ao + i * lda + p,
              lda,
              packed,
              po + p * padded + j * kc,
              c,
              co + i * ldc + j,
              ldc,
              add);
        }
      }
    }
  }

  private static void panel(
      int rows,
      int columns,
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
    if (columns < PANEL) {
      edge(rows, columns, kc, a, ao, lda, b, bo, c, co, ldc, add);
      return;
    }
    int step = LARGE_TILES ? 12 : 4;
    for (int i = 0; i < rows; i += step) {
      int count = Math.min(step, rows - i);
      int at = ao + i * lda;
      int to = co + i * ldc;
      if (count > 8) {
        RowTiles.tile12x2(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, add);
      } else if (count > 4) {
        RowTiles.tile8x2(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, add);
      } else if (Lanes.FMA) {
        RowTiles.tile4x2(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, add);
      } else {
        PlainRowTiles.tile4x2(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, add);
      }
    }
  }

  private static void edge(
      int rows,
      int columns,
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
    int step = 4;
    for (int i = 0; i < rows; i += step) {
      int count = Math.min(step, rows - i);
      int at = ao + i * lda;
      int to = co + i * ldc;
      if (!Lanes.FMA) {
        plainEdge(count, columns, kc, a, at, lda, b, bo, c, to, ldc, add);
      } else if (columns > L) {
        RowTiles.edge4x2(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
      } else if (count > 4) {
        RowTiles.edge8x1(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
      } else {
        RowTiles.edge4x1(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
      }
    }
  }

  private static void plainEdge(
      int rows,
      int columns,
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
    if (columns > L) {
      PlainRowTiles.edge4x2(rows, kc, a, ao, lda, b, bo, PANEL, c, co, ldc, columns, add);
    } else if (rows > 4) {
      PlainRowTiles.edge8x1(rows, kc, a, ao, lda, b, bo, PANEL, c, co, ldc, columns, add);
    } else {
      PlainRowTiles.edge4x1(rows, kc, a, ao, lda, b, bo, PANEL, c, co, ldc, columns, add);
    }
  }

  static void gemmTransposedPacked(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] packed,
      int po,
      float[] c,
      int co,
      int ldc,
      boolean accumulate) {
    if (k == 0) {
      clear(m, n, c, co, ldc, accumulate);
    }
    int padded = roundUp(n);
    for (int p = 0; p < k; p += K_BLOCK) {
      int kc = Math.min(K_BLOCK, k - p);
      boolean add = accumulate || p > 0;
      for (int j = 0; j < n; j += PANEL) {
        transposedPanel(
            m,
            Math.min(PANEL, n - j),
            kc,
            a,
            ao + p * lda,
            lda,
            packed,
            po + p * padded + j * kc,
            c,
            co + j,
            ldc,
            add);
      }
    }
  }

  private static void transposedPanel(
      int m,
      int columns,
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
    if (columns < PANEL) {
      transposedEdge(m, columns, kc, a, ao, lda, b, bo, c, co, ldc, add);
      return;
    }
    int i = 0;
    for (; LARGE_TILES && i <= m - 12; i += 12) {
      ColumnTiles.tile12x2(12, kc, a, ao + i, lda, b, bo, PANEL, c, co + i * ldc, ldc, add);
    }
    for (; LARGE_TILES && i <= m - 8; i += 8) {
      ColumnTiles.tile8x2(8, kc, a, ao + i, lda, b, bo, PANEL, c, co + i * ldc, ldc, add);
    }
    for (; i < m; i += 4) {
      int rows = Math.min(4, m - i);
      if (!Lanes.FMA) {
        PlainColumnTiles.tile4x2(rows, kc, a, ao + i, lda, b, bo, PANEL, c, co + i * ldc, ldc, add);
        continue;
      }
      ColumnTiles.tile4x2(rows, kc, a, ao + i, lda, b, bo, PANEL, c, co + i * ldc, ldc, add);
    }
  }

  private static void transposedEdge(
      int m,
      int columns,
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
    int step = 4;
    for (int i = 0; i < m; i += step) {
      int rows = Math.min(step, m - i);
      int at = ao + i;
      int to = co + i * ldc;
      if (!Lanes.FMA) {
        plainTransposedEdge(rows, columns, kc, a, at, lda, b, bo, c, to, ldc, add);
      } else if (columns > L) {
        ColumnTiles.edge4x2(rows, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
      } else if (rows > 4) {
        ColumnTiles.edge8x1(rows, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
      } else {
        ColumnTiles.edge4x1(rows, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
      }
    }
  }

  private static void plainTransposedEdge(
      int rows,
      int columns,
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
    if (columns > L) {
      PlainColumnTiles.edge4x2(rows, kc, a, ao, lda, b, bo, PANEL, c, co, ldc, columns, add);
    } else if (rows > 4) {
      PlainColumnTiles.edge8x1(rows, kc, a, ao, lda, b, bo, PANEL, c, co, ldc, columns, add);
    } else {
      PlainColumnTiles.edge4x1(rows, kc, a, ao, lda, b, bo, PANEL, c, co, ldc, columns, add);
    }
  }

  private static void clear(int m, int n, float[] c, int co, int ldc, boolean keep) {
    if (!keep) {
      for (int i = 0; i < m; i++) {
        Arrays.fill(c, co + i * ldc, co + i * ldc + n, 0f);
      }
    }
  }
}
