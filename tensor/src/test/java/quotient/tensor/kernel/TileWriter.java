package quotient.tensor.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes the text of the register tiles: straight-line code with one local variable per
/// accumulator, which the compiler keeps in a register; an array of vectors would live on the heap.
///
/// Run {@link #main} with the kernel source folder to write the files again.
final class TileWriter {
  /// Where the values of A stand.
  private enum Left {
    ROWS,
    STRIPS,
    COLUMNS
  }

  private final Left left;
  private final boolean fused;
  private final List<String> out = new ArrayList<>();

  private TileWriter(String type) {
    left =
        type.endsWith("StripTiles")
            ? Left.STRIPS
            : type.endsWith("ColumnTiles") ? Left.COLUMNS : Left.ROWS;
    fused = !type.startsWith("Plain");
  }

  /// @param arguments the folder of package `quotient.tensor.kernel` in the product's sources
  public static void main(String[] arguments) throws IOException {
    for (String type : types()) {
      Files.writeString(Path.of(arguments[0]).resolve(type + ".java"), text(type));
    }
  }

  /// The classes that are written.
  static List<String> types() {
    return List.of("RowTiles", "ColumnTiles", "StripTiles", "PlainRowTiles", "PlainStripTiles");
  }

  /// The source text of the class.
  static String text(String type) {
    TileWriter writer = new TileWriter(type);
    writer.write(type);
    return String.join("\n", writer.out) + "\n";
  }

  private void write(String type) {
    line("package quotient.tensor.kernel;");
    line("");
    line("import static quotient.tensor.kernel.Lanes.F;");
    line("import static quotient.tensor.kernel.Lanes.L;");
    line("import static quotient.tensor.kernel.VectorGemm.PANEL;");
    if (left == Left.STRIPS) {
      line("import static quotient.tensor.kernel.VectorGemm.STRIP;");
    }
    line("");
    line("import jdk.incubator.vector.FloatVector;");
    line("");
    line("/// Register tiles of a matrix product; text written by `TileWriter` in the tests.");
    line("///");
    line(
        "/// `tileRx2` computes R rows and 2 L columns of C from `kc` terms. An element is the sum");
    line("/// over k in order, whatever the tile; see {@link VectorGemm}. B is a packed panel.");
    line("///");
    if (left == Left.STRIPS) {
      line(
          "/// A is a strip: the R values of one k lie side by side, those of the next k one strip's");
      line("/// width further.");
    } else if (left == Left.COLUMNS) {
      line(
          "/// A is given transposed: the R values of one k lie side by side, those of the next k `lda`");
      line("/// further.");
    } else {
      line(
          "/// Rows of A are `lda` apart. Two terms at a time, so that the addresses of the rows are");
      line(
          "/// computed half as often. Beside them a tile reads one number of each of the next `kc / 2`");
      line(
          "/// lines from `nextA` and `nextC`, which brings them near; what it returns is of no use.");
    }
    if (!fused) {
      line("///");
      line("/// For processors that cannot multiply and add in one instruction.");
    }
    line("final class %s {", type);
    line("  private %s() {}", type);
    if (fused) {
      tile(12);
      tile(8);
    }
    tile(4);
    line("}");
  }

  private void tile(int rows) {
    line("");
    line("  static %s tile%dx2(", left == Left.ROWS ? "int" : "void", rows);
    if (left == Left.STRIPS) {
      line(
          "      int kc, float[] a, int ao, float[] b, int bo, float[] c, int co, int ldc, boolean add) {");
    } else {
      line("      int kc,");
      line("      float[] a,");
      line("      int ao,");
      line("      int lda,");
      line("      float[] b,");
      line("      int bo,");
      line("      float[] c,");
      line("      int co,");
      line("      int ldc,");
      if (left == Left.ROWS) {
        line("      boolean add,");
        line("      float[] nextA,");
        line("      int an,");
        line("      float[] nextC,");
        line("      int cn) {");
        line("    int seen = 0;");
      } else {
        line("      boolean add) {");
      }
    }
    for (int r = 0; r < rows; r++) {
      line("    FloatVector c%dl = FloatVector.zero(F);", r);
      line("    FloatVector c%dh = FloatVector.zero(F);", r);
    }
    if (left != Left.ROWS) {
      if (left == Left.COLUMNS) {
        line("    int ak = ao;");
      }
      line("    for (int k = 0; k < kc; k++) {");
      term(rows, 0);
      if (left == Left.COLUMNS) {
        line("      ak += lda;");
      }
      line("    }");
    } else {
      rowLoop(rows);
    }
    for (int r = 0; r < rows; r++) {
      line("    int o%d = %s;", r, r == 0 ? "co" : "o" + (r - 1) + " + ldc");
    }
    line("    if (add) {");
    for (int r = 0; r < rows; r++) {
      line("      c%1$dl = c%1$dl.add(FloatVector.fromArray(F, c, o%1$d));", r);
      line("      c%1$dh = c%1$dh.add(FloatVector.fromArray(F, c, o%1$d + L));", r);
    }
    line("    }");
    for (int r = 0; r < rows; r++) {
      line("    c%1$dl.intoArray(c, o%1$d);", r);
      line("    c%1$dh.intoArray(c, o%1$d + L);", r);
    }
    if (left == Left.ROWS) {
      line("    return seen;");
    }
    line("  }");
  }

  private void rowLoop(int rows) {
    for (int r = 0; r < rows; r++) {
      line("    int a%d = %s;", r, r == 0 ? "ao" : "a" + (r - 1) + " + lda");
    }
    line("    int even = kc & -2;");
    line("    for (int k = 0; k < even; k += 2) {");
    line("      seen |= Float.floatToRawIntBits(nextA[an + 8 * k]);");
    line("      seen |= Float.floatToRawIntBits(nextC[cn + 8 * k]);");
    term(rows, 0);
    term(rows, 1);
    line("    }");
    line("    if (even < kc) {");
    line("      int k = even;");
    term(rows, 0);
    line("    }");
  }

  /// Adds what term `k + next` gives to each accumulator.
  private void term(int rows, int next) {
    String suffix = next == 0 ? "" : "n";
    line("      int bk%s = bo + k * PANEL%s;", suffix, next == 0 ? "" : " + PANEL");
    line("      FloatVector l%1$s = FloatVector.fromArray(F, b, bk%1$s);", suffix);
    line("      FloatVector h%1$s = FloatVector.fromArray(F, b, bk%1$s + L);", suffix);
    if (left == Left.STRIPS) {
      line("      int ak = ao + k * STRIP;");
    }
    for (int r = 0; r < rows; r++) {
      String index =
          left == Left.ROWS
              ? "a" + r + " + k" + (next == 0 ? "" : " + 1")
              : "ak" + (r == 0 ? "" : " + " + r);
      line("      FloatVector v%d%s = FloatVector.broadcast(F, a[%s]);", r, suffix, index);
      for (String v : List.of("l", "h")) {
        String sum =
            fused ? "v%1$d%3$s.fma(%2$s%3$s, c%1$d%2$s)" : "v%1$d%3$s.mul(%2$s%3$s).add(c%1$d%2$s)";
        line("      c%1$d%2$s = " + sum + ";", r, v, suffix);
      }
    }
  }

  private void line(String format, Object... arguments) {
    out.add(String.format(Locale.ROOT, format, arguments));
  }
}
