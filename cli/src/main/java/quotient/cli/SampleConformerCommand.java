package quotient.cli;

import com.google.gson.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import quotient.models.conformer.ConformerModel;
import quotient.models.generate.GenerateSettings;
import quotient.models.generate.MoleculeSource;
import quotient.models.io.RecordJson;
import quotient.models.molecule.SmilesFile;
import quotient.models.sample.SampleSettings;

/// `quotient sample conformer`.
@Command(
    name = "conformer",
    header = "make conformers of molecules",
    description = {
      "Reads SMILES (one per line, then a name) or SDF, writes SDF or XYZ. Conformer j of a molecule",
      "depends on the seed, the molecule and j alone. Molecules that cannot be made go to the failed",
      "file with a reason, and the exit code is then 4.",
    },
    footer = {
      "quotient sample conformer --smiles \"CC(=O)Oc1ccccc1C(=O)O\" -n 10 -o aspirin.sdf",
      "quotient sample conformer library.smi -n 5 --failed failed.smi -o library.sdf.gz",
      "cat library.smi | quotient sample conformer - > library.sdf",
      "quotient sample conformer --model runs/first test.sdf --per-reference 2 -o generated.sdf",
    },
    modelTransformer = SampleConformerCommand.Settings.class)
final class SampleConformerCommand implements Callable<Integer>, HelpText.Defaults {
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(
        "sampler",
        "*quotient-ode, quotient-sde, quotient-sde-full, quotient-sde-aligned, ode, sde or"
            + " realigned.");
    WORDS.put("solver", "euler, heun, multistep or adaptive (for the ODE samplers).");
    WORDS.put("steps", "*Steps from the prior to the molecule.");
    WORDS.put("time-grid", "How the steps are spaced in time.");
    WORDS.put("noise-scale", "Strength of the noise of the SDE samplers.");
    WORDS.put(
        "slice-atoms", "Molecules go through the network in groups of about that many atoms.");
    WORDS.put("stereo", "*fix (mirror or sample again), check (only mark) or off.");
    WORDS.put(
        "geometry",
        "Bonds off by 15 %% and clashes: fix (draw again, mark what stays), check (mark) or off.");
    WORDS.put("retries", "How often a sample that is not right is drawn again.");
    WORDS.put("fragments", "Molecules of several parts: refuse, or largest to keep the largest.");
    WORDS.put(
        "prune-rmsd",
        "Drop conformers closer than that to an earlier one, Å (heavy atoms); 0 keeps all.");
    WORDS.put("max-atoms", "Refuse molecules with more atoms, hydrogens counted; 0 is no limit.");
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "INPUT",
      description = "A .smi, .csv, .tsv or .sdf file (.gz or not), or - for standard input.")
  private Optional<String> input = Optional.empty();

  @Option(
      names = "--smiles",
      order = 0,
      paramLabel = "TEXT",
      description = "One molecule, in place of a file.")
  private Optional<String> smiles = Optional.empty();

  @Option(
      names = "--model",
      order = 0,
      paramLabel = "RUN_DIR|FILE",
      description =
          "The model: a run directory or a model file. Default: pretrained, the one in the program.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = {"-n", "--count"},
      order = 0,
      paramLabel = "COUNT",
      description = "Conformers per molecule.")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = "--per-reference",
      order = 0,
      paramLabel = "K",
      description = "K times as many conformers as the SDF input holds of the molecule.")
  private Optional<Integer> perReference = Optional.empty();

  @Option(
      names = {"-o", "--out"},
      order = 0,
      paramLabel = "FILE",
      description = "Where conformers go: .sdf or .xyz, .gz or not. Default: standard output.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = "--failed",
      order = 0,
      paramLabel = "FILE",
      description = "Molecules that could not be made: SMILES, name, tab, reason.")
  private Optional<Path> failed = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "Output format, sdf or xyz, if the name does not tell.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--input-format",
      paramLabel = "NAME",
      description = "Input format: smi, csv, tsv or sdf, if the name does not tell.")
  private Optional<String> inputFormat = Optional.empty();

  @Option(
      names = "--smiles-column",
      paramLabel = "NAME",
      description = "Heading of the SMILES in a table. Default: smiles.")
  private String smilesColumn = "smiles";

  @Option(
      names = "--name-column",
      paramLabel = "NAME",
      description = "Heading of the names in a table.")
  private Optional<String> nameColumn = Optional.empty();

  @Option(
      names = "--allow-unknown",
      description = "Try molecules with kinds of atoms that the model has not seen.")
  private boolean allowUnknown;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      description = "Give a molecule up after that long, for instance 60s.")
  private Optional<String> timeLimit = Optional.empty();

  @Option(names = "--fail-fast", description = "Stop at the first molecule that fails.")
  private boolean failFast;

  @Option(
      names = "--resume",
      description = "Go on with the output file of an interrupted run, with the same settings.")
  private boolean resume;

  @Option(names = "--no-viewer", description = "Leave the molecule viewer out of the report.")
  private boolean noViewer;

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
    SettingsOptions.addDefaults(GenerateSettings.defaults(), defaults);
    defaults.put("-n", defaults.get("--count"));
    defaults.keySet().removeAll(List.of("--seed", "--allow-unknown", "--time-limit"));
    return defaults;
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      requireOneInput();
      GenerateSettings settings = generateSettings();
      ConformerModel network = ModelFile.read(model);
      SampleSettings defaults =
          SettingsOptions.isGiven(spec, "sampler") || SettingsOptions.isGiven(spec, "solver")
              ? SampleSettings.defaults()
              : network.sampling();
      SampleSettings sampling = SettingsOptions.merge(defaults, spec).withSeed(session.seed());
      if (count.isPresent()) {
        sampling = withCount(sampling, count.get());
      }
      try (MoleculeSource source = source(session)) {
        SampleRun.Plan plan =
            new SampleRun.Plan(
                target(),
                outputFormat(),
                failed,
                noViewer,
                perReference,
                failFast,
                resume,
                settingsJson(sampling, settings));
        return new SampleRun(session, network, sampling, settings, plan).run(source);
      }
    }
  }

  private static SampleSettings withCount(SampleSettings sampling, int count) {
    return UsageException.checked(() -> sampling.withCount(count));
  }

  private GenerateSettings generateSettings() {
    double limit = timeLimit.map(text -> Durations.seconds("--time-limit", text)).orElse(0.0);
    return SettingsOptions.merge(GenerateSettings.defaults(), spec)
        .withAllowUnknown(allowUnknown)
        .withTimeLimit(limit);
  }

  private void requireOneInput() {
    if (input.isPresent() == smiles.isPresent()) {
      throw new UsageException(
          input.isPresent()
              ? "give either an input file or --smiles, not both"
              : "nothing to sample: give an input file, - for standard input, or --smiles TEXT");
    }
    if (count.isPresent() && perReference.isPresent()) {
      throw new UsageException("give either -n or --per-reference, not both");
    }
    if (perReference.isPresent() && perReference.get() < 1) {
      throw new UsageException(
          "--per-reference: expected a positive number, found " + perReference.get());
    }
    if (runtime.json() && target().isEmpty() && !runtime.dryRun()) {
      throw new UsageException(
          "--json with sample needs -o FILE: both would go to standard output");
    }
    if (resume && target().isEmpty()) {
      throw new UsageException("--resume needs -o FILE, whose journal it goes on with");
    }
  }

  private Optional<Path> target() {
    return out.filter(name -> !name.equals("-")).map(Path::of);
  }

  private StructureFormat outputFormat() {
    return StructureFormat.of(format, out.orElse("-"), StructureFormat.SDF);
  }

  // ---- input ----

  private MoleculeSource source(Session session) throws IOException {
    long seed = session.seed();
    if (smiles.isPresent()) {
      InputStream line = new ByteArrayInputStream(smiles.get().getBytes(StandardCharsets.UTF_8));
      return MoleculeSource.ofSmiles("--smiles", line, Optional.empty(), seed);
    }
    String name = input.orElseThrow();
    StructureFormat read = StructureFormat.of(inputFormat, name, StructureFormat.SMI);
    boolean stream = name.equals("-");
    return switch (read) {
      case SDF ->
          stream
              ? MoleculeSource.ofSdf("standard input", unpacked(session.in()), seed)
              : MoleculeSource.ofSdf(Path.of(name), seed);
      case SMI, CSV, TSV ->
          stream
              ? MoleculeSource.ofSmiles(
                  "standard input", unpacked(session.in()), layout(read), seed)
              : MoleculeSource.ofSmiles(Path.of(name), layout(read), seed);
      case XYZ ->
          throw new UsageException(
              name + ": XYZ holds no bonds, so there is no molecule to sample; give SMILES or SDF");
    };
  }

  private Optional<SmilesFile.Layout> layout(StructureFormat read) {
    if (read == StructureFormat.SMI) {
      return Optional.empty();
    }
    char separator = read == StructureFormat.CSV ? ',' : '\t';
    return Optional.of(new SmilesFile.Layout(separator, smilesColumn, nameColumn));
  }

  /// The stream, uncompressed if it begins as gzip does.
  private static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
    buffered.reset();
    return gzip ? new GZIPInputStream(buffered) : buffered;
  }

  /// What the run was told, with names that `--config` takes back.
  private JsonObject settingsJson(SampleSettings sampling, GenerateSettings settings) {
    JsonObject json = RecordJson.toJson(sampling);
    RecordJson.toJson(settings).asMap().forEach(json::add);
    if (settings.timeLimit() == 0) {
      json.remove("time-limit");
    }
    perReference.ifPresent(k -> {
      json.addProperty("per-reference", k);
      json.remove("count");
    });
    json.addProperty("model", ModelFile.name(model));
    smiles.ifPresent(text -> json.addProperty("smiles", text));
    return json;
  }
}
