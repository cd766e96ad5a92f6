package quotient.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import quotient.models.io.RecordJson;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;
import quotient.models.sample.SampleSettings;
import quotient.models.toy.ToyFigure;
import quotient.models.toy.ToyModel;
import quotient.models.toy.ToySampler;
import quotient.models.toy.ToySettings;
import quotient.models.toy.ToyTask;
import quotient.models.train.Lanes;
import quotient.models.train.Provenance;
import quotient.models.train.RunDirectory;
import quotient.models.train.RunReport;
import quotient.models.train.TrainSettings;
import quotient.models.train.Trainer;
import quotient.tensor.random.RandomKey;

/// `quotient train toy`.
@Command(
    name = "toy",
    header = "train a perceptron on a small space whose laws are known",
    description = {
      "Examples are drawn afresh from the target, at random places of their orbits. Validation tells",
      "the error on the quotient (loss), in full (conventional), and against the exact velocity",
      "(excess). The report draws what the trained flow does.",
    },
    footer = {
      "quotient train toy --space plane --out runs/plane",
      "quotient train toy --space plane --strategy conventional --out runs/plane-conventional",
      "quotient train toy --space diatomic --strategy geodiff --jitter 0 --out runs/diatomic-geodiff",
    },
    modelTransformer = TrainToyCommand.Settings.class)
final class TrainToyCommand implements Callable<Integer>, HelpText.Defaults {
  private static final int DRAWN = 4000;

  /// What each setting is about; the names are those of the records' components.
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("space", "*plane, diatomic, phase-3 or shapes.");
    WORDS.put("target", "*two shapes with probabilities 0.3 and 0.7, or one.");
    WORDS.put(
        "strategy",
        "*What the network is trained towards: quotient, conventional, geodiff, af3, soft or"
            + " ensemble.");
    WORDS.put("coupling", "How starts meet data: independent, aligned or optimal-transport.");
    WORDS.put("jitter", "*Standard deviation of the target's coordinates.");
    WORDS.put("steps", "*Optimizer steps in all.");
    WORDS.put("batch", "Examples per step.");
    WORDS.put("width", "Channels of the hidden layers.");
    WORDS.put("layers", "Hidden layers.");
    WORDS.put("lr", "Peak learning rate.");
    WORDS.put("ema", "Decay of the average of the weights per step; 0 keeps none.");
    WORDS.put("checkpoint-every", "Steps between checkpoints.");
    WORDS.put("keep", "How many step checkpoints stay on disk.");
    WORDS.put("validate-every", "Steps between validations.");
    WORDS.put("schedule", "Learning rate over time: constant, cosine or plateau.");
    WORDS.put("warmup", "Steps of linear increase of the rate at the start.");
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--out",
      order = 0,
      required = true,
      paramLabel = "RUN_DIR",
      description = "Where everything is written.")
  private Path out = Path.of("");

  @Option(
      names = "--resume",
      order = 2,
      description = "Go on with the run in --out, to the same bits as without a pause.")
  private boolean resume;

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
    SettingsOptions.addDefaults(ToySettings.training(0), defaults);
    SettingsOptions.addDefaults(ToySettings.defaults(), defaults);
    defaults.remove("--seed");
    return defaults;
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      RunDirectory run = new RunDirectory(out);
      boolean old = resume && run.exists();
      JsonObject stored = old ? run.readConfig().getAsJsonObject("settings") : new JsonObject();
      ToySettings toy = ToySettings.defaults();
      TrainSettings training = ToySettings.training(steps());
      if (old) {
        toy = SettingsOptions.stored(toy, stored, run.config());
        training = SettingsOptions.stored(training, stored, run.config());
        refuseChange(stored, RecordJson.toJson(SettingsOptions.merge(toy, spec)));
        refuseChange(stored, RecordJson.toJson(SettingsOptions.merge(training, spec)));
      } else {
        toy = SettingsOptions.merge(toy, spec);
        training = SettingsOptions.merge(training, spec).withSeed(session.seed());
      }
      if (runtime.dryRun()) {
        JsonObject json = settings(toy, training);
        json.asMap()
            .forEach((name, value) ->
                session.out().printf(Locale.ROOT, "%-22s %s%n", name, value.getAsString()));
        return ExitCode.OK.code();
      }
      if (!old) {
        requireFree(run);
      }
      try (RunDirectory.Claim _ = UsageException.claim(run)) {
        if (!old) {
          begin(run, toy, training);
        }
        return train(session, run, toy, training, old);
      }
    }
  }

  private long steps() {
    if (!SettingsOptions.isGiven(spec, "steps")) {
      return 0;
    }
    String text = spec.findOption("--steps").getValue().toString();
    try {
      return Math.max(1, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new UsageException("--steps: expected a number, found \"" + text + "\"");
    }
  }

  private void refuseChange(JsonObject stored, JsonObject wanted) {
    for (String name : wanted.keySet()) {
      if (stored.has(name)
          && !stored.get(name).getAsString().equals(wanted.get(name).getAsString())) {
        throw new UsageException(
            "--"
                + name
                + ": the run in "
                + out
                + " has "
                + stored.get(name).getAsString()
                + ", and --resume changes nothing; start another run");
      }
    }
  }

  private void requireFree(RunDirectory run) {
    if (run.exists() && !runtime.overwrite()) {
      throw new UsageException(
          out + ": holds a run already; go on with --resume, or start it anew with --overwrite");
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UsageException(out + ": is a file; --out names a folder");
    }
  }

  private void begin(RunDirectory run, ToySettings toy, TrainSettings training) throws IOException {
    run.clear();
    JsonObject config = new JsonObject();
    config.addProperty("schema", "quotient/run/1");
    config.addProperty("verb", "train toy");
    config.add("settings", settings(toy, training));
    config.add("provenance", Provenance.current().toJson());
    run.writeConfig(config);
  }

  private static JsonObject settings(ToySettings toy, TrainSettings training) {
    JsonObject settings = RecordJson.toJson(toy);
    RecordJson.toJson(training).asMap().forEach(settings::add);
    settings.remove("max-minutes");
    return settings;
  }

  private int train(
      Session session, RunDirectory run, ToySettings toy, TrainSettings training, boolean old)
      throws IOException {
    RandomKey root = RandomKey.of(training.seed());
    ToyModel model = ToyModel.create(toy, root.child("weights"));
    Trainer trainer =
        new Trainer(
            new ToyTask(model), training, run, model.description(), new Lanes(session.pool()));
    long from = old ? trainer.resume() : 0;
    session.say(
        String.format(
            Locale.ROOT,
            "%s %s, target %s, strategy %s; %,d parameters; seed %d%s",
            old ? "resuming" : "training",
            toy.space(),
            toy.target(),
            toy.strategy(),
            model.network().parameters().count(),
            training.seed(),
            old ? "; from step " + from : ""));
    return new TrainingRun(session, runtime, run, training.steps(), from)
        .finish(trainer, directory -> report(directory, root));
  }

  /// The run's curves, and what its best model draws.
  private static HtmlReport report(RunDirectory run, RandomKey root) throws IOException {
    HtmlReport page = RunReport.of(run);
    Optional<ToyModel> best =
        Files.exists(run.best()) ? Optional.of(ToyModel.read(run.best())) : Optional.empty();
    if (best.isPresent()) {
      ToySampler sampler = new ToySampler(best.get());
      SampleSettings settings =
          SampleToyCommand.settings(SampleSettings.defaults(), best.get().sampler().label());
      String title = best.get().settings().strategy() + " on " + best.get().settings().space();
      page.add(
          new Section.Picture(
              "What it draws",
              "By the sampler that belongs to the strategy, in fifty steps.",
              ToyFigure.draw(
                      title,
                      sampler.target(),
                      List.of(sampler.sample(title, settings, DRAWN, root.child("picture"))))
                  .svg()));
    }
    return page;
  }
}
