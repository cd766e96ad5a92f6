package quotient.models.train;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;

/// What a training run's files say, as sections of a page.
public final class RunReport {
  private static final int MOST_POINTS = 1_500;

  private final JsonObject config;
  private final List<JsonObject> steps = new ArrayList<>();
  private final List<JsonObject> validations = new ArrayList<>();

  private RunReport(JsonObject config, List<JsonObject> metrics) {
    this.config = config;
    for (JsonObject line : metrics) {
      (line.has("validation") ? validations : steps).add(line);
    }
  }

  /// Reads a run directory.
  public static RunReport read(RunDirectory directory) throws IOException {
    return new RunReport(directory.readConfig(), directory.readMetrics());
  }

  /// A page about the run alone.
  public static HtmlReport of(RunDirectory directory) throws IOException {
    RunReport run = read(directory);
    HtmlReport page =
        new HtmlReport(
            "Training run", "What was trained, how the loss fell, and how fast it went.");
    run.highlights(page);
    run.curves().forEach(page::add);
    page.add(run.settings());
    return page;
  }

  /// Adds the figures that stand at the top.
  public void highlights(HtmlReport page) {
    page.highlight("steps", String.valueOf(steps.size()));
    if (!validations.isEmpty()) {
      double best = Double.POSITIVE_INFINITY;
      for (JsonObject line : validations) {
        best = Math.min(best, figure(line.getAsJsonObject("validation"), "loss"));
      }
      page.highlight("best validation loss", String.format(Locale.ROOT, "%.4f", best));
    }
    if (!steps.isEmpty()) {
      double seconds = 0;
      for (JsonObject line : steps) {
        seconds += figure(line, "seconds");
      }
      page.highlight("training time", String.format(Locale.ROOT, "%.1f min", seconds / 60));
      page.highlight(
          "steps per second", String.format(Locale.ROOT, "%.2f", steps.size() / seconds));
    }
  }

  /// Loss, and what drives it.
  public List<Section> curves() {
    List<Section> sections = new ArrayList<>();
    if (steps.isEmpty()) {
      return sections;
    }
    Section.Series training = series("training loss", "loss");
    List<Section.Series> losses = new ArrayList<>();
    losses.add(training.thinned(MOST_POINTS));
    int window = Math.max(5, steps.size() / 50);
    losses.add(training.smoothed("smoothed", window).thinned(MOST_POINTS));
    losses.addAll(validationSeries());
    sections.add(
        new Section.Chart(
            "Loss",
            "Validation judges the averaged weights at fixed times and noise, by the same"
                + " statistic whatever was trained; training and validation loss are not the same"
                + " quantity.",
            "step",
            "loss",
            true,
            losses));
    sections.add(
        new Section.Chart(
            "Gradient norm",
            "Before clipping.",
            "step",
            "norm",
            true,
            List.of(
                series("norm", "norm").thinned(MOST_POINTS),
                series("norm", "norm").smoothed("smoothed", window).thinned(MOST_POINTS))));
    sections.add(
        new Section.Chart(
            "Learning rate",
            "",
            "step",
            "rate",
            false,
            List.of(series("rate", "rate").thinned(MOST_POINTS))));
    return sections;
  }

  /// Everything it takes to make the run again.
  public Section settings() {
    Map<String, String> values = new LinkedHashMap<>();
    JsonObject settings = config.has("settings") ? config.getAsJsonObject("settings") : config;
    settings.asMap().forEach((name, value) -> values.put(name, text(value)));
    if (config.has("provenance")) {
      config
          .getAsJsonObject("provenance")
          .asMap()
          .forEach((name, value) -> values.put(name, text(value)));
    }
    return new Section.Facts(
        "Settings of the training", "What it takes to make this run again.", values, true);
  }

  private List<Section.Series> validationSeries() {
    List<Section.Series> all = new ArrayList<>();
    if (validations.isEmpty()) {
      return all;
    }
    for (String name : validations.getFirst().getAsJsonObject("validation").keySet()) {
      double[] x = new double[validations.size()];
      double[] y = new double[validations.size()];
      for (int i = 0; i < x.length; i++) {
        x[i] = figure(validations.get(i), "step");
        y[i] = figure(validations.get(i).getAsJsonObject("validation"), name);
      }
      all.add(new Section.Series("validation " + name, x, y, Section.Series.Line.POINTS));
    }
    return all;
  }

  private Section.Series series(String name, String key) {
    double[] x = new double[steps.size()];
    double[] y = new double[steps.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = figure(steps.get(i), "step");
      y[i] = figure(steps.get(i), key);
    }
    return new Section.Series(
        name, x, y, key.equals("rate") ? Section.Series.Line.PLAIN : Section.Series.Line.FAINT);
  }

  private static double figure(JsonObject line, String key) {
    JsonElement value = line.get(key);
    return value == null || value.isJsonNull() ? Double.NaN : value.getAsDouble();
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
