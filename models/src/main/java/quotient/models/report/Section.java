package quotient.models.report;

import java.util.List;
import java.util.Map;

/// One part of a page. The components are what `report.js` finds under the same names.
public sealed interface Section {
  /// Its heading.
  String title();

  /// A sentence below the heading; may be empty.
  String note();

  /// Names and values, for instance the settings of a run.
  ///
  /// @param values in the order shown
  /// @param open whether the list is unfolded at first
  record Facts(String title, String note, Map<String, String> values, boolean open)
      implements Section {}

  /// Curves over a common axis, to be hovered and zoomed.
  ///
  /// @param x label of the axis
  /// @param y label of the values
  /// @param logarithmic whether the value axis starts logarithmic; it can be switched
  /// @param series at least one
  record Chart(
      String title, String note, String x, String y, boolean logarithmic, List<Series> series)
      implements Section {}

  /// One curve of a chart.
  ///
  /// @param name in the legend
  /// @param x ascending
  /// @param y as many as x
  /// @param line how it is drawn
  record Series(String name, double[] x, double[] y, Line line) {

    /// How a curve is drawn.
    public enum Line {
      /// A plain line.
      PLAIN,
      /// A thin, pale line: raw values behind a smoothed curve.
      FAINT,
      /// Points joined by a line.
      POINTS
    }

    /// At most that many values, each the mean of equal runs of neighbours.
    public Series thinned(int most) {
      int n = x.length;
      if (n <= most) {
        return this;
      }
      double[] thinX = new double[most];
      double[] thinY = new double[most];
      for (int i = 0; i < most; i++) {
        int from = (int) ((long) i * n / most);
        int to = (int) ((long) (i + 1) * n / most);
        for (int j = from; j < to; j++) {
          thinX[i] += x[j] / (to - from);
          thinY[i] += y[j] / (to - from);
        }
      }
      return new Series(name, thinX, thinY, line);
    }

    /// The exponential average of the curve over about that many values.
    public Series smoothed(String smoothName, int window) {
      double[] smooth = new double[y.length];
      double keep = 1 - 1.0 / Math.max(1, window);
      double sum = 0;
      double weight = 0;
      for (int i = 0; i < y.length; i++) {
        sum = keep * sum + y[i];
        weight = keep * weight + 1;
        smooth[i] = sum / weight;
      }
      return new Series(smoothName, x, smooth, Line.PLAIN);
    }
  }

  /// Rows of text and numbers, sortable by column.
  ///
  /// @param columns names, a unit in brackets if there is one
  /// @param rows cells are strings or numbers
  record Table(String title, String note, List<String> columns, List<List<Object>> rows)
      implements Section {}

  /// Outcomes of checks, drawn as distance to their limits.
  record Checks(String title, String note, List<Check> checks) implements Section {}

  /// One check: a value that must lie within a limit of what is expected, or, for a negative control,
  /// beyond it.
  ///
  /// @param group what the check is about, for instance a space
  /// @param subject what is checked, for instance a sampler
  /// @param statistic what is measured
  /// @param value what was found
  /// @param expected what theory says
  /// @param limit how far apart the two may be
  /// @param control whether they must be further apart, for the fault to count as detected
  /// @param passed whether the row is as it should be
  record Check(
      String group,
      String subject,
      String statistic,
      double value,
      double expected,
      double limit,
      boolean control,
      boolean passed) {}

  /// Points and paths in the plane, with equal scales.
  ///
  /// @param x label of the horizontal axis
  /// @param y label of the vertical axis
  /// @param groups drawn in this order
  record Plane(String title, String note, String x, String y, List<Points> groups)
      implements Section {}

  /// A set of points, or a path if joined.
  ///
  /// @param name in the legend
  /// @param xy coordinates, x and y in turn
  /// @param joined whether neighbours are joined by lines
  record Points(String name, double[] xy, boolean joined) {}

  /// A picture drawn by this program, see {@link SvgFigure}.
  ///
  /// @param svg its text, which is put into the page as it is
  record Picture(String title, String note, String svg) implements Section {}

  /// Molecules to turn and to compare.
  record Gallery(String title, String note, List<MoleculeView> molecules) implements Section {}
}
