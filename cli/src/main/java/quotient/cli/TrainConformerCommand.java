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
import quotient.models.conformer.ConformerModel;
import quotient.models.conformer.ConformerSettings;
import quotient.models.conformer.ConformerTask;
import quotient.models.conformer.ReleasedWeights;
import quotient.models.conformer.Vocabulary;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ExclusionList;
import quotient.models.io.FormatException;
import quotient.models.io.RecordJson;
import quotient.models.io.Safetensors;
import quotient.models.io.WeightsFile;
import quotient.models.train.Checkpoint;
import quotient.models.train.Lanes;
import quotient.models.train.Provenance;
import quotient.models.train.RunDirectory;
import quotient.models.train.RunReport;
import quotient.models.train.TrainSettings;
import quotient.models.train.Trainer;
import quotient.tensor.random.RandomKey;

/// `quotient train conformer`.
@Command(
    name = "conformer",
    header = "train a conformer model on molecules with known conformers",
    description = {
      "Without --data it trains on the small data set inside the program. The run directory holds",
      "config.json, metrics.jsonl, checkpoints/, last.safetensors, best.safetensors, report.html.",
      "The result depends on settings, data and seed alone, not on --threads or interruptions.",
    },
    footer = {
      "quotient train conformer --out runs/first --preset tiny --steps 500 --seed 1",
      "quotient train conformer --data mine.sdf.gz --valid held.sdf.gz --out runs/mine --preset small",
      "quotient train conformer --out runs/mine --resume --max-time 30m",
      "quotient train conformer --data mine.sdf --init old.safetensors --lr 2e-4 --out runs/tuned",
    },
    modelTransformer = TrainConformerCommand.Settings.class)
final class TrainConformerCommand
    implements Callable<Integer>, HelpText.Defaults, HelpText.Appendix {
  private static final String HISTORY = "history";
  private static final String EXCLUDED = "excluded";
  private static final String VOCABULARY = "vocabulary";
  private static final String DEFAULT_PRESET = "tiny";

  /// What each setting is about; the names are those of the records' components.
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("network", "*Architecture: etflow-so3, etflow-o3, etflow-plus or transformer.");
    WORDS.put(
        "strategy",
        "*What the network is trained towards: quotient, conventional, geodiff, af3, soft or"
            + " ensemble.");
    WORDS.put("prior", "*Starting clouds: gaussian or harmonic.");
    WORDS.put("coupling", "How starting clouds meet data: independent or aligned.");
    WORDS.put("loss", "mse or l2-atom.");
    WORDS.put("conformer-weights", "How a molecule's conformer is drawn: uniform or boltzmann.");
    WORDS.put("bridge", "Scale of the noise in the middle of the path, Å.");
    WORDS.put("steps", "*Optimizer steps in all.");
    WORDS.put("batch", "*Molecules per gradient.");
    WORDS.put("accumulate", "Gradients of that many batches make one step.");
    WORDS.put("lr", "*Peak learning rate.");
    WORDS.put("ema", "Decay of the average of the weights per step; 0 keeps none.");
    WORDS.put("checkpoint-every", "Steps between checkpoints.");
    WORDS.put("keep", "How many step checkpoints stay on disk.");
    WORDS.put("validate-every", "Steps between validations.");
    WORDS.put("schedule", "Learning rate over time: constant, cosine or plateau.");
    WORDS.put("warmup", "Steps of linear increase of the rate at the start.");
    WORDS.put("cycle", "Steps of one cosine cycle; 0 means all.");
    WORDS.put("beta1", "Decay of the optimizer's first moment.");
    WORDS.put("beta2", "Decay of the optimizer's second moment.");
    WORDS.put("weight-decay", "Decoupled decay of the weights.");
    WORDS.put("clip", "How gradients are limited: none, norm or dynamic.");
    WORDS.put("clip-norm", "The limit of --clip norm.");
    WORDS.put("width", "Channels per atom.");
    WORDS.put("layers", "Attention layers.");
    WORDS.put("heads", "Attention heads.");
    WORDS.put("radial", "Radial functions.");
    WORDS.put("head", "Of etflow-so3 and -o3: norm (as released for QM9) or plain (for drugs).");
    WORDS.put("slice-atoms", "A batch is worked through in slices of about that many atoms.");
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--data",
      order = 0,
      paramLabel = "FILE.sdf[.gz]",
      description = "Molecules with conformers. Default: the data set inside the program.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--valid",
      order = 0,
      paramLabel = "FILE.sdf[.gz]",
      description = "Molecules to judge on. Default: one molecule in twenty, set aside.")
  private Optional<Path> valid = Optional.empty();

  @Option(
      names = "--exclude",
      paramLabel = "FILE.smi",
      description =
          "Refuse data that holds a molecule of that list, in whatever stereochemistry or"
              + " protonation state, and note the list in the model.")
  private Optional<Path> exclude = Optional.empty();

  @Option(
      names = "--out",
      order = 0,
      required = true,
      paramLabel = "RUN_DIR",
      description = "Where everything is written.")
  private Path out = Path.of("");

  @Option(
      names = "--preset",
      order = 0,
      paramLabel = "NAME",
      description = "Settings to start from: tiny, small, qm9 or drugs.")
  private Optional<String> preset = Optional.empty();

  @Option(
      names = "--max-time",
      order = 0,
      paramLabel = "TIME",
      description = "Stop after that long with a checkpoint, for instance 30m.")
  private Optional<String> maxTime = Optional.empty();

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description = "Start from the weights of that model or run, and from its settings.")
  private Optional<Path> init = Optional.empty();

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
    SettingsOptions.addDefaults(ConformerSettings.preset(DEFAULT_PRESET), defaults);
    SettingsOptions.addDefaults(ConformerSettings.presetTraining(DEFAULT_PRESET), defaults);
    defaults.remove("--seed");
    defaults.put("--preset", DEFAULT_PRESET);
    return defaults;
  }

  @Override
  public String appendix() {
    return presets();
  }

  /// Every value of every preset.
  static String presets() {
    return SettingsOptions.table(
        ConformerSettings.PRESETS,
        ConformerSettings.PRESETS.stream()
            .map(name ->
                List.<Record>of(
                    ConformerSettings.preset(name), ConformerSettings.presetTraining(name)))
            .toList());
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      RunDirectory run = new RunDirectory(out);
      return resume && run.exists() ? goOn(session, run) : start(session, run);
    }
  }

  // ---- a new run ----

  private int start(Session session, RunDirectory run) throws IOException {
    Optional<ConformerModel> first = read(init);
    ConformerSettings model = modelSettings(first);
    TrainSettings training = trainSettings(session);
    ConformerDataset.Split split = read(session, data, valid);
    Optional<JsonObject> guard =
        exclude.isPresent() ? Optional.of(refuseListed(split, exclude.get())) : Optional.empty();
    if (runtime.dryRun()) {
      return describe(session, model, training, split);
    }
    if (run.exists() && !runtime.overwrite()) {
      throw new UsageException(
          out + ": holds a run already; go on with --resume, or start it anew with --overwrite");
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UsageException(out + ": is a file; --out names a folder");
    }
    JsonObject config = config(model, training);
    first.flatMap(ConformerModel::history).ifPresent(past -> config.add(HISTORY, past));
    first
        .flatMap(ConformerModel::vocabulary)
        .ifPresent(seen -> config.add(VOCABULARY, seen.toJson()));
    guard.ifPresent(list -> config.add(EXCLUDED, list));
    try (RunDirectory.Claim _ = UsageException.claim(run)) {
      run.clear();
      run.writeConfig(config);
      return train(session, run, model, training, split, false);
    }
  }

  private ConformerSettings modelSettings(Optional<ConformerModel> first) {
    ConformerSettings base =
        first.isPresent() && preset.isEmpty()
            ? first.get().settings()
            : UsageException.checked(() -> ConformerSettings.preset(preset.orElse(DEFAULT_PRESET)));
    return SettingsOptions.merge(base, spec);
  }

  private TrainSettings trainSettings(Session session) {
    String name = preset.orElse(DEFAULT_PRESET);
    TrainSettings base = UsageException.checked(() -> ConformerSettings.presetTraining(name));
    if (SettingsOptions.isGiven(spec, "steps")) {
      long steps = steps();
      base = UsageException.checked(() -> ConformerSettings.presetTraining(name, steps));
    }
    return SettingsOptions.merge(base, spec).withSeed(session.seed()).withMaxMinutes(maxMinutes());
  }

  private long steps() {
    String text = spec.findOption("--steps").getValue().toString();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new UsageException("--steps: expected a number, found \"" + text + "\"");
    }
  }

  private double maxMinutes() {
    return maxTime.map(text -> Durations.seconds("--max-time", text) / 60).orElse(0.0);
  }

  private static Optional<ConformerModel> read(Optional<Path> file) throws IOException {
    return file.isPresent() ? Optional.of(ConformerModel.read(file.get())) : Optional.empty();
  }

  private static ConformerDataset.Split read(
      Session session, Optional<Path> data, Optional<Path> valid) throws IOException {
    ConformerDataset all =
        data.isPresent()
            ? ConformerDataset.read(data.get())
            : ConformerDataset.embedded(ConformerDataset.Embedded.TRAIN);
    skipped(session, all);
    if (valid.isEmpty()) {
      return all.split();
    }
    ConformerDataset judged = ConformerDataset.read(valid.get());
    skipped(session, judged);
    return new ConformerDataset.Split(all, judged);
  }

  /// Neither trained nor judged on: both choose the weights.
  private static JsonObject refuseListed(ConformerDataset.Split split, Path file)
      throws IOException {
    ExclusionList list = ExclusionList.read(file);
    for (ConformerDataset part : List.of(split.training(), split.validation())) {
      List<String> found = list.namesOf(part);
      if (!found.isEmpty()) {
        throw new FormatException(
            "--exclude: "
                + found.size()
                + " molecules of the data are on the list "
                + file
                + ", the first is "
                + found.getFirst()
                + "; take them out");
      }
    }
    JsonObject json = new JsonObject();
    json.addProperty("list", list.fingerprint());
    json.addProperty("molecules", list.size());
    return json;
  }

  private static void skipped(Session session, ConformerDataset dataset) {
    if (!dataset.skipped().isEmpty()) {
      session.warn(
          dataset.skipped().size()
              + " records or molecules were left out; the first: "
              + dataset.skipped().getFirst());
    }
  }

  private int describe(
      Session session,
      ConformerSettings model,
      TrainSettings training,
      ConformerDataset.Split split) {
    ConformerModel made = ConformerModel.create(model, RandomKey.of(0), split.training());
    long parameters = made.network().parameters().count();
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/train/1");
    json.addProperty("dry-run", true);
    json.addProperty("molecules", split.training().size());
    json.addProperty("conformers", split.training().conformerCount());
    json.addProperty("validation-molecules", split.validation().size());
    json.addProperty("parameters", parameters);
    json.addProperty("optimizer-bytes", 4 * parameters * (5L + session.options().threads()));
    json.add("settings", settings(model, training));
    if (runtime.json()) {
      session.printJson(json);
    } else {
      json.remove("schema");
      json.getAsJsonObject("settings")
          .asMap()
          .forEach((name, value) ->
              session.out().printf(Locale.ROOT, "%-22s %s%n", name, value.getAsString()));
      json.remove("settings");
      json.asMap()
          .forEach((name, value) ->
              session.out().printf(Locale.ROOT, "%-22s %s%n", name, value.getAsString()));
    }
    return ExitCode.OK.code();
  }

  // ---- an old run ----

  private int goOn(Session session, RunDirectory run) throws IOException {
    JsonObject stored = run.readConfig().getAsJsonObject("settings");
    ConformerSettings model =
        SettingsOptions.stored(ConformerSettings.preset(DEFAULT_PRESET), stored, run.config());
    TrainSettings training =
        SettingsOptions.stored(
            ConformerSettings.presetTraining(DEFAULT_PRESET), stored, run.config());
    refuseChange(stored, RecordJson.toJson(SettingsOptions.merge(model, spec)));
    refuseChange(stored, RecordJson.toJson(SettingsOptions.merge(training, spec)));
    if (runtime.seed().isPresent() && runtime.seed().get() != training.seed()) {
      throw change("seed", String.valueOf(training.seed()));
    }
    Optional<Path> source =
        stored.has("data") ? Optional.of(Path.of(stored.get("data").getAsString())) : data;
    Optional<Path> judged =
        stored.has("valid") ? Optional.of(Path.of(stored.get("valid").getAsString())) : valid;
    TrainSettings limited = training.withMaxMinutes(maxMinutes());
    ConformerDataset.Split split = read(session, source, judged);
    try (RunDirectory.Claim _ = UsageException.claim(run)) {
      return train(session, run, model, limited, split, true);
    }
  }

  private void refuseChange(JsonObject stored, JsonObject wanted) {
    for (String name : wanted.keySet()) {
      if (stored.has(name)
          && !stored.get(name).getAsString().equals(wanted.get(name).getAsString())) {
        throw change(name, stored.get(name).getAsString());
      }
    }
  }

  private UsageException change(String name, String stored) {
    return new UsageException(
        "--"
            + name
            + ": the run in "
            + out
            + " has "
            + stored
            + ", and --resume changes nothing;"
            + " start another run with --init "
            + out);
  }

  // ---- both ----

  private JsonObject settings(ConformerSettings model, TrainSettings training) {
    JsonObject settings = RecordJson.toJson(model);
    RecordJson.toJson(training).asMap().forEach(settings::add);
    settings.remove("max-minutes");
    settings.addProperty("preset", preset.orElse(DEFAULT_PRESET));
    data.ifPresent(file -> settings.addProperty("data", file.toAbsolutePath().toString()));
    valid.ifPresent(file -> settings.addProperty("valid", file.toAbsolutePath().toString()));
    init.ifPresent(file -> settings.addProperty("init", file.toAbsolutePath().toString()));
    exclude.ifPresent(file -> settings.addProperty("exclude", file.toAbsolutePath().toString()));
    return settings;
  }

  private JsonObject config(ConformerSettings model, TrainSettings training) {
    JsonObject config = new JsonObject();
    config.addProperty("schema", "quotient/run/1");
    config.addProperty("verb", "train conformer");
    config.add("settings", settings(model, training));
    config.add("provenance", Provenance.current().toJson());
    return config;
  }

  private int train(
      Session session,
      RunDirectory run,
      ConformerSettings settings,
      TrainSettings training,
      ConformerDataset.Split split,
      boolean old)
      throws IOException {
    ConformerModel model =
        ConformerModel.create(
            settings, RandomKey.of(training.seed()).child("weights"), split.training());
    if (!old && init.isPresent()) {
      loadWeights(model, init.get());
    }
    Trainer trainer =
        new Trainer(
            new ConformerTask(model, split.training(), split.validation()),
            training,
            run,
            described(model, run),
            new Lanes(session.pool()));
    long from = old ? trainer.resume() : 0;
    session.say(
        String.format(
            Locale.ROOT,
            "%s %d molecules, %d conformers; %d to judge; %,d parameters; seed %d%s",
            old ? "resuming on" : "training on",
            split.training().size(),
            split.training().conformerCount(),
            split.validation().size(),
            model.network().parameters().count(),
            training.seed(),
            old ? "; from step " + from : ""));
    return new TrainingRun(session, runtime, run, training.steps(), from)
        .finish(trainer, RunReport::of);
  }

  /// What the model files of this run say of it: also what its first weights were trained on.
  private static JsonObject described(ConformerModel model, RunDirectory run) throws IOException {
    JsonObject description = model.description();
    JsonObject config = run.readConfig();
    for (String key : List.of(HISTORY, EXCLUDED)) {
      if (config.has(key)) {
        description.add(key, config.get(key));
      }
    }
    if (config.has(VOCABULARY)) {
      Vocabulary before = Vocabulary.of(config.getAsJsonArray(VOCABULARY));
      Vocabulary all = model.vocabulary().map(before::with).orElse(before);
      description.add(VOCABULARY, all.toJson());
    }
    return description;
  }

  private static void loadWeights(ConformerModel model, Path path) throws IOException {
    Path file = Files.isDirectory(path) ? new RunDirectory(path).best() : path;
    Safetensors tensors = WeightsFile.read(file);
    String prefix = Checkpoint.hasHeader(tensors) ? "" : ReleasedWeights.prefix(tensors).orElse("");
    float[] weights = Checkpoint.getAll(tensors, prefix, model.network().parameters(), file);
    model
        .network()
        .parameters()
        .update(values -> System.arraycopy(weights, 0, values, 0, values.length));
  }
}
