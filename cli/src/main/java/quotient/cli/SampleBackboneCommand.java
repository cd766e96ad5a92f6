package quotient.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
import quotient.models.backbone.BackboneSampleSettings;
import quotient.models.backbone.FoldChoice;
import quotient.models.io.RecordJson;

/// `quotient sample backbone`.
@Command(
    name = "backbone",
    header = "make protein backbones of given lengths",
    description = {
      "Writes alpha-carbon traces: residue names are placeholders (GLY), and viewers draw them as",
      "trace or tube, not as cartoon. Structure j of a length depends on the seed, the length and j",
      "alone. Output to a folder is one file per structure; --resume fills in those that are missing.",
    },
    footer = {
      "quotient sample backbone --length 50:128:13 -n 10 --seed 7 -o designs/",
      "quotient sample backbone --model runs/chains --length 100 --sampler quotient-ode -o one.cif",
      "quotient sample backbone --model runs/chains --length 80 --label alpha --guidance 2 -o a.pdb",
      "quotient sample backbone --model runs/chains --length 80 --weak-model runs/chains/early.safetensors \\",
      "    --guidance 2 --autoguidance 1 -o b.pdb",
    },
    modelTransformer = SampleBackboneCommand.Settings.class)
final class SampleBackboneCommand implements Callable<Integer>, HelpText.Defaults {
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(
        "sampler",
        "*quotient-ode, quotient-sde, quotient-sde-full, quotient-sde-aligned, ode, sde or"
            + " realigned.");
    WORDS.put("steps", "*Steps from the prior to the structure.");
    WORDS.put("noise-scale", "*Strength gamma of the noise of the SDE samplers.");
    WORDS.put(
        "label",
        "*Fold class: none; 1 or alpha, 2 or beta, 3 or alpha/beta, 4 or other; or natural, drawn for"
            + " each structure as often as the training chains have it.");
    WORDS.put("solver", "euler, or heun for the ODE samplers.");
    WORDS.put("time-grid", "How the steps are spaced in time.");
    WORDS.put(
        "noise-schedule", "g(t) of the SDE samplers: linear:K, inverse-time, ratio, tangent.");
    WORDS.put(
        "noise-limit",
        "Largest g(t); 0 for none; inverse-time below 230 steps wants half their number.");
    WORDS.put(
        "self-conditioning",
        "What the network sees of its last estimate: model (as trained), off, projected or raw.");
    WORDS.put("guidance", "Weight of the guidance; 1 for none.");
    WORDS.put(
        "autoguidance",
        "Share of the weaker model in what guidance leads away from; the rest is the model without"
            + " its label.");
    WORDS.put(
        "restrain-from",
        "Time from which consecutive alpha carbons are kept at 3.75 to 3.86 Å; 1 for never.");
    WORDS.put(
        "slice-residues",
        "Structures go through the network in groups of about that many residues.");
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--model",
      order = 0,
      paramLabel = "RUN_DIR|FILE",
      description = "The model: a run directory or a model file. Default: the pretrained one.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--length",
      order = 0,
      required = true,
      paramLabel = "N|FROM:TO:STEP",
      description = "Numbers of residues, separated by commas.")
  private String length = "";

  @Option(
      names = {"-n", "--count"},
      order = 0,
      paramLabel = "COUNT",
      description = "Structures per length.")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = {"-o", "--out"},
      order = 0,
      paramLabel = "DIR|FILE",
      description =
          "A folder, or one .pdb or .cif file, .gz or not. Default: PDB on standard output.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "pdb or cif, for folders and standard output. Default: pdb.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--weak-model",
      paramLabel = "FILE",
      description = "A weaker model, such as an early checkpoint, for autoguidance.")
  private Optional<Path> weakModel = Optional.empty();

  @Option(
      names = "--resume",
      description = "Go on with the folder of an interrupted run, with the same settings.")
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
    SettingsOptions.addDefaults(BackboneSampleSettings.defaults(), defaults);
    defaults.put("-n", defaults.get("--count"));
    defaults.remove("--seed");
    return defaults;
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      List<Integer> lengths = Lengths.parse("--length", length);
      BackboneTarget target = target();
      if (runtime.json() && !target.isFile() && !runtime.dryRun()) {
        throw new UsageException(
            "--json with sample needs -o DIR or FILE: both would go to standard output");
      }
      if (resume && !target.isFolder()) {
        throw new UsageException("--resume needs -o DIR, whose structures it completes");
      }
      BackboneModel network = ModelFile.readBackbone(model);
      BackboneSampleSettings sampling = settings(session, network);
      FoldChoice folds = UsageException.checked(() -> network.folds(sampling.label()));
      requireGuidance(sampling, folds);
      Optional<BackboneModel> weak =
          weakModel.isPresent()
              ? Optional.of(BackboneModel.readForSampling(weakModel.get()))
              : Optional.empty();
      return new BackboneRun(
              session, network, weak, sampling, folds, json(sampling), target, resume)
          .run(lengths);
    }
  }

  /// The model's own defaults and what was given.
  private BackboneSampleSettings settings(Session session, BackboneModel network)
      throws IOException {
    BackboneSampleSettings own = network.sampling();
    BackboneSampleSettings defaults =
        weakModel.isPresent() && !SettingsOptions.isGiven(spec, "autoguidance")
            ? own.autoguided()
            : own;
    BackboneSampleSettings merged = SettingsOptions.merge(defaults, spec).withSeed(session.seed());
    return count.isPresent() ? UsageException.checked(() -> merged.withCount(count.get())) : merged;
  }

  private void requireGuidance(BackboneSampleSettings sampling, FoldChoice folds) {
    if (sampling.guided().needsWeak() && weakModel.isEmpty()) {
      throw new UsageException("--autoguidance: needs a weaker model; give --weak-model");
    }
    if (sampling.guided().needsUnlabelled() && folds.isNone()) {
      throw new UsageException(
          "--guidance: strengthens a fold class; give --label, or --weak-model for autoguidance");
    }
  }

  private BackboneTarget target() {
    return BackboneTarget.of(out, format);
  }

  /// What the run was told, with names that `--config` takes back.
  private JsonObject json(BackboneSampleSettings sampling) {
    JsonObject json = RecordJson.toJson(sampling);
    json.addProperty("length", length);
    json.addProperty("model", ModelFile.name(model));
    weakModel.ifPresent(path -> json.addProperty("weak-model", path.toString()));
    return json;
  }
}
