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
/// Java has no instruction to fetch memory ahead of its use. So a tile of {@link RowTiles} reads beside
/// its arithmetic, from each line that the next rows of A and of C occupy, one number that nobody
/// uses. Rows are taken few at a time for that. Where arithmetic is too fast to hide a miss, such reads
/// only hold it up, and are left out.
///
/// A transposed A is read in place, too, by {@link ColumnTiles}, but for rows that meet in one set of
/// the first cache and for processors with few registers: then it is cut into strips.
///
/// The tile of 12 x 2 accumulators needs 32 vector registers; with 16 of them, or without a fused
/// multiply-add, it is 4 x 2. Sizes and alternatives: docs/decisions/gemm.md.
final class VectorGemm {
  /// Terms of a block: a panel of them and the rows of A that meet it fit into the first cache.
  static final int K_BLOCK = 256;

  /// Terms of a block in a product with A transposed, which usually has many: C is read and written
  /// once for each.
  private static final int GRADIENT_BLOCK = 384;

  /// Columns of a panel.
  static final int PANEL = 2 * L;

  /// Rows of A this far apart, or a multiple, meet in the same set of the first cache: they are
  /// copied to the distance {@link #ROW}.
  private static final int CONFLICTING_STRIDE = 1024;

  private static final int ROW = K_BLOCK + 16;

  private static final boolean LARGE_TILES = Lanes.MANY_REGISTERS && Lanes.FMA;

  /// Not with multiply-adds of 512 bits at full width.
  private static final boolean READS_AHEAD = L < 16 || Processor.halvesVectors();

  /// Rows of the tallest tile.
  private static final int HEIGHT = LARGE_TILES ? 12 : 4;

  /// The tile's height in whole vectors.
  private static final int WIDE = (HEIGHT + L - 1) / L * L;

  /// Distance of the values of successive k in a strip of A.
  static final int STRIP = HEIGHT;

  /// Distance of the strips; the last copy of a strip may write a vector beyond it.
  private static final int STRIP_SIZE = GRADIENT_BLOCK * STRIP + 16;

  /// Rows that are computed at a time with a B that stays in the second cache, where tiles read ahead:
  /// few, so that what was read is still near when its turn comes.
  private static final int FEW_ROWS = 12;

  /// Rows that are computed at a time with a larger B, which is read once for them, or of a large A.
  private static final int MORE_ROWS = 48;

  /// Terms of a product below which tiles are too short to read ahead.
  private static final int FAR = 48;

  /// Floats of a packed B that stays in the second cache beside rows of A and C.
  private static final int NEAR = 1 << 17;

  /// Numbers of A and C that stay in the last cache.
  private static final int SMALL = 3 << 20;

  /// Floats of a packed B of which one block of terms is taken at a time.
  private static final int LARGE = 1 << 20;

  /// Rows that are computed at a time otherwise: a copy of A for them stays in the second cache.
  private static final int M_BLOCK = 240;

  /// Columns of B that are packed at a time in a product with A transposed.
  private static final int N_BLOCK = 256;

  /// A tile that does not belong to C as a whole.
  private static final int TILE_SIZE = 12 * PANEL;

  private static final int A_SIZE = Math.max(M_BLOCK * ROW, M_BLOCK / HEIGHT * STRIP_SIZE);

  private VectorGemm() {}

  static int packedSize(int k, int n) {
    return Math.multiplyExact(k, roundUp(n));
  }

  /// The columns of all panels.
  static int roundUp(int n) {
    return Math.addExact(n, PANEL - 1) / PANEL * PANEL;
  }

  /// Floats of scratch memory that {@link #gemm} and {@link #gemmTransposed} use.
  static int scratchSize() {
    return TILE_SIZE + GRADIENT_BLOCK * N_BLOCK + A_SIZE;
  }

  static void packB(
      float[] b, int bo, int ldb, boolean transposed, int k, int n, float[] packed, int po) {
    int at = po;
    for (int p = 0; p < k; p += K_BLOCK) {
      int kc = Math.min(K_BLOCK, k - p);
      if (transposed) {
        for (int j = 0; j < n; j += PANEL) {
          int columns = Math.min(PANEL, n - j);
          packTransposedPanel(b, bo + j * ldb + p, ldb, kc, columns, packed, at + j * kc);
        }
      } else {
        packBlock(b, bo + p * ldb, ldb, kc, n, packed, at);
      }
      at += kc * roundUp(n);
    }
  }

  /// Rows that are one block of terms.
  private static void packBlock(float[] b, int bo, int ldb, int kc, int n, float[] packed, int po) {
    int whole = n / PANEL * PANEL;
    if (whole == PANEL) {
      packPanel(b, bo, ldb, kc, packed, po);
    } else {
      for (int q = 0; q < kc; q++) {
        packRow(b, bo + q * ldb, whole, packed, po + q * PANEL, kc);
      }
    }
    if (whole < n) {
      packEdge(b, bo + whole, ldb, kc, n - whole, packed, po + whole * kc);
    }
  }

  /// The only panel.
  private static void packPanel(float[] b, int bo, int ldb, int kc, float[] packed, int po) {
    for (int p = 0; p < kc; p++) {
      FloatVector low = FloatVector.fromArray(F, b, bo + p * ldb);
      FloatVector high = FloatVector.fromArray(F, b, bo + p * ldb + L);
      low.intoArray(packed, po + p * PANEL);
      high.intoArray(packed, po + p * PANEL + L);
    }
  }

  /// One row of B into its place in each panel: reads run through memory in order.
  private static void packRow(float[] b, int bo, int n, float[] packed, int po, int kc) {
    for (int j = 0; j < n; j += PANEL) {
      FloatVector low = FloatVector.fromArray(F, b, bo + j);
      FloatVector high = FloatVector.fromArray(F, b, bo + j + L);
      low.intoArray(packed, po + j * kc);
      high.intoArray(packed, po + j * kc + L);
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

  private static void packTransposedPanel(
      float[] b, int bo, int ldb, int kc, int columns, float[] packed, int po) {
    if (columns < PANEL) {
      Arrays.fill(packed, po, po + kc * PANEL, 0f);
    }
    int j = 0;
    if (L == 16) {
      for (; j <= columns - 16; j += 16) {
        Transposition.packSixteenRows(b, bo + j * ldb, ldb, kc, packed, po + j);
      }
    }
    for (; j <= columns - 8; j += 8) {
      packEightRows(b, bo + j * ldb, ldb, kc, packed, po + j);
    }
    for (; j < columns; j++) {
      for (int p = 0; p < kc; p++) {
        packed[po + p * PANEL + j] = b[bo + j * ldb + p];
      }
    }
  }

  /// Reads eight rows side by side and writes their columns: each line of memory is met once.
  private static void packEightRows(float[] b, int b0, int ldb, int kc, float[] packed, int po) {
    int b1 = b0 + ldb;
    int b2 = b1 + ldb;
    int b3 = b2 + ldb;
    int b4 = b3 + ldb;
    int b5 = b4 + ldb;
    int b6 = b5 + ldb;
    int b7 = b6 + ldb;
    for (int p = 0; p < kc; p++) {
      int to = po + p * PANEL;
      packed[to] = b[b0 + p];
      packed[to + 1] = b[b1 + p];
      packed[to + 2] = b[b2 + p];
      packed[to + 3] = b[b3 + p];
      packed[to + 4] = b[b4 + p];
      packed[to + 5] = b[b5 + p];
      packed[to + 6] = b[b6 + p];
      packed[to + 7] = b[b7 + p];
    }
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
    if (k == 0) {
      clear(m, n, c, co, ldc, accumulate);
    }
    int padded = roundUp(n);
    int height = rowsAtATime(m, k, padded);
    int seen = 0;
    // Of a large B one block of terms at a time, which then meets all rows while it is near.
    int step = isLarge(k, padded) && m > height ? K_BLOCK : k;
    for (int from = 0; from < k; from += step) {
      int to = Math.min(k, from + step);
      for (int i = 0; i < m; i += height) {
        seen |=
            rowBlock(
                i,
                height,
                from,
                to,
                m,
                n,
                k,
                a,
                ao,
                lda,
                packed,
                po,
                c,
                co,
                ldc,
                accumulate,
                scratch,
                so);
      }
    }
    scratch[so] = Float.intBitsToFloat(seen);
  }

  /// Rows `[i, i + height)` of C, the terms `[from, to)`; `from` begins a block.
  private static int rowBlock(
      int i,
      int height,
      int from,
      int to,
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
    int padded = roundUp(n);
    int seen = 0;
    int rows = Math.min(height, m - i);
    int next = Math.min(height, m - i - rows);
    int nextA = ao + (i + rows) * lda;
    int nextC = co + (i + rows) * ldc;
    int endA = next == 0 ? nextA : nextA + (next - 1) * lda + k;
    int endC = next == 0 ? nextC : nextC + (next - 1) * ldc + n;
    for (int p = from; p < to; p += K_BLOCK) {
      int kc = Math.min(K_BLOCK, k - p);
      int at = ao + i * lda + p;
      int direct = lda % CONFLICTING_STRIDE == 0 ? 0 : rows / 4 * 4;
      copyRows(a, at + direct * lda, lda, rows - direct, kc, scratch, so + TILE_SIZE);
      for (int j = 0; j < n; j += PANEL) {
        int count;
        for (int q = 0; q < rows; q += count) {
          boolean copied = q >= direct;
          count = Math.min(HEIGHT, copied ? rows - q : direct - q);
          int step = 8 * kc;
          boolean moreA = READS_AHEAD && k >= FAR && nextA <= endA - step;
          boolean moreC = READS_AHEAD && k >= FAR && nextC <= endC - step;
          int panel = po + p * padded + j * kc;
          seen |=
              rowTile(
                  count,
                  Math.min(PANEL, n - j),
                  kc,
                  copied ? scratch : a,
                  copied ? so + TILE_SIZE + (q - direct) * ROW : at + q * lda,
                  copied ? ROW : lda,
                  packed,
                  panel,
                  c,
                  co + (i + q) * ldc + j,
                  ldc,
                  accumulate || p > 0,
                  moreA ? a : packed,
                  moreA ? nextA : panel,
                  moreC ? c : packed,
                  moreC ? nextC : panel,
                  scratch,
                  so);
          nextA += moreA ? step : 0;
          nextC += moreC ? step : 0;
        }
      }
    }
    return seen;
  }

  private static int rowsAtATime(int m, int k, int padded) {
    if (k < FAR) {
      return M_BLOCK;
    }
    if (!READS_AHEAD) {
      boolean small = (long) m * (k + padded) <= SMALL;
      return small || isLarge(k, padded) ? M_BLOCK : MORE_ROWS;
    }
    return (long) k * padded <= NEAR ? FEW_ROWS : MORE_ROWS;
  }

  /// Whether one block of terms of B is taken at a time; not where tiles read ahead, for which it was
  /// not measured.
  private static boolean isLarge(int k, int padded) {
    return !READS_AHEAD && (long) k * padded > LARGE;
  }

  /// Copies rows to the fixed distance; the last is repeated to a multiple of four.
  private static void copyRows(
      float[] a, int ao, int lda, int rows, int kc, float[] scratch, int so) {
    int filled = (rows + 3) / 4 * 4;
    for (int r = 0; r < filled; r++) {
      System.arraycopy(a, ao + Math.min(r, rows - 1) * lda, scratch, so + r * ROW, kc);
    }
  }

  /// One tile of C, or the part of it that there is, by way of scratch memory; reads ahead.
  private static int rowTile(
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
      boolean add,
      float[] nextA,
      int an,
      float[] nextC,
      int cn,
      float[] scratch,
      int tile) {
    if (columns == PANEL && rows % 4 == 0) {
      return wholeTile(rows, kc, a, ao, lda, b, bo, c, co, ldc, add, nextA, an, nextC, cn);
    }
    int seen =
        wholeTile(rows, kc, a, ao, lda, b, bo, scratch, tile, PANEL, false, nextA, an, nextC, cn);
    moveTile(rows, columns, scratch, tile, c, co, ldc, add);
    return seen;
  }

  private static int wholeTile(
      int rows,
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
    if (rows > 8) {
      return RowTiles.tile12x2(kc, a, ao, lda, b, bo, c, co, ldc, add, nextA, an, nextC, cn);
    } else if (rows > 4) {
      return RowTiles.tile8x2(kc, a, ao, lda, b, bo, c, co, ldc, add, nextA, an, nextC, cn);
    } else if (Lanes.FMA) {
      return RowTiles.tile4x2(kc, a, ao, lda, b, bo, c, co, ldc, add, nextA, an, nextC, cn);
    }
    return PlainRowTiles.tile4x2(kc, a, ao, lda, b, bo, c, co, ldc, add, nextA, an, nextC, cn);
  }

  /// Moves or adds the part of a tile that belongs to C.
  private static void moveTile(
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
    int panelsAt = so + TILE_SIZE;
    int stripsAt = panelsAt + GRADIENT_BLOCK * N_BLOCK;
    boolean inPlace = LARGE_TILES && lda % CONFLICTING_STRIDE != 0;
    for (int p = 0; p < k; p += GRADIENT_BLOCK) {
      int kc = Math.min(GRADIENT_BLOCK, k - p);
      boolean add = accumulate || p > 0;
      for (int j = 0; j < n; j += N_BLOCK) {
        int columns = Math.min(N_BLOCK, n - j);
        packBlock(b, bo + p * ldb + j, ldb, kc, columns, scratch, panelsAt);
        for (int i = 0; i < m; i += M_BLOCK) {
          int rows = Math.min(M_BLOCK, m - i);
          int direct = inPlace ? rows / 4 * 4 : 0;
          int at = ao + p * lda + i;
          copyStrips(a, at + direct, lda, rows - direct, kc, scratch, stripsAt);
          for (int q = 0; q < columns; q += PANEL) {
            int width = Math.min(PANEL, columns - q);
            int to = co + i * ldc + j + q;
            int panel = panelsAt + q * kc;
            columnPanel(direct, width, kc, a, at, lda, scratch, panel, c, to, ldc, add, so);
            int rest = to + direct * ldc;
            stripPanel(rows - direct, width, kc, scratch, stripsAt, panel, c, rest, ldc, add, so);
          }
        }
      }
    }
  }

  /// One panel of B times columns of A in place, a multiple of four.
  private static void columnPanel(
      int rows,
      int columns,
      int kc,
      float[] a,
      int ao,
      int lda,
      float[] scratch,
      int panel,
      float[] c,
      int co,
      int ldc,
      boolean add,
      int tile) {
    for (int i = 0; i < rows; i += HEIGHT) {
      int count = Math.min(HEIGHT, rows - i);
      int to = co + i * ldc;
      if (columns == PANEL) {
        columnTile(count, kc, a, ao + i, lda, scratch, panel, c, to, ldc, add);
      } else {
        columnTile(count, kc, a, ao + i, lda, scratch, panel, scratch, tile, PANEL, false);
        moveTile(count, columns, scratch, tile, c, to, ldc, add);
      }
    }
  }

  private static void columnTile(
      int rows,
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
    if (rows > 8) {
      ColumnTiles.tile12x2(kc, a, ao, lda, b, bo, c, co, ldc, add);
    } else if (rows > 4) {
      ColumnTiles.tile8x2(kc, a, ao, lda, b, bo, c, co, ldc, add);
    } else {
      ColumnTiles.tile4x2(kc, a, ao, lda, b, bo, c, co, ldc, add);
    }
  }

  /// Cuts `rows` columns of A [kc, lda] into strips.
  private static void copyStrips(
      float[] a, int ao, int lda, int rows, int kc, float[] scratch, int so) {
    int strips = rows < WIDE ? 0 : (rows - WIDE) / HEIGHT + 1;
    for (int k = 0; k < kc; k++) {
      copyRowToStrips(a, ao + k * lda, strips, scratch, so + k * STRIP);
    }
    for (int s = strips; s * HEIGHT < rows; s++) {
      int i = s * HEIGHT;
      copyLastStrip(a, ao + i, lda, Math.min(HEIGHT, rows - i), kc, scratch, so + s * STRIP_SIZE);
    }
  }

  /// Whole vectors: what they hold beyond the strip is overwritten by the next k.
  private static void copyRowToStrips(float[] a, int ao, int strips, float[] scratch, int so) {
    for (int s = 0; s < strips; s++) {
      for (int v = 0; v < WIDE; v += L) {
        FloatVector.fromArray(F, a, ao + s * HEIGHT + v)
            .intoArray(scratch, so + s * STRIP_SIZE + v);
      }
    }
  }

  private static void copyLastStrip(
      float[] a, int ao, int lda, int rows, int kc, float[] scratch, int so) {
    for (int k = 0; k < kc; k++) {
      for (int r = 0; r < HEIGHT; r++) {
        scratch[so + k * STRIP + r] = r < rows ? a[ao + k * lda + r] : 0;
      }
    }
  }

  /// One panel of B times strips of A.
  private static void stripPanel(
      int rows,
      int columns,
      int kc,
      float[] scratch,
      int stripsAt,
      int panel,
      float[] c,
      int co,
      int ldc,
      boolean add,
      int tile) {
    for (int i = 0; i < rows; i += HEIGHT) {
      int count = Math.min(HEIGHT, rows - i);
      int at = stripsAt + i / HEIGHT * STRIP_SIZE;
      if (columns == PANEL && count % 4 == 0) {
        stripTile(count, kc, scratch, at, panel, c, co + i * ldc, ldc, add);
      } else {
        stripTile(count, kc, scratch, at, panel, scratch, tile, PANEL, false);
        moveTile(count, columns, scratch, tile, c, co + i * ldc, ldc, add);
      }
    }
  }

  private static void stripTile(
      int rows, int kc, float[] ab, int ao, int bo, float[] c, int co, int ldc, boolean add) {
    if (rows > 8) {
      StripTiles.tile12x2(kc, ab, ao, ab, bo, c, co, ldc, add);
    } else if (rows > 4) {
      StripTiles.tile8x2(kc, ab, ao, ab, bo, c, co, ldc, add);
    } else if (Lanes.FMA) {
      StripTiles.tile4x2(kc, ab, ao, ab, bo, c, co, ldc, add);
    } else {
      PlainStripTiles.tile4x2(kc, ab, ao, ab, bo, c, co, ldc, add);
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
