package quotient.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.junit.jupiter.api.Test;

/// No vector operation whose bits depend on what the compiler has done. Measured on JDK 25: floating-point
/// `reduceLanes(ADD)` and `reduceLanes(MUL)` sum in another order when interpreted, and transcendental lane operations call
/// other code.
final class ReproducibleLanesTest {
  private static final String VECTOR_OPERATORS = "jdk/incubator/vector/VectorOperators";

  /// Classes whose text is written by a program.
  private static final List<String> WRITTEN =
      List.of(
          "quotient.tensor.kernel.RowTiles",
          "quotient.tensor.kernel.StripTiles",
          "quotient.tensor.kernel.ExponentialLoops",
          "quotient.tensor.kernel.FunctionLoops",
          "quotient.tensor.kernel.NormLoops");

  /// Reductions that give the same bits in any order.
  private static final Set<String> ORDER_FREE = Set.of("MIN", "MAX");

  private static final Set<String> TRANSCENDENTAL =
      Set.of(
          "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "SINH", "COSH", "TANH", "EXP",
          "EXPM1", "LOG", "LOG10", "LOG1P", "CBRT", "HYPOT", "POW");

  @Test
  void productCodeUsesNoLaneOperationWithUnstableBits() throws IOException {
    List<String> findings = new ArrayList<>();
    boolean sawVectors = false;
    for (JavaClass type : ProductClasses.ALL) {
      ClassModel model = read(type);
      sawVectors |= usesVectors(model);
      findings.addAll(findings(model));
    }
    assertEquals(List.of(), findings);
    for (String written : WRITTEN) {
      assertTrue(ProductClasses.ALL.contain(written), written + " was not looked at");
    }
    assertTrue(sawVectors, "no class uses the Vector API: this test looked at nothing");
  }

  @Test
  void theSearchFindsEachForbiddenForm() throws IOException {
    List<String> findings = findings(readTestClass(Forbidden.class));
    assertEquals(
        List.of(
            "Forbidden.sum: FloatVector.reduceLanes(ADD)",
            "Forbidden.maskedProduct: DoubleVector.reduceLanes(MUL)",
            "Forbidden.chosen: FloatVector.reduceLanes(an operator not named at the call)",
            "Forbidden.exp: VectorOperators.EXP",
            "Forbidden.power: FloatVector.pow"),
        findings);
  }

  @Test
  void theSearchAllowsMinimaAndMaxima() throws IOException {
    assertEquals(List.of(), findings(readTestClass(Allowed.class)));
  }

  private static boolean usesVectors(ClassModel type) {
    for (PoolEntry entry : type.constantPool()) {
      if (entry instanceof ClassEntry used
          && used.asInternalName().startsWith("jdk/incubator/vector/")) {
        return true;
      }
    }
    return false;
  }

  private static List<String> findings(ClassModel type) {
    List<String> findings = new ArrayList<>();
    for (MethodModel method : type.methods()) {
      method.code().ifPresent(code -> search(nameOf(type, method), code, findings));
    }
    return findings;
  }

  private static void search(String place, Iterable<CodeElement> code, List<String> findings) {
    String operator = "an operator not named at the call";
    for (CodeElement element : code) {
      switch (element) {
        case FieldInstruction field
            when field.owner().asInternalName().equals(VECTOR_OPERATORS) -> {
          operator = field.name().stringValue();
          if (TRANSCENDENTAL.contains(operator)) {
            findings.add(place + ": VectorOperators." + operator);
          }
        }
        case InvokeInstruction call when isFloating(call) -> {
          String name = call.name().stringValue();
          String called = simpleName(call.owner().asInternalName()) + "." + name;
          if (name.equals("pow")) {
            findings.add(place + ": " + called);
          } else if (name.startsWith("reduceLanes")) {
            if (!ORDER_FREE.contains(operator)) {
              findings.add(place + ": " + called + "(" + operator + ")");
            }
            operator = "an operator not named at the call";
          }
        }
        default -> {}
      }
    }
  }

  private static boolean isFloating(InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    return owner.equals("jdk/incubator/vector/FloatVector")
        || owner.equals("jdk/incubator/vector/DoubleVector")
        || owner.equals("jdk/incubator/vector/Vector");
  }

  private static String nameOf(ClassModel type, MethodModel method) {
    return simpleName(type.thisClass().asInternalName()) + "." + method.methodName().stringValue();
  }

  private static String simpleName(String internalName) {
    return internalName.substring(
        Math.max(internalName.lastIndexOf('/'), internalName.lastIndexOf('$')) + 1);
  }

  private static ClassModel read(JavaClass type) throws IOException {
    try (InputStream in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      return ClassFile.of().parse(in.readAllBytes());
    }
  }

  private static ClassModel readTestClass(Class<?> type) throws IOException {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      return ClassFile.of().parse(in.readAllBytes());
    }
  }

  /// One of each, never run.
  static final class Forbidden {
    private Forbidden() {}

    static float sum(FloatVector v) {
      return v.reduceLanes(VectorOperators.ADD);
    }

    static double maskedProduct(DoubleVector v) {
      return v.reduceLanes(VectorOperators.MUL, v.lt(0.0));
    }

    static float chosen(FloatVector v, VectorOperators.Associative operator) {
      return v.reduceLanes(operator);
    }

    static FloatVector exp(FloatVector v) {
      return v.lanewise(VectorOperators.EXP);
    }

    static FloatVector power(FloatVector v) {
      return v.pow(2f);
    }
  }

  /// Never run.
  static final class Allowed {
    private Allowed() {}

    static float largest(FloatVector v) {
      return v.lanewise(VectorOperators.ABS).reduceLanes(VectorOperators.MAX);
    }
  }
}
