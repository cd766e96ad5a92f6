package quotient.models.toy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.TimeGrid;
import quotient.models.report.Section;
import quotient.models.sample.JacobianProduct;
import quotient.models.sample.Likelihood;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.SamplingBatch;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.VelocityField;
import quotient.tensor.random.RandomKey;

final class ToyTargetTest {
  private static final RandomKey KEY = RandomKey.of(97);

  /// The velocity of an invariant law is equivariant and horizontal, and so is not that of a mixture
  /// of places chosen wrongly.
  @ParameterizedTest
  @EnumSource(ToySpace.class)
  void theExactVelocityIsHorizontal(ToySpace space) {
    ToyTarget target = ToyTarget.of(space, "two", 0.1);
    int n = space.coordinates();
    double[] x = ToyFlow.starts(space, KEY, 0, 20);
    double[] time = new double[20];
    Arrays.setAll(time, b -> 0.045 * b);
    double[] v = new double[x.length];
    target.exact().velocity(x, time, SelfConditioning.none(), v);
    double[] moved = new double[x.length];
    for (int b = 0; b < 20; b++) {
      space.quotient().horizontal(x, v, moved, b * n, (b + 1) * n);
      for (int i = b * n; i < (b + 1) * n; i++) {
        assertEquals(v[i], moved[i], 1e-9 * Math.max(1, Math.abs(v[i])));
      }
    }
  }

  /// Continuity: along the exact flow the density changes by the divergence.
  @ParameterizedTest
  @EnumSource(ToySpace.class)
  void theExactFlowHasTheExactDensity(ToySpace space) {
    ToyTarget target = ToyTarget.of(space, "two", 0.1);
    int count = 4;
    SamplingBatch batch = ToyFlow.batch(space, space.quotient(), new Coupling.Independent(), count);
    VelocityField field = target.exact();
    Likelihood likelihood =
        new Likelihood(
            batch, field, JacobianProduct.differences(field, 1e-4), new Likelihood.Trace.Exact());
    double[] x = ToyFlow.starts(space, KEY, 0, count);
    double[] found = likelihood.forward(TimeGrid.uniform(100), 0.8, x);
    double[] right = target.logDensity(0.8, x);
    for (int b = 0; b < count; b++) {
      assertEquals(right[b], found[b], 2e-4);
    }
  }

  @ParameterizedTest
  @EnumSource(ToySpace.class)
  void theExactFlowDrawsTheTarget(ToySpace space) {
    ToyTarget target = ToyTarget.of(space, "two", 0.1);
    ToyFlow flow = run(target, false);
    // 500 samples: 4.5 standard errors, and 0.01 for the steps.
    assertEquals(0.3, ToyFigure.share(target, flow.ends())[0], 4.5 * 0.0205 + 0.01);
  }

  @Test
  void theAlignedFlowOfADiatomicLosesTheShortBond() {
    ToyTarget target = ToyTarget.of(ToySpace.DIATOMIC, "two", 0);
    assertTrue(ToyFigure.share(target, run(target, true).ends())[0] < 0.01);
  }

  private static ToyFlow run(ToyTarget target, boolean aligned) {
    QuotientSpace space = target.space().quotient();
    return ToyFlow.run(
        "exact",
        target.space(),
        aligned ? new TotalSpace(space) : space,
        new Coupling.Independent(),
        batch -> aligned ? target.aligned() : target.exact(),
        new OdeSampler(
            "ode", new OdeSampler.Solver.Heun(), TimeGrid.uniform(60), SelfConditioning.Mode.OFF),
        3,
        500,
        KEY);
  }

  @Test
  void samplesLieNearTheirShapes() {
    for (ToySpace space : ToySpace.values()) {
      ToyTarget target = ToyTarget.of(space, "two", 0);
      double[] x = new double[space.coordinates()];
      int first = 0;
      for (int k = 0; k < 2000; k++) {
        target.sample(KEY.child(k), x, 0);
        int shape = target.nearest(x, 0);
        first += shape == 0 ? 1 : 0;
        assertEquals(target.size(shape), ToyFlow.sizes(x, x.length)[0], 1e-12);
      }
      assertEquals(0.3, first / 2000.0, 4.5 * 0.0103);
    }
  }

  @Test
  void jitterAndTheEnsembleExcludeEachOther() {
    assertTrue(ToyTarget.of(ToySpace.PLANE, "two", 0.1).mixture().isEmpty());
    assertEquals(
        2, ToyTarget.of(ToySpace.PLANE, "two", 0).mixture().orElseThrow().conformers().length);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ToySettings("plane", "two", "ensemble", "independent", 0.1, 8, 1, 8));
  }

  @Test
  void theFiguresFromExactFieldsAreDrawn() {
    List<Section> figures = ToyFigure.exact(KEY);
    assertEquals(2, figures.size());
    for (Section section : figures) {
      String svg = section instanceof Section.Picture picture ? picture.svg() : "";
      assertTrue(svg.startsWith("<svg ") && svg.endsWith("</svg>\n"));
      assertTrue(svg.length() < 400_000, () -> "a picture of " + svg.length() + " characters");
      assertTrue(!svg.contains("NaN") && !svg.contains("Infinity"));
    }
  }
}
