package quotient.models.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import quotient.models.metric.BackboneStatistics;
import quotient.models.metric.SecondaryStructure;
import quotient.models.protein.Backbone;
import quotient.tensor.linalg.SymmetricEigen;

/// Pictures of generated backbones: their distributions over those of known chains, and traces.
public final class BackboneFigure {
  private static final int KNOWN = -1;
  private static final int MADE = 1;
  private static final int BINS = 20;
  private static final int TRACES = 5;

  private BackboneFigure() {}

  /// Contents of helix and strand, radius of gyration against length, and contact order.
  ///
  /// @param generated at least one chain
  /// @param reference chains to compare with, drawn in grey; those of other lengths are left out
  public static SvgFigure distributions(List<Backbone> generated, List<Backbone> reference) {
    List<BackboneStatistics> made = statistics(generated);
    double shortest = figures(made, BackboneStatistics::length).min().orElse(0);
    double longest = figures(made, BackboneStatistics::length).max().orElse(0);
    List<BackboneStatistics> known =
        statistics(reference).stream()
            .filter(s -> s.length() >= shortest && s.length() <= longest)
            .toList();
    SvgFigure figure =
        new SvgFigure(
            String.format(
                Locale.ROOT,
                "%d generated and %d known chains of %.0f to %.0f residues",
                made.size(),
                known.size(),
                shortest,
                longest));
    SvgFigure.Panel contents =
        figure.panel("helix and strand", "share of helix", "share of strand", 0, 1, 0, 0.8);
    dots(contents, known, made, BackboneStatistics::helix, BackboneStatistics::strand);
    gyration(figure, known, made, shortest - 2, longest + 2);
    histogram(figure, "share of helix", known, made, BackboneStatistics::helix, 1, 6);
    histogram(figure, "share of strand", known, made, BackboneStatistics::strand, 0.8, 6);
    histogram(figure, "contact order", known, made, BackboneStatistics::contactOrder, 0.5, 12);
    return figure;
  }

  private static List<BackboneStatistics> statistics(List<Backbone> chains) {
    return chains.stream().map(chain -> BackboneStatistics.of(chain.alpha())).toList();
  }

  private static DoubleStream figures(
      List<BackboneStatistics> chains, ToDoubleFunction<BackboneStatistics> figure) {
    return chains.stream().mapToDouble(figure);
  }

  private static void dots(
      SvgFigure.Panel panel,
      List<BackboneStatistics> known,
      List<BackboneStatistics> made,
      ToDoubleFunction<BackboneStatistics> x,
      ToDoubleFunction<BackboneStatistics> y) {
    panel.points(figures(known, x).toArray(), figures(known, y).toArray(), KNOWN, 4, 0.8);
    panel.points(figures(made, x).toArray(), figures(made, y).toArray(), MADE, 2.5, 0.7);
    legend(panel);
  }

  private static void legend(SvgFigure.Panel panel) {
    panel.legend("generated", MADE);
    panel.legend("known", KNOWN);
  }

  private static void gyration(
      SvgFigure figure,
      List<BackboneStatistics> known,
      List<BackboneStatistics> made,
      double from,
      double to) {
    SvgFigure.Panel panel =
        figure.panel("size", "residues", "radius of gyration [Å]", from, to, 5, 30);
    int count = (int) (to - from) + 1;
    double[] n = new double[count];
    double[] law = new double[count];
    for (int i = 0; i < count; i++) {
      n[i] = from + i;
      law[i] = BackboneStatistics.expectedGyration((int) n[i]);
    }
    panel.line(n, law, KNOWN, 1.5, 1);
    dots(panel, known, made, BackboneStatistics::length, BackboneStatistics::gyration);
  }

  private static void histogram(
      SvgFigure figure,
      String name,
      List<BackboneStatistics> known,
      List<BackboneStatistics> made,
      ToDoubleFunction<BackboneStatistics> value,
      double right,
      double high) {
    SvgFigure.Panel panel = figure.panel(name, name, "density", 0, right, 0, high);
    panel.histogram(figures(known, value).toArray(), BINS, KNOWN);
    panel.histogram(figures(made, value).toArray(), BINS, MADE);
    legend(panel);
  }

  /// Chains taken evenly from the list, seen along their shortest axis: helices in one colour, strands
  /// in another, nearer parts thicker.
  ///
  /// @param chains at least one
  public static SvgFigure traces(List<Backbone> chains) {
    int shown = Math.min(TRACES, chains.size());
    SvgFigure figure =
        new SvgFigure(
            String.format(
                Locale.ROOT, "%d of %d chains, taken evenly; unit Å", shown, chains.size()));
    for (int k = 0; k < shown; k++) {
      trace(figure, chains.get((int) ((k + 0.5) * chains.size() / shown)));
    }
    return figure;
  }

  private static void trace(SvgFigure figure, Backbone chain) {
    double[][] x = alongAxes(chain.alpha());
    BackboneStatistics s = BackboneStatistics.of(chain.alpha());
    double reach = 5;
    for (double[] axis : List.of(x[0], x[1])) {
      for (double value : axis) {
        reach = Math.max(reach, Math.abs(value) + 2);
      }
    }
    SvgFigure.Panel panel =
        figure.panel(
            String.format(Locale.ROOT, "%s: %d residues", chain.name(), s.length()),
            String.format(
                Locale.ROOT, "helix %.0f %%, strand %.0f %%", 100 * s.helix(), 100 * s.strand()),
            "",
            -reach,
            reach,
            -reach,
            reach);
    byte[] marks = SecondaryStructure.assign(chain.alpha());
    List<Integer> order = new ArrayList<>(IntStream.range(0, marks.length - 1).boxed().toList());
    order.sort(Comparator.comparingDouble(i -> x[2][i] + x[2][i + 1]));
    for (int i : order) {
      double near = 0.5 + (x[2][i] + x[2][i + 1]) / (4 * reach);
      double[] px = {x[0][i], x[0][i + 1]};
      double[] py = {x[1][i], x[1][i + 1]};
      byte mark = marks[i] == marks[i + 1] ? marks[i] : SecondaryStructure.COIL;
      int color = mark == SecondaryStructure.HELIX ? 1 : mark == SecondaryStructure.STRAND ? 0 : -1;
      panel.line(px, py, color, 2.5 + 3.5 * near, 0.55 + 0.45 * near);
    }
  }

  /// Coordinates along the principal axes, the longest first, as a right-handed frame: `[3][n]`.
  private static double[][] alongAxes(float[] xyz) {
    int n = xyz.length / 3;
    double[] mean = new double[3];
    for (int i = 0; i < xyz.length; i++) {
      mean[i % 3] += xyz[i] / (double) n;
    }
    double[] spread = new double[9];
    for (int i = 0; i < n; i++) {
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          spread[3 * a + b] += (xyz[3 * i + a] - mean[a]) * (xyz[3 * i + b] - mean[b]);
        }
      }
    }
    double[][] axis = axes(spread);
    double[][] out = new double[3][n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 3; k++) {
        for (int a = 0; a < 3; a++) {
          out[k][i] += axis[k][a] * (xyz[3 * i + a] - mean[a]);
        }
      }
    }
    return out;
  }

  /// The principal axes, the longest first, as a right-handed frame.
  private static double[][] axes(double[] spread) {
    double[] values = new double[3];
    double[] vectors = new double[9];
    SymmetricEigen.decompose(3, spread, values, vectors);
    double[][] axis = new double[3][3];
    for (int a = 0; a < 3; a++) {
      axis[0][a] = vectors[6 + a];
      axis[1][a] = vectors[3 + a];
    }
    for (int a = 0; a < 3; a++) {
      int b = (a + 1) % 3;
      int c = (a + 2) % 3;
      axis[2][a] = axis[0][b] * axis[1][c] - axis[0][c] * axis[1][b];
    }
    return axis;
  }
}
