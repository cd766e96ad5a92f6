package quotient.models.train;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import quotient.autodiff.ParameterSet;
import quotient.autodiff.optim.Adam;
import quotient.autodiff.optim.ExponentialAverage;
import quotient.autodiff.optim.GlobalNorm;
import quotient.autodiff.optim.GradientClip;
import quotient.autodiff.optim.LearningRate;
import quotient.tensor.kernel.KernelProvider;
import quotient.tensor.random.RandomKey;

/// The training loop: draw, gradients of the slices, one fixed-order sum, clip, update, record.
///
/// The state after step k is a function of the settings, the data and k alone: not of the number of
/// threads, nor of interruptions between checkpoints. *Confined.*
public final class Trainer {
  private static final float[] NO_GRADIENTS = new float[0];

  private final TrainingTask task;
  private final TrainSettings settings;
  private final RunDirectory directory;
  private final JsonObject model;
  private final Lanes lanes;
  private final ParameterSet parameters;
  private final LearningRate rate;
  private final GradientClip clip;
  private final Adam adam;
  private final Optional<ExponentialAverage> average;
  private final float[][] laneGradients;
  private final float[] gradients;
  private final Lanes.Turnstile turnstile = new Lanes.Turnstile();
  private long step;
  private long lastSaved = -1;
  private double bestLoss = Double.POSITIVE_INFINITY;

  /// A run from the weights that the task holds now.
  ///
  /// @param model the description that exported models carry, see {@link Checkpoint#newHeader}
  public Trainer(
      TrainingTask task,
      TrainSettings settings,
      RunDirectory directory,
      JsonObject model,
      Lanes lanes) {
    this.task = task;
    this.settings = settings;
    this.directory = directory;
    this.model = model;
    this.lanes = lanes;
    this.parameters = task.parameters();
    this.rate = rate(settings);
    this.clip = clip(settings);
    this.adam =
        new Adam(
            parameters,
            settings.beta1(),
            settings.beta2(),
            1e-8,
            settings.weightDecay(),
            lanes.pool());
    this.average =
        settings.ema() > 0
            ? Optional.of(new ExponentialAverage(parameters, settings.ema()))
            : Optional.empty();
    this.gradients = parameters.newVector();
    this.laneGradients = new float[lanes.count()][];
    for (int lane = 0; lane < laneGradients.length; lane++) {
      laneGradients[lane] = NO_GRADIENTS;
    }
  }

  private static LearningRate rate(TrainSettings s) {
    return switch (s.schedule()) {
      case CONSTANT -> LearningRate.constant(s.lr(), s.warmup());
      case COSINE ->
          LearningRate.cosine(s.lr(), 1e-8, s.cycle() > 0 ? s.cycle() : s.steps(), s.warmup());
      case PLATEAU ->
          LearningRate.plateau(
              s.lr(), 1e-8, TrainSettings.plateau(s.steps()), s.steps(), s.warmup());
    };
  }

  private static GradientClip clip(TrainSettings s) {
    return switch (s.clip()) {
      case NONE -> GradientClip.none();
      case NORM -> GradientClip.norm(s.clipNorm());
      case DYNAMIC -> GradientClip.dynamic();
    };
  }

  /// The step that runs next.
  public long step() {
    return step;
  }

  /// Rehearses the largest passes, so that memory for all passes is there and does not grow while
  /// training, and says what the run needs. To be called before {@link #run}, after {@link #resume};
  /// no bit of the training depends on it.
  ///
  /// @throws HeapTooSmallException if the heap does not suffice
  public MemoryPlan plan() {
    return plan(Runtime.getRuntime().maxMemory());
  }

  MemoryPlan plan(long heap) {
    return new Rehearsal(task, lanes, gradients, this::laneGradients, average.isPresent())
        .run(heap);
  }

  /// Bytes that values and gradients of a pass took at most since the {@link #plan}, over all threads;
  /// weights, moments and averages are not counted.
  public long passBytes() {
    return lanes.peakBytes();
  }

  // ---- the loop ----

  /// Runs until the last step, a limit of time, or an interruption of this thread.
  ///
  /// @throws TrainingDivergedException on a loss or gradient that is not finite
  public Outcome run(Listener listener) throws IOException {
    directory.create();
    long started = System.nanoTime();
    RandomKey root = RandomKey.of(settings.seed()).child("train");
    while (step < settings.steps()) {
      if (Thread.currentThread().isInterrupted()) {
        saveIfNew();
        return Outcome.INTERRUPTED;
      }
      double minutes = (System.nanoTime() - started) / 60e9;
      if (settings.maxMinutes() > 0 && minutes >= settings.maxMinutes()) {
        saveIfNew();
        return Outcome.OUT_OF_TIME;
      }
      runStep(root.child(step), listener);
    }
    saveIfNew();
    return Outcome.FINISHED;
  }

  private void runStep(RandomKey key, Listener listener) throws IOException {
    long started = System.nanoTime();
    double loss = gradients(task.draw(key));
    double norm = GlobalNorm.of(gradients, lanes.pool());
    requireFinite(loss, norm);
    double r = rate.rate(step);
    adam.step(parameters, gradients, clip.factor(norm), r);
    average.ifPresent(a -> a.update(parameters));
    StepMetrics metrics =
        new StepMetrics(step, loss, r, norm, (System.nanoTime() - started) * 1e-9);
    directory.appendMetrics(metrics.toJson());
    step++;
    listener.onStep(metrics);
    if (step % settings.validateEvery() == 0 || step == settings.steps()) {
      validate(listener);
    }
    if (step % settings.checkpointEvery() == 0) {
      save();
    }
  }

  /// The summed gradient of the slices, in their order; returns the summed loss.
  private double gradients(List<TrainingTask.Slice> slices) {
    if (slices.size() == 1) {
      double[] loss = new double[1];
      lanes.forEach(
          1, (index, tape, lane) -> loss[0] = slices.getFirst().gradients(tape, gradients));
      return loss[0];
    }
    turnstile.reset();
    double[] loss = new double[1];
    lanes.forEach(
        slices.size(),
        (index, tape, lane) -> {
          try {
            float[] own = laneGradients(lane);
            double share = slices.get(index).gradients(tape, own);
            turnstile.pass(
                index,
                () -> {
                  add(own, index == 0);
                  loss[0] += share;
                });
          } catch (RuntimeException | Error e) {
            turnstile.abandon();
            throw e;
          }
        });
    return loss[0];
  }

  /// A vector of the lane's own, made when a batch first has several slices.
  private float[] laneGradients(int lane) {
    if (laneGradients[lane].length == 0) {
      laneGradients[lane] = parameters.newVector();
    }
    return laneGradients[lane];
  }

  private void add(float[] slice, boolean first) {
    if (first) {
      System.arraycopy(slice, 0, gradients, 0, slice.length);
    } else {
      KernelProvider.kernels().add(gradients, 0, slice, 0, gradients, 0, slice.length);
    }
  }

  private void requireFinite(double loss, double norm) throws IOException {
    if (Double.isFinite(loss) && Double.isFinite(norm)) {
      return;
    }
    List<Long> saved = directory.checkpointSteps();
    throw new TrainingDivergedException(
        "step "
            + step
            + ": "
            + (Double.isFinite(loss) ? "gradient norm is " + norm : "loss is " + loss)
            + "; "
            + (saved.isEmpty()
                ? "no checkpoint was written yet"
                : "the checkpoint of step " + saved.getLast() + " is intact")
            + "; a lower --lr is the usual way out");
  }

  // ---- validation ----

  private void validate(Listener listener) throws IOException {
    Map<String, Double> figures = withAveragedWeights(() -> task.validate(lanes));
    JsonObject line = new JsonObject();
    line.addProperty("step", step - 1);
    JsonObject values = new JsonObject();
    figures.forEach(values::addProperty);
    line.add("validation", values);
    directory.appendMetrics(line);
    listener.onValidation(step - 1, figures);
    Double loss = figures.get("loss");
    if (loss != null && loss < bestLoss) {
      bestLoss = loss;
      Checkpoint.writeModel(directory.best(), parameters, weightsToUse(), model(figures));
    }
  }

  private Map<String, Double> withAveragedWeights(Supplier<Map<String, Double>> judge) {
    if (average.isEmpty()) {
      return judge.get();
    }
    float[] kept = parameters.copyValues();
    try {
      setWeights(average.get().values());
      return judge.get();
    } finally {
      setWeights(kept);
    }
  }

  private void setWeights(float[] from) {
    parameters.update(values -> System.arraycopy(from, 0, values, 0, values.length));
  }

  /// What one samples with, not to be written: the average where there is one.
  private float[] weightsToUse() {
    return average.map(ExponentialAverage::values).orElseGet(parameters::copyValues);
  }

  private JsonObject model(Map<String, Double> figures) {
    JsonObject described = model.deepCopy();
    JsonObject trained = new JsonObject();
    trained.addProperty("steps", step);
    figures.forEach((name, value) -> trained.addProperty("validation-" + name, value));
    described.add("trained", trained);
    described.add("provenance", Provenance.current().toJson());
    return described;
  }

  // ---- checkpoints ----

  private void saveIfNew() throws IOException {
    if (lastSaved != step) {
      save();
    }
  }

  private void save() throws IOException {
    new Checkpoint(
            step,
            settings.seed(),
            bestLoss,
            parameters.copyValues(),
            average.map(ExponentialAverage::values).orElseGet(() -> new float[0]),
            adam.firstMoment(),
            adam.secondMoment(),
            clip.state(),
            model)
        .write(directory.checkpoint(step), parameters);
    Checkpoint.writeModel(directory.last(), parameters, weightsToUse(), model(Map.of()));
    directory.prune(settings.keep());
    lastSaved = step;
  }

  /// Goes on from the newest checkpoint of the run directory.
  ///
  /// @return the step that runs next; 0 if there is no checkpoint yet
  public long resume() throws IOException {
    Optional<Path> newest = directory.newestCheckpoint();
    if (newest.isPresent()) {
      Checkpoint c = Checkpoint.read(newest.get(), parameters);
      setWeights(c.weights());
      adam.restore(c.moment1(), c.moment2(), c.step());
      average.ifPresent(a -> a.restore(c.average()));
      clip.restore(c.clipHistory());
      bestLoss = c.bestLoss();
      step = c.step();
      lastSaved = step;
    }
    directory.rewindMetrics(step);
    return step;
  }

  /// How a run ended.
  public enum Outcome {
    /// All steps are done.
    FINISHED,
    /// The limit of time was reached; resume goes on.
    OUT_OF_TIME,
    /// The thread was interrupted; resume goes on.
    INTERRUPTED
  }

  /// Told of progress; called on the training thread.
  public interface Listener {
    /// After each step.
    void onStep(StepMetrics metrics);

    /// After each validation; the figures are the task's.
    void onValidation(long step, Map<String, Double> figures);
  }

  /// What one step was like.
  ///
  /// @param step counted from 0
  /// @param loss of the batch, before the update
  /// @param rate of learning
  /// @param norm of the gradient before clipping
  /// @param seconds of wall time
  public record StepMetrics(long step, double loss, double rate, double norm, double seconds) {
    JsonObject toJson() {
      JsonObject json = new JsonObject();
      json.addProperty("step", step);
      json.addProperty("loss", loss);
      json.addProperty("rate", rate);
      json.addProperty("norm", norm);
      json.addProperty("seconds", Math.round(seconds * 1e4) / 1e4);
      return json;
    }
  }
}
