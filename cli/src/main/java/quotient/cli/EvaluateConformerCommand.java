package quotient.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import quotient.models.metric.ConformerEvaluation;
import quotient.models.metric.ConformerEvaluation.Settings;
import quotient.models.metric.DistributionEvaluation;
import quotient.models.metric.EvaluationReport;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;

/// `quotient evaluate conformer`.
@Command(
    name = "conformer",
    header = "coverage and AMR of generated conformers, symmetry-aware",
    description = {
      "Heavy-atom RMSD after the best proper rotation, smallest over symmetry-equivalent atoms.",
      "Recall asks how near the generated conformers come to each reference, precision the reverse.",
      "A molecule without generated conformers counts as coverage 0 and is left out of AMR.",
    },
    footer = {
      "quotient evaluate conformer --reference test.sdf --generated generated.sdf",
      "quotient evaluate conformer --reference r.sdf.gz --generated g.sdf --threshold 0.75 --json",
    })
final class EvaluateConformerCommand implements Callable<Integer>, HelpText.Defaults {
  private static final double DEFAULT_THRESHOLD = 0.5;

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--reference",
      order = 0,
      required = true,
      paramLabel = "FILE.sdf[.gz]",
      description = "Known conformers.")
  private Path reference = Path.of("");

  @Option(
      names = "--generated",
      order = 0,
      required = true,
      paramLabel = "FILE.sdf[.gz]",
      description = "Conformers to be judged, of the same molecules.")
  private Path generated = Path.of("");

  @Option(
      names = "--threshold",
      order = 0,
      paramLabel = "X",
      description =
          "Distance that counts as covered, Å; 0.75 is customary for drug-like molecules.")
  private double threshold = DEFAULT_THRESHOLD;

  @Option(
      names = "--ratio",
      paramLabel = "K",
      description = "Generated conformers used per reference conformer; 0 for all.")
  private int ratio = Settings.of(DEFAULT_THRESHOLD).ratio();

  @Option(
      names = "--min-heavy",
      paramLabel = "N",
      description = "Molecules with fewer heavy atoms are left out.")
  private int leastHeavyAtoms = Settings.of(DEFAULT_THRESHOLD).leastHeavyAtoms();

  @Option(
      names = "--distribution",
      description =
          "Also compare how samples are spread over the reference conformers, with all samples:"
              + " total variation, its sampling floor, divergence of torsions.")
  private boolean distribution;

  @Override
  public Map<String, String> defaults() {
    Settings settings = Settings.of(DEFAULT_THRESHOLD);
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("--threshold", String.valueOf(settings.threshold()));
    defaults.put("--ratio", String.valueOf(settings.ratio()));
    defaults.put("--min-heavy", String.valueOf(settings.leastHeavyAtoms()));
    return defaults;
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      Settings settings =
          UsageException.checked(() -> new Settings(threshold, ratio, leastHeavyAtoms));
      if (runtime.report().isPresent()) {
        session.requireWritable(runtime.report().get());
      }
      if (runtime.dryRun()) {
        session.say("would compare " + generated + " with " + reference);
        return ExitCode.OK.code();
      }
      ConformerEvaluation result =
          ConformerEvaluation.of(reference, generated, settings, session.pool());
      Optional<JsonObject> spread =
          distribution
              ? Optional.of(
                  DistributionEvaluation.of(reference, generated, session.pool()).toJson())
              : Optional.empty();
      if (runtime.json()) {
        JsonObject json = result.toJson();
        spread.ifPresent(found -> json.add("distribution", found));
        session.printJson(json);
      } else {
        print(session, result);
        spread.ifPresent(found -> print(session, found));
      }
      if (runtime.report().isPresent()) {
        report(result).write(runtime.report().get());
      }
      return result.failed() > 0 ? ExitCode.PARTIAL.code() : ExitCode.OK.code();
    }
  }

  private HtmlReport report(ConformerEvaluation result) {
    Map<String, String> facts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : result.toJson().entrySet()) {
      if (entry.getValue().isJsonPrimitive()) {
        facts.put(entry.getKey(), entry.getValue().getAsString());
      }
    }
    HtmlReport page =
        new HtmlReport("Evaluation", generated + " against " + reference)
            .highlight("molecules", String.valueOf(result.molecules().size()))
            .highlight("failed", String.valueOf(result.failed()));
    EvaluationReport.sections(Map.of(generated.toString(), result)).forEach(page::add);
    return page.add(new Section.Facts("Facts", "", facts, true));
  }

  private static void print(Session session, ConformerEvaluation result) {
    JsonObject json = result.toJson();
    session
        .out()
        .printf(
            Locale.ROOT,
            "%d molecules, %d failed, %d references, %d generated%n%n",
            result.molecules().size(),
            result.failed(),
            json.get("reference_conformers").getAsInt(),
            json.get("generated_conformers").getAsInt());
    session.out().printf("%-10s %12s %12s %12s%n", "", "coverage", "AMR mean", "AMR median");
    for (String side : new String[] {"recall", "precision"}) {
      JsonObject figures = json.getAsJsonObject(side);
      session
          .out()
          .printf(
              Locale.ROOT,
              "%-10s %12s %12s %12s%n",
              side,
              percent(figures.getAsJsonObject("coverage").get("mean")),
              distance(figures.getAsJsonObject("amr").get("mean")),
              distance(figures.getAsJsonObject("amr").get("median")));
    }
    session.out().printf("%n%-10s %12s %12s%n", "within", "recall", "precision");
    for (JsonElement row : json.getAsJsonArray("sweep")) {
      JsonObject at = row.getAsJsonObject();
      session
          .out()
          .printf(
              Locale.ROOT,
              "%-10s %12s %12s%n",
              at.get("threshold").getAsString() + " Å",
              percent(at.get("recall")),
              percent(at.get("precision")));
    }
    session
        .out()
        .printf(
            Locale.ROOT,
            "%nvalid geometry %s, right stereoisomer %s%n",
            percent(json.get("geometry_valid")),
            percent(json.get("stereo_correct")));
  }

  private static void print(Session session, JsonObject spread) {
    session.out().println();
    spread
        .asMap()
        .forEach((name, value) ->
            session
                .out()
                .printf(Locale.ROOT, "%-20s %s%n", name.replace('_', ' '), value.getAsString()));
  }

  private static String percent(JsonElement value) {
    return value.isJsonNull()
        ? "-"
        : String.format(Locale.ROOT, "%.2f %%", 100 * value.getAsDouble());
  }

  private static String distance(JsonElement value) {
    return value.isJsonNull() ? "-" : String.format(Locale.ROOT, "%.4f Å", value.getAsDouble());
  }
}
