package quotient.autodiff.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import quotient.autodiff.Initializer;
import quotient.autodiff.ParameterSet;
import quotient.tensor.Shape;
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

  @Test
  void cosineRatesEqualTheRecordedOnes() {
    // out.lr_tiny and out.lr_tinywarm of the ET-Flow reference run: cycle 10, warm-up 0 and 3
    LearningRate plain = LearningRate.cosine(7e-4, 1e-8, 10, 0);
    LearningRate warm = LearningRate.cosine(7e-4, 1e-8, 10, 3);
    double[] expectedPlain = {
      1e-08,
      0.0006828700254207223,
      0.0006331569029462597,
      0.0005557268993761042,
      0.00045815940294625967,
      0.00035000499999999997,
      0.0002418505970537403,
      0.0001442831006238959,
      6.68530970537403e-05,
      1.713997457927774e-05,
      3.5000000000000004e-05,
      3.414373375258372e-05
    };
    double[] expectedWarm = {
      1e-08,
      0.00023333999999999999,
      0.00046667,
      0.0007,
      0.0006653395989215072,
      0.0005682233132015475,
      0.0004278862142800402,
      0.0002721237857199597,
      0.00013178668679845256,
      3.467040107849285e-05,
      1e-08,
      1.1673333333333334e-05
    };
    for (int step = 0; step < expectedPlain.length; step++) {
      assertEquals(expectedPlain[step], plain.rate(step), 1e-17, "step " + step);
      assertEquals(expectedWarm[step], warm.rate(step), 1e-17, "step " + step);
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
