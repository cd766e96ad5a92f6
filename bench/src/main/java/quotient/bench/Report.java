package quotient.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import quotient.tensor.Tensors;

/// What was measured, as a table and as JSON.
///
/// @param threads numbers of threads that were measured
/// @param peaks multiply-add peak of each, GFLOP/s
/// @param rows one per case, number of threads and peer
public record Report(List<Integer> threads, List<Double> peaks, List<Row> rows) {
  private static final String NOTHING = "-";
  private static final String STEP = "etflow-train-qm9";
  private static final String STEPS = "etflow-";
  private static final String STRATEGY = "strategy-";

  /// Names of the columns of the table.
  public static final List<String> HEADINGS =
      List.of(
          "name", "shape", "threads", "ours", "peer", "unit", "ratio", "% of peak", "peer name");

  /// Columns that begin at the left.
  private static final List<Integer> TEXTS = List.of(0, 1, 5, 8);

  /// Copies.
  public Report {
    threads = List.copyOf(threads);
    peaks = List.copyOf(peaks);
    rows = List.copyOf(rows);
  }

  /// The table, with a line on the peaks before and the mean ratios after it.
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append("kernels ").append(Tensors.kernelName()).append("; multiply-add peak");
    for (int i = 0; i < threads.size(); i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s %.0f GFLOP/s with %d thread%s",
              i == 0 ? "" : ",",
              peaks.get(i),
              threads.get(i),
              threads.get(i) == 1 ? "" : "s"));
    }
    text.append("\n\n");
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADINGS);
    for (Row row : rows) {
      lines.add(
          List.of(
              row.name(),
              row.shape(),
              String.valueOf(row.threads()),
              number(row.ours()),
              number(row.peer()),
              row.unit(),
              row.ratio().isPresent()
                  ? String.format(Locale.ROOT, "%.2f", row.ratio().getAsDouble())
                  : NOTHING,
              row.percentOfPeak().isPresent()
                  ? String.format(Locale.ROOT, "%.0f", row.percentOfPeak().getAsDouble())
                  : NOTHING,
              row.peerName().orElse(NOTHING)));
    }
    append(text, lines);
    means()
        .forEach((what, mean) ->
            text.append(String.format(Locale.ROOT, "%n%.2f geometric mean ratio, %s", mean, what)));
    shares()
        .forEach((what, share) ->
            text.append(String.format(Locale.ROOT, "%n%.2f %% of %s", 100 * share, what)));
    bounds()
        .forEach((what, seconds) ->
            text.append(String.format(Locale.ROOT, "%n%.3f s at the peak, %s", seconds, what)));
    overheads()
        .forEach((count, ratio) ->
            text.append(
                String.format(
                    Locale.ROOT, "%n%.2f times its kernels: mlp-step, threads: %d", ratio, count)));
    boolean notes =
        !(means().isEmpty() && shares().isEmpty() && bounds().isEmpty() && overheads().isEmpty());
    return notes ? text.append('\n').toString() : text.toString();
  }

  private static void append(StringBuilder text, List<List<String>> lines) {
    int columns = HEADINGS.size();
    int[] width = new int[columns];
    for (List<String> line : lines) {
      for (int c = 0; c < columns; c++) {
        width[c] = Math.max(width[c], line.get(c).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder out = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String blank = " ".repeat(width[c] - line.get(c).length());
        out.append(c == 0 ? "" : "  ");
        out.append(TEXTS.contains(c) ? line.get(c) + blank : blank + line.get(c));
      }
      text.append(out.toString().stripTrailing()).append('\n');
    }
  }

  /// Four digits.
  private static String number(double x) {
    if (x >= 1000) {
      return String.format(Locale.ROOT, "%.0f", x);
    }
    return String.format(Locale.ROOT, x >= 100 ? "%.1f" : x >= 10 ? "%.2f" : "%.3f", x);
  }

  private static String number(OptionalDouble x) {
    return x.isPresent() ? number(x.getAsDouble()) : NOTHING;
  }

  /// Geometric mean of the ratios of all products, by peer and threads.
  public Map<String, Double> means() {
    Map<String, List<Double>> ratios = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.ratio().isPresent() && row.unit().equals(Case.Unit.GFLOPS.text())) {
        String group =
            "products against " + row.peerName().orElse(NOTHING) + ", threads: " + row.threads();
        ratios.computeIfAbsent(group, _ -> new ArrayList<>()).add(row.ratio().getAsDouble());
      }
    }
    Map<String, Double> means = new LinkedHashMap<>();
    ratios.forEach((group, all) ->
        means.put(
            group, Rounds.geometricMean(all.stream().mapToDouble(Double::doubleValue).toArray())));
    return means;
  }

  /// The time of each training strategy as a share of a training step of the same batch, where both
  /// were measured.
  public Map<String, Double> shares() {
    Map<String, Double> steps = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.name().equals(STEP)) {
        steps.put(row.shape() + ", threads: " + row.threads(), row.ours());
      }
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Row row : rows) {
      Double step = steps.get(row.shape() + ", threads: " + row.threads());
      if (row.name().startsWith(STRATEGY) && step != null) {
        shares.put(STEP + " is " + row.name() + ", threads: " + row.threads(), row.ours() / step);
      }
    }
    return shares;
  }

  /// What each step would take if its products ran at the peak and nothing else took time, with the
  /// rate and the time that it has.
  public Map<String, Double> bounds() {
    Map<String, Double> bounds = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.unit().equals(Case.Unit.MILLISECONDS.text())
          && row.percentOfPeak().isPresent()
          && row.name().startsWith(STEPS)) {
        double seconds = 1e-3 * row.ours();
        double share = 0.01 * row.percentOfPeak().getAsDouble();
        double rate = share * peaks.get(threads.indexOf(row.threads()));
        String what =
            String.format(
                Locale.ROOT,
                "%s %s, threads: %d, takes %.3f s at %.0f GFLOP/s",
                row.name(),
                row.shape(),
                row.threads(),
                seconds,
                rate);
        bounds.put(what, seconds * share);
      }
    }
    return bounds;
  }

  /// How many times the kernels of the perceptron's step the whole step takes, by threads, where both
  /// were measured.
  public Map<Integer, Double> overheads() {
    Map<Integer, Double> overheads = new LinkedHashMap<>();
    for (Row kernels : rows) {
      for (Row step : rows) {
        if (kernels.name().equals("mlp-kernels")
            && step.name().equals("mlp-step")
            && step.threads() == kernels.threads()) {
          overheads.put(step.threads(), step.ours() / kernels.ours());
        }
      }
    }
    return overheads;
  }

  /// The same as one object with stable keys.
  public JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/bench/1");
    json.addProperty("kernels", Tensors.kernelName());
    json.addProperty("jdk", Runtime.version().toString());
    JsonArray peakRows = new JsonArray();
    for (int i = 0; i < threads.size(); i++) {
      JsonObject one = new JsonObject();
      one.addProperty("threads", threads.get(i));
      one.addProperty("gflops", peaks.get(i));
      peakRows.add(one);
    }
    json.add("peak", peakRows);
    JsonArray array = new JsonArray();
    for (Row row : rows) {
      JsonObject one = new JsonObject();
      one.addProperty("name", row.name());
      one.addProperty("shape", row.shape());
      one.addProperty("threads", row.threads());
      one.addProperty("ours", row.ours());
      add(one, "peer", row.peer());
      if (row.peerName().isPresent()) {
        one.addProperty("peer_name", row.peerName().get());
      } else {
        one.add("peer_name", JsonNull.INSTANCE);
      }
      one.addProperty("unit", row.unit());
      add(one, "ratio", row.ratio());
      add(one, "percent_of_peak", row.percentOfPeak());
      one.addProperty("spread", row.spread());
      array.add(one);
    }
    json.add("rows", array);
    return json;
  }

  private static void add(JsonObject to, String key, OptionalDouble value) {
    if (value.isPresent()) {
      to.addProperty(key, value.getAsDouble());
    } else {
      to.add(key, JsonNull.INSTANCE);
    }
  }
}
