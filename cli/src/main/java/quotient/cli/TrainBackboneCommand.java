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
import quotient.models.backbone.BackboneModel;
import quotient.models.backbone.BackboneSettings;
import quotient.models.backbone.BackboneTask;
import quotient.models.data.BackboneDataset;
import quotient.models.io.RecordJson;
import quotient.models.io.Safetensors;
import quotient.models.protein.ChainRules;
import quotient.models.train.Checkpoint;
import quotient.models.train.Lanes;
import quotient.models.train.Provenance;
import quotient.models.train.RunDirectory;
import quotient.models.train.RunReport;
import quotient.models.train.TrainSettings;
import quotient.models.train.Trainer;
import quotient.tensor.random.RandomKey;

/// `quotient train backbone`.
@Command(
    name = "backbone",
    header = "train a model of protein backbones",
    description = {
      "Reads PDB and mmCIF files, a folder of them, or collections of chains; of each chain the",
      "alpha carbons are used. The run directory holds config.json, metrics.jsonl, checkpoints/,",
      "last.safetensors, best.safetensors, report.html. The result depends on settings, data and",
      "seed alone, not on --threads or interruptions.",
    },
    footer = {
      "quotient train backbone --data train.pdb.gz --valid val.pdb.gz --out runs/first --seed 1",
      "quotient train backbone --data structures/ --gaps split --preset small --out runs/mine",
      "quotient train backbone --out runs/mine --resume --max-time 30m",
    },
    modelTransformer = TrainBackboneCommand.Settings.class)
final class TrainBackboneCommand
    implements Callable<Integer>, HelpText.Defaults, HelpText.Appendix {
  private static final String DEFAULT_PRESET = "tiny";
  private static final int SHORTEST = 16;

  /// What each setting is about; the names are those of the records' components.
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(
        "strategy",
        "*What the network is trained towards: quotient, conventional, geodiff, af3 or soft.");
    WORDS.put("steps", "*Optimizer steps in all.");
    WORDS.put("batch", "*Chains per gradient.");
    WORDS.put("longest", "*Residues; of longer chains a window is taken.");
    WORDS.put(
        "shortest",
        "Windows have a length drawn from that many residues up; 0 makes them as long as possible.");
    WORDS.put("lr", "*Peak learning rate.");
    WORDS.put(
        "compactness",
        "Limit of a window's radius of gyration over that of a folded chain; 0 for none.");
    WORDS.put("self-conditioning", "Share of steps in which the network sees its own estimate.");
    WORDS.put("own-estimate", "What it sees of it: projected or raw.");
    WORDS.put("label-share", "Share of examples whose fold class the network is told.");
    WORDS.put(
        "time-exponent",
        "a of the Beta(a, 1) that times are drawn from; larger means nearer to the data.");
    WORDS.put(
        "step-emphasis",
        "Extra weight of errors that change the distances of neighbours along the chain; 0 for none.");
    WORDS.put("accumulate", "Gradients of that many batches make one step.");
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
    WORDS.put("width", "Channels per token.");
    WORDS.put("layers", "Blocks.");
    WORDS.put("heads", "Attention heads.");
    WORDS.put("condition-width", "Channels of the conditioning.");
    WORDS.put("time-width", "Channels of the embedding of time.");
    WORDS.put("index-width", "Channels of the embedding of residue numbers.");
    WORDS.put("fold-width", "Channels of the embedding of each level of a fold class.");
    WORDS.put("pair-width", "Channels per pair of residues.");
    WORDS.put("registers", "Learned tokens in front of each chain.");
    WORDS.put("distances", "Classes of distance between residues, as they are now.");
    WORDS.put("own-distances", "Classes of distance in the network's own estimate.");
    WORDS.put("slice-pairs", "A batch is worked through in slices of about that many pairs.");
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--data",
      order = 0,
      paramLabel = "FILE|DIR",
      description = "Structures: .pdb, .ent or .cif, .gz or not, or a folder of them.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--valid",
      order = 0,
      paramLabel = "FILE|DIR",
      description = "Structures to judge on. Default: one chain in twenty, set aside.")
  private Optional<Path> valid = Optional.empty();

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
      description = "Settings to start from: tiny (2 M weights), small (10 M) or 60m.")
  private Optional<String> preset = Optional.empty();

  @Option(
      names = "--max-time",
      order = 0,
      paramLabel = "TIME",
      description = "Stop after that long with a checkpoint, for instance 30m.")
  private Optional<String> maxTime = Optional.empty();

  @Option(
      names = "--gaps",
      order = 0,
      paramLabel = "POLICY",
      description = "Chains with missing residues: refuse, or split to take the parts.")
  private Optional<String> gaps = Optional.empty();

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
    SettingsOptions.addDefaults(BackboneSettings.preset(DEFAULT_PRESET), defaults);
    SettingsOptions.addDefaults(BackboneSettings.presetTraining(DEFAULT_PRESET), defaults);
    defaults.remove("--seed");
    defaults.put("--preset", DEFAULT_PRESET);
    defaults.put("--gaps", ChainRules.Gaps.REFUSE.label());
    return defaults;
  }

  @Override
  public String appendix() {
    return presets();
  }

  /// Every value of every preset.
  static String presets() {
    return SettingsOptions.table(
        BackboneSettings.PRESETS,
        BackboneSettings.PRESETS.stream()
            .map(name ->
                List.<Record>of(
                    BackboneSettings.preset(name), BackboneSettings.presetTraining(name)))
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
    BackboneSettings model = modelSettings();
    TrainSettings training = trainSettings(session);
    ChainRules rules = rules(gaps.orElse(ChainRules.Gaps.REFUSE.label()));
    BackboneDataset.Split split = read(session, data, valid, rules);
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
    try (RunDirectory.Claim _ = UsageException.claim(run)) {
      run.clear();
      run.writeConfig(config(model, training));
      return train(session, run, model, training, split, false);
    }
  }

  private BackboneSettings modelSettings() throws IOException {
    BackboneSettings base =
        init.isPresent() && preset.isEmpty()
            ? BackboneModel.read(init.get()).settings()
            : UsageException.checked(() -> BackboneSettings.preset(preset.orElse(DEFAULT_PRESET)));
    return SettingsOptions.merge(base, spec);
  }

  private TrainSettings trainSettings(Session session) {
    String name = preset.orElse(DEFAULT_PRESET);
    TrainSettings base = UsageException.checked(() -> BackboneSettings.presetTraining(name));
    if (SettingsOptions.isGiven(spec, "steps")) {
      long steps = steps();
      base = UsageException.checked(() -> BackboneSettings.presetTraining(name, steps));
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

  private static ChainRules rules(String policy) {
    return UsageException.checked(() ->
        ChainRules.strict(ChainRules.Gaps.parse(policy)).withLengths(SHORTEST, Integer.MAX_VALUE));
  }

  private static BackboneDataset.Split read(
      Session session, Optional<Path> data, Optional<Path> valid, ChainRules rules)
      throws IOException {
    if (data.isEmpty()) {
      throw new UsageException(
          "--data: name structures to learn from: a .pdb or .cif file, or a folder of them");
    }
    BackboneDataset all = BackboneDataset.read(data.get(), rules);
    skipped(session, all);
    if (valid.isEmpty()) {
      return all.split();
    }
    BackboneDataset judged = BackboneDataset.read(valid.get(), rules);
    skipped(session, judged);
    return new BackboneDataset.Split(all, judged);
  }

  private static void skipped(Session session, BackboneDataset dataset) {
    if (!dataset.skipped().isEmpty()) {
      session.warn(
          dataset.skipped().size()
              + " chains or files were left out; the first: "
              + dataset.skipped().getFirst());
    }
  }

  private int describe(
      Session session,
      BackboneSettings model,
      TrainSettings training,
      BackboneDataset.Split split) {
    long parameters =
        BackboneModel.create(model, RandomKey.of(0), split.training())
            .network()
            .parameters()
            .count();
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/train/1");
    json.addProperty("dry-run", true);
    json.addProperty("chains", split.training().size());
    json.addProperty("residues", split.training().residueCount());
    split
        .training()
        .folds()
        .forEach((fold, count) -> json.addProperty("chains-" + fold.label(), count));
    json.addProperty("validation-chains", split.validation().size());
    json.addProperty("parameters", parameters);
    json.addProperty("optimizer-bytes", 4 * parameters * (5L + session.options().threads()));
    JsonObject settings = settings(model, training);
    if (runtime.json()) {
      json.add("settings", settings);
      session.printJson(json);
    } else {
      json.remove("schema");
      for (JsonObject part : List.of(settings, json)) {
        part.asMap()
            .forEach((name, value) ->
                session.out().printf(Locale.ROOT, "%-22s %s%n", name, value.getAsString()));
      }
    }
    return ExitCode.OK.code();
  }

  // ---- an old run ----

  private int goOn(Session session, RunDirectory run) throws IOException {
    JsonObject stored = run.readConfig().getAsJsonObject("settings");
    BackboneSettings model =
        SettingsOptions.stored(BackboneSettings.preset(DEFAULT_PRESET), stored, run.config());
    TrainSettings training =
        SettingsOptions.stored(
            BackboneSettings.presetTraining(DEFAULT_PRESET), stored, run.config());
    refuseChange(stored, RecordJson.toJson(SettingsOptions.merge(model, spec)));
    refuseChange(stored, RecordJson.toJson(SettingsOptions.merge(training, spec)));
    if (runtime.seed().isPresent() && runtime.seed().get() != training.seed()) {
      throw change("seed", String.valueOf(training.seed()));
    }
    String policy = text(stored, "gaps").orElse(ChainRules.Gaps.REFUSE.label());
    if (gaps.isPresent() && !gaps.get().equals(policy)) {
      throw change("gaps", policy);
    }
    BackboneDataset.Split split =
        read(
            session,
            text(stored, "data").map(Path::of).or(() -> data),
            text(stored, "valid").map(Path::of).or(() -> valid),
            rules(policy));
    try (RunDirectory.Claim _ = UsageException.claim(run)) {
      return train(session, run, model, training.withMaxMinutes(maxMinutes()), split, true);
    }
  }

  private static Optional<String> text(JsonObject stored, String name) {
    return stored.has(name) ? Optional.of(stored.get(name).getAsString()) : Optional.empty();
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

  private JsonObject settings(BackboneSettings model, TrainSettings training) {
    JsonObject settings = RecordJson.toJson(model);
    RecordJson.toJson(training).asMap().forEach(settings::add);
    settings.remove("max-minutes");
    settings.addProperty("preset", preset.orElse(DEFAULT_PRESET));
    settings.addProperty("gaps", gaps.orElse(ChainRules.Gaps.REFUSE.label()));
    data.ifPresent(file -> settings.addProperty("data", file.toAbsolutePath().toString()));
    valid.ifPresent(file -> settings.addProperty("valid", file.toAbsolutePath().toString()));
    init.ifPresent(file -> settings.addProperty("init", file.toAbsolutePath().toString()));
    return settings;
  }

  private JsonObject config(BackboneSettings model, TrainSettings training) {
    JsonObject config = new JsonObject();
    config.addProperty("schema", "quotient/run/1");
    config.addProperty("verb", "train backbone");
    config.add("settings", settings(model, training));
    config.add("provenance", Provenance.current().toJson());
    return config;
  }

  private int train(
      Session session,
      RunDirectory run,
      BackboneSettings settings,
      TrainSettings training,
      BackboneDataset.Split split,
      boolean old)
      throws IOException {
    BackboneModel model =
        BackboneModel.create(
            settings, RandomKey.of(training.seed()).child("weights"), split.training());
    if (!old && init.isPresent()) {
      loadWeights(model, init.get());
    }
    Trainer trainer =
        new Trainer(
            new BackboneTask(model, split.training(), split.validation()),
            training,
            run,
            model.description(),
            new Lanes(session.pool()));
    long from = old ? trainer.resume() : 0;
    session.say(
        String.format(
            Locale.ROOT,
            "%s %d chains, %,d residues; %d to judge; %,d parameters; seed %d%s",
            old ? "resuming on" : "training on",
            split.training().size(),
            split.training().residueCount(),
            split.validation().size(),
            model.network().parameters().count(),
            training.seed(),
            old ? "; from step " + from : ""));
    return new TrainingRun(session, runtime, run, training.steps(), from)
        .finish(trainer, RunReport::of);
  }

  private static void loadWeights(BackboneModel model, Path path) throws IOException {
    Path file = Files.isDirectory(path) ? new RunDirectory(path).best() : path;
    float[] weights =
        Checkpoint.getAll(Safetensors.read(file), "", model.network().parameters(), file);
    model
        .network()
        .parameters()
        .update(values -> System.arraycopy(weights, 0, values, 0, values.length));
  }
}
