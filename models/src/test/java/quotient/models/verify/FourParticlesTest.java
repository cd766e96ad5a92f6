package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import quotient.geometry.PlaneModSO2;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.Covariance;
import quotient.models.sample.JacobianProduct;
import quotient.models.sample.Likelihood;
import quotient.models.sample.Reweighting;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.VelocityField;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// Four particles in the plane with a double-well pair potential, reweighted from a flow to their
/// Boltzmann law.
///
///     U = sum over pairs of (1/2) (-4 (d - 4)^2 + 0.9 (d - 4)^4)        kT = 1, d in units of the model
///
/// The flow has seen 100 configurations, blurred; its samples are off by far, its densities are exact,
/// so the weights mend the averages. The reference is a long Metropolis chain. Configurations are
/// three Jacobi vectors, C^3 modulo phase; lengths are in units of 4 model units there.
/// Source of the potential: Köhler, Klein & Noé 2020.
final class FourParticlesTest {
  private static final int WIDTH = 6;
  private static final int SHAPES = 100;
  private static final double UNIT = 4;
  private static final double JITTER = 0.08;
  private static final double END = 0.94;
  private static final double CENTRE = 4;

  /// The six distances from three Jacobi vectors (an orthonormal change of coordinates), and U.
  private static double energy(double[] x, int from, double[] out) {
    double[] px = new double[4];
    double[] py = new double[4];
    for (int k = 0; k < 3; k++) {
      double scale = UNIT / Math.sqrt((k + 1.0) * (k + 2));
      for (int i = 0; i <= k; i++) {
        px[i] += scale * x[from + 2 * k];
        py[i] += scale * x[from + 2 * k + 1];
      }
      px[k + 1] -= scale * (k + 1) * x[from + 2 * k];
      py[k + 1] -= scale * (k + 1) * x[from + 2 * k + 1];
    }
    double sum = 0;
    double near = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < i; j++) {
        double d = Math.hypot(px[i] - px[j], py[i] - py[j]) - CENTRE;
        sum += 0.5 * (-4 * d * d + 0.9 * d * d * d * d);
        near += d < 0 ? 1 : 0;
      }
    }
    out[0] = near;
    out[1] = sum;
    return sum;
  }

  /// A chain of that many steps; every `stride`-th state is kept.
  private static double[][] metropolis(int steps, int stride, RandomKey key) {
    double[][] kept = new double[steps / stride][];
    double[] x = {0.5, 0.1, -0.2, 0.8, 0.9, -0.7};
    double[] proposal = new double[WIDTH];
    double[] moves = new double[WIDTH];
    double[] out = new double[2];
    double current = energy(x, 0, out);
    for (int k = 0; k < steps; k++) {
      Normal.fill(key.child(k), moves, 0, WIDTH);
      double size = k % 3 == 0 ? 0.5 : 0.12;
      for (int i = 0; i < WIDTH; i++) {
        proposal[i] = x[i] + size * moves[i];
      }
      double next = energy(proposal, 0, out);
      if (StrictMath.log(1 - key.child(k).uniform(99)) < current - next) {
        System.arraycopy(proposal, 0, x, 0, WIDTH);
        current = next;
      }
      if (k % stride == stride - 1) {
        kept[k / stride] = x.clone();
      }
    }
    return kept;
  }

  @Test
  @Tag("slow")
  void reweightingMendsTheAveragesOfACoarseFlow() {
    double[][] reference = metropolis(1_500_000, 50, RandomKey.of(1));
    double[] nearReference = new double[reference.length];
    double[] energyReference = new double[reference.length];
    double[] out = new double[2];
    for (int k = 0; k < reference.length; k++) {
      energy(reference[k], 0, out);
      nearReference[k] = out[0];
      energyReference[k] = out[1];
    }
    double[][] shapes = new double[SHAPES][];
    double[] weights = new double[SHAPES];
    for (int k = 0; k < SHAPES; k++) {
      shapes[k] = reference[(k + 1) * reference.length / (SHAPES + 1)].clone();
      weights[k] = 1.0 / SHAPES;
      for (int i = 0; i < WIDTH; i++) {
        shapes[k][i] /= END;
      }
    }
    PlanarTarget flow = new PlanarTarget(shapes, weights, JITTER);
    VelocityField field = flow.field(OrbitTarget.Optimum.EXACT);
    int clouds = 1200;
    int[] start = new int[clouds + 1];
    Covariance[] priors = new Covariance[clouds];
    double[] x = new double[clouds * WIDTH];
    for (int b = 0; b < clouds; b++) {
      start[b + 1] = (b + 1) * WIDTH;
      priors[b] = new Covariance.Isotropic(1);
      Normal.fill(RandomKey.of(2).child(b), x, start[b], start[b + 1]);
    }
    SamplingBatch batch =
        new SamplingBatch(
            PlaneModSO2.COMPLEX, Interpolant.linear(), new Coupling.Independent(), priors, start);
    double[] logDensity =
        new Likelihood(
                batch,
                field,
                JacobianProduct.differences(field, 1e-4),
                new Likelihood.Trace.Exact())
            .forward(TimeGrid.log(30, 1), END, x);
    double[] near = new double[clouds];
    double[] energies = new double[clouds];
    double worst = 0;
    for (int b = 0; b < clouds; b++) {
      energy(x, start[b], out);
      near[b] = out[0];
      energies[b] = out[1];
      double exact = flow.logDensity(END, x, start[b], WIDTH);
      worst = Math.max(worst, Math.abs(exact - logDensity[b]));
    }
    Reweighting mended = Reweighting.of(energies, logDensity);
    assertTrue(worst < 2e-3, "error of log p along the flow: " + worst);
    double wanted = Statistics.mean(energyReference);
    double raw = Statistics.mean(energies);
    assertTrue(raw > wanted + 3, "the flow must be off: " + raw + " for " + wanted);
    assertTrue(mended.effectiveSize() > 30, "effective size " + mended.effectiveSize());
    // Weighted standard errors are too small at this effective size, hence five of them.
    assertEquals(wanted, mended.mean(energies), 5 * mended.standardError(energies));
    assertEquals(Statistics.mean(nearReference), mended.mean(near), 5 * mended.standardError(near));
  }
}
