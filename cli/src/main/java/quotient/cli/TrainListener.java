package quotient.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import quotient.models.train.Trainer;

/// Shows a training's progress and remembers its last figures.
final class TrainListener {
  private static final double KEEP = 0.98;

  private final Session session;
  private final long steps;
  private final long from;
  private double loss = Double.NaN;
  private Map<String, Double> validation = new LinkedHashMap<>();

  /// @param steps of the whole run
  /// @param from the step at which this process takes it up
  TrainListener(Session session, long steps, long from) {
    this.session = session;
    this.steps = steps;
    this.from = from;
  }

  /// What the trainer is to tell.
  Trainer.Listener on(Progress progress) {
    return new Trainer.Listener() {
      @Override
      public void onStep(Trainer.StepMetrics metrics) {
        loss = Double.isNaN(loss) ? metrics.loss() : KEEP * loss + (1 - KEEP) * metrics.loss();
        progress.update(
            metrics.step() + 1 - from,
            steps - from,
            String.format(Locale.ROOT, "loss %.4f  %.2f s/step", loss, metrics.seconds()));
      }

      @Override
      public void onValidation(long step, Map<String, Double> figures) {
        validation = figures;
        progress.clear();
        StringBuilder line = new StringBuilder("step " + (step + 1));
        line.append(String.format(Locale.ROOT, "  loss %.4f  validation", loss));
        figures.forEach(
            (name, value) -> line.append(String.format(Locale.ROOT, "  %s %.4f", name, value)));
        session.say(line.toString());
      }
    };
  }

  /// The training loss, averaged over about fifty steps.
  double loss() {
    return loss;
  }

  /// The figures of the last validation.
  Map<String, Double> validation() {
    return validation;
  }
}
