package quotient.tensor.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes the text of the transposition of 16 x 16 numbers in registers.
///
/// Run {@link #main} with the kernel source folder to write the file again.
final class TransposeWriter {
  static final String TYPE = "Transposition";

  private static final int SIZE = 16;

  private TransposeWriter() {}

  /// @param arguments the folder of package `quotient.tensor.kernel` in the product's sources
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]).resolve(TYPE + ".java"), text());
  }

  /// The source text of the class.
  static String text() {
    List<String> out = new ArrayList<>();
    out.add(HEAD.stripTrailing());
    for (int r = 1; r < SIZE; r++) {
      add(out, "    int b%d = b%d + ldb;", r, r - 1);
    }
    out.add("    int bound = kc & -16;");
    out.add("    for (int p = 0; p < bound; p += 16) {");
    for (int r = 0; r < SIZE; r++) {
      add(out, "      FloatVector r%d = FloatVector.fromArray(F, b, b%d + p);", r, r);
    }
    String from = "r";
    for (int d = SIZE / 2; d > 0; d /= 2) {
      String to = d == 8 ? "s" : d == 4 ? "t" : d == 2 ? "u" : "v";
      for (int r = 0; r < SIZE; r++) {
        String select = (r & d) == 0 ? "LOW_" : "HIGH_";
        int first = r & ~d;
        add(
            out,
            "      FloatVector %s%d = %s%d.selectFrom(%s%d, %s%d);",
            to,
            r,
            select,
            d,
            from,
            first,
            from,
            first + d);
      }
      from = to;
    }
    out.add("      int to = po + p * PANEL;");
    for (int r = 0; r < SIZE; r++) {
      add(out, "      %s%d.intoArray(packed, to%s);", from, r, at(r));
    }
    out.add("    }");
    out.add("    for (int p = bound; p < kc; p++) {");
    out.add("      int to = po + p * PANEL;");
    for (int r = 0; r < SIZE; r++) {
      add(out, "      packed[to%s] = b[b%d + p];", r == 0 ? "" : " + " + r, r);
    }
    out.add("    }");
    out.add("  }");
    out.add("}");
    return String.join("\n", out) + "\n";
  }

  private static String at(int row) {
    return row == 0 ? "" : row == 1 ? " + PANEL" : " + " + row + " * PANEL";
  }

  private static void add(List<String> out, String format, Object... arguments) {
    out.add(String.format(Locale.ROOT, format, arguments));
  }

  private static final String HEAD =
      """
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
      """;
}
