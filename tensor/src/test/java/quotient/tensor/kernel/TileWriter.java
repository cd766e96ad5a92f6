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
  private static final List<String> PARAMETERS =
      List.of(
          "int rows",
          "int kc",
          "float[] a",
          "int ao",
          "int lda",
          "float[] b",
          "int bo",
          "int ldb",
          "float[] c",
          "int co",
          "int ldc");

  private final boolean transposed;
  private final boolean copied;
  private final boolean fused;
  private final List<String> out = new ArrayList<>();

  private TileWriter(String type) {
    transposed = type.endsWith("ColumnTiles");
    copied = type.equals("BlockTiles");
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
    return List.of("RowTiles", "ColumnTiles", "BlockTiles", "PlainRowTiles", "PlainColumnTiles");
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
    for (String name : copied ? List.of("F", "L") : List.of("F", "L", "first")) {
      line("import static quotient.tensor.kernel.Lanes.%s;", name);
    }
    if (copied) {
      line("import static quotient.tensor.kernel.VectorGemm.COPY_STRIDE;");
      line("import static quotient.tensor.kernel.VectorGemm.PANEL;");
    }
    line("");
    line("import jdk.incubator.vector.FloatVector;");
    if (!copied) {
      line("import jdk.incubator.vector.VectorMask;");
    }
    line("");
    String product = transposed ? "C = A^T B, A [k, m]" : "C = A B, A [m, k]";
    line("/// Register tiles of %s; text written by `TileWriter` in the tests.", product);
    line("///");
    line("/// `tileRx2` computes `rows` <= R rows and 2 L columns of C from `kc` terms. What lies");
    line(
        "/// beyond `rows` repeats the last one, with the same result. An element is the sum over"
            + " k");
    line("/// in order, whatever the tile; see {@link VectorGemm}.");
    line("///");
    if (copied) {
      line("/// A is a copy of R rows at a fixed distance, so that one register addresses all of");
      line("/// them; B is a packed panel.");
    } else {
      line(
          "/// Rows of A are `lda`, those of B `ldb` apart. `edge` tiles compute the last"
              + " `columns`");
      line("/// columns.");
    }
    if (!fused) {
      line("///");
      line("/// For processors that cannot multiply and add in one instruction.");
    }
    line("final class %s {", type);
    line("  private %s() {}", type);
    if (fused) {
      tile(12, 2, false);
      tile(8, 2, false);
    }
    tile(4, 2, false);
    if (!copied) {
      tile(4, 2, true);
      tile(4, 1, true);
    }
    line("}");
  }

  private void tile(int rows, int vectors, boolean edge) {
    line("");
    line("  static void %s%dx%d(", edge ? "edge" : "tile", rows, vectors);
    for (String parameter : PARAMETERS) {
      if (!copied || (!parameter.equals("int lda") && !parameter.equals("int ldb"))) {
        line("      %s,", parameter);
      }
    }
    if (edge) {
      line("      int columns,");
    }
    line("      boolean add) {");
    boolean clamped = !copied && (!transposed || rows == 4 || edge);
    for (int r = 0; r < rows; r++) {
      if (clamped) {
        String row =
            r == 0 ? "" : " + Math.min(" + r + ", rows - 1)" + (transposed ? "" : " * lda");
        line("    int a%d = ao%s;", r, row);
      }
      for (int v = 0; v < vectors; v++) {
        line("    FloatVector c%d%s = FloatVector.zero(F);", r, letter(v));
      }
    }
    loop(rows, vectors, clamped);
    if (edge) {
      line("    VectorMask<Float> m = first(%s);", vectors == 2 ? "columns - L" : "columns");
    }
    for (int r = 0; r < rows; r++) {
      line("    int o%d = co%s;", r, r == 0 ? "" : " + Math.min(" + r + ", rows - 1) * ldc");
    }
    line("    if (add) {");
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        String name = "c" + r + letter(v);
        line(
            "      %1$s = %1$s.add(FloatVector.fromArray(F, c, %2$s));",
            name, place(r, v, edge && v == vectors - 1));
      }
    }
    line("    }");
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        line("    c%d%s.intoArray(c, %s);", r, letter(v), place(r, v, edge && v == vectors - 1));
      }
    }
    line("  }");
  }

  private void loop(int rows, int vectors, boolean clamped) {
    line("    for (int k = 0; k < kc; k++) {");
    if (transposed) {
      line("      int ak = %sk * lda;", clamped ? "" : "ao + ");
    }
    if (copied) {
      line("      int ak = ao + k;");
    }
    line("      int bk = bo + k * %s;", copied ? "PANEL" : "ldb");
    line("      FloatVector bl = FloatVector.fromArray(F, b, bk);");
    if (vectors == 2) {
      line("      FloatVector bh = FloatVector.fromArray(F, b, bk + L);");
    }
    for (int r = 0; r < rows; r++) {
      String index = transposed ? "ak" + (r == 0 ? "" : " + " + r) : "a" + r + " + k";
      if (copied && r > 0) {
        index = "ak + " + r + " * COPY_STRIDE";
      } else if (copied) {
        index = "ak";
      } else if (transposed && clamped) {
        index = "ak + a" + r;
      }
      line("      FloatVector v%d = FloatVector.broadcast(F, a[%s]);", r, index);
      for (int v = 0; v < vectors; v++) {
        String sum = fused ? "v%1$d.fma(b%2$s, c%1$d%2$s)" : "v%1$d.mul(b%2$s).add(c%1$d%2$s)";
        line("      c%1$d%2$s = " + sum + ";", r, letter(v));
      }
    }
    line("    }");
  }

  private static String place(int row, int vector, boolean masked) {
    return "o" + row + (vector == 0 ? "" : " + L") + (masked ? ", m" : "");
  }

  private static String letter(int vector) {
    return vector == 0 ? "l" : "h";
  }

  private void line(String format, Object... arguments) {
    out.add(String.format(Locale.ROOT, format, arguments));
  }
}
