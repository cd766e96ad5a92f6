package quotient.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import quotient.models.demo.Demo;
import quotient.models.demo.DemoSettings;
import quotient.models.metric.ConformerEvaluation;
import quotient.models.train.Trainer;
import quotient.models.verify.Verification;

/// `quotient demo`.
@Command(
    name = "demo",
    header = "the whole loop on the embedded data: train, sample, evaluate, verify, report",
    description = {
      "Trains a small network on molecules inside the program, samples others, judges the samples",
      "against known conformers, verifies the samplers, and writes one HTML page about it.",
    },
    footer = {
      "quotient demo",
      "quotient demo --quick --seed 1 --out quick-demo",
    })
final class DemoCommand implements Callable<Integer> {
  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--out",
      order = 0,
      paramLabel = "DIR",
      description = "Where everything is written. Default: quotient-demo.")
  private Path out = Path.of("quotient-demo");

  @Option(
      names = "--quick",
      order = 0,
      description = "A one-minute version, in which little can be learned.")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      DemoSettings settings =
          quick ? DemoSettings.quick(session.seed()) : DemoSettings.standard(session.seed());
      if (Files.exists(out.resolve("run")) && !runtime.overwrite()) {
        throw new UsageException(
            out + ": holds a demonstration already; use --overwrite, or another --out");
      }
      if (runtime.dryRun()) {
        session.say(
            "would train for "
                + settings.training().steps()
                + " steps and sample "
                + settings.molecules()
                + " molecules into "
                + out);
        return ExitCode.OK.code();
      }
      Talk talk = new Talk(session, settings.training().steps());
      Demo demo = new Demo(settings, session.pool(), out, talk);
      Demo.Result result;
      try (talk) {
        result = demo.run();
      }
      if (runtime.json()) {
        session.printJson(json(result));
      } else {
        print(session, result);
      }
      if (runtime.report().isPresent()) {
        session.requireWritable(runtime.report().get());
        Files.copy(demo.report(), runtime.report().get());
      }
      session.say(
          String.format(
              Locale.ROOT,
              "done after %s; open %s",
              Progress.duration(session.seconds()),
              demo.report()));
      return Verification.passed(result.verification())
          ? ExitCode.OK.code()
          : ExitCode.VERIFICATION.code();
    }
  }

  private JsonObject json(Demo.Result result) {
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/demo/1");
    json.addProperty("out", out.toString());
    result.evaluations().forEach((name, e) -> json.add(name.replace(" network", ""), e.toJson()));
    json.addProperty("verified", Verification.passed(result.verification()));
    return json;
  }

  private static void print(Session session, Demo.Result result) {
    session
        .out()
        .printf(
            "%-18s %10s %10s %12s %12s %8s%n",
            "conformers of", "COV-R 0.5", "COV-P 0.5", "AMR-R mean", "AMR-P mean", "failed");
    for (Map.Entry<String, ConformerEvaluation> entry : result.evaluations().entrySet()) {
      ConformerEvaluation e = entry.getValue();
      session
          .out()
          .printf(
              Locale.ROOT,
              "%-18s %8.1f %% %8.1f %% %10.3f Å %10.3f Å %8d%n",
              entry.getKey(),
              100 * e.recallCoverage(0.5).mean(),
              100 * e.precisionCoverage(0.5).mean(),
              e.recallAmr().mean(),
              e.precisionAmr().mean(),
              e.failed());
    }
    long right = result.verification().stream().filter(row -> row.passed()).count();
    session
        .out()
        .printf(
            "%d of %d rows of the verification are as they should be%n",
            right, result.verification().size());
  }

  /// Shows each part's progress.
  private static final class Talk implements Demo.Listener, AutoCloseable {
    private final Session session;
    private final TrainListener training;
    private Progress progress;
    private Trainer.Listener trainer;

    Talk(Session session, long steps) {
      this.session = session;
      this.training = new TrainListener(session, steps, 0);
      this.progress = session.progress("demo");
      this.trainer = training.on(progress);
    }

    @Override
    public void onPart(String name) {
      progress.close();
      session.say(name);
      String word = name.substring(0, name.indexOf(' '));
      progress = session.progress(word);
      trainer = training.on(progress);
    }

    @Override
    public void onProgress(long done, long all, String note) {
      progress.update(done, all, note);
    }

    @Override
    public void onStep(Trainer.StepMetrics metrics) {
      trainer.onStep(metrics);
    }

    @Override
    public void onValidation(long step, Map<String, Double> figures) {
      trainer.onValidation(step, figures);
    }

    @Override
    public void close() {
      progress.close();
    }
  }
}
