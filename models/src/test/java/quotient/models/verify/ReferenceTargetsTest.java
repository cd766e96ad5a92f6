package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import quotient.models.SharedFiles;
import quotient.models.verify.OrbitTarget.Optimum;
import quotient.tensor.random.RandomKey;

/// The exact targets of the verification against the stored values of theory.md.
final class ReferenceTargetsTest {
  @Test
  void theSpatialDenoiserAgreesWithTheStoredOne() throws IOException {
    JsonObject reference = SharedFiles.theory("orbit_mixture");
    for (int k = 0; k < 2; k++) {
      assertArrayEquals(
          SharedFiles.flat(reference.getAsJsonArray("shapes").get(k)),
          ReferenceTargets.SPATIAL_SHAPES[k],
          0);
    }
    SpatialTarget target = SpatialTarget.reference(0.15);
    int cases = 0;
    for (JsonElement entry : reference.getAsJsonArray("denoiser")) {
      JsonObject row = entry.getAsJsonObject();
      double[] x = SharedFiles.flat(row.get("x"));
      double[] out = new double[12];
      target.denoise(Optimum.EXACT, row.get("t").getAsDouble(), x, out, 0);
      assertArrayEquals(SharedFiles.flat(row.get("D")), out, 1e-11);
      double[] posterior = SharedFiles.flat(row.get("posterior"));
      assertEquals(posterior[0], target.posterior(0), 1e-11);
      cases++;
    }
    assertTrue(cases >= 5);
  }

  @Test
  void thePlanarDenoisersAgreeWithTheStoredOnes() throws IOException {
    JsonObject reference = SharedFiles.theory("invariant_quantiles").getAsJsonObject("planar");
    for (int k = 0; k < 2; k++) {
      assertArrayEquals(
          SharedFiles.flat(reference.getAsJsonArray("shapes").get(k)),
          ReferenceTargets.PLANAR_SHAPES[k],
          0);
    }
    int aligned = 0;
    for (JsonElement entry : reference.getAsJsonArray("cases")) {
      JsonObject row = entry.getAsJsonObject();
      PlanarTarget target = PlanarTarget.reference(row.get("tau").getAsDouble());
      double t = row.get("t").getAsDouble();
      double[] z = SharedFiles.flat(row.get("z"));
      assertDenoiser(row, "D", target, Optimum.EXACT, t, z, 1e-12);
      if (row.has("D_geodiff")) {
        assertDenoiser(row, "D_geodiff", target, Optimum.GEODIFF, t, z, 1e-12);
        assertDenoiser(row, "D_af3+align", target, Optimum.AF3, t, z, 1e-6);
        aligned++;
      }
    }
    assertEquals(4, aligned);
  }

  private static void assertDenoiser(
      JsonObject row,
      String key,
      PlanarTarget target,
      Optimum optimum,
      double t,
      double[] z,
      double tolerance) {
    double[] out = new double[z.length];
    target.denoise(optimum, t, z, out, 0);
    assertArrayEquals(SharedFiles.flat(row.get(key)), out, tolerance, key + " at t = " + t);
  }

  /// Quantiles of |x| of exact samples; the level of each comparison is about 1e-4.
  @Test
  void exactSamplesHaveTheStoredQuantiles() throws IOException {
    JsonObject reference = SharedFiles.theory("invariant_quantiles");
    assertQuantiles(reference.getAsJsonObject("planar"), PlanarTarget.reference(0.1));
    assertQuantiles(reference.getAsJsonObject("so3"), SpatialTarget.reference(0.15));
  }

  private static void assertQuantiles(JsonObject row, OrbitTarget target) {
    int count = 20_000;
    double[] norms = new double[count];
    double[] x = new double[target.coordinates()];
    for (int b = 0; b < count; b++) {
      target.sample(RandomKey.of(3).child(b), x, 0);
      norms[b] = Math.sqrt(Simulation.squares(x, x.length)[0]);
    }
    Arrays.sort(norms);
    double[] levels = SharedFiles.flat(row.get("quantile_levels"));
    double[] quantiles = SharedFiles.flat(row.get("norm_quantiles"));
    for (int k = 0; k < levels.length; k++) {
      int below = Arrays.binarySearch(norms, quantiles[k]);
      double share = (below < 0 ? -below - 1 : below) / (double) count;
      double error = Math.sqrt(levels[k] * (1 - levels[k]) / count);
      assertEquals(levels[k], share, 4.5 * error + 0.001, "quantile " + levels[k]);
    }
  }

  @Test
  void theSecondMomentsOfTheGaussianSamplerAreTheStoredOnes() throws IOException {
    int cases = 0;
    for (JsonElement entry :
        SharedFiles.theory("gaussian_sampler_moments").getAsJsonArray("cases")) {
      JsonObject row = entry.getAsJsonObject();
      String noise = row.get("noise").getAsString();
      if (row.get("N").getAsInt() == 5 && !noise.contains("eta")) {
        double found =
            GaussianCheck.secondMoment(
                row.get("gamma").getAsDouble(),
                row.get("curvature_sign").getAsDouble(),
                noise.equals("full"));
        assertEquals(row.get("E_norm2_t1").getAsDouble(), found, 1e-9);
        cases++;
      }
    }
    assertEquals(10, cases);
  }

  @Test
  void theTreeIsTheStoredOne() throws IOException {
    JsonObject reference = SharedFiles.theory("gaussian_graph");
    assertArrayEquals(SharedFiles.flat(reference.get("S1")), ReferenceTargets.TREE_COVARIANCE, 0);
    double[] edges = SharedFiles.flat(reference.get("edges"));
    for (int i = 0; i < edges.length; i++) {
      assertEquals(edges[i], ReferenceTargets.TREE[i]);
    }
    double sum = Arrays.stream(SharedFiles.flat(reference.get("E_d2"))).sum();
    double trace = 0;
    for (int i = 0; i < 5; i++) {
      trace += ReferenceTargets.TREE_COVARIANCE[6 * i];
    }
    assertEquals(sum, 15 * trace, 1e-12);
  }
}
