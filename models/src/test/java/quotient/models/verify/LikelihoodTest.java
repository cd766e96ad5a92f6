package quotient.models.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import quotient.geometry.PlaneModSO2;
import quotient.geometry.QuotientSpace;
import quotient.geometry.ShapeSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.Interpolant;
import quotient.models.interpolant.Parameterization;
import quotient.models.interpolant.TimeGrid;
import quotient.models.prior.BondGraph;
import quotient.models.prior.Covariance;
import quotient.models.prior.HarmonicPrior;
import quotient.models.sample.JacobianProduct;
import quotient.models.sample.Likelihood;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.VelocityField;
import quotient.tensor.random.Normal;
import quotient.tensor.random.RandomKey;

/// theory.md 9.8: the integral along the flow against closed forms.
final class LikelihoodTest {
  private static final double STEP = 1e-4;

  private static SamplingBatch batch(QuotientSpace space, Covariance prior, int clouds, int width) {
    int[] start = new int[clouds + 1];
    Covariance[] priors = new Covariance[clouds];
    for (int b = 0; b < clouds; b++) {
      start[b + 1] = (b + 1) * width;
      priors[b] = prior;
    }
    return new SamplingBatch(
        space, Interpolant.linear(), new Coupling.Independent(), priors, start);
  }

  private static double[] starts(QuotientSpace space, int clouds, int width) {
    double[] x = new double[clouds * width];
    for (int b = 0; b < clouds; b++) {
      Normal.fill(RandomKey.of(31).child(b), x, b * width, (b + 1) * width);
      space.projectPoint(x, b * width, (b + 1) * width);
    }
    return x;
  }

  /// A velocity with a large vertical part: only P v may count.
  private static VelocityField turned(VelocityField field, int width) {
    return (x, time, previous, out) -> {
      field.velocity(x, time, previous, out);
      for (int p = 0; p < x.length; p += 3) {
        double factor = 3 * Math.sin(x[p / width * width] + time[p / width]);
        out[p] -= factor * x[p + 1];
        out[p + 1] += factor * x[p];
      }
    };
  }

  @Test
  void theDensityOfAMixtureOfShapesAgreesWithItsClosedForm() {
    SpatialTarget target = SpatialTarget.reference(0.15);
    VelocityField field = turned(target.field(OrbitTarget.Optimum.EXACT), 12);
    int clouds = 6;
    SamplingBatch batch = batch(ShapeSpace.INSTANCE, new Covariance.Isotropic(1), clouds, 12);
    Likelihood likelihood =
        new Likelihood(
            batch, field, JacobianProduct.differences(field, STEP), new Likelihood.Trace.Exact());
    double[] x = starts(ShapeSpace.INSTANCE, clouds, 12);
    double[] found = likelihood.forward(TimeGrid.uniform(60), 0.9, x);
    for (int b = 0; b < clouds; b++) {
      assertEquals(target.logDensity(0.9, x, 12 * b, 9), found[b], 1e-5, "cloud " + b);
    }
    assertArrayEquals(found, likelihood.at(TimeGrid.uniform(60), 0.9, x), 1e-5);
  }

  @Test
  void theDensityOfAGaussianUnderAHarmonicPriorAgreesWithItsClosedForm() {
    BondGraph tree = BondGraph.of(5, ReferenceTargets.TREE);
    Covariance prior = new HarmonicPrior().covariance(tree);
    double spread = 0.4;
    Parameterization conversion = new Parameterization(Interpolant.linear());
    VelocityField field =
        (x, time, previous, out) -> {
          double t = time[0];
          double[] f = new double[5];
          for (int k = 1; k < 5; k++) {
            double variance = (1 - t) * (1 - t) * prior.variance(k) + t * t * spread;
            f[k] = t * spread / variance;
          }
          for (int from = 0; from < x.length; from += 15) {
            prior.combine(f, x, new double[5], x, out, from, from + 15, new double[15]);
            conversion.velocity(prior, t, x, out, out, from, from + 15);
          }
        };
    SamplingBatch batch = batch(ShapeSpace.INSTANCE, prior, 3, 15);
    Likelihood likelihood =
        new Likelihood(
            batch, field, JacobianProduct.differences(field, STEP), new Likelihood.Trace.Exact());
    double[] x = starts(ShapeSpace.INSTANCE, 3, 15);
    double end = 0.9;
    double[] found = likelihood.forward(TimeGrid.uniform(80), end, x);
    for (int b = 0; b < 3; b++) {
      double[] inverse = new double[5];
      double logDeterminant = 0;
      for (int k = 1; k < 5; k++) {
        double variance = (1 - end) * (1 - end) * prior.variance(k) + end * end * spread;
        inverse[k] = 1 / variance;
        logDeterminant += 3 * Math.log(2 * Math.PI * variance);
      }
      double[] image = new double[45];
      int from = 15 * b;
      prior.combine(inverse, x, new double[5], x, image, from, from + 15, new double[15]);
      double square = 0;
      for (int i = from; i < from + 15; i++) {
        square += x[i] * image[i];
      }
      assertEquals(-0.5 * (square + logDeterminant), found[b], 1e-5);
    }
  }

  /// Fixed probes of 300 keys; the mean lies within 4.5 standard errors of the exact value.
  @Test
  void theHutchinsonEstimateIsUnbiased() {
    PlanarTarget target = PlanarTarget.reference(0.1);
    VelocityField field = target.field(OrbitTarget.Optimum.EXACT);
    int clouds = 300;
    SamplingBatch batch = batch(PlaneModSO2.COMPLEX, new Covariance.Isotropic(1), clouds, 6);
    RandomKey[] keys = new RandomKey[clouds];
    double[] one = starts(PlaneModSO2.COMPLEX, 1, 6);
    double[] x = new double[6 * clouds];
    for (int b = 0; b < clouds; b++) {
      keys[b] = RandomKey.of(77).child(b);
      System.arraycopy(one, 0, x, 6 * b, 6);
    }
    JacobianProduct jacobian = JacobianProduct.differences(field, STEP);
    TimeGrid grid = TimeGrid.uniform(20);
    double[] estimates =
        new Likelihood(batch, field, jacobian, new Likelihood.Trace.Hutchinson(keys))
            .forward(grid, 0.7, x);
    SamplingBatch single = batch(PlaneModSO2.COMPLEX, new Covariance.Isotropic(1), 1, 6);
    double exact =
        new Likelihood(single, field, jacobian, new Likelihood.Trace.Exact())
            .forward(grid, 0.7, one)[0];
    double error = Statistics.standardError(estimates);
    assertTrue(error > 0.01, "an estimate without spread proves nothing: " + error);
    assertEquals(exact, Statistics.mean(estimates), 4.5 * error);
  }

  /// On the plane the quotient is the radius, so q(r) dr must integrate to 1 over 2 pi.
  @Test
  void theDensityOnTheQuotientIsNormalised() {
    PlanarTarget ring = new PlanarTarget(new double[][] {{1.3, 0}}, new double[] {1}, 0.3);
    VelocityField field = ring.field(OrbitTarget.Optimum.EXACT);
    int clouds = 200;
    double width = 4.0 / clouds;
    SamplingBatch batch = batch(PlaneModSO2.POINTS, new Covariance.Isotropic(1), clouds, 2);
    double[] x = new double[2 * clouds];
    for (int b = 0; b < clouds; b++) {
      x[2 * b] = 0.6 * width * (b + 0.5);
      x[2 * b + 1] = 0.8 * width * (b + 0.5);
    }
    Likelihood likelihood =
        new Likelihood(
            batch, field, JacobianProduct.differences(field, STEP), new Likelihood.Trace.Exact());
    double[] density = likelihood.onQuotient(x, likelihood.at(TimeGrid.uniform(40), 0.8, x));
    double sum = 0;
    for (double logDensity : density) {
      sum += 2 * Math.PI * Math.exp(logDensity) * width;
    }
    assertEquals(1, sum, 1e-3);
  }

  @Test
  void theDataTimeIsRefused() {
    PlanarTarget target = PlanarTarget.reference(0.1);
    VelocityField field = target.field(OrbitTarget.Optimum.EXACT);
    SamplingBatch batch = batch(PlaneModSO2.COMPLEX, new Covariance.Isotropic(1), 1, 6);
    Likelihood likelihood =
        new Likelihood(
            batch, field, JacobianProduct.differences(field, STEP), new Likelihood.Trace.Exact());
    assertThrows(
        IllegalArgumentException.class,
        () -> likelihood.forward(TimeGrid.uniform(5), 1, new double[6]));
  }
}
