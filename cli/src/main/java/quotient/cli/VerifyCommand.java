package quotient.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import quotient.models.report.HtmlReport;
import quotient.models.toy.ToyFigure;
import quotient.models.verify.Row;
import quotient.models.verify.Verification;
import quotient.models.verify.VerificationReport;
import quotient.tensor.random.RandomKey;

/// `quotient verify`.
@Command(
    name = "verify",
    header = "statistical proof that the samplers recover the target",
    description = {
      "Every sampler on exactly known targets, against closed forms. Negative controls are deliberate",
      "faults that must be detected. A correct build fails with probability below 1e-3 for any seed.",
    },
    footer = {
      "quotient verify",
      "quotient verify --space plane --samples 2000 --seed 1 --json",
      "quotient verify --report verify.html",
    })
final class VerifyCommand implements Callable<Integer>, HelpText.Defaults, HelpText.Appendix {
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--space",
      order = 0,
      paramLabel = "NAME",
      description = "all, or one of the spaces listed by 'quotient help verify'. Default: all.")
  private String space = "all";

  @Option(
      names = "--samples",
      order = 0,
      paramLabel = "N",
      description = "Size of the random checks.")
  private int samples = Verification.STANDARD_SAMPLES;

  @Override
  public Map<String, String> defaults() {
    return Map.of("--samples", String.valueOf(Verification.STANDARD_SAMPLES));
  }

  @Override
  public String appendix() {
    return "Spaces\n  " + String.join("\n  ", Verification.spaces());
  }

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      Verification.Settings settings =
          UsageException.checked(() -> new Verification.Settings(space, samples, session.seed()));
      if (runtime.report().isPresent()) {
        session.requireWritable(runtime.report().get());
      }
      if (runtime.dryRun()) {
        session.say("would verify " + space + " with " + samples + " samples");
        return ExitCode.OK.code();
      }
      List<Row> rows;
      try (Progress progress = session.progress("verify")) {
        rows =
            Verification.run(
                settings,
                session.pool(),
                (done, all, next) -> {
                  session.checkInterrupted();
                  progress.update(done, all, next);
                });
      }
      if (runtime.json()) {
        session.printJson(json(settings, rows));
      } else {
        print(session, rows);
      }
      if (runtime.report().isPresent()) {
        HtmlReport page =
            new HtmlReport("Verification", "The samplers against exactly known targets.")
                .highlight("rows", String.valueOf(rows.size()))
                .highlight(
                    "as they should be", String.valueOf(rows.stream().filter(Row::passed).count()))
                .highlight("seed", String.valueOf(settings.seed()))
                .add(VerificationReport.section(rows));
        ToyFigure.exact(RandomKey.of(settings.seed()).child("figures")).forEach(page::add);
        page.write(runtime.report().get());
      }
      return Verification.passed(rows) ? ExitCode.OK.code() : ExitCode.VERIFICATION.code();
    }
  }

  private static JsonObject json(Verification.Settings settings, List<Row> rows) {
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/verify/1");
    json.addProperty("space", settings.space());
    json.addProperty("samples", settings.samples());
    json.addProperty("seed", settings.seed());
    json.addProperty("false-alarm", Verification.FALSE_ALARM);
    json.addProperty("passed", Verification.passed(rows));
    JsonArray array = new JsonArray();
    for (Row row : rows) {
      JsonObject one = new JsonObject();
      one.addProperty("space", row.space());
      one.addProperty("sampler", row.sampler());
      one.addProperty("statistic", row.statistic());
      if (Double.isFinite(row.value())) {
        one.addProperty("value", row.value());
      }
      one.addProperty("expected", row.expected());
      one.addProperty("threshold", row.threshold());
      one.addProperty("level", row.level());
      one.addProperty("control", row.control());
      one.addProperty("verdict", row.verdict());
      array.add(one);
    }
    json.add("rows", array);
    return json;
  }

  private static void print(Session session, List<Row> rows) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    widths.put("space", 5);
    widths.put("sampler", 7);
    widths.put("statistic", 9);
    for (Row row : rows) {
      widths.merge("space", row.space().length(), Math::max);
      widths.merge("sampler", row.sampler().length(), Math::max);
      widths.merge("statistic", row.statistic().length(), Math::max);
    }
    String form =
        "%-"
            + widths.get("space")
            + "s  %-"
            + widths.get("sampler")
            + "s  %-"
            + widths.get("statistic")
            + "s  ";
    session
        .out()
        .printf(
            form + "%11s %11s %10s %8s  %s%n",
            "space",
            "sampler",
            "statistic",
            "value",
            "expected",
            "threshold",
            "level",
            "verdict");
    for (Row row : rows) {
      session
          .out()
          .printf(
              Locale.ROOT,
              form + "%11.4g %11.4g %10.3g %8.1e  %s%n",
              row.space(),
              row.sampler(),
              row.statistic(),
              row.value(),
              row.expected(),
              row.threshold(),
              row.level(),
              row.verdict());
    }
    long wrong = rows.stream().filter(row -> !row.passed()).count();
    session
        .out()
        .printf(
            "%n%d rows, %s%n",
            rows.size(), wrong == 0 ? "all as they should be" : wrong + " not as they should be");
  }
}
