package quotient.tensor.kernel;

import static quotient.tensor.kernel.Lanes.F;
import static quotient.tensor.kernel.Lanes.L;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

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

  /// Distance of the rows of A in a copied block: no power of two, so that they meet in no cache set.
  static final int COPY_STRIDE = K_BLOCK + 16;

  /// Rows of A that are copied at a time.
  private static final int COPY_ROWS = 120;

  /// Columns of B that are packed at a time in a product with A transposed.
  private static final int N_BLOCK = 256;

  /// Rows of A and B per step of a product with A transposed.
  private static final int TERMS = 192;

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
    if (columns < PANEL) {
      packEdge(b, bo, ldb, kc, columns, packed, po);
      return;
    }
    for (int p = 0; p < kc; p++) {
      int from = bo + p * ldb;
      int to = po + p * PANEL;
      FloatVector low = FloatVector.fromArray(F, b, from);
      FloatVector high = FloatVector.fromArray(F, b, from + L);
      low.intoArray(packed, to);
      high.intoArray(packed, to + L);
    }
  }

  private static void packEdge(
      float[] b, int bo, int ldb, int kc, int columns, float[] packed, int po) {
    for (int p = 0; p < kc; p++) {
      int to = po + p * PANEL;
      System.arraycopy(b, bo + p * ldb, packed, to, columns);
      for (int j = columns; j < PANEL; j++) {
        packed[to + j] = 0;
      }
    }
  }

  /// Reads `columns` rows side by side, so that whole rows of the panel are written.
  private static void packTransposedPanel(
      float[] b, int bo, int ldb, int kc, int columns, float[] packed, int po) {
    for (int p = 0; p < kc; p++) {
      int to = po + p * PANEL;
      int from = bo + p;
      for (int j = 0; j < columns; j++) {
        packed[to + j] = b[from + j * ldb];
      }
      for (int j = columns; j < PANEL; j++) {
        packed[to + j] = 0;
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
    for (int i = 0; i < rows; i += 4) {
      int count = Math.min(4, rows - i);
      int at = ao + i * lda;
      int to = co + i * ldc;
      if (!Lanes.FMA) {
        plainEdge(count, columns, kc, a, at, lda, b, bo, c, to, ldc, add);
      } else if (columns > L) {
        RowTiles.edge4x2(count, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
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
    for (int i = 0; i < m; i += 4) {
      int rows = Math.min(4, m - i);
      int at = ao + i;
      int to = co + i * ldc;
      if (!Lanes.FMA) {
        plainTransposedEdge(rows, columns, kc, a, at, lda, b, bo, c, to, ldc, add);
      } else if (columns > L) {
        ColumnTiles.edge4x2(rows, kc, a, at, lda, b, bo, PANEL, c, to, ldc, columns, add);
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
    } else {
      PlainColumnTiles.edge4x1(rows, kc, a, ao, lda, b, bo, PANEL, c, co, ldc, columns, add);
    }
  }

  /// Floats of scratch memory that {@link #gemm} and {@link #gemmTransposed} use.
  static int scratchSize() {
    return Math.max(COPY_ROWS * COPY_STRIDE + 12 * PANEL, TERMS * N_BLOCK);
  }

  static void gemm(
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
      boolean accumulate,
      float[] scratch,
      int so) {
    if (!Lanes.FMA) {
      gemmPacked(m, n, k, a, ao, lda, packed, po, c, co, ldc, accumulate);
      return;
    }
    if (k == 0) {
      clear(m, n, c, co, ldc, accumulate);
    }
    int padded = roundUp(n);
    int height = LARGE_TILES ? 12 : 4;
    for (int i = 0; i < m; i += COPY_ROWS) {
      int rows = Math.min(COPY_ROWS, m - i);
      for (int p = 0; p < k; p += K_BLOCK) {
        int kc = Math.min(K_BLOCK, k - p);
        copyRows(a, ao + i * lda + p, lda, rows, height, kc, scratch, so);
        boolean add = accumulate || p > 0;
        for (int j = 0; j < n; j += PANEL) {
          copiedPanel(
              rows,
              Math.min(PANEL, n - j),
              height,
              kc,
              scratch,
              so,
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

  /// Copies rows at the fixed distance; the last is repeated to a multiple of the tile's height.
  private static void copyRows(
      float[] a, int ao, int lda, int rows, int height, int kc, float[] scratch, int so) {
    int filled = (rows + height - 1) / height * height;
    for (int r = 0; r < filled; r++) {
      int from = ao + Math.min(r, rows - 1) * lda;
      System.arraycopy(a, from, scratch, so + r * COPY_STRIDE, kc);
    }
  }

  private static void copiedPanel(
      int rows,
      int columns,
      int height,
      int kc,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    for (int i = 0; i < rows; i += height) {
      int count = Math.min(height, rows - i);
      int at = ao + i * COPY_STRIDE;
      if (columns == PANEL) {
        copiedTile(count, kc, a, at, b, bo, c, co + i * ldc, ldc, add);
      } else {
        int tile = ao + COPY_ROWS * COPY_STRIDE;
        copiedTile(count, kc, a, at, b, bo, a, tile, PANEL, false);
        addTile(count, columns, a, tile, c, co + i * ldc, ldc, add);
      }
    }
  }

  private static void copiedTile(
      int rows,
      int kc,
      float[] a,
      int ao,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ldc,
      boolean add) {
    if (rows > 8) {
      BlockTiles.tile12x2(rows, kc, a, ao, b, bo, c, co, ldc, add);
    } else if (rows > 4) {
      BlockTiles.tile8x2(rows, kc, a, ao, b, bo, c, co, ldc, add);
    } else {
      BlockTiles.tile4x2(rows, kc, a, ao, b, bo, c, co, ldc, add);
    }
  }

  /// Moves or adds the part of a tile that belongs to C.
  private static void addTile(
      int rows, int columns, float[] tile, int to, float[] c, int co, int ldc, boolean add) {
    for (int r = 0; r < rows; r++) {
      int from = to + r * PANEL;
      int at = co + r * ldc;
      if (add) {
        VectorElementwise.add(c, at, tile, from, c, at, columns);
      } else {
        System.arraycopy(tile, from, c, at, columns);
      }
    }
  }

  static void gemmTransposed(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      boolean accumulate,
      float[] scratch,
      int so) {
    if (k == 0) {
      clear(m, n, c, co, ldc, accumulate);
    }
    for (int j = 0; j < n; j += N_BLOCK) {
      int columns = Math.min(N_BLOCK, n - j);
      for (int p = 0; p < k; p += TERMS) {
        int kc = Math.min(TERMS, k - p);
        packB(b, bo + p * ldb + j, ldb, false, kc, columns, scratch, so);
        for (int q = 0; q < columns; q += PANEL) {
          transposedPanel(
              m,
              Math.min(PANEL, columns - q),
              kc,
              a,
              ao + p * lda,
              lda,
              scratch,
              so + q * kc,
              c,
              co + j + q,
              ldc,
              accumulate || p > 0);
        }
      }
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
