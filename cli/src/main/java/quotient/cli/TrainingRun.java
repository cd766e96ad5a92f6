package quotient.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Locale;
import quotient.models.report.HtmlReport;
import quotient.models.train.MemoryPlan;
import quotient.models.train.RunDirectory;
import quotient.models.train.Trainer;

/// The part of a training that is the same whatever is trained: progress, pages and the end.
///
/// @param directory of the run
/// @param steps of the whole run
/// @param from the step at which this process takes it up
record TrainingRun(
    Session session, RuntimeOptions runtime, RunDirectory directory, long steps, long from) {
  /// Makes the page of the run from its files.
  @FunctionalInterface
  interface Page {
    HtmlReport read(RunDirectory directory) throws IOException;
  }

  /// Trains to the end, the limit of time or an interruption, and says how it ended.
  ///
  /// @return the exit code
  int finish(Trainer trainer, Page page) throws IOException {
    MemoryPlan plan = trainer.plan();
    session.say("memory: " + plan);
    TrainListener listener = new TrainListener(session, steps, from);
    Trainer.Outcome outcome;
    try (Progress progress = session.progress("train")) {
      outcome = trainer.run(listener.on(progress));
    }
    Thread.interrupted();
    HtmlReport report = page.read(directory);
    report.write(directory.report());
    if (runtime.report().isPresent()) {
      session.requireWritable(runtime.report().get());
      report.write(runtime.report().get());
    }
    if (runtime.json()) {
      session.printJson(json(trainer, plan, listener, outcome));
    }
    return say(trainer, outcome);
  }

  private JsonObject json(
      Trainer trainer, MemoryPlan plan, TrainListener listener, Trainer.Outcome outcome) {
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/train/1");
    json.addProperty("run", directory.root().toString());
    json.addProperty("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.addProperty("step", trainer.step());
    json.addProperty("loss", listener.loss());
    JsonObject figures = new JsonObject();
    listener.validation().forEach(figures::addProperty);
    json.add("validation", figures);
    json.addProperty("seconds", session.seconds());
    json.addProperty("pass_bytes", trainer.passBytes());
    json.addProperty("planned_bytes", plan.total());
    return json;
  }

  private int say(Trainer trainer, Trainer.Outcome outcome) {
    String made =
        String.format(
            Locale.ROOT,
            "; values and gradients took %.1f MiB at most; model %s, report %s",
            trainer.passBytes() / 1048576.0,
            directory.best(),
            directory.report());
    return switch (outcome) {
      case FINISHED -> {
        session.say("done after " + Progress.duration(session.seconds()) + made);
        yield ExitCode.OK.code();
      }
      case OUT_OF_TIME -> {
        session.say("time is up at step " + trainer.step() + "; go on with --resume" + made);
        yield ExitCode.OK.code();
      }
      case INTERRUPTED -> {
        session.say("stopped at step " + trainer.step() + "; go on with --resume");
        yield ExitCode.INTERRUPTED.code();
      }
    };
  }
}
