package quotient.models.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quotient.models.SharedFiles;

final class MatrixFisherTest {
  private static double[] diagonal(double a, double b, double c) {
    return new double[] {a, 0, 0, 0, b, 0, 0, 0, c};
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0.3, 0.2, -0.1",
    "3, 2, 1",
    "5, 4, -4",
    "5, 5, -5",
    "30, 10, -10",
    "300, 299, -298",
    "10000, 5000, -5000",
    "10000, 10, 9",
    "2000, 1500, 1000",
    "1e6, 9e5, -9e5",
    "1e8, 3, -3",
    "1e8, 3, 1",
    "3e4, 2e4, 1e4",
    "4e5, 3e5, 2e5"
  })
  void normaliserAndMeanAgreeWithBruteForce(double s1, double s2, double s3) {
    double[] expected = RotationQuadrature.diagonal(s1, s2, s3);
    MatrixFisher law = new MatrixFisher();
    double[] f = diagonal(s1, s2, s3);
    double top = s1 + s2 + s3;
    assertEquals(Math.log(expected[0]), law.logNormalizer(f) - top, 1e-9 + 1e-15 * top);
    double[] mean = new double[9];
    law.mean(f, mean);
    for (int k = 0; k < 3; k++) {
      // 1 - E[R_kk], relatively; its own rounding is that of a number near 1.
      assertEquals(expected[1 + k], 1 - mean[4 * k], 1e-8 * expected[1 + k] + 4e-16);
    }
  }

  /// Where all s_i + s_j exceed 1e6 the leading terms are used; brute force says how good they are.
  @ParameterizedTest
  @CsvSource({"2e6, 1e6, 5e5", "1e8, 1e7, 1e6", "1e9, 9e8, -8e8"})
  void concentratedLawsAgreeWithBruteForce(double s1, double s2, double s3) {
    assertTrue(s2 + s3 > MatrixFisher.CONCENTRATED);
    double[] expected = RotationQuadrature.diagonal(s1, s2, s3);
    MatrixFisher law = new MatrixFisher();
    double[] f = diagonal(s1, s2, s3);
    double top = s1 + s2 + s3;
    assertEquals(Math.log(expected[0]), law.logNormalizer(f) - top, 1e-6);
    double[] mean = new double[9];
    law.mean(f, mean);
    for (int k = 0; k < 3; k++) {
      assertEquals(expected[1 + k], 1 - mean[4 * k], 2e-6 * expected[1 + k] + 4e-16);
    }
  }

  @Test
  void theStoredReferenceValuesAreReproduced() throws IOException {
    JsonObject reference = SharedFiles.theory("orbit_mixture");
    MatrixFisher law = new MatrixFisher();
    int cases = 0;
    for (JsonElement entry : reference.getAsJsonArray("matrix_fisher")) {
      JsonObject row = entry.getAsJsonObject();
      double[] f = SharedFiles.flat(row.get("F"));
      double expected = row.get("logc").getAsDouble();
      assertEquals(expected, law.logNormalizer(f), 1e-11 * (1 + expected));
      double[] mean = new double[9];
      law.mean(f, mean);
      assertArrayEquals(SharedFiles.flat(row.get("E_R")), mean, 1e-11);
      assertTrue(law.bound(f) >= expected);
      cases++;
    }
    assertEquals(5, cases);
  }

  @Test
  void theMeanIsTheGradientOfTheLogNormaliser() {
    MatrixFisher law = new MatrixFisher();
    double[] f = {1.2, -3, 0.4, 2.2, 0.1, -0.7, 5, -1.5, 0.9};
    double[] mean = new double[9];
    law.mean(f, mean);
    double h = 1e-5;
    for (int i = 0; i < 9; i++) {
      double[] plus = f.clone();
      double[] minus = f.clone();
      plus[i] += h;
      minus[i] -= h;
      double slope = (law.logNormalizer(plus) - law.logNormalizer(minus)) / (2 * h);
      assertEquals(slope, mean[i], 1e-9);
    }
  }

  @Test
  void theScaledBesselFunctionsSatisfyTheirIntegralsOnBothSidesOfTheSwitch() {
    // exp(-x) In(x) is the mean of cos(n a) exp(x (cos a - 1)); the trapezoid rule is exact here.
    for (double x : new double[] {0, 0.1, 1, 5, 19.999, 20, 20.001, 50, 400}) {
      int n = 2000;
      double zero = 0;
      double one = 0;
      for (int k = 0; k < n; k++) {
        double half = Math.sin(Math.PI * k / n);
        double e = Math.exp(-2 * x * half * half) / n;
        zero += e;
        one += e * Math.cos(2 * Math.PI * k / n);
      }
      assertEquals(zero, ScaledBessel.i0(x), 1e-13 * zero, "x = " + x);
      assertEquals(one, ScaledBessel.i1(x), 1e-13 * one + 1e-16, "x = " + x);
    }
  }
}
