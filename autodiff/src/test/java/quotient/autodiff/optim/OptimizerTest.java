package quotient.autodiff.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import quotient.autodiff.Initializer;
import quotient.autodiff.ParameterSet;
import quotient.tensor.Shape;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

final class OptimizerTest {
  private static ParameterSet set(int size) {
    ParameterSet.Builder builder = new ParameterSet.Builder();
    builder.declare("p", Shape.of(size), Initializer.normal(1));
    return builder.build(RandomKey.of(5));
  }

  @Test
  void adamFollowsItsDefinitionInDouble() {
    ParameterSet set = set(37);
    Adam adam = new Adam(set, 0.95, 0.999, 1e-8, 1e-2);
    double[] p = new double[37];
    double[] m = new double[37];
    double[] v = new double[37];
    for (int i = 0; i < 37; i++) {
      p[i] = set.get("p").value().get(i);
    }
    for (int k = 1; k <= 20; k++) {
      float[] gradient = set.newVector();
      for (int i = 0; i < 37; i++) {
        gradient[i] = (float) Math.sin(0.3 * i + k);
        double g = 0.7 * gradient[i];
        m[i] = 0.95 * m[i] + 0.05 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        double step =
            m[i] / (1 - Math.pow(0.95, k)) / (Math.sqrt(v[i] / (1 - Math.pow(0.999, k))) + 1e-8);
        p[i] = p[i] * (1 - 1e-3 * 1e-2) - 1e-3 * step;
      }
      adam.step(set, gradient, 0.7, 1e-3);
    }
    for (int i = 0; i < 37; i++) {
      // twenty float updates of size 1e-3 on numbers of size 1
      assertEquals(p[i], set.get("p").value().get(i), 3e-6, "weight " + i);
    }
  }

  @Test
  void anUpdateDropsPackedForms() {
    ParameterSet set = set(4);
    long before = set.version();
    new Adam(set, 0.9, 0.999, 1e-8, 0).step(set, set.newVector(), 1, 1e-3);
    assertEquals(before + 1, set.version());
  }

  /// Lines `name numbers...` of a recorded file; comment lines start with #.
  private static List<String[]> recorded(String file) throws IOException {
    try (InputStream in = OptimizerTest.class.getResourceAsStream("/reference/" + file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(l -> !l.startsWith("#")).map(l -> l.split(" ")).toList();
    }
  }

  private static double[] recorded(String file, String name) throws IOException {
    String[] words =
        recorded(file).stream().filter(w -> w[0].equals(name)).findFirst().orElseThrow();
    double[] numbers = new double[words.length - 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(words[i + 1]);
    }
    return numbers;
  }

  @Test
  void trajectoriesEqualTheRecordedOnes() throws IOException {
    followRecorded("adam", 0.9, 0.999, 0, k -> 1e-2);
    followRecorded("etflow", 0.95, 0.999, 1e-8, k -> 1e-2 * k / 12);
    followRecorded("decay", 0.9, 0.99, 0.1, k -> 1e-2);
  }

  /// The problem of reference/optimizers.py; the gradient is taken at our own weights.
  private static void followRecorded(
      String rule, double beta1, double beta2, double decay, IntToDoubleFunction rate)
      throws IOException {
    ParameterSet set = set(5);
    set.update(values -> {
      for (int i = 0; i < 5; i++) {
        values[i] = (float) (-1 + 2.5 * i / 4);
      }
    });
    Adam adam = new Adam(set, beta1, beta2, 1e-8, decay);
    double[] scales = {10, 1, 0.1, 0.01, 1e-4};
    for (String[] line : recorded("optimizers.txt")) {
      if (line[0].equals(rule)) {
        int k = Integer.parseInt(line[1]);
        float[] gradient = set.newVector();
        for (int i = 0; i < 5; i++) {
          gradient[i] = (float) (scales[i] * (set.get("p").value().get(i) + Math.sin(1.3 * k + i)));
        }
        adam.step(set, gradient, 1, rate.applyAsDouble(k));
        for (int i = 0; i < 5; i++) {
          // k float updates of weights of size 1, and 1e-5 of a step of size 1e-2 for float betas
          double expected = Double.parseDouble(line[2 + i]);
          assertEquals(expected, set.get("p").value().get(i), 2e-7 * k + 1e-7, rule + " step " + k);
        }
      }
    }
    assertEquals(12, adam.steps());
  }

  @Test
  void manyThreadsAndARestoredStateGiveTheSameBits() {
    ParameterSet one = set(200_000);
    ParameterSet two = set(200_000);
    try (WorkerPool pool = WorkerPool.of(3)) {
      Adam alone = new Adam(one, 0.9, 0.999, 1e-8, 1e-2);
      Adam first = new Adam(two, 0.9, 0.999, 1e-8, 1e-2, pool);
      float[] gradient = one.copyValues();
      alone.step(one, gradient, 0.5, 1e-2);
      first.step(two, gradient, 0.5, 1e-2);
      Adam second = new Adam(two, 0.9, 0.999, 1e-8, 1e-2, pool);
      second.restore(first.firstMoment(), first.secondMoment(), first.steps());
      alone.step(one, gradient, 0.5, 1e-2);
      second.step(two, gradient, 0.5, 1e-2);
    }
    assertArrayEquals(one.copyValues(), two.copyValues());
  }

  @Test
  void gradientDescentTakesOneStep() {
    ParameterSet set = set(3);
    float[] before = set.copyValues();
    float[] gradient = set.newVector();
    gradient[1] = 2;
    new GradientDescent().step(set, gradient, 0.5, 0.25);
    assertEquals(before[1] - 0.25f, set.copyValues()[1], 1e-7);
    assertEquals(before[0], set.copyValues()[0]);
  }

  @Test
  void vectorsMustFitTheWeights() {
    ParameterSet set = set(3);
    Adam adam = new Adam(set, 0.9, 0.999, 1e-8, 0);
    String message =
        assertThrows(IllegalArgumentException.class, () -> adam.step(set, new float[3], 1, 1))
            .getMessage();
    assertEquals("adam: a vector of 3 numbers for 16 weights", message);
    assertThrows(IllegalArgumentException.class, () -> new Adam(set, 1.0, 0.999, 1e-8, 0));
  }

  @Test
  void cosineRatesEqualTheRecordedOnes() throws IOException {
    assertRates("lr_qm9", LearningRate.cosine(7e-4, 1e-8, 250_000, 0));
    assertRates("lr_tiny", LearningRate.cosine(7e-4, 1e-8, 10, 0));
    assertRates("lr_tinywarm", LearningRate.cosine(7e-4, 1e-8, 10, 3));
  }

  private static void assertRates(String name, LearningRate rate) throws IOException {
    double[] expected = recorded("schedules.txt", name);
    assertEquals(25, expected.length);
    for (int step = 0; step < expected.length; step++) {
      assertEquals(expected[step], rate.rate(step), 1e-15 * expected[step], name + " " + step);
    }
  }

  @Test
  void otherRatesFollowTheirDefinition() {
    LearningRate constant = LearningRate.constant(1, 3);
    assertEquals(0.25, constant.rate(0));
    assertEquals(0.75, constant.rate(2));
    assertEquals(1, constant.rate(3));
    LearningRate linear = LearningRate.linear(1, 0.2, 12, 3);
    assertEquals(0.5, linear.rate(1));
    assertEquals(1, linear.rate(3));
    assertEquals(0.6, linear.rate(7), 1e-15);
    assertEquals(0.2, linear.rate(11), 1e-15);
    assertEquals(0.2, linear.rate(1000), 1e-15);
    LearningRate plateau = LearningRate.plateau(1, 0.2, 6, 11, 3);
    assertEquals(0.5, plateau.rate(1), 1e-15);
    assertEquals(1, plateau.rate(3), 1e-15);
    assertEquals(1, plateau.rate(6), 1e-15);
    assertEquals(0.6, plateau.rate(8), 1e-15);
    assertEquals(0.2, plateau.rate(10), 1e-15);
    assertEquals(0.2, plateau.rate(50), 1e-15);
    assertThrows(IllegalArgumentException.class, () -> LearningRate.plateau(1, 0, 3, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.plateau(1, 0, 2, 9, 3));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.linear(1, 0, 3, 3));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.cosine(1, 0, 3, 3));
  }

  @Test
  void dynamicLimitsEqualTheRecordedOnes() throws IOException {
    double[] norms = recorded("schedules.txt", "clip_norms");
    double[] limits = recorded("schedules.txt", "clip_max");
    GradientClip.Dynamic clip = (GradientClip.Dynamic) GradientClip.dynamic();
    for (int step = 0; step < 120; step++) {
      assertEquals(limits[step], clip.limit(), 1e-11, "step " + step);
      if (step == 77) {
        GradientClip.Dynamic resumed = (GradientClip.Dynamic) GradientClip.dynamic();
        resumed.restore(clip.state());
        clip = resumed;
      }
      double factor = clip.factor(norms[step]);
      assertEquals(Math.min(1, limits[step] / (norms[step] + 1e-6)), factor, 1e-12);
    }
  }

  @Test
  void aFixedClipScalesToItsLimit() {
    GradientClip clip = GradientClip.norm(1);
    assertEquals(1, clip.factor(0.5));
    assertEquals(1 / (4 + 1e-6), clip.factor(4));
    assertEquals(1, GradientClip.none().factor(1e30));
  }

  @Test
  void aDynamicClipRemembersFiftyNormsAndCanBeRestored() {
    GradientClip.Dynamic clip = (GradientClip.Dynamic) GradientClip.dynamic();
    assertEquals(100, clip.limit());
    for (int i = 0; i < 49; i++) {
      clip.factor(2 + i % 3);
    }
    assertEquals(50, clip.state().length);
    assertEquals(100, clip.limit());
    clip.factor(2);
    double limit = clip.limit();
    assertEquals(1.5 * 2.98 + 2 * 0.8, limit, 0.1);
    clip.factor(50);
    assertEquals(limit, clip.state()[49]);
    clip.factor(5000);
    assertEquals(5000, clip.state()[49]);
    GradientClip other = GradientClip.dynamic();
    other.restore(clip.state());
    assertEquals(clip.factor(7), other.factor(7));
    assertThrows(IllegalArgumentException.class, () -> GradientClip.none().restore(clip.state()));
  }

  @Test
  void theAverageFollowsItsDefinition() {
    ParameterSet set = set(3);
    ExponentialAverage average = new ExponentialAverage(set, 0.5);
    float[] first = set.copyValues();
    set.update(values -> values[0] += 4);
    average.update(set);
    assertEquals(first[0] + 2, average.values()[0], 1e-6);
    float[] stored = average.values().clone();
    ExponentialAverage other = new ExponentialAverage(set, 0.5);
    other.restore(stored);
    assertArrayEquals(stored, other.values());
  }
}
