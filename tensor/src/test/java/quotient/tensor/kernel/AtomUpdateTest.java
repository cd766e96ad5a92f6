package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomUpdateTest {
  private static final MessageKernels MESSAGES = KernelProvider.messageKernels();
  private static final int ATOMS = 5;

  private static float[] random(int seed, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (Math.sin(1.3 * i + 7.1 * seed) + 0.5 * Math.cos(0.7 * i * seed + 1));
    }
    return x;
  }

  /// x' and V' in double by the formulas.
  private static double[][] expected(
      int h, double[] x, double[] v, double[] p, double[] o, double[] u) {
    double[] newX = new double[ATOMS * h];
    double[] newV = new double[3 * ATOMS * h];
    for (int i = 0; i < ATOMS; i++) {
      for (int c = 0; c < h; c++) {
        double dot = 0;
        for (int a = 3 * i; a < 3 * i + 3; a++) {
          dot += p[3 * a * h + c] * p[(3 * a + 1) * h + c];
          newV[a * h + c] = v[a * h + c] + p[(3 * a + 2) * h + c] * o[3 * i * h + c] + u[a * h + c];
        }
        newX[i * h + c] = x[i * h + c] + dot * o[(3 * i + 1) * h + c] + o[(3 * i + 2) * h + c];
      }
    }
    return new double[][] {newX, newV};
  }

  private static double[] widen(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i];
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 24, 40, 64})
  void theUpdateOfAtomsFollowsItsFormula(int h) {
    float[] x = random(1, ATOMS * h);
    float[] v = random(2, 3 * ATOMS * h);
    float[] p = random(3, 9 * ATOMS * h);
    float[] o = random(4, 3 * ATOMS * h);
    float[] u = random(5, 3 * ATOMS * h);
    float[] newX = new float[ATOMS * h];
    float[] newV = new float[3 * ATOMS * h];
    MESSAGES.update(0, ATOMS, h, x, 0, v, 0, p, 0, o, 0, u, 0, newX, 0, newV, 0);
    double[][] want = expected(h, widen(x), widen(v), widen(p), widen(o), widen(u));
    for (int i = 0; i < newX.length; i++) {
      assertEquals(want[0][i], newX[i], 2e-5);
    }
    for (int i = 0; i < newV.length; i++) {
      assertEquals(want[1][i], newV[i], 2e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 24, 40, 64})
  void itsAdjointIsTheDerivative(int h) {
    float[] x = random(1, ATOMS * h);
    float[] v = random(2, 3 * ATOMS * h);
    float[] p = random(3, 9 * ATOMS * h);
    float[] o = random(4, 3 * ATOMS * h);
    float[] u = random(5, 3 * ATOMS * h);
    float[] dx = random(6, ATOMS * h);
    float[] dv = random(7, 3 * ATOMS * h);
    float[] dp = random(8, 9 * ATOMS * h);
    float[] dO = random(9, 3 * ATOMS * h);
    float[] oldP = dp.clone();
    float[] oldO = dO.clone();
    MESSAGES.updateBackward(ATOMS, h, p, 0, o, 0, dx, 0, dv, 0, dp, 0, dO, 0);
    double step = 1e-4;
    for (int i = 0; i < p.length; i += 7) {
      double slope = slope(h, x, v, p, o, u, dx, dv, i, step, true);
      assertEquals(slope, dp[i] - oldP[i], 2e-5, "p " + i);
    }
    for (int i = 0; i < o.length; i += 7) {
      double slope = slope(h, x, v, p, o, u, dx, dv, i, step, false);
      assertEquals(slope, dO[i] - oldO[i], 2e-5, "o " + i);
    }
  }

  /// Central difference of sum dx x' + sum dv V' in one number of p or o.
  private static double slope(
      int h,
      float[] x,
      float[] v,
      float[] p,
      float[] o,
      float[] u,
      float[] dx,
      float[] dv,
      int at,
      double step,
      boolean inP) {
    double[] result = new double[2];
    for (int side = 0; side < 2; side++) {
      double[] pd = widen(p);
      double[] od = widen(o);
      (inP ? pd : od)[at] += side == 0 ? -step : step;
      double[][] y = expected(h, widen(x), widen(v), pd, od, widen(u));
      for (int i = 0; i < dx.length; i++) {
        result[side] += dx[i] * y[0][i];
      }
      for (int i = 0; i < dv.length; i++) {
        result[side] += dv[i] * y[1][i];
      }
    }
    return (result[1] - result[0]) / (2 * step);
  }
}
