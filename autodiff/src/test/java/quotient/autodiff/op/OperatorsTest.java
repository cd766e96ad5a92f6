package quotient.autodiff.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quotient.autodiff.GradientCheck;
import quotient.autodiff.Initializer;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.Tape;
import quotient.autodiff.Var;
import quotient.autodiff.op.OperatorTable.Row;
import quotient.autodiff.op.OperatorTable.Size;
import quotient.autodiff.twin.Ops;
import quotient.autodiff.twin.TapeOps;
import quotient.autodiff.twin.TwinTape;
import quotient.autodiff.twin.TwinVar;
import quotient.tensor.FloatTensor;
import quotient.tensor.Tensors;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

final class OperatorsTest {
  /// Rounding of a float result against double, relative to the largest number of the tensor; sums
  /// over up to a thousand terms are the worst case.
  private static final double ROUNDING = 4e-6;

  /// Truncation h^2 f'''/6 and rounding eps |S| / h of central differences with h = 2^-8.
  private static final double DIFFERENCES = 3e-3;

  private final Tape tape = new Tape(Tensors.singleThreaded());

  static List<Row> rows() {
    return OperatorTable.rows();
  }

  @Test
  void theTableListsEveryOperator() throws Exception {
    Set<String> written = new TreeSet<>();
    for (Class<?> type : classesOfThePackage()) {
      for (Method m : type.getDeclaredMethods()) {
        if (Modifier.isPublic(m.getModifiers()) && Modifier.isStatic(m.getModifiers())) {
          assertEquals(Tape.class, m.getParameterTypes()[0], m + " does not take the tape first");
          written.add(type.getSimpleName() + "." + m.getName() + "/" + (m.getParameterCount() - 1));
        }
      }
    }
    Set<String> listed =
        rows().stream().map(Row::covers).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(written, listed);
  }

  private static List<Class<?>> classesOfThePackage()
      throws IOException, URISyntaxException, ClassNotFoundException {
    String name = Elementwise.class.getPackageName();
    Path folder = Path.of(Elementwise.class.getResource("Elementwise.class").toURI()).getParent();
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String simple = file.getFileName().toString().replace(".class", "");
        if (!simple.contains("$") && !simple.contains("-")) {
          Class<?> type = Class.forName(name + "." + simple);
          if (Modifier.isPublic(type.getModifiers())) {
            classes.add(type);
          }
        }
      }
    }
    assertTrue(classes.contains(MatMul.class), "found " + classes);
    return classes;
  }

  // ---- against differences ----

  @ParameterizedTest
  @MethodSource("rows")
  void gradientsEqualCentralDifferences(Row row) {
    for (Size s : OperatorTable.SIZES) {
      ParameterSet parameters = row.parametersFor(s);
      var result =
          GradientCheck.check(
              tape,
              (t, in) -> row.call().of(new TapeOps(t), List.of(in), s, parameters),
              row.inputsFor(s),
              parameters,
              RandomKey.of(7),
              OperatorTable.STEP);
      assertTrue(result.error() < DIFFERENCES, row + " " + s + ": " + result);
    }
  }

  // ---- against the double twin ----

  /// What a run gives: the value, then the gradients of inputs and parameters.
  private record Run(float[] value, List<float[]> gradients) {}

  /// The operator alone, or used twice in one sum, so that gradients must add up.
  private interface Use {
    <V> V of(Row row, Ops<V> ops, List<V> in, Size s, ParameterSet parameters);
  }

  private static final Use ONCE =
      new Use() {
        @Override
        public <V> V of(Row row, Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
          return row.call().of(ops, in, s, parameters);
        }
      };

  private static final Use TWICE =
      new Use() {
        @Override
        public <V> V of(Row row, Ops<V> ops, List<V> in, Size s, ParameterSet parameters) {
          V first = row.call().of(ops, in, s, parameters);
          V second = row.call().of(ops, in, s, parameters);
          return ops.addScaled(first, 0.5f, second);
        }
      };

  private static Run run(
      Tape tape, Row row, Use use, Size s, ParameterSet parameters, int constantInput) {
    FloatTensor[] inputs = row.inputsFor(s);
    float[] flat = parameters.newVector();
    List<float[]> gradients = new ArrayList<>();
    float[] value;
    try (var _ = tape.recording(flat)) {
      List<Var> in = new ArrayList<>();
      for (int n = 0; n < inputs.length; n++) {
        in.add(n == constantInput ? tape.constant(inputs[n]) : tape.input(inputs[n]));
      }
      Var y = use.of(row, new TapeOps(tape), in, s, parameters);
      value = y.value().toArray();
      tape.backward(y, seed(y.value()));
      for (Var x : in) {
        gradients.add(tape.hasGradient(x) ? tape.gradient(x).toArray() : new float[0]);
      }
    }
    for (Parameter p : parameters.parameters()) {
      gradients.add(FloatTensor.view(flat, p.offset(), p.shape()).toArray());
    }
    return new Run(value, gradients);
  }

  private static FloatTensor seed(FloatTensor like) {
    FloatTensor seed = FloatTensor.zeros(like.shape());
    Initializer.normal(1).fill(RandomKey.of(11), seed);
    return seed;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void valuesAndGradientsEqualTheDoubleTwin(Row row) {
    compareWithTwin(row, ONCE);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gradientsAddUpWhenValuesAreUsedTwice(Row row) {
    compareWithTwin(row, TWICE);
  }

  private void compareWithTwin(Row row, Use use) {
    for (Size s : OperatorTable.SIZES) {
      ParameterSet parameters = row.parametersFor(s);
      Run run = run(tape, row, use, s, parameters, -1);
      TwinTape twin = new TwinTape();
      List<TwinVar> in = new ArrayList<>();
      for (FloatTensor x : row.inputsFor(s)) {
        in.add(twin.input(x));
      }
      TwinVar y = use.of(row, twin, in, s, parameters);
      twin.backward(y, TwinTape.toDouble(seed(FloatTensor.zeros(y.rows, y.columns))));
      assertClose(y.value, run.value, row + " " + s + " value");
      for (int n = 0; n < in.size(); n++) {
        assertClose(in.get(n).gradient, run.gradients.get(n), row + " " + s + " input " + n);
      }
      for (Parameter p : parameters.parameters()) {
        assertClose(
            twin.gradientOf(p), run.gradients.get(in.size() + p.index()), row + " " + s + " " + p);
      }
    }
  }

  private static void assertClose(double[] truth, float[] found, String what) {
    assertEquals(truth.length, found.length, what);
    double largest = 0;
    for (double v : truth) {
      largest = Math.max(largest, Math.abs(v));
    }
    // A gradient that vanishes by algebra (the layer norm of one number) is measured against 1.
    double scale = largest < 1e-12 ? 1 : largest;
    for (int i = 0; i < truth.length; i++) {
      assertEquals(truth[i], found[i], ROUNDING * scale, what + " element " + i);
    }
  }

  // ---- bits ----

  @ParameterizedTest
  @MethodSource("rows")
  void aConstantInputChangesNoOtherGradient(Row row) {
    Size s = new Size(17, 31, 7);
    ParameterSet parameters = row.parametersFor(s);
    Run all = run(tape, row, ONCE, s, parameters, -1);
    for (int constant = 0; constant < row.inputs().size(); constant++) {
      if (row.inputs().size() == 1 && row.weights().isEmpty()) {
        continue;
      }
      Run some = run(tape, row, ONCE, s, parameters, constant);
      assertArrayEquals(all.value, some.value);
      assertEquals(0, some.gradients.get(constant).length, "gradient of a constant");
      for (int n = 0; n < all.gradients.size(); n++) {
        if (n != constant) {
          assertArrayEquals(all.gradients.get(n), some.gradients.get(n), row + " argument " + n);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void bitsDoNotDependOnThreadsNorOnThePass(Row row) {
    try (WorkerPool pool = WorkerPool.of(3)) {
      Tape parallel = new Tape(new Tensors(pool));
      for (Size s : List.of(new Size(1100, 18, 5), new Size(1030, 31, 40))) {
        ParameterSet parameters = row.parametersFor(s);
        Run first = run(tape, row, TWICE, s, parameters, -1);
        assertEqualBits(first, run(tape, row, TWICE, s, parameters, -1), row + " second pass");
        assertEqualBits(first, run(parallel, row, TWICE, s, parameters, -1), row + " 3 threads");
      }
    }
  }

  private static void assertEqualBits(Run a, Run b, String what) {
    assertArrayEquals(a.value, b.value, what);
    for (int n = 0; n < a.gradients.size(); n++) {
      assertArrayEquals(a.gradients.get(n), b.gradients.get(n), what + " gradient " + n);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void inferenceGivesTheSameValueAndRecordsNothing(Row row) {
    Size s = new Size(17, 31, 7);
    ParameterSet parameters = row.parametersFor(s);
    Run recorded = run(tape, row, ONCE, s, parameters, -1);
    try (var _ = tape.inference()) {
      List<Var> in = new ArrayList<>();
      for (FloatTensor x : row.inputsFor(s)) {
        in.add(tape.input(x));
      }
      Var y = row.call().of(new TapeOps(tape), in, s, parameters);
      assertArrayEquals(recorded.value, y.value().toArray());
      assertFalse(y.needsGradient());
    }
  }
}
