package quotient.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import quotient.models.io.AtomicFile;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;
import quotient.models.report.SvgFigure;
import quotient.models.sample.FlowMeasure;
import quotient.models.sample.SampleSettings;
import quotient.models.toy.ToyFigure;
import quotient.models.toy.ToyFlow;
import quotient.models.toy.ToyModel;
import quotient.models.toy.ToySampler;
import quotient.models.toy.ToyTarget;
import quotient.tensor.random.RandomKey;

/// `quotient sample toy`.
@Command(
    name = "toy",
    header = "draw from trained toys, measure and compare them",
    description = {
      "Points are written as CSV, a row per configuration. Several models may be given: all are",
      "measured and drawn, the points are those of the first. Measured are the share of each shape,",
      "and of the ODE the length of paths, their energy and the vertical share of the output, with",
      "and without projection.",
    },
    footer = {
      "quotient sample toy --model runs/plane -n 1000 -o points.csv",
      "quotient sample toy --model runs/plane-conventional --model runs/plane --svg figure-1.svg",
      "quotient sample toy --model runs/diatomic --likelihood exact -o points.csv --json",
    },
    modelTransformer = SampleToyCommand.Settings.class)
final class SampleToyCommand implements Callable<Integer>, HelpText.Defaults {
  private static final int DENSITY_POINTS = 256;
  private static final int LEAST_DRAWN = 4000;

  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(
        "sampler",
        "*quotient-ode, quotient-sde, quotient-sde-full, quotient-sde-aligned, ode, sde or"
            + " realigned. Default: what belongs to the model's strategy.");
    WORDS.put("solver", "euler, heun or adaptive (for the ODE samplers).");
    WORDS.put("steps", "*Steps from the prior to the data.");
    WORDS.put("time-grid", "How the steps are spaced in time.");
    WORDS.put("noise-scale", "Strength of the noise of the SDE samplers.");
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--model",
      order = 0,
      required = true,
      paramLabel = "RUN_DIR|FILE",
      description = "A trained toy; may be given several times.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = {"-n", "--count"},
      order = 0,
      paramLabel = "COUNT",
      description = "Configurations to draw. Default: 1000.")
  private int count = 1000;

  @Option(
      names = {"-o", "--out"},
      order = 0,
      paramLabel = "FILE.csv",
      description = "Where they go. Default: standard output.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = "--svg",
      order = 0,
      paramLabel = "FILE.svg",
      description = "Draw paths and laws of all models.")
  private Optional<Path> svg = Optional.empty();

  /// How densities are compared with the exact ones.
  enum DensityChoice {
    /// Not at all.
    NONE,
    /// By the exact trace of the Jacobian.
    EXACT,
    /// By Hutchinson's estimate of the trace.
    HUTCHINSON
  }

  @Option(
      names = "--likelihood",
      paramLabel = "TRACE",
      description =
          "Compare the flow's density with the exact one at time 0.9, by the exact trace or"
              + " hutchinson. Default: none.")
  private DensityChoice density = DensityChoice.NONE;

  /// Adds the options that the settings records define.
  static final class Settings implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec spec) {
      SettingsOptions.add(spec, WORDS);
      return spec;
    }
  }

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    SettingsOptions.addDefaults(SampleSettings.defaults(), defaults);
    defaults.keySet().removeAll(List.of("--seed", "--count", "--sampler"));
    return defaults;
  }

  /// The settings with another sampler.
  static SampleSettings settings(SampleSettings s, String sampler) {
    return new SampleSettings(
        s.count(),
        s.seed(),
        sampler,
        s.solver(),
        s.steps(),
        s.timeGrid(),
        s.noiseScale(),
        s.sliceAtoms());
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      Optional<Path> target = out.filter(name -> !name.equals("-")).map(Path::of);
      if (count < 1) {
        throw new UsageException("-n: expected a positive number, found " + count);
      }
      if (runtime.json() && target.isEmpty() && !runtime.dryRun()) {
        throw new UsageException(
            "--json with sample needs -o FILE: both would go to standard output");
      }
      for (Path file : files(target)) {
        session.requireWritable(file);
      }
      SampleSettings base = SettingsOptions.merge(SampleSettings.defaults(), spec);
      RandomKey key = RandomKey.of(session.seed()).child("toy");
      List<ToyModel> read = read();
      List<ToyFlow> flows = new ArrayList<>();
      JsonArray rows = new JsonArray();
      if (runtime.dryRun()) {
        session.say("would draw " + count + " configurations from " + models.size() + " models");
        return ExitCode.OK.code();
      }
      boolean drawn = svg.isPresent() || runtime.report().isPresent();
      for (int m = 0; m < read.size(); m++) {
        session.checkInterrupted();
        ToyModel model = read.get(m);
        String sampler =
            SettingsOptions.isGiven(spec, "sampler") ? base.sampler() : model.sampler().label();
        ToySampler toy = new ToySampler(model);
        int wanted = drawn ? Math.max(count, LEAST_DRAWN) : count;
        String name = model.settings().strategy() + ", " + sampler;
        flows.add(toy.sample(name, settings(base, sampler), wanted, key));
        JsonObject row = measure(models.get(m), model, toy, sampler, flows.getLast(), key);
        rows.add(row);
        session.say(row.get("model").getAsString() + ": " + words(row));
      }
      write(session, target, read.getFirst(), flows.getFirst());
      picture(read.getFirst().settings().law(), flows, rows, session.seed());
      if (runtime.json()) {
        JsonObject json = new JsonObject();
        json.addProperty("schema", "quotient/sample-toy/1");
        json.addProperty("seed", session.seed());
        json.add("models", rows);
        session.printJson(json);
      }
      return ExitCode.OK.code();
    }
  }

  private List<Path> files(Optional<Path> target) {
    List<Path> files = new ArrayList<>();
    target.ifPresent(files::add);
    svg.ifPresent(files::add);
    runtime.report().ifPresent(files::add);
    return files;
  }

  private List<ToyModel> read() throws IOException {
    List<ToyModel> read = new ArrayList<>();
    for (Path path : models) {
      ToyModel model = ToyModel.read(path);
      if (!read.isEmpty() && !read.getFirst().settings().space().equals(model.settings().space())) {
        throw new UsageException(
            "--model: "
                + path
                + " is of the space "
                + model.settings().space()
                + ", the first one of "
                + read.getFirst().settings().space());
      }
      read.add(model);
    }
    return read;
  }

  // ---- figures ----

  private JsonObject measure(
      Path path, ToyModel model, ToySampler toy, String sampler, ToyFlow flow, RandomKey key) {
    JsonObject row = new JsonObject();
    row.addProperty("model", path.toString());
    row.addProperty("space", model.settings().space());
    row.addProperty("strategy", model.settings().strategy());
    row.addProperty("sampler", sampler);
    ToyTarget target = toy.target();
    JsonArray shares = new JsonArray();
    JsonArray right = new JsonArray();
    double[] share = ToyFigure.share(target, flow.ends());
    for (int k = 0; k < share.length; k++) {
      shares.add(share[k]);
      right.add(target.weight(k));
    }
    row.add("share", shares);
    row.add("right_share", right);
    row.add("quotient", flow(toy.flow(false, key)));
    row.add("conventional", flow(toy.flow(true, key)));
    if (density != DensityChoice.NONE) {
      ToySampler.Density found =
          toy.density(density == DensityChoice.EXACT, DENSITY_POINTS, key.child("density"));
      JsonObject json = new JsonObject();
      json.addProperty("log_density_difference", found.difference());
      json.addProperty("deviation", found.deviation());
      json.addProperty("standard_error", found.standardError());
      row.add("likelihood", json);
    }
    return row;
  }

  private static JsonObject flow(FlowMeasure measure) {
    JsonObject json = new JsonObject();
    json.addProperty("length", measure.length());
    json.addProperty("energy", measure.energy());
    json.addProperty("vertical_share", measure.verticalShare());
    return json;
  }

  private static String words(JsonObject row) {
    StringBuilder words = new StringBuilder(row.get("strategy").getAsString());
    words.append(" by ").append(row.get("sampler").getAsString()).append("; share");
    row.getAsJsonArray("share")
        .forEach(value -> words.append(String.format(Locale.ROOT, " %.3f", value.getAsDouble())));
    for (String kind : List.of("quotient", "conventional")) {
      JsonObject flow = row.getAsJsonObject(kind);
      words.append(
          String.format(
              Locale.ROOT,
              "; %s path: length %.3f, energy %.3f, vertical share %.4f",
              kind,
              flow.get("length").getAsDouble(),
              flow.get("energy").getAsDouble(),
              flow.get("vertical_share").getAsDouble()));
    }
    if (row.has("likelihood")) {
      JsonObject found = row.getAsJsonObject("likelihood");
      words.append(
          String.format(
              Locale.ROOT,
              "; log density - exact %.4f +- %.4f",
              found.get("log_density_difference").getAsDouble(),
              found.get("standard_error").getAsDouble()));
    }
    return words.toString();
  }

  // ---- files ----

  private void write(Session session, Optional<Path> target, ToyModel model, ToyFlow flow)
      throws IOException {
    int n = model.space().coordinates();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < n; i++) {
      text.append(i == 0 ? "" : ",").append('x').append(i);
    }
    text.append('\n');
    for (int b = 0; b < count; b++) {
      for (int i = 0; i < n; i++) {
        text.append(i == 0 ? "" : ",").append((float) flow.ends()[b * n + i]);
      }
      text.append('\n');
    }
    if (target.isPresent()) {
      AtomicFile.write(target.get(), text.toString().getBytes(StandardCharsets.UTF_8));
    } else {
      session.out().print(text);
      session.out().flush();
    }
  }

  private void picture(ToyTarget target, List<ToyFlow> flows, JsonArray rows, long seed)
      throws IOException {
    SvgFigure figure = ToyFigure.draw("Trained on " + target.space().label(), target, flows);
    if (svg.isPresent()) {
      AtomicFile.write(svg.get(), figure.svg().getBytes(StandardCharsets.UTF_8));
    }
    if (runtime.report().isPresent()) {
      HtmlReport page =
          new HtmlReport("Toys", "Trained flows on " + target.space().label() + " compared.");
      page.highlight("models", String.valueOf(flows.size()));
      page.highlight("seed", String.valueOf(seed));
      page.add(
          new Section.Picture(
              "Paths and laws", "The same starting configurations for all models.", figure.svg()));
      List<List<Object>> table = new ArrayList<>();
      for (int m = 0; m < flows.size(); m++) {
        JsonObject row = rows.get(m).getAsJsonObject();
        JsonObject quotient = row.getAsJsonObject("quotient");
        JsonObject conventional = row.getAsJsonObject("conventional");
        table.add(
            List.of(
                flows.get(m).name(),
                row.getAsJsonArray("share").get(0).getAsDouble(),
                quotient.get("length").getAsDouble(),
                conventional.get("length").getAsDouble(),
                quotient.get("energy").getAsDouble(),
                conventional.get("energy").getAsDouble(),
                conventional.get("vertical_share").getAsDouble()));
      }
      page.add(
          new Section.Table(
              "Paths",
              "Of the ODE, with the horizontal part of the output and with all of it: the paper's"
                  + " Corollary 3 as a measurement.",
              List.of(
                  "model",
                  "share of the first shape",
                  "length, horizontal",
                  "length, all",
                  "energy, horizontal",
                  "energy, all",
                  "vertical share"),
              table));
      page.write(runtime.report().get());
    }
  }
}
