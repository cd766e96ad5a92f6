package quotient.models.toy;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.interpolant.Coupling;
import quotient.models.interpolant.TimeGrid;
import quotient.models.report.Section;
import quotient.models.report.SvgFigure;
import quotient.models.sample.OdeSampler;
import quotient.models.sample.Sampler;
import quotient.models.sample.SelfConditioning;
import quotient.models.sample.VelocityField;
import quotient.tensor.random.RandomKey;

/// The paper's Figures 1 and 3 from flows on the toys: paths, and the law that they end on.
///
/// In the plane the paths themselves are drawn; on other spaces the size of the configuration (of a
/// diatomic: its bond length) against time. The last panel compares sizes with the target's.
public final class ToyFigure {
  private static final int TRUTH = 40_000;
  private static final int BINS = 60;
  private static final int PATHS = 24;
  private static final int COUNT = 4000;

  private ToyFigure() {}

  /// The picture of several flows towards one target.
  public static SvgFigure draw(String title, ToyTarget target, List<ToyFlow> flows) {
    SvgFigure figure = new SvgFigure(title);
    double reach = 0;
    for (int k = 0; k < target.count(); k++) {
      reach = Math.max(reach, target.size(k));
    }
    for (int i = 0; i < flows.size(); i++) {
      if (target.space() == ToySpace.PLANE) {
        plane(figure, target, flows.get(i), i, 1.75 * reach);
      } else {
        sizes(figure, target, flows.get(i), i, 2 * reach);
      }
    }
    histogram(figure, target, flows, 1.75 * reach);
    return figure;
  }

  private static void plane(
      SvgFigure figure, ToyTarget target, ToyFlow flow, int color, double reach) {
    SvgFigure.Panel panel = figure.panel(flow.name(), "x", "y", -reach, reach, -reach, reach);
    panel.legend("dots: ends; dashed: the target", color);
    int shown = Math.min(400, flow.ends().length / 2);
    double[] x = new double[shown];
    double[] y = new double[shown];
    for (int b = 0; b < shown; b++) {
      x[b] = flow.ends()[2 * b];
      y[b] = flow.ends()[2 * b + 1];
    }
    panel.points(x, y, color, 1.4, 0.3);
    for (int k = 0; k < target.count(); k++) {
      panel.circle(target.size(k));
    }
    int steps = flow.states().length;
    for (int path = 0; path < flow.states()[0].length / 2; path++) {
      double[] px = new double[steps];
      double[] py = new double[steps];
      for (int s = 0; s < steps; s++) {
        px[s] = flow.states()[s][2 * path];
        py[s] = flow.states()[s][2 * path + 1];
      }
      panel.line(px, py, color, 1.3, 0.85);
    }
  }

  private static void sizes(
      SvgFigure figure, ToyTarget target, ToyFlow flow, int color, double reach) {
    int n = target.space().coordinates();
    String size = target.space() == ToySpace.DIATOMIC ? "bond length" : "|x|";
    SvgFigure.Panel panel = figure.panel(flow.name(), "time", size, 0, 1, 0, reach);
    panel.legend(shares(target, flow.ends()), color);
    int steps = flow.states().length;
    int paths = flow.states()[0].length / n;
    for (int path = 0; path < paths; path++) {
      double[] y = new double[steps];
      for (int s = 0; s < steps; s++) {
        y[s] = ToyFlow.sizes(flow.states()[s], n)[path];
      }
      panel.line(flow.times(), y, color, 1.3, 0.8);
    }
    for (int k = 0; k < target.count(); k++) {
      double[] level = {target.size(k), target.size(k)};
      panel.line(new double[] {0.97, 1}, level, -1, 4, 1);
    }
  }

  private static void histogram(
      SvgFigure figure, ToyTarget target, List<ToyFlow> flows, double reach) {
    int n = target.space().coordinates();
    double[] truth = new double[TRUTH * n];
    RandomKey key = RandomKey.of(0).child("truth");
    for (int b = 0; b < TRUTH; b++) {
      target.sample(key.child(b), truth, b * n);
    }
    // Room for the narrowest peak that shows: one that fills two bins.
    double top = Math.min(0.5 * BINS / reach, 0.35 / Math.max(0.02, target.jitter()));
    String size = target.space() == ToySpace.DIATOMIC ? "bond length" : "|x|";
    SvgFigure.Panel panel =
        figure.panel("law of the ends; grey: the target", size, "density", 0, reach, 0, top);
    panel.histogram(ToyFlow.sizes(truth, n), BINS, -1);
    for (int i = 0; i < flows.size(); i++) {
      panel.histogram(ToyFlow.sizes(flows.get(i).ends(), n), BINS, i);
      panel.legend(flows.get(i).name(), i);
    }
  }

  /// How often the first shape came out, in words.
  private static String shares(ToyTarget target, double[] ends) {
    return String.format(
        Locale.ROOT,
        "share of size %.2g: %.3f (right: %.1f)",
        target.size(0),
        share(target, ends)[0],
        target.weight(0));
  }

  /// How often each shape is the nearest.
  public static double[] share(ToyTarget target, double[] ends) {
    int n = target.space().coordinates();
    double[] share = new double[target.count()];
    int count = ends.length / n;
    for (int b = 0; b < count; b++) {
      share[target.nearest(ends, b * n)] += 1.0 / count;
    }
    return share;
  }

  // ---- from exact fields ----

  /// Figures 1 and 3 from exact fields: nothing in them is a matter of training.
  public static List<Section> exact(RandomKey key) {
    ToyTarget rings = ToyTarget.of(ToySpace.PLANE, "two", 0.05);
    double turn = 3;
    OdeSampler.Solver euler = new OdeSampler.Solver.Euler();
    OdeSampler.Solver heun = new OdeSampler.Solver.Heun();
    List<ToyFlow> plane =
        List.of(
            flow("conventional", rings, true, euler, () -> turning(rings.exact(), turn), key),
            flow("quotient", rings, false, euler, () -> turning(rings.exact(), turn), key));
    ToyTarget bonds = ToyTarget.of(ToySpace.DIATOMIC, "two", 0);
    List<ToyFlow> diatomic =
        List.of(
            flow("quotient", bonds, false, heun, bonds::exact, key),
            flow("aligned to x_t", bonds, true, heun, bonds::aligned, key));
    return List.of(
        new Section.Picture(
            "The plane modulo turns",
            "After the paper's Figure 1. One velocity field, exact but for a turn that the quotient"
                + " loss leaves free. Sampled in the plane, paths wind and Euler's steps carry"
                + " points outward; on the quotient the turn is projected away and paths are"
                + " radial.",
            draw("One field, sampled in the plane and on its quotient", rings, plane).svg()),
        new Section.Picture(
            "A diatomic",
            "After the paper's Figure 3. Bonds of 1 and 2 with probabilities 0.3 and 0.7. The"
                + " optimum of the quotient loss draws both as often as it should; that of a target"
                + " aligned to x_t ends on proper bonds too, but on the long one alone.",
            draw("Two bond lengths, quotient and alignment", bonds, diatomic).svg()));
  }

  private static ToyFlow flow(
      String name,
      ToyTarget target,
      boolean conventional,
      OdeSampler.Solver solver,
      Supplier<VelocityField> field,
      RandomKey key) {
    QuotientSpace space = target.space().quotient();
    Sampler sampler =
        new OdeSampler("ode", solver, TimeGrid.uniform(50), SelfConditioning.Mode.OFF);
    return ToyFlow.run(
        name,
        target.space(),
        conventional ? new TotalSpace(space) : space,
        new Coupling.Independent(),
        batch -> field.get(),
        sampler,
        PATHS,
        COUNT,
        key);
  }

  /// The field with an infinitesimal turn of the plane added, strongest in the middle of the path.
  private static VelocityField turning(VelocityField exact, double amount) {
    return (x, time, previous, out) -> {
      exact.velocity(x, time, previous, out);
      for (int p = 0; p < x.length; p += 2) {
        out[p] -= amount * x[p + 1];
        out[p + 1] += amount * x[p];
      }
    };
  }
}
