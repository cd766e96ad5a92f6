package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import quotient.tensor.linalg.Mat3;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Every kernel set agrees with plain double arithmetic, at every size, and keeps to its cloud.
final class CloudKernelsTest {
  private static final int[] POINTS = {1, 2, 0, 3, 4, 5, 6, 7, 10, 11, 16, 17, 31, 64, 101};
  private static final int MARGIN = 7;

  private static List<CloudKernels> sets() {
    return List.of(new ScalarCloudKernels(), KernelProvider.cloudKernels());
  }

  private static int[] starts() {
    int[] start = new int[POINTS.length + 1];
    start[0] = MARGIN;
    for (int c = 0; c < POINTS.length; c++) {
      start[c + 1] = start[c] + 3 * POINTS[c];
    }
    return start;
  }

  /// Values in the clouds, NaN around them: whoever reads outside gives NaN.
  private static float[] values(String what, boolean marginAfter) {
    int[] start = starts();
    int end = start[POINTS.length];
    float[] x = new float[end + (marginAfter ? MARGIN : 0)];
    Arrays.fill(x, Float.NaN);
    for (int i = start[0]; i < end; i++) {
      x[i] = (float) Normal.at(RandomKey.of(5).child(what), i) + 0.3f;
    }
    return x;
  }

  private static double mean(float[] x, int from, int to, int axis) {
    double sum = 0;
    for (int i = from + axis; i < to; i += 3) {
      sum += x[i];
    }
    return sum / ((to - from) / 3.0);
  }

  /// sum_i (x_i,a - mean)(y_i,b - mean)
  private static double moment(float[] x, int a, float[] y, int b, int from, int to) {
    double mx = mean(x, from, to, a);
    double my = mean(y, from, to, b);
    double sum = 0;
    for (int i = from; i < to; i += 3) {
      sum += (x[i + a] - mx) * (y[i + b] - my);
    }
    return sum;
  }

  @Test
  void momentsEqualTheirDefinition() {
    int[] start = starts();
    float[] x = values("x", false);
    float[] v = values("v", false);
    for (CloudKernels kernels : sets()) {
      double[] own = new double[(POINTS.length + 2) * CloudKernels.SUMS];
      double[] both = own.clone();
      double[] cross = own.clone();
      kernels.moments(x, start, 0, POINTS.length, own, 2);
      kernels.momentsAndMomentum(x, v, start, 0, POINTS.length, both, 2);
      kernels.crossMoments(x, v, start, 0, POINTS.length, cross, 2);
      for (int c = 0; c < POINTS.length; c++) {
        int from = start[c];
        int to = start[c + 1];
        for (int a = 0; a < 3 && from < to; a++) {
          int b = (a + 1) % 3;
          int d = (a + 2) % 3;
          int at = (c + 2) * CloudKernels.SUMS + a;
          String message = kernels.lanes() + " lanes, " + POINTS[c] + " points, axis " + a;
          double tolerance = 1e-13 * (1 + POINTS[c]);
          for (double[] sums : List.of(own, both)) {
            assertEquals(mean(x, from, to, a), sums[at], tolerance, message);
            assertEquals(moment(x, a, x, a, from, to), sums[at + 3], tolerance, message);
            assertEquals(moment(x, a, x, b, from, to), sums[at + 6], tolerance, message);
          }
          assertEquals(mean(v, from, to, a), both[at + 9], tolerance, message);
          double momentum = moment(x, a, v, b, from, to) - moment(x, b, v, a, from, to);
          assertEquals(momentum, both[at + 12], tolerance, message);
          assertEquals(mean(x, from, to, a), cross[at], tolerance, message);
          assertEquals(mean(v, from, to, a), cross[at + 3], tolerance, message);
          assertEquals(moment(x, a, v, a, from, to), cross[at + 6], tolerance, message);
          assertEquals(moment(x, a, v, b, from, to), cross[at + 9], tolerance, message);
          assertEquals(moment(x, a, v, d, from, to), cross[at + 12], tolerance, message);
        }
      }
    }
  }

  @Test
  void mapsEqualTheirDefinitionAndKeepToTheirClouds() {
    int[] start = starts();
    float[] x = values("x", false);
    float[] v = values("v", false);
    float[] k = new float[(POINTS.length + 1) * CloudKernels.COEFFICIENTS];
    for (int i = 0; i < k.length; i++) {
      k[i] = (float) Normal.at(RandomKey.of(6), i);
    }
    int skipped = 5;
    k[(skipped + 1) * CloudKernels.COEFFICIENTS] = Float.NaN;
    for (CloudKernels kernels : sets()) {
      float[] mapped = values("out", true);
      float[] added = mapped.clone();
      float[] before = mapped.clone();
      float[] inPlace = x.clone();
      float[] addedInPlace = v.clone();
      kernels.transform(x, mapped, start, 0, POINTS.length, k, 1);
      kernels.addTransform(x, v, added, start, 0, POINTS.length, k, 1);
      kernels.transform(inPlace, inPlace, start, 0, POINTS.length, k, 1);
      kernels.addTransform(x, addedInPlace, addedInPlace, start, 0, POINTS.length, k, 1);
      for (int i = 0; i < before.length; i++) {
        int c = cloudOf(start, i);
        String message = kernels.lanes() + " lanes, number " + i;
        if (c < 0 || c == skipped) {
          assertEquals(before[i], mapped[i], message);
          assertEquals(before[i], added[i], message);
          continue;
        }
        int a = (i - start[c]) % 3;
        int point = i - a;
        int at = (c + 1) * CloudKernels.COEFFICIENTS;
        double p = x[i] - k[at + 9 + a];
        double q = x[point + (a + 1) % 3] - k[at + 9 + (a + 1) % 3];
        double r = x[point + (a + 2) % 3] - k[at + 9 + (a + 2) % 3];
        double map = k[at + 3 + a] * q + k[at + 6 + a] * r + k[at + 12 + a];
        assertEquals(k[at + a] * p + map, mapped[i], 1e-5, message);
        assertEquals(v[i] + map, added[i], 1e-5, message);
        assertEquals(mapped[i], inPlace[i], message);
        assertEquals(added[i], addedInPlace[i], message);
      }
    }
  }

  private static int cloudOf(int[] start, int i) {
    for (int c = 0; c + 1 < start.length; c++) {
      if (i >= start[c] && i < start[c + 1]) {
        return c;
      }
    }
    return -1;
  }

  /// So that batch packing cannot change bits.
  @Test
  void aCloudsNumbersDependOnThatCloudAlone() {
    int[] start = starts();
    float[] x = values("x", true);
    float[] v = values("v", true);
    for (CloudKernels kernels : sets()) {
      double[] together = new double[POINTS.length * CloudKernels.SUMS];
      kernels.momentsAndMomentum(x, v, start, 0, POINTS.length, together, 0);
      for (int c = 0; c < POINTS.length; c++) {
        int n = start[c + 1] - start[c];
        float[] aloneX = Arrays.copyOfRange(x, start[c], start[c + 1]);
        float[] aloneV = Arrays.copyOfRange(v, start[c], start[c + 1]);
        double[] alone = new double[CloudKernels.SUMS];
        kernels.momentsAndMomentum(aloneX, aloneV, new int[] {0, n}, 0, 1, alone, 0);
        for (int s = 0; s < 15 && n > 0; s++) {
          assertEquals(alone[s], together[c * CloudKernels.SUMS + s], 0, "cloud " + c);
        }
      }
    }
  }

  @Test
  void bestRotationsAreProperOptimalAndTheSameInEverySet() {
    int stride = 40;
    int n = 37;
    double[] h = new double[9 * stride];
    Normal.fill(RandomKey.of(8), h, 0, h.length);
    for (int k = 0; k < 9; k++) {
      h[k * stride + 3] = 0;
      h[k * stride + 4] *= 1e6;
      h[k * stride + 5] *= 1e-6;
      h[k * stride + 6] = k == 0 ? 1 : 0;
    }
    float[] scalar = new float[9 * stride];
    float[] chosen = new float[9 * stride];
    double[] scratch = new double[CloudKernels.ROTATION_SCRATCH * stride];
    new ScalarCloudKernels().bestRotations(h, scalar, scratch, stride, n, 0.02);
    KernelProvider.cloudKernels().bestRotations(h, chosen, scratch, stride, n, 0.02);
    int solved = 0;
    for (int i = 0; i < n; i++) {
      double[] r = new double[9];
      double[] matrix = new double[9];
      for (int k = 0; k < 9; k++) {
        assertEquals(scalar[k * stride + i], chosen[k * stride + i], 0, "matrix " + i);
        r[k] = scalar[k * stride + i];
        matrix[k] = h[k * stride + i];
      }
      if (Double.isNaN(r[0])) {
        continue;
      }
      solved++;
      double[] product = new double[9];
      Mat3.multiplyTransposed(r, r, product);
      for (int k = 0; k < 9; k++) {
        assertEquals(k % 4 == 0 ? 1 : 0, product[k], 1e-6, "matrix " + i);
      }
      assertEquals(1, Mat3.determinant(r), 1e-6, "matrix " + i);
      double[] u = new double[9];
      double[] s = new double[3];
      double[] v = new double[9];
      Mat3.svd(matrix, u, s, v);
      double sign = Math.signum(Mat3.determinant(matrix));
      Mat3.multiply(r, matrix, product);
      assertEquals(s[0] + s[1] + sign * s[2], Mat3.trace(product), 1e-6 * s[0], "matrix " + i);
    }
    assertTrue(Float.isNaN(scalar[3]), "the zero matrix has no best rotation");
    assertTrue(Float.isNaN(scalar[6]), "a matrix of rank one has many");
    assertTrue(solved > n - 8, "solved only " + solved);
  }
}
