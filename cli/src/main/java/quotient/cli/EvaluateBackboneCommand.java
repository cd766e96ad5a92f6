package quotient.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import quotient.models.io.AtomicFile;
import quotient.models.metric.BackboneEvaluation;
import quotient.models.metric.BackboneStatistics;
import quotient.models.protein.Backbone;
import quotient.models.protein.ChainRules;
import quotient.models.protein.StructureFile;
import quotient.models.report.BackboneFigure;
import quotient.models.report.BackboneView;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;
import quotient.models.report.SvgFigure;

/// `quotient evaluate backbone`.
@Command(
    name = "backbone",
    header = "judge protein backbones without any external network",
    description = {
      "Distances of consecutive alpha carbons, contacts, helix and strand content, radius of",
      "gyration, contact order; with --reference their distances from known chains of the same",
      "lengths, beside the distance of two halves of these; diversity and, with --training, novelty",
      "by TM-score. Designability needs external networks: docs/backbones.md says how.",
    },
    footer = {
      "quotient evaluate backbone --generated designs/ --reference test.pdb.gz",
      "quotient evaluate backbone --generated designs/ --reference test.pdb.gz --training train.pdb.gz --json",
    })
final class EvaluateBackboneCommand implements Callable<Integer>, HelpText.Defaults {
  /// Structures drawn in the report.
  private static final int REPORTED = 60;

  private static final String DISTRIBUTIONS = "distributions.svg";
  private static final String TRACES = "traces.svg";

  private static final BackboneEvaluation.Settings DEFAULTS =
      BackboneEvaluation.Settings.defaults();

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--generated",
      order = 0,
      required = true,
      paramLabel = "DIR|FILE",
      description = "Structures to be judged: .pdb or .cif, .gz or not, or a folder of them.")
  private Path generated = Path.of("");

  @Option(
      names = "--reference",
      order = 0,
      paramLabel = "FILE|DIR",
      description =
          "Known chains to compare distributions with; those of other lengths are left out.")
  private Optional<Path> reference = Optional.empty();

  @Option(
      names = "--training",
      order = 0,
      paramLabel = "FILE|DIR",
      description = "Chains of the training, for novelty.")
  private Optional<Path> training = Optional.empty();

  @Option(
      names = "--svg",
      order = 0,
      paramLabel = "DIR",
      description =
          "Draw the distributions beside those of --reference, and a few traces: distributions.svg"
              + " and traces.svg.")
  private Optional<Path> svg = Optional.empty();

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Pairs that are aligned for the diversity; 0 leaves it out.")
  private int pairs = DEFAULTS.pairs();

  @Option(
      names = "--cluster-tm",
      paramLabel = "X",
      description = "TM-score from which two structures count as one fold.")
  private double clusterLimit = DEFAULTS.clusterLimit();

  @Option(
      names = "--refined",
      paramLabel = "N",
      description =
          "Training chains that are aligned with full effort, of those that look nearest.")
  private int refined = DEFAULTS.refined();

  @Override
  public Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("--pairs", String.valueOf(DEFAULTS.pairs()));
    defaults.put("--cluster-tm", String.valueOf(DEFAULTS.clusterLimit()));
    defaults.put("--refined", String.valueOf(DEFAULTS.refined()));
    return defaults;
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      BackboneEvaluation.Settings settings =
          UsageException.checked(
              () -> new BackboneEvaluation.Settings(pairs, clusterLimit, refined));
      if (runtime.report().isPresent()) {
        session.requireWritable(runtime.report().get());
      }
      if (svg.isPresent() && Files.exists(svg.get())) {
        session.requireWritable(svg.get().resolve(DISTRIBUTIONS));
        session.requireWritable(svg.get().resolve(TRACES));
      }
      List<String> problems = new ArrayList<>();
      List<Backbone> made = StructureFile.readAll(generated, ChainRules.lenient(), problems::add);
      List<Backbone> known = read(session, reference);
      List<Backbone> seen = read(session, training);
      problems.forEach(problem -> session.warn("left out: " + problem));
      if (runtime.dryRun()) {
        session.say(
            "would judge "
                + made.size()
                + " structures by "
                + known.size()
                + " known chains and "
                + seen.size()
                + " of the training");
        return ExitCode.OK.code();
      }
      BackboneEvaluation result =
          BackboneEvaluation.of(made, known, seen, settings, session.pool());
      if (runtime.json()) {
        JsonObject json = result.toJson();
        json.addProperty("failed", problems.size());
        session.printJson(json);
      } else {
        print(session, result);
      }
      if (runtime.report().isPresent()) {
        report(result).write(runtime.report().get());
      }
      if (svg.isPresent()) {
        draw(svg.get(), DISTRIBUTIONS, BackboneFigure.distributions(made, known));
        draw(svg.get(), TRACES, BackboneFigure.traces(made));
      }
      return problems.isEmpty() ? ExitCode.OK.code() : ExitCode.PARTIAL.code();
    }
  }

  private static void draw(Path folder, String name, SvgFigure figure) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.write(folder.resolve(name), figure.svg().getBytes(StandardCharsets.UTF_8));
  }

  private static List<Backbone> read(Session session, Optional<Path> path) throws IOException {
    List<String> problems = new ArrayList<>();
    List<Backbone> chains =
        path.isEmpty()
            ? List.of()
            : StructureFile.readAll(
                path.get(), ChainRules.strict(ChainRules.Gaps.REFUSE), problems::add);
    if (!problems.isEmpty()) {
      session.warn(
          problems.size() + " chains or files were left out; the first: " + problems.getFirst());
    }
    return chains;
  }

  private static void print(Session session, BackboneEvaluation result) {
    line(session, "structures", "%d", result.generated().size());
    line(session, "valid (steps and contacts)", "%s", percent(result.valid()));
    line(
        session,
        "steps all within 3.8 ± 0.2 Å",
        "%s",
        percent(result.mean(s -> s.goodSteps() == 1 ? 1 : 0)));
    line(
        session,
        "steps within 3.8 ± 0.2 Å",
        "%s",
        percent(result.mean(BackboneStatistics::goodSteps)));
    line(
        session,
        "no contact below 3 Å",
        "%s",
        percent(result.mean(s -> s.contacts() == 0 ? 1 : 0)));
    line(session, "helix", "%s", percent(result.mean(BackboneStatistics::helix)));
    line(session, "strand", "%s", percent(result.mean(BackboneStatistics::strand)));
    line(session, "left-handed helix", "%s", percent(result.mean(BackboneStatistics::leftHelix)));
    line(
        session,
        "radius of gyration",
        "%.2f Å, %.3f of a folded chain's",
        result.mean(BackboneStatistics::gyration),
        result.mean(BackboneStatistics::relativeGyration));
    line(session, "contact order", "%.3f", result.mean(BackboneStatistics::contactOrder));
    result
        .diversity()
        .ifPresent(d -> {
          line(session, "mean TM-score of pairs", "%.3f (%d pairs)", d.meanTm(), d.pairs());
          line(session, "folds", "%d of %d structures", d.clusters(), d.clustered());
        });
    result
        .novelty()
        .ifPresent(n ->
            line(
                session,
                "nearest in the training",
                "TM-score %.3f in the mean, %s below 0.5",
                n.mean(),
                percent(n.newFolds())));
    if (!result.distances().isEmpty()) {
      session
          .out()
          .printf(
              Locale.ROOT,
              "%n%-20s %-16s %10s %10s %12s %8s%n",
              "distance from " + result.referenceCount(),
              "measure",
              "distance",
              "halves",
              "halves 95 %",
              "ratio");
      for (BackboneEvaluation.Distance d : result.distances()) {
        session
            .out()
            .printf(
                Locale.ROOT,
                "%-20s %-16s %10.4f %10.4f %12.4f %8.2f%n",
                d.name(),
                d.measure(),
                d.distance(),
                d.halves(),
                d.halves95(),
                d.ratio());
      }
    }
  }

  private static void line(Session session, String name, String format, Object... values) {
    session.out().printf(Locale.ROOT, "%-32s" + format + "%n", prepend(name, values));
  }

  private static Object[] prepend(String name, Object[] values) {
    Object[] all = new Object[values.length + 1];
    all[0] = name;
    System.arraycopy(values, 0, all, 1, values.length);
    return all;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private HtmlReport report(BackboneEvaluation result) {
    HtmlReport page =
        new HtmlReport("Backbones judged", generated.toString())
            .highlight("structures", String.valueOf(result.generated().size()))
            .highlight("valid", percent(result.valid()));
    page.add(
        new Section.Gallery(
            "Structures",
            "Alpha-carbon traces, drawn as tubes.",
            result.generated().stream().limit(REPORTED).map(BackboneView::of).toList()));
    if (!result.distances().isEmpty()) {
      page.add(
          new Section.Table(
              "Distances from the reference",
              "Halves: the distance of two random halves of the reference, in the mean and 95 % of"
                  + " the time at most.",
              List.of("quantity", "measure", "distance", "halves", "halves 95 %", "ratio"),
              result.distances().stream()
                  .<List<Object>>map(d ->
                      List.of(
                          d.name(), d.measure(), d.distance(), d.halves(), d.halves95(), d.ratio()))
                  .toList()));
    }
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < result.generated().size(); i++) {
      BackboneStatistics s = result.statistics().get(i);
      rows.add(
          List.of(
              result.generated().get(i).name(),
              s.length(),
              s.goodSteps(),
              s.contacts(),
              s.helix(),
              s.strand(),
              s.gyration(),
              s.contactOrder()));
    }
    return page.add(
        new Section.Table(
            "Figures",
            "",
            List.of(
                "name",
                "residues",
                "good steps",
                "contacts",
                "helix",
                "strand",
                "gyration [Å]",
                "contact order"),
            rows));
  }
}
