package quotient.tensor.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes the loops of elementary functions: the text of the function stands in each loop, once for
/// whole vectors and once, under a mask, for the rest.
///
/// A method that takes or gives a vector is not always inlined (HotSpot leaves out what already has
/// big machine code of its own), and then every vector travels through the heap. Text has no call.
///
/// Bodies are Java but for `fma(a, b, c)`, which stands for a b + c, in one rounding or two. Run
/// {@link #main} with the kernel source folder to write the files again.
final class FunctionWriter {
  private static final Pattern MULTIPLY_ADD =
      Pattern.compile("fma\\((\\w+), ([-\\w.]+), ([-\\w.]+)\\)");

  private final boolean fused;
  private final List<String> out = new ArrayList<>();

  private FunctionWriter(boolean fused) {
    this.fused = fused;
  }

  /// @param arguments the folder of package `quotient.tensor.kernel` in the product's sources
  public static void main(String[] arguments) throws IOException {
    for (String type : types()) {
      Files.writeString(Path.of(arguments[0]).resolve(type + ".java"), text(type));
    }
  }

  /// The classes that are written.
  static List<String> types() {
    return List.of(
        "ExponentialLoops",
        "FunctionLoops",
        "NormLoops",
        "PlainExponentialLoops",
        "PlainFunctionLoops",
        "PlainNormLoops");
  }

  /// The source text of the class.
  static String text(String type) {
    FunctionWriter writer = new FunctionWriter(!type.startsWith("Plain"));
    if (type.endsWith("NormLoops")) {
      writer.head(type, "layer norm", List.of());
      writer.out.add("");
      writer.indented("", NormText.methods());
    } else if (type.endsWith("ExponentialLoops")) {
      writer.head(type, "elementary functions", FunctionText.EXPONENTIAL_CONSTANTS);
      FunctionText.exponentials().forEach(writer::method);
      FunctionText.moreExponentials()
          .forEach(text -> {
            writer.out.add("");
            writer.indented("  ", text);
          });
    } else {
      writer.head(type, "elementary functions", FunctionText.OTHER_CONSTANTS);
      FunctionText.others().forEach(writer::method);
    }
    writer.out.add("}");
    return String.join("\n", writer.out) + "\n";
  }

  private void head(String type, String what, List<String> constants) {
    out.add("package quotient.tensor.kernel;");
    out.add("");
    if (!type.endsWith("FunctionLoops")) {
      List.of("1", "2", "4", "8")
          .forEach(by -> out.add("import static quotient.tensor.kernel.Lanes.DOWN_" + by + ";"));
    }
    out.add("import static quotient.tensor.kernel.Lanes.F;");
    out.add("import static quotient.tensor.kernel.Lanes.L;");
    out.add("import static quotient.tensor.kernel.Lanes.first;");
    constants.forEach(
        c -> out.add("import static quotient.tensor.kernel.VectorFunctions." + c + ";"));
    out.add("");
    out.add("import jdk.incubator.vector.FloatVector;");
    if (!constants.isEmpty()) {
      out.add("import jdk.incubator.vector.IntVector;");
    }
    out.add("import jdk.incubator.vector.VectorMask;");
    if (!constants.isEmpty()) {
      out.add("import jdk.incubator.vector.VectorOperators;");
    }
    out.add("");
    out.add("/// Loops of " + what + "; text written by `FunctionWriter` in the tests.");
    out.add("///");
    out.add(
        "/// See {@link Kernels} for what each computes and {@link "
            + (constants.isEmpty() ? "VectorLayerNormGradient" : "VectorFunctions")
            + "} for how.");
    if (!fused) {
      out.add("///");
      out.add("/// For processors that cannot multiply and add in one instruction.");
    }
    out.add("final class " + type + " {");
    out.add("  private " + type + "() {}");
  }

  private void method(FunctionText f) {
    out.add("");
    signature(f);
    indented("    ", f.before());
    out.add("    int bound = F.loopBound(n);");
    out.add("    for (int i = 0; i < bound; i += L) {");
    step(f, "i", "");
    out.add("    }");
    out.add("    if (bound < n) {");
    out.add("      VectorMask<Float> rest = first(n - bound);");
    step(f, "bound", ", rest");
    out.add("    }");
    indented("    ", f.after());
    out.add("  }");
  }

  private void signature(FunctionText f) {
    String parameters = f.parameters() + ", int n";
    String line = "  static " + f.type() + " " + f.name() + "(" + parameters + ") {";
    if (line.length() <= 100) {
      out.add(line);
      return;
    }
    out.add("  static " + f.type() + " " + f.name() + "(");
    if (parameters.length() + 9 <= 100) {
      out.add("      " + parameters + ") {");
      return;
    }
    String[] each = parameters.split(", ", -1);
    for (int p = 0; p < each.length; p++) {
      out.add("      " + each[p] + (p + 1 < each.length ? "," : ") {"));
    }
  }

  private void step(FunctionText f, String index, String mask) {
    for (FunctionText.Access load : f.loads()) {
      out.add(
          "      FloatVector %s = FloatVector.fromArray(F, %s, %s + %s%s);"
              .formatted(load.vector(), load.array(), load.offset(), index, mask));
    }
    indented("      ", f.body());
    if (f.stores().isEmpty()) {
      indented("      ", mask.isEmpty() ? f.whole() : f.masked());
    }
    for (FunctionText.Access store : f.stores()) {
      out.add(
          "      %s.intoArray(%s, %s + %s%s);"
              .formatted(store.vector(), store.array(), store.offset(), index, mask));
    }
  }

  private void indented(String by, String text) {
    for (String line : text.lines().toList()) {
      out.add((by + expanded(line)).stripTrailing());
    }
  }

  /// The line with its multiply-adds written out.
  private String expanded(String line) {
    Matcher m = MULTIPLY_ADD.matcher(line);
    StringBuilder text = new StringBuilder();
    while (m.find()) {
      String a = m.group(1);
      String b = m.group(2);
      String c = m.group(3);
      String sum =
          fused
              ? a + ".fma(" + vector(b) + ", " + vector(c) + ")"
              : a + ".mul(" + b + ").add(" + c + ")";
      m.appendReplacement(text, Matcher.quoteReplacement(sum));
    }
    return m.appendTail(text).toString();
  }

  /// A constant, which is a number or a name in capitals, becomes a vector.
  private static String vector(String operand) {
    boolean constant = operand.matches("-?([A-Z0-9_.]+|\\d.*)");
    return constant ? "FloatVector.broadcast(F, " + operand + ")" : operand;
  }
}
