package quotient.models.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A picture of a few panels side by side, as SVG text that needs nothing else.
///
/// Data outside a panel's axes is cut off at its frame. *Confined.*
public final class SvgFigure {
  private static final int PANEL = 300;
  private static final int LEFT = 58;
  private static final int TOP = 74;
  private static final int BOTTOM = 52;
  private static final int GAP = 26;
  private static final int TICKS = 5;
  private static final String[] COLORS = {
    "#0f6e84", "#c2571a", "#6a4fb3", "#4c7d2f", "#a8326e", "#7a6a1f"
  };

  private final String title;
  private final List<Panel> panels = new ArrayList<>();

  /// @param title above all panels
  public SvgFigure(String title) {
    this.title = title;
  }

  /// The colour of the k-th thing compared; -1 is grey, for the truth.
  private static String color(int k) {
    return k < 0 ? "#9aa6b8" : COLORS[k % COLORS.length];
  }

  /// Adds a panel on the right of the last one.
  ///
  /// @param x label of the horizontal axis, which runs from `left` to `right`
  /// @param y label of the vertical axis, which runs from `low` to `high`
  public Panel panel(
      String panelTitle, String x, String y, double left, double right, double low, double high) {
    Panel panel = new Panel(panels.size(), panelTitle, x, y, left, right, low, high);
    panels.add(panel);
    return panel;
  }

  /// The picture.
  public String svg() {
    int width = panels.size() * (LEFT + PANEL) + (panels.size() - 1) * GAP + GAP;
    int height = TOP + PANEL + BOTTOM;
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\" aria-label=\"%s\""
                + " font-family=\"system-ui, sans-serif\" font-size=\"12\">%n",
            width,
            height,
            width,
            height,
            escape(title)));
    out.append(
        String.format(
            Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", width, height));
    out.append(text(14, 22, "start", "font-size=\"15\" font-weight=\"600\"", title));
    for (Panel panel : panels) {
      panel.write(out);
    }
    return out.append("</svg>\n").toString();
  }

  private static String text(double x, double y, String anchor, String more, String words) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#1a2230\" %s>%s</text>%n",
        x,
        y,
        anchor,
        more,
        escape(words));
  }

  private static String escape(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /// One pair of axes. Methods draw in the order of their calls.
  public static final class Panel {
    private final int index;
    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final double left;
    private final double right;
    private final double low;
    private final double high;
    private final StringBuilder marks = new StringBuilder();
    private final List<String> legend = new ArrayList<>();

    private Panel(
        int index,
        String title,
        String xLabel,
        String yLabel,
        double left,
        double right,
        double low,
        double high) {
      this.index = index;
      this.title = title;
      this.xLabel = xLabel;
      this.yLabel = yLabel;
      this.left = left;
      this.right = right;
      this.low = low;
      this.high = high;
    }

    private double px(double x) {
      return origin() + PANEL * (x - left) / (right - left);
    }

    private double py(double y) {
      return TOP + PANEL * (high - y) / (high - low);
    }

    private double origin() {
      return LEFT + index * (double) (LEFT + PANEL + GAP);
    }

    /// A line through points.
    ///
    /// @param color index of its colour; -1 is grey
    public void line(double[] x, double[] y, int color, double width, double opacity) {
      marks.append("<polyline fill=\"none\" stroke=\"").append(color(color));
      marks.append(
          String.format(
              Locale.ROOT,
              "\" stroke-width=\"%.1f\" stroke-opacity=\"%.2f\" points=\"",
              width,
              opacity));
      for (int i = 0; i < x.length; i++) {
        if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
          marks.append(
              String.format(
                  Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", clamp(px(x[i])), clamp(py(y[i]))));
        }
      }
      marks.append("\"/>\n");
    }

    /// Dots.
    public void points(double[] x, double[] y, int color, double radius, double opacity) {
      marks.append(
          String.format(
              Locale.ROOT, "<g fill=\"%s\" fill-opacity=\"%.2f\">%n", color(color), opacity));
      for (int i = 0; i < x.length; i++) {
        if (x[i] >= left && x[i] <= right && y[i] >= low && y[i] <= high) {
          marks.append(
              String.format(
                  Locale.ROOT,
                  "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>",
                  px(x[i]),
                  py(y[i]),
                  radius));
        }
      }
      marks.append("\n</g>\n");
    }

    /// A histogram as a density: filled if its colour is grey, else an outline.
    public void histogram(double[] values, int bins, int color) {
      double[] height = new double[bins];
      double width = (right - left) / bins;
      for (double value : values) {
        int bin = (int) Math.floor((value - left) / width);
        if (bin >= 0 && bin < bins) {
          height[bin] += 1 / (values.length * width);
        }
      }
      double[] x = new double[2 * bins + 2];
      double[] y = new double[2 * bins + 2];
      x[0] = left;
      for (int b = 0; b < bins; b++) {
        x[2 * b + 1] = left + b * width;
        x[2 * b + 2] = left + (b + 1) * width;
        y[2 * b + 1] = height[b];
        y[2 * b + 2] = height[b];
      }
      x[2 * bins + 1] = right;
      if (color >= 0) {
        line(x, y, color, 1.8, 1);
        return;
      }
      marks.append("<polygon fill=\"").append(color(color)).append("\" fill-opacity=\"0.45\"");
      marks.append(" points=\"");
      for (int i = 0; i < x.length; i++) {
        marks.append(String.format(Locale.ROOT, "%.1f,%.1f ", px(x[i]), clamp(py(y[i]))));
      }
      marks.append("\"/>\n");
    }

    /// A circle about the origin, as a guide for the eye.
    public void circle(double radius) {
      marks.append(
          String.format(
              Locale.ROOT,
              "<ellipse cx=\"%.1f\" cy=\"%.1f\" rx=\"%.1f\" ry=\"%.1f\" fill=\"none\""
                  + " stroke=\"#9aa6b8\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\"/>%n",
              px(0),
              py(0),
              px(radius) - px(0),
              py(0) - py(radius)));
    }

    /// A line of words: below the panel's title if it is the only one, else all of them inside the
    /// frame.
    public void legend(String words, int color) {
      legend.add("<tspan fill=\"" + color(color) + "\">\u25A0</tspan> " + escape(words));
    }

    private static double clamp(double pixel) {
      return Math.max(-4000, Math.min(8000, pixel));
    }

    private void write(StringBuilder out) {
      double x0 = origin();
      String clip = "panel" + index;
      out.append(text(x0, TOP - 26, "start", "font-weight=\"600\"", title));
      boolean inside = legend.size() > 1;
      for (int i = 0; i < legend.size(); i++) {
        out.append(
            String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\" font-size=\"11\" fill=\"#1a2230\">%s</text>%n",
                inside ? x0 + 8 : x0,
                inside ? TOP + 17 + 15 * i : TOP - 9,
                legend.get(i)));
      }
      out.append(
          String.format(
              Locale.ROOT,
              "<clipPath id=\"%s\"><rect x=\"%.1f\" y=\"%d\" width=\"%d\""
                  + " height=\"%d\"/></clipPath>%n",
              clip,
              x0,
              TOP,
              PANEL,
              PANEL));
      axes(out);
      out.append("<g clip-path=\"url(#").append(clip).append(")\">\n").append(marks);
      out.append("</g>\n");
      out.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\""
                  + " stroke=\"#5b6678\"/>%n",
              x0,
              TOP,
              PANEL,
              PANEL));
    }

    private void axes(StringBuilder out) {
      for (double v : ticks(left, right)) {
        out.append(grid(px(v), TOP, px(v), TOP + PANEL));
        out.append(text(px(v), TOP + PANEL + 17.0, "middle", "", number(v)));
      }
      for (double v : ticks(low, high)) {
        out.append(grid(origin(), py(v), origin() + PANEL, py(v)));
        out.append(text(origin() - 7, py(v) + 4, "end", "", number(v)));
      }
      out.append(text(origin() + 0.5 * PANEL, TOP + PANEL + 38.0, "middle", "", xLabel));
      double x = origin() - 42;
      double y = TOP + 0.5 * PANEL;
      String turn = String.format(Locale.ROOT, "transform=\"rotate(-90 %.1f %.1f)\"", x, y);
      out.append(text(x, y, "middle", turn, yLabel));
    }

    private static String grid(double x1, double y1, double x2, double y2) {
      return String.format(
          Locale.ROOT,
          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e8ebf0\"/>%n",
          x1,
          y1,
          x2,
          y2);
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    private static double[] ticks(double from, double to) {
      double raw = (to - from) / TICKS;
      double power = StrictMath.pow(10, Math.floor(StrictMath.log10(raw)));
      double share = raw / power;
      double step = power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
      long first = (long) Math.ceil(from / step - 1e-9);
      long last = (long) Math.floor(to / step + 1e-9);
      double[] out = new double[(int) (last - first + 1)];
      for (int i = 0; i < out.length; i++) {
        out[i] = (first + i) * step;
      }
      return out;
    }

    private static String number(double value) {
      String text = String.format(Locale.ROOT, "%.3f", value);
      return text.replaceFirst("\\.?0+$", "").replaceFirst("^-0$", "0");
    }
  }
}
